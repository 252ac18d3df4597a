"""Sections of the report, from the head to the footer; each is a function of the view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.filings.comparison_table import comparison_section
from tanheng.filings.doubts import SEVERITIES, findings, incomplete, shown_value
from tanheng.filings.figures import figures, overview
from tanheng.filings.markup import Both, Content, Markup, render, tag
from tanheng.filings.numbers import DASH, figure, full, percent
from tanheng.filings.proofs import clause, column_name, document, proofs, state
from tanheng.filings.tables import SHOWN, Column, table
from tanheng.filings.view import View, section
from tanheng.filings.words import COLON, in_both, name_of, pair, said, word
from tanheng.inventory.quality import grade

_FILES = 50


def body(view: View) -> Markup:
    """All sections in their order."""
    made = [
        head(view), incomplete(view), key_figures(view), charts(view), cells(view), comparison_section(view),
        findings(view), proof_section(view), coefficients(view), notes(view), footer(view),
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
        tag("p", word("document"), COLON, document(inventory.method["document"]), " ", state(str(inventory.method["document"].get("check") or "read")), class_="method"),
        tag(
            "div",
            tag("p", tag("span", word("total"), class_="label"), tag("a", view.scale.mass(total), href="#cells", class_="big"), tag("span", view.unit, class_="of")),
            tag("div", [_badge(*one) for one in _badges(view)], class_="badges"),
            class_="total",
        ),
        overview(view),
    )  # fmt: skip


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
        (word("quality_grade"), _grade(view), "", "#quality"),
        (word("uncertainty"), _spread(view), "", "#quality"),
        (
            said("findings"),
            str(count),
            "alarm" if worst == "error" else "warn" if worst == "warning" else "",
            "#findings",
        ),
    ]


def _grade(view: View) -> str:
    return grade(view.inventory)


def _spread(view: View) -> Both:
    """The 95 % interval; where nothing is known, a dash and the words that say so."""
    found = view.inventory.uncertainty()
    if found.relative is None:
        return said("spread_unknown")
    relative = figure(found.relative, digits=3)
    if found.known_share >= 100:
        return said("spread", relative=relative)
    return said("spread_partly", relative=relative, share=percent(found.known_share, places=1))


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
    """Share of the total by check state of its factors, with the uncertainty in words."""
    chinese, english = in_both(lambda: view.inventory.quality().to_dicts())
    rows = [
        [
            one["grade"],
            Both(one["meaning"], other["meaning"]),
            view.linked(one["emission"], "#coefficients"),
            percent(one["share"]),
        ]
        for one, other in zip(chinese, english, strict=True)
    ]
    heads = [
        Column(word("quality_grade")),
        Column(word("check"), "wide"),
        Column([word("emission"), " ", tag("small", view.unit)], "number"),
        Column([word("share"), " ", tag("small", "%")], "number"),
    ]
    spread = tag("p", word("uncertainty"), COLON, _spread(view), " ", said("spread_how"))
    return tag("div", table(heads, rows) if rows else None, spread, id="quality")


def _memo(view: View) -> Markup:
    """Emissions that are reported beside the total."""
    rows = view.inventory.by("item", "gas", memo=True).to_dicts()
    if not rows:
        return Markup("")
    heads = [
        Column(word("item")),
        Column(word("gas")),
        Column([word("mass"), " ", tag("small", "t")], "number"),
    ]
    body: list[list[Content]] = [
        [
            name_of("item", row["item"]),
            name_of("gas", row["gas"]),
            tag("span", figure(row["mass"]), title=full(row["mass"])),
        ]
        for row in rows[:SHOWN]
    ]
    return tag("div", tag("h3", said("memo")), table(heads, body, more=len(rows) - SHOWN), id="memo")


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
        Column([word("emission"), " ", tag("small", view.unit)], "number"), Column([word("share"), " ", tag("small", "%")], "number"),
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
        percent(100.0),
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
        tag("span", figure(row["amount"]), title=f"{full(row['amount'])} {row['unit']}"),
        row["unit"],
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
        Column(word("coefficient"), "number"), Column(word("unit"), "unit"), Column(word("formula"), "code"), Column(word("factor"), "code"),
        Column(word("check")), Column([word("uncertainty"), " ", tag("small", "±%")], "number"),
    ]  # fmt: skip
    rows = [_coefficient(row, dims) for row in sheet.head(SHOWN).iter_rows(named=True)]
    return section("coefficients", word("coefficient_sheet"), table(heads, rows, more=sheet.height - SHOWN))


def _coefficient(row: Mapping[str, Any], dims: list[str]) -> list[Content]:
    spread = row["uncertainty"]
    return [
        name_of("item", row["item"]), row["unit"], *(shown_value(name, row[name]) for name in dims), name_of("gas", row["emitted"]),
        tag("span", figure(row["coefficient"], digits=6), title=full(row["coefficient"])), row["coefficient_unit"], row["formula"],
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
            tag("code", rule["formula"]),
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
        (word("release"), [str(release.get("name", DASH)), " · ", tag("code", str(release.get("hash", DASH)))]),
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
