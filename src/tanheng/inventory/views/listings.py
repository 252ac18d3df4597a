"""Lists that the workbook and the report both show: factors with their documents, what is not counted, findings."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.activity.findings import catalogue
from tanheng.activity.schema import columns as schema_of
from tanheng.codes import code_lists, codelist, item_name, term, terms
from tanheng.errors import LANGS, Lang, fill

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_UNITS = {"mass": "t", "share": "%", "uncertainty": "±%", "relative": "%"}
_LISTS = {"sector": "sectors", "scope": "scopes"}
_SAID = {"severity", "verdict", "check"}
_NOTE = "notice"
_USES = ("items", "sectors", "gases", "periods")
_ENGLISH = ("title_en", "publisher_en", "locator_en")
UNMATCHED_COLUMNS = ["item", "amount", "unit", "gas", "code", "reason_zh", "reason_en"]
REFUSED_COLUMNS = ["file", "sheet", "row", "code", "column", "reason_zh", "reason_en"]
FACTOR_COLUMNS = [
    "factor",
    "name",
    "value",
    "unit",
    "published",
    "check",
    "title",
    "publisher",
    "year",
    "locator",
    "pack",
]
FINDING_COLUMNS = ["severity", "code", "message_zh", "mend_zh", "message_en", "mend_en", "count", "rows"]


def factor_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Each value that entered a coefficient once: what it is, its document and its check state.

    Returns
    -------
    list of dict
        ``factor`` (id, empty for measured and fixed values), ``name`` of the parameter, ``value``, ``unit``,
        ``published``, ``check``, ``title``, ``publisher``, ``year``, ``locator``, ``pack``.
    """
    apart = {*_USES, *_ENGLISH}
    rows = [{key: value for key, value in row.items() if key not in apart} for row in factor_uses(inventory)]
    return sorted(rows, key=lambda row: (str(row["factor"] or "~"), str(row["name"]), row["value"]))


def factor_uses(inventory: Inventory) -> list[dict[str, Any]]:
    """As `factor_rows`, in the order of use, with what each value was used for.

    Returns
    -------
    list of dict
        Also the English of the document where its pack has it (``title_en``, ``publisher_en``, ``locator_en``), ``items``, ``sectors``, ``gases`` and, where there are several, ``periods`` of the coefficients that it entered.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["柴油"], "amount": [1], "unit": ["t"]}
    >>> row = factor_uses(th.account(table, "cn-energy-2011"))[0]
    >>> row["name"], row["items"], row["gases"]
    ('ncv', ['diesel'], ['CO2'])
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    places = inventory.emissions.get_column("coefficient_row").unique().sort()
    several = len(periods(inventory)) > 1
    for record in (inventory.records[place] for place in places):
        used = {
            "items": record["part"] or record["item"],
            "sectors": record["sector"],
            "gases": record["emitted"],
            "periods": record["period"] if several else "",
        }
        for one in record["inputs"]:
            source = {
                key: one["source"].get(key) for key in ("title", "publisher", "year", "locator", "pack")
            } | {key: one["source"][key] for key in _ENGLISH if one["source"].get(key)}
            row = {
                **{key: one[key] for key in ("factor", "name", "value", "unit", "published", "check")},
                **source,
            }
            place = (row["factor"], row["name"], row["value"], row["unit"])
            held = found.setdefault(place, {**row, **{name: [] for name in _USES}})
            for name, code in used.items():
                if code and code not in held[name]:
                    held[name].append(code)
    return list(found.values())


def unmatched_rows(inventory: Inventory, chosen: pl.DataFrame | None = None) -> list[dict[str, Any]]:
    """Activity that is not counted, with its amount and the reason in both languages; all of it unless chosen."""
    frame = inventory.unmatched if chosen is None else chosen
    return [{key: value for key, value in row.items() if key != "cell"} for row in frame.to_dicts()]


def refused_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Rows that were refused, as they were read, with the reason in both languages: the one that they hold, else that of the catalogue."""
    return [_refused_row(row) for row in inventory.activity.refused.to_dicts()]


