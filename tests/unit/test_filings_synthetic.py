"""A file of synthetic data is marked the same way whether it fits memory or is passed on in pieces."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tanheng.filings import synthetic
from tanheng.inventory.table import Table

ROWS = pl.DataFrame({"name": [f"甲,{number}" for number in range(20_000)], "value": range(20_000)})


def parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_a_sheet_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Table(ROWS).to_excel(tmp_path / "a.xlsx", notes=[("a", "b")])
    pieces = Path(shutil.copyfile(whole, tmp_path / "b.xlsx"))
    synthetic.mark(whole)
    monkeypatch.setattr(synthetic, "_PIECE", 1 << 17)
    synthetic.mark(pieces)
    assert parts(pieces) == parts(whole)
    book = openpyxl.load_workbook(pieces)
    assert book.active is not None
    assert "不是真实的排放" in str(book.active["A1"].value)
    assert all(synthetic.LABEL in str(page.oddHeader.center.text) for page in book.worksheets[:-1])
    assert book.worksheets[0].max_row == ROWS.height + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_tables(tmp_path: Path) -> None:
    ROWS.write_csv(tmp_path / "a.csv", include_bom=True)
    ROWS.write_parquet(tmp_path / "a.parquet")
    for name in ("a.csv", "a.parquet"):
        synthetic.mark(tmp_path / name)
    assert pl.read_csv(tmp_path / "a.csv").equals(synthetic.labelled(ROWS))
    assert pl.read_parquet(tmp_path / "a.parquet").equals(synthetic.labelled(ROWS))
