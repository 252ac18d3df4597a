"""What the sections of a Word report need: one language, plain text, one unit of mass, numbered tables and charts."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import polars as pl

from tanheng.codes import code_lists, codelist
from tanheng.errors import Lang
from tanheng.filings.colours import palette
from tanheng.filings.docx_charts import Bar, chart
from tanheng.filings.docx_paper import Col, Paper
from tanheng.filings.markup import Both, Markup
from tanheng.filings.numbers import DASH, UNITS, figure, percent, tonnes
from tanheng.filings.view import View
from tanheng.filings.words import name_of, said, within, word
from tanheng.inventory import Inventory

ROWS = 60
_BARS = 12
_LISTS = {"item": "items", "sector": "sectors", "gas": "gases", "scope": "scopes"}
_TAG = re.compile(r"<[^>]*>")


def plain(text: str) -> str:
    """What markup says; text that is none stays as it is.

    Examples
    --------
    >>> plain(Markup("<b>CO&amp;</b>")), plain("<b>")
    ('CO&', '<b>')
    """
    return html.unescape(_TAG.sub("", text)) if isinstance(text, Markup) else text


class Words:
    """A report in one language."""

    def __init__(self, view: View, paper: Paper, lang: Lang) -> None:
        self.view, self.paper, self.lang = view, paper, lang
        self.inventory: Inventory = view.inventory
        self._tables = self._figures = 0

    def one(self, both: Both) -> str:
        """The text of this report's language."""
        return plain(both.zh if self.lang == "zh" else both.en)

    def say(self, key: str, **fields: str | int | Both) -> str:
        """A sentence of the report."""
        return self.one(said(key, **fields))

    def word(self, code: str) -> str:
        """A term as a heading."""
        return self.one(word(code))

    def name(self, dimension: str, code: str) -> str:
        """The name of a value of a dimension or category list; codes of lists stand before their names."""
        if dimension in code_lists() and dimension not in _LISTS.values():
            known = code in codelist(dimension)
            return (
                f"{code} {codelist(dimension).label(code, self.lang)}"
                if known
                else code or self.say("unstated")
            )
        return self.one(name_of(dimension, code)) if code else self.say("unstated")

    def heading_of(self, dimension: str) -> str:
        """What a dimension or category list is called, within a sentence."""
        named = dimension in _LISTS or dimension in {"entity", "period"}
        return self.one(within(word(dimension if named else "category")))

    @cached_property
    def unit(self) -> str:
        """The unit of masses, such as 万吨 CO₂e."""
        _, zh, en = next(one for one in UNITS if one[0] == self.view.scale.key)
        return f"{zh if self.lang == 'zh' else en} {self.one(self.view.gas)}"

    def mass(self, value: float | None) -> str:
        """A mass [t] in the unit of the report, with four digits."""
        return DASH if value is None else figure(value / tonnes()[self.view.scale.key])

    def share(self, value: float | None) -> str:
        """A share in %."""
        return percent(value)

    @cached_property
    def category(self) -> str | None:
        """The category list by which the method shows its results; None where nothing has a category."""
        tables = [one["rows"] for one in self.inventory.method["tables"]]
        lists = self.inventory.category_lists
        wanted = dict.fromkeys([*(name for name in tables if name in lists), *lists])
        return next(
            (str(name) for name in wanted if any(row[name] for row in self.inventory.by(name).to_dicts())),
            None,
        )

    def table(
        self,
        caption: str,
        columns: Sequence[Col],
        rows: Sequence[Sequence[str]],
        *,
        strong: Sequence[int] = (),
        indents: Sequence[int] = (),
        most: int = ROWS,
        size: float | None = None,
    ) -> None:
        """A numbered table, cut after the first rows with a line that says so."""
        self._tables += 1
        self.paper.caption(self.say("docx_table", count=self._tables, what=caption))
        self.paper.table(
            columns, rows[:most], strong=[at for at in strong if at < most], indents=indents[:most], size=size
        )
        if len(rows) > most:
            self.paper.text(self.say("docx_more", shown=most, count=len(rows) - most), "Note Text")

    def breakdown(self, dimension: str) -> None:
        """A chart and a table of the total by one dimension or category list."""
        rows = self.inventory.by(dimension).to_dicts()
        what = self.heading_of(dimension)
        if dimension == "period":
            rows.sort(key=lambda row: row["period"])
        if any(row["emission"] for row in rows):
            self._figures += 1
            caption = self.say("docx_by_chart", what=what, unit=self.unit)
            chart(self.paper, self._bars(dimension, rows), series=caption, upright=dimension == "period")
            self.paper.caption(self.say("docx_figure", count=self._figures, what=caption), above=False)
        columns = [
            Col(self.word(dimension) if dimension in _LISTS else self.word("category" if dimension == self.category else dimension), 3),
            Col(f"{self.word('emission')}\n{self.unit}", 1.4, number=True),
            *([Col(f"{self.word('mass')}\nt", 1.4, number=True)] if dimension == "gas" else []),
            Col(f"{self.word('share')}\n%", 1, number=True),
        ]  # fmt: skip
        body = [
            [self.name(dimension, row[dimension]), self.mass(row["emission"]),
             *([figure(row["mass"], digits=6)] if dimension == "gas" else []), self.share(row["share"])]
            for row in rows
        ]  # fmt: skip
        last = [self.say("docx_sum"), self.mass(self.inventory.total), *([""] if dimension == "gas" else []), percent(100.0)]  # fmt: skip
        shown = [*body[:ROWS], last]
        self.table(
            self.say("docx_by_table", what=what), columns, shown, strong=[len(shown) - 1], most=len(shown)
        )
        if len(body) > ROWS:
            self.paper.text(self.say("docx_more", shown=ROWS, count=len(body) - ROWS), "Note Text")

    def _bars(self, dimension: str, rows: Sequence[Mapping[str, object]]) -> list[Bar]:
        one = tonnes()[self.view.scale.key]
        shown = list(rows) if dimension == "period" or len(rows) <= _BARS else list(rows[: _BARS - 1])
        colours = self._colours(dimension, [str(row[dimension]) for row in shown])
        bars = [
            Bar(self._short(self._label(dimension, str(row[dimension]))), _four(float(str(row["emission"])) / one), colours[str(row[dimension])])
            for row in shown
        ]  # fmt: skip
        rest = rows[len(shown) :]
        if rest:
            value = sum(float(str(row["emission"])) for row in rest) / one
            bars.append(Bar(self.say("others", count=len(rest)), _four(value), _hex(palette()["rest", "rest"].light)))  # fmt: skip
        return bars

    def _label(self, dimension: str, code: str) -> str:
        """A name for a chart, which has no room for codes."""
        name = self.name(dimension, code)
        return name.removeprefix(f"{code} ") if code else name

    def _short(self, name: str) -> str:
        longest = 18 if self.lang == "zh" else 34
        return name if len(name) <= longest else name[: longest - 1] + "…"

    def _colours(self, dimension: str, codes: Sequence[str]) -> dict[str, str]:
        """The colours of the codes where each has its own; else one for all."""
        listed = _LISTS.get(dimension, "")
        own = all((listed, code) in palette() for code in codes)
        return {code: _hex(palette()[(listed, code) if own else ("series", "1")].light) for code in codes}

    def values(self, dimension: str) -> int:
        """How many values of a dimension the total has."""
        if dimension in self.inventory.category_lists:
            return self.inventory.by(dimension).to_polars().height
        if dimension not in self.inventory.emissions.columns:
            return 0
        counted = self.inventory.emissions.filter(~pl.col("memo")).get_column(dimension)
        return counted.filter(counted != "").n_unique()


def _four(value: float) -> float:
    return float(f"{value:.4g}")


def _hex(colour: str) -> str:
    return colour.lstrip("#")
