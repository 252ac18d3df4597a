"""Why a total changed, and why places differ, as effects of factors; of a road, or of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tanheng.charts.waterfall import number
from tanheng.codes.wording import column_said, unit_said
from tanheng.drivers import Decomposition, PlaceComparison, Step, compare_places, decompose
from tanheng.drivers.lmdi import METHODS
from tanheng.drivers.places import MEAN
from tanheng.drivers.series import factor_said
from tanheng.pathways.index.wording import place_named, say
from tanheng.pathways.road.past import drivers_of, emission_named
from tanheng.serve.roads.asked import (
    BREAKS,
    DEFLATOR,
    DRAWN,
    EACH_PLACE,
    FILE,
    FIRST,
    FIRST_YEAR,
    LAST,
    LAST_YEAR,
    NOMINAL,
    PERIOD,
    PLACE,
    REAL,
    SEED,
    WHERE,
    listed,
    more_drawn,
    paired,
    said,
    spreads,
)
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.telling import amount_said

_NAMES = {"lmdi-1": ("LMDI-I", "LMDI-I"), "lmdi-2": ("LMDI-II", "LMDI-II"), "shapley": ("Shapley/Sun", "Shapley/Sun"), "laspeyres": ("拉氏（有残差）", "Laspeyres (leaves a residual)")}  # fmt: skip
_METHOD = Option(
    "method", "choice", "方法", "method", default="lmdi-1", choices=[(one, *_NAMES[one]) for one in METHODS]
)
_OF_PLACES = Option(
    "method", "choice", "方法", "method", default="lmdi-2", choices=[(one, *_NAMES[one]) for one in METHODS]
)
_FORM = Option("form", "choice", "加法或乘法形式", "additive or multiplicative", default="additive", choices=[("additive", "加法", "additive"), ("multiplicative", "乘法", "multiplicative")])  # fmt: skip
_TOTAL = Option("total", "text", "总量列", "column of the total", needed=True, source="columns")
_FACTORS = Option("factors", "texts", "因子，相乘等于总量，如 人口, GDP/人口, 强度=排放/GDP", "factors, which multiply to the total, such as people, gdp/people, rate=co2/gdp", needed=True, source="columns")  # fmt: skip
_BY = Option(
    "by",
    "texts",
    "分项列（部门、品种）",
    "columns of cells (sector, fuel)",
    default="",
    source="columns",
)
_UNCERTAINTY = Option("uncertainty", "pairs", "列的 95 % 区间半宽：列=5%，各期同一误差写 列=5%:steady", "half-widths of 95 % intervals: COLUMN=5%, or COLUMN=5%:steady for one error over all periods", default="", source="columns")  # fmt: skip
_DRAWS = Option("draws", "count", "抽样次数", "number of draws", default=2000, least=2, most=100_000)
_AGAINST = Option("against", "text", "与某地区相比，或与各地区平均（mean）", "against one place, or the mean of the places (mean)", default=MEAN, choices=[(MEAN, "各地区平均", "mean of the places")], source="values:place")  # fmt: skip
_PEERS = Option(
    "peers",
    "texts",
    "平均只取这些地区",
    "places of which the mean is made",
    default="",
    source="values:place",
)

OPTIONS = (
    _METHOD, _FORM, FIRST_YEAR, LAST_YEAR, replace(NOMINAL, source="series"), replace(BREAKS, source="observed"),
    replace(_UNCERTAINTY, source="series"), _DRAWS, SEED,
)  # fmt: skip
TABLE_OPTIONS = (
    FILE, _TOTAL, _FACTORS, PERIOD, _BY, PLACE, _METHOD, _FORM, FIRST, LAST, WHERE, REAL, NOMINAL, DEFLATOR, BREAKS, _UNCERTAINTY,
    _DRAWS, SEED,
)  # fmt: skip
PLACES_OPTIONS = (FILE, _TOTAL, _FACTORS, EACH_PLACE, _BY, _AGAINST, _PEERS, WHERE, _OF_PLACES, _FORM)


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Why what the road has observed changed."""
    found, road = replace(_of_road(opened, asked), total=emission_named()), opened.road
    name = f"{place_named(road)} · {found.total}"
    return _changes(found, name, road.unit, synthetic=road.observed.synthetic)


@once
def _of_road(opened: Opened, asked: Mapping[str, Any]) -> Decomposition:
    return drivers_of(
        opened.road, first=asked["from"], last=asked["to"], method=asked["method"], form=asked["form"], nominal=listed(asked["nominal"]),
        breaks=listed(asked["breaks"]), uncertainty=spreads(listed(asked["uncertainty"])), draws=asked["draws"], seed=asked["seed"],
    )  # fmt: skip


