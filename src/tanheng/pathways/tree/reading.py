"""Reading a tree from YAML or plain data: the format table first, then what it cannot check; errors tell file, line, key, mend."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np

from tanheng.errors import NotFound, TanhengError, UnknownCode
from tanheng.inventory import Inventory
from tanheng.inventory.methods.beside import beside, method_beside, run_beside
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.formula import Formula, FormulaError
from tanheng.inventory.methods.yaml_lines import Path_, load_with_lines
from tanheng.pathways.tree.binding import bound
from tanheng.pathways.tree.leaf import Course, Leaf
from tanheng.pathways.tree.lever_reading import levers_of
from tanheng.pathways.tree.model import BASELINE, MOST_MARK, Cap, Node, Scenario, Tree

FORMAT = "tree_format.csv"
_COURSES = ("growth", "index", "points")
_LONGEST = 200
Refuse: TypeAlias = Callable[[Path_, tuple[str, str], tuple[str, str]], TanhengError]


def load_tree(path: str | Path, *, inventories: Mapping[str, Inventory] | None = None) -> Tree:
    """A tree from a YAML file.

    Parameters
    ----------
    path : path
    inventories : mapping, optional
        Inventories by the names of the file's ``inventories``, which then are not read: a run or release at hand.

    Raises
    ------
    NotFound
        When the file is not there.
    PackInvalid
        With file, line, key and the mend.

    Examples
    --------
    >>> tree = load_tree("examples/sichuan-road/tree.yaml")
    >>> round(float(tree.evaluate()["energy_emission"][0, 0]), 2)
    330391619.72
    """
    file = Path(path)
    if not file.is_file():
        raise NotFound(what_zh="因子树文件", what_en="file of a factor tree", name=str(path), known="–")
    data, lines = load_with_lines(file)
    checker = PackChecker(file.name, lines, FORMAT)
    return _built(data, checker, file.parent, inventories or {})


def tree_of(
    data: Mapping[str, Any], *, folder: str | Path = ".", inventories: Mapping[str, Inventory] | None = None
) -> Tree:
    """A tree from plain data of the same keys as the file; paths of inventories stand below ``folder``.

    Raises
    ------
    PackInvalid
        With key and the mend.

    Examples
    --------
    >>> tree = tree_of({
    ...     "format": "tanheng-tree/1", "id": "small", "title": {"zh": "小", "en": "Small"},
    ...     "years": {"from": 2020, "to": 2022}, "total": "emission",
    ...     "leaves": {"coal": {"title": {"zh": "煤", "en": "Coal"}, "unit": "t", "value": 100, "source": "example",
    ...                         "growth": {"2022": 10}},
    ...                "factor": {"title": {"zh": "因子", "en": "Factor"}, "unit": "tCO2/t", "value": 2, "source": "example"}},
    ...     "nodes": {"emission": {"title": {"zh": "排放", "en": "Emission"}, "unit": "tCO2", "formula": "coal * factor"}},
    ...     "levers": {"save": {"title": {"zh": "节约", "en": "Saving"}, "leaf": "coal", "kind": "relative", "most": -0.5,
    ...                         "from": 2021, "build": 2, "cost": 100, "cost_unit": "元/t", "source": "example"}},
    ... })
    >>> tree.evaluate().total.round(6).tolist()
    [[200.0, 220.0, 242.0]]
    >>> tree.evaluate(levers={"save": 1.0}).total.round(6).tolist()
    [[200.0, 165.0, 121.0]]
    """
    checker = PackChecker(str(data.get("id", "–")), {}, FORMAT)
    return _built(_text_keys(data), checker, Path(folder), inventories or {})


def _text_keys(value: Any) -> Any:
    """Years as keys may be numbers in Python."""
    if isinstance(value, Mapping):
        return {str(key): _text_keys(one) for key, one in value.items()}
    return value


def _built(data: Any, checker: PackChecker, folder: Path, given: Mapping[str, Inventory]) -> Tree:
    checker.check(data)
    refuse = checker.error
    years = _years(data["years"], refuse)
    found = {
        name: given.get(name) or _inventory(name, one, folder, refuse)
        for name, one in data.get("inventories", {}).items()
    }
    leaves = {
        name: _leaf(name, one, {**found, **given}, years, refuse) for name, one in data["leaves"].items()
    }
    nodes = _nodes(data["nodes"], leaves, refuse)
    if data["total"] not in nodes:
        raise refuse(
            ("total",),
            (f"没有节点“{data['total']}”", f"there is no node '{data['total']}'"),
            (f"可用：{', '.join(nodes)}。", f"Known: {', '.join(nodes)}."),
        )
    levers = levers_of(data, leaves, nodes[data["total"]].unit, refuse)
    scenarios = {
        name: _scenario(name, one, leaves, levers, years, refuse)
        for name, one in data.get("scenarios", {}).items()
    }
    return Tree(
        id=data["id"], title=data["title"], years=years, leaves=leaves, nodes=nodes, total=data["total"],
        levers=levers, scenarios=scenarios, cap=_cap(data.get("cap"), scenarios, years, refuse),
        region=data.get("region", ""), prices=data.get("prices"), notes=data.get("notes"),
    )  # fmt: skip


def _years(data: Mapping[str, Any], refuse: Refuse) -> Any:
    first, last = data["from"], data["to"]
    if not (isinstance(first, int) and isinstance(last, int) and first < last <= first + _LONGEST):
        raise refuse(
            ("years", "to"),
            (f"{first} 到 {last} 不是年份范围", f"{first} to {last} is no range of years"),
            ("末年应在基准年之后，至多 200 年。", "The last year comes after the base year, at most 200 years later."),
        )  # fmt: skip
    return np.arange(first, last + 1, dtype=np.float64)


def _inventory(name: str, one: Mapping[str, Any], folder: Path, refuse: Refuse) -> Inventory:
    from tanheng.inventory import account, load_run

    at: Path_ = ("inventories", name)
    if "run" in one:
        return load_run(run_beside(folder, one["run"], (*at, "run"), refuse))
    if not {"activity", "method"} <= set(one):
        raise refuse(
            at,
            ("缺少 run，或 activity 与 method", "run is missing, or activity and method"),
            ("请写 run: 运行，或 activity: 文件 与 method: 方法。", "Write run: RUN, or activity: FILE and method: METHOD."),
        )  # fmt: skip
    activity = beside(folder, one["activity"], (*at, "activity"), refuse)
    whole = account(activity, method_beside(folder, one["method"], (*at, "method"), refuse))
    return replace(whole, run={**whole.run, "id": ""})  # made here, and kept nowhere


def _leaf(
    name: str, one: Mapping[str, Any], inventories: Mapping[str, Inventory], years: Any, refuse: Refuse
) -> Leaf:
    at: Path_ = ("leaves", name)
    _check_name(name, at, refuse)
    course = _course(one, at, years, refuse)
    if ("value" in one) == ("cell" in one):
        raise refuse(
            at,
            ("应有 value 或 cell 之一", "expected either value or cell"),
            ("给定的写 value 与 source，取自清单的写 cell。", "Write value and source, or cell for what an inventory says."),
        )  # fmt: skip
    if ("value" in one or course) and "source" not in one:
        raise refuse(
            at,
            ("数值或走势没有出处", "its value or course has no source"),
            ("请补上 source。", "Add source."),
        )
    shared = {
        "name": name,
        "title": one["title"],
        "unit": one["unit"],
        "course": course,
        "sector": one.get("sector", "other"),
        "growth_uncertainty": one.get("growth_uncertainty", 0.0) / 100,
        "low": one.get("low"),
        "high": one.get("high"),
        "source": _said(one.get("source")),
        "check": one.get("check", ""),
    }
    stated = one["uncertainty"] / 100 if "uncertainty" in one else None
    if "value" in one:
        return Leaf(base=float(one["value"]), uncertainty=stated, draw=one.get("draw", ""), **shared)
    cell = one["cell"]
    of = str(cell.get("of", next(iter(inventories), "")))
    if of not in inventories:
        raise refuse(
            (*at, "cell"),
            (f"没有清单“{of}”", f"there is no inventory '{of}'"),
            (f"可用：{', '.join(inventories) or '–'}。", f"Known: {', '.join(inventories) or '–'}."),
        )
    try:
        said = bound(
            inventories[of], cell, one["unit"], lambda detail, mend: refuse((*at, "cell"), detail, mend)
        )
    except (NotFound, UnknownCode) as cause:
        raise _told(cause, (*at, "cell"), refuse) from cause
    except TanhengError as cause:
        if cause.code in {"I-001", "U-001", "U-002"}:
            raise _told(cause, (*at, "cell"), refuse) from cause
        raise
    return Leaf(
        base=said.value,
        uncertainty=said.uncertainty if stated is None else stated,
        draw=one.get("draw", said.draw),
        proof={**said.proof, "inventory": of},
        **shared,
    )


def _told(cause: TanhengError, at: Path_, refuse: Refuse) -> TanhengError:
    """An error of another room, told at its place in the file."""
    return refuse(
        at, (cause.message("zh").rstrip("。"), cause.message("en").rstrip(".")), ("请改正。", "Mend it.")
    )


def _said(text: Any) -> Mapping[str, str] | None:
    return None if text is None else text if isinstance(text, dict) else {"zh": str(text), "en": str(text)}


def _check_name(name: str, at: Path_, refuse: Refuse) -> None:
    good = name.isidentifier() and unicodedata.normalize("NFKC", name) == name
    try:
        good = good and Formula(name).names == {name}
    except FormulaError:
        good = False
    if not good:
        raise refuse(
            at,
            (f"“{name}”不能用作公式里的名称", f"'{name}' cannot be a name in formulas"),
            ("用字母、数字和下划线，不以数字开头。", "Use letters, digits and underscores, not beginning with a digit."),
        )  # fmt: skip


def _course(one: Mapping[str, Any], at: Path_, years: Any, refuse: Refuse) -> Course | None:
    told = [kind for kind in _COURSES if kind in one]
    if not told:
        return None
    if len(told) > 1:
        raise refuse(
            (*at, told[1]),
            ("走势写了两种", "two kinds of course"),
            ("growth、index、points 只写一种。", "Write one of growth, index, points."),
        )
    marks = {_year(year, (*at, told[0]), years, refuse): float(value) for year, value in one[told[0]].items()}
    return Course(cast("Any", told[0]), marks)


def too_large(value: float) -> tuple[tuple[str, str], tuple[str, str]]:
    """What is said of a mark that is no amount, and the mend."""
    return (
        (f"{value:g} 不是可用的量", f"{value:g} is no amount"),
        (f"请写 −{MOST_MARK:g} 至 {MOST_MARK:g} 之间的数，并核对单位。", f"Write a number between −{MOST_MARK:g} and {MOST_MARK:g}, and look at the unit."),
    )  # fmt: skip


def _year(text: str, at: Path_, years: Any, refuse: Refuse) -> int:
    year = int(text) if text.isdecimal() else 0
    if not years[0] < year <= years[-1]:
        raise refuse(
            (*at, text),
            (f"“{text}”不是基准年之后、末年之前的年份", f"'{text}' is no year after the base year up to the last one"),
            (f"应为 {years[0] + 1:.0f} 至 {years[-1]:.0f}。", f"Expected {years[0] + 1:.0f} to {years[-1]:.0f}."),
        )  # fmt: skip
    return year


def _nodes(data: Mapping[str, Any], leaves: Mapping[str, Leaf], refuse: Refuse) -> dict[str, Node]:
    formulas = {}
    for name, one in data.items():
        _check_name(name, ("nodes", name), refuse)
        if name in leaves:
            raise refuse(
                ("nodes", name), ("已有同名的叶", "a leaf has this name"), ("请改名。", "Rename one.")
            )
        formulas[name] = Formula(str(one["formula"]))
        missing = sorted(formulas[name].names - set(data) - set(leaves))
        if missing:
            raise refuse(
                ("nodes", name, "formula"),
                (f"没有叶或节点 {', '.join(missing)}", f"there is no leaf or node {', '.join(missing)}"),
                ("请先定义它，或改正名称。", "Define it, or mend the name."),
            )
    units = {name: leaf.unit for name, leaf in leaves.items()} | {
        name: one["unit"] for name, one in data.items()
    }
    ordered: dict[str, Node] = {}
    for name in _order(formulas, refuse):
        one, formula = data[name], formulas[name]
        try:
            scale = formula.scale({each: units[each] for each in formula.names}, one["unit"])
        except FormulaError as error:
            raise refuse(
                ("nodes", name, "formula"),
                (error.zh, error.en),
                ("请核对各项的单位。", "Check the units of its terms."),
            ) from error
        ordered[name] = Node(
            name, one["title"], one["unit"], formula, scale, one.get("sector", "other"), one.get("iamc", "")
        )
    return ordered


def _order(formulas: Mapping[str, Formula], refuse: Refuse) -> list[str]:
    """Nodes after those that they use; a circle is refused."""
    waiting = {name: {one for one in formula.names if one in formulas} for name, formula in formulas.items()}
    order: list[str] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            circle = ", ".join(waiting)
            raise refuse(
                ("nodes", next(iter(waiting)), "formula"),
                (f"公式互相循环：{circle}", f"formulas run in a circle: {circle}"),
                ("请断开循环。", "Break the circle."),
            )
        for name in ready:
            del waiting[name]
        order += ready
    return order


def _scenario(
    name: str, one: Mapping[str, Any], leaves: Mapping[str, Leaf], levers: Mapping[str, Any], years: Any, refuse: Refuse
) -> Scenario:  # fmt: skip
    at: Path_ = ("scenarios", name)
    for kind, known in (("levers", levers), ("leaves", leaves)):
        for key in one.get(kind, {}):
            if key not in known:
                raise refuse(
                    (*at, kind, key),
                    ("没有定义", "it is not defined"),
                    (f"可用：{', '.join(known)}。", f"Known: {', '.join(known)}."),
                )
    for key, share in one.get("levers", {}).items():
        if not 0 <= share <= 1:
            raise refuse(
                (*at, "levers", key),
                (f"{share} 不在 0 到 1 之间", f"{share} is not between 0 and 1"),
                ("0 为不做，1 为做满。", "0 is not at all, 1 is in full."),
            )
    courses = {
        key: _course(path, (*at, "leaves", key), years, refuse) for key, path in one.get("leaves", {}).items()
    }
    return Scenario(
        name,
        one["title"],
        one.get("levers", {}),
        {key: course for key, course in courses.items() if course},
    )


def _cap(
    data: Mapping[str, Any] | None, scenarios: Mapping[str, Scenario], years: Any, refuse: Refuse
) -> Cap | None:
    if data is None:
        return None
    chosen = data.get("scenario", BASELINE)
    if chosen != BASELINE and chosen not in scenarios:
        raise refuse(
            ("cap", "scenario"),
            (f"没有情景“{chosen}”", f"there is no scenario '{chosen}'"),
            (f"可用：{', '.join([BASELINE, *scenarios])}。", f"Known: {', '.join([BASELINE, *scenarios])}."),
        )
    marks = {}
    for year, value in data["years"].items():
        at: Path_ = ("cap", "years", year)
        marks[_year(year, ("cap", "years"), years, refuse)] = float(value)
        if not abs(value) <= MOST_MARK:
            raise refuse(at, *too_large(value))
    return Cap(marks, data.get("discount", 0.0) / 100, chosen)
