"""Engines by name; others may add theirs under the entry-point group ``tanheng.engines``."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from tanheng.errors import NotFound

if TYPE_CHECKING:
    from tanheng.engine.base import Engine

_BUILT_IN = {
    "duckdb": "tanheng.engine.duckdb_engine:DuckDBEngine",
    "spark": "tanheng.engine.spark_engine:SparkEngine",
}


def _known() -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group="tanheng.engines")} | _BUILT_IN


def engine_names() -> list[str]:
    """Names that `open_engine` takes.

    Examples
    --------
    >>> "duckdb" in engine_names()
    True
    """
    return sorted(_known())


def open_engine(name: str = "duckdb", **settings: Any) -> Engine:
    """Start an engine.

    Parameters
    ----------
    name : str
        ``duckdb`` (default, embedded) or ``spark`` (optional extra).
    **settings
        ``threads`` and ``memory`` (for example ``"1200MB"``) for DuckDB; ``master`` for Spark.

    Raises
    ------
    NotFound
        For a name that nobody provides.
    EngineUnavailable
        When its package or runtime is missing.
    """
    where = _BUILT_IN.get(name) or _known().get(name)
    if where is None:
        raise NotFound(what_zh="计算引擎", what_en="engine", name=name, known=", ".join(engine_names()))
    module, _, attribute = where.partition(":")
    engine: Engine = getattr(import_module(module), attribute)(**settings)
    return engine