def table_document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Why a column of a table changed, for each place."""
    found = _of_table(opened, asked)
    return _changes(found, column_said(found.total), "", synthetic=False)


@once
def _of_table(opened: Opened, asked: Mapping[str, Any]) -> Decomposition:
    return decompose(
        opened.path(asked["file"]), total=asked["total"], factors=listed(asked["factors"]), period=asked["period"], by=listed(asked["by"]),
        place=asked["place"], method=asked["method"], form=asked["form"], first=asked["from"] or None, last=asked["to"] or None,
        where=paired("where", listed(asked["where"])), real=listed(asked["real"]), nominal=listed(asked["nominal"]),
        deflators=paired("deflator", listed(asked["deflator"])), breaks=listed(asked["breaks"]),
        uncertainty=spreads(listed(asked["uncertainty"])), draws=asked["draws"], seed=asked["seed"],
    )  # fmt: skip


def places_document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Why places of a table differ from one, or from their mean."""
    found = compare_places(
        opened.path(asked["file"]), total=asked["total"], factors=listed(asked["factors"]), place=asked["place"], by=listed(asked["by"]),
        against=asked["against"].strip() or MEAN, peers=listed(asked["peers"]), where=paired("where", listed(asked["where"])),
        method=asked["method"], form=asked["form"],
    )  # fmt: skip
    total = column_said(found.total)
    reference = say("各地区平均", "the mean of the places") if found.reference == MEAN else found.reference
    far = max(found.places.values(), key=lambda one: abs(one.difference - _neutral(found.form)))
    far_off = (
        f"×{far.difference:.4f}" if found.form == "multiplicative" else number(far.difference, signed=True)
    )
    return Document(
        headline=say(
            f"{total}：{len(found.places)} 个地区与{reference}（{number(found.reference_value)}）相比，相差最大的是{far.place}（{far_off}）。",
            f"{total}: {len(found.places)} places against {reference} ({number(found.reference_value)}); {far.place} differs most ({far_off}).",
        ),
        figures=[Figure(say("参照", "Reference"), found.reference_value, note=reference)],
        charts=found.charts(),
        sheets=[_differences(found)],
        warnings=said(found.findings),
        result=found.to_dict(),
    )  # fmt: skip


def _differences(found: PlaceComparison) -> Sheet:
    rows = [
        {"place": one.place, "value": one.value, "difference": one.difference, **_keyed(one.effects), "residual": one.residual}
        for one in found.places.values()
    ]  # fmt: skip
    heads = [
        Column("place", say("地区", "Place")), Column("value", column_said(found.total), "amount"),
        Column("difference", say("比值", "Ratio") if found.form == "multiplicative" else say("差", "Difference"), "amount"),
        *_factor_columns(map(factor_said, found.factors), ""),
        *([Column("residual", say("残差", "Residual"), "amount")] if found.method == "laspeyres" else []),
    ]  # fmt: skip
    return Sheet("places", say("各地区与参照之差", "Differences from the reference"), heads, rows)


@dataclass(frozen=True)
class _Held:
    """A decomposition with the unit of its effects as the road has it; empty where a table states none."""

    found: Decomposition
    unit: str

    @property
    def ratio(self) -> bool:
        return self.found.form == "multiplicative"

    @property
    def effect_unit(self) -> str:
        return "" if self.ratio or not self.unit else unit_said(self.unit)

    @property
    def change(self) -> str:
        return say("比值", "Ratio") if self.ratio else say("变化", "Change")

    def said(self, value: float) -> str:
        """A change or an effect, as a sentence has it."""
        return f"×{value:.4f}" if self.ratio else _amount(value, self.unit, signed=True)

    @property
    def places(self) -> list[Column]:
        return [] if list(self.found.steps) == [""] else [Column("place", say("地区", "Place"))]


def _changes(found: Decomposition, name: str, unit: str, *, synthetic: bool) -> Document:
    held = _Held(found, unit)
    alone = found.chained[""] if list(found.steps) == [""] else None
    if alone is not None:
        ranked = sorted(alone.effects.items(), key=lambda one: -abs(one[1] - _neutral(found.form)))
        told = say("，", ", ").join(
            f"{found.called(factor)} {held.said(effect)}" for factor, effect in ranked
        )
        low, high = (_amount(one, unit) for one in found.totals[""])
        headline = say(
            f"{name}：{alone.start}–{alone.end} 年由 {low} 到 {high}，{held.change} {held.said(alone.change)}；{told}。",
            f"{name}: from {low} in {alone.start} to {high} in {alone.end}, {held.change.lower()} {held.said(alone.change)}; {told}.",
        )  # fmt: skip
    else:
        up = sum(step.change > _neutral(found.form) for step in found.chained.values())
        headline = say(
            f"{name}：{len(found.steps)} 个地区分别分解，{up} 个上升，{len(found.steps) - up} 个未上升。",
            f"{name}: {len(found.steps)} places, each by itself; {up} rose, {len(found.steps) - up} did not.",
        )
    charts = found.charts(held.effect_unit)
    return Document(
        headline=headline,
        figures=[] if alone is None else _figures(alone, held),
        charts=charts[:DRAWN],
        sheets=[_steps(held), *_cells(held), *_effects(held)],
        warnings=[*said(found.findings), *more_drawn(len(charts))],
        synthetic=synthetic,
        result=found.to_dict(),
    )  # fmt: skip


