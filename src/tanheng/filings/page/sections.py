"""Sections of the report, from the head to the footer; each is a function of the view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import Both, formula_text
from tanheng.filings import chapters
from tanheng.filings.grids import Grid, draw
from tanheng.filings.numbers import DASH, figure, full, percent
from tanheng.filings.page.comparison_table import comparison_section
from tanheng.filings.page.doubts import SEVERITIES, findings, incomplete, shown_value
from tanheng.filings.page.figures import figures, overview
from tanheng.filings.page.markup import Content, Markup, render, tag
from tanheng.filings.page.proofs import clause, column_name, document, proofs, state
from tanheng.filings.page.tables import SHOWN, Column, table
from tanheng.filings.page.view import View, section
from tanheng.filings.summary_tables import official
from tanheng.filings.words import COLON, name_of, pair, said, word
from tanheng.inventory.quality.grades import grade, unverified_share

_FILES = 50


def body(view: View) -> Markup:
    """All sections in their order."""
    made = [
        head(view), incomplete(view), key_figures(view), charts(view), official_tables(view), cells(view), comparison_section(view),
        key_table(view), findings(view), open_categories(view), restated(view), proof_section(view), coefficients(view), notes(view), footer(view),
    ]  # fmt: skip
    return render([one for one in made if one is not None])


def head(view: View) -> Markup:
    """Who, when, by which method, the total, and how far it can be trusted."""
    inventory = view.inventory
    total = None if view.empty else inventory.total
    return tag(
        "header",
        tag("p", view.who, " · ", view.when, class_="over"),
        tag("h1", view.heading),
        tag("p", said("by_method", method=view.method_title, id=f"{inventory.method['id']} {inventory.method['version']}"), class_="method"),
        tag("p", word("release"), COLON, view.frozen, class_="method"),
        tag("p", word("document"), COLON, document(inventory.method["document"]), " ", state(str(inventory.method["document"].get("check") or "read")), class_="method"),
        tag(
            "div",
            tag("p", tag("span", word("total"), class_="label"), tag("a", view.scale.mass(total), href="#cells", class_="big"), tag("span", view.unit, class_="of")),
            tag("div", [_badge(*one) for one in _badges(view)], class_="badges"),
            class_="total",
        ),
        _unverified(view),
        overview(view),
    )  # fmt: skip


def _unverified(view: View) -> Markup:
    share = unverified_share(view.inventory)
    told = said("unverified_share", share=f"{percent(share, places=1)} %")
    return tag("p", told, class_="method unverified") if share else Markup("")


def _badge(name: Both, value: Content, kind: str, href: str | None = None) -> Markup:
    inner = [tag("span", name, class_="label"), tag("b", value)]
    return (
        tag("a", inner, class_=f"badge {kind}", href=href)
        if href
        else tag("span", inner, class_=f"badge {kind}")
    )


def _badges(view: View) -> list[tuple[Both, Content, str, str | None]]:
    inventory = view.inventory
    worst = next((name for name in SEVERITIES if any(one.severity == name for one in inventory.findings)), "")
    count = len(inventory.findings)
    whole = ("good", None) if inventory.complete else ("alarm", "#incomplete")
    return [
        (word("completeness"), word("complete") if inventory.complete else said("incomplete_short"), *whole),
        (word("quality_grade"), grade(view.inventory), "", "#quality"),
        (word("uncertainty"), view.spread, "", "#quality"),
        (
            said("findings"),
            str(count),
            "alarm" if worst == "error" else "warn" if worst == "warning" else "",
            "#findings",
        ),
    ]


def key_figures(view: View) -> Markup:
    """What was read, what was matched, on what the total rests, and what lies outside it."""
    inventory = view.inventory
    facts: list[tuple[Both, Content]] = [
        (said("rows_read"), inventory.rows_read),
        (said("rows_refused"), inventory.refused),
        (said("cells_counted"), view.cells.height),
        (said("cells_unmatched"), inventory.unmatched.height),
        (
            said("factors_used"),
            len(
                {
                    name
                    for text in inventory.emissions.get_column("factors").unique()
                    for name in text.split(";")
                    if name
                }
            ),
        ),
    ]
    cards = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts]
    return section(
        "key_figures", said("key_figures"), tag("dl", cards, class_="cards"), _quality(view), _memo(view)
    )


def _quality(view: View) -> Markup:
    """Emission by check state of its factors, the uncertainty in words, and what contributes to it."""
    spread = tag("p", word("uncertainty"), COLON, view.spread, " ", said("spread_how"))
    return tag(
        "div",
        _drawn(view, chapters.quality(view)),
        spread,
        _folded(view, chapters.uncertainty(view)),
        id="quality",
    )


def _drawn(view: View, grid: Grid | None) -> Markup | None:
    return None if grid is None else draw(grid, view.scale)


def _folded(view: View, grid: Grid | None) -> Markup | None:
    """A table that opens when it is asked for."""
    if grid is None:
        return None
    return tag("details", tag("summary", grid.caption), draw(grid, view.scale), class_="data")


def _memo(view: View) -> Markup:
    """Emissions that are reported beside the total, and the chapters outside it with their range."""
    grids = [one for one in (chapters.memo(view), *chapters.apart(view)) if one is not None]
    shown = [[tag("h3", grid.caption), draw(grid, view.scale)] for grid in grids]
    return tag("div", shown, id="memo") if shown else Markup("")


def official_tables(view: View) -> Markup | None:
    """The summary table of the method's guideline, one for each entity and year; else the total by its categories."""
    grids = official(view)
    if not grids and view.category in view.breakdowns:
        grids = [chapters.breakdown(view, str(view.category))]
    made = [[tag("h3", grid.caption), draw(grid, view.scale)] for grid in grids]
    return section("official", said("docx_official"), render(made)) if made else None


