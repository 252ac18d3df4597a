"""Reading the road of a place from YAML or plain data: the format table first, then what it cannot check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tanheng.drivers.series import Series, parse_factors, read_series
from tanheng.drivers.tables import read_frame
from tanheng.errors import IncompatibleUnit, NotFound, UnknownUnit
from tanheng.inventory import Inventory
from tanheng.inventory.methods.beside import beside
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_, load_with_lines
from tanheng.pathways.road.binding import opened, proofs_of
from tanheng.pathways.road.kinds import factor_titles
from tanheng.pathways.road.observed import Observed
from tanheng.pathways.road.path import TargetPath
from tanheng.pathways.road.prices import checked_prices
from tanheng.pathways.tree.model import MOST_MARK, Tree
from tanheng.pathways.tree.reading import load_tree, too_large
from tanheng.quantities import multiplier, parse_unit

FORMAT = "road_format.csv"
_LEAST = 2
_MASS = "t"
_WIDEST = 10.0
"""Half width of a total beyond which a unit or a percentage was mistaken, as a share; a convention of ours."""
_OWN = frozenset({"format", "id", "title", "tree", "path", "observed"})

Given = Mapping[int, Inventory | Mapping[str, Inventory]]
"""Inventories of years at hand."""


@dataclass(frozen=True, eq=False)
class Road:
    """路径 A place's target path, what was observed and its factor tree, all in the unit of the tree's total.

    ``settings`` are the sections of the file for index, deviation and gate, as plain data; ``folder`` is where its files stand and
    ``checker`` tells the line of a key that is wrong.
    """

    id: str
    title: Mapping[str, str]
    path: TargetPath
    observed: Observed
    tree: Tree
    settings: Mapping[str, Any]
    folder: Path
    checker: PackChecker

    @property
    def unit(self) -> str:
        """Unit of path, observed emissions and the tree's total."""
        return self.tree.unit


def load_road(path: str | Path, *, inventories: Given | None = None) -> Road:
    """The road of a place from a YAML file.

    Parameters
    ----------
    path : path
    inventories : mapping, optional
        Inventories by year at hand, such as releases, instead of those that ``observed.inventories`` names: one, or several by
        what they are called.

    Raises
    ------
    NotFound
        When the file is not there.
    PackInvalid
        With file, line, key and the mend.
    InputUnreadable, ColumnMissing, DriversInvalid, ProductDiffers
        For the table of what was observed.

    Examples
    --------
    >>> road = load_road("examples/sichuan-road/road.yaml")
    >>> road.path.base, road.observed.last, [one["grade"] for one in road.observed.proofs[2021]]
    (2020, 2024, ['B', 'D'])
    """
    file = Path(path)
    if not file.is_file():
        raise NotFound(what_zh="路径文件", what_en="file of a road", name=str(path), known="–")
    data, lines = load_with_lines(file)
    return _built(data, PackChecker(file.name, lines, FORMAT), file.parent, None, None, inventories or {})


def road_of(
    data: Mapping[str, Any],
    *,
    tree: Tree | None = None,
    observed: Any = None,
    folder: str | Path = ".",
    inventories: Given | None = None,
) -> Road:
    """A road from plain data of the same keys as the file.

    Parameters
    ----------
    data : mapping
        Keys as in the file; years may be numbers.
    tree : Tree, optional
        Instead of the one that ``tree`` names.
    observed : table, optional
        Rows of what was observed, instead of ``observed.file``.
    folder : path
        Below which the files stand.
    inventories : mapping, optional
        Inventories by year at hand, such as releases, instead of those that ``observed.inventories`` names: one, or several by
        what they are called.

    Raises
    ------
    PackInvalid
        With key and the mend.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> road = road_of(
    ...     {"format": "tanheng-road/1", "id": "small", "title": {"zh": "小", "en": "Small"}, "tree": "given",
    ...      "path": {"unit": "万t", "marks": {"2020": 33000, "2030": 30000}, "source": "example"},
    ...      "observed": {"file": "given", "period": "year", "total": "co2", "unit": "万t", "uncertainty": 10, "source": "example"}},
    ...     tree=load_tree("examples/sichuan-road/tree.yaml"), observed={"year": [2020, 2021], "co2": [33000.0, 33500.0]})
    >>> road.observed.total.tolist(), road.path.at(2021).tolist(), road.unit
    ([330000000.0, 335000000.0], 327000000.0, 'tCO2e')
    """
    return _built(
        _text_keys(data),
        PackChecker(str(data.get("id", "–")), {}, FORMAT),
        Path(folder),
        tree,
        observed,
        inventories or {},
    )


