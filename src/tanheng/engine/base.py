"""What an engine is, and how SQL files are read."""

from __future__ import annotations

import string
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import polars as pl


@dataclass(frozen=True, slots=True)
class Parquet:
    """Parquet data on disk: one file, or a folder of parts that may be partitioned hive-style."""

    path: Path

    def files(self) -> list[Path]:
        """The part files, sorted by name; what tools leave beside them (_SUCCESS, ._x.parquet) and results are none."""
        if not self.path.is_dir():
            return [self.path]
        results = self.results()
        return sorted(
            part
            for part in self.path.rglob("*.parquet")
            if part.is_file()
            and not any(_hidden(name) for name in part.relative_to(self.path).parts)
            and results.isdisjoint((part, *part.parents))
        )

    def results(self) -> set[Path]:
        """Folders of saved runs in the folder, and the tables that an account wrote beside them."""
        if not self.path.is_dir():
            return set()
        runs = {one.parent for one in self.path.rglob("manifest.json") if _of_a_run(one)}
        beside = (run.parent / f"inventory.{kind}" for run in runs for kind in ("parquet", "xlsx"))
        return runs | {table for table in beside if table.is_file()}


_RUN = b'"tanheng-run/'
"""How the manifest of a saved run begins."""


def _of_a_run(manifest: Path) -> bool:
    with suppress(OSError), manifest.open("rb") as stream:
        return _RUN in stream.read(256)
    return False


def _hidden(name: str) -> bool:
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


class Engine(Protocol):
    """Runs portable SQL over registered tables.

    Every engine gives the same rows, to the last digit, for the same SQL file: the conformance suite holds that.
    Integers may come back as any integer or decimal type of scale 0.

    One engine serves one account at a time: the names of registered and created tables are its own and are replaced by
    the next that uses them. Accounts that run at the same time, in threads say, each open an engine; two
    of Spark may share a session, beside which each works in one of its own.
    """

    name: str

    def register(self, table: str, data: pl.DataFrame | Parquet) -> None:
        """Make ``data`` known to SQL under the name ``table``."""
        ...

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a registered table with ``number``, ``text`` or ``other``."""
        ...

    def create(self, table: str, sql: str) -> None:
        """Run ``sql`` once and keep its rows under the name ``table``."""
        ...

    def query(self, sql: str) -> pl.DataFrame:
        """Run ``sql`` and return its rows."""
        ...

    def rows_at(self, table: str, where: str, limit: int) -> pl.DataFrame:
        """First rows of a Parquet table that meet ``where``, with ``file`` and 1-based ``row``."""
        ...

    def clear(self) -> None:
        """Forget every table and give back what they held; the engine goes on."""
        ...

    def close(self) -> None:
        """Give back memory and processes."""
        ...


def load_sql(package: str, name: str, **parts: str) -> str:
    """Text of ``name`` beside the package's code, with ``$part`` places filled.

    Examples
    --------
    >>> load_sql("tanheng.inventory.accounting", "account.sql").splitlines()[0][:5]
    '-- in'
    """
    text = (files(package) / name).read_text(encoding="utf-8")
    return string.Template(text).substitute(parts)


def quote(name: str) -> str:
    """A column name as an SQL identifier.

    Examples
    --------
    >>> quote('城市')
    '"城市"'
    """
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