def _figures(alone: Step, held: _Held) -> list[Figure]:
    shown = [Figure(f"{held.change} {alone.start}–{alone.end}", alone.change, held.effect_unit)]
    for name, effect in alone.effects.items():
        own = alone.ranges.get(name, {})
        shown.append(
            Figure(held.found.called(name), effect, held.effect_unit, low=own.get("p5"), high=own.get("p95"))
        )
    return shown


def _steps(held: _Held) -> Sheet:
    found = held.found
    rows = [
        {"place": place, "span": f"{step.start}–{step.end}", "kind": kind, "change": step.change, **_keyed(step.effects), "residual": step.residual}
        for place, steps in found.steps.items()
        for kind, own in (
            (say("逐期累计", "Chained"), [found.chained[place]]), (say("首末直接比较", "Last against first"), [found.unchained[place]]),
            (say("逐期", "Step"), steps),
        )
        for step in own
    ]  # fmt: skip
    rest = found.method == "laspeyres"
    heads = [
        *held.places, Column("span", say("时期", "Periods")), Column("kind", say("比较", "Compared")),
        Column("change", held.change, "amount", held.effect_unit), *_factor_columns(map(found.called, found.factors), held.effect_unit),
        *([Column("residual", say("残差", "Residual"), "amount", held.effect_unit)] if rest else []),
    ]  # fmt: skip
    note = (
        ""
        if rest
        else say(
            "各因子的效应之和（乘法形式为积）等于变化，没有残差。",
            "Effects add up (or, as ratios, multiply) to the change; nothing is left over.",
        )
    )
    return Sheet("steps", say("各期各因子的效应", "Effects of the factors by period"), heads, rows, note)


def _cells(held: _Held) -> list[Sheet]:
    """Chained effects by each column of cells."""
    found, sheets = held.found, []
    columns = next(iter(found.chained.values())).by
    for at, column in enumerate(columns):
        rows = [
            {"place": place, "cell": value, **_keyed(effects)}
            | ({} if held.ratio else {"sum": sum(effects.values())})
            for place, step in found.chained.items()
            for value, effects in step.by.get(column, {}).items()
        ]
        heads = [
            *held.places,
            Column("cell", column_said(column)),
            *_factor_columns(map(found.called, found.factors), held.effect_unit),
        ]
        heads += [] if held.ratio else [Column("sum", say("合计", "Sum"), "amount", held.effect_unit)]
        sheets.append(
            Sheet(
                f"cells{at + 1}",
                say(f"逐期累计的效应，按{column_said(column)}", f"Chained effects by {column_said(column)}"),
                heads,
                rows,
            )
        )
    return sheets


def _effects(held: _Held) -> list[Sheet]:
    """Ranges of the effects, where uncertainties were asked for."""
    kinds = {
        "step": say("逐期", "Step"),
        "chained": say("逐期累计", "Chained"),
        "unchained": say("首末直接比较", "Last against first"),
    }
    rows = [
        {**row, "span": f"{row['from']}–{row['to']}", "kind": kinds[row["kind"]], "factor": held.found.called(row["factor"])}
        for row in held.found.table().to_dicts()
        if row["p5"] is not None
    ]  # fmt: skip
    heads = [
        *held.places, Column("kind", say("比较", "Compared")), Column("span", say("时期", "Periods")), Column("factor", say("因子", "Factor")),
        *(Column(key, title, "amount", held.effect_unit) for key, title in (("effect", say("效应", "Effect")), ("p5", "p5"), ("p95", "p95"))),
    ]  # fmt: skip
    return [Sheet("ranges", say("效应的区间", "Ranges of the effects"), heads, rows)] if rows else []


def _factor_columns(titles: Iterable[str], unit: str) -> list[Column]:
    return [Column(f"e{at}", title, "amount", unit) for at, title in enumerate(titles)]


def _keyed(effects: Mapping[str, float]) -> dict[str, float]:
    return {f"e{at}": effect for at, effect in enumerate(effects.values())}


def _neutral(form: str) -> float:
    return 1.0 if form == "multiplicative" else 0.0


def _amount(value: float, unit: str, *, signed: bool = False) -> str:
    """An amount in four digits; of a unit of gas in a size that can be read."""
    if not unit:
        return number(value, signed=signed)
    return ("+" if signed and value > 0 else "") + amount_said(value, unit)
