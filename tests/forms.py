"""Forms for tests: written, filled in, and what they ask for."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from tanheng.codes import item_name
from tanheng.errors import language
from tanheng.factors import load_factors
from tanheng.filings.form.lines import Block, Line
from tanheng.filings.form.rows import chapters
from tanheng.filings.form.write import write_template
from tanheng.inventory import load_method

HEAD = 3


def made(folder: Path, method: str, **options: Any) -> Path:
    """The form of a method, in the language of the run."""
    whole = {"entity": "四川省", "year": 2023, **options}
    path = folder / "t.xlsx"
    path.write_bytes(_form(method, language(), tuple(sorted(whole.items()))))
    return path


@functools.cache
def _form(method: str, lang: str, options: tuple[tuple[str, Any], ...]) -> bytes:
    """Written once in a process: the same form is filled in by many tests."""
    with tempfile.TemporaryDirectory() as folder:
        return write_template(method, Path(folder) / f"{lang}.xlsx", **dict(options)).read_bytes()


def places(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[HEAD] if cell.value}


def row_of(sheet: Any, number: str) -> int:
    return next(row for row in range(HEAD, sheet.max_row + 1) if sheet.cell(row, 1).value == number)


def fill(path: Path, values: Mapping[str, Mapping[str, object]], change: Any = None) -> Path:
    """Write values into a template: number of the line (or of a heading) to column or parameter to value."""
    book = openpyxl.load_workbook(path)
    left = dict(values)
    for sheet in book.worksheets:
        at = places(sheet) if sheet.max_row >= HEAD else {}
        slots = [column for name, column in at.items() if name.startswith("参数 ")]
        parameters: dict[str, int] = {}
        for row in range(HEAD + 1, sheet.max_row + 1):
            number = sheet.cell(row, 1).value
            if number and "#" not in str(number):
                parameters = {sheet.cell(row, column).value: column for column in slots}
            for column, value in left.pop(number, {}).items():
                sheet.cell(row, {**at, **parameters}[column]).value = value
    assert not left
    if change:
        change(book)
    book.save(path)
    return path


@functools.cache
def asked(method: str, **options: str) -> list[tuple[Line, Block]]:
    """Every line of a form that names its item, with the block that it stands in."""
    sheets = chapters(load_method(method), load_factors(), **{"year": "2023", **options})
    blocks = [block for sheet in sheets for group in sheet.groups for block in group.blocks]
    return [(line, block) for block in blocks for line in block.lines if line.item]


def stated(line: Line, block: Block, at: int) -> dict[str, object]:
    own = {need.name for need in line.needs if need.required}
    needs = [need for need in block.shown if need.name in own]
    shares = [need for need in needs if need.name.startswith("share_")]
    given = {need.heading: 1.0 if need is shares[0] else 0.0 for need in shares}
    return {
        "数量": 100.5 + at,
        **{need.heading: 1.25 if need.name.startswith(("f_non", "f_ind")) else 0.25 for need in needs},
        **given,
    }


def plain(line: Line, block: Block, values: dict[str, object]) -> dict[str, str]:
    """The same row as a table of activity states it."""
    measured = [
        f"{need.name}={values[need.heading]} {need.unit}" for need in block.shown if need.heading in values
    ]
    return {
        "entity": "四川省", "period": "2023", "item": item_name(line.item, "zh"), "amount": str(values["数量"]),
        "unit": line.units[0], "sector": line.sector, "activity": line.activity, "parameters": "; ".join(measured),
    }  # fmt: skip
