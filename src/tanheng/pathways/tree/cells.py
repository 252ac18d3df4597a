"""A tree from a table of cells: what a place emitted by group and fuel in one year, with activity and intensity of each group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.drivers.tables import read_frame, said_twice
from tanheng.errors import NotFound
from tanheng.inventory.methods.format import PackChecker
from tanheng.pathways.tree.model import Tree
from tanheng.pathways.tree.reading import FORMAT, tree_of

_TOTAL = "emission"
_MADE = ("leaves", "nodes", "total")
_GROUP, _FUEL = ("title", "sector", "activity", "intensity", "iamc"), ("title",)
_ONE = {"zh": "基准年为 1", "en": "1 in the base year"}


def tree_of_cells(
    cells: Any, plan: Mapping[str, Any], *, group: str, fuel: str, value: str, unit: str, source: Any, uncertainty: float | None = None
) -> Tree:  # fmt: skip
    """A tree whose base year is a table of cells.

    Parameters
    ----------
    cells : path or table
        One row for each group and fuel of the base year.
    plan : mapping
        Keys of a tree's file without leaves, nodes and total; besides ``groups`` and ``fuels`` by their code in the table, each with
        ``title``, a group also with ``sector``, ``activity`` and ``intensity``: courses of a leaf (``growth``, ``index`` or ``points``,
        ``growth_uncertainty``) with ``source`` and ``check``, and ``iamc``.
    group, fuel, value : str
        Columns.
    unit : str
        Of the values, such as ``MtCO2``.
    source : str or mapping
        Of the values.
    uncertainty : float, optional
        Half width of the 95 % interval of every cell, in %.

    Returns
    -------
    Tree
        Leaves ``<group>_<fuel>``, ``<group>_activity`` and ``<group>_intensity``; nodes ``<group>`` = activity * intensity * sum of its
        fuels, and ``emission``, the total. In the base year it is the sum of the cells.

    Raises
    ------
    InputUnreadable, ColumnMissing, DriversInvalid
        For a table that cannot be used, or says a cell twice.
    NotFound
        For a group or fuel that the plan does not name.
    PackInvalid
        For what is wrong in the plan, with key and mend.

    Examples
    --------
    >>> plan = {"format": "tanheng-tree/1", "id": "small", "title": {"zh": "小", "en": "Small"}, "years": {"from": 2019, "to": 2021},
    ...         "groups": {"power": {"title": {"zh": "电力", "en": "Power"}, "sector": "energy",
    ...                              "activity": {"growth": {2021: 10}, "source": "example"}}},
    ...         "fuels": {"coal": {"title": {"zh": "煤", "en": "Coal"}}, "gas": {"title": {"zh": "气", "en": "Gas"}}}}
    >>> rows = {"group": ["power", "power"], "fuel": ["coal", "gas"], "mt": [90.0, 10.0]}
    >>> tree = tree_of_cells(rows, plan, group="group", fuel="fuel", value="mt", unit="MtCO2", source="example")
    >>> tree.evaluate().total.round(6).tolist()
    [[100.0, 110.0, 121.0]]
    """
    _check(plan)
    frame = read_frame(cells, [group, fuel], numbers=[value])
    twice = frame.filter(frame.select(group, fuel).is_duplicated())
    if twice.height:
        raise said_twice(twice, [group, fuel])
    groups, fuels = plan.get("groups", {}), plan.get("fuels", {})
    leaves: dict[str, Any] = {}
    nodes: dict[str, Any] = {}
    for code in dict.fromkeys(frame[group]):
        own = _known(groups, code, ("部门组", "group"))
        sector = own.get("sector", "other")
        parts = []
        for row in frame.filter(frame[group] == code).iter_rows(named=True):
            burnt = _known(fuels, row[fuel], ("燃料组", "group of fuels"))
            name = f"{code}_{row[fuel]}"
            leaves[name] = {
                "title": _joined(own["title"], burnt["title"]), "unit": unit, "sector": sector, "value": row[value],
                "source": source, "check": "read",
            } | ({} if uncertainty is None else {"uncertainty": uncertainty})  # fmt: skip
            parts.append(name)
        for kind, zh, en in (("activity", "活动", "activity"), ("intensity", "强度", "intensity")):
            leaves[f"{code}_{kind}"] = {
                "title": _joined(own["title"], {"zh": zh, "en": en}), "unit": "1", "sector": sector, "value": 1,
                "source": _ONE, "check": "derived", **own.get(kind, {}),
            }  # fmt: skip
        nodes[code] = {
            "title": own["title"], "unit": unit, "sector": sector,
            "formula": f"{code}_activity * {code}_intensity * ({' + '.join(parts)})",
            "iamc": own.get("iamc", f"Emissions|CO2|{own['title']['en']}"),
        }  # fmt: skip
    nodes[_TOTAL] = {
        "title": {"zh": "排放", "en": "Emission"}, "unit": unit, "formula": " + ".join(nodes), "iamc": "Emissions|CO2",
    }  # fmt: skip
    rest = {key: one for key, one in plan.items() if key not in ("groups", "fuels")}
    return tree_of({**rest, "total": _TOTAL, "leaves": leaves, "nodes": nodes})


def _check(plan: Mapping[str, Any]) -> None:
    """What the format of a tree does not know: groups and fuels, and that the cells make leaves, nodes and total."""
    checker = PackChecker(str(plan.get("id", "–")), {}, FORMAT)
    for key in _MADE:
        if key in plan:
            raise checker.error(
                (key,), ("由各格生成，不能另写", "it is made of the cells"), ("请删去。", "Leave it out.")
            )
    for part, keys in (("groups", _GROUP), ("fuels", _FUEL)):
        for code, one in plan.get(part, {}).items():
            unknown = [key for key in one if key not in keys] if isinstance(one, Mapping) else ["–"]
            if unknown:
                raise checker.error(
                    (part, code, str(unknown[0])), ("没有这个键", "there is no such key"),
                    (f"可用：{', '.join(keys)}。", f"Known: {', '.join(keys)}."),
                )  # fmt: skip
            for kind in ("activity", "intensity"):
                if not isinstance(one.get(kind, {}), Mapping):
                    raise checker.error(
                        (part, code, kind), ("不是走势", "it is no course"),
                        ("请写 {growth: …, source: …}。", "Write {growth: …, source: …}."),
                    )  # fmt: skip
            title = one.get("title")
            if not isinstance(title, Mapping) or not {"zh", "en"} <= set(title):
                raise checker.error(
                    (part, code, "title"), ("缺少名称", "its title is missing"),
                    ("请写 {zh: …, en: …}。", "Write {zh: …, en: …}."),
                )  # fmt: skip


def _known(named: Mapping[str, Any], code: str, what: tuple[str, str]) -> Mapping[str, Any]:
    if code not in named:
        raise NotFound(what=what, name=code, known=", ".join(named) or "–")
    found: Mapping[str, Any] = named[code]
    return found


def _joined(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    return {"zh": f"{one['zh']}：{other['zh']}", "en": f"{one['en']}: {other['en']}"}
