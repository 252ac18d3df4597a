"""Charts of a Word document: native DrawingML, so that the reader's own fonts draw them and their data can be edited.

No picture, no renderer and no font is needed to write them; each chart carries a small workbook with its numbers.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm

from tanheng.filings.word.paper import SANS, Paper, clean, settled

_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EMBEDDED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_ROW, _LEAST, _UPRIGHT = 0.5, 3.5, 7.0
_NO_TIME = dt.datetime.fromisoformat("2000-01-01")


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value (None where unknown) and its colour as ``rrggbb``."""

    name: str
    value: float | None
    colour: str


def chart(paper: Paper, bars: Sequence[Bar], *, series: str, upright: bool = False) -> None:
    """A bar chart across the page.

    Parameters
    ----------
    paper : Paper
    bars : sequence of Bar
        In the order in which they are read.
    series : str
        What the values are, with their unit.
    upright : bool
        Columns beside each other, as for years; else bars below each other.
    """
    package = paper.document.part.package
    number = sum(str(part.partname).startswith("/word/charts/") for part in package.iter_parts()) + 1
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), _WORKBOOK, _workbook(bars, series), package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART, b"", package)
    data = part.relate_to(book, _EMBEDDED)
    part._blob = _xml(bars, series, data, upright=upright).encode()
    relation = paper.document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    height = _UPRIGHT if upright else max(_LEAST, _ROW * len(bars) + 1)
    paragraph = paper.document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run()._r.append(
        parse_xml(_inline(relation, number, Cm(paper.width), Cm(height), clean(series)))
    )


def _workbook(bars: Sequence[Bar], series: str) -> bytes:
    raw = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(raw, options) as book:
        book.set_properties({"created": _NO_TIME})
        page = book.add_worksheet("Sheet1")
        page.write_string(0, 1, clean(series))
        for row, bar in enumerate(bars, 1):
            page.write_string(row, 0, clean(bar.name))
            if bar.value is not None:
                page.write_number(row, 1, bar.value)
    return settled(raw.getvalue())


def _inline(relation: str, number: int, width: int, height: int, said: str) -> str:
    return (
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{1000 + number}" name="Chart {number}" descr={quoteattr(said)}/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart {_SPACES} r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def _xml(bars: Sequence[Bar], series: str, data: str, *, upright: bool) -> str:
    last = len(bars) + 1
    names = "".join(f'<c:pt idx="{at}"><c:v>{_text(bar.name)}</c:v></c:pt>' for at, bar in enumerate(bars))
    values = "".join(
        f'<c:pt idx="{at}"><c:v>{bar.value!r}</c:v></c:pt>'
        for at, bar in enumerate(bars)
        if bar.value is not None
    )
    points = "".join(
        f'<c:dPt><c:idx val="{at}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>{_fill(bar.colour)}</c:dPt>'
        for at, bar in enumerate(bars)
    )
    count = len(bars)
    shape = "col" if upright else "bar"
    order = "minMax" if upright else "maxMin"
    sides = ("b", "l") if upright else ("l", "b")
    letters = _letters()
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_SPACES}><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="{shape}"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{_text(series)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:invertIfNegative val="0"/>{points}'
        f'<c:dLbls><c:numFmt formatCode="General" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{letters}<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f'<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache><c:ptCount val="{count}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>Sheet1!$B$2:$B${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser>'
        '<c:gapWidth val="50"/><c:axId val="111"/><c:axId val="222"/></c:barChart>'
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/><c:axPos val="{sides[0]}"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="7F7F7F"/></a:solidFill></a:ln></c:spPr>{letters}'
        '<c:crossAx val="222"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/><c:axPos val="{sides[1]}"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/>'
        '<c:crossAx val="111"/><c:crosses val="autoZero"/></c:valAx>'
        '<c:spPr><a:noFill/></c:spPr></c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{letters}"
        f'<c:externalData r:id="{data}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _fill(colour: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr>'


def _letters() -> str:
    return (
        '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900"><a:latin typeface="Arial"/>'
        f'<a:ea typeface="{SANS}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
