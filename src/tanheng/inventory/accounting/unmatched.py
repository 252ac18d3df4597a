"""Activity without a coefficient: listed with its amount and the reason, never dropped and never zero."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding, place
from tanheng.activity.checks.base import capped
from tanheng.activity.clean import parameter_names, parameter_units, parse_parameters
from tanheng.codes import item_name, items
from tanheng.codes.wording import unit_name
from tanheng.inventory.accounting.amounts import MICRO, Amounts
from tanheng.inventory.accounting.coefficients import KEY, Coefficient, Unresolved
from tanheng.quantities import parse_unit

Reason = tuple[str, str, str, str, tuple[tuple[str, Any], ...]]
_EMPTY = {"near": "–", "detail_zh": "", "detail_en": "", "mend_zh": "", "mend_en": ""}


def unmatched(
    amounts: Amounts,
    missing: Sequence[Unresolved],
    coefficients: Sequence[Coefficient],
    method: str,
    table: Activity,
) -> tuple[pl.DataFrame, list[Finding]]:
    """Cells without a coefficient, and one finding for each reason; of very many of a kind the last counts the rest.

    Returns
    -------
    tuple of DataFrame and list of Finding
        One row per cell and reason: its dimensions, ``amount`` in ``unit``, ``gas`` (those that lack a coefficient),
        ``code``, ``cell``, and the reason in both languages (``reason_zh``, ``reason_en``).
    """
    numbers = {key: number for number, key in enumerate(amounts.keys)}
    reasons = _reasons(missing)
    wanted = [numbers[key] for keys in reasons.values() for key in keys]
    cells: dict[int, list[dict[str, Any]]] = {}
    for cell in amounts.cells.filter(pl.col("key").is_in(wanted)).iter_rows(named=True):
        cells.setdefault(cell["key"], []).append(cell)
    partly = {one.key for one in coefficients}
    rows_of: dict[Any, list[dict[str, Any]]] = {}
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for reason, keys in reasons.items():
        here = [cell for key in keys for cell in cells[numbers[key]]]
        finding = _finding(reason, keys, here, partly, method, _source_rows(table, here, rows_of), table)
        findings.append(finding)
        said = {"reason_zh": finding.message("zh"), "reason_en": finding.message("en")}
        rows += [{**_row(amounts, cell, reason), **said} for cell in here]
    rows.sort(key=lambda row: int(row["cell"]))
    return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame(), _capped(findings)


def _capped(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in their order, those of each kind `capped`."""
    kinds = {
        code: iter(capped([one for one in findings if one.code == code]))
        for code in {one.code for one in findings}
    }
    told = (next(kinds[one.code], None) for one in findings)
    return [one for one in told if one is not None]


def _reasons(missing: Sequence[Unresolved]) -> dict[Reason, list[tuple[str, ...]]]:
    """Keys by what is missing; gases of a key that lack the same are told together, and one unit in several spellings."""
    typed: dict[str, str] = {}
    for unit in dict.fromkeys(one.key[KEY.index("unit")] for one in missing):
        typed.setdefault(unit_name(unit).en, unit)
    gas_lists: dict[tuple[Any, ...], list[str]] = {}
    for one in missing:
        gas_lists.setdefault((one.key, one.code, tuple(sorted(one.fields.items()))), []).append(one.gas)
    reasons: dict[Reason, list[tuple[str, ...]]] = {}
    for (key, code, fields), gases in gas_lists.items():
        named = dict(zip(KEY, key, strict=True))
        unit = typed[unit_name(named["unit"]).en]
        reason = (code, named["item"], unit, ", ".join(dict.fromkeys(gases)), fields)
        reasons.setdefault(reason, []).append(key)
    return reasons


def _finding(
    reason: Reason,
    keys: Sequence[tuple[str, ...]],
    cells: Sequence[Mapping[str, Any]],
    partly: Collection[tuple[str, ...]],
    method: str,
    rows: Sequence[Mapping[str, Any]],
    table: Activity,
) -> Finding:
    code, item, unit, gas, fields = reason
    first: Mapping[str, Any] = rows[0] if rows else {"file": table.name}
    which = f" ({gas})" if gas and any(key in partly for key in keys) else ""
    known = {
        "where": place(first.get("file", ""), first.get("sheet", ""), first.get("row")),
        "item": (item_name(item, "zh") + which, item_name(item, "en") + which),
        "unit": str(first.get("unit") or unit),
        "amount": f"{_amount(cells, unit):.15g}",
        "method": method,
    }
    return Finding(code, {**known, **_EMPTY, **_told(dict(fields), item, table)}, tuple(rows), len(cells))


