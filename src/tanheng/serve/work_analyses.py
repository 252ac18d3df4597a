"""Analyses that take their time: two runs set against each other, and Monte Carlo.

Table and figures are kept by their hashes: the job, which others of the first run's place may see, tells neither.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.errors import Lang
from tanheng.inventory import Inventory, compare, reconcile
from tanheng.record.tables import RUN
from tanheng.serve.holdings import open_run, open_year
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.work_exports import in_language

Found = tuple[pl.DataFrame, dict[str, Any]]


def _comparison(new: Inventory, old: Inventory, _asked: Mapping[str, Any]) -> Found:
    found = compare(new, old)
    about = {"old": found.old, "new": found.new, "total_old": old.total, "total_new": new.total}
    return found.restated().to_polars(), {**about, "causes": found.causes}


def _reconciliation(new: Inventory, old: Inventory, asked: Mapping[str, Any]) -> Found:
    by = tuple(asked.get("by") or ())
    found = reconcile(old, new, by=by[0] if len(by) == 1 else (by[0], by[1]) if by else None)
    told = {key: value for key, value in found.to_dict().items() if key != "lines"}
    return found.lines, {**told, "incomplete": found.incomplete()}


def _monte_carlo(new: Inventory, _old: Inventory, asked: Mapping[str, Any]) -> Found:
    draws, seed = int(asked.get("draws") or 10_000), int(asked.get("seed") or 2021)
    by = (asked.get("by") or [None])[0]
    lines = new.category_uncertainty(by, approach=2, draws=draws, seed=seed).to_polars()
    return lines, new.monte_carlo(draws=draws, seed=seed).to_dict()


KINDS: Mapping[str, Callable[[Inventory, Inventory, Mapping[str, Any]], Found]] = {
    "comparison": _comparison,
    "reconciliation": _reconciliation,
    "monte-carlo": _monte_carlo,
}


@work("analysis")
def analyse(task: Task) -> Publish:
    """Make the table that was asked for."""
    asked = task.asked
    new, year = _opened(task, asked, "run")
    old, other_year = _opened(task, asked, "other") if asked.get("other") else (new, year)
    task.tell("计算", "Computing", 0.3)
    lang: Lang = "en" if asked.get("lang") == "en" else "zh"
    frame, about = in_language(lang, lambda: KINDS[asked["kind"]](new, old, asked))
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd")
    keep = task.platform.store.objects.put
    about |= {"period": year, "other_period": other_year}
    made = {
        "kind": asked["kind"],
        "run": asked["run"],
        "other": asked.get("other"),
        "table": keep(stream.getvalue()),
        "about": keep(json.dumps(about, ensure_ascii=False, default=str).encode()),
    }
    return lambda _connection: made


def _opened(task: Task, asked: Mapping[str, Any], role: str) -> tuple[Inventory, str]:
    """One side and its year: a comparison, which sets period against period, holds them all unless one is told."""
    with task.platform.reading() as connection:
        row = connection.execute(sa.select(RUN).where(RUN.c.id == asked[role])).one()
    task.tell(f"打开 {row.name}", f"Opening {row.name}", 0.1)
    period = asked.get("period") or ""
    if asked["kind"] == "comparison" and not period:
        return open_run(task.platform, row.manifest), ""
    return open_year(task.platform, row.manifest, period)
