"""DuckDB: the default engine, in the process.

Frames travel to it as Parquet files, so that neither side needs pyarrow and a large frame is not held twice.
A connection is locked as it is opened: it reads the files that were registered and its own folder, and nothing else of
the machine or the network, whatever stands in the SQL; other files are read over another connection.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tanheng.engine.base import Parquet, quote
from tanheng.errors import EngineUnavailable

_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
)

_FIXED = {
    "preserve_insertion_order": "false",
    # Nothing is fetched from the network or loaded from the user's home behind an account's back.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
_LOCK = """
set enable_external_access = false;
set python_enable_replacements = false;
set lock_configuration = true;
"""


class DuckDBEngine:
    """DuckDB over Parquet and frames.

    Parameters
    ----------
    threads : int, optional
        All cores by default; results do not depend on it.
    memory : str
        Limit after which DuckDB spills to disk, such as ``1200MB``.

    Raises
    ------
    EngineUnavailable
        When DuckDB does not start with these settings.
    """

    name = "duckdb"

    def __init__(self, threads: int | None = None, memory: str = "1000MB") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tanheng-duckdb-")).resolve()
        self._config: dict[str, Any] = {
            **_FIXED, "memory_limit": memory, "temp_directory": str(self._folder),
            **({} if threads is None else {"threads": threads}),
        }  # fmt: skip
        self._parquet: dict[str, str] = {}
        self._allowed: set[str] = set()
        self._created: set[str] = set()
        self._written = 0
        try:
            self._connection = self._connected()
        except BaseException as cause:
            shutil.rmtree(self._folder, ignore_errors=True)
            if isinstance(cause, duckdb.Error):
                raise _not_started(memory, threads, cause) from cause
            raise

    def _connected(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(config=self._config)
        # Standard output belongs to the caller; in notebooks without widgets there is no bar, and the setting fails.
        with contextlib.suppress(duckdb.Error):
            connection.execute("set enable_progress_bar = false")
        connection.execute(f"set allowed_directories = [{_text(str(self._folder))}]")
        connection.execute(f"set allowed_paths = [{', '.join(map(_text, sorted(self._allowed)))}]")
        connection.execute(_LOCK)
        return connection

    def _allow(self, parts: list[Path]) -> None:
        """Open a connection that may read these files too."""
        # A path is asked for as its pattern is written, and again as the file that the pattern finds.
        paths = {text for part in parts for text in (str(part), _plain(part))} - self._allowed
        if not paths:
            return
        if self._created:
            raise EngineUnavailable(
                name="duckdb",
                detail=f"{', '.join(sorted(self._created))} + {min(paths)}",
                mend_zh="请先登记 Parquet 文件再建表，或先 clear()。",
                mend_en="Register Parquet files before tables are made, or clear() first.",
            )
        self._allowed |= paths
        self._connection.close()
        self._connection = self._connected()
        for table in self._parquet:
            self._view(table)

    def _view(self, table: str) -> None:
        source = f"select * from read_parquet({self._parquet[table]})"
        self._connection.execute(f"create or replace temp view {quote(table)} as {source}")

    def register(self, table: str, data: pl.DataFrame | Parquet) -> None:
        """Make ``data`` known to SQL under the name ``table``."""
        if isinstance(data, pl.DataFrame):
            # A fresh name each time: DuckDB remembers what it read of a file, and gives it again where the file is new.
            self._written += 1
            path = self._folder / f"{table}-{self._written}.parquet"
            data.write_parquet(path, compression="lz4")
            data = Parquet(path)
        else:
            self._allow(data.files())
        listed = ", ".join(_literal(part) for part in data.files())
        hive = f"hive_partitioning = {str(data.path.is_dir()).lower()}, hive_types_autocast = false"
        self._parquet[table] = f"[{listed}], union_by_name = true, {hive}"
        self._view(table)

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a registered table with ``number``, ``text`` or ``other``."""
        described = self._connection.execute(f"describe {quote(table)}").fetchall()
        return {row[0]: _kind(str(row[1])) for row in described}

    def create(self, table: str, sql: str) -> None:
        """Run ``sql`` once and keep its rows under the name ``table``."""
        self._connection.execute(f"create or replace temp table {quote(table)} as {sql}")
        self._created.add(table)

    def query(self, sql: str) -> pl.DataFrame:
        """Run ``sql`` and return its rows."""
        return pl.DataFrame(self._connection.sql(sql))

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of ``sql`` as Parquet, in its order; the file stands whole or not at all."""
        self._written += 1
        made = self._folder / f"written-{self._written}"
        options = "format parquet, compression zstd"
        self._connection.execute(f"copy ({sql}) to {_text(str(made))} ({options})")
        half = path.with_name(f".{path.name}.half")
        shutil.move(made, half)
        half.replace(path)

    def rows_at(self, table: str, where: str, limit: int) -> pl.DataFrame:
        """First rows of a Parquet table that meet ``where``, with ``file`` and 1-based ``row``."""
        own = ", ".join(quote(name) for name in self.columns(table) if name.casefold() not in {"file", "row"})
        return self.query(
            f"select {own}, filename as file, file_row_number + 1 as row "
            f"from read_parquet({self._parquet[table]}, filename = true, file_row_number = true) "
            f"where {where} order by file, row limit {int(limit)}"
        )

    def clear(self) -> None:
        """Forget every table and give back what they held: a new connection keeps no memory of the old one."""
        self._connection.close()
        for path in self._folder.glob("*.parquet"):
            path.unlink()
        for held in (self._parquet, self._allowed, self._created):
            held.clear()
        self._connection = self._connected()

    def close(self) -> None:
        """Close the connection and remove the folder of exchange and spill files."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _not_started(memory: str, threads: int | None, cause: duckdb.Error) -> EngineUnavailable:
    said = str(cause).splitlines()[0][:120]
    return EngineUnavailable(
        name="duckdb",
        detail=f"memory={memory!r}, threads={threads!r}: {said}",
        mend_zh="请核对设置：memory 如 1200MB，threads 为正整数。",
        mend_en="Check the settings: memory such as 1200MB, threads a positive integer.",
    )


def _literal(path: Path) -> str:
    """A path as SQL text in which marks of patterns stand for themselves."""
    return _text(_plain(path))


def _plain(path: Path) -> str:
    return re.sub(r"[*?\[]", lambda mark: f"[{mark[0]}]", str(path))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _kind(sql_type: str) -> str:
    if sql_type.startswith(_NUMBERS):
        return "number"
    return "text" if sql_type == "VARCHAR" else "other"