def _told(fields: dict[str, Any], item: str, table: Activity) -> dict[str, Any]:
    """The fields of a finding: parameters by name, and the way to give them that the form of the table has."""
    names = [name for name in str(fields.get("parameter", "")).split(", ") if name in parameter_names()]
    if names:
        named = [tuple(parameter_names()[name][at] for name in names) for at in (0, 1)]
        codes = fields["parameter"]
        fields["parameter"] = f"{codes}（{'、'.join(named[0])}）", f"{codes} ({', '.join(named[1])})"
    columns = ("“参数”列", "parameters column")
    for name, text in fields.items():
        for column, more in zip(columns, _other_way(item, names, table), strict=True):
            if name.startswith(("mend", "detail")) and isinstance(text, str):
                fields[name] = fields[name].replace(column, column + more)
    return fields


def _other_way(item: str, parameters: Sequence[str], table: Activity) -> tuple[str, str]:
    """How parameters are given where the table has no column for them, in both languages; nothing where it has one."""
    form = table.recipe.get("form")
    if form == "energy-balance":
        zh, en = (_option(item, parameters, lang) for lang in ("zh", "en"))
        return (
            f"（能源平衡表没有该列，用 --parameters，如 --parameters {zh}）",
            f" (a balance has no such column; use --parameters, such as --parameters {en})",
        )
    if form == "mapping" and (table.frame is None or "parameters" not in table.headings):
        return (
            "（按映射读的表没有该列时，用参数表 --parameter-table）",
            " (where a mapped sheet has none: in a table of parameters, --parameter-table)",
        )
    return "", ""


def _option(item: str, parameters: Sequence[str], lang: str) -> str:
    """What stands behind ``--parameters``: the item, and each parameter with a gap for its value and its unit."""
    zh = lang == "zh"
    units = parameter_units()
    per = items().get(item).unit if item in items() else "t"
    given = [
        f"{parameter_names()[name][0] if zh else name}=…"
        + ("" if units[name] == "fraction" else f" {re.sub('/t$', f'/{per}', units[name])}")
        for name in parameters
    ]
    return f'"{item_name(item, "zh") if zh else item}: {"; ".join(given) or ("参数=…" if zh else "PARAMETER=…")}"'


def _row(amounts: Amounts, cell: Mapping[str, Any], reason: Reason) -> dict[str, Any]:
    code, _, unit, gas, _ = reason
    shown = {name: cell[name] for name in amounts.dimensions if cell.get(name) and name != "gas"}
    about = {"gas": gas, "code": code, "cell": cell["cell"]}
    return {**shown, "amount": _amount([cell], unit), **about}


def _amount(cells: Sequence[Mapping[str, Any]], unit: str) -> float:
    """The amount of cells in their unit."""
    micro = sum(int(cell["amount_micro"]) for cell in cells)
    return float(f"{micro / MICRO / parse_unit(unit).factor:.15g}")


def _source_rows(
    table: Activity, cells: Sequence[Mapping[str, Any]], found_before: dict[Any, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The first rows as read, looked for once for the same cells but for their regions; data on disk name none here."""
    if table.frame is None:
        return []
    columns = [name for name in KEY if name in table.frame.columns and name != "region"]
    keys = frozenset(tuple(cell[name] for name in columns) for cell in cells)
    if keys in found_before:
        return found_before[keys]
    wanted = pl.DataFrame(list(keys), schema=dict.fromkeys(columns, pl.String), orient="row")
    found = table.frame.join(wanted, on=columns, how="semi", maintain_order="left").head(5)
    found_before[keys] = [
        {key.removeprefix("__"): value for key, value in row.items() if value not in {"", None}}
        for row in found.to_dicts()
    ]
    return found_before[keys]


def unused_parameters(coefficients: Sequence[Coefficient], method: str) -> list[Finding]:
    """A note where the activity states parameters that the method does not use: perhaps a slip in a name."""
    used: dict[tuple[str, ...], set[str]] = {}
    for one in coefficients:
        names = used.setdefault(one.key, set())
        names.update(given.name for given in one.inputs if given.check == "measured")
        names.update(one.rule.split.get(one.key[KEY.index("item")], {}).values())
    stated = KEY.index("parameters")
    left = [
        name
        for key, names in used.items()
        for name in (parse_parameters(key[stated]) or {})
        if name not in names
    ]
    if not left:
        return []
    return [Finding("I-113", {"count": len(left), "names": ", ".join(sorted(set(left))), "method": method})]
