"""The form as a workbook: instructions, one sheet per chapter with drop-downs and checks, options and marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tanheng import __version__
from tanheng.activity.template import FORMAT, META, NEED, SLOT, tight
from tanheng.codes import codelist, item_name, items
from tanheng.errors import language
from tanheng.filings.form.about import About, notation_keys
from tanheng.filings.form.lines import (
    EITHER,
    LEFT,
    REQUIRED,
    Block,
    Chapter,
    Group,
    Line,
    Need,
    category_list,
    say,
    table,
    unit_name,
)
from tanheng.filings.form.rows import digest_of
from tanheng.filings.form.styles import (
    ASKED,
    BAND,
    BLOCK,
    EITHER_OF,
    FREE,
    GIVEN,
    INK,
    NEEDED,
    NUMBER,
    UNUSED,
    cell,
    styles,
)
from tanheng.inventory.methods.method import Method

_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_HEAD = 2
"""Line of the headings, counted from 0: a title and a hint stand above."""
_ROWS = 2000
"""Drop-downs reach so far, so that added lines have them too."""
_SLOT_WIDTH = 10.0
_MONTHS = 12
_COLOURS = {REQUIRED: NEEDED, EITHER: EITHER_OF}
_SMALL, _PALE = 8, "#7A828C"


class Form:
    """Draws the form of one method."""

    def __init__(
        self, book: xlsxwriter.Workbook, method: Method, whom: dict[str, str], *, monthly: bool
    ) -> None:
        self.book, self.method, self.whom, self.monthly = book, method, whom, monthly
        self.options: dict[tuple[str, ...], str] = {}
        self.style = styles(book)
        self.marks: dict[str, str] = {}

    def draw(self, chapters: Sequence[Chapter]) -> None:
        """All sheets of the form."""
        about = self.book.add_worksheet(say("about"))
        About(about, self.style, self.method).draw(
            chapters, self.whom, lambda line, place, values: self.choose(about, (line, line), place, values)
        )
        pages = [self.book.add_worksheet(chapter.title) for chapter in chapters]
        options = self.book.add_worksheet(say("options"))
        for page, chapter in zip(pages, chapters, strict=True):
            Sheet(self, page, chapter).draw()
        for place, values in enumerate(self.options):
            options.write_column(0, place, values, self.style())
        options.hide()
        self._meta(chapters)
        about.activate()

    def heading(self, need: Need) -> str:
        """The heading of a parameter, marked with what it means; two that would read alike are told apart by the name."""
        meaning, text = f"{need.name} [{need.unit}]", need.heading
        if self.marks.setdefault(f"{NEED}{tight(text)}", meaning) != meaning:
            text = f"{need.name} {text}"
            self.marks[f"{NEED}{tight(text)}"] = meaning
        return text

    def choose(
        self, page: Any, rows: tuple[int, int], place: int, values: tuple[str, ...], **more: Any
    ) -> None:
        """A drop-down; unless it is strict it warns and lets other texts pass."""
        if not values:
            return
        if values not in self.options:
            letter = xl_col_to_name(len(self.options))
            self.options[values] = f"='{say('options')}'!${letter}$1:${letter}${len(values)}"
        about = {"validate": "list", "source": self.options[values], "error_type": "information"}
        page.data_validation(
            rows[0], place, rows[1], place, {**about, "error_message": say("choose"), **more}
        )

    def _meta(self, chapters: Sequence[Chapter]) -> None:
        """What the reader goes by: method, version, hash, parameters by heading, and how many lines each sheet was given."""
        page = self.book.add_worksheet(META)
        method = self.method
        facts = {
            "format": FORMAT,
            "method": method.id,
            "version": method.version,
            "method_digest": method.digest,
            "template_hash": digest_of(chapters),
            "category_list": category_list(method),
            "tanheng": __version__,
            "about": say("about"),
            "options": say("options"),
            "optional": LEFT,
            **self.marks,
        }
        times = _MONTHS if self.monthly else 1
        rows = [*facts.items(), *((f"sheet:{one.title}", str(len(one.lines) * times)) for one in chapters)]
        for line, pair in enumerate(rows):
            for place, text in enumerate(pair):
                page.write_string(line, place, text)
        page.hide()


class Sheet:
    """Draws one chapter."""

    def __init__(self, form: Form, page: Any, chapter: Chapter) -> None:
        self.form, self.page, self.chapter, self.style = form, page, chapter, form.style
        self.slots = [say("slot", n=number) for number in range(1, chapter.slots + 1)]
        names = [row["column"] for row in table("columns.csv")]
        if form.monthly:
            names.insert(names.index("amount"), names.pop(names.index("period")))
        before = names.index("unit") + 1
        self.columns = [*names[:before], *self.slots, *names[before:]]
        self.at = {name: place for place, name in enumerate(self.columns)}
        self.widths = {row["column"]: float(row[f"width_{language()}"]) for row in table("columns.csv")}

    def draw(self) -> None:
        """The sheet with its headings, lines, drop-downs and print set-up."""
        page, at = self.page, self.at
        self._heads()
        line = _HEAD + 1
        for group in self.chapter.groups:
            line = self._group(line, group)
        self._checks(_HEAD + 1, max(line + 50, _ROWS))
        page.freeze_panes(_HEAD + 1, at["activity"])
        page.set_column(at["code"], at["code"], 14, None, {"hidden": True})
        page.set_landscape()
        page.set_paper(8)
        page.set_margins(0.3, 0.3, 0.5, 0.5)
        page.set_footer("&L&8&A&R&8&P / &N")
        page.print_area(0, 0, line - 1, at["note"])
        page.fit_to_pages(1, 0)
        page.repeat_rows(_HEAD)

    def _heads(self) -> None:
        page, lang = self.page, language()
        about = {row["column"]: row for row in table("columns.csv")}
        page.set_row(0, 26)
        page.write_string(0, 0, self.chapter.title, self.style(bold=True, font_size=14, font_color=INK))
        page.write_string(1, 0, say("step_4"), self.style(font_color="#555555", italic=True, font_size=9))
        page.set_row(_HEAD, 32)
        head = self.style(
            bold=True, text_wrap=True, bg_color=INK, font_color="white", border=1, align="center"
        )
        for place, name in enumerate(self.columns):
            row = about.get(name)
            page.set_column(place, place, self.widths.get(name, _SLOT_WIDTH))
            page.write_string(_HEAD, place, row[f"name_{lang}"] if row else name, head)
            if row:
                page.write_comment(_HEAD, place, row[f"meaning_{lang}"], {"x_scale": 1.6, "y_scale": 0.8})
            else:
                self.form.marks[f"{SLOT}{tight(name)}"] = name

    def _group(self, line: int, group: Group) -> int:
        """A category with its blocks; the line after it."""
        band = {"bold": True, "bg_color": BAND, "top": 1}
        parted = len(group.blocks) > 1 and any(block.shown for block in group.blocks)
        shown = [] if parted else [need for block in group.blocks for need in block.shown]
        self._band(line, group.code, group.title, shown, band)
        for name in ("notation", "reason"):
            self.page.write_blank(line, self.at[name], None, cell(self.style, BAND))
        line += 1
        for hint in _hints(group):
            told = self.style(font_color="#555555", italic=True, font_size=9)
            self.page.write_string(line, self.at["sector"], hint, told)
            line += 1
        for number, block in enumerate(group.blocks, 1):
            if parted:
                title = _block_title(block, group)
                self._band(
                    line, f"{group.code}@{number}", title, block.shown, {"bold": True, "bg_color": BLOCK}
                )
                line += 1
            for one in block.lines:
                for made in _by_month(one, self.form.whom["period"]) if self.form.monthly else [(one, "")]:
                    self._line(line, *made, block)
                    line += 1
        return line

    def _band(
        self, line: int, number: str, title: str, needs: Sequence[Need], look: Mapping[str, Any]
    ) -> None:
        """A row above lines: what they are, and the parameters that the columns below hold."""
        self._fill(line, self.style(**look))
        self.page.write_string(line, self.at["id"], number, self.style(**look, shrink=True))
        self.page.write_string(line, self.at["sector"], title, self.style(**look))
        head = cell(self.style, str(look["bg_color"]), font_size=9, text_wrap=True, align="center")
        headings = [self.form.heading(need) for need in needs]
        for slot, heading in zip(self.slots, headings, strict=False):
            self.page.write_string(line, self.at[slot], heading, head)
        self.page.set_row(line, max(18.0, *(_height(one) for one in headings)) if headings else 18.0)

    def _fill(self, line: int, style: Any) -> None:
        for place in range(self.at["note"] + 1):
            self.page.write_blank(line, place, None, style)

    def _line(self, line: int, one: Line, period: str, block: Block) -> None:
        page, at, style, lang = self.page, self.at, self.style, language()
        given, free = cell(style, GIVEN, text_wrap=True), cell(style, FREE, shrink=True)
        number = cell(style, GIVEN, font_color=_PALE, font_size=_SMALL, shrink=True)
        self._fill(line, free)
        sector = codelist("sectors").label(one.sector, lang) if one.sector else ""
        item = item_name(one.item) if one.item else ""
        written = {"sector": sector, "item": item, "activity": one.activity}
        page.set_row(line, 14.5 * max(_lines_of(text, self.widths[name]) for name, text in written.items()))
        page.write_string(line, at["id"], one.id, number)
        page.write_string(line, at["sector"], sector, given)
        page.write_string(line, at["item"], item, given if one.item else free)
        page.write_string(line, at["code"], one.item, number)
        page.write_string(line, at["activity"], one.activity, given)
        page.write_string(line, at["unit"], one.units[0] if one.units else "", free)
        page.write_blank(line, at["amount"], None, cell(style, ASKED, num_format=NUMBER, bold=True))
        page.write_comment(line, at["amount"], _wanted(one, block), {"x_scale": 2.2, "y_scale": 1.4})
        page.write_blank(line, at["uncertainty"], None, cell(style, FREE, num_format="0.##"))
        if period:
            page.write_string(line, at["period"], period, given)
        self._parameters(line, one, block)
        self.form.choose(page, (line, line), at["unit"], one.units)
        self._equipment(line, one)
        if not one.item:
            names = tuple(item_name(code) for code in one.choices or items().codes)
            self.form.choose(page, (line, line), at["item"], names, input_message=say("choose_item"))

    def _parameters(self, line: int, one: Line, block: Block) -> None:
        own = {need.name: need for need in one.needs}
        for slot, need in zip(self.slots, [*block.shown, *[None] * len(self.slots)], strict=False):
            mine = own.get(need.name) if need else None
            colour = UNUSED if mine is None else _COLOURS.get(mine.state, FREE)
            self.page.write_blank(line, self.at[slot], None, cell(self.style, colour, num_format=NUMBER))
            if mine is not None:
                rule = {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"}
                self.page.data_validation(line, self.at[slot], line, self.at[slot], rule)

    def _equipment(self, line: int, one: Line) -> None:
        place, listed = self.at["equipment"], codelist("equipment")
        names = tuple(listed.label(code, language()) for code in one.equipment if code in listed)
        colour = UNUSED if not names else NEEDED if one.equipment_needed else FREE
        self.page.write_blank(line, place, None, cell(self.style, colour, shrink=True))
        told = {"input_message": say("choose_equipment")} if one.equipment_needed else {}
        self.form.choose(self.page, (line, line), place, names, **told)

    def _checks(self, first: int, last: int) -> None:
        at, page = self.at, self.page
        amount = f"{xl_col_to_name(at['amount'])}{first + 1}"
        keys = [code for code, _ in notation_keys()]
        rule = (
            f"=OR(AND(ISNUMBER({amount}),{amount}>=0)," + ",".join(f'{amount}="{key}"' for key in keys) + ")"
        )
        page.data_validation(
            first, at["amount"], last, at["amount"],
            {"validate": "custom", "value": rule, "error_title": say("data"), "error_message": say("at_least_0")},
        )  # fmt: skip
        self.form.choose(page, (first, last), at["notation"], tuple(keys), error_type="stop")
        self.form.choose(page, (first, last), at["quality"], ("A", "B", "C", "D", "E"), error_type="stop")
        page.data_validation(
            first, at["uncertainty"], last, at["uncertainty"],
            {
                "validate": "decimal", "criteria": ">=", "value": 1, "error_type": "warning",
                "error_message": say("percent"), "input_message": say("percent"),
            },
        )  # fmt: skip


def write_book(
    file: Path, method: Method, chapters: Sequence[Chapter], whom: Mapping[str, str], *, monthly: bool = False
) -> Path:
    """Write the form; the same method and options make the same bytes."""
    with xlsxwriter.Workbook(str(file)) as book:
        book.set_properties({"created": _NO_TIME, "title": say("title", title=method.title[language()])})
        Form(book, method, dict(whom), monthly=monthly).draw(chapters)
    return file


def _hints(group: Group) -> list[str]:
    comma = "、" if language() == "zh" else ", "
    also = [say("also", categories=comma.join(group.also))] if group.also else []
    return [*also, *group.hints]


def _block_title(block: Block, group: Group) -> str:
    """What tells a block from the others of its category: sector, kind of activity, unit."""
    lang = language()
    comma = "，" if lang == "zh" else ", "
    beside = [one for one in group.blocks if one.sector == block.sector]
    parts = []
    if block.sector or len({one.sector for one in group.blocks}) > 1:
        parts.append(codelist("sectors").label(block.sector, lang) if block.sector else say("no_sector"))
    if len({_kinds(one) for one in beside}) > 1:
        parts.append(("、" if lang == "zh" else ", ").join(filter(None, _kinds(block))))
    if len({_unit(one) for one in beside}) > 1:
        parts.append(say("counted_in", unit=_unit(block)))
    return comma.join(filter(None, parts))


def _kinds(block: Block) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.activity for one in block.lines))


def _unit(block: Block) -> str:
    return next((one.units[0] for one in block.lines if one.units), "")


def _lines_of(text: str, width: float) -> int:
    """Lines that a wrapped text takes; a Chinese character takes two letters."""
    return 1 + int(sum(1.1 if letter.isascii() else 2 for letter in text) / (width + 0.5))


def _height(heading: str) -> float:
    """Height of a wrapped heading of a parameter."""
    return 13.0 * sum(_lines_of(piece, _SLOT_WIDTH) for piece in heading.split("\n"))


def _by_month(one: Line, year: str) -> list[tuple[Line, str]]:
    return [
        (replace(one, id=f"{one.id}.{month:02d}" if one.id else ""), f"{year}-{month:02d}")
        for month in range(1, _MONTHS + 1)
    ]


def _wanted(one: Line, block: Block) -> str:
    """What a line asks for, as the note of its amount."""
    comma = "、" if language() == "zh" else ", "
    shown = {need.name for need in block.shown}
    either = [need.label for need in one.needs if need.state == EITHER]
    rest = [need.label for need in one.needs if need.name not in shown]
    lines = [
        *one.titles,
        *([f"{say('clause')}: {'; '.join(one.clauses)}"] if one.clauses else []),
        *(
            f"{need.label} [{unit_name(need.unit, need.name)}] {say('required')}"
            for need in one.needs
            if need.required
        ),
        *([say("either", names=comma.join(either))] if either else []),
        *([say("no_factor", gases=comma.join(one.lacking))] if one.lacking else []),
        *([say("more", names=comma.join(rest))] if rest else []),
    ]
    return "\n".join(lines)[:1500]
