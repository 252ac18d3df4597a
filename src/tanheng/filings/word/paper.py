"""A Word document as we want it: A4, real styles, Chinese and Latin fonts, tables with repeated heads, page numbers.

Word, WPS and LibreOffice choose the fonts when they open the file: 宋体 and 黑体 are named, none is embedded.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

SERIF, SANS, LATIN = "宋体", "黑体", "Times New Roman"
_HEAD_LATIN = "Arial"
_SIZES = {"Heading 1": 16, "Heading 2": 13, "Heading 3": 11}
_SHORT = 22
"""Lines of contents that leave half a page to what follows."""
_TOGETHER = 8
"""Rows of a table that is not broken over two pages."""
_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Col:
    """Head of a column, its share of the width, and whether it holds numbers."""

    head: str
    width: float = 1.0
    number: bool = False


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold.

    Examples
    --------
    >>> clean("a" + chr(0) + "b")
    'a\ufffdb'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


class Paper:
    """One document in the making."""

    def __init__(self, *, title: str, lang: str, landscape: bool = False) -> None:
        self.document: Document = docx.Document()
        self.lang = lang
        self._bookmarks = 0
        self._headings: list[tuple[int, str, str]] = []
        self._contents: Paragraph | None = None
        self._begins: Paragraph | None = None
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.5)
        self.width = (section.page_width - section.left_margin - section.right_margin) / Cm(1)
        self._styles()
        self._table_text = str(self.document.styles["Table Text"].style_id)
        self._foot(title)
        self.document.core_properties.title = clean(title)
        self.document.core_properties.language = "zh-CN" if lang == "zh" else "en-GB"

    def _styles(self) -> None:
        styles = self.document.styles
        normal = styles["Normal"]
        normal.font.size = Pt(10.5)
        _fonts(normal.element, LATIN, SERIF)
        normal.paragraph_format.space_after = Pt(6)
        normal.paragraph_format.line_spacing = 1.25
        for name, size in _SIZES.items():
            style = styles[name]
            style.font.size, style.font.bold = Pt(size), True
            style.font.color.rgb = RGBColor(0, 0, 0)
            _fonts(style.element, _HEAD_LATIN, SANS)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(size), Pt(6)
            style.paragraph_format.keep_with_next = True
        styles["Heading 1"].paragraph_format.page_break_before = False
        title = styles["Title"]
        title.font.size, title.font.bold = Pt(20), True
        title.font.color.rgb = RGBColor(0, 0, 0)
        _fonts(title.element, _HEAD_LATIN, SANS)
        title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        border = title.element.get_or_add_pPr().find(qn("w:pBdr"))
        if border is not None:
            border.getparent().remove(border)
        caption = styles["Caption"]
        caption.font.size, caption.font.bold = Pt(9.5), True
        caption.font.color.rgb = RGBColor(0, 0, 0)
        _fonts(caption.element, _HEAD_LATIN, SANS)
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
        caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for name, points in (("Table Text", 9.0), ("Note Text", 9.0), ("Alarm", 10.5)):
            made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            made.base_style = normal
            made.font.size = Pt(points)
            made.paragraph_format.line_spacing = 1.0
            made.paragraph_format.space_after = Pt(0 if name == "Table Text" else 6)
        styles["Alarm"].font.color.rgb = RGBColor(0xB0, 0x00, 0x20)
        styles["Alarm"].font.bold = True
        for level in (1, 2):
            made = styles.add_style(f"TOC {level}", WD_STYLE_TYPE.PARAGRAPH)
            made.base_style = normal
            made.paragraph_format.space_after = Pt(3)
            made.paragraph_format.left_indent = Cm(0.75 * (level - 1))
            made.paragraph_format.tab_stops.add_tab_stop(Cm(self.width), 2, 1)

    def _foot(self, title: str) -> None:
        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        head = section.header.paragraphs[0]
        head.text = clean(title)
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        head.style = self.document.styles["Header"]
        head.runs[0].font.size = Pt(9)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        words = ("第 ", " 页，共 ", " 页") if self.lang == "zh" else ("Page ", " of ", "")
        foot.add_run(words[0])
        field(foot, "PAGE", "1")
        foot.add_run(words[1])
        field(foot, "NUMPAGES", "1")
        foot.add_run(words[2])

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """A heading that stands in the table of contents."""
        paragraph = self.document.add_heading(clean(text), level)
        paragraph.paragraph_format.page_break_before = new_page
        self._begins = self._begins or paragraph
        if level <= 2:
            self._bookmarks += 1
            name = f"_Toc{self._bookmarks:06d}"
            bookmark(paragraph, self._bookmarks, name)
            self._headings.append((level, clean(text), name))

    def text(self, text: str, style: str = "Normal", *, bold: bool = False, above: bool = False) -> Paragraph:
        """A paragraph; one that introduces what is below stays on its page."""
        paragraph = self.document.add_paragraph(style=style)
        paragraph.add_run(clean(text)).bold = bold or None
        paragraph.paragraph_format.keep_with_next = above or None
        return paragraph

    def caption(self, text: str, *, above: bool = True) -> None:
        """Caption of a table (above it) or of a chart (below it)."""
        paragraph = self.text(text, "Caption")
        paragraph.paragraph_format.keep_with_next = above

    def bullets(self, lines: Sequence[str]) -> None:
        """A list."""
        for line in lines:
            self.text(line, "List Bullet").paragraph_format.space_after = Pt(2)

    def contents(self, heading: str, note: str) -> None:
        """A table of contents on a new page, alone there where it is long; its lines are filled in when the document is saved, its page numbers by Word."""
        paragraph = self.text(heading)
        paragraph.paragraph_format.page_break_before = True
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.runs[0]
        run.font.size, run.font.bold = Pt(16), True
        _fonts(run._element, _HEAD_LATIN, SANS)
        self._contents = self.document.add_paragraph()
        self.text(note, "Note Text")

    def table(
        self,
        columns: Sequence[Col],
        rows: Sequence[Sequence[str]],
        *,
        strong: Sequence[int] = (),
        indents: Sequence[int] = (),
        size: float | None = None,
    ) -> Table:
        """A table with three lines whose head is repeated on every page.

        Parameters
        ----------
        columns : sequence of Col
        rows : sequence of sequence of str
        strong : sequence of int
            Rows in bold, such as sums.
        indents : sequence of int
            Depth of the first cell of each row.
        size : float, optional
            Size of the letters, pt; cells are then narrow too.
        """
        table: Table = self.document.add_table(rows=len(rows) + 1, cols=len(columns))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        whole = sum(column.width for column in columns)
        widths = [Cm(self.width * column.width / whole) for column in columns]
        for at, width in enumerate(widths):
            table.columns[at].width = width
        _lines(table)
        if size is not None:
            _narrow(table)
        letters = None if size is None else Pt(size)
        lines = [[_Cell(cell, table) for cell in row.tc_lst] for row in table._tbl.tr_lst]
        for place, (line, row) in enumerate(
            zip(lines, [[column.head for column in columns], *rows], strict=True), -1
        ):
            for at, (cell, column, text) in enumerate(zip(line, columns, row, strict=True)):
                depth = indents[place] if at == 0 and indents and place >= 0 else 0
                cell.width = widths[at]
                self._cell(
                    cell, text, letters, number=column.number, bold=place < 0 or place in strong, depth=depth
                )
        for cell in lines[0]:
            _shade(cell, "E8EDF3")
        joined = lines[:-1] if len(rows) <= _TOGETHER else [lines[0], *lines[-3:-1]]  # no sum alone on a page
        for line in joined:
            for cell in line:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        _head_row(table)
        for row_ in table._tbl.tr_lst:
            _whole_row(row_)
        if not any(column.head for column in columns):
            table._tbl.remove(table._tbl.tr_lst[0])
        self.document.add_paragraph(style="Note Text").paragraph_format.space_after = Pt(2)
        return table

    def _cell(
        self, cell: _Cell, text: str, size: Pt | None, *, number: bool, bold: bool, depth: int = 0
    ) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = self._table_text  # a look-up by name walks through all styles for every cell
        run = paragraph.add_run(clean(text))
        run.bold = bold or None
        run.font.size = size
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if number else WD_ALIGN_PARAGRAPH.LEFT
        if depth:
            paragraph.paragraph_format.left_indent = Cm(0.35 * depth)

    def bytes(self, made: dt.datetime | None) -> bytes:
        """The file; the same content gives the same bytes."""
        if self._contents is not None:
            if self._begins is not None and len(self._headings) > _SHORT:
                self._begins.paragraph_format.page_break_before = True
            _fill_contents(self._contents, self._headings)
        properties = self.document.core_properties
        properties.created = properties.modified = (made or _NO_TIME).replace(tzinfo=None)
        properties.author = properties.last_modified_by = "Tanheng"
        properties.comments = ""
        raw = io.BytesIO()
        self.document.save(raw)
        return settled(raw.getvalue())


def settled(data: bytes) -> bytes:
    """A zip archive with its entries under one fixed time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()