def _text_keys(value: Any) -> Any:
    return {str(key): _text_keys(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _built(
    data: Any, checker: PackChecker, folder: Path, tree: Tree | None, table: Any, given: Given
) -> Road:  # fmt: skip
    checker.check(data)
    tree = _tree(beside(folder, data["tree"], ("tree",), checker.error), checker) if tree is None else tree
    path = _path(data["path"], checker, tree.unit)
    observed = _observed(
        data["observed"],
        checker,
        beside(folder, data["observed"]["file"], ("observed", "file"), checker.error)
        if table is None
        else table,
        tree.unit,
        folder,
        given,
    )
    if not observed.years[0] <= path.base <= observed.last:
        raise checker.error(
            ("path", "marks"),
            (f"基准年 {path.base} 没有核查数据（{observed.years[0]:.0f}–{observed.last}）",
             f"the base year {path.base} was not observed ({observed.years[0]:.0f}–{observed.last})"),
            ("路径应从已核查的年份开始。", "Begin the path in a year that was observed."),
        )  # fmt: skip
    prices = data["observed"].get("prices", {})
    findings = checked_prices(prices, observed.series, path.base, checker)
    observed = replace(observed, findings=findings, prices=prices)
    settings = {name: value for name, value in data.items() if name not in _OWN}
    return Road(data["id"], data["title"], path, observed, tree, settings, folder, checker)


def _tree(file: Path, checker: PackChecker) -> Tree:
    if not file.is_file():
        raise checker.error(
            ("tree",),
            (f"没有文件 {file.name}", f"there is no file {file.name}"),
            ("文件名从本文件所在的文件夹算起。", "The name begins in the folder of this file."),
        )
    return load_tree(file)


def _path(data: Mapping[str, Any], checker: PackChecker, unit: str) -> TargetPath:
    at: Path_ = ("path", "marks")
    times = mass_scale(data["unit"], unit, checker, ("path", "unit"))
    marks = {_year(year, checker, (*at, year)): amount * times for year, amount in data["marks"].items()}
    for year, amount in data["marks"].items():
        if not abs(amount) <= MOST_MARK:
            raise checker.error((*at, year), *too_large(amount))
    if len(marks) < _LEAST:
        raise checker.error(
            at, ("只有一个年份", "there is one year only"), ("至少写基准年与目标年。", "Give base year and target year at least.")
        )  # fmt: skip
    highest = max(marks, key=lambda year: (marks[year], year))
    peak = _year(data["peak"], checker, ("path", "peak")) if "peak" in data else highest
    return TargetPath(dict(sorted(marks.items())), unit, peak, _both(data["source"]))


def _observed(
    data: Mapping[str, Any], checker: PackChecker, table: Any, unit: str, folder: Path, given: Given
) -> Observed:  # fmt: skip
    by, period, total, where = data.get("by", []), data["period"], data["total"], data.get("where", {})
    half, column = data.get("uncertainty"), data.get("uncertainty_column")
    if (half is None) == (column is None):
        raise checker.error(
            ("observed", "uncertainty"),
            ("uncertainty 与 uncertainty_column 应写其一", "give one of uncertainty and uncertainty_column"),
            ("请写各年总量 95 % 区间的半宽（%）。", "Give the half width of the 95 % interval of each year's total, in %."),
        )  # fmt: skip
    frame = read_frame(table, list(dict.fromkeys([period, *by, *where])))
    for name, value in where.items():
        frame = frame.filter(frame[name] == str(value))
    if frame.is_empty():
        said = ", ".join(f"{name}={value}" for name, value in where.items()) or "–"
        raise checker.error(
            ("observed", "where" if where else "file"),
            (f"表中没有符合条件的行（{said}）", f"the table has no row that fits ({said})"),
            ("请核对列与值。", "Check columns and values."),
        )
    factors = data.get("factors", {})
    parsed = parse_factors(
        [f"{name}={one['formula']}" for name, one in factors.items()] or [total], frame.columns
    )
    numbers = [total, *(name for factor in parsed for name in factor.columns), *([column] if column else [])]
    for key, names in (("period", [period]), ("by", by)):
        if set(names) & set(numbers):
            raise checker.error(
                ("observed", key),
                ("与排放或因子用了同一列", "it names a column of emissions or factors"),
                ("请写另一列。", "Name another column."),
            )
    frame = read_frame(frame, [period, *by], numbers=numbers, name=data["file"])
    with np.errstate(all="ignore"):  # what is no number is refused by name
        held = read_series(frame, total=total, factors=parsed, period=period, by=by)
    for year in held.periods:
        _year(year, checker, ("observed", "period"))
    _complete(frame, held, period, checker)
    shares = dict(zip(frame[period], frame[column], strict=True)) if column else {}
    halves = [float(shares[year] if column else half or 0) / 100 for year in held.periods]
    odd = next((one for one in halves if not 0 <= one <= _WIDEST), None)
    if odd is not None:
        raise checker.error(
            ("observed", "uncertainty_column" if column else "uncertainty"),
            (f"半宽 {odd * 100:g} % 不在 0 到 {_WIDEST:.0%} 之间", f"a half width of {odd * 100:g} % is not between 0 and {_WIDEST:.0%}"),
            ("请写 95 % 区间的半宽占总量的百分数。", "Write the half width of the 95 % interval as a percentage of the total."),
        )  # fmt: skip
    if ("grade" in data) != ("grade_source" in data):
        raise checker.error(
            ("observed", "grade"),
            ("grade 与 grade_source 应一起写", "grade and grade_source belong together"),
            ("请补上另一个。", "Give the other one."),
        )
    found = Observed(
        file=data["file"], series=held, kinds={name: one["kind"] for name, one in factors.items()},
        half=np.array(halves), scale=mass_scale(data["unit"], unit, checker, ("observed", "unit")), unit=unit,
        titles=factor_titles(factors), source=_both(data["source"]), synthetic=data.get("synthetic", False), grade=data.get("grade", ""),
        grade_source=_both(data.get("grade_source", "")),
        rows={(int(row[0]), row[2:]): row[1] for row in frame.select(period, "__row", *by).iter_rows()},
    )  # fmt: skip
    return replace(found, proofs=_proofs(data, found, folder, checker, given))


def _complete(frame: pl.DataFrame, held: Series, period: str, checker: PackChecker) -> None:
    """Every cell has a row in every year: unknown is not zero."""
    there = set(frame.select(period, *held.by).rows())
    for year in held.periods:
        for cell in held.cells:
            if (year, *cell) not in there:
                name = " / ".join(cell)
                raise checker.error(
                    ("observed", "by"),
                    (f"{year} 年没有分项“{name}”的行", f"{year} has no row for the cell '{name}'"),
                    ("请补上该行，排放为零写 0；未知不等于零。", "Add the row, with 0 where nothing was emitted; unknown is not zero."),
                )  # fmt: skip


def _proofs(
    data: Mapping[str, Any], observed: Observed, folder: Path, checker: PackChecker, given: Given
) -> dict[int, tuple[Mapping[str, Any], ...]]:  # fmt: skip
    found = {}
    for key in [*data.get("inventories", {}), *given]:
        at: Path_ = ("observed", "inventories", key)
        year = _year(key, checker, at)
        if year not in observed.years:
            raise checker.error(
                at, (f"表中没有 {year} 年", f"the table has no year {year}"), ("请补上该年，或去掉绑定。", "Add the year, or leave the inventory out.")
            )  # fmt: skip
        held = given.get(year)
        if held is None:
            named = [
                opened(one, folder, year, checker, (*at, place))
                for place, one in enumerate(data.get("inventories", {}).get(key, []))
            ]
        else:
            named = [*held.items()] if isinstance(held, Mapping) else [("given", held)]
        found[year] = proofs_of(
            year, float(observed.total[observed.at(year)]), observed.unit, named, checker, at
        )
    return found


def _year(text: Any, checker: PackChecker, at: Path_) -> int:
    if not (str(text).isdigit() and len(str(text)) == 4):
        raise checker.error(
            at,
            (f"“{text}”不是年份", f"'{text}' is no year"),
            ("请写四位年份。", "Write a year of four digits."),
        )
    return int(text)


def mass_scale(unit: str, target: str, checker: PackChecker, at: Path_) -> float:
    """The multiplier between units of mass; CO2 and CO2e are both masses of gas here, as the tree's total says what it counts."""
    gas = next((one for one in ("CO2e", "CO2") if one in target), "")
    try:
        plain = parse_unit(unit).canonical == _MASS
        return (
            multiplier(unit, _MASS) * multiplier(_MASS + gas, target) if plain else multiplier(unit, target)
        )
    except (IncompatibleUnit, UnknownUnit) as cause:
        raise checker.error(
            at,
            (f"单位 {unit} 不能换算为因子树合计的 {target}", f"unit {unit} cannot be turned into {target}, that of the tree's total"),
            ("请用合计的单位。", "Use the unit of the total."),
        ) from cause  # fmt: skip


def _both(said: Any) -> dict[str, str]:
    return dict(said) if isinstance(said, Mapping) else {"zh": str(said), "en": str(said)}
