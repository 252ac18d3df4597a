"""The first sheet of a form: whom it is for, how it is filled in, what its colours and keys mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.codes import codelist, regions
from tanheng.errors import language
from tanheng.filings.form.lines import Chapter, say, table
from tanheng.filings.form.styles import ASKED, INK, LEGEND, Style, cell
from tanheng.inventory.methods.method import Method

_WIDE = 92
"""Letters in a line of the wide column; a Chinese character takes two."""
_STEPS = 6


def notation_keys() -> list[tuple[str, str]]:
    """Codes of the notation keys, and what each says."""
    lang = language()
    mark = "：" if lang == "zh" else ": "
    return [
        (row["code"], f"{row[f'name_{lang}']}{mark}{row[f'meaning_{lang}']}")
        for row in codelist("notation_keys").rows
    ]


class About:
    """Draws the first sheet.

    Parameters
    ----------
    page : worksheet
    style : Style
    method : Method
    """

    def __init__(self, page: Any, style: Style, method: Method) -> None:
        self.page, self.style, self.method = page, style, method
        self.head = style(bold=True, font_color="white", bg_color=INK)
        self.wrapped = style(text_wrap=True, valign="top")

    def draw(self, chapters: Sequence[Chapter], whom: dict[str, str], choose: Any) -> None:
        """The sheet; ``whom`` has entity, period and region, ``choose`` puts a drop-down into a cell."""
        page, method, lang = self.page, self.method, language()
        page.hide_gridlines(2)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 96)
        page.set_row(0, 28)
        title = self.style(bold=True, font_size=16, font_color=INK)
        page.write_string(0, 0, say("title", title=method.title[lang]), title)
        self._pair(1, say("method"), f"{method.id} {method.version}")
        self._pair(2, say("document"), _document(method))
        line = self._whom(4, whom, choose)
        line = self._band(line + 1, say("how"))
        for step in range(1, _STEPS + 1):
            page.write_string(line, 0, str(step), self.style(align="right", valign="top"))
            line = self._text(line, say(f"step_{step}", method=method.id))
        line = self._legend(line + 1)
        line = self._listed(line + 1, say("keys"), notation_keys())
        sheets = [(one.title, f"{len(one.lines)} {say('rows')}") for one in chapters]
        line = self._listed(line + 1, say("sheets"), sheets)
        self._text(self._band(line + 1, say("notes")), method.notes[lang])
        page.set_paper(9)
        page.fit_to_pages(1, 1)

    def _whom(self, line: int, whom: dict[str, str], choose: Any) -> int:
        names = {row["column"]: row[f"name_{language()}"] for row in table("columns.csv")}
        line = self._band(line, say("whom"))
        for name, text in whom.items():
            self.page.write_string(line, 0, names[name], self.style(bold=True))
            self.page.write_string(line, 1, text, cell(self.style, ASKED, bold=True))
            if name == "region":
                choose(
                    line,
                    1,
                    tuple(one.name_zh if language() == "zh" else one.name_en for one in regions("province")),
                )
            line += 1
        self.page.write_string(line, 1, say("whom_hint"), self.style(font_color="#555555", text_wrap=True))
        self.page.set_row(line, _height(say("whom_hint")))
        return line + 1

    def _legend(self, line: int) -> int:
        line = self._band(line, say("colours"))
        for key, colour in LEGEND:
            self.page.write_blank(line, 0, None, cell(self.style, colour))
            self.page.write_string(line, 1, say(key), self.wrapped)
            line += 1
        return line

    def _listed(self, line: int, title: str, rows: Sequence[tuple[str, str]]) -> int:
        """A small table; the line after it."""
        line = self._band(line, title)
        for name, text in rows:
            self.page.write_string(line, 0, name, self.style(bold=True, valign="top"))
            line = self._text(line, text)
        return line

    def _band(self, line: int, text: str) -> int:
        self.page.write_string(line, 0, text, self.head)
        self.page.write_blank(line, 1, None, self.head)
        return line + 1

    def _pair(self, line: int, name: str, text: str) -> None:
        self.page.write_string(line, 0, name, self.style(valign="top"))
        self._text(line, text)

    def _text(self, line: int, text: str) -> int:
        self.page.write_string(line, 1, text, self.wrapped)
        self.page.set_row(line, _height(text))
        return line + 1


def _document(method: Method) -> str:
    facts = method.document_facts(language()) or [method.title[language()]]
    return ("，" if language() == "zh" else ", ").join(facts)


def _height(text: str) -> float:
    letters = sum(1 if letter.isascii() else 2 for letter in text)
    return 17.0 * (1 + letters // _WIDE)
