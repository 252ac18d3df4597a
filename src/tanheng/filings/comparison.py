"""Published figures against an inventory, line by line; what stands against each figure is data of the case."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import polars as pl

from tanheng.errors import NotFound, PackInvalid, TanhengError
from tanheng.inventory import Inventory
from tanheng.inventory.methods.formula import Formula, FormulaError
from tanheng.quantities import multiplier, parse_unit

AGREES, DIFFERS, NOT_COMPARABLE = "agrees", "differs", "not comparable"
SCHEMA = {
    "key": pl.String,
    "name_zh": pl.String,
    "name_en": pl.String,
    "printed": pl.String,
    "printed_value": pl.Float64,
    "unit": pl.String,
    "ours": pl.Float64,
    "difference": pl.Float64,
    "relative": pl.Float64,
    "verdict": pl.String,
    "section": pl.String,
    "note_zh": pl.String,
    "note_en": pl.String,
    "expression": pl.String,
}
_PRINTED = re.compile(r"^(?P<number>[\d\s,]+(?:\.(?P<decimals>[\d\s]+))?)(?P<unit>\D*)$")
_SLACK = 1e-9


@dataclass(frozen=True)
class Printed:
    """A figure as it stands in a text: ``value`` [t, percent or a count], true within ``half`` of its last digit."""

    value: float
    half: float

    @property
    def interval(self) -> tuple[float, float]:
        """The values that would be printed like this."""
        return self.value - self.half, self.value + self.half


def cases() -> dict[str, Path]:
    """The published cases that ship, by name.

    Examples
    --------
    >>> cases()["sichuan-2021"].name
    'sichuan-2021'
    """
    root = Path(str(files("tanheng"))) / "packs" / "cases"
    return {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "comparison.csv").is_file()}


def read_printed(text: str) -> Printed:
    """The number that a printed text means, and how exactly it is printed.

    Parameters
    ----------
    text : str
        A number with its unit, as ``3.3 億噸`` [t], ``1.53%`` [percent] or ``17 家`` (a count, exact).

    Returns
    -------
    Printed
        In t, percent or pieces; ``half`` is half a unit of the last printed digit.

    Raises
    ------
    ValueError
        When the text does not begin with a number.

    Examples
    --------
    >>> read_printed("3.3 億噸").interval
    (325000000.0, 335000000.0)
    >>> read_printed("17 家")
    Printed(value=17.0, half=0.0)
    """
    match = _PRINTED.match(text.strip())
    if match is None:
        raise ValueError(text)
    digits = re.sub(r"[\s,]", "", match["number"])
    places = len(re.sub(r"\s", "", match["decimals"] or ""))
    scale = _scale(match["unit"].strip())
    if scale is None:
        return Printed(float(digits), 0.0)
    return Printed(float(f"{float(digits) * scale:.15g}"), 0.5 * 10.0**-places * scale)


def _scale(unit: str) -> float | None:
    """Tonnes or percent in one unit; None for a unit that only counts."""
    try:
        return multiplier(unit, "percent" if parse_unit(unit).canonical == "fraction" else "t")
    except TanhengError:
        return None


def compare_published(inventory: Inventory, parts: Inventory | None, folder: str | Path) -> pl.DataFrame:
    """Set every published figure of a case against what the inventory gives for it.

    Parameters
    ----------
    inventory : Inventory
        The totals by item, t.
    parts : Inventory, optional
        The same method over the sector parts; they are never added to the totals.
    folder : str or Path
        The case: ``published.csv`` (key, value, unit: the figures) and ``comparison.csv`` (key, printed text, section,
        expression, tolerance, notes); see `cases`.

    Returns
    -------
    DataFrame
        One row per published figure: ``key, name_zh, name_en, printed`` (as printed)``, printed_value, unit, ours``
        (null where nothing can be computed)``, difference`` and ``relative`` [%] to the printed value, ``verdict``
        (agrees, differs, not comparable)``, section, note_zh, note_en, expression``.

    Raises
    ------
    NotFound
        When the folder holds no such case.
    PackInvalid
        When a printed text is not the published value, or an expression is not arithmetic.

    Notes
    -----
    An expression is arithmetic over ``emission_total``, ``emission_ITEM``, ``amount_ITEM`` (canonical unit), the same
    with ``SECTOR_`` before the item (from the parts), ``said_KEY`` (another printed figure) and ``beside`` (the figure
    printed beside this one). A printed figure stands for every value that rounds to it, widened by the relative
    ``tolerance`` of its row. Ours is an interval too where it rests on other printed figures (the expression is
    evaluated at their bounds, so it should be monotone in each); the two agree when the intervals meet.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["电力"], "amount": [32862777.7], "unit": ["万kWh"]}
    >>> inventory = th.account(table, "sichuan-park-2022")
    >>> rows = compare_published(inventory, None, cases()["sichuan-2021"])
    >>> rows.filter(pl.col("key") == "fuel_electricity_emissions").select("printed", "verdict").row(0)
    ('3 388 萬噸', 'agrees')
    """
    folder = Path(folder)
    published = _read(folder / "published.csv")
    described = {
        row["key"]: (line, row) for line, row in enumerate(_read(folder / "comparison.csv"), start=2)
    }
    said = {
        key: _checked(folder, line, row, "printed")
        for key, (line, row) in described.items()
        if row["printed"]
    }
    values = _values(inventory, parts)
    rows = []
    for figure in published:
        line, how = described.get(figure["key"], (0, {}))
        printed = said.get(figure["key"]) or Printed(float(figure["value"]), 0.0)
        if abs(printed.value - float(figure["value"])) > _SLACK * abs(printed.value):
            raise _invalid(
                folder,
                line,
                "printed",
                f"“{how['printed']}”不等于公布值 {figure['value']}",
                f"'{how['printed']}' is not the published value {figure['value']}",
            )
        intervals = {f"said_{key}": one for key, one in said.items()}
        if how.get("beside"):
            intervals["beside"] = _checked(folder, line, how, "beside")
        ours = _evaluate(folder, line, how.get("expression", ""), values, intervals)
        rows.append(_row(figure, how, printed, ours))
    return pl.DataFrame(rows, schema=SCHEMA)


def _read(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise NotFound(
            what_zh="案例文件", what_en="case file", name=str(path), known=", ".join(cases()) or "–"
        )
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _checked(folder: Path, line: int, row: Mapping[str, str], column: str) -> Printed:
    try:
        return read_printed(row[column])
    except ValueError as cause:
        raise _invalid(
            folder, line, column, f"“{row[column]}”不是数", f"'{row[column]}' is not a number"
        ) from cause


def _invalid(folder: Path, line: int, key: str, zh: str, en: str) -> PackInvalid:
    return PackInvalid(
        file=str(folder / "comparison.csv"), line=line, key=key, detail_zh=zh, detail_en=en,
        mend_zh="请对照原文改正。", mend_en="Mend it by the publication.",
    )  # fmt: skip


def _values(inventory: Inventory, parts: Inventory | None) -> dict[str, float]:
    """What an expression may name, from the inventory and its parts."""
    values = {"emission_total": inventory.total} if inventory.emissions.height else {}
    for one, by in ((inventory, ["item"]), (parts, ["sector", "item"])):
        if one is None or not one.emissions.height:
            continue
        for kind, table in (("emission", one.by(*by).to_polars()), ("amount", _amounts(one, by))):
            for row in table.iter_rows(named=True):
                values["_".join([kind, *(row[name] for name in by)])] = row[kind]
    return values


def _amounts(inventory: Inventory, by: Sequence[str]) -> pl.DataFrame:
    """Amounts in canonical units; an item counted in two dimensions has none."""
    cells = inventory.cells()
    units = {unit: parse_unit(unit) for unit in cells.get_column("unit").unique().to_list()}
    factors = {unit: known.factor for unit, known in units.items()}
    canonical = {unit: known.canonical for unit, known in units.items()}
    scaled = cells.with_columns(
        pl.col("amount") * pl.col("unit").replace_strict(factors, return_dtype=pl.Float64),
        pl.col("unit").replace_strict(canonical, return_dtype=pl.String),
    )
    return (
        scaled.group_by(list(by))
        .agg(pl.col("amount").sum(), pl.col("unit").n_unique())
        .filter(pl.col("unit") == 1)
    )


def _evaluate(
    folder: Path, line: int, text: str, values: Mapping[str, float], printed: Mapping[str, Printed]
) -> tuple[float, float, float] | None:
    """The value of an expression with the lowest and highest that the rounding of its printed figures allows."""
    if not text:
        return None
    try:
        formula = Formula(text)
    except FormulaError as error:
        raise _invalid(folder, line, "expression", error.zh, str(error)) from error
    rounded = sorted(name for name in formula.names if name in printed)
    if any(name not in values and name not in printed for name in formula.names):
        return None
    corners = itertools.product(*((printed[name].value, *printed[name].interval) for name in rounded))
    try:
        found = [
            formula.evaluate({**values, **dict(zip(rounded, corner, strict=True))}) for corner in corners
        ]
    except FormulaError:
        return None
    return found[0], min(found), max(found)


def _row(
    figure: Mapping[str, str],
    how: Mapping[str, str],
    printed: Printed,
    ours: tuple[float, float, float] | None,
) -> dict[str, str | float | None]:
    value = ours[0] if ours else None
    difference = None if value is None else value - printed.value
    return {
        "key": figure["key"],
        "name_zh": how.get("name_zh") or figure["name_zh"],
        "name_en": how.get("name_en") or figure["key"],
        "printed": how.get("printed") or f"{figure['value']} {figure['unit']}",
        "printed_value": printed.value,
        "unit": figure["unit"],
        "ours": value,
        "difference": difference,
        "relative": None
        if difference is None or not printed.value
        else difference / abs(printed.value) * 100,
        "verdict": _verdict(printed, ours, float(how.get("tolerance") or 0)),
        "section": how.get("section", ""),
        "note_zh": how.get("note_zh", ""),
        "note_en": how.get("note_en", ""),
        "expression": how.get("expression", ""),
    }


def _verdict(printed: Printed, ours: tuple[float, float, float] | None, tolerance: float) -> str:
    if ours is None:
        return NOT_COMPARABLE
    wide = (tolerance + _SLACK) * abs(printed.value)
    low, high = printed.interval
    return AGREES if ours[1] <= high + wide and ours[2] >= low - wide else DIFFERS
