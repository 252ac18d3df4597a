"""A thin result table that goes wherever the user works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tanheng.inventory.writing import as_text, writing


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
        """Write one sheet of Excel."""
        import xlsxwriter

        with writing(path) as file, xlsxwriter.Workbook(str(file)) as book:
            self._frame.write_excel(book, autofit=True)
        return file

    def to_csv(self, path: str | Path) -> Path:
        """Write CSV that Excel opens with Chinese intact."""
        with writing(path) as file:
            as_text(self._frame).write_csv(file, include_bom=True)
        return file
