"""Chapters of the Word report; each is a function of the words and leaves itself out where it has nothing to say."""

from __future__ import annotations

from typing import Any

import polars as pl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from tanheng.codes import codelist
from tanheng.filings.docx_paper import Col, clean
from tanheng.filings.docx_view import Words
from tanheng.filings.doubts import SEVERITIES
from tanheng.filings.markup import Both
from tanheng.filings.numbers import DASH, figure, percent
from tanheng.filings.official_workbook import official_list
from tanheng.filings.proofs import document, parameter_name
from tanheng.filings.words import COLON, name_of, pair, said
from tanheng.inventory.key_analysis import key_categories
from tanheng.inventory.listings import factor_rows, finding_rows, periods, unmatched_rows
from tanheng.inventory.official import official_table
from tanheng.inventory.quality import grade
from tanheng.record.store import Entry

_BY_MASS = ("CO2", "CH4", "N2O")
_MANY = 300
_LONG = 80
"""Rows up to which a summary table is shown whole; of a longer one, those that hold something."""


def cover(words: Words, release: Entry | None) -> None:
    """Title page."""
    paper, inventory, view = words.paper, words.inventory, words.view
    title = paper.text(words.one(view.heading), "Title")
    title.paragraph_format.space_before = Pt(140)
    title.paragraph_format.space_after = Pt(36)
    run = inventory.run
    method = f"{words.one(view.method_title)} ({inventory.method['id']} {inventory.method['version']})"
    frozen = f"{release.label}, SHA-256 {release.sha256[:16]}…" if release else words.say("docx_not_released")
    total = DASH if view.empty else f"{words.mass(inventory.total)} {words.unit}"
    whole = words.word("complete") if inventory.complete else words.say("incomplete_short")
    facts = [
        ("entity", words.one(view.who)), ("period", words.one(view.when)), ("method", method), ("gas", words.one(view.gas)),
        ("total", total), ("completeness", whole), ("release", frozen),
    ]  # fmt: skip
    for code, text in facts:
        line = paper.text("")
        line.paragraph_format.left_indent = Pt(60)
        line.paragraph_format.space_after = Pt(8)
        line.add_run(f"{words.word(code)}{words.one(COLON)}").bold = True
        line.add_run(clean(text))
    made = paper.text(
        words.say("docx_made", version=str(run.get("version", DASH)), when=str(run.get("started", DASH))[:10])
    )
    made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.paragraph_format.space_before = Pt(120)


def summary(words: Words) -> None:
    """What a reader who reads one page must know."""
    paper, inventory, view = words.paper, words.inventory, words.view
    paper.heading(words.say("docx_summary"), new_page=True)
    if view.empty:
        paper.text(words.say("docx_unknown"), "Alarm")
    else:
        key = "docx_total" if all(len(period) == 4 for period in periods(inventory)) else "docx_total_period"
        total = words.say(
            key, who=view.who, when=view.when, total=words.mass(inventory.total), unit=words.unit
        )
        paper.text(
            " ".join([total, *_sinks(words)]) if words.lang == "en" else "".join([total, *_sinks(words)])
        )
    if inventory.complete:
        paper.text(words.say("docx_whole", rows=inventory.rows_read))
    else:
        paper.text(
            words.say("incomplete_why", unmatched=inventory.unmatched.height, refused=inventory.refused),
            "Alarm",
        )
    paper.text(words.say("docx_state", grade=grade(inventory), spread=spread(words)))
    facts = [
        ("rows_read", inventory.rows_read), ("rows_refused", inventory.refused), ("cells_counted", view.cells.height),
        ("cells_unmatched", inventory.unmatched.height), ("factors_used", len({row["factor"] for row in factor_rows(inventory) if row["factor"]})),
        ("findings", len(inventory.findings)),
    ]  # fmt: skip
    columns = [Col(words.say("key_figures"), 3), Col(words.word("count"), 1, number=True)]
    words.table(words.say("key_figures"), columns, [[words.say(key), f"{value:,}"] for key, value in facts])


