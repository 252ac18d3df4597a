"""The report of an inventory as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import string
from pathlib import Path

import polars as pl

from tanheng.codes.wording import Both
from tanheng.errors import LANGS, Lang
from tanheng.filings.numbers import OF_LANGUAGE, UNITS, Scale
from tanheng.filings.page.markup import Markup, escape, render, tag
from tanheng.filings.page.sections import body
from tanheng.filings.page.view import View
from tanheng.filings.words import said, template
from tanheng.inventory import Inventory
from tanheng.inventory.views.compared_runs import ComparedRuns
from tanheng.inventory.writing import writing
from tanheng.record.store import Entry


def html_report(
    inventory: Inventory,
    path: str | Path,
    *,
    comparison: pl.DataFrame | None = None,
    parts: Inventory | None = None,
    title: str | None = None,
    lang: Lang = "zh",
    previous: Inventory | ComparedRuns | None = None,
    release: Entry | None = None,
) -> Path:
    """Write the report of an inventory as one self-contained HTML file in Chinese and English.

    Parameters
    ----------
    inventory : Inventory
        Emissions in t; what has no coefficient is shown before anything else.
    path : str or Path
        The file to write; what is there is replaced.
    comparison : DataFrame, optional
        Published figures against the inventory, one row each; see `compare_published`.
    parts : Inventory, optional
        The same method over sector parts, shown beside the total and never added to it.
    title : str, optional
        Heading of the report; made from entity and period unless told.
    lang : str
        The language in which it opens, with the units of that language: ``zh`` or ``en``.
    previous : Inventory or ComparedRuns, optional
        An earlier version, or the runs already set against each other: what differs is told in a restatement.
    release : Entry, optional
        The release that froze the inventory, named in the head and in the provenance.

    Returns
    -------
    Path
        The file. It asks for nothing from any network; the same inventory gives the same bytes. Every emission of
        the first 200 cells opens its proof; the workbook has the others.

    Raises
    ------
    CannotWrite
        When the file cannot be written.

    Notes
    -----
    ``#en`` or ``#zh`` in the address opens it in the other language.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> written = html_report(th.account(table, "sichuan-park-2022"), Path(tempfile.mkdtemp()) / "report.html")
    >>> "四川省" in written.read_text(encoding="utf-8")
    True
    """
    view = View(
        inventory,
        parts=parts,
        comparison=comparison,
        title=title,
        lang=lang,
        release=release,
        previous=previous,
    )
    with writing(path) as file:
        file.write_text(page(view), encoding="utf-8", newline="\n")
    return file


def page(view: View) -> str:
    """The whole page; only the style and the script that stand in it may run, as its policy says by their hashes."""
    content = body(view)
    script = template("report.js").read_text(encoding="utf-8")
    style = string.Template(template("report.css").read_text(encoding="utf-8")).substitute(
        light=view.colours.style("light"), dark=view.colours.style("dark")
    )
    return string.Template(template("page.html").read_text(encoding="utf-8")).substitute(
        title=escape(view.heading.zh if view.lang == "zh" else view.heading.en), title_zh=escape(view.heading.zh), title_en=escape(view.heading.en),
        policy=_policy(style, script), style=style, script=script, lang=view.lang, tongue="zh-CN" if view.lang == "zh" else "en",
        unit=view.scale.key, **{f"unit_{lang}": Scale(view.inventory.total, lang).key for lang in LANGS}, units=_units(view), body=content, skip=render(said("skip")),
    )  # fmt: skip


def _units(view: View) -> Markup:
    """Buttons of the display units; those of the other language are hidden."""
    return render(
        [
            tag("button", Both(zh, en), type="button", data_set_unit=key, hidden=None if key in OF_LANGUAGE[view.lang] else "")
            for key, zh, en in UNITS
        ]
    )  # fmt: skip


def _policy(style: str, script: str) -> Markup:
    return Markup(
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
