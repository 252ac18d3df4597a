"""From activity rows to exact amounts per cell: the big step, done by the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding, last_day
from tanheng.activity.clean import CLEANERS, MICRO, unit_of
from tanheng.activity.reading.reasons import MOST, doubtful, wrong_texts
from tanheng.activity.reading.refusals import canonical
from tanheng.codes import EntityTree
from tanheng.engine import Engine, load_sql, quote
from tanheng.errors import InputUnreadable, UnknownCode
from tanheng.inventory.accounting.coefficients import KEY
from tanheng.inventory.accounting.refusing import refuse
from tanheng.inventory.accounting.regions import with_region

_SHOWN = 20
KINDS = ("item", "unit", "sector", "activity")
PLACE_AND_TIME = ("region", "period")
Decides = Callable[..., Collection[str]]
_MOST = 2**62
_FEW = 4
"""A column with fewer texts than one in so many rows is numbered by looking them up: a table of all others is large."""
_NUMBERS = {"__home", "cell", "key", "amount_micro", "good", "activity_uncertainty", "__nowhere"}


@dataclass(frozen=True)
class Amounts:
    """Cells of the activity with exact amounts.

    ``cells`` has the dimensions as canonical text, ``cell`` numbers and ``amount_micro`` [10^-6 canonical unit]; ``rows``
    counts good rows. `with_keys` adds the ``key`` number of each cell and the distinct ``keys``, in the order of their numbers.
    """

    cells: pl.DataFrame
    dimensions: list[str]
    findings: list[Finding]
    rows: int
    refused: int
    keys: list[tuple[str, ...]] = field(default_factory=list)

    def with_keys(self, decides: Decides) -> Amounts:
        """The amounts with the keys of their coefficients.

        Parameters
        ----------
        decides : callable
            Takes the `KINDS` of a cell, says which of `PLACE_AND_TIME` decide its coefficients. What does not is empty in the
            key where the cells differ in it, and so one key serves many places and years.
        """
        kinds = self.cells.select(KINDS).unique()
        told = [decides(*kind) for kind in kinds.iter_rows()]
        flags = [pl.Series(f"__{name}", [name in one for one in told], pl.Boolean) for name in PLACE_AND_TIME]
        rest = [name for name in KEY if name not in PLACE_AND_TIME]
        kept = [
            pl.when(f"__{name}").then(name).otherwise(pl.lit("")).alias(f"__key_{name}")
            for name in PLACE_AND_TIME
        ]
        cells = self.cells.join(kinds.with_columns(flags), on=list(KINDS), how="left", maintain_order="left")
        cells = cells.with_columns(kept)
        groups = [*rest, *(f"__key_{name}" for name in PLACE_AND_TIME)]
        alone = [
            pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).otherwise(pl.lit("")).alias(name)
            for name in PLACE_AND_TIME
        ]
        keyed = cells.group_by(groups).agg(alone).sort(*KEY).with_row_index("key")
        number = keyed.select(pl.col("key").cast(pl.Int64), *groups)
        cells = cells.join(number, on=groups, how="left", maintain_order="left")
        return replace(
            self,
            cells=cells.select(pl.exclude(r"^__.*$")),
            keys=[tuple(row) for row in keyed.select(KEY).iter_rows()],
        )


def add_up(
    activity: Activity,
    engine: Engine,
    *,
    by: Sequence[str] | None,
    region: str | None,
    entities: EntityTree | None = None,
) -> Amounts:
    """Sum the amounts of every cell exactly.

    Parameters
    ----------
    activity : Activity
    engine : Engine
    by : sequence of str, optional
        Dimensions to keep, as `asked_dimensions` gives them; what decides coefficients is always kept. All dimensions by default.
    region : str, optional
        Region of rows that name none.
    entities : EntityTree, optional
        Gives the region of an entity as of the period of the row.
    """
    raw = _raw_columns(activity, by)
    amount, unit = (activity.mapping.get(name, name) for name in ("amount", "unit"))
    if activity.parquet is not None:
        engine.register("activity", activity.parquet)
        engine.register("units", _units(_texts(engine, unit)))
    named = {name: column for name, column in raw.items() if name != "entity"}
    spare = by is not None and "entity" not in by and "region" in raw
    spare = spare and (activity.frame is not None or not _names_refused(engine, raw["entity"]))
    summed = _summed(activity, engine, named if spare else raw, amount, unit)
    if spare and (summed.get_column("region").str.strip_chars() == "").any():
        summed, spare = _summed(activity, engine, raw, amount, unit), False
    raw = named if spare else raw
    if activity.frame is not None and "uncertainty" in activity.frame.columns:
        summed = summed.join(_uncertainty(activity.frame, list(raw)), on=list(raw), how="left")
    findings: list[Finding] = []
    if activity.parquet is not None:
        summed, findings = refuse(activity, engine, summed, raw, _rows(engine))
    refused = sum(finding.count for finding in findings if finding.severity == "error")
    good = int(summed.get_column("good").sum() or 0)
    if not good + refused + activity.missing:
        raise _no_rows(activity)
    kept = None if by is None else {*KEY, *by}
    if activity.frame is None:
        summed = _cleaned(summed, list(raw))
    blank = "region" in raw and (summed.get_column("region") == "").any()
    cells, notes = _cells(summed, list(raw), region, entities, kept)
    del summed
    if activity.frame is None or kept is not None or blank:
        cells = _joined(cells)
    order = [name for name in cells.columns if name not in _NUMBERS]
    return Amounts(
        cells=_sorted(cells, order).with_row_index("cell").with_columns(pl.col("cell").cast(pl.Int64)),
        dimensions=order,
        findings=findings + notes,
        rows=good,
        refused=refused,
    )


def _sorted(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Sorted by texts: their places among the distinct ones make one number, several times faster to sort by."""
    place, many = pl.lit(0, dtype=pl.Int64), 1
    for name in names:
        texts = frame.get_column(name).unique()
        if len(texts) * _FEW < frame.height:
            texts, numbers = texts.sort(), pl.int_range(len(texts), eager=True)
            number = pl.col(name).replace_strict(texts, numbers, return_dtype=pl.Int64)
        else:
            number = pl.col(name).rank("dense").cast(pl.Int64) - 1
        place = place * len(texts) + number
        many *= max(len(texts), 1)
    if many > _MOST or not frame.height:
        return frame.sort(names)
    return frame[frame.select(place).to_series().arg_sort()]


