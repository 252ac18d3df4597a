"""What ``tanheng factors`` prints for people: rows found, one factor with its chain, an audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import say, table
from tanheng.cli.words import columns

if TYPE_CHECKING:
    from tanheng.factors import Audit

_COLUMNS = {
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "value": ("值", "value"),
    "unit": ("单位", "unit"),
    "gas": ("气体", "gas"),
    "region": ("地区", "region"),
    "years": ("年份", "years"),
    "check": ("核对", "check"),
    "source": ("来源", "source"),
}
_FACTS = {
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "item": ("项目", "item"),
    "property": ("参数", "property"),
    "activity": ("活动", "activity"),
    "value": ("值", "value"),
    "range": ("区间", "range"),
    "unit": ("单位", "unit"),
    "gas": ("气体", "gas"),
    "region": ("地区", "region"),
    "years": ("年份", "years"),
    "sector": ("部门", "sector"),
    "equipment": ("设备", "equipment"),
    "check": ("核对", "check"),
    "document": ("来源", "source"),
    "notes": ("备注", "notes"),
    "why": ("选取理由", "why"),
}
_CHECKS = {
    "read": ("已核读", "read"),
    "derived": ("由已核读数据算得", "derived"),
    "recalled": ("未核实", "recalled, unverified"),
}
_OUTCOMES = {
    "none": ("无", "none"),
    "later_only": ("只有更晚的", "later only"),
    "chosen": ("选用", "chosen"),
}
_LEVELS = {"error": ("错误", "error"), "explained": ("已说明", "explained"), "note": ("提示", "note")}


def _heads(columns: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {key: say(*names) for key, names in columns.items()}


def _years(row: Mapping[str, Any]) -> str:
    last = "" if row["year_to"] is None else row["year_to"]
    return str(row["year_from"]) if last == row["year_from"] else f"{row['year_from']}–{last}"


def print_rows(rows: list[dict[str, Any]]) -> None:
    """Print what a search found."""
    if not rows:
        return
    shown = [
        row
        | {
            "name": say(row["name_zh"], row["name_en"]),
            "value": row["text"],
            "years": _years(row),
            "check": say(*_CHECKS[row["check"]]),
            "source": row["source_title"],
            "remark": say("{} 年起才有效", "valid only from {}").format(row["year_from"])
            if row.get("later")
            else "",
        }
        for row in rows
    ]
    remark = {"remark": ("备注", "remark")} if any(row.get("later") for row in rows) else {}
    table(shown, _heads(_COLUMNS | remark), right=("value",))


def print_nothing(text: str) -> None:
    """Say that nothing was found, and which items come near."""
    from tanheng.codes import items

    near = items().codes.unknown(text).fields["near"]
    click.echo(say(f"没有找到“{text}”。", f"Nothing found for '{text}'."))
    if near != "–":
        click.echo(say(f"相近的品种：{near}。", f"Items that come near: {near}."))


def print_factor(row: dict[str, Any]) -> None:
    """Print a factor with its document and the chain that led to it."""
    from tanheng.codes import item_name
    from tanheng.codes import region as find_region

    document = row["source"]
    place = find_region(row["region"])
    carried = row.get("carried_from")
    shown = row | {
        "name": say(row["name_zh"], row["name_en"]),
        "item": _named(row["item"], item_name(row["item"])),
        "region": _named(row["region"], say(place.name_zh, place.name_en)),
        "value": row["text"],
        "range": f"{row['low']} – {row['high']}" if row["low"] is not None or row["high"] is not None else "",
        "years": _years(row)
        + (say(f"（沿用 {carried} 年）", f" (carried from {carried})") if carried else ""),
        "check": say(*_CHECKS[row["check"]]),
        "document": ", ".join(
            str(document[key]) for key in ("title", "publisher", "year", "locator") if document[key]
        ),
        "why": say(row.get("why_zh", ""), row.get("why_en", "")),
    }
    facts = [
        (head, str(shown[key])) for key, head in _heads(_FACTS).items() if shown.get(key) not in (None, "")
    ]
    width = max(columns(head) for head, _ in facts)
    for head, fact in facts:
        click.echo(f"{head}{' ' * (width - columns(head))}  {fact}")
    if "tried" in row:
        heads = {
            "region": say("地区", "region"),
            "name": say("名称", "name"),
            "outcome": say("结果", "outcome"),
            "note": say("说明", "note"),
        }
        steps = [
            s
            | {
                "name": say(s["name_zh"], s["name_en"]),
                "outcome": say(*_OUTCOMES[s["outcome"]]),
                "note": say(s["note_zh"], s["note_en"]),
            }
            for s in row["tried"]
        ]
        table(steps, heads, title=say("查找链", "chain"))


def _named(code: str, name: str) -> str:
    return code if name in {"", code} else f"{code} {name}"


def print_audit(result: Audit, only: tuple[str, ...]) -> None:
    """Print the counts of an audit and its findings; ``only`` names the checks whose findings are shown."""
    lines = [
        {"check": check, "level": say(*_LEVELS[level]), "count": count}
        for check, levels in result.counts().items()
        for level, count in levels.items()
    ]
    heads = {"check": say("检查", "check"), "level": say("级别", "level"), "count": say("条数", "count")}
    table(
        lines,
        heads,
        title=say(f"{result.library}：{result.rows} 行", f"{result.library}: {result.rows} rows"),
        right=("count",),
    )
    shown = [
        one
        for one in result.findings
        if (one.check in only if only else one.level != "note" or one.check == "unverified")
    ]
    for finding in shown:
        click.echo(f"[{finding.check}] {' '.join(finding.ids)}: {say(finding.zh, finding.en)}")
    click.echo(
        say("审核通过" if result.ok else "审核未通过", "Audit passed" if result.ok else "Audit failed")
    )
