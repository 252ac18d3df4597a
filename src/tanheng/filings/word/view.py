"""What the sections of a Word report need: one language, plain text, one unit of mass, numbered tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from tanheng.codes.wording import Both
from tanheng.errors import Lang
from tanheng.filings.chapters import breakdown
from tanheng.filings.colours import palette
from tanheng.filings.grids import ROWS, Cell, Grid, Mass
from tanheng.filings.lumped import Group, grouped
from tanheng.filings.numbers import DASH, UNITS, figure, percent, tonnes
from tanheng.filings.page.markup import plain
from tanheng.filings.page.view import View
from tanheng.filings.word.charts import Bar, chart
from tanheng.filings.word.paper import Col, Paper
from tanheng.filings.words import called, name_of, said, within, word
from tanheng.inventory import Inventory

_SMALL = 8.0
_LISTS = {"item": "items", "sector": "sectors", "gas": "gases", "scope": "scopes"}


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
        return self.one(name_of(dimension, code)) if code else self.say("unstated")

    def heading_of(self, dimension: str) -> str:
        """What a dimension or category list is called, within a sentence."""
        return self.one(within(called(dimension)))

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

    def grid(self, grid: Grid | None) -> None:
        """A table that the web page has too."""
        if grid is None:
            return
        columns = [
            Col("\n".join(self.one(one) for one in (head.name, head.unit) if one), head.width, number=head.kind == "number")
            for head in grid.heads
        ]  # fmt: skip
        rows = [[self._cell(cell) for cell in row] for row in grid.rows]
        size = _SMALL if grid.small else None
        self.table(
            self.one(grid.caption), columns, rows, strong=grid.strong, indents=grid.indents, most=grid.most, count=grid.count, size=size
        )  # fmt: skip
        for note in grid.notes:
            self.paper.text(self.one(note), "Note Text")

    def _cell(self, cell: Cell) -> str:
        if isinstance(cell, Mass):
            return self.mass(cell.value)
        if isinstance(cell, Both):
            return self.one(cell)
        return f"{cell:,}" if isinstance(cell, int) else cell

    def table(
        self,
        caption: str,
        columns: Sequence[Col],
        rows: Sequence[Sequence[str]],
        *,
        strong: Sequence[int] = (),
        indents: Sequence[int] = (),
        most: int = ROWS,
        count: int = 0,
        size: float | None = None,
    ) -> None:
        """A numbered table, cut after the first rows with a line that says so."""
        self._tables += 1
        self.paper.caption(self.say("docx_table", count=self._tables, what=caption))
        self.paper.table(
            columns, rows[:most], strong=[at for at in strong if at < most], indents=indents[:most], size=size
        )
        more = max(count, len(rows)) - most
        if more > 0:
            self.paper.text(self.say("docx_more", shown=most, count=more), "Note Text")

    def breakdown(self, dimension: str) -> None:
        """A chart and a table of the total by one dimension or category list."""
        rows = self.view.charted(dimension).to_dicts()
        if any(row["emission"] for row in rows):
            self._figures += 1
            what = within(called(dimension))
            caption = self.say("docx_by_chart", what=what, unit=self.unit)
            chart(self.paper, self._bars(dimension, rows), series=caption, upright=dimension == "period")
            self.paper.caption(self.say("docx_figure", count=self._figures, what=caption), above=False)
        self.grid(breakdown(self.view, dimension))

    def _bars(self, dimension: str, rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
        one = tonnes()[self.view.scale.key]
        found = self._periods() if dimension == "period" else grouped(dimension, rows)
        colours = self._colours(
            dimension, [group.code for group in found if group.code is not None and not group.removal]
        )
        rest, removal = (_hex(palette()[name, name].light) for name in ("rest", "removal"))
        return [
            Bar(
                self._group_name(dimension, group),
                _four(group.emission / one),
                removal if group.removal else rest if group.code is None else colours[group.code],
            )
            for group in found
        ]

    def _periods(self) -> list[Group]:
        """The net of each period in its order, none of them with others."""
        rows = self.inventory.by("period").to_polars().sort("period")
        return [
            Group(row["period"], "", 1, row["emission"], None, removal=False)
            for row in rows.iter_rows(named=True)
        ]

    def _group_name(self, dimension: str, group: Group) -> str:
        if group.code is None:
            return self.say(group.key, count=group.count)
        name = self._label(dimension, group.code)
        return self._short(self.say("removed", name=name) if group.removal else name)

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


def _four(value: float) -> float:
    return float(f"{value:.4g}")


def _hex(colour: str) -> str:
    return colour.lstrip("#")
