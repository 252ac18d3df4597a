"""The report of an inventory as a Word document, in Chinese or in English."""

from __future__ import annotations

import datetime as dt
from contextvars import copy_context
from pathlib import Path

from tanheng.errors import Lang, use_language
from tanheng.filings.page.markup import plain
from tanheng.filings.page.view import View
from tanheng.filings.word.annexes import proofs, provenance, restatement
from tanheng.filings.word.paper import Paper
from tanheng.filings.word.sections import SECTIONS, cover, summary
from tanheng.filings.word.view import Words
from tanheng.inventory import Inventory
from tanheng.inventory.views.compared_runs import ComparedRuns
from tanheng.inventory.writing import writing
from tanheng.record.store import Entry


def docx_report(
    inventory: Inventory,
    path: str | Path,
    *,
    lang: Lang = "zh",
    previous: Inventory | ComparedRuns | None = None,
    release: Entry | None = None,
    title: str | None = None,
) -> Path:
    """Write the report of an inventory as a Word document.

    Parameters
    ----------
    inventory : Inventory
        Emissions in t.
    path : str or Path
        The file to write; what is there is replaced.
    lang : str
        ``zh`` or ``en``.
    previous : Inventory or ComparedRuns, optional
        An earlier version, or the runs already set against each other: what differs is told in a restatement.
    release : Entry, optional
        The release that froze the inventory, named on the title page.
    title : str, optional
        Made from entity and period unless told.

    Returns
    -------
    Path
        The file: title page, contents, summary, results by category, item, gas and scope with charts, the official table
        where the method has one, method, factors with their sources and states, uncertainty, key categories, quality,
        findings, restatement, provenance, proofs of the largest cells. The same inventory gives the same bytes. The
        charts are Word's own and can be edited; fonts are named, not embedded.

    Raises
    ------
    CannotWrite
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> written = docx_report(th.account(table, "sichuan-park-2022"), Path(tempfile.mkdtemp()) / "report.docx")
    >>> written.read_bytes()[:2]
    b'PK'
    """
    made = copy_context().run(_bytes, inventory, lang, previous, release, title)
    with writing(path) as file:
        file.write_bytes(made)
    return file


def _bytes(
    inventory: Inventory,
    lang: Lang,
    previous: Inventory | ComparedRuns | None,
    release: Entry | None,
    title: str | None,
) -> bytes:
    use_language(lang)
    view = View(inventory, title=title, lang=lang, release=release, previous=previous)
    heading = plain(view.heading.zh if lang == "zh" else view.heading.en)
    words = Words(view, Paper(title=heading, lang=lang), lang)
    cover(words)
    words.paper.contents(words.say("docx_contents"), words.say("docx_contents_note"))
    summary(words)
    for section in SECTIONS:
        section(words)
    restatement(words)
    provenance(words)
    proofs(words)  # last: it is long, and a short annex would often stand alone on the last page
    started = inventory.run.get("started")
    return words.paper.bytes(dt.datetime.fromisoformat(started) if started else None)
