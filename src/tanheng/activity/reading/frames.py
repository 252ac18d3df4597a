"""Tables in memory, from whatever library, as a sheet of text."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import polars as pl

from tanheng.activity.reading.sheets import ROW, Sheet, unreadable
from tanheng.activity.text import one_line

_PLAIN = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Datetime, pl.Time, pl.Decimal, pl.Null)
_LARGEST_INTEGER = 1e15


def read_table(table: Any, name: str) -> Sheet:
    """The sheet of a table in memory.

    Parameters
    ----------
    table : table
        Polars, pandas, whatever speaks Arrow, a mapping of columns or a list of row mappings.
    name : str
        How messages call it.

    Raises
    ------
    InputUnreadable
        When it is no table, or its library fails to hand it over.
    """
    try:
        frame = _as_frame(table)
    except (
        pl.exceptions.PolarsError,
        TypeError,
        ValueError,
        OverflowError,
        OSError,
        AttributeError,
    ) as cause:
        said = one_line(str(cause).split("\n", 1)[0])
        raise unreadable(
            name,
            (f"不能转为表（{said}）", f"it cannot be read as a table ({said})"),
            ("请核对各列长度与类型", "Check length and types of its columns"),
        ) from cause
    if frame is None:
        raise unreadable(
            name or type(table).__name__,
            (
                f"{type(table).__name__} 不是路径，也不是支持 Arrow 的表",
                f"{type(table).__name__} is neither a path nor a table that speaks Arrow",
            ),
            (
                "请给出文件路径或 Polars、pandas、pyarrow 表",
                "Give a path, or a Polars, pandas or pyarrow table",
            ),
        )
    return as_sheet(frame, name)


def as_sheet(frame: pl.DataFrame, file: str) -> Sheet:
    """A frame as a sheet of text; rows are counted from 1."""
    cells = [_text(column).alias(f"c{at}") for at, column in enumerate(frame.get_columns())]
    numbers = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias(ROW)
    return Sheet(
        file, "", [str(name) for name in frame.columns], pl.DataFrame([numbers, *cells]), [], amounts={}
    )


def _as_frame(table: Any) -> pl.DataFrame | None:
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, pl.DataFrame):
        return table
    if hasattr(table, "iloc") and hasattr(table, "columns"):
        return _from_pandas(table)
    if hasattr(table, "__arrow_c_stream__"):
        return pl.DataFrame(table)
    if isinstance(table, Mapping):
        return pl.DataFrame({str(key): values for key, values in table.items()}, strict=False)
    if isinstance(table, list) and all(isinstance(row, Mapping) for row in table):
        rows = [{str(key): value for key, value in row.items()} for row in table]
        return pl.DataFrame(rows, strict=False, infer_schema_length=None)
    return None


def _from_pandas(table: Any) -> pl.DataFrame:
    """Column by column, as names may be equal and cells may be of any kind."""
    names = [str(name) for name in table.columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two columns are called '{twice}'")
    columns = [table.iloc[:, at] for at in range(len(names))]
    cells = [column.astype(object).where(column.notna(), None).tolist() for column in columns]
    return pl.DataFrame([_series(name, values) for name, values in zip(names, cells, strict=True)])


def _series(name: str, values: list[Any]) -> pl.Series:
    try:
        made = pl.Series(name, values, strict=False)
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError):
        made = pl.Series(name, [None], dtype=pl.Object)
    if made.dtype != pl.Object:
        return made
    return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)


def _text(column: pl.Series) -> pl.Series:
    if column.dtype.is_float():
        return _float_text(column)
    if column.dtype.is_integer() or column.dtype in _PLAIN:
        return column.cast(pl.String).fill_null("")
    return pl.Series([_shown(value) for value in column.to_list()], dtype=pl.String)


def _float_text(column: pl.Series) -> pl.Series:
    """Shortest text that reads back as the same number; whole numbers without a point, as codes often come as floats."""
    frame = pl.DataFrame({"x": column.cast(pl.Float64)})
    whole = (pl.col("x") == pl.col("x").floor()) & (pl.col("x").abs() < _LARGEST_INTEGER)
    text = (
        pl.when(whole)
        .then(pl.col("x").cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(pl.col("x").cast(pl.String))
    )
    return frame.select(text.fill_null("")).to_series()


def _shown(value: object) -> str:
    """Lists, structs and bytes: no numbers, but they may label rows."""
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def unique(names: list[str]) -> bool:
    """Whether no name stands twice, whatever its case.

    Examples
    --------
    >>> unique(["a", "b"]), unique(["City", "city"])
    (True, False)
    """
    folded = [name.casefold() for name in names]
    return not any(one == other for one, other in itertools.pairwise(sorted(folded)))