def _uncertainty(frame: pl.DataFrame, dimensions: list[str]) -> pl.DataFrame:
    """Relative half width of each cell's amount: independent rows; unknown if one row's is unknown.

    Terms are added in the order of their size, so that the order of rows does not matter.
    """
    whole = pl.col("amount").sort().sum()
    spread = (pl.col("uncertainty") / 100 * pl.col("amount")).pow(2).sort().sum().sqrt() / whole
    known = pl.col("uncertainty").is_not_null().all() & (whole > 0)
    return frame.group_by(dimensions).agg(pl.when(known).then(spread).alias("activity_uncertainty"))


def _joint_uncertainty() -> pl.Expr:
    """Relative half width of cells that became one: independent; unknown if one's is unknown."""
    amount, width = pl.col("amount_micro").cast(pl.Float64), pl.col("activity_uncertainty")
    joint = (amount * width).pow(2).sort().sum().sqrt() / amount.sort().sum()
    one = pl.when(pl.len() == 1).then(width.first()).otherwise(joint)
    return pl.when(width.is_not_null().all()).then(one).alias("activity_uncertainty")


def _names_refused(engine: Engine, column: str) -> bool:
    """Whether some entity cannot be taken: a blank, or a row of totals; then rows must be told apart by entity."""
    name = f"a.{quote(column)}"
    kind = engine.columns("activity")[column]
    if kind == "other" or _rows(engine, f"{name} is null"):
        return True
    if kind == "number":
        return False
    seen = engine.query(f"select distinct {name} as entity from activity as a where {doubtful(name)}")
    return bool(wrong_texts(seen, ["entity"]))


def _texts(engine: Engine, column: str) -> list[str]:
    """Every text of a column as read; empty text stands for null."""
    seen = engine.query(f"select distinct a.{quote(column)} as text from activity as a").get_column("text")
    return seen.cast(pl.String).fill_null("").to_list()


def _rows(engine: Engine, where: str = "1 = 1") -> int:
    """How many rows of the activity meet a condition."""
    return int(engine.query(f"select count(*) as n from activity as a where {where}").item())


def _summed(activity: Activity, engine: Engine, raw: dict[str, str], amount: str, unit: str) -> pl.DataFrame:
    """Exact sums per combination of the columns as read; empty text stands for null.

    Rows in memory go to the engine with the number of the first of their group: their texts are not held twice.
    """
    if activity.frame is None:
        return _sums(engine, raw, amount, unit)
    names = list(raw)
    texts = activity.frame.select(pl.col(names).cast(pl.String).fill_null(""))
    first = texts.with_row_index("first").select(pl.col("first").first().over(names)).to_series()
    engine.register("activity", activity.frame.select(amount, unit).with_columns(first))
    engine.register("units", _units(activity.frame.get_column(unit).unique().to_list()))
    found = _sums(engine, {"first": "first"}, amount, unit)
    return texts[found.get_column("first").cast(pl.Int64)].hstack(found.select("amount_micro", "good"))


