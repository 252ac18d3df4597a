"""A thin result table that goes wherever the user works."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.errors import CannotWrite
from tanheng.inventory.paper import on_paper
from tanheng.inventory.writing import PLAIN_TEXT, as_text, writing

_MOST = 32_767
"""Characters that one cell of Excel takes."""
_SAMPLE, _LEAST, _WIDEST = 300, 9, 48
_MANY = 50_000
"""Rows beyond which a sheet goes to disk as it is written."""


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
        return f"<p><b>{escape(self.title)}</b></p>{self._frame._repr_html_()}"

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

    def to_excel(
        self,
        path: str | Path,
        *,
        heads: Mapping[str, str] | None = None,
        notes: Sequence[tuple[str, str]] = (),
        titles: tuple[str, str] = ("Sheet1", "Notes"),
    ) -> Path:
        """Write a sheet of Excel, in which every text stays a text; laid out for A4.

        Parameters
        ----------
        path : path
        heads : mapping of str to str, optional
            What columns are called, where that is not their name.
        notes : sequence of (str, str)
            Name and text of what is said of the whole table, on a sheet of its own.
        titles : (str, str)
            Names of the two sheets.
        """
        import xlsxwriter

        options = {**PLAIN_TEXT, "constant_memory": self._frame.height > _MANY}
        with writing(path) as file, xlsxwriter.Workbook(str(file), options) as book:
            strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
            page = book.add_worksheet(titles[0])
            named = [(heads or {}).get(name, name) for name in self._frame.columns]
            page.write_row(0, 0, named, strong)
            for line, row in enumerate(self._frame.iter_rows(), start=1):
                page.write_row(line, 0, [_fitting(value) for value in row])
            widths = [
                _width(head, values) for head, values in zip(named, self._frame.head(_SAMPLE), strict=True)
            ]
            for at, width in enumerate(widths):
                page.set_column(at, at, width)
            page.freeze_panes(1, 1)
            page.autofilter(0, 0, self._frame.height, max(self._frame.width - 1, 0))
            on_paper(page, widths)
            if notes:
                beside = book.add_worksheet(titles[1])
                beside.set_column(0, 0, 24)
                beside.set_column(1, 1, 100)
                wrapped = book.add_format({"text_wrap": True, "valign": "top"})
                for line, (name, text) in enumerate(notes):
                    beside.write_string(line, 0, name, strong)
                    beside.write_string(line, 1, text[:_MOST], wrapped)
                on_paper(beside, (24, 100))
        return file

    def write(self, path: str | Path) -> Path:
        """Write Excel or CSV as the name ends.

        Raises
        ------
        CannotWrite
            Where the file cannot be written, and for another ending than ``.xlsx`` and ``.csv``.
        """
        kind = Path(path).suffix.lower()
        if kind not in (".csv", ".xlsx"):
            with writing(path) as file:
                if not file.parent.exists():
                    raise FileNotFoundError
                if file.is_dir():
                    raise IsADirectoryError
            raise CannotWrite(path=str(path), detail_zh="文件名应以 .csv 或 .xlsx 结尾", detail_en="its name should end in .csv or .xlsx")  # fmt: skip
        return self.to_excel(path) if kind == ".xlsx" else self.to_csv(path)

    def to_csv(self, path: str | Path) -> Path:
        """Write CSV that Excel opens with Chinese intact."""
        with writing(path) as file:
            as_text(self._frame).write_csv(file, include_bom=True)
        return file


class Pictured(Table):
    """A table with a chart of it, which is drawn when somebody looks.

    Examples
    --------
    >>> rows = Pictured(pl.DataFrame({"item": ["coal"]}), "by item", lambda: "<svg></svg>")
    >>> rows.chart(), rows._repr_html_().startswith("<svg>")
    ('<svg></svg>', True)
    """

    def __init__(self, frame: pl.DataFrame, title: str, draw: Callable[[], str]) -> None:
        super().__init__(frame, title)
        self._draw = draw

    def chart(self) -> str:
        """The chart as an SVG, in the language of the run."""
        return self._draw()

    def _repr_html_(self) -> str:
        return self.chart() + super()._repr_html_()


def _width(head: str, values: pl.Series) -> float:
    """Width of a column in letters, after its head and first values; Chinese ones take two."""
    texts = [head, *("" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value) for value in values)]  # fmt: skip
    longest = max(len(text) + sum(letter >= "\u2e80" for letter in text) for text in texts)
    return float(min(max(longest + 2, _LEAST), _WIDEST))


def _fitting(value: Any) -> Any:
    """A value as a cell takes it: numbers and truths as they are, no number as a blank, texts cut with a mark at the end."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