def _sinks(words: Words) -> list[str]:
    rows = words.inventory.rows.filter(~pl.col("memo"))
    removed = float(rows.filter(pl.col("emission") < 0).get_column("emission").sum())
    if not removed:
        return []
    emitted = words.mass(words.inventory.total - removed)
    return [words.say("docx_sinks", emitted=emitted, removed=words.mass(-removed), unit=words.unit)]


def spread(words: Words) -> str:
    """The 95 % interval in words."""
    found = words.inventory.uncertainty()
    if found.relative is None:
        return words.say("spread_unknown")
    relative = figure(found.relative, digits=3)
    if found.known_share >= 100:
        return words.say("spread", relative=relative)
    return words.say("spread_partly", relative=relative, share=percent(found.known_share, places=1))


def results(words: Words) -> None:
    """The total by each dimension that has several values, then what stands beside it."""
    if words.view.empty:
        return
    words.paper.heading(words.say("docx_results"))
    wanted = [words.category, "sector", "gas", "scope", "item", "entity", "period"]
    for dimension in filter(None, wanted):
        if words.values(dimension) > 1:
            words.paper.heading(words.say("docx_by", what=words.heading_of(dimension)), 2)
            words.breakdown(dimension)
    memo = words.inventory.by("item", "gas", memo=True).to_dicts()
    if memo:
        words.paper.heading(words.say("memo"), 2)
        columns = [Col(words.word("item"), 3), Col(words.word("gas"), 2), Col(f"{words.word('mass')}\nt", 1.4, number=True)]  # fmt: skip
        body = [[words.name("item", row["item"]), words.name("gas", row["gas"]), figure(row["mass"])] for row in memo]  # fmt: skip
        words.table(words.say("memo"), columns, body)


def official(words: Words) -> None:
    """The method's own summary table, where its category list names the gases of each row."""
    name = official_list(words.inventory)
    if name is None or words.view.empty:
        return
    words.paper.heading(words.say("docx_official"), new_page=True)
    frame = official_table(words.inventory, name).to_polars()
    if frame.height > _LONG:
        frame = frame.filter(pl.col("total").is_not_null() | (pl.col("notation") != ""))
    gases = [one for one in frame.columns if one not in {"code", "name", "total", "notation"}]
    depth = {row["code"]: len(codelist(name).ancestors(row["code"])) for row in codelist(name).rows}
    columns = [
        Col(words.word("category"), 3.4),
        *(Col(f"{words.one(name_of('gas', gas))}\n{'t' if gas in _BY_MASS else 't CO₂e'}", 1.25, number=True) for gas in gases),
        Col(f"{words.word('total')}\nt CO₂e", 1.35, number=True),
    ]  # fmt: skip
    keys = [_keys(row["notation"]) for row in frame.iter_rows(named=True)]
    body = [
        [row["name"], *(_number(row[gas], key.get(gas)) for gas in gases), _number(row["total"])]
        for row, key in zip(frame.iter_rows(named=True), keys, strict=True)
    ]
    codes = frame.get_column("code").to_list()
    strong = [at for at, code in enumerate(codes) if depth[code] < 2 and codelist(name).children(code)]
    label = Both(*(words.inventory.method["title"][lang] for lang in ("zh", "en")))
    caption = words.say("docx_official_table", list=label)
    words.table(
        caption, columns, body, strong=strong, indents=[depth[code] for code in codes], most=len(body), size=8
    )


def _keys(notation: str) -> dict[str, str]:
    return {part.split(": ")[0]: part.split(": ")[1] for part in notation.split("; ") if part}


def _number(value: float | None, key: str | None = None) -> str:
    """A figure of the official table: whole tonnes, more digits where it is small; a key where there is none."""
    if value is None:
        return key or DASH
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 100 else figure(value)