def key_table(view: View) -> Markup | None:
    """Key categories by level."""
    grid = chapters.keys(view)
    return None if grid is None else section("keys", said("docx_keys"), draw(grid, view.scale))


def open_categories(view: View) -> Markup | None:
    """Categories without a number, and why."""
    grid = chapters.left_open(view)
    return None if grid is None else section("open", said("docx_left_open"), draw(grid, view.scale))


def restated(view: View) -> Markup | None:
    """What differs from the earlier version."""
    told, grid = chapters.restatement(view)
    if not told:
        return None
    lines = [tag("p", one) for one in told]
    return section("restatement", said("docx_restatement"), render(lines), _drawn(view, grid) or Markup(""))


def charts(view: View) -> Markup | None:
    """The figures, two beside each other where there is room."""
    made = list(figures(view))
    return section("figures", said("figures"), tag("div", made, class_="figures")) if made else None


def cells(view: View) -> Markup:
    """Every cell with amount, coefficient and emission; the emission opens its proof."""
    if view.empty:
        return section("cells", said("cells"), tag("p", said("nothing_matched")))
    more = view.dimensions
    heads = [
        Column(word("item")), *(Column(column_name(name)) for name in more), Column(word("amount"), "number"), Column(word("unit"), "unit"),
        Column([word("coefficient"), " ", tag("small", said("coefficient_unit", gas=view.gas))], "number"),
        Column([word("emission"), " ", tag("small", view.unit)], "number"), Column([word("share"), " ", tag("small", view.share_unit)], "number"),
    ]  # fmt: skip
    rows = [_cell(view, row, more) for row in view.shown.iter_rows(named=True)]
    ids = [f"cell-{cell}" for cell in view.shown.get_column("cell")]
    last: list[Content] = [
        word("total"),
        *[None] * len(more),
        None,
        None,
        None,
        view.scale.mass(view.inventory.total),
        percent(view.share(view.inventory.total)),
    ]
    return section(
        "cells", said("cells"), tag("p", said("cells_hint"), class_="hint"),
        table(heads, [*rows, last], ids=[*ids, "total"], more=view.cells.height - SHOWN),
    )  # fmt: skip


def _cell(view: View, row: Mapping[str, Any], more: list[str]) -> list[Content]:
    coefficient = row["coefficient"]
    return [
        name_of("item", row["item"]),
        *(name_of(name, str(row[name])) if row[name] not in (None, "") else DASH for name in more),
        tag("span", figure(row["amount"]), title=full(row["amount"])),
        name_of("unit", row["unit"]),
        tag("span", figure(coefficient), title=full(coefficient, digits=12)),
        view.linked(row["emission"], f"#proof-{row['cell']}"),
        percent(row["share"]),
    ]