def _fonts(element: object, latin: str, chinese: str) -> None:
    """Fonts of a style or run, without the theme's."""
    properties = element.get_or_add_rPr()  # type: ignore[attr-defined]
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{name}"), font)


def field(paragraph: Paragraph, code: str, shown: str, *, dirty: bool = False) -> None:
    """A field, such as a page number, with the text shown until it is computed."""
    for kind in ("begin", "code", "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "code":
            inner = OxmlElement("w:instrText")
            inner.set(qn("xml:space"), "preserve")
            inner.text = f" {code} "
            run._r.append(inner)
        elif kind == "text":
            run.text = shown
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            if dirty and kind == "begin":
                mark.set(qn("w:dirty"), "true")
            run._r.append(mark)


def bookmark(paragraph: Paragraph, number: int, name: str) -> None:
    """A bookmark around a paragraph's text."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def _mark(kind: str, *, dirty: bool = False) -> object:
    run = OxmlElement("w:r")
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if dirty:
        mark.set(qn("w:dirty"), "true")
    run.append(mark)
    return run


def _instruction(code: str) -> object:
    run = OxmlElement("w:r")
    inner = OxmlElement("w:instrText")
    inner.set(qn("xml:space"), "preserve")
    inner.text = f" {code} "
    run.append(inner)
    return run


def _fill_contents(place: Paragraph, headings: Sequence[tuple[int, str, str]]) -> None:
    """A TOC field that Word computes anew when it opens the file; until then its lines are links without page numbers."""
    document = place.part.document  # type: ignore[attr-defined]
    for number, (level, text, name) in enumerate(headings):
        line = place.insert_paragraph_before(style=document.styles[f"TOC {level}"])
        if number == 0:
            line._p.append(_mark("begin", dirty=True))
            line._p.append(_instruction('TOC \\o "1-2" \\h \\z \\u'))
            line._p.append(_mark("separate"))
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), name)
        run = OxmlElement("w:r")
        words = OxmlElement("w:t")
        words.text = text
        run.append(words)
        link.append(run)
        line._p.append(link)
    place._p.append(_mark("end"))


def _lines(table: Table) -> None:
    """Thick lines above and below, a thin one between rows: the table of Chinese reports."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", 12), ("bottom", 12), ("insideH", 4)):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), str(size))
        line.set(qn("w:color"), "000000" if side != "insideH" else "BFBFBF")
        borders.append(line)
    properties.append(borders)


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _narrow(table: Table) -> None:
    """Little room beside the letters."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), "40")
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    table._tbl.tblPr.append(margins)


def _head_row(table: Table) -> None:
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _whole_row(row: object) -> None:
    """A row is not broken over two pages."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]
