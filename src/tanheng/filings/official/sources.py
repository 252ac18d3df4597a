"""The tables of an enterprise's report: emissions by source, then activity with factors, power and heat apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tanheng.codes import codelist
from tanheng.codes.wording import parameter_name
from tanheng.errors import NotFound
from tanheng.filings.factors import Citations
from tanheng.filings.official.activities import activity_page, heading_row, line_rows, parameters
from tanheng.filings.official.annexes import left_out
from tanheng.filings.official.pages import Cell, Column
from tanheng.filings.official.sheets import Sheets
from tanheng.filings.words import pair
from tanheng.inventory.categories.emission_sources import (
    Source,
    emission_sources,
    rule_lines,
    rule_masses,
    source_table,
)
from tanheng.inventory.rounding import official_figures

_NAME, _NUMBER = 52, 18


def write_sources(sheets: Sheets) -> None:
    """All sheets of one workbook."""
    sources = emission_sources(sheets.inventory)
    _summary(sheets, sources)
    _activity(sheets, sources)
    parameters(sheets)
    _printed(sheets)
    left_out(sheets)


def _summary(sheets: Sheets, sources: Sequence[Source]) -> None:
    """Emissions by source and gas, their total, and what is reported beside it."""
    masses = rule_masses(sheets.inventory)
    gases = [gas for gas in codelist("gases") if any(gas in one for one in masses.values())]
    whole = f"{sheets.word('total')}\n({sheets.unit} {sheets.one(sheets.view.gas)})"
    heads = [
        Column(sheets.say("official_source"), _NAME),
        *(Column(f"{sheets.name('gas', gas)}\n({sheets.unit})", _NUMBER) for gas in gases if len(gases) > 1),
        Column(whole, _NUMBER),
    ]

    def row(name: str, rules: Sequence[str], *, strong: bool = False, depth: int = 0) -> list[Cell]:
        found = [masses[rule] for rule in rules if rule in masses]
        cells = [Cell(name, strong=strong, depth=depth)]
        for gas in gases if len(gases) > 1 else []:
            held = [one[gas][0] for one in found if gas in one]
            cells.append(sheets.number(sum(held) if held else None, strong=strong))
        emitted = [emission for one in found for _, emission in one.values()]
        return [*cells, sheets.number(sum(emitted) if emitted else None, strong=strong)]

    body = [row(sheets.one(pair(one.title)), one.rules) for one in sources if one.rules]
    counted = [rule for one in sources for rule in one.rules]
    body.append(row(sheets.word("total"), counted, strong=True))
    beside = [(one, rule) for one in sources for rule in one.memo if rule in masses]
    if beside:
        body.append([Cell(sheets.say("memo"), strong=True), *[Cell(None)] * (len(heads) - 1)])
        titles = {rule["id"]: pair(rule["title"]) for rule in sheets.inventory.method["rules"]}
        body += [row(sheets.one(titles[rule]), [rule], depth=1) for _, rule in beside]
    sheets.book.page(
        sheets.say("official_by_mass_sheet"),
        sheets.title("official_sources_title"),
        heads,
        body,
        above=_about(sheets),
        alarms=sheets.alarms(),
        below=[sheets.say("official_sources_note")],
    )


def _about(sheets: Sheets) -> list[str]:
    """The method, and whose layout this is."""
    table = source_table(sheets.inventory) or {}
    document = table.get("document") or ""
    named = sheets.one(pair(document)) if isinstance(document, dict) else str(document)
    state = sheets.say(f"check_{table.get('check', 'recalled')}")
    method = f"{sheets.one(sheets.view.method_title)} ({sheets.inventory.method['id']} {sheets.inventory.method['version']})"
    return [sheets.say("official_sources_about", method=method, document=named, state=state)]


def _activity(sheets: Sheets, sources: Sequence[Source]) -> None:
    cited = Citations(sheets.lang)
    body = list(_lines(sheets, sources, cited))
    title = sheets.title("official_sources_lines_title")
    activity_page(sheets, sheets.say("official_sources_lines_sheet"), title, body, cited)


def _lines(sheets: Sheets, sources: Sequence[Source], cited: Citations) -> Iterator[list[Cell]]:
    """Each source with its sum, then its activity by rule; what is beside the total says so."""
    lines = rule_lines(sheets.inventory)
    titles = {rule["id"]: pair(rule["title"]) for rule in sheets.inventory.method["rules"]}
    for one in sources:
        found = [line["emission"] for rule in one.rules for line in lines.get(rule, [])]
        yield heading_row(sheets, sheets.one(pair(one.title)), sum(found) if found else None)
        for rule in (*one.rules, *one.memo):
            for line in lines.get(rule, []):
                yield from line_rows(sheets, line, cited, remark=sheets.one(titles[rule]))


def _printed(sheets: Sheets) -> None:
    """The lines as the document has them rounded, where it prescribes rounding."""
    try:
        figures = official_figures(sheets.inventory)
    except NotFound:
        return
    titles = {rule["id"]: pair(rule["title"]) for rule in sheets.inventory.method["rules"]}
    heads = [
        Column(sheets.word("entity"), 20), Column(sheets.word("period"), 12), Column(sheets.word("item"), 16), Column(sheets.word("rule"), 34),
        Column(sheets.say("official_amount"), _NUMBER), Column(sheets.word("unit"), 14), Column(sheets.word("parameter"), 38),
        Column(f"{sheets.word('emission')} (t {sheets.name('gas', sheets.inventory.gas)})", _NUMBER),
    ]  # fmt: skip
    body = []
    for row in figures.to_dicts():
        last = row["rule"] == "total"
        rule = sheets.word("total") if last else sheets.one(titles[row["rule"]])
        given = [part.partition("=") for part in row["parameters"].split("; ") if part]
        values = "; ".join(f"{sheets.one(parameter_name(name))} = {value}" for name, _, value in given)
        texts = [row["entity"], row["period"], sheets.name("item", row["item"]), rule]
        body.append([
            *(Cell(text, strong=last) for text in texts), _as_printed(row["amount"]), Cell(sheets.name("unit", row["unit"])), Cell(values),
            _as_printed(row["emission"], strong=last),
        ])  # fmt: skip
    sheets.book.page(
        sheets.say("official_printed_sheet"),
        sheets.title("official_printed_title"),
        heads,
        body,
        above=[sheets.say("official_printed_about", clause=str(figures.title).partition(": ")[2])],
    )


def _as_printed(text: str, *, strong: bool = False) -> Cell:
    """A number with the decimals that its text has."""
    places = len(text.partition(".")[2])
    return Cell(float(text) if text else None, f"#,##0{'.' if places else ''}{'0' * places}", strong=strong)
