"""Chapters of the Word report; each is a function of the words and leaves itself out where it has nothing to say."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from tanheng.codes.wording import formula_text, parameter_name
from tanheng.filings import chapters, summary_tables
from tanheng.filings.factors import Citations, used_for
from tanheng.filings.numbers import DASH, figure, percent
from tanheng.filings.page.doubts import SEVERITIES
from tanheng.filings.page.proofs import clause, document
from tanheng.filings.word.paper import Col, clean
from tanheng.filings.word.view import Words
from tanheng.filings.words import COLON, pair, plainly, said
from tanheng.inventory.quality.grades import grade, unverified_share
from tanheng.inventory.views.listings import factor_rows, factor_uses, finding_rows, periods

_MANY = 300


def cover(words: Words) -> None:
    """Title page."""
    paper, inventory, view = words.paper, words.inventory, words.view
    title = paper.text(words.one(view.heading), "Title")
    title.paragraph_format.space_before = Pt(140)
    title.paragraph_format.space_after = Pt(36)
    run = inventory.run
    method = f"{words.one(view.method_title)} ({inventory.method['id']} {inventory.method['version']})"
    frozen = words.one(view.frozen)
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
    paper.heading(words.say("docx_summary"))
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
    paper.text(words.say("docx_state", grade=grade(inventory), spread=view.spread))
    if share := unverified_share(inventory):
        paper.text(words.say("unverified_share", share=f"{percent(share, places=1)} %"), "Alarm")
    facts = [
        ("rows_read", inventory.rows_read), ("rows_refused", inventory.refused), ("cells_counted", view.cells.height),
        ("cells_unmatched", inventory.unmatched.height), ("factors_used", len({row["factor"] for row in factor_rows(inventory) if row["factor"]})),
        ("findings", len(inventory.findings)),
    ]  # fmt: skip
    columns = [Col(words.say("key_figures"), 3), Col(words.word("count"), 1, number=True)]
    words.table(words.say("key_figures"), columns, [[words.say(key), f"{value:,}"] for key, value in facts])


def _sinks(words: Words) -> list[str]:
    view = words.view
    if view.removed is None:
        return []
    emitted, removed = words.mass(view.gross.total), words.mass(-view.removed.total)
    return [words.say("docx_sinks", emitted=emitted, removed=removed, unit=words.unit)]


def results(words: Words) -> None:
    """The total by each dimension that has several values, then what stands beside it."""
    view = words.view
    if view.empty:
        return
    words.paper.heading(words.say("docx_results"))
    if view.removed is not None:
        base = words.say("share_base", gross=words.mass(view.gross.total), unit=words.unit)
        words.paper.text(base, above=True)
    for dimension in view.breakdowns:
        words.paper.heading(words.say("docx_by", what=words.heading_of(dimension)), 2)
        words.breakdown(dimension)
    beside = chapters.memo(view)
    if beside is not None:
        words.paper.heading(words.say("memo"), 2)
        words.grid(beside)
    for chapter in chapters.apart(view):
        words.paper.heading(words.one(chapter.caption), 2)
        words.grid(chapter)


def official(words: Words) -> None:
    """The method's own summary table, where its category list names the gases of each row."""
    made = summary_tables.official(words.view)
    if made:
        words.paper.heading(words.say("docx_official"))
    for grid in made:
        words.grid(grid)


def method(words: Words) -> None:
    """What the method is, what it says of itself, and the rules that were used."""
    inventory, paper = words.inventory, words.paper
    paper.heading(words.say("docx_method"))
    pack = inventory.method
    paper.text(
        f"{words.one(words.view.method_title)} ({pack['id']} {pack['version']})", bold=True, above=True
    )
    state = words.say(f"check_{pack['document'].get('check') or 'read'}")
    paper.text(f"{words.one(document(pack['document']))} [{state}]")
    if pack["notes"]:
        paper.text(words.one(pair(pack["notes"])))
    if pack["overridden"]:
        paper.text(words.word("override"), bold=True)
        paper.bullets([str(note) for note in pack["overridden"]])
    used = set(inventory.emissions.get_column("rule").unique())
    rules = [rule for rule in pack["rules"] if rule["id"] in used]
    columns = [Col(words.word("rule"), 2.2), Col(words.word("formula"), 2.4), Col(words.word("clause"), 2)]
    body = [
        [words.one(pair(rule["title"])), words.one(formula_text(rule["formula"])), words.one(clause(rule))]
        for rule in rules
    ]
    words.table(words.say("docx_rules"), columns, body, most=_MANY)