def method(words: Words) -> None:
    """What the method is, what it says of itself, and the rules that were used."""
    inventory, paper = words.inventory, words.paper
    paper.heading(words.say("docx_method"))
    pack = inventory.method
    paper.text(f"{words.one(words.view.method_title)} ({pack['id']} {pack['version']})", bold=True)
    state = words.say(f"check_{pack['document'].get('check') or 'read'}")
    paper.text(f"{words.one(document(pack['document']))} [{state}]")
    if pack["notes"]:
        paper.text(words.one(pair(pack["notes"])))
    if pack["overridden"]:
        paper.text(words.word("override"), bold=True)
        paper.bullets([str(note) for note in pack["overridden"]])
    used = set(inventory.emissions.get_column("rule"))
    rules = [rule for rule in pack["rules"] if rule["id"] in used]
    columns = [Col(words.word("rule"), 2.2), Col(words.word("formula"), 2.4), Col(words.word("clause"), 2)]
    body = [
        [f"{words.one(pair(rule['title']))} ({rule['id']})", rule["formula"], _clause(words, rule)]
        for rule in rules
    ]
    words.table(words.say("docx_rules"), columns, body, most=_MANY)


def _clause(words: Words, rule: dict[str, str]) -> str:
    return (rule.get("clause_en") if words.lang == "en" else "") or rule["clause"] or DASH


def factors(words: Words) -> None:
    """Every value that entered a coefficient, with its document and state."""
    rows = factor_rows(words.inventory)
    if not rows:
        return
    words.paper.heading(words.say("docx_factors"))
    words.paper.text(words.say("docx_check_states"))
    documents: dict[str, int] = {}
    body = [
        [words.one(parameter_name(row["name"])), str(row["factor"] or DASH), figure(row["value"], digits=6), str(row["unit"]),
         _cited(words, row, documents), words.say(f"check_{row['check']}")]
        for row in rows
    ]  # fmt: skip
    columns = [
        Col(words.word("parameter"), 2), Col(words.word("factor"), 2.6), Col(words.word("value"), 1, number=True), Col(words.word("unit"), 1.1),
        Col(words.word("document"), 2), Col(words.word("check"), 0.9),
    ]  # fmt: skip
    words.table(words.say("docx_factor_table"), columns, body, most=_MANY, size=8)
    for text, number in documents.items():
        words.paper.text(f"[{number}] {text}", "Note Text")


def _cited(words: Words, row: dict[str, Any], documents: dict[str, int]) -> str:
    """The number of a document in the list below the table, and the place in it."""
    text = words.one(
        document({key: value for key, value in row.items() if key in {"title", "publisher", "year"}})
    )
    if text in {"", DASH}:
        return DASH
    return f"[{documents.setdefault(text, len(documents) + 1)}] {row['locator'] or ''}".rstrip()


def uncertainty(words: Words) -> None:
    """The interval of the total and what it comes from."""
    words.paper.heading(words.say("docx_uncertainty"))
    found = words.inventory.uncertainty()
    if found.relative is None:
        words.paper.text(words.say("docx_no_spread"))
        return
    words.paper.text(
        f"{words.word('uncertainty')}{words.one(COLON)}{spread(words)} {words.say('spread_how')}"
    )
    columns = [Col(words.word("source"), 3), Col(f"±\n{words.unit}", 1, number=True)]
    body = [[_variable(words, name), words.mass(value)] for name, value in found.contributions[:15]]
    words.table(words.say("docx_spread_table"), columns, body)


def _variable(words: Words, name: str) -> str:
    kind, _, rest = name.partition(":")
    if kind == "factor":
        return f"{words.word('factor')} {rest}"
    item, _, period = rest.partition("#")[0].partition("/")
    return (
        f"{words.word('activity')} {words.name('item', item)} {period}" if item in codelist("items") else name
    )


