"""DuckDB: the default engine, in the process."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from tanheng.engine.base import Parquet, quote

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


class _Stream:
    """A frame seen only through the Arrow stream protocol, so that DuckDB needs no pyarrow to read it."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class DuckDBEngine:
    """DuckDB over Parquet and frames.

    Parameters
    ----------
    threads : int, optional
        All cores by default; results do not depend on it.
    memory : str
        Limit after which DuckDB spills to disk.
    """

    name = "duckdb"

    def __init__(self, threads: int | None = None, memory: str = "1000MB") -> None:
        config: dict[str, Any] = {"memory_limit": memory, "preserve_insertion_order": "false"}
        if threads is not None:
            config["threads"] = threads
        self._connection = duckdb.connect(config=config)
        self._parquet: dict[str, str] = {}

    def register(self, table: str, data: pl.DataFrame | Parquet) -> None:
        """Make ``data`` known to SQL under the name ``table``."""
        if isinstance(data, pl.DataFrame):
            self._connection.register("incoming", _Stream(data))
            self._connection.execute(f"create or replace temp table {quote(table)} as select * from incoming")
            self._connection.unregister("incoming")
            return
        listed = ", ".join("'" + str(part).replace("'", "''") + "'" for part in data.files())
        self._parquet[table] = f"[{listed}]"
        self._connection.execute(
            f"create or replace temp view {quote(table)} as "
            f"select * from read_parquet([{listed}], union_by_name = true, hive_partitioning = {str(data.path.is_dir()).lower()})"
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
        return self.query(
            f"select * exclude (filename, file_row_number), filename as file, file_row_number + 1 as row "
            f"from read_parquet({self._parquet[table]}, union_by_name = true, filename = true, file_row_number = true) "
            f"where {where} order by file, row limit {int(limit)}"
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _kind(sql_type: str) -> str:
    if sql_type.startswith(_NUMBERS):
        return "number"
    return "text" if sql_type == "VARCHAR" else "other"