def factors(words: Words) -> None:
    """Every value that entered a coefficient, with its document and state."""
    rows = factor_uses(words.inventory)
    if not rows:
        return
    words.paper.heading(words.say("docx_factors"))
    words.paper.text(words.say("docx_check_states"), above=True)
    cited = Citations(words.lang)
    body = [
        [words.one(used_for(row)), words.one(parameter_name(row["name"])), figure(row["value"], digits=6), words.name("unit", str(row["unit"])),
         words.one(cited.place(row)), words.say(f"check_{row['check']}")]
        for row in rows
    ]  # fmt: skip
    columns = [
        Col(words.say("used_for"), 2.5), Col(words.word("parameter"), 1.6), Col(words.word("value"), 0.9, number=True), Col(words.word("unit"), 1.1),
        Col(words.word("document"), 1.9), Col(words.word("check"), 0.8),
    ]  # fmt: skip
    words.table(words.say("docx_factor_table"), columns, body, most=_MANY, size=8)
    for text in [*cited.listed(), words.say("docx_factor_ids")]:
        words.paper.text(text, "Note Text")


def uncertainty(words: Words) -> None:
    """The interval of the total and what it comes from."""
    words.paper.heading(words.say("docx_uncertainty"))
    found = chapters.uncertainty(words.view)
    if found is None:
        words.paper.text(words.say("docx_no_spread"))
        return
    spread = words.one(words.view.spread)
    words.paper.text(f"{words.word('uncertainty')}{words.one(COLON)}{spread} {words.say('spread_how')}")
    words.grid(found)


def keys(words: Words) -> None:
    """Key categories by level."""
    found = chapters.keys(words.view)
    if found is not None:
        words.paper.heading(words.say("docx_keys"))
        words.grid(found)


def quality(words: Words) -> None:
    """Emission by state of its factors, and the categories without a number."""
    words.paper.heading(words.say("docx_quality"))
    words.grid(chapters.quality(words.view))
    words.grid(chapters.left_open(words.view))


def findings(words: Words) -> None:
    """What the checks found and what is not counted; what the table below lists is not told twice."""
    words.paper.heading(words.say("docx_findings"))
    missing = chapters.missing(words.view)
    rows = _grouped(words, told=set(words.inventory.unmatched.get_column("code")) if missing else set())
    if not rows and not missing:
        words.paper.text(words.say("docx_no_doubts"))
    for severity in SEVERITIES:
        found = [text for one, text in rows if one == severity]
        if found:
            head = words.paper.text(f"{words.one(said(severity))} ({len(found)})", bold=True)
            head.paragraph_format.keep_with_next = True
            words.paper.bullets(found[:_MANY])
        if len(found) > _MANY:
            words.paper.text(words.say("docx_see_web", count=len(found) - _MANY), "Note Text")
    words.grid(missing)


def _grouped(words: Words, *, told: set[str]) -> list[tuple[str, str]]:
    """Severity and sentence of each finding, those with the same words once; how to mend it is told on the web page."""
    counts: dict[tuple[str, str], int] = {}
    for row in finding_rows(words.inventory.findings):
        if row["code"] not in told:
            key = (row["severity"], plainly(str(row[f"message_{words.lang}"])))
            counts[key] = counts.get(key, 0) + row["count"]
    return [
        (
            severity,
            text if count == 1 or f"{count}" in text else text + words.say("docx_of_kind", count=count),
        )
        for (severity, text), count in counts.items()
    ]


SECTIONS = (results, official, method, factors, uncertainty, keys, quality, findings)
"""The chapters between the summary and the annexes, in their order."""
