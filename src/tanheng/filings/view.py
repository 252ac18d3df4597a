"""What every section of a report needs: the inventory, its shown cells and where their proofs stand."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from tanheng.activity.grids import ROW
from tanheng.filings.colours import Colours
from tanheng.filings.markup import Both, Markup, tag
from tanheng.filings.numbers import Scale
from tanheng.filings.tables import SHOWN
from tanheng.filings.words import listed, name_of, pair, said, word
from tanheng.inventory import Inventory
from tanheng.inventory.listings import entities, periods

_BY_CELL = {
    "cell",
    "entity",
    "period",
    "item",
    "sector",
    "unit",
    "amount",
    "coefficient",
    "emission",
    "share",
}
_SAID_ELSEWHERE = {"region", "gas", "source", "quality", "parameters"}


@dataclass(frozen=True)
class View:
    """One report in the making."""

    inventory: Inventory
    parts: Inventory | None = None
    comparison: pl.DataFrame | None = None
    title: str | None = None
    colours: Colours = field(default_factory=Colours)

    @functools.cached_property
    def empty(self) -> bool:
        """Whether nothing at all has a coefficient: then the total is unknown, not 0."""
        return self.inventory.emissions.filter(~pl.col("memo")).height == 0

    @functools.cached_property
    def sinks(self) -> list[str]:
        """Rules of the method whose results are removals."""
        return [rule["id"] for rule in self.inventory.method["rules"] if rule.get("effect") == "removal"]

    @functools.cached_property
    def removed(self) -> Inventory | None:
        """The removals of the total; None where there are none."""
        kept = self.inventory.emissions.filter(pl.col("rule").is_in(self.sinks) & (pl.col("nano") != 0))
        found = replace(self.inventory, emissions=kept)
        return found if kept.filter(~pl.col("memo")).height else None

    @functools.cached_property
    def gross(self) -> Inventory:
        """The inventory before removals."""
        if self.removed is None:
            return self.inventory
        kept = self.inventory.emissions.filter(~pl.col("rule").is_in(self.sinks))
        return replace(self.inventory, emissions=kept)

    @functools.cached_property
    def scale(self) -> Scale:
        """The display unit that suits the total."""
        return Scale(self.inventory.total)

    @functools.cached_property
    def gas(self) -> Both:
        """CO₂, or CO₂e with its GWP set."""
        gas = name_of("gas", self.inventory.gas)
        named = self.inventory.gwp_name if self.inventory.gas == "CO2e" else None
        return Both(f"{gas.zh}（{named}）", f"{gas.en} ({named})") if named else gas

    @functools.cached_property
    def unit(self) -> Both:
        """The unit of emissions, as heads show it."""
        return Both(
            Markup(f"{self.scale.unit.zh} {self.gas.zh}"), Markup(f"{self.scale.unit.en} {self.gas.en}")
        )

    @functools.cached_property
    def heading(self) -> Both:
        """The title of the report."""
        if self.title is not None:
            return Both(self.title, self.title)
        years = all(len(period) == 4 for period in periods(self.inventory))
        return said("title" if years else "title_period", who=self.who, when=self.when)

    @functools.cached_property
    def who(self) -> Both:
        """Whom the inventory is about."""
        names = [name_of("entity", name) for name in entities(self.inventory)]
        if not names:
            return Both("–", "–")
        first = Both("、".join(one.zh for one in names[:3]), ", ".join(one.en for one in names[:3]))
        return said("and_more", first=first, count=len(names)) if len(names) > 3 else listed(names)

    @functools.cached_property
    def when(self) -> Both:
        """The period, or the first and the last one."""
        found = periods(self.inventory)
        shown = f"{found[0]}–{found[-1]}" if len(found) > 1 else "".join(found) or "–"
        return Both(shown, shown)

    @functools.cached_property
    def cells(self) -> pl.DataFrame:
        """All cells, the largest first."""
        return self.inventory.cells().sort(pl.col("emission").abs(), "cell", descending=[True, False])

    @functools.cached_property
    def shown(self) -> pl.DataFrame:
        """The cells that the page shows."""
        return self.cells.head(SHOWN)

    @functools.cached_property
    def dimensions(self) -> list[str]:
        """Dimensions beside the item that tell the shown cells apart."""
        names = [
            "entity",
            "period",
            "sector",
            *(name for name in self.cells.columns if name not in _BY_CELL | _SAID_ELSEWHERE),
        ]
        return [
            name
            for name in names
            if name in self.cells.columns and self.shown.get_column(name).n_unique() > 1
        ]

    @functools.cached_property
    def provable(self) -> Inventory:
        """The inventory cut down to the shown cells and their rows, so that proofs are found at once."""
        cells = self.shown.get_column("cell").to_list()
        emissions = self.inventory.emissions.filter(pl.col("cell").is_in(cells))
        activity = self.inventory.activity
        if activity.frame is None:
            return replace(self.inventory, emissions=emissions)
        by = [
            name
            for name in activity.dimensions
            if name in emissions.columns and name not in {"region", "gas"}
        ]
        frame = activity.frame.join(emissions.select(by).unique(), on=by, how="semi").sort(ROW)
        return replace(self.inventory, emissions=emissions, activity=replace(activity, frame=frame))

    @functools.cached_property
    def _single(self) -> Mapping[tuple[str, str], int]:
        """Cells that are the only one of a value of a dimension."""
        found: dict[tuple[str, str], int] = {}
        shown = set(self.shown.get_column("cell").to_list())
        for name in ("item", "sector", "entity", "period"):
            if name in self.cells.columns:
                alone = (
                    self.cells.group_by(name).agg(pl.col("cell").first(), pl.len()).filter(pl.col("len") == 1)
                )
                found |= {(name, value): cell for value, cell, _ in alone.iter_rows() if cell in shown}
        return found

    def proof_of(self, dimension: str, value: str) -> str:
        """Where the number of a value of a dimension is proved: its one cell, or the table of cells."""
        cell = self._single.get((dimension, value))
        return "#cells" if cell is None else f"#proof-{cell}"

    def linked(self, value: float | None, href: str) -> Markup:
        """An emission [t] that opens its proof."""
        return tag("a", self.scale.mass(value), href=href)

    @property
    def method_title(self) -> Both:
        """Title of the method."""
        return pair(self.inventory.method["title"])


def section(key: str, heading: Both | None, *content: Markup, class_: str | None = None) -> Markup:
    """A section of the page with its heading; the key is its anchor."""
    return tag("section", tag("h2", heading or word(key)), list(content), id=key, class_=class_)
