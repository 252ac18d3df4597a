"""A scenario of a tree beside those of other models: units made one, and what differs in gas and boundary told."""

from __future__ import annotations

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import Line, chart
from tanheng.errors import IncompatibleUnit, NotFound, UnknownUnit, language
from tanheng.inventory.table import Pictured
from tanheng.pathways.scenarios.iamc import INDEX, to_iamc
from tanheng.pathways.tree.model import BASELINE, Tree
from tanheng.pathways.tree.problems import exchange_wrong
from tanheng.quantities import multiplier

_GAS = {"Emissions|CO2": "Emissions|Kyoto Gases", "Emissions|Kyoto Gases": "Emissions|CO2"}
_MASSES = ("Mt CO2-equiv/yr", "Mt CO2/yr")
_GROUP = ["model", "scenario", "region"]


def against(
    tree: Tree, read: pl.DataFrame, variable: str = "", *, scenario: str = BASELINE
) -> tuple[Pictured, list[Finding]]:
    """One variable of a tree's scenario beside that of scenarios that were read in, each also as a multiple of its first common year.

    Parameters
    ----------
    tree : Tree
    read : DataFrame
        As `read_iamc` gives it.
    variable : str
        IAMC variable; that of the tree's total unless told. Where one of the two has it for the other gas only (CO2, Kyoto
        gases), that one is taken, and a finding says so.
    scenario : str
        Scenario of the tree.

    Returns
    -------
    Pictured
        ``model``, ``scenario``, ``region``, ``year``, ``value``, ``unit`` (that of the tree, or of CO2 in Mt a year), ``index``:
        1 in the first common year, null where there is no value or a zero.
    list of Finding
        Other regions, other gases, units that were converted, and scenarios without an index.

    Raises
    ------
    NotFound
        When one of the two lacks the variable.
    ExchangeInvalid
        For a unit that cannot be turned into that of the tree.
    """
    own = to_iamc(tree, [scenario], form="long")
    asked = variable or tree.nodes[tree.total].iamc or "Emissions|Kyoto Gases"
    mine, theirs = (_taken(frame, asked) for frame in (own, read))
    own, other = own.filter(pl.col("variable") == mine), read.filter(pl.col("variable") == theirs)
    unit = own["unit"][0]
    told = _regions(own, other)
    factors = {
        text: _converted(text, unit, model)
        for text, model in other.select("unit", "model").unique("unit", maintain_order=True).rows()
    }
    if mine != theirs or any(name != unit for _, name in factors.values()):
        names = ", ".join(dict.fromkeys(name for _, name in factors.values()))
        told.append(Finding("K-102", {"own": f"{mine} [{unit}]", "other": f"{theirs} [{names}]"}))
    changed = [f"{text} → {name}" for text, (_, name) in factors.items() if text != name]
    told += [Finding("K-103", {"units": ", ".join(changed)})] if changed else []
    other = other.with_columns(
        pl.col("value") * pl.col("unit").replace_strict({text: by for text, (by, _) in factors.items()}, return_dtype=pl.Float64),
        pl.col("unit").replace({text: name for text, (_, name) in factors.items()}),
    )  # fmt: skip
    first = min(set(own["year"]) & set(other["year"]), default=None)
    joined = pl.concat([own, other])
    base = joined.filter((pl.col("year") == first) & (pl.col("value") != 0))
    base = base.select(*INDEX, pl.col("value").alias("base"))
    shown = joined.join(base, on=list(INDEX), how="left")
    shown = shown.with_columns((pl.col("value") / pl.col("base")).alias("index"))
    lost = shown.filter(pl.col("index").is_null()).select(_GROUP).unique(maintain_order=True).rows()
    if lost:
        names = "; ".join(" ".join(row) for row in lost)
        told.append(Finding("K-104", {"names": names, "year": "–" if first is None else first}))
    frame = shown.select(*_GROUP, "year", "value", "unit", "index").sort(*_GROUP, "year")
    return Pictured(frame, theirs, lambda: _picture(frame, first)), told


def _taken(frame: pl.DataFrame, variable: str) -> str:
    """The variable, or the same of the other gas where only that is there."""
    known = frame["variable"].unique().sort().to_list()
    gas = "|".join(variable.split("|")[:2])
    swapped = _GAS[gas] + variable.removeprefix(gas) if gas in _GAS else variable
    for name in (variable, swapped):
        if name in known:
            return name
    raise NotFound(what_zh="IAMC 变量", what_en="IAMC variable", name=variable, known=", ".join(known))


def _regions(own: pl.DataFrame, other: pl.DataFrame) -> list[Finding]:
    here = own["region"][0]
    apart = [name for name in other["region"].unique(maintain_order=True) if name != here]
    return [Finding("K-101", {"own": here, "other": ", ".join(apart)})] if apart else []


def _converted(text: str, unit: str, file: str) -> tuple[float, str]:
    """What turns a unit into that of the tree, or of the same mass of CO2, and which of them it is."""
    for name in dict.fromkeys([unit, *(_MASSES if unit in _MASSES else ())]):
        if text == name:
            return 1.0, name
        try:
            return multiplier(_plain(text), _plain(name)), name
        except (IncompatibleUnit, UnknownUnit):
            continue
    raise exchange_wrong(
        file,
        (f"单位“{text}”不能换算为 {unit}", f"the unit '{text}' cannot be turned into {unit}"),
        ("请核对变量与单位，或删去这些行。", "Check variable and unit, or leave these rows out."),
    )


def _plain(unit: str) -> str:
    """A unit of the form as the units know it: a value of a year is a mass."""
    text = unit.replace(" ", "").replace("CO2-equiv", "CO2e").replace("CO2eq", "CO2e")
    for ending in ("/year", "/yr", "/a"):
        text = text.removesuffix(ending)
    return text


def _picture(frame: pl.DataFrame, first: int | None) -> str:
    """The indices by year: models of other regions and sizes stand on one scale."""
    years = np.arange(float(frame["year"].min()), float(frame["year"].max()) + 1)  # type: ignore[arg-type]
    lines = []
    for key, own in frame.group_by(_GROUP, maintain_order=True):
        held = dict(own.filter(pl.col("index").is_not_null()).select("year", "index").iter_rows())
        lines.append(
            Line(" · ".join(map(str, key)), np.array([held.get(int(year), np.nan) for year in years]))
        )
    title = (
        f"与别的模型并列（指数，{first} 年为 1）"
        if language() == "zh"
        else f"Beside another model (index, 1 in {first})"
    )
    return chart(title, "", years, lines)