def proof_section(view: View) -> Markup | None:
    """The proofs of the shown cells."""
    return (
        None if view.empty else section("proofs", word("proof"), tag("p", said("proof_hint")), *proofs(view))
    )


def coefficients(view: View) -> Markup | None:
    """The coefficient sheet: what was resolved for each distinct key."""
    sheet = view.inventory.sheet
    if sheet.height == 0:
        return None
    dims = [
        name
        for name in ("sector", "period", "region", "equipment", "part")
        if sheet.get_column(name).n_unique() > 1
    ]
    heads = [
        Column(word("item")), Column(word("unit"), "unit"), *(Column(column_name(name)) for name in dims), Column(word("gas")),
        Column(word("coefficient"), "number"), Column(word("unit"), "unit"), Column(word("formula"), "wide"), Column(word("factor"), "code"),
        Column(word("check")), Column([word("uncertainty"), " ", tag("small", "±%")], "number"),
    ]  # fmt: skip
    rows = [_coefficient(row, dims) for row in sheet.head(SHOWN).iter_rows(named=True)]
    return section("coefficients", word("coefficient_sheet"), table(heads, rows, more=sheet.height - SHOWN))


def _coefficient(row: Mapping[str, Any], dims: list[str]) -> list[Content]:
    spread = row["uncertainty"]
    return [
        name_of("item", row["item"]), name_of("unit", row["unit"]), *(shown_value(name, row[name]) for name in dims), name_of("gas", row["emitted"]),
        tag("span", figure(row["coefficient"], digits=6), title=full(row["coefficient"])), name_of("unit", row["coefficient_unit"]), formula_text(row["formula"]),
        row["factors"].replace(";", "; ") or DASH, state(row["check"]), DASH if spread is None else percent(spread * 100, places=1),
    ]  # fmt: skip


def notes(view: View) -> Markup:
    """What the method says of itself, its rules, and what was changed in it."""
    method = view.inventory.method
    rules = [
        tag(
            "li",
            pair(rule["title"]),
            " (",
            rule["id"],
            "): ",
            formula_text(rule["formula"]),
            " · ",
            said("clause", clause=clause(rule)),
        )
        for rule in method["rules"]
    ]
    overridden = [tag("li", str(note)) for note in method["overridden"]]
    return section(
        "method_notes",
        said("method_notes"),
        tag(
            "p",
            tag("b", view.method_title),
            f" · {method['id']} {method['version']} · ",
            tag("code", str(method["digest"])[:12]),
        ),
        tag("p", document(method["document"])),
        tag("p", pair(method["notes"])) if method["notes"] else Markup(""),
        tag("ul", rules),
        tag("div", tag("h3", word("override")), tag("ul", overridden)) if overridden else Markup(""),
    )


def footer(view: View) -> Markup:
    """Versions, the run, the digest, and the SHA-256 of every file."""
    run = view.inventory.run
    release = run.get("release") or {}
    facts: list[tuple[Both, Content]] = [
        (word("digest"), tag("code", view.inventory.digest)),
        (word("run"), [tag("code", str(run.get("id", DASH))), " · ", str(run.get("started", DASH))]),
        (word("version"), f"Tanheng {run.get('version', DASH)} · {run.get('engine', DASH)}"),
        (word("release"), view.frozen),
        (word("factor"), [str(release.get("name", DASH)), " · ", tag("code", str(release.get("hash", DASH)))]),
        (word("method"), [f"{view.inventory.method['id']} {view.inventory.method['version']} · ", tag("code", str(view.inventory.method["digest"]))]),
    ]  # fmt: skip
    names = list((run.get("files") or {}).items())
    facts += [
        (word("file"), [name, " · SHA-256 ", tag("code", digest or DASH)]) for name, digest in names[:_FILES]
    ]
    if len(names) > _FILES:
        facts.append((word("file"), said("files_more", count=len(names) - _FILES)))
    return tag(
        "footer",
        tag("h2", said("provenance")),
        tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in facts]),
        id="provenance",
    )
