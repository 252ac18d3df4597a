"""What every section of a report needs: the inventory, its shown cells and where their proofs stand."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from tanheng.activity.reading.grids import ROW
from tanheng.codes import codelist
from tanheng.codes.wording import Both
from tanheng.errors import Lang
from tanheng.filings.colours import Colours
from tanheng.filings.numbers import Scale, figure, percent
from tanheng.filings.page.markup import Markup, tag
from tanheng.filings.page.tables import SHOWN
from tanheng.filings.words import listed, name_of, pair, said, word
from tanheng.inventory import Inventory
from tanheng.inventory.coded import uncoded
from tanheng.inventory.views.compared_runs import ComparedRuns
from tanheng.inventory.views.comparison import Comparison
from tanheng.inventory.views.listings import entities, periods
from tanheng.record.store import Entry

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
    lang: Lang = "zh"
    release: Entry | None = None
    previous: Inventory | ComparedRuns | None = None
    colours: Colours = field(default_factory=Colours)

    @functools.cached_property
    def compared(self) -> Comparison | ComparedRuns | None:
        """What differs from the earlier version; None where there is none."""
        return (
            self.inventory.compare(self.previous) if isinstance(self.previous, Inventory) else self.previous
        )

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
        kept = self.inventory.emissions.filter(self._sink() & (pl.col("nano") != 0))
        found = replace(self.inventory, emissions=kept)
        return found if kept.filter(~pl.col("memo")).height else None

    @functools.cached_property
    def gross(self) -> Inventory:
        """The inventory before removals."""
        if self.removed is None:
            return self.inventory
        return replace(self.inventory, emissions=self.inventory.emissions.filter(~self._sink()))

    def _sink(self) -> pl.Expr:
        return pl.col("rule").is_in(self.sinks)

    @functools.cached_property
    def scale(self) -> Scale:
        """The display unit that suits the total."""
        return Scale(self.inventory.total, self.lang)

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
    def gas_in_tonnes(self) -> Both:
        """The unit of emissions in whole tonnes."""
        return Both(f"t {self.gas.zh}", f"t {self.gas.en}")

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
        if len({one[:4] for one in found}) == 1 and found[0] == found[0][:4]:
            found = found[:1]
        shown = f"{found[0]}–{found[-1]}" if len(found) > 1 else "".join(found) or "–"
        return Both(shown, shown)

    @functools.cached_property
    def spread(self) -> Both:
        """The 95 % interval; where too little of the total has one, how much that is, and no interval."""
        found = self.inventory.uncertainty()
        if found.relative is None:
            share = percent(found.known_share, places=1)
            return said("spread_known_of", share=share) if found.known_share else said("spread_unknown")
        relative = figure(found.relative, digits=3)
        if found.known_share >= 100:
            return said("spread", relative=relative)
        return said("spread_partly", relative=relative, share=percent(found.known_share, places=1))

    @property
    def frozen(self) -> Both:
        """The release by name, number and hash, or that there is none; whose it is on a platform is left out of the name."""
        if self.release is None:
            return said("docx_not_released")
        name, number = self.release.name.rpartition("/")[2], self.release.number
        return said("release_named", name=name, number=number, hash=self.release.sha256)

    @functools.cached_property
    def category(self) -> str | None:
        """The category list by which the method shows its results; None where nothing has a category."""
        tables = [one["rows"] for one in self.inventory.method["tables"]]
        lists = self.inventory.category_lists
        wanted = dict.fromkeys([*(name for name in tables if name in lists), *lists])
        return next(
            (str(name) for name in wanted if any(row[name] for row in self.inventory.by(name).to_dicts())),
            None,
        )

    def share(self, emission: float | None) -> float | None:
        """Share [%] of what is emitted before removals: the one base of shares in a report."""
        whole = self.gross.total
        return emission / whole * 100 if whole and emission is not None else None

    @property
    def share_unit(self) -> Both:
        """What shares are of, as heads show it."""
        return Both("%", "%") if self.removed is None else said("of_gross")

    def rows_by(self, dimension: str) -> pl.DataFrame:
        """Emissions by a dimension, the largest first, then removals; ``share`` is of the emissions before removals."""
        rows = self.gross.by(dimension).to_polars().with_columns(pl.lit(value=False).alias("removal"))
        if self.removed is not None:
            removed = self.removed.by(dimension).to_polars().with_columns(pl.lit(value=True).alias("removal"))
            rows = pl.concat([rows, removed.sort("emission", dimension)])
        return rows.with_columns(self._shares(rows.get_column("emission")).alias("share"))

    def charted(self, dimension: str) -> pl.DataFrame:
        """As `rows_by`; categories that only the one above tells apart, as the scopes of a sub-sector, are shown as that."""
        rows = self.rows_by(dimension)
        if dimension != self.category:
            return rows
        listed = codelist(dimension)
        known = [code for code in rows.get_column(dimension).unique() if code in listed]
        if all(listed.told_apart(code) == listed.bare(code) for code in known):
            return rows
        above = {code: row["code"] for code in known for row in listed.ancestors(code)[:-1][:1]}
        grouped = rows.group_by(pl.col(dimension).replace(above), "removal").agg(
            pl.col("emission", "share").sum()
        )
        order = pl.col("emission") * pl.when("removal").then(-1).otherwise(1)
        return grouped.sort("removal", order, dimension, descending=[False, True, False])

    def _shares(self, emission: pl.Series) -> pl.Series:
        whole = self.gross.total
        return emission / whole * 100 if whole else pl.Series([None] * emission.len(), dtype=pl.Float64)

    @functools.cached_property
    def chapters(self) -> pl.DataFrame | None:
        """Emissions by the highest categories that tell the total apart, as `rows_by`; None where there are none."""
        if self.category is None:
            return None
        listed = codelist(self.category)
        rows = self.rows_by(self.category).filter(pl.col(self.category).is_in(list(listed)))
        paths = {
            code: [*(row["code"] for row in reversed(listed.ancestors(code))), code]
            for code in rows.get_column(self.category)
        }
        deepest = max((len(path) for path in paths.values()), default=0)
        for depth in range(deepest):
            above = {code: path[min(depth, len(path) - 1)] for code, path in paths.items()}
            if len(set(above.values())) > 1:
                code = pl.col(self.category).replace_strict(above, return_dtype=pl.String)
                grouped = rows.group_by(code, "removal").agg(pl.col("emission", "share").sum())
                return grouped.sort("removal", "emission", self.category, descending=[False, True, False])
        return None

    @property
    def breakdowns(self) -> list[str]:
        """Dimensions of which the total has several values; a sector that part of it lacks gives way to the category."""
        found = [
            name
            for name in filter(None, (self.category, "item", "period", "sector", "gas", "scope", "entity"))
            if self.values(name) > 1
        ]
        if self.category in found and "sector" in found and self._lacks("sector"):
            found.remove("sector")
        return found

    def values(self, dimension: str) -> int:
        """How many values of a dimension the total has."""
        if dimension in self.inventory.category_lists:
            return self.inventory.by(dimension).to_polars().height
        if dimension not in self.inventory.emissions.columns:
            return 0
        return sum(bool(one) for one in self._counted(dimension))

    def _lacks(self, dimension: str) -> bool:
        return "" in self._counted(dimension)

    def _counted(self, dimension: str) -> list[str]:
        """The different values of a dimension in the total."""
        rows = self.inventory.emissions.lazy().filter(~pl.col("memo"))
        return rows.select(pl.col(dimension).unique()).collect().to_series().to_list()

    @functools.cached_property
    def cells(self) -> pl.DataFrame:
        """All cells, the largest first; shares as everywhere in the report."""
        cells = self.inventory.cells().sort(pl.col("emission").abs(), "cell", descending=[True, False])
        return cells.with_columns(self._shares(cells.get_column("emission")).alias("share"))

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
            return replace(self.inventory, emissions=uncoded(emissions))
        by = [
            name
            for name in activity.dimensions
            if name in emissions.columns and name not in {"region", "gas"}
        ]
        frame = activity.frame.join(emissions.select(by).unique(), on=by, how="semi").sort(ROW)
        known = replace(activity, frame=uncoded(frame))
        return replace(self.inventory, emissions=uncoded(emissions), activity=known)

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