def _refused_row(row: dict[str, Any]) -> dict[str, Any]:
    named = {name.removeprefix("__"): value for name, value in row.items() if name != "__other"}
    if "__column" not in row:
        return named
    fields = {
        **named,
        "where": "",
        "value": row.get(row["__column"] or "", ""),
        "other": row.get("__other"),
        "expected": "",
    }
    entry = catalogue()[row["__code"]]
    return {**named, "reason_zh": fill(entry["zh"], fields), "reason_en": fill(entry["en"], fields)}


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings with sentence and mend apart, in both languages, the heaviest first."""
    order = {"error": 0, "warning": 1, "note": 2}
    rows = [_finding_row(finding) for finding in findings]
    return sorted(rows, key=lambda row: order[row["severity"]])


def _finding_row(finding: Finding) -> dict[str, Any]:
    entry = catalogue()[finding.code]
    texts: dict[str, str] = {}
    langs: tuple[Lang, Lang] = ("zh", "en")
    for place, lang in enumerate(langs):
        fields = {
            key: value[place] if isinstance(value, tuple) and len(value) == 2 else value
            for key, value in finding.fields.items()
        }
        texts[f"message_{lang}"] = fill(entry[lang], fields)
        texts[f"mend_{lang}"] = fill(entry[f"remedy_{lang}"], fields) if entry[f"remedy_{lang}"] else ""
    return {
        "severity": finding.severity,
        "code": finding.code,
        **texts,
        "count": finding.count,
        "rows": [dict(row) for row in finding.rows],
    }


def doubts_of(inventory: Inventory) -> list[Finding]:
    """What waits for an answer: errors, warnings, and all that the checks found; other notes only tell how it was done."""
    return [one for one in inventory.findings if one.severity != "note" or one.code.startswith("Q-")]


def entities(inventory: Inventory) -> list[str]:
    """Whom the inventory is about, also where nothing of it has a coefficient."""
    return _seen(inventory, "entity")


def periods(inventory: Inventory) -> list[str]:
    """The periods of the inventory, in order."""
    return sorted(_seen(inventory, "period"))


def _seen(inventory: Inventory, column: str) -> list[str]:
    counted = [frame for frame in (inventory.emissions, inventory.unmatched) if frame.height]
    frames = [frame for frame in counted or [inventory.activity.refused] if column in frame.columns]
    values = [
        value
        for frame in frames
        for value in frame.get_column(column).cast(pl.String).unique(maintain_order=True).to_list()
    ]
    return [value for value in dict.fromkeys(values) if value]


def head(column: str, gas: str) -> str:
    """Head of a column in both languages, with its unit.

    Examples
    --------
    >>> head("emission", "CO2").splitlines()
    ['排放量（t CO2）', 'emission [t CO2]']
    """
    unit = f"t {gas}" if column == "emission" else _UNITS.get(column, "")
    zh, en = column_name(column, "zh"), column_name(column, "en")
    return f"{zh}{f'（{unit}）' if unit else ''}\n{en}{f' [{unit}]' if unit else ''}"


@functools.cache
def _columns() -> dict[str, dict[str, str]]:
    with (files("tanheng.packs") / "templates" / "columns.csv").open(encoding="utf-8") as stream:
        return {row["column"]: row for row in csv.DictReader(stream)}


def column_name(column: str, lang: Lang) -> str:
    """What a column of a table is called; one that has no name is called as it is.

    Examples
    --------
    >>> column_name("known_share", "zh"), column_name("item_name", "en"), column_name("自定", "zh")
    ('有不确定性的占比', 'item, name', '自定')
    """
    return _named(column, lang) or column


def _named(column: str, lang: Lang) -> str | None:
    """The name of a column, or of what it is about; None where neither has one."""
    if column in _columns():
        return _columns()[column][lang]
    for table in ("emission", "activity"):
        known = schema_of(table).get(column)
        if known:
            return known[f"name_{lang}"]
    if column in terms():
        return term(column, lang)
    base, _, ending = column.rpartition("_")
    about = _named(base, lang) if base else None
    if about and ending == "name":
        return f"{about}名称" if lang == "zh" else f"{about}, name"
    if about and ending in {"zh", "en"}:
        return f"{about}（{'中文' if ending == 'zh' else '英文'}）" if lang == "zh" else f"{about} ({ending})"
    return None


def _category(name: str, code: str) -> str:
    if name not in code_lists() or code not in codelist(name):
        return code
    names = (codelist(name).told_apart(code, lang) for lang in LANGS)
    return " ".join([code, *dict.fromkeys(names)])


def label(column: str, code: str) -> str:
    """What a cell of text shows: a code of a list with its name in both languages, anything else as it is.

    Examples
    --------
    >>> label("item", "coal"), label("note", "=1+1")
    ('煤炭 Coal', '=1+1')
    """
    if column in {"item", "part"}:
        names = item_name(code, "zh"), item_name(code, "en")
        return code if names == (code, code) else " ".join(names)
    if column in _LISTS and code in codelist(_LISTS[column]):
        return f"{codelist(_LISTS[column]).label(code, 'zh')} {codelist(_LISTS[column]).label(code, 'en')}"
    if column == "category" and code.startswith("{"):
        return "; ".join(_category(name, one) for name, one in json.loads(code).items())
    if column in _SAID:
        key = _NOTE if (column, code) == ("severity", "note") else code.replace(" ", "_")
        return f"{term(key, 'zh')} {code}" if key in terms() else code
    return code
