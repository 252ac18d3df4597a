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
from tanheng.inventory import Inventory, reconcile
from tanheng.record.tables import RUN
from tanheng.serve.compared import compared
from tanheng.serve.holdings import open_year
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.work_exports import in_language

Found = tuple[pl.DataFrame, dict[str, Any]]
COMPARISON = "comparison"


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
    "reconciliation": _reconciliation,
    "monte-carlo": _monte_carlo,
}


@work("analysis")
def analyse(task: Task) -> Publish:
    """Make the table that was asked for."""
    asked = task.asked
    lang: Lang = "en" if asked.get("lang") == "en" else "zh"
    frame, about = in_language(lang, lambda: _compared(task) if asked["kind"] == COMPARISON else _found(task))
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd")
    keep = task.platform.store.objects.put
    made = {
        "kind": asked["kind"],
        "run": asked["run"],
        "other": asked.get("other"),
        "table": keep(stream.getvalue()),
        "about": keep(json.dumps(about, ensure_ascii=False, default=str).encode()),
    }
    return lambda _connection: made


def _compared(task: Task) -> Found:
    """What differs between two runs, period against period: in all of them unless one is told."""
    period = task.asked.get("period") or ""
    new, old = (_run(task, role) for role in ("run", "other"))
    task.tell("比较", "Comparing", 0.3)
    found = compared(task.platform, new.manifest, old.manifest, period)
    before, after = found.totals
    about = {
        "old": found.old,
        "new": found.new,
        "total_old": before,
        "total_new": after,
        "causes": found.causes,
    }
    return found.restated().collect(), {**about, "period": period, "other_period": period}


def _found(task: Task) -> Found:
    """What an analysis of one year of one or two runs finds."""
    asked = task.asked
    new, year = _opened(task, "run")
    old, other_year = _opened(task, "other") if asked.get("other") else (new, year)
    task.tell("计算", "Computing", 0.3)
    frame, about = KINDS[asked["kind"]](new, old, asked)
    return frame, {**about, "period": year, "other_period": other_year}


def _opened(task: Task, role: str) -> tuple[Inventory, str]:
    """One side and its year."""
    row = _run(task, role)
    return open_year(task.platform, row.manifest, task.asked.get("period") or "")


def _run(task: Task, role: str) -> Any:
    with task.platform.reading() as connection:
        row = connection.execute(sa.select(RUN).where(RUN.c.id == task.asked[role])).one()
    task.tell(f"打开 {row.name}", f"Opening {row.name}", 0.1)
    return row
