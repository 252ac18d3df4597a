"""Comparisons of runs, each made once and kept as a file beside the data: what is asked for next reads only that."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from pathlib import Path

from tanheng import __version__
from tanheng.inventory.views.compared_runs import ComparedRuns, compare_runs
from tanheng.record.platform import Platform
from tanheng.serve.holdings import run_folder

_KEPT = 16
_ONE = threading.Lock()
"""Comparisons are made one after the other: each may hold a year of two large runs."""


def compared(platform: Platform, new: str, old: str, period: str = "") -> ComparedRuns:
    """Two runs, by their manifests, set against each other; in one year, or in all.

    Raises
    ------
    NotFound
        When neither has the year.
    """
    folder = platform.folder / "comparisons"
    name = hashlib.sha256(" ".join((new, old, period, __version__)).encode()).hexdigest()
    with _ONE:
        found = compare_runs(
            run_folder(platform, new), run_folder(platform, old), folder / f"{name}.parquet", period=period
        )
        found.file.touch()
        _tidied(folder)
    return found


def _tidied(folder: Path) -> None:
    """Only the comparisons that were asked for last are kept."""
    known = sorted(folder.glob("*.parquet"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in known[_KEPT:]:
        with contextlib.suppress(OSError):
            file.unlink()
