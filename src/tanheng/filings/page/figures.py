"""Figures: a chart with a title that says what is seen, its unit, its source and its table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tanheng.codes.wording import Both
from tanheng.filings.lumped import Group, grouped
from tanheng.filings.numbers import in_tonnes, percent
from tanheng.filings.page.charts import Mark, bars, columns, legend, strip
from tanheng.filings.page.markup import Content, Markup, tag
from tanheng.filings.page.tables import SHOWN, Column, table
from tanheng.filings.page.view import View
from tanheng.filings.words import brief, called, listed, name_of, said, within, word
from tanheng.inventory import Inventory

_MOST = 80.0
_STEADY = 0.05
_TOTAL = re.compile(r"(?<=.)(?:总计|合计|, total)$")
_LISTS = {"item": "items", "sector": "sectors", "gas": "gases", "scope": "scopes"}


def figures(view: View) -> Iterator[Markup]:
    """Every figure that the inventory has something to show for."""
    if view.empty:
        return
    for dimension in view.breakdowns:
        yield _trend(view) if dimension == "period" else _ranked(view, dimension)
    if view.parts is not None and view.parts.emissions.height:
        yield _parts(view, view.parts)


def overview(view: View) -> Markup:
    """The whole before removals as one bar by its highest categories, else by item; removals are listed beside it."""
    rows = view.chapters
    dimension = "item" if rows is None else str(view.category)
    rows = view.rows_by("item") if rows is None else rows
    marks = _marks(view, dimension, rows, apart=True)
    positive = _emitted(marks)
    beside = [mark for mark in marks if mark not in positive]
    if view.empty or any(not mark.removal for mark in beside) or not view.gross.total:
        return Markup("")
    names = [*positive, *([_all_removed(view)] if beside else [])]
    title = _most(positive)
    if beside:
        title = said("before_removals", sentence=title)
    return _figure(view, dimension, title, Markup(strip(positive) + legend(names)), rows, key="overview")


def _all_removed(view: View) -> Mark:
    whole = view.removed.total if view.removed else 0.0
    return Mark(said("removals"), whole, view.share(whole), view.colours.removal(), removal=True)


def _ranked(view: View, dimension: str) -> Markup:
    rows = view.charted(dimension)
    marks = _marks(view, dimension, rows)
    return _figure(view, dimension, _ranking(dimension, marks), bars(marks, view.scale), rows)


def _parts(view: View, parts: Inventory) -> Markup:
    """What the sector parts come to; they cover a share of the total and are never added to it."""
    rows = parts.by("sector").to_polars().with_columns(pl.lit(value=False).alias("removal"))
    whole = view.inventory.total
    rows = rows.with_columns(
        (pl.col("emission") / whole * 100 if whole else pl.lit(None, dtype=pl.Float64)).alias("share")
    )
    marks = _marks(view, "sector", rows)
    covered = percent(parts.total / whole * 100 if whole else None, places=1)
    title = said("parts_cover", share=covered, first=within(marks[0].name))
    return _figure(
        view,
        "sector",
        title,
        bars(marks, view.scale),
        rows,
        key="by-part",
        note=said("parts_note"),
        source=parts,
        href=lambda _: "#by-part",
    )


def _trend(view: View) -> Markup:
    rows = view.inventory.by("period").to_polars().sort("period")
    known = dict(rows.select("period", "emission").iter_rows())
    shade = view.colours.plain()
    marks = [Mark(Both(period, period), known.get(period), None, shade) for period in _every(list(known))]
    same_form = len({len(period) for period in known}) == 1
    chart = columns(marks, view.scale) if same_form else bars(marks, view.scale)
    return _figure(view, "period", _change(marks), chart, rows)


def _every(periods: list[str]) -> list[str]:
    """Periods in order, with the years between them that have no data."""
    if all(len(period) == 4 and period.isdigit() for period in periods):
        return [str(year) for year in range(int(periods[0]), int(periods[-1]) + 1)]
    return periods


def _marks(view: View, dimension: str, rows: pl.DataFrame, *, apart: bool = False) -> list[Mark]:
    """Marks of the largest values, the others as one mark; then what lies below zero, removals under their own colour.

    Values of a list with colours of its own keep them; others share one colour unless they are to be told ``apart``.
    """
    found = grouped(dimension, rows.to_dicts())
    single = [one.code for one in found if one.code is not None and not one.removal]
    shades = view.colours.of(_LISTS.get(dimension, "series"), single)
    plain, green = view.colours.plain(), view.colours.removal() if any(one.removal for one in found) else ""
    marks = []
    for one in found:
        if one.removal:
            shade = green
        elif one.code is None:
            shade = view.colours.rest()
        else:
            shade = shades[one.code] if apart or dimension in _LISTS else plain
        marks.append(Mark(_group_name(dimension, one), one.emission, one.share, shade, removal=one.removal))
    return marks


def _group_name(dimension: str, group: Group) -> Both:
    if group.code is None:
        return said(group.key, count=group.count)
    return _row_name(dimension, {dimension: group.code, "removal": group.removal})


def _emitted(marks: Sequence[Mark]) -> list[Mark]:
    """Marks that are no removals and not below zero."""
    return [mark for mark in marks if not mark.removal and (mark.value or 0.0) >= 0]


def _row_name(dimension: str, row: Mapping[str, Any]) -> Both:
    name = _named(dimension, row[dimension])
    return said("removed", name=name) if row.get("removal") else name


def _named(dimension: str, value: str) -> Both:
    """The name of a value; a chart has no room for the codes of categories, nor for saying that each is a total."""
    if not value:
        return said("unstated")
    name = name_of(dimension, value)
    zh, en = (_TOTAL.sub("", text.removeprefix(f"{value} ")) or value for text in (name.zh, name.en))
    return Both(zh, en)


def _ranking(dimension: str, marks: Sequence[Mark]) -> Both:
    """What a ranking shows, as a sentence; removals are no part of it."""
    emitted = _emitted(marks)
    if emitted and any(mark.removal for mark in marks):
        return said("before_removals", sentence=_ranking(dimension, emitted))
    first, *others = (brief(mark.name) for mark in marks)
    if not others:
        return said("only", first=_inside(dimension, first))
    if any((mark.value or 0.0) < 0 for mark in marks):
        return said("by", what=within(called(dimension)))
    second = _inside(dimension, others[0])
    share, other = (percent(mark.share, places=1) for mark in marks[:2])
    if len(marks) == 2:
        return said("two", first=first, share=share, second=second, other=other)
    both = percent((marks[0].share or 0.0) + (marks[1].share or 0.0), places=1)
    return said("ranking", first=first, share=share, second=second, both=both)


def _inside(dimension: str, name: Both) -> Both:
    """A name within a sentence; those of entities and gases are proper names."""
    return within(name) if dimension in {"item", "sector"} else name


def _most(marks: Sequence[Mark]) -> Both:
    """How few items make up most of the total."""
    reached, count = 0.0, 0
    while reached < _MOST and count < len(marks):
        reached += marks[count].share or 0.0
        count += 1
    if len(marks) == 1:
        return said("only", first=within(marks[0].name))
    first, *rest = (mark.name for mark in marks[: min(count, 3)])
    names = listed([first, *(within(name) for name in rest)])
    key = "most" if count <= 3 else "most_of_many"
    return said(key, names=names, count=count, share=percent(reached, places=1))


def _change(marks: Sequence[Mark]) -> Both:
    """How the first and the last period differ, and when the highest was; a year is not compared with a month."""
    first, last = marks[0], marks[-1]
    highest = max(marks, key=lambda mark: mark.value if mark.value is not None else float("-inf"))
    alike = len({len(mark.name.zh) for mark in marks}) == 1
    if not alike or not first.value or first.value < 0 or last.value is None:
        return said("by", what=within(word("period")))
    change = (last.value / first.value - 1) * 100
    years = all(len(mark.name.zh) == 4 for mark in marks)
    key = (
        "steady"
        if abs(change) < _STEADY
        else ("rose" if change > 0 else "fell") + ("" if years else "_period")
    )
    sentence = said(key, first=first.name, last=last.name, change=percent(abs(change), places=1))
    return (
        sentence
        if highest in (first, last) or len(marks) < 3
        else said("peak", sentence=sentence, highest=highest.name)
    )


def source_line(view: View, inventory: Inventory) -> Markup:
    """Where the numbers of a figure come from."""
    names = list(inventory.run.get("files") or {}) or [inventory.activity.name]
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    release = inventory.run.get("release") or {}
    return tag(
        "p",
        said(
            "source", files=shown, method=f"{inventory.method['id']} {inventory.method['version']}",
            release=str(release.get("name", "–")), hash=str(release.get("hash", "–"))[:12], digest=inventory.digest[:12],
        ),
        class_="source",
    )  # fmt: skip


def _figure(
    view: View,
    dimension: str,
    title: Both,
    chart: Markup,
    rows: pl.DataFrame,
    *,
    key: str | None = None,
    note: Both | None = None,
    source: Inventory | None = None,
    href: Callable[[str], str] | None = None,
) -> Markup:
    unit = "trend_unit" if dimension == "period" else "figure_unit"
    subtitle = tag("p", said(unit, what=within(called(dimension)), unit=view.unit), class_="subtitle")
    link = href or (lambda value: view.proof_of(dimension, value))
    shown_note = note or _gross_note(view, rows)
    return tag(
        "figure",
        tag("figcaption", tag("h3", title), subtitle),
        chart,
        tag("p", shown_note, class_="note") if shown_note else None,
        source_line(view, source or view.inventory),
        tag("details", tag("summary", said("as_table")), _table(view, dimension, rows, link), class_="data"),
        id=key or f"by-{dimension}",
    )


def _gross_note(view: View, rows: pl.DataFrame) -> Both | None:
    """What the shares are of, where removals stand apart."""
    if "removal" not in rows.columns or not rows.get_column("removal").any():
        return None
    shown = view.scale.mass(view.gross.total)
    gross = Both(Markup(f"{shown} {view.unit.zh}"), Markup(f"{shown} {view.unit.en}"))
    return said("gross_note", gross=gross)


def _table(view: View, dimension: str, rows: pl.DataFrame, link: Callable[[str], str]) -> Markup:
    heads = [Column(called(dimension)), Column(_head("emission", view.unit), "number")]
    if "mass" in rows.columns:
        heads.append(Column(_head("mass", Both("t", "t")), "number"))
    heads.append(Column(_head("share", view.share_unit), "number"))
    body: list[list[Content]] = []
    for row in rows.head(SHOWN).iter_rows(named=True):
        cells: list[Content] = [
            _row_name(dimension, row),
            view.linked(row["emission"], link(row[dimension])),
        ]
        if "mass" in rows.columns:
            cells.append(in_tonnes(row["mass"]))
        body.append([*cells, percent(row["share"])])
    return table(heads, body, more=rows.height - SHOWN)


def _head(code: str, unit: Both) -> list[Content]:
    return [word(code), Markup(" "), tag("small", unit)]
