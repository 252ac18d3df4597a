"""Annexes of the Word report: restatement, proofs of the largest cells, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import formula_text, parameter_name
from tanheng.filings import chapters
from tanheng.filings.factors import Citations
from tanheng.filings.numbers import DASH, figure, full, percent
from tanheng.filings.page.proofs import clause
from tanheng.filings.word.paper import Col
from tanheng.filings.word.view import Words
from tanheng.filings.words import COLON, name_of, pair

_PROOFS, _STEPS, _FILES = 5, 6, 30
_SMALL = 7.5


def restatement(words: Words) -> None:
    """What differs from an earlier version, cell by cell, with the cause of each difference."""
    told, grid = chapters.restatement(words.view)
    if told:
        words.paper.heading(words.say("docx_restatement"))
    for one in told:
        words.paper.text(words.one(one))
    words.grid(grid)


def proofs(words: Words) -> None:
    """From the largest emissions back to their rows, factors and documents."""
    if words.view.empty:
        return
    cells = words.view.cells.head(_PROOFS)
    words.paper.heading(words.say("docx_proofs"))
    words.paper.text(words.say("docx_proof_hint", count=cells.height), above=True)
    cited = Citations(words.lang)
    for row in cells.iter_rows(named=True):
        proof = words.view.provable.proof(cell=str(row["cell"]))
        where = [words.name(name, row[name]) for name in ("sector", "entity", "period") if row.get(name)]
        words.paper.heading(" · ".join([words.name("item", row["item"]), *where]), 3)
        words.paper.text(
            f"{full(proof.value)} t {words.one(words.view.gas)}{words.one(COLON) if words.lang == 'zh' else ', '}{percent(row['share'])} %",
            above=True,
        )
        for step in proof.steps[:_STEPS]:
            _step(words, step, cited)
        for source in proof.steps[0]["rows"][:3]:
            words.paper.text(words.say("docx_source_row", place=_place(words, source)), "Note Text")
        if proof.step_count > _STEPS:
            words.paper.text(
                words.say("docx_more", shown=_STEPS, count=proof.step_count - _STEPS), "Note Text"
            )
    for text in cited.listed():
        words.paper.text(text, "Note Text")


def _step(words: Words, step: Mapping[str, Any], cited: Citations) -> None:
    gas = words.one(name_of("gas", step["gas"]))
    unit = words.name("unit", step["unit"])
    part = f"{words.name('item', step['part'])}{words.one(COLON)}" if step.get("part") else ""
    words.paper.text(
        f"{part}{full(step['mass'])} t {gas} = {full(step['amount'])} {unit} × {full(step['coefficient'], digits=12)} t {gas}/{unit}"
        + (f"; × GWP {full(step['gwp'])} = {full(step['emission'])} t" if step["gwp"] != 1 else ""),
        above=True,
    )
    words.paper.text(
        f"{words.one(pair(step['title']))}{words.one(COLON)}{words.one(formula_text(step['formula']))}; {words.one(clause(step))}",
        "Note Text",
        above=True,
    )
    columns = [
        Col(words.word("parameter"), 2.1), Col(words.word("value"), 1, number=True), Col(words.word("unit"), 1.1), Col(words.word("document"), 2.6),
        Col(words.word("check"), 0.9), Col(words.word("factor"), 3.6),
    ]  # fmt: skip
    body = [
        [words.one(parameter_name(one["name"])), figure(one["value"], digits=6), words.name("unit", one["unit"]),
         words.one(cited.place({"title": None, "locator": None, **one["source"], "check": one["check"]})), words.say(f"check_{one['check']}"),
         one["factor"] or DASH]
        for one in step["inputs"]
    ]  # fmt: skip
    words.paper.table(columns, body, size=_SMALL)


def _place(words: Words, row: Mapping[str, Any]) -> str:
    where = [str(row[name]) for name in ("file", "sheet", "row") if row.get(name)]
    amount = f"{words.name('item', str(row.get('item') or ''))} {full(row.get('amount'))} {words.name('unit', row['unit']) if row.get('unit') else ''}"
    return f"{' / '.join(where)}{words.one(COLON)}{amount}" + (
        f" ({row['source']})" if row.get("source") else ""
    )


def provenance(words: Words) -> None:
    """Versions, run, digests and the SHA-256 of every file."""
    inventory, run = words.inventory, words.inventory.run
    kept, release = run.get("release") or {}, words.view.release
    words.paper.heading(words.say("docx_provenance"), new_page=words.view.empty)
    files = list((run.get("files") or {}).items())
    facts = [
        (words.word("digest"), inventory.digest),
        (words.word("run"), f"{run.get('id', DASH)}, {run.get('started', DASH)}"),
        (words.word("version"), f"Tanheng {run.get('version', DASH)}, {run.get('engine', DASH)}"),
        (words.word("factor"), f"{kept.get('name', DASH)}, {kept.get('hash', DASH)}"),
        (words.word("method"), f"{inventory.method['id']} {inventory.method['version']}, {inventory.method['digest']}"),
        *([(words.word("release"), words.one(words.view.frozen))] if release else []),
        *((words.word("file"), f"{name}, SHA-256 {digest or DASH}") for name, digest in files[:_FILES]),
        *([(words.word("file"), words.say("files_more", count=len(files) - _FILES))] if len(files) > _FILES else []),
    ]  # fmt: skip
    words.paper.table([Col("", 1), Col("", 5)], [list(fact) for fact in facts])
