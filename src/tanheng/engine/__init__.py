"""算 Engine: runs the portable SQL of other rooms. It knows tables and text, nothing of the field.

Uses `errors` only. A room keeps its `*.sql` beside its Python and hands the text to an `Engine`.
"""

from tanheng.engine.base import Engine, Parquet, load_sql, quote
from tanheng.engine.registry import engine_names, open_engine

__all__ = ["Engine", "Parquet", "engine_names", "load_sql", "open_engine", "quote"]
