"""A thin result table that goes wherever the user works."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.inventory.writing import PLAIN_TEXT, as_text, writing

_MOST = 32_767
"""Characters that one cell of Excel takes."""


class Table:
    """Tidy rows with a title; hand them on as Polars, pandas, Arrow or Excel.

    Examples
    --------
    >>> Table(pl.DataFrame({"item": ["coal"], "emission": [1.5]}), "by item").to_polars().height
    1
    """

    def __init__(self, frame: pl.DataFrame, title: str = "") -> None:
        self._frame = frame
        self.title = title

    def __len__(self) -> int:
        return self._frame.height

    def __repr__(self) -> str:
        return f"{self.title}\n{self._frame}"

    def _repr_html_(self) -> str:
        return f"<p><b>{self.title}</b></p>{self._frame._repr_html_()}"

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)

    def to_polars(self) -> pl.DataFrame:
        """As a Polars frame."""
        return self._frame

    def to_dicts(self) -> list[dict[str, Any]]:
        """As a list of rows."""
        return self._frame.to_dicts()

    def to_pandas(self) -> Any:
        """As a pandas frame; pandas must be installed."""
        import pandas as pd

        return pd.DataFrame(self._frame.to_dict(as_series=False))

    def to_arrow(self) -> Any:
        """As a pyarrow table; pyarrow must be installed."""
        return self._frame.to_arrow()

    def to_excel(self, path: str | Path) -> Path:
        """Write one sheet of Excel, in which every text stays a text."""
        import xlsxwriter

        with writing(path) as file, xlsxwriter.Workbook(str(file), PLAIN_TEXT) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, self._frame.columns, book.add_format({"bold": True}))
            for line, row in enumerate(self._frame.iter_rows(), start=1):
                page.write_row(line, 0, [_fitting(value) for value in row])
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, self._frame.height, max(self._frame.width - 1, 0))
            page.autofit()
        return file

    def write(self, path: str | Path) -> Path:
        """Write Excel where the name ends in ``.xlsx``, else CSV."""
        return self.to_excel(path) if str(path).lower().endswith(".xlsx") else self.to_csv(path)

    def to_csv(self, path: str | Path) -> Path:
        """Write CSV that Excel opens with Chinese intact."""
        with writing(path) as file:
            as_text(self._frame).write_csv(file, include_bom=True)
        return file


def _fitting(value: Any) -> Any:
    """A value as a cell takes it: numbers and truths as they are, no number as a blank, texts cut with a mark at the end."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
