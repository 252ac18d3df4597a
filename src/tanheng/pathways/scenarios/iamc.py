"""Exchange in the IAMC form: scenarios out, so that parts add up to wholes, and scenarios of other models in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.reading.cells import read_cells
from tanheng.errors import IncompatibleUnit, NotFound, UnknownUnit
from tanheng.inventory.table import Table
from tanheng.pathways.scenarios.eps import eps_rows
from tanheng.pathways.tree.model import BASELINE, Node, Tree
from tanheng.pathways.tree.problems import ExchangeInvalid, exchange_wrong
from tanheng.quantities import multiplier, parse_unit

INDEX = ("model", "scenario", "region", "variable", "unit")
_LONG = {"year", "value"}
_CLOSE = 1e-9
_GASES = {"tCO2e": "Mt CO2-equiv/yr", "tCO2": "Mt CO2/yr", "tCH4": "Mt CH4/yr"}


def to_iamc(
    tree: Tree, names: Sequence[str] = (), *, model: str = "Tanheng", form: Literal["wide", "long"] = "wide"
) -> pl.DataFrame:  # fmt: skip
    """Scenarios of a tree in the IAMC form: its nodes that have an ``iamc`` name.

    Parameters
    ----------
    tree : Tree
    names : sequence of str, optional
        Scenarios; the baseline and all of the tree unless told.
    model : str
        Name of the model in the table.
    form : str
        ``wide`` with a column for each year, or ``long`` with ``year`` and ``value``.

    Returns
    -------
    DataFrame
        ``model``, ``scenario``, ``region``, ``variable``, ``unit`` (gases in Mt a year) and the values.

    Raises
    ------
    ExchangeInvalid
        Where the variables one level below another do not add up to it, with the first years.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> found = to_iamc(load_tree("examples/sichuan-road/tree.yaml"), ["baseline"])
    >>> found.filter(pl.col("variable") == "Emissions|Kyoto Gases|Energy").select("unit", pl.col("2021").round(3)).row(0)
    ('Mt CO2-equiv/yr', 330.392)
    """
    named = {node.iamc: node for node in tree.nodes.values() if node.iamc}
    if not named:
        raise NotFound(what_zh="IAMC 变量", what_en="IAMC variable", name=tree.id, known="iamc: Emissions|…")
    frames = []
    for name in names or dict.fromkeys([BASELINE, *tree.scenarios]):
        found = tree.evaluate(name)
        values = {variable: found[node.name][0] * _scale(node)[0] for variable, node in named.items()}
        _adds_up(tree, name, values)
        frames += [
            pl.DataFrame({"year": tree.years.astype(int), "value": series}).select(
                pl.lit(model).alias("model"), pl.lit(name).alias("scenario"), pl.lit(tree.region or "World").alias("region"),
                pl.lit(variable).alias("variable"), pl.lit(_scale(named[variable])[1]).alias("unit"), pl.all(),
            )
            for variable, series in values.items()
        ]  # fmt: skip
    long = pl.concat(frames).sort(*INDEX, "year")
    return long if form == "long" else long.pivot(on="year", index=INDEX, values="value")


def write_iamc(table: pl.DataFrame, path: str | Path) -> Path:
    """Write the form as CSV, or as Excel where the name ends in ``.xlsx``."""
    return Table(table).write(path)


def read_iamc(path: str | Path) -> pl.DataFrame:
    """Scenarios of another model: IAMC form, long or wide, from CSV or Excel; or tables of EPS China, see `eps_rows`.

    Parameters
    ----------
    path : path

    Returns
    -------
    DataFrame
        ``model``, ``scenario``, ``region``, ``variable``, ``unit``, ``year``, ``value``; blank cells are left out: unknown is
        never zero.

    Raises
    ------
    InputUnreadable
        When the file is no table.
    ExchangeInvalid
        For a missing column, a value that is no number, or a row that stands twice, by row.
    """
    file = Path(path)
    page = next((one for one in read_cells(file) if not one.hidden and one.rows), None)
    if page is not None and (eps := eps_rows(page.rows, file=file.name)) is not None:
        return _framed(eps)
    heads = [] if page is None else [cell.strip().casefold() for cell in page.rows[0][1]]
    missing = [name for name in INDEX if name not in heads]
    years = {
        at: int(head.removesuffix(".0"))
        for at, head in enumerate(heads)
        if head.removesuffix(".0").isdecimal()
    }
    if page is None or missing or not (years or set(heads) >= _LONG):
        lacking = ", ".join(missing or ["year, value"])
        raise exchange_wrong(
            file.name, (f"缺少列 {lacking}", f"column {lacking} is missing"),
            ("应有 model、scenario、region、variable、unit，以及年份列或 year、value。", "It needs model, scenario, region, variable, unit, and a column for each year or year and value."),
        )  # fmt: skip
    at = {name: heads.index(name) for name in (*INDEX, *(_LONG if not years else ()))}
    rows: dict[tuple[str, ...], float] = {}
    for number, cells in page.rows[1:]:
        texts = [cell.strip() for cell in cells] + [""] * (len(heads) - len(cells))
        if all(map(is_blank, texts)):
            continue
        index = tuple(texts[at[name]] for name in INDEX)
        pairs = (
            [(str(year), texts[place]) for place, year in years.items()]
            if years
            else [(texts[at["year"]].removesuffix(".0"), texts[at["value"]])]
        )
        for year, text in pairs:
            if not is_blank(text):
                _take(rows, file, number, (*index, year), text)
    return _framed(rows)


def _framed(rows: Mapping[tuple[str, ...], float]) -> pl.DataFrame:
    found = [(*key[:-1], int(key[-1]), value) for key, value in rows.items()]
    schema = {**dict.fromkeys(INDEX, pl.String), "year": pl.Int64, "value": pl.Float64}
    return pl.DataFrame(found, schema=schema, orient="row").sort(*INDEX, "year")


def _take(
    rows: dict[tuple[str, ...], float], file: Path, number: int, key: tuple[str, ...], text: str
) -> None:
    value = number_of(text)
    if value is None or not math.isfinite(value) or not key[-1].isdecimal():
        raise exchange_wrong(
            file.name, (f"第 {number} 行的“{text}”（{key[-1]}）不是数", f"row {number}: '{text}' ({key[-1]}) is no number"),
            ("请写数，或留空。", "Write a number, or leave it blank."),
        )  # fmt: skip
    if key in rows:
        raise exchange_wrong(
            file.name, (f"第 {number} 行与前面重复：{'、'.join(key)}", f"row {number} stands twice: {', '.join(key)}"),
            ("请删去一行。", "Delete one."),
        )  # fmt: skip
    rows[key] = value


def _scale(node: Node) -> tuple[float, str]:
    """What turns a node's unit into that of the form, and its name there: gases in Mt a year, others as they are."""
    for unit, name in _GASES.items():
        try:
            return multiplier(node.unit, unit) / 1e6, name
        except (IncompatibleUnit, UnknownUnit):
            continue
    return 1.0, f"{parse_unit(node.unit).expression}/yr"


def _adds_up(tree: Tree, scenario: str, values: Mapping[str, np.ndarray]) -> None:
    """Refuse variables whose parts, one level below, are not the whole."""
    for variable, whole in values.items():
        parts = [
            series for name, series in values.items()
            if name.startswith(f"{variable}|") and "|" not in name[len(variable) + 1 :]
        ]  # fmt: skip
        if not parts:
            continue
        gap = np.abs(np.sum(parts, axis=0) - whole)
        wrong = gap > _CLOSE * np.maximum(np.abs(whole), np.sum(np.abs(parts), axis=0))
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ExchangeInvalid(
                file=f"{tree.id} · {scenario}",
                detail_zh=f"“{variable}”的下级之和与它不等（{tree.years[at]:.0f} 年差 {gap[at]:.6g}）",
                detail_en=f"the parts of '{variable}' do not add up to it ({gap[at]:.6g} in {tree.years[at]:.0f})",
                mend_zh="请给每个下级节点写 iamc，或去掉这一级。",
                mend_en="Give every part its iamc name, or leave this level out.",
                rows=[
                    {"year": int(tree.years[place]), "gap": float(gap[place])}
                    for place in np.flatnonzero(wrong)[:5]
                ],
            )
