"""The summary tables of a method in a report: totals of the GPC, a guideline's categories by gas, an enterprise's emission sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tanheng.codes import codelist
from tanheng.codes.wording import Both
from tanheng.filings.grids import Cell, Grid, Head, number
from tanheng.filings.numbers import DASH, in_tonnes
from tanheng.filings.page.view import View
from tanheng.filings.words import in_both, name_of, pair, said, word
from tanheng.inventory import Inventory
from tanheng.inventory.categories.emission_sources import emission_sources, rule_masses, source_table
from tanheng.inventory.categories.gpc import total_names, total_rows
from tanheng.inventory.categories.official import BY_MASS, official_list, official_table
from tanheng.inventory.categories.placing import GPC
from tanheng.inventory.coded import uncoded
from tanheng.inventory.part import one_part, parts_of
from tanheng.inventory.reported.from_account import from_inventory

_LONG, _PARTS = 80, 4


def official(view: View) -> list[Grid]:
    """The summary tables of the method, for each entity and year: totals of the GPC, categories by gas, emission sources."""
    if view.empty:
        return []
    parts = parts_of(view.inventory)
    found = []
    for entity, year in parts[:_PARTS]:
        part = one_part(view.inventory, entity=entity, period=year)
        part = replace(part, emissions=uncoded(part.emissions))
        found += [made for make in (_gpc, _official, _sources) if (made := make(view, part, (entity, year)))]
    if found and len(parts) > _PARTS:
        more = said("official_more", shown=_PARTS, count=len(parts) - _PARTS)
        found[-1] = replace(found[-1], notes=[more])
    return found


def _official(view: View, part: Inventory, whose: tuple[str, str]) -> Grid | None:
    """Every row of a guideline's list by gas."""
    name = official_list(view.inventory)
    if name is None:
        return None
    frames = [frame.to_polars() for frame in in_both(lambda: official_table(part, name))]
    chinese, english = (frame.to_dicts() for frame in frames)
    rows = [(one, other["name"]) for one, other in zip(chinese, english, strict=True)]
    if len(rows) > _LONG:
        rows = [(row, en) for row, en in rows if row["total"] is not None or row["notation"]]
    codes = codelist(name)
    gases = [one for one in frames[0].columns if one in codelist("gases")]
    heads = [
        Head(word("category"), 3.4, kind="name"),
        *(number(name_of("gas", gas), 1.25, Both(*["t" if gas in BY_MASS else "t CO₂e"] * 2)) for gas in gases),
        number(word("total"), 1.35, Both("t CO₂e", "t CO₂e")),
    ]  # fmt: skip
    body: list[list[Cell]] = []
    for row, english_name in rows:
        keys = _keys(row["notation"])
        cells = [keys.get(gas, DASH) if row[gas] is None else in_tonnes(row[gas]) for gas in gases]
        body.append([Both(row["name"], english_name), *cells, in_tonnes(row["total"])])
    depth = [len(codes.ancestors(row["code"])) if row["code"] in codes else 0 for row, _ in rows]
    strong = [
        at
        for at, (row, _) in enumerate(rows)
        if depth[at] < 2 and (row["code"] not in codes or codes.children(row["code"]))
    ]
    who = name_of("entity", whose[0])
    caption = said("docx_official_table", who=who, when=whose[1], list=view.method_title)
    return Grid(caption, heads, body, strong=strong, indents=depth, most=len(body), small=True)


def _keys(notation: str | Mapping[str, str] | None) -> Mapping[str, str]:
    if isinstance(notation, str):
        return dict(part.split(": ", 1) for part in notation.split("; ") if part)
    return notation or {}


def _gpc(view: View, part: Inventory, whose: tuple[str, str]) -> Grid | None:
    """BASIC, BASIC+, territorial and by scope; a total of no row is unknown."""
    if GPC not in part.category_lists:
        return None
    reported = from_inventory(part)
    totals, known = reported.totals(), total_rows(reported.frame)
    heads = [
        Head(word("total"), 2, kind="name"), number(word("emission"), 1.6, Both("t CO₂e", "t CO₂e")), Head(said("gpc_holds"), 4, kind="wide"),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [Both(rule["name_zh"], rule["name_en"]), in_tonnes(totals[rule["total"]] if known[rule["total"]] else None),
         Both(rule["meaning_zh"], rule["meaning_en"])]
        for rule in total_names()
    ]  # fmt: skip
    return Grid(said("gpc_totals", who=name_of("entity", whose[0]), when=whose[1]), heads, body)


def _sources(view: View, part: Inventory, whose: tuple[str, str]) -> Grid | None:
    """Emission sources of an enterprise, their total, and what is reported beside it."""
    if source_table(part) is None:
        return None
    masses = rule_masses(part)
    sources = emission_sources(part)
    heads = [Head(said("official_source"), 4, kind="name"), number(word("emission"), 1.6, view.gas_in_tonnes)]

    def emitted(rules: tuple[str, ...]) -> str:
        held = [emission for rule in rules for _, emission in masses.get(rule, {}).values()]
        return in_tonnes(sum(held) if held else None)

    body: list[list[Cell]] = [[pair(one.title), emitted(one.rules)] for one in sources if one.rules]
    body.append([word("total"), emitted(tuple(rule for one in sources for rule in one.rules))])
    return Grid(
        said("sources_table", who=name_of("entity", whose[0]), when=whose[1], list=view.method_title),
        heads,
        body,
        strong=[len(body) - 1],
        notes=[said("official_sources_note")],
    )
