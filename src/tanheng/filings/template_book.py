"""The form as a workbook: instructions, one sheet per chapter with drop-downs and checks, options and marks."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tanheng import __version__
from tanheng.activity.template import FORMAT, META
from tanheng.codes import codelist, item_name, items
from tanheng.errors import language
from tanheng.filings.template_lines import Chapter, Group, Line, Need, category_list, table
from tanheng.filings.template_rows import digest_of, say
from tanheng.inventory.method import Method, document_facts

_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_HEAD = 2
"""Line of the headings, counted from 0: a title and a hint stand above."""
_INK, _BAND, _GIVEN, _ASKED, _NEEDED, _UNUSED = (
    "#1F3A5F",
    "#DCE6F1",
    "#F5F7FA",
    "#FFF9DB",
    "#FFE0B8",
    "#EDEDED",
)
_ROWS = 2000
"""Drop-downs reach so far, so that added lines have them too."""


class Form:
    """Draws the form of one method."""

    def __init__(self, book: xlsxwriter.Workbook, method: Method, *, entity: str, year: str) -> None:
        self.book, self.method, self.entity, self.year = book, method, entity, year
        self.options: dict[tuple[str, ...], str] = {}
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        self.style = functools.cache(lambda **more: book.add_format({**base, **more}))

    def draw(self, chapters: Sequence[Chapter]) -> None:
        """All sheets of the form."""
        self._about(chapters)
        pages = [self.book.add_worksheet(chapter.title) for chapter in chapters]
        options = self.book.add_worksheet(say("options"))
        for page, chapter in zip(pages, chapters, strict=True):
            self._chapter(page, chapter)
        for place, values in enumerate(self.options):
            options.write_column(0, place, values, self.style())
        options.hide()
        self._meta(chapters)
        self.book.worksheets()[0].activate()

    def _about(self, chapters: Sequence[Chapter]) -> None:
        page = self.book.add_worksheet(say("about"))
        page.hide_gridlines(2)
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 96)
        method, lang = self.method, language()
        plain, wrapped = self.style(), self.style(text_wrap=True, valign="top")
        title = self.style(bold=True, font_size=16, font_color=_INK)
        head = self.style(bold=True, font_color="white", bg_color=_INK)
        asked = self.style(bg_color=_ASKED, border=1, bold=True)
        names = {row["column"]: row[f"name_{lang}"] for row in table("columns.csv")}
        page.set_row(0, 28)
        page.write_string(0, 0, say("title", title=method.title[lang]), title)
        page.write_string(1, 0, say("method"), plain)
        page.write_string(1, 1, f"{method.id} {method.version}", plain)
        page.write_string(2, 0, say("document"), plain)
        document = ", ".join(document_facts(method.document, lang))
        page.write_string(2, 1, document, wrapped)
        page.set_row(2, _height(document))
        self._band(page, 4, say("whom"), head)
        page.write_string(5, 0, names["entity"], plain)
        page.write_string(5, 1, self.entity, asked)
        page.write_string(6, 0, names["period"], plain)
        page.write_string(6, 1, self.year, asked)
        page.write_string(7, 1, say("whom_hint"), self.style(font_color="#666666", italic=True))
        self._band(page, 9, say("how"), head)
        line = 10
        for step in range(1, 7):
            page.write_string(line, 0, str(step), self.style(align="right", valign="top"))
            text = say(f"step_{step}", method=method.id)
            page.write_string(line, 1, text, wrapped)
            page.set_row(line, _height(text))
            line += 1
        line = self._listed(page, line + 1, say("keys"), _keys(), head)
        sheets = [(one.title, f"{len(one.lines)} {say('rows')}") for one in chapters]
        line = self._listed(page, line + 1, say("sheets"), sheets, head)
        self._band(page, line + 1, say("notes"), head)
        page.write_string(line + 2, 1, method.notes[lang], wrapped)
        page.set_row(line + 2, _height(method.notes[lang]))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)

    def _band(self, page: Any, line: int, text: str, style: Any) -> None:
        page.write_string(line, 0, text, style)
        page.write_blank(line, 1, None, style)

    def _listed(self, page: Any, line: int, title: str, rows: Sequence[tuple[str, str]], head: Any) -> int:
        """A small table; the line after it."""
        self._band(page, line, title, head)
        for at, (name, text) in enumerate(rows, line + 1):
            page.write_string(at, 0, name, self.style(bold=True))
            page.write_string(at, 1, text, self.style(text_wrap=True))
        return line + len(rows) + 1

    def _chapter(self, page: Any, chapter: Chapter) -> None:
        columns = [*table("columns.csv")]
        needs = chapter.needs
        note = columns.pop()
        at = {row["column"]: place for place, row in enumerate(columns)} | {"note": len(columns) + len(needs)}
        self._heads(page, chapter, [*columns, *needs, note])
        line = _HEAD + 1
        for group in chapter.groups:
            self._group(page, line, group, at)
            for one in group.lines:
                line += 1
                self._line(page, line, one, at, needs)
            line += 1
        self._checks(page, _HEAD + 1, max(line + 50, _ROWS), at)
        page.freeze_panes(_HEAD + 1, at["code"])
        page.set_column(at["code"], at["code"], 14, None, {"hidden": True})
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 0)
        page.repeat_rows(_HEAD)

    def _heads(self, page: Any, chapter: Chapter, columns: Sequence[Mapping[str, str] | Need]) -> None:
        lang = language()
        page.set_row(0, 26)
        page.write_string(0, 0, chapter.title, self.style(bold=True, font_size=14, font_color=_INK))
        page.write_string(1, 0, say("step_1"), self.style(font_color="#666666", italic=True))
        page.set_row(_HEAD, 44)
        head = self.style(
            bold=True, text_wrap=True, bg_color=_INK, font_color="white", border=1, align="center"
        )
        for place, column in enumerate(columns):
            if isinstance(column, Need):
                page.set_column(place, place, 13)
                page.write_string(_HEAD, place, f"{column.label}\n{column.name} [{column.unit}]", head)
            else:
                page.set_column(place, place, float(column["width"]))
                page.write_string(_HEAD, place, column[f"name_{lang}"], head)
                page.write_comment(_HEAD, place, column[f"meaning_{lang}"], {"x_scale": 1.6, "y_scale": 0.8})

    def _group(self, page: Any, line: int, group: Group, at: Mapping[str, int]) -> None:
        band = self.style(bold=True, bg_color=_BAND, top=1)
        asked = self.style(bold=True, bg_color="#C9D8EA", top=1, align="center")
        for place in range(at["note"] + 1):
            page.write_blank(line, place, None, band)
        page.write_string(line, at["id"], group.code, band)
        page.write_string(line, at["entity"], group.title, band)
        page.write_blank(line, at["notation"], None, asked)
        page.write_blank(line, at["reason"], None, asked)

    def _line(self, page: Any, line: int, one: Line, at: Mapping[str, int], needs: Sequence[Need]) -> None:
        given = self.style(bg_color=_GIVEN, border=1, border_color="#D5D9DE", text_wrap=True)
        number = self.style(
            bg_color=_GIVEN, border=1, border_color="#D5D9DE", font_color="#888888", font_size=8
        )
        free = self.style(border=1, border_color="#D5D9DE")
        figure = {"border": 1, "border_color": "#D5D9DE", "num_format": "#,##0.######"}
        for place in range(at["note"] + 1):
            page.write_blank(line, place, None, free)
        lang = language()
        page.write_string(line, at["id"], one.id, number)
        page.write_string(line, at["entity"], self.entity, free)
        page.write_string(line, at["period"], self.year, free)
        page.write_string(
            line, at["sector"], codelist("sectors").label(one.sector, lang) if one.sector else "", given
        )
        page.write_string(
            line, at["item"], item_name(one.item) if one.item else "", given if one.item else free
        )
        page.write_string(line, at["code"], one.item, number)
        page.write_string(line, at["activity"], one.activity, given)
        page.write_blank(line, at["amount"], None, self.style(**figure, bg_color=_ASKED, bold=True))
        page.write_string(line, at["unit"], one.units[0] if one.units else "", free)
        page.write_comment(line, at["amount"], _wanted(one), {"x_scale": 2.2, "y_scale": 1.4})
        own = {(need.name, need.unit): need for need in one.needs}
        for place, need in enumerate(needs, at["uncertainty"] + 1):
            mine = own.get((need.name, need.unit))
            colour = _UNUSED if mine is None else _NEEDED if mine.required else "#FFFFFF"
            page.write_blank(line, place, None, self.style(**figure, bg_color=colour))
            if mine is not None:
                page.data_validation(
                    line, place, line, place, {"validate": "decimal", "criteria": ">=", "value": 0}
                )
        self._choose(page, line, line, at["unit"], one.units, strict=False)
        if one.equipment:
            names = tuple(
                codelist("equipment").label(code, lang)
                for code in one.equipment
                if code in codelist("equipment")
            )
            self._choose(page, line, line, at["equipment"], names, strict=False)
        if not one.item:
            every = tuple(item_name(code) for code in items().codes)
            self._choose(page, line, line, at["item"], every, strict=False)

    def _checks(self, page: Any, first: int, last: int, at: Mapping[str, int]) -> None:
        amount = f"{xl_col_to_name(at['amount'])}{first + 1}"
        keys = [code for code, _ in _keys()]
        rule = (
            f"=OR(AND(ISNUMBER({amount}),{amount}>=0)," + ",".join(f'{amount}="{key}"' for key in keys) + ")"
        )
        page.data_validation(
            first, at["amount"], last, at["amount"],
            {"validate": "custom", "value": rule, "error_title": say("data"), "error_message": say("at_least_0")},
        )  # fmt: skip
        self._choose(page, first, last, at["notation"], tuple(keys), strict=True)
        self._choose(page, first, last, at["quality"], ("A", "B", "C", "D", "E"), strict=True)
        page.data_validation(
            first, at["uncertainty"], last, at["uncertainty"],
            {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": say("at_least_0")},
        )  # fmt: skip

    def _choose(
        self, page: Any, first: int, last: int, place: int, values: tuple[str, ...], *, strict: bool
    ) -> None:
        """A drop-down; one that is not strict warns and lets other texts pass."""
        if not values:
            return
        if values not in self.options:
            letter = xl_col_to_name(len(self.options))
            self.options[values] = f"='{say('options')}'!${letter}$1:${letter}${len(values)}"
        about = {
            "validate": "list",
            "source": self.options[values],
            "error_type": "stop" if strict else "information",
        }
        page.data_validation(first, place, last, place, {**about, "error_message": say("choose")})

    def _meta(self, chapters: Sequence[Chapter]) -> None:
        """What the reader goes by: method, version, hash, and how many lines each sheet was given."""
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
        }
        rows = [*facts.items(), *((f"sheet:{one.title}", str(len(one.lines))) for one in chapters)]
        for line, pair in enumerate(rows):
            for place, text in enumerate(pair):
                page.write_string(line, place, text, self.style())
        page.set_column(0, 1, 40)
        page.hide()


def write_book(path: Path, method: Method, chapters: Sequence[Chapter], *, entity: str, year: str) -> Path:
    """Write the form of a method."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": say("title", title=method.title[language()]), "created": _NO_TIME})
        Form(book, method, entity=entity, year=year).draw(chapters)
    return path


def _keys() -> list[tuple[str, str]]:
    lang = language()
    return [
        (row["code"], f"{row[f'name_{lang}']}：{row[f'meaning_{lang}']}")
        for row in codelist("notation_keys").rows
    ]


def _height(text: str) -> float:
    """Height of a wrapped text in the wide column of the first sheet; a Chinese character takes two letters."""
    letters = sum(1 if letter.isascii() else 2 for letter in text)
    return 17.0 * (1 + letters // 92)


def _wanted(one: Line) -> str:
    """What a line asks for, as the note of its amount."""
    needed = [f"{need.label} [{need.unit}] {say('required')}" for need in one.needs if need.required]
    lines = [*one.titles, f"{say('clause')}: {'；'.join(one.clauses)}", *needed]
    return "\n".join(lines)[:1500]
