"""Proof sections: behind each emission its rows, coefficient, factors, documents and the clause of the method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tanheng.activity.schema import columns
from tanheng.codes import terms
from tanheng.codes.wording import (
    Both,
    english,
    formula_text,
    list_name,
    parameter_name,
    published,
    stated,
    wording,
)
from tanheng.filings.numbers import full, percent
from tanheng.filings.page.markup import Content, Markup, tag
from tanheng.filings.page.tables import Column, table
from tanheng.filings.page.view import View
from tanheng.filings.words import COLON, name_of, pair, said, word
from tanheng.inventory.methods.method import document_facts

_ROWS, _STEPS, _TRIED = 10, 30, 12
_PLACE = ("file", "sheet", "row")
_WORDS = {"grade": "quality_grade"}


def proofs(view: View) -> Iterator[Markup]:
    """One section for each shown cell."""
    for row in view.shown.iter_rows(named=True):
        proof = view.provable.proof(cell=str(row["cell"]))
        yield tag(
            "details",
            tag("summary", tag("b", name_of("item", row["item"])), _where(row), tag("span", f"{full(proof.value)} t ", view.gas, class_="value"), tag("small", f" {percent(row['share'])} %")),
            [_step(view, step) for step in proof.steps[:_STEPS]],
            _more(proof.step_count - _STEPS),
            _rows(proof.steps[0]),
            tag("p", tag("a", said("back"), href=f"#cell-{row['cell']}"), class_="back"),
            class_="proof", id=f"proof-{row['cell']}",
        )  # fmt: skip


def _where(row: Mapping[str, Any]) -> Content:
    shown = [name_of(name, row[name]) for name in ("sector", "entity", "period") if row.get(name)]
    return [[Markup(" · "), one] for one in shown]


def _step(view: View, step: Mapping[str, Any]) -> Markup:
    """How one gas of a cell follows from its rows."""
    return tag(
        "div",
        [tag("p", line, class_="equation") for line in _equation(view, step)],
        tag("p", _rule(step)),
        _inputs(step["inputs"]),
        _tried(step["inputs"]),
        class_="step",
    )


def _rows(step: Mapping[str, Any]) -> Markup:
    """The rows of a cell, which all its gases share."""
    count = step["row_count"]
    return tag(
        "div",
        tag("p", said("rows_of_cell", count=count)),
        _source_rows(step["rows"]),
        _more(count - _ROWS),
        class_="step",
    )


def _equation(view: View, step: Mapping[str, Any]) -> list[Content]:
    """The product that gives the mass of a gas and, where it is weighted, the product with its GWP."""
    gas = name_of("gas", step["gas"])
    mass: Content = [f"{full(step['mass'])} t ", gas]
    part: Content = [name_of("item", step["part"]), COLON] if step.get("part") else None
    lines: list[Content] = [
        [
            part,
            mass,
            f" = {full(step['amount'])} ",
            name_of("unit", step["unit"]),
            f" × {full(step['coefficient'], digits=12)} t ",
            gas,
            "/",
            name_of("unit", step["unit"]),
        ]
    ]
    if step["gwp"] != 1:
        lines.append([f"{full(step['emission'])} t ", view.gas, " = ", mass, f" × GWP {full(step['gwp'])}"])
    return lines


def _rule(step: Mapping[str, Any]) -> Content:
    categories: list[Content] = [
        [" ", said("category", list=list_name(name), code=code)]
        for name, code in step["category"].items()
        if code
    ]
    return [
        said("rule", title=pair(step["title"]), rule=str(step["rule"])), " ",
        said("formula", formula=formula_text(step["formula"])), " ",
        said("clause", clause=clause(step)),
        categories,
    ]  # fmt: skip


def _inputs(inputs: Sequence[Mapping[str, Any]]) -> Markup:
    heads = [
        Column(word("parameter")), Column(word("value"), "number"), Column(word("unit"), "unit"), Column(word("published"), "unit"), Column(word("factor"), "code"),
        Column(word("document"), "wide"), Column(word("check")), Column(word("uncertainty"), "number"),
    ]  # fmt: skip
    return table(heads, [_input(one) for one in inputs])


def _input(one: Mapping[str, Any]) -> list[Content]:
    why: Content = Both(one["why_zh"], one["why_en"]) if one["why_zh"] else None
    spread = one["uncertainty"]
    return [
        parameter_name(one["name"]),
        full(one["value"], digits=12),
        name_of("unit", one["unit"]),
        published(one["published"] or "–"),
        one["factor"] or "–",
        [document(one["source"]), tag("small", why, class_="block") if why else None],
        state(one["check"]),
        "–" if spread is None else f"±{percent(spread * 100, places=1)} %",
    ]


def document(source: Mapping[str, Any]) -> Both:
    """Title, publisher, year and place of a document in both languages."""
    return Both(
        "，".join(document_facts(source, "zh")) or "–", ", ".join(document_facts(source, "en")) or "–"
    )


def clause(rule: Mapping[str, Any]) -> Both:
    """The clause of a rule in both languages."""
    return Both(wording(rule["clause"] or "–").zh, english(rule, "clause") or "–")


def state(check: str) -> Markup:
    """A check state as a mark: what was not read in its document is told apart."""
    return tag("span", said(f"check_{check}"), class_=f"state {check}")


def _tried(inputs: Sequence[Mapping[str, Any]]) -> Markup | None:
    """The chain of regions in which a factor was looked for, where the first did not hold it."""
    chains = [(one["name"], one["tried"]) for one in inputs if len(one["tried"]) > 1]
    if not chains:
        return None
    lines = [
        tag("li", parameter_name(name), COLON, [_tried_step(step) for step in tried[:_TRIED]])
        for name, tried in chains
    ]
    return tag("div", tag("p", said("tried")), tag("ul", lines), class_="tried")


def _tried_step(step: Mapping[str, Any]) -> Markup:
    place = Both(
        str(step.get("name_zh") or step.get("region")), str(step.get("name_en") or step.get("region"))
    )
    note = Both(str(step.get("note_zh") or "–"), str(step.get("note_en") or "–"))
    return tag(
        "span", place, " (", note, ") ", tag("code", ", ".join(step.get("ids") or ())), class_="tried-step"
    )


def _source_rows(rows: Sequence[Mapping[str, Any]]) -> Markup:
    """The activity rows as they were read, with file, sheet and row."""
    names = list(dict.fromkeys(name for row in rows[:_ROWS] for name in row))
    order = [*(name for name in _PLACE if name in names), *(name for name in names if name not in _PLACE)]
    heads = [Column(column_name(name), "number" if name in {"amount", "row"} else "text") for name in order]
    return table(heads, [[_raw(name, row.get(name)) for name in order] for row in rows[:_ROWS]])


def column_name(name: str) -> Both:
    """The name of a column of activity; a user's own column keeps its name."""
    known = columns().get(name)
    if known:
        return Both(known["name_zh"], known["name_en"].capitalize())
    if name == "part":
        return said("col_part")
    return word(_WORDS.get(name, name)) if _WORDS.get(name, name) in terms() else Both(name, name)


def _raw(name: str, value: Any) -> Content:
    if value is None or value == "":
        return "–"
    if name == "parameters":
        return stated(str(value))
    if name in {"item", "sector", "gas", "unit", "equipment"}:
        return name_of(name, str(value))
    return full(value) if isinstance(value, float) else str(value)


def _more(count: int) -> Markup | None:
    return tag("p", said("rows_more", count=count), class_="more") if count > 0 else None
