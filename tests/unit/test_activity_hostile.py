"""Files made to harm, and sheets in which something stands in the wrong place: a clear error or a recorded doubt."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bad_input import GOOD, HEAD, HEADINGS, ROW, codes, said, text, workbook
from tanheng.activity import read_activity
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.formulas import unstored
from tanheng.errors import InputUnreadable, TanhengError
from tanheng.inventory import account

SHEET = "xl/worksheets/sheet1.xml"


def patched(folder: Path, change: Callable[[bytes], bytes], part: str = SHEET) -> Path:
    """A workbook whose one part is changed; PLACE is the entity of its second row."""
    whole = workbook(folder, ("表", [HEADINGS, ROW, ("PLACE", 2022, "煤品", 7, "t")], []))
    made = folder / "patched.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == part else source.read(name))
    return made


def declared(entities: str) -> Callable[[bytes], bytes]:
    """Declare entities in front of the part and use the last one, ``&z;``, as the entity of a row."""

    def change(part: bytes) -> bytes:
        head, _, rest = part.partition(b"?>") if part.startswith(b"<?xml") else (b"", b"", part)
        start = head + b"?>" if head else b""
        return start + f"<!DOCTYPE d [{entities}]>".encode() + rest.replace(b"PLACE", b"&z;")

    return change


def answer(path: Path) -> str:
    """All that either reader says of a file."""
    told = []
    for read in (read_activity, read_cells):
        try:
            told.append(repr(read(path)))
        except TanhengError as error:
            told.append(error.message())
    return " ".join(told)


def test_an_external_entity_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET", encoding="utf-8")
    path = patched(tmp_path, declared(f'<!ENTITY z SYSTEM "{secret.as_uri()}">'))
    assert b"&z;" in zipfile.ZipFile(path).read(SHEET)
    assert "TOPSECRET" not in answer(path)
    assert unstored(path) == {}


def test_entities_of_entities_do_not_fill_the_memory(tmp_path: Path) -> None:
    levels = "abcdefghi"
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {one} "{f"&{below};" * 10}">'
        for below, one in zip(levels, [*levels[1:], "z"], strict=True)
    )
    path = patched(tmp_path, declared(entities))
    tracemalloc.start()
    told = answer(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "aaaaaaaaaaaaaaaaaaaa" not in told
    assert peak < 50_000_000


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About a gigabyte of nothing in a megabyte, written in pieces so that the test itself stays small."""
    folder = tmp_path_factory.mktemp("bomb")
    whole = workbook(folder, ("表", [HEADINGS, ROW], []))
    made = folder / "bomb.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name != SHEET:
                target.writestr(name, part)
                continue
            before, mark, after = part.partition(b"<sheetData>")
            with target.open(name, "w") as stream:
                stream.write(before + mark)
                for _ in range(1024):
                    stream.write(b" " * (1 << 20))
                stream.write(after)
    return made


def test_a_zip_bomb_is_refused_before_it_unpacks(bomb: Path) -> None:
    assert bomb.stat().st_size < 1_500_000
    for read in (read_activity, read_cells):
        tracemalloc.start()
        with pytest.raises(InputUnreadable, match="压缩炸弹"):
            read(bomb)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 50_000_000


def test_a_bomb_that_lies_about_its_size_is_refused_too(bomb: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bomb) as archive:
        size = archive.getinfo(SHEET).file_size
    path = tmp_path / "lying.xlsx"
    lying = bomb.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 4096))
    path.write_bytes(lying)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size == 4096
    with pytest.raises(InputUnreadable, match="压缩炸弹"):
        read_activity(path)


def ods(path: Path, rows: list[tuple[object, ...]]) -> Path:
    """An OpenDocument spreadsheet with one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            if isinstance(value, int | float)
            else f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{cells}</table:table></office:spreadsheet></office:body>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}>{body}</office:document-content>',
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
    return path


def test_opendocument(tmp_path: Path) -> None:
    read = read_activity(ods(tmp_path / "表.ods", [HEADINGS, ROW]))
    assert read.frame is not None
    assert read.frame.select("entity", "period", "item", "amount", "unit").rows() == [
        ("四川省", "2021", "coal", 100.0, "t")
    ]


def test_an_old_workbook_written_as_csv_or_the_other_way_is_told_by_its_bytes(tmp_path: Path) -> None:
    assert read_activity(ods(tmp_path / "表.csv", [HEADINGS, ROW])).to_polars().height == 1
    assert read_activity(text(tmp_path, HEAD + GOOD, "表.ods")).to_polars().height == 1


def test_a_total_row_is_set_aside_once_and_named(tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        ROW,
        ("四川省", 2021, "油品", 5, "t"),
        ("四川省", 2021, "合计", 105, "t"),
        ("总 计", 2021, "煤品", 105, "t"),
    ]
    read = read_activity(workbook(tmp_path, ("表", rows, [])))
    assert read.to_polars().get_column("amount").sum() == 105
    assert codes(read).count("A-107") == 2
    assert read.missing == 0


def test_the_unit_in_the_heading_of_another_column(tmp_path: Path) -> None:
    """A unit in the heading of another column says nothing of the amount: the unit is missing and that is told."""
    headings = ("地区", "年份（万吨）", "品种", "数量")
    with pytest.raises(TanhengError, match=r"单位 unit"):
        read_activity(workbook(tmp_path, ("表", [headings, ROW[:4]], [])))
    both = ("地区", "年份", "品种", "数量（万吨）", "单位")
    read = read_activity(workbook(tmp_path, ("表", [both, ROW], [])))
    assert "万吨" in said(read, "A-131")[0]


def test_text_numbers_are_numbers_and_doubtful_ones_are_refused(tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        *(
            ("四川省", 2010 + at, "煤品", value, "t")
            for at, value in enumerate(["１２３", " 1,234.5 ", "1.2.3", "12万", "’5"])
        ),
    ]
    read = read_activity(workbook(tmp_path, ("表", rows, [])))
    assert read.to_polars().get_column("amount").to_list() == [123.0, 1234.5]
    assert codes(read) == ["A-101"] * 3


def test_no_text_of_a_csv_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    rows = {
        "entity": ["四川省"] * 2,
        "period": ["2021"] * 2,
        "item": ["煤品"] * 2,
        "amount": [1, 2],
        "unit": ["t"] * 2,
    }
    inventory = account(
        {**rows, "source": ["=cmd|' /C calc'!A0", "@SUM(1)"], "车间": ["+1+1", "-5"]}, "sichuan-park-2022"
    )
    written = inventory.to_csv(tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in written
    assert not [cell for cell in written.replace("\n", ",").split(",") if cell[:1] in {"=", "@", "+"}]
    table = inventory.by("source").to_csv(tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    assert "'@SUM(1)" in table