def _sums(engine: Engine, raw: dict[str, str], amount: str, unit: str) -> pl.DataFrame:
    """The same, by the engine alone."""
    sql = load_sql(
        "tanheng.inventory.accounting",
        "aggregate.sql",
        outer=", ".join(f"coalesce(cast(m.d{n} as varchar), '') as d{n}" for n in range(len(raw))),
        inner=", ".join(f"a.{quote(column)} as d{n}" for n, column in enumerate(raw.values())),
        kept=", ".join(f"b.d{n} as d{n}" for n in range(len(raw))),
        groups=", ".join(f"b.d{n}" for n in range(len(raw))),
        amount=quote(amount),
        unit=quote(unit),
        most=MOST,
    )
    return engine.query(sql).rename({f"d{n}": name for n, name in enumerate(raw)})


def _raw_columns(activity: Activity, by: Sequence[str] | None) -> dict[str, str]:
    """Canonical dimension to column as read; the entity is kept, as it may decide a region that is not stated."""
    available = {name: activity.mapping.get(name, name) for name in activity.dimensions}
    if by is None:
        return available
    needed = {name for name in KEY if name in available} | {"entity", *by}
    return {name: column for name, column in available.items() if name in needed}


def _no_rows(activity: Activity) -> InputUnreadable:
    return InputUnreadable(
        file=activity.name,
        sheet="",
        detail_zh="表头之下没有可核算的数据行",
        detail_en="it has no rows to account for below its header",
        mend_zh="请补上数据；若只有汇总行，请写明其主体与品种。",
        mend_en="Add the data; if there are only totals, name their entity and item.",
    )


def _units(seen: Sequence[Any]) -> pl.DataFrame:
    known = [(str(text), unit) for text in seen if (unit := unit_of(str(text))) is not None]
    return pl.DataFrame(
        {
            "unit": [text for text, _ in known],
            "micro": [unit.factor * MICRO for _, unit in known],
        },
        schema={"unit": pl.String, "micro": pl.Float64},
    )


def _cleaned(summed: pl.DataFrame, dimensions: list[str]) -> pl.DataFrame:
    """Canonical texts: rows in memory have them already."""
    frame = summed.with_columns(pl.col(name).str.strip_chars() for name in dimensions)
    for name in dimensions:
        if name in CLEANERS:
            frame = canonical(frame, name)
    return frame


def _cells(
    summed: pl.DataFrame,
    dimensions: list[str],
    region: str | None,
    entities: EntityTree | None,
    kept: set[str] | None,
) -> tuple[pl.DataFrame, list[Finding]]:
    """A region for every cell; ``kept`` names the dimensions that stay once the regions are known, all by default."""
    frame = with_region(summed, dimensions, region, entities)
    frame = frame.with_columns(pl.lit("").alias(name) for name in KEY if name not in frame.columns)
    notes = _not_standing(frame, entities)
    nowhere = frame.filter(pl.col("__nowhere"))
    if nowhere.height:
        notes.append(Finding("A-114", {"count": int(nowhere.get_column("good").sum())}))
    numbers = [name for name in ("activity_uncertainty", "amount_micro", "good") if name in frame.columns]
    groups = [name for name in frame.columns if name not in _NUMBERS and (kept is None or name in kept)]
    return frame.select(*groups, *numbers).with_columns(pl.col("amount_micro").cast(pl.Int128)), notes


def _joined(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells that became the same joined by exact sums."""
    groups = [name for name in cells.columns if name not in _NUMBERS]
    more = [_joint_uncertainty()] if "activity_uncertainty" in cells.columns else []
    return cells.group_by(groups).agg(*more, pl.col("amount_micro", "good").sum())


def _not_standing(frame: pl.DataFrame, entities: EntityTree | None) -> list[Finding]:
    """Rows of entities that the tree lacks, or that do not stand in the period of the row."""
    if entities is None or "entity" not in frame.columns:
        return []
    found = []
    for entity, period in sorted(frame.select("entity", "period").unique().rows()):
        try:
            entities.get(entity, last_day(period))
        except UnknownCode:
            found.append(
                Finding("A-126", {"value": entity, "period": period}, ({"entity": entity, "period": period},))
            )
    return found[:_SHOWN]


__all__ = ["MICRO", "Amounts", "add_up"]
