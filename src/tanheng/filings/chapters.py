"""Tables that the web page and the Word report both hold: results, official table, key categories, doubts, restatement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from tanheng.codes import code_lists, codelist
from tanheng.codes.wording import Both, parameter_name
from tanheng.filings.factors import used_for
from tanheng.filings.form.lines import chapter_title
from tanheng.filings.grids import ROWS, Cell, Grid, Head, Mass, number
from tanheng.filings.numbers import DASH, figure, full, in_tonnes, percent
from tanheng.filings.page.view import View
from tanheng.filings.words import called, in_both, listed, name_of, pair, plainly, said, within, word
from tanheng.inventory.categories.answers import line_answers
from tanheng.inventory.categories.official import chapter_table, chapters_of
from tanheng.inventory.coded import uncoded
from tanheng.inventory.uncertainty.key_analysis import key_categories
from tanheng.inventory.views.comparison import CAUSES
from tanheng.inventory.views.listings import factor_uses, unmatched_rows

_SOURCES, _RESTATED = 15, 60


def breakdown(view: View, dimension: str) -> Grid:
    """The total by one dimension: what is emitted, what is removed, and their sum."""
    rows = view.rows_by(dimension)
    if dimension == "period":
        rows = rows.sort("removal", "period")
    gas = dimension == "gas"
    heads = [
        Head(called(dimension), 3, kind="name"),
        number(word("emission"), 1.4, view.unit),
        *([number(word("mass"), 1.4, Both("t", "t"))] if gas else []),
        number(word("share"), 1.1, view.share_unit),
    ]
    body: list[list[Cell]] = [
        [_row_name(dimension, row), Mass(row["emission"], view.proof_of(dimension, row[dimension])),
         *([in_tonnes(row["mass"])] if gas else []), percent(row["share"])]
        for row in rows.to_dicts()
    ]  # fmt: skip
    most = 60
    sums = [(said("docx_sum"), view.inventory.total)]
    if view.removed is not None:
        sums = [
            (said("sum_gross"), view.gross.total),
            (said("removals"), view.removed.total),
            (said("sum_net"), view.inventory.total),
        ]
    last: list[list[Cell]] = [
        [name, Mass(value), *([""] if gas else []), percent(view.share(value))] for name, value in sums
    ]
    shown = [*body[:most], *last]
    strong = range(len(shown) - len(last), len(shown))
    notes = [said("docx_more", shown=most, count=len(body) - most)] if len(body) > most else []
    what = within(called(dimension))
    return Grid(said("docx_by_table", what=what), heads, shown, strong=strong, most=len(shown), notes=notes)


def _row_name(dimension: str, row: Mapping[str, Any]) -> Both:
    name = name_of(dimension, row[dimension]) if row[dimension] else said("unstated")
    return said("removed", name=name) if row["removal"] else name


def memo(view: View) -> Grid | None:
    """What is reported beside the total, each rule by itself: import and export are never one number."""
    apart = [rule["id"] for rule in view.inventory.method["rules"] if rule.get("chapter")]
    rows = uncoded(view.inventory.rows.filter(pl.col("memo") & ~pl.col("rule").is_in(apart)))
    if rows.height == 0:
        return None
    titles = {rule["id"]: pair(rule["title"]) for rule in view.inventory.method["rules"]}
    grouped = rows.group_by("item", "rule", "gas").agg(pl.col("mass").sum())
    grouped = grouped.sort(
        pl.col("mass").abs(), "item", "rule", "gas", descending=[True, False, False, False]
    )
    heads = [
        Head(word("item"), 2, kind="name"), Head(word("rule"), 3, kind="wide"), Head(word("gas")),
        number(word("mass"), 1.4, Both("t", "t")),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [name_of("item", row["item"]), titles.get(row["rule"], Both(row["rule"], row["rule"])), name_of("gas", row["gas"]), in_tonnes(row["mass"])]
        for row in grouped.iter_rows(named=True)
    ]  # fmt: skip
    return Grid(said("memo"), heads, body)


def apart(view: View) -> list[Grid]:
    """Chapters of the method outside the total, each line with the range of its factor."""
    return [_chapter(view, code) for code in chapters_of(view.inventory)]


def _chapter(view: View, code: str) -> Grid:
    rows = chapter_table(view.inventory, code).to_dicts()
    where = [name for name in ("entity", "period") if len({row[name] for row in rows}) > 1]
    tonnes = Both("t CO₂e", "t CO₂e")
    heads = [
        *(Head(word(name), 1.4) for name in where), Head(word("item"), 2, kind="name"), number(word("amount"), 1.2),
        Head(word("unit")), *(number(word(name), 1.3, tonnes) for name in ("emission", "low", "high")), Head(word("check")),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [
            *(row[name] for name in where), name_of("item", row["item"]), figure(row["amount"]), name_of("unit", row["unit"]),
            *(in_tonnes(row[name]) for name in ("emission", "low", "high")), said(f"check_{row['check']}"),
        ]
        for row in rows
    ]  # fmt: skip
    title = Both(*in_both(partial(chapter_title, code)))
    return Grid(title, heads, body, most=len(body), notes=[said("chapter_range")])


def uncertainty(view: View) -> Grid | None:
    """What contributes most to the uncertainty that is known."""
    found = view.inventory.uncertainty()
    if not found.contributions:
        return None
    heads = [Head(word("source"), 3, kind="wide"), number(Both("±", "±"), 1, view.unit)]
    known = {row["factor"]: row for row in factor_uses(view.inventory) if row["factor"]}
    body: list[list[Cell]] = [
        [_variable(name, known), Mass(value)] for name, value in found.contributions[:_SOURCES]
    ]
    return Grid(said("docx_spread_table"), heads, body, most=_SOURCES, count=len(found.contributions))


def _variable(name: str, factors: Mapping[str, Mapping[str, Any]]) -> Both:
    kind, _, rest = name.partition(":")
    if kind == "factor" and rest in factors:
        row = factors[rest]
        return said("of_used_factor", parameter=parameter_name(row["name"]), what=used_for(row))
    if kind == "factor":
        return said("of_factor", name=rest)
    item, _, period = rest.partition("#")[0].partition("/")
    return said("of_activity", name=name_of("item", item), period=period)


def keys(view: View) -> Grid | None:
    """Key categories by level, with what their shares are of."""
    if view.category is None or view.empty:
        return None
    found = key_categories(view.inventory, by=view.category)
    lines = found.lines.filter(pl.col("level_key")).to_dicts()
    heads = [
        Head(word("category"), 3, kind="name"), Head(word("gas")), number(word("emission"), 1.3, view.unit),
        number(word("share"), 1.2, said("of_absolute")), number(said("docx_cumulative"), 1, Both("%", "%")),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [name_of(view.category, row["category"]) if row["category"] else said("unstated"), name_of("gas", row["gas"]), Mass(row["emission"]),
         percent(row["level_share"] * 100), percent(row["level_cumulative"] * 100)]
        for row in lines
    ]  # fmt: skip
    how = said("docx_keys_how", threshold=percent(found.threshold * 100, places=0))
    left = (
        [said("keys_left_out", count=view.inventory.unmatched.height)]
        if view.inventory.unmatched.height
        else []
    )
    return Grid(said("docx_keys"), heads, body, notes=[how, *left])


def quality(view: View) -> Grid | None:
    """Emissions and removals by check state of their factors, both by their size: what cancels out still weighs."""
    chinese, english = in_both(lambda: view.inventory.quality().to_dicts())
    counted = view.inventory.rows.filter(~pl.col("memo")).get_column("emission")
    whole = float(counted.abs().sum())
    heads = [
        Head(word("quality_grade")), Head(word("check"), 3, kind="wide"), number(said("by_size"), 1.3, view.unit),
        number(word("share"), 1.1, said("of_absolute")),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [one["grade"], Both(one["meaning"], other["meaning"]), Mass(whole * one["share"] / 100, "#coefficients"), percent(one["share"])]
        for one, other in zip(chinese, english, strict=True)
    ]  # fmt: skip
    return Grid(said("quality_table"), heads, body) if body else None


def left_open(view: View) -> Grid | None:
    """Categories and lines without a number: the user's and the method's notation keys with their reasons, and what nobody answered."""
    if view.category is None or view.empty or "gases" not in codelist(view.category).rows[0]:
        return _of_method(view)
    codes = view.category
    chinese, english = in_both(lambda: view.inventory.coverage(codes))
    rows = [
        (row, other["reason"])
        for row, other in zip(chinese.cells.to_dicts(), english.cells.to_dicts(), strict=True)
        if row["state"] != "estimated"
    ]
    answered: list[list[Cell]] = []
    unanswered: list[list[Cell]] = []
    for row, reason in rows:
        (unanswered if row["state"] == "unanswered" else answered).append([
            name_of(codes, row["category"]), name_of("gas", row["gas"]), _state(row["state"]), Both(row["reason"] or DASH, reason or DASH),
        ])  # fmt: skip
    answered += _of_lines(view, codes)
    counts = chinese.counts()
    said_counts = listed(
        [said("state_count", state=_state(name), count=count) for name, count in counts.items() if count]
    )
    return _open_grid([*answered, *unanswered], len(answered), said("coverage_counts", counts=said_counts))


def _of_method(view: View) -> Grid | None:
    stated = view.inventory.method.get("notation") or []
    body: list[list[Cell]] = [
        [listed([name_of(name, code) for name, code in one["category"].items()]), listed([name_of("gas", gas) for gas in one["gases"]]),
         _state(one["key"]), pair(one["reason"])]
        for one in stated
    ]  # fmt: skip
    body += _of_lines(view)
    return _open_grid(body, len(body))


def _of_lines(view: View, told: str | None = None) -> list[list[Cell]]:
    """Keys that the user wrote in a form, but for those of whole categories of a list that are ``told`` beside them."""
    filled = view.inventory.activity.filled
    listed = codelist(filled.codes) if filled and filled.codes in code_lists() else ()
    body: list[list[Cell]] = []
    for row in line_answers(view.inventory):
        code, what = row["category"], [name for name in ("item", "sector", "activity") if row[name]]
        if told and not what and code in codelist(told):
            continue
        place = (
            name_of(filled.codes, code)
            if filled and code in listed
            else Both(*in_both(partial(chapter_title, code)))
        )
        names = [place, *(name_of(name, row[name]) for name in what)]
        shown = Both(" · ".join(one.zh for one in names), " · ".join(one.en for one in names))
        body.append([shown, DASH, _state(row["notation"]), row["reason"] or DASH])
    return body


def _open_grid(body: list[list[Cell]], answered: int, *notes: Both) -> Grid | None:
    """What is answered is never cut."""
    heads = [
        Head(word("category"), 2.4, kind="name"), Head(word("gas"), 1.1), Head(said("docx_key"), 1.3),
        Head(word("reason"), 3, kind="wide"),
    ]  # fmt: skip
    return Grid(said("docx_left_open"), heads, body, most=max(ROWS, answered), notes=notes) if body else None


def _state(name: str) -> Both:
    known = codelist("notation_keys")
    return Both(name, name) if name in known else said(f"state_{name}")


def missing(view: View) -> Grid | None:
    """Activity that is not counted: entries of one item, sector, unit, gas and cause together, the most numerous first."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    names = ("item", "sector", "unit", "gas", "code")
    for row in unmatched_rows(view.inventory):
        groups.setdefault(tuple(str(row.get(name) or "") for name in names), []).append(row)
    heads = [
        Head(word("item"), 1.4, kind="name"), Head(word("sector"), 1.3), number(word("amount"), 1), Head(word("unit"), 0.9, kind="unit"),
        Head(word("gas"), 1.4), number(word("count"), 0.7), Head(word("period"), 0.9, kind="unit"), Head(word("reason"), 4, kind="wide"),
    ]  # fmt: skip
    body: list[list[Cell]] = []
    for (item, sector, unit, gas, _), found in sorted(groups.items(), key=lambda group: -len(group[1])):
        when = sorted({str(row.get("period") or DASH) for row in found})
        span = when[0] if len(when) == 1 else f"{when[0]}–{when[-1]}"
        amount = figure(sum(float(row["amount"]) for row in found))
        why = Both(
            plainly(found[0]["reason_zh"]),
            plainly(found[0]["reason_en"]).replace(f" {unit} ", f" {name_of('unit', unit).en} "),
        )
        body.append([
            name_of("item", item), name_of("sector", sector) if sector else DASH, amount, name_of("unit", unit),
            listed([name_of("gas", one) for one in gas.split(", ")]) if gas else DASH, len(found), span, why,
        ])  # fmt: skip
    return Grid(said("docx_unmatched"), heads, body) if body else None


