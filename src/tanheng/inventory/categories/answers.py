"""Why a category has no number: the user's notation keys, those of the method, and activity that no coefficient fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.activity.reading.filled import Filled
from tanheng.codes import CodeList, codelist
from tanheng.errors import UnknownCode, language
from tanheng.inventory.categories.carried import carried
from tanheng.inventory.categories.notation import LIST, notation_key
from tanheng.inventory.categories.placing import family_of, gases_of, names_gases, placed
from tanheng.inventory.methods.loading import method_of
from tanheng.inventory.methods.matching import known_item, matches, near_items, sector_path
from tanheng.inventory.methods.method import categories_of
from tanheng.quantities import parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory
    from tanheng.inventory.methods.method import Method, Rule

USER, METHOD = "user", "method"
Cell = tuple[str, str]
"""A category and a gas; the gas is empty where the list names none."""


@dataclass(frozen=True)
class Answer:
    """A notation key with its reason, the category at which it was stated, and by whom (``user`` or ``method``)."""

    key: str
    reason: str
    at: str
    by: str


def notation_of(
    inventory: Inventory, codes: str, *, notation: pl.DataFrame | None = None
) -> dict[Cell, Answer]:
    """Why a category of a list has no number in an inventory.

    Parameters
    ----------
    inventory : Inventory
        Its method must place emissions in the list.
    codes : str
        Name of the list, such as ``provincial2011`` or ``gpc``.
    notation : DataFrame, optional
        ``category``, ``notation``, ``reason`` and maybe ``gas``: keys of the user beside those of a filled template.

    Returns
    -------
    dict
        Leaf category and gas (empty where the list names no gases) to its `Answer`. A key of a heading answers every leaf
        below it that has none of its own; the user's key wins over the method's. Nothing is answered where there is an
        emission, nor by the method where there is activity that it could not count.

    Raises
    ------
    CellNotFound
        When the method does not know the list.
    UnknownCode
        When a key is none of the list of notation keys.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> keys = pl.DataFrame({"category": ["P2.12"], "notation": ["NO"], "reason": ["没有氢氟烃厂"]})
    >>> found = notation_of(th.account(table, "cn-provincial-2011"), "provincial2011", notation=keys)
    >>> found["P2.12", "HFCs"].key, found["P2.10", "SF6"].key, found["P2.10", "SF6"].by
    ('NO', 'NE', 'method')
    """
    listed = codelist(codes)
    values = {(category, family_of(gas)) for category, gas in placed(inventory, codes).select("category", "gas").iter_rows()}  # fmt: skip
    if not names_gases(codes):
        values = {(category, "") for category, _ in values}
    waiting = uncounted(inventory, codes)
    found: dict[Cell, Answer] = {}
    for category, gas, answer in _stated(inventory, codes, notation, listed):
        for cell in _cells(listed, category, gas):
            if cell not in values and not (answer.by == METHOD and cell in waiting):
                found.setdefault(cell, answer)
    return found


def _stated(
    inventory: Inventory, codes: str, notation: pl.DataFrame | None, listed: CodeList
) -> Iterator[tuple[str, str, Answer]]:
    """Category, gas (empty for all) and answer: the user's, the narrower ones first, then the method's."""
    data = inventory.circumstances.get("method", {}).get("data")
    template = template_notation(inventory.activity, codes, method=method_of(data) if data else None)
    own = [row for frame in (notation, template) if frame is not None for row in frame.to_dicts()]
    deep = {row["category"]: len(listed.ancestors(row["category"])) for row in own if row["category"] in listed}  # fmt: skip
    for row in sorted(own, key=lambda row: -deep.get(row["category"], 0)):
        key = notation_key(row["notation"])
        if key is None:
            raise UnknownCode(codelist=LIST, code=row["notation"], near=", ".join(codelist(LIST)))
        if key:
            answer = Answer(key, row.get("reason") or "", row["category"], USER)
            yield row["category"], row.get("gas") or "", answer
    for one in inventory.method.get("notation", ()):
        if codes in one["category"]:
            answer = Answer(one["key"], one["reason"][language()], one["category"][codes], METHOD)
            for gas in one["gases"]:
                yield answer.at, gas, answer


def _cells(listed: CodeList, category: str, gas: str) -> list[Cell]:
    """The leaves at or below a category, with those of their gases that are meant."""
    leaves = _leaves(listed, category)
    return [
        (leaf, one)
        for leaf in leaves
        for one in (gases_of(listed.get(leaf)) if leaf in listed else [gas]) or [""]
        if one in {gas, ""} or not gas
    ]


def _leaves(listed: CodeList, category: str) -> list[str]:
    below = listed.children(category) if category in listed else []
    return [leaf for child in below for leaf in _leaves(listed, child["code"])] if below else [category]


def uncounted(inventory: Inventory, codes: str) -> dict[Cell, list[dict[str, Any]]]:
    """Activity without a coefficient by the category that its rule would give it; what no rule takes has none.

    Parameters
    ----------
    inventory : Inventory
    codes : str
        A category list.

    Returns
    -------
    dict
        Category and gas (empty where the list names no gases) to rows of ``Inventory.unmatched``.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["沥青"], "amount": [1], "unit": ["万吨"], "activity": ["非能源利用"]}
    >>> list(uncounted(th.account(table, "cn-provincial-2011"), "provincial2011"))
    [('P1.5', 'CO2')]
    """
    data = inventory.circumstances.get("method", {}).get("data")
    if not data or not inventory.unmatched.height:
        return {}
    method, by_gas = method_of(data), names_gases(codes)
    known: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    found: dict[Cell, list[dict[str, Any]]] = {}
    for row in inventory.unmatched.iter_rows(named=True):
        key = tuple(str(row.get(name) or "") for name in ("item", "unit", "sector", "activity", "gas"))
        if key not in known:
            known[key] = _meant(method, codes, *key)
        for category, gas in dict.fromkeys((category, gas if by_gas else "") for category, gas in known[key]):
            found.setdefault((category, gas), []).append(row)
    return found


def _meant(method: Method, codes: str, item: str, unit: str, sector: str, activity: str, lacking: str) -> list[Cell]:  # fmt: skip
    """Category and gas family that the rules for an activity give, of the gases that it lacks."""
    if near_items(item) is not None:
        return []
    wanted = {family_of(gas) for gas in lacking.split(", ") if gas}
    place, dimension = _sector(method, sector), parse_unit(unit).dimension
    rules: Iterable[Rule] = (
        rule for rule in method.rules if matches(rule.when, known_item(item), dimension, sector, activity)
    )
    return [
        (category, family_of(gas))
        for rule in rules
        if (category := categories_of(rule, place).get(codes, ""))
        for gas in rule.gases
        if not wanted or family_of(gas) in wanted
    ]


def _sector(method: Method, sector: str) -> Mapping[str, Any]:
    """What a method says of a sector, or of the nearest one above it."""
    return next((method.sectors[one] for one in sector_path(sector) if one in method.sectors), {})


def template_notation(activity: Activity, codes: str, *, method: Method | None = None) -> pl.DataFrame | None:
    """Notation keys that a filled template gives for the categories of a list; None where it gives none.

    Those of a template with another list are carried over by the rules of the method that accounts it; see `carried`.

    Examples
    --------
    >>> template_notation(Activity("table"), "gpc") is None
    True
    """
    filled = activity.filled
    if filled is None or filled.codes == codes:
        return None if filled is None else filled.notation()
    if method is None or method.id == filled.method or not filled.codes:
        return None
    rows = [(code, key, reason) for code, (key, reason) in carried(filled, method, codes)[0].items()]
    return pl.DataFrame(rows, schema=dict.fromkeys(_STATED, pl.String), orient="row")


_STATED = ("category", "notation", "reason")


def template_doubts(activity: Activity, method: Method) -> Iterator[Finding]:
    """Say where a template was made for another method than the one that accounts it, or for another version of it.

    A method that extends the other one takes its lines: what it has no place for is told row by row, and keys that its own
    list has no one category for are named.
    """
    filled = activity.filled
    if filled is None:
        return
    if filled.method == method.data.get("extends"):
        yield from _not_carried(filled, method)
        return
    if (filled.method, filled.version) != (method.id, method.version):
        yield Finding(
            "A-143",
            {
                "value": filled.method,
                "version": filled.version,
                "method": method.id,
                "current": method.version,
            },
        )


def _not_carried(filled: Filled, method: Method) -> Iterator[Finding]:
    for name in dict.fromkeys(str(one["rows"]) for one in method.data.get("tables", ())):
        if name == filled.codes or not any(name in rule.category for rule in method.rules):
            continue
        left = carried(filled, method, name)[1]
        if left:
            shown = "; ".join(f"{code} {key} {reason}".strip() for code, (key, reason) in left.items())
            yield Finding("I-223", {"list": name, "value": shown, "method": method.id}, (), len(left))


def template_answers(inventory: Inventory) -> dict[str, Any]:
    """Answers, lines left open, and the completeness by the template's category list, as plain data."""
    from tanheng.inventory.quality.estimated_share import completeness

    filled = inventory.activity.filled
    if filled is None:
        return {}
    told: dict[str, Any] = {"template": filled.to_dict()}
    if filled.codes in inventory.category_lists:
        told["completeness"] = completeness(inventory, by=filled.codes).to_dict()
    return told