def keys(words: Words) -> None:
    """Key categories by level."""
    if words.category is None or words.view.empty:
        return
    found = key_categories(words.inventory, by=words.category)
    words.paper.heading(words.say("docx_keys"))
    words.paper.text(words.say("docx_keys_how", threshold=percent(found.threshold * 100, places=0)))
    lines = found.lines.filter(pl.col("level_key")).to_dicts()
    columns = [
        Col(words.word("category"), 3), Col(words.word("gas"), 1), Col(f"{words.word('emission')}\n{words.unit}", 1.3, number=True),
        Col(f"{words.word('share')}\n%", 1, number=True), Col(words.say("docx_cumulative"), 1, number=True),
    ]  # fmt: skip
    body = [
        [words.name(words.category, row["category"]), words.name("gas", row["gas"]), words.mass(row["emission"]),
         percent(row["level_share"] * 100), percent(row["level_cumulative"] * 100)]
        for row in lines
    ]  # fmt: skip
    words.table(words.say("docx_keys"), columns, body)


def quality(words: Words) -> None:
    """Share of the total by grade of its factors, and what the method leaves open."""
    words.paper.heading(words.say("docx_quality"))
    columns = [
        Col(words.word("quality_grade"), 1), Col(words.word("check"), 3), Col(f"{words.word('emission')}\n{words.unit}", 1.3, number=True),
        Col(f"{words.word('share')}\n%", 1, number=True),
    ]  # fmt: skip
    body = [
        [row["grade"], row["meaning"], words.mass(row["emission"]), percent(row["share"])]
        for row in words.inventory.quality().to_dicts()
    ]
    words.table(words.say("docx_quality"), columns, body)
    left = words.inventory.method.get("notation") or []
    if left:
        columns = [Col(words.word("category"), 2.4), Col(words.word("gas"), 1.2), Col(words.say("docx_key"), 0.7), Col(words.word("reason"), 3)]  # fmt: skip
        body = [
            ["; ".join(words.name(name, code) for name, code in one["category"].items()), ", ".join(words.name("gas", gas) for gas in one["gases"]),
             one["key"], words.one(pair(one["reason"]))]
            for one in left
        ]  # fmt: skip
        words.table(words.say("docx_left_open"), columns, body)


def findings(words: Words) -> None:
    """What the checks found and what is not counted."""
    words.paper.heading(words.say("docx_findings"))
    rows = finding_rows(words.inventory.findings)
    missing = unmatched_rows(words.inventory)
    if not rows and not missing:
        words.paper.text(words.say("docx_no_doubts"))
    for severity in SEVERITIES:
        found = [row for row in rows if row["severity"] == severity]
        if found:
            head = words.paper.text(f"{words.one(said(severity))} ({len(found)})", bold=True)
            head.paragraph_format.keep_with_next = True
            words.paper.bullets([_finding(words, row) for row in found[:_MANY]])
    if missing:
        columns = [
            Col(words.word("entity"), 1.4), Col(words.word("item"), 1.2), Col(words.word("sector"), 1.2), Col(words.word("amount"), 1, number=True),
            Col(words.word("unit"), 0.9), Col(words.word("reason"), 3.5),
        ]  # fmt: skip
        body = [
            [str(row.get("entity") or DASH), words.name("item", str(row.get("item") or "")), words.name("sector", str(row.get("sector") or "")),
             figure(row.get("amount")), str(row.get("unit") or ""), str(row[f"reason_{words.lang}"])]
            for row in missing
        ]  # fmt: skip
        words.table(words.say("docx_unmatched"), columns, body)


def _finding(words: Words, row: dict[str, object]) -> str:
    mend = str(row[f"mend_{words.lang}"] or "")
    message = str(row[f"message_{words.lang}"])
    return f"[{row['code']}] {message}{' ' if words.lang == 'en' else ''}{mend}"


SECTIONS = (results, official, method, factors, uncertainty, keys, quality, findings)
"""The chapters between the summary and the annexes, in their order."""
