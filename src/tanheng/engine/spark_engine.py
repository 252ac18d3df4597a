"""Apache Spark: for data that outgrow one machine; an optional extra."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.engine.base import Parquet
from tanheng.engine.portable import expression, transpile
from tanheng.errors import EngineUnavailable

_SQL = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""What the portable SQL takes for granted; a caller's session may be set otherwise."""

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


class SparkEngine:
    """Spark over Parquet; frames travel to it as Parquet files.

    Parameters
    ----------
    master : str
        ``local[2]`` by default; a cluster's address in production.
    session : SparkSession, optional
        A session that the caller owns: work is done in a session of its own beside it, so that the caller's views
        and settings stay as they are, and `close` does not stop it.
    """

    name = "spark"

    def __init__(self, master: str = "local[2]", session: Any = None) -> None:
        self._owned = session is None
        self._session = _start(master) if session is None else _beside(session)
        self._views: set[str] = set()
        self._written = 0
        self._cached: list[Any] = []
        self._folder = Path(tempfile.mkdtemp(prefix="tanheng-spark-"))

    def register(self, table: str, data: pl.DataFrame | Parquet) -> None:
        """Make ``data`` known to SQL under the name ``table``."""
        if isinstance(data, pl.DataFrame):
            self._written += 1
            path = self._folder / f"{table}-{self._written}.parquet"
            data.write_parquet(path)
            data = Parquet(path)
        reader = self._session.read.option("mergeSchema", "true")
        if data.path.is_dir():
            reader = reader.option("basePath", str(data.path))
        self._show(table, reader.parquet(*(str(part) for part in data.files())))

    def _show(self, table: str, frame: Any) -> None:
        frame.createOrReplaceTempView(table)
        self._views.add(table)

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a registered table with ``number``, ``text`` or ``other``."""
        return {name: _kind(kind) for name, kind in self._session.table(table).dtypes}

    def create(self, table: str, sql: str) -> None:
        """Run ``sql`` once and keep its rows under the name ``table``."""
        frame = self._session.sql(transpile(sql, "spark")).cache()
        self._cached.append(frame)
        self._show(table, frame)

    def query(self, sql: str) -> pl.DataFrame:
        """Run ``sql`` and return its rows."""
        return self._collect(self._session.sql(transpile(sql, "spark")))

    def _collect(self, frame: Any) -> pl.DataFrame:
        path = self._folder / "answer"
        frame.write.mode("overwrite").parquet(str(path))
        parts = sorted(path.glob("*.parquet"))
        return (
            pl.concat([pl.read_parquet(part) for part in parts])
            if parts
            else pl.DataFrame(schema=frame.columns)
        )

    def rows_at(self, table: str, where: str, limit: int) -> pl.DataFrame:
        """First rows of a Parquet table that meet ``where``, with ``file`` and 1-based ``row``.

        Spark keeps no row numbers: ``row`` is null.
        """
        from pyspark.sql import functions

        found = self._session.table(table).withColumn("file", functions.input_file_name())
        return self._collect(
            found.where(expression(where, "spark"))
            .limit(limit)
            .withColumn("row", functions.lit(None).cast("bigint"))
        )

    def clear(self) -> None:
        """Remove views and cached tables; the session, which takes seconds to start, stays."""
        for frame in self._cached:
            frame.unpersist()
        for view in self._views:
            self._session.catalog.dropTempView(view)
        self._cached.clear()
        self._views.clear()

    def close(self) -> None:
        """Remove views, cached tables, the folder of exchange files and, if it was started here, the session."""
        self.clear()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._owned:
            self._session.stop()


def _beside(session: Any) -> Any:
    own = session.newSession()
    for key, value in _SQL.items():
        own.conf.set(key, value)
    return own


def _start(master: str) -> Any:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as cause:
        raise EngineUnavailable(
            name="spark",
            detail="PySpark",
            mend_zh="请安装：pip install 'tanheng[spark]'。",
            mend_en="Install it: pip install 'tanheng[spark]'.",
        ) from cause
    builder = SparkSession.builder.master(master).appName("tanheng")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **_SQL,
        "spark.sql.shuffle.partitions": "8",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as cause:
        raise EngineUnavailable(
            name="spark",
            detail=str(cause).splitlines()[0][:120],
            mend_zh="请安装 Java 17 或更新版本并设置 JAVA_HOME。",
            mend_en="Install Java 17 or later and set JAVA_HOME.",
        ) from cause


def _kind(sql_type: str) -> str:
    if sql_type.startswith(_NUMBERS):
        return "number"
    return "text" if sql_type == "string" else "other"
