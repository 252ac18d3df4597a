"""DuckDB: the default engine, in the process.

Frames travel to it as Parquet files, so that neither side needs pyarrow and a large frame is not held twice.
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
}


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
        self._folder = Path(tempfile.mkdtemp(prefix="tanheng-duckdb-"))
        self._config: dict[str, Any] = {
            **_FIXED, "memory_limit": memory, "temp_directory": str(self._folder),
            **({} if threads is None else {"threads": threads}),
        }  # fmt: skip
        try:
            self._connection = self._connected()
        except BaseException as cause:
            shutil.rmtree(self._folder, ignore_errors=True)
            if isinstance(cause, duckdb.Error):
                raise _not_started(memory, threads, cause) from cause
            raise
        self._parquet: dict[str, str] = {}
        self._written = 0

    def _connected(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(config=self._config)
        # Standard output belongs to the caller; in notebooks without widgets there is no bar, and the setting fails.
        with contextlib.suppress(duckdb.Error):
            connection.execute("set enable_progress_bar = false")
        return connection

    def register(self, table: str, data: pl.DataFrame | Parquet) -> None:
        """Make ``data`` known to SQL under the name ``table``."""
        if isinstance(data, pl.DataFrame):
            # A fresh name each time: DuckDB remembers what it read of a file, and gives it again where the file is new.
            self._written += 1
            path = self._folder / f"{table}-{self._written}.parquet"
            data.write_parquet(path, compression="lz4")
            data = Parquet(path)
        listed = ", ".join(_literal(part) for part in data.files())
        hive = f"hive_partitioning = {str(data.path.is_dir()).lower()}, hive_types_autocast = false"
        self._parquet[table] = f"[{listed}], union_by_name = true, {hive}"
        self._connection.execute(
            f"create or replace temp view {quote(table)} as select * from read_parquet({self._parquet[table]})"
        )

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a registered table with ``number``, ``text`` or ``other``."""
        described = self._connection.execute(f"describe {quote(table)}").fetchall()
        return {row[0]: _kind(str(row[1])) for row in described}

    def create(self, table: str, sql: str) -> None:
        """Run ``sql`` once and keep its rows under the name ``table``."""
        self._connection.execute(f"create or replace temp table {quote(table)} as {sql}")

    def query(self, sql: str) -> pl.DataFrame:
        """Run ``sql`` and return its rows."""
        return pl.DataFrame(self._connection.sql(sql))

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
        self._parquet.clear()
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
    plain = re.sub(r"[*?\[]", lambda mark: f"[{mark[0]}]", str(path))
    return "'" + plain.replace("'", "''") + "'"


def _kind(sql_type: str) -> str:
    if sql_type.startswith(_NUMBERS):
        return "number"
    return "text" if sql_type == "VARCHAR" else "other"