def restatement(view: View) -> tuple[list[Both], Grid | None]:
    """What differs from the earlier version: the sentences, and the cells with the cause of each difference."""
    compared = view.compared
    if compared is None:
        return [], None
    old, new = compared.totals
    told = [
        said("docx_restated", old=full(old), new=full(new), difference=full(new - old)),
        said("docx_causes", **{cause: full(compared.causes[cause]) for cause in CAUSES}),
    ]
    cells = compared.cells.lazy().filter(pl.col("cause") != "")
    known = [
        name
        for name in ("entity", "period", "sector", "item", "activity", "gas")
        if name in cells.collect_schema()
    ]
    (stated,) = (
        cells.select(pl.len().alias("count"), pl.col(known).fill_null("").ne("").any()).collect().to_dicts()
    )
    dims = [name for name in known if stated[name]]
    order = [pl.col("difference").abs(), pl.col("new").abs(), *map(pl.col, known)]
    largest = cells.sort(order, descending=[True, True, *(False for _ in known)]).head(_RESTATED)
    rows = largest.collect().to_dicts()
    heads = [
        *(Head(called(name), 1.2) for name in dims), number(said("docx_old")), number(said("docx_new")),
        number(said("docx_difference")), Head(said("docx_cause"), 0.8),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [*(name_of(name, str(row[name])) if row.get(name) else DASH for name in dims),
         in_tonnes(row["old"]), in_tonnes(row["new"]), in_tonnes(row["difference"]), _cause(row["cause"])]
        for row in rows
    ]  # fmt: skip
    return told, Grid(
        said("docx_restatement"), heads, body, most=_RESTATED, count=stated["count"]
    ) if body else None


def _cause(cause: str) -> Both:
    return Both("GWP", "GWP") if cause == "gwp" else word(cause)
