"""What every sheet of an official workbook needs: whose it is, its language, its unit, and what a reader must be told first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanheng.activity.schema import columns
from tanheng.codes.wording import Both
from tanheng.errors import Lang
from tanheng.filings.numbers import percent
from tanheng.filings.official.pages import Book, Cell
from tanheng.filings.page.markup import plain
from tanheng.filings.page.view import View
from tanheng.filings.words import name_of, said, word
from tanheng.inventory import Inventory
from tanheng.inventory.quality.grades import unverified_share
from tanheng.inventory.views.listings import factor_uses
from tanheng.quantities import parse_unit


class Sheets:
    """The sheets of one workbook: whom they are about, in which language and unit."""

    def __init__(self, book: Book, inventory: Inventory, lang: Lang, unit: str) -> None:
        self.book, self.inventory, self.lang, self.unit = book, inventory, lang, unit
        self.tonnes = parse_unit(unit).factor
        self.view = View(inventory)

    def one(self, both: Both) -> str:
        """The text of this workbook's language."""
        return plain(both.zh if self.lang == "zh" else both.en)

    def say(self, key: str, **fields: str | int | Both) -> str:
        """A sentence of the catalogue."""
        return self.one(said(key, **fields))

    def word(self, code: str) -> str:
        """A column of the activity, or else a term, as a heading."""
        known = columns("activity").get(code)
        name = known[f"name_{self.lang}"] if known else self.one(word(code))
        return name[:1].upper() + name[1:]

    def title(self, key: str, **fields: str | Both) -> str:
        """The title of a sheet: whom it is about and when."""
        return self.say(key, who=self.view.who, when=self.view.when, **fields)

    def name(self, dimension: str, code: str) -> str:
        """The name of a value."""
        return self.one(name_of(dimension, code)) if code else ""

    def number(self, value: float | None, **more: Any) -> Cell:
        """A mass in the unit of the workbook."""
        return Cell(None if value is None else value / self.tonnes, "number", **more)

    def alarms(self) -> list[str]:
        """What a reader of any sheet must know: what is missing, and what was not verified."""
        return list(self._alarms())

    def _alarms(self) -> Iterator[str]:
        one = self.inventory
        if not one.complete:
            yield self.say("official_incomplete", unmatched=one.unmatched.height, refused=one.refused, sheet=self.say("official_left_sheet"))  # fmt: skip
        if weak := unverified_share(one):
            count = sum(row["check"] == "recalled" for row in factor_uses(one))
            yield self.say("official_unverified", share=f"{percent(weak, places=1)} %", count=count)
