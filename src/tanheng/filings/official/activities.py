"""Sheets of activity: under each category or source its activity, with one row for each gas that it emits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tanheng.codes import codelist
from tanheng.codes.wording import parameter_name
from tanheng.filings.factors import Citations, used_for
from tanheng.filings.official.pages import Cell, Column
from tanheng.inventory.categories.official import UNPLACED, official_table
from tanheng.inventory.categories.official_lines import MEMO_ITEM, UNMATCHED, Line, sector_lines, sheets_of
from tanheng.inventory.views.listings import factor_uses

if TYPE_CHECKING:
    from tanheng.filings.official.sheets import Sheets
    from tanheng.filings.official.workbook import Pages

_KINDS = ("item", "sector", "activity", "equipment")
_EMPTY = Cell(None)
_AFTER_NAME, _AFTER_MASS = 5, 4
_UNITED = {"fraction": (100, "%"), "percent": (1, "%")}


def sector(pages: Pages, one: Mapping[str, str]) -> None:
    """One sector: each category with its activity, factors and emissions, their state, quality and source."""
    tops = one["categories"].split("|")
    lines = sector_lines(pages.inventory, pages.by, tops)
    if one is sheets_of(pages.by)[0]:
        lines += sector_lines(pages.inventory, pages.by, [UNPLACED])
    named = one[f"name_{pages.lang}"]
    cited = Citations(pages.lang)
    body = list(_categories(pages, tops, lines, cited))
    activity_page(pages, named[:31], pages.title("official_sector_title", sector=named), body, cited)


def activity_page(
    pages: Sheets, name: str, title: str, body: Sequence[Sequence[Cell]], cited: Citations
) -> None:
    """A sheet of rows that `heading_row` and `line_rows` made, with the documents below it."""
    gas = pages.one(pages.view.gas)
    heads = [
        Column(pages.say("official_what"), 33), Column(pages.say("official_amount"), 12), Column(pages.word("unit"), 11),
        Column(pages.word("gas"), 13), Column(f"{pages.word('factor')}\n({pages.say('official_per_unit')})", 12),
        Column(f"{pages.word('mass')}\n({pages.unit})", 15), Column(f"{pages.word('emission')}\n({pages.unit} {gas})", 16),
        Column(pages.word("check"), 8), Column(pages.word("quality_grade"), 6), Column(pages.say("official_factor_source"), 10),
        Column(pages.word("source"), 12), Column(pages.say("official_remark"), 20),
    ]  # fmt: skip
    pages.book.page(
        name,
        title,
        heads,
        body,
        above=[pages.say("official_ours"), pages.say("official_sector_note", unit=pages.unit)],
        alarms=pages.alarms(),
        below=cited.listed(),
    )


def _categories(
    pages: Pages, tops: Sequence[str], lines: Sequence[Line], cited: Citations
) -> Iterator[list[Cell]]:
    """Categories in the order of the list, each followed by its keys and its activity."""
    listed = codelist(pages.by)
    frame = official_table(pages.inventory, pages.by, entity="*").to_polars()
    sums = {row["code"]: row for row in frame.iter_rows(named=True)}
    codes = [code for code in listed if any(listed.is_under(code, top) for top in tops)]
    for code in [*codes, *([UNPLACED] if any(line["category"] == UNPLACED for line in lines) else [])]:
        inside = code in listed
        depth = len(listed.ancestors(code)) if inside else 0
        name = pages.name(pages.by, code) if inside else sums[code]["name"]
        part = any(at == code for at, _ in pages.gaps)
        yield heading_row(pages, name, sums[code]["total"], depth=max(depth - 1, 0), part=part)
        if inside and not listed.children(code):
            yield from _keys(pages, code)
        for line in lines:
            if line["category"] == code:
                yield from line_rows(pages, line, cited, depth=depth)


def heading_row(pages: Sheets, name: str, total: float | None, *, depth: int = 0, part: bool = False) -> list[Cell]:  # fmt: skip
    """The row of a category or source with its sum."""
    blank = Cell(None, strong=True)
    whole = pages.number(total, strong=True, part=part)
    return [Cell(name, strong=True, depth=depth), *[blank] * _AFTER_NAME, whole, *[blank] * (_AFTER_MASS + 1)]


def _keys(pages: Pages, code: str) -> Iterator[list[Cell]]:
    """A row for each gas that a notation key answers."""
    for (at, gas), answer in pages.keys.items():
        if at == code:
            named = Cell(pages.name("gas", gas))
            yield [*[_EMPTY] * 3, named, _EMPTY, Cell(answer.key, "key"), *[_EMPTY] * (_AFTER_MASS + 1), Cell(answer.reason)]  # fmt: skip


def line_rows(
    pages: Sheets, line: Line, cited: Citations, *, depth: int = 1, remark: str = ""
) -> Iterator[list[Cell]]:
    """One activity: a row for each gas, what it is and where it comes from in the first of them."""
    waiting = line["state"] == UNMATCHED
    what = " · ".join(pages.name(name, line[name]) for name in _KINDS if line[name])
    checks = [pages.say(f"check_{one}") for one in line["check"].split("; ") if one]
    said = [remark, pages.say("official_memo") if line["state"] == MEMO_ITEM else line["reason"][pages.lang != "zh"]]  # fmt: skip
    documents = "".join(cited.numbers(pages.inventory.records[place] for place in line["records"]))
    first = [
        Cell(what, depth=depth, part=waiting), Cell(line["amount"], "amount", part=waiting), Cell(pages.name("unit", line["unit"]), part=waiting),
    ]  # fmt: skip
    texts = [", ".join(checks), line["grade"] or "", documents, line["source"], "; ".join(filter(None, said))]
    last = [Cell(text, part=waiting) for text in texts]
    if waiting:
        yield [*first, Cell(pages.word("unmatched"), part=True), *[Cell(None, part=True)] * 3, *last]
        return
    order = {gas: at for at, gas in enumerate(codelist("gases"))}
    for gas, (mass, emission) in sorted(
        line["masses"].items(), key=lambda one: order.get(one[0], len(order))
    ):
        per = mass / line["amount"] if line["amount"] else None
        numbers = [Cell(pages.name("gas", gas)), Cell(per, "factor" if per else "amount"), pages.number(mass), pages.number(emission)]  # fmt: skip
        yield [*first, *numbers, *last]
        first, last = [_EMPTY] * len(first), [_EMPTY] * len(last)


def parameters(pages: Sheets) -> None:
    """Every value that entered a coefficient: what for, how large, and where it stands."""
    cited = Citations(pages.lang)
    heads = [
        Column(pages.say("used_for"), 38), Column(pages.word("parameter"), 24), Column(pages.word("value"), 13), Column(pages.word("unit"), 14),
        Column(pages.word("check"), 10), Column(pages.word("document"), 36), Column(pages.say("official_factor_id"), 33),
    ]  # fmt: skip
    body = []
    for row in factor_uses(pages.inventory):
        value, unit = _united(row)
        place = pages.one(cited.place(row))
        texts = [pages.one(used_for(row)), pages.one(parameter_name(row["name"]))]
        body.append([
            *map(Cell, texts), Cell(value, "factor"), Cell(unit or pages.name("unit", str(row["unit"]))), Cell(pages.say(f"check_{row['check']}")),
            Cell(place), Cell(str(row["factor"] or "")),
        ])  # fmt: skip
    pages.book.page(
        pages.say("official_parameters_sheet"),
        pages.title("official_parameters_title"),
        heads,
        body,
        above=[pages.say("official_ours"), pages.say("docx_check_states")],
        below=cited.listed(),
    )


def _united(row: Mapping[str, Any]) -> tuple[float, str]:
    """A share in %, as documents print it; other values in the unit that the formula takes."""
    times, unit = _UNITED.get(str(row["unit"]), (1, ""))
    return row["value"] * times, unit