def line_answers(inventory: Inventory) -> list[dict[str, Any]]:
    """Every key that the user wrote in a template, line by line, with its reason, sheet and row.

    ``set_aside`` tells the keys of a whole category that has amounts: those stand, and the key answers nothing.
    """
    filled = inventory.activity.filled
    rows = [] if filled is None else filled.answers.to_dicts()
    stated = frozenset() if filled is None else filled.stated
    return [{**row, "set_aside": not row["item"] and row["category"] in stated} for row in rows]


def lines_beside(inventory: Inventory, answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """`line_answers` without the keys of whole categories that are among some answers already."""
    told = {one.at for one in answers if one.by == USER}
    return [row for row in line_answers(inventory) if row["item"] or row["category"] not in told]


def notation_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Every notation key of an inventory with its reason: by category of the method's tables, then line by line of a template.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> rows = notation_rows(th.account(table, "cn-provincial-2011"))
    >>> rows[0]["category"], rows[0]["gas"], rows[0]["notation_key"], rows[0]["stated_by"]
    ('P1.4 油气系统逃逸', 'CH4', 'NE', 'method')
    """
    rows: list[dict[str, Any]] = []
    answers: list[Answer] = []
    for name in dict.fromkeys(str(one["rows"]) for one in inventory.method["tables"]):
        if name in inventory.category_lists:
            listed = codelist(name)
            found = notation_of(inventory, name)
            answers += found.values()
            rows += [
                _key_row(f"{code} {listed.told_apart(code)}" if code in listed else code, gas, one.key, one.reason, one.by)
                for (code, gas), one in found.items()
            ]  # fmt: skip
    return rows + [
        _key_row(
            one["category"],
            "",
            one["notation"],
            f"{_ASIDE[language() != 'zh']}{one['reason']}" if one["set_aside"] else one["reason"],
            USER,
            **{name: one[name] for name in _LINE},
        )
        for one in lines_beside(inventory, answers)
    ]


_ASIDE = ("不作数，该类别有数量：", "set aside, as the category has amounts: ")


_LINE = ("item", "sector", "activity", "sheet", "row")


def _key_row(category: str, gas: str, key: str, reason: str, by: str, **line: Any) -> dict[str, Any]:
    told = {"category": category, "gas": gas, "notation_key": key, "reason": reason, "stated_by": by}
    return told | {name: line.get(name) for name in _LINE}
