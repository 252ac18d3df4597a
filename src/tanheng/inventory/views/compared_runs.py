"""Two runs on disk set against each other year by year, so that no more than a year of each is held."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity import parse_period
from tanheng.engine import Parquet, quote
from tanheng.engine.duckdb_engine import DuckDBEngine
from tanheng.inventory.releases.runs import FORMAT, find_run, without_rows
from tanheng.inventory.releases.years import columns_of_year, must_have, years_in
from tanheng.inventory.views import explore
from tanheng.inventory.views.comparison import (
    CAUSES,
    RESTATED,
    cause_name,
    causes_of,
    compare,
    compared_columns,
    exact_sums,
    label_of,
    shown_columns,
    totals_of,
)
from tanheng.inventory.weights import NANO
from tanheng.record import read_version


@dataclass(frozen=True)
class ComparedRuns:
    """Cells of two runs in a file, as `Comparison.cells` has them: those that differ first, the largest difference first."""

    old: str
    new: str
    file: Path
    titles: tuple[Mapping[str, str], Mapping[str, str]]

    @property
    def cells(self) -> pl.LazyFrame:
        """The cells, read as they are asked for."""
        return pl.scan_parquet(self.file)

    @property
    def totals(self) -> tuple[float, float]:
        """The old and the new total, t."""
        return totals_of(self.cells)

    @property
    def causes(self) -> dict[str, float]:
        """The whole difference by cause, t."""
        return causes_of(self.cells)

    def restated(self, *, whole: bool = False) -> pl.LazyFrame:
        """What differs, or all of it, as `Comparison.restated` gives it, with the names of all codes."""
        cells = self.cells if whole else self.cells.filter(pl.col("cause") != "")
        kept = shown_columns(cells)
        causes = {"": "", **{cause: cause_name(cause) for cause in CAUSES}}
        name = pl.col("cause").replace_strict(causes, return_dtype=pl.String).alias("cause_name")
        coded = [one for one in kept if one not in RESTATED]
        names = explore.named_lazily(cells.select(coded))
        figures = [one for one in RESTATED if one in cells.collect_schema()]
        return cells.with_columns(name, *names).select(
            *(part for one in coded for part in (one, *([f"{one}_name"] if _has(names, one) else []))),
            *figures[: figures.index("cause") + 1],
            "cause_name",
            *figures[figures.index("cause") + 1 :],
        )


def _has(names: Sequence[pl.Expr], column: str) -> bool:
    return any(one.meta.output_name() == f"{column}_name" for one in names)


def compare_runs(
    new: Path, old: Path, target: Path, *, period: str = "", memory: str = "250MB"
) -> ComparedRuns:
    """Compare two runs on disk, as `compare` does, and keep the cells in a file.

    Parameters
    ----------
    new, old : Path
        Folders of runs.
    target : Path
        Parquet to write; where it stands already, the runs are not read again.
    period : str
        Only this year; all of them unless told.
    memory : str
        Beyond which the sorting goes to disk.

    Returns
    -------
    ComparedRuns

    Raises
    ------
    NotFound, VersionAltered
        As `load_run`; also when one of them has no such year.

    Examples
    --------
    >>> import tanheng as th
    >>> folder = Path(tempfile.mkdtemp())
    >>> table = {"entity": ["甲"] * 2, "period": ["2020", "2021"], "item": ["石灰"] * 2, "amount": [1, 2], "unit": ["t"] * 2}
    >>> old = th.account(table, "cn-provincial-2011").save(folder / "old")
    >>> new = th.account({**table, "amount": [1, 4]}, "cn-provincial-2011").save(folder / "new")
    >>> found = compare_runs(new, old, folder / "cells.parquet")
    >>> found.cells.select("period", "cause").collect().rows(), round(found.causes["activity"], 3)
    ([('2021', 'activity'), ('2020', '')], 1.366)
    """
    sides = [read_version(find_run(one), FORMAT) for one in (new, old)]
    year = (parse_period(period) or period)[:4]
    for kept in sides if year else ():
        must_have(kept, year)
    years = [year] if year else sorted({year for kept in sides for year in years_in(kept)}) or [""]
    methods = [kept.about["method"] for kept in sides]
    new_label, old_label = (
        label_of(method, kept.about["gwp"]["name"]) for method, kept in zip(methods, sides, strict=True)
    )
    found = ComparedRuns(old_label, new_label, target, (methods[1]["title"], methods[0]["title"]))
    if target.is_file():
        return found
    held = [without_rows(kept) for kept in sides]
    with tempfile.TemporaryDirectory() as folder:
        parts = Path(folder) / "cells"
        parts.mkdir()
        for place, year in enumerate(years):
            both = zip(sides, held, strict=True)
            cells = compare(*(columns_of_year(kept, one, year, compared_columns) for kept, one in both)).cells
            cells.write_parquet(parts / f"{place:04}.parquet", compression="lz4")
        engine = DuckDBEngine(memory=memory)
        try:
            engine.register("cells", Parquet(parts))
            target.parent.mkdir(parents=True, exist_ok=True)
            keys = (quote(name) for name in engine.columns("cells") if name not in RESTATED)
            engine.write(f"{_ORDERED}, {', '.join(keys)}", target)
        finally:
            engine.close()
    return found


_ORDERED = """
select * from cells
order by case when cause = '' then 1 else 0 end, abs(difference) desc, abs("new") desc
"""


def waterfall_sums(found: ComparedRuns, by: str | None) -> dict[str, list[tuple[str, float]]]:
    """What each cause adds, t; or each value of a dimension within it, the largest first."""
    if by is None:
        return {cause: [("", value)] for cause, value in found.causes.items()}
    sums = found.cells.group_by(by).agg(exact_sums(*CAUSES)).collect()
    rows: dict[str, Any] = {
        cause: sums.sort(pl.col(cause).abs(), by, descending=[True, False]).select(by, cause).rows()
        for cause in CAUSES
    }
    return {cause: [(str(code or ""), value / NANO) for code, value in own] for cause, own in rows.items()}
