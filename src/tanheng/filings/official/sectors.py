"""The sheets behind the summary of a guideline, in a layout of our own: totals, fuels by sector, sectors, keys, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tanheng.codes import codelist
from tanheng.filings.form.lines import chapter_title
from tanheng.filings.official.pages import Cell, Column
from tanheng.filings.words import name_of
from tanheng.inventory.categories.answers import METHOD, USER, Answer, line_answers, lines_beside
from tanheng.inventory.categories.official import UNPLACED, official_table
from tanheng.inventory.categories.official_lines import (
    MEMO_ITEM,
    UNMATCHED,
    Line,
    fuels_by_category,
    sector_lines,
    sheets_of,
    totals,
)
from tanheng.inventory.views.listings import factor_rows, refused_rows, unmatched_rows

if TYPE_CHECKING:
    from tanheng.filings.official.workbook import Pages

_NAME, _TEXT, _NUMBER, _LONG = 32, 13, 14, 34
_BY_KEY = {"with_land_use": "official_with_land_use", "land_use": "official_land_use", "without_land_use": "official_without_land_use"}  # fmt: skip
_KINDS = ("sector", "activity", "equipment")
_DOCUMENTS = 3


def totals_page(pages: Pages) -> None:
    """Totals with and without land use, the memo rows, and what stands outside the list."""
    rows = totals(pages.weighted, pages.by)
    gases = [name for name in rows[0][1] if name != "total"]
    names = dict(zip(pages.weighted.get_column("code"), pages.weighted.get_column("name"), strict=True))
    heads = [Column(pages.say("official_totals_head"), _NAME)]
    heads += [Column(f"{pages.name('gas', gas)}\n({pages.unit} CO₂e)", _NUMBER) for gas in gases]
    heads.append(Column(f"{pages.word('total')}\n({pages.unit} CO₂e)", _NUMBER))
    body = []
    for key, values in rows:
        strong = key in {"with_land_use", "without_land_use"}
        label = pages.say(_BY_KEY[key]) if key in _BY_KEY else str(names[key])
        body.append(
            [
                Cell(label, strong=strong),
                *(pages.number(values[name], strong=strong) for name in [*gases, "total"]),
            ]
        )
    pages.book.page(
        pages.say("official_totals_sheet"),
        pages.title("official_totals_title"),
        heads,
        body,
        above=[pages.say("official_ours")],
        alarms=pages.alarms(),
    )


def matrix(pages: Pages) -> None:
    """Fuels by sector: activity, CO2, and the factor that the two make."""
    for one in sheets_of(pages.by):
        if not one["matrix"]:
            continue
        frame = fuels_by_category(pages.inventory, pages.by, one["matrix"])
        listed = codelist(pages.by)
        columns = [row["code"] for row in listed.children(one["matrix"])]
        heads = [
            Column(pages.say("official_matrix_block"), _NAME),
            Column(pages.word("item"), _TEXT + 6),
            Column(pages.word("unit"), _TEXT - 4),
            *(Column(pages.name(pages.by, code), _NUMBER) for code in columns),
            Column(pages.word("total"), _NUMBER),
        ]
        found = {(row["item"], row["unit"], row["category"]): row for row in frame.iter_rows(named=True)}
        fuels = list(dict.fromkeys((item, unit) for item, unit, _ in found))
        body = [
            _fuel(pages, block, fuel, [found.get((*fuel, code)) for code in columns])
            for block in ("amount", "mass", "factor")
            for fuel in fuels
        ]
        pages.book.page(
            pages.say("official_matrix_sheet"),
            pages.title("official_matrix_title"),
            heads,
            body,
            above=[pages.say("official_ours")],
            fixed=3,
        )


def _fuel(
    pages: Pages, block: str, fuel: tuple[str, str], cells: Sequence[Mapping[str, Any] | None]
) -> list[Cell]:
    """One fuel in one block: its cells by sector and their sum."""
    item, unit = fuel
    amounts = [None if cell is None else float(cell["amount"]) for cell in cells]
    masses = [None if cell is None or cell["mass"] is None else float(cell["mass"]) for cell in cells]
    known = [value for value in amounts if value is not None]
    emitted = [value for value in masses if value is not None]
    amounts.append(sum(known) if known else None)
    masses.append(sum(emitted) if emitted else None)
    label = pages.say(f"official_matrix_{block}", unit=pages.unit)
    named = [Cell(label), Cell(pages.name("item", item)), Cell(pages.name("unit", unit))]
    if block == "amount":
        return [*named, *(Cell(value, "amount") for value in amounts)]
    if block == "mass":
        named[2] = Cell(pages.unit)
        return [*named, *(pages.number(value) for value in masses)]
    pairs = zip(masses, amounts, strict=True)
    named[2] = Cell(f"t/{pages.name('unit', unit)}")
    return [*named, *(Cell(mass / amount if mass is not None and amount else None, "factor") for mass, amount in pairs)]  # fmt: skip


def sector(pages: Pages, one: Mapping[str, str]) -> None:
    """One sector: each category with its lines of activity, factor, emission, state, quality and source."""
    tops = one["categories"].split("|")
    lines = sector_lines(pages.inventory, pages.by, tops)
    if one is sheets_of(pages.by)[0]:
        lines += sector_lines(pages.inventory, pages.by, [UNPLACED])
    gases = [gas for gas in codelist("gases") if any(gas in line["masses"] for line in lines)]
    told = ["item", *(name for name in _KINDS if any(line[name] for line in lines))]
    heads = [
        Column(pages.word("category"), _NAME),
        *(Column(pages.word(name), _TEXT) for name in told),
        Column(pages.say("official_amount"), _NUMBER),
        Column(pages.word("unit"), _TEXT - 4),
    ]
    for gas in gases:
        heads.append(Column(f"{pages.say('official_factor_of', gas=name_of('gas', gas))}\n({pages.say('official_per_unit')})", _NUMBER - 2))  # fmt: skip
        heads.append(Column(f"{pages.name('gas', gas)}\n({pages.unit})", _NUMBER))
    heads += [
        Column(f"{pages.word('total')}\n({pages.unit} CO₂e)", _NUMBER),
        Column(pages.word("check"), _TEXT - 4),
        Column(pages.word("quality_grade"), 8),
        Column(pages.word("source"), _TEXT + 6),
        Column(pages.say("official_factor_source"), _NAME),
        Column(pages.say("official_remark"), _LONG),
    ]
    named = one[f"name_{pages.lang}"]
    pages.book.page(
        named[:31],
        pages.title("official_sector_title", sector=named),
        heads,
        _sector_rows(pages, tops, lines, gases, told),
        above=[pages.say("official_ours"), pages.say("official_sector_note", unit=pages.unit)],
        alarms=pages.alarms(),
    )


def _sector_rows(
    pages: Pages, tops: Sequence[str], lines: Sequence[Line], gases: Sequence[str], told: Sequence[str]
) -> list[list[Cell]]:
    """Categories in the order of the list, each followed by its lines."""
    listed = codelist(pages.by)
    frame = official_table(pages.inventory, pages.by, entity="*").to_polars()
    sums = {row["code"]: row for row in frame.iter_rows(named=True)}
    documents = _documents(pages)
    body: list[list[Cell]] = []
    codes = [code for code in listed if any(listed.is_under(code, top) for top in tops)]
    for code in [*codes, *([UNPLACED] if any(line["category"] == UNPLACED for line in lines) else [])]:
        row, depth = sums[code], len(listed.ancestors(code)) if code in listed else 0
        keys = {gas: pages.keys[code, gas] for gas in gases if (code, gas) in pages.keys}
        said = [f"{pages.name('gas', gas)} {answer.key}: {answer.reason}" for (at, gas), answer in pages.keys.items() if at == code]  # fmt: skip
        shown = f"{code} {row['name']}" if code in listed else row["name"]
        cells = [
            Cell(shown, strong=True, depth=max(depth - 1, 0)),
            *[Cell(None, strong=True)] * (len(told) + 2),
        ]
        for gas in gases:
            value = row.get(gas)
            key = Cell(keys[gas].key, "key", strong=True) if gas in keys else None
            part = (code, gas) in pages.gaps
            cells += [Cell(None, strong=True), key or pages.number(value, strong=True, part=part)]
        cells.append(pages.number(row["total"], strong=True))
        body.append([*cells, *[Cell(None, strong=True)] * 4, Cell("; ".join(said), strong=False)])
        body += [_line(pages, line, gases, told, documents) for line in lines if line["category"] == code]
    return body


def _line(
    pages: Pages, line: Line, gases: Sequence[str], told: Sequence[str], documents: Mapping[str, str]
) -> list[Cell]:
    waiting = line["state"] == UNMATCHED
    cells = [
        Cell("", part=waiting),
        *(Cell(pages.name(name, line[name]), part=waiting) for name in told),
        Cell(line["amount"], "amount", part=waiting),
        Cell(pages.name("unit", line["unit"]), part=waiting),
    ]  # fmt: skip
    for gas in gases:
        mass = line["masses"].get(gas)
        per = mass / line["amount"] if mass is not None and line["amount"] else None
        cells += [Cell(per, "factor", part=waiting), pages.number(mass, part=waiting)]
    cells.append(pages.number(line["emission"], part=waiting))
    checks = [pages.say(f"check_{one}") for one in line["check"].split("; ") if one]
    titles = dict.fromkeys(documents[one] for one in line["factors"].split("; ") if one in documents)
    shown = "; ".join(list(titles)[:_DOCUMENTS]) + (f" … ({len(titles)})" if len(titles) > _DOCUMENTS else "")
    remark = pages.say("official_memo") if line["state"] == MEMO_ITEM else line["reason"][pages.lang != "zh"]
    texts = [", ".join(checks), line["grade"] or "", line["source"], shown, remark]
    return [*cells, *(Cell(text, part=waiting) for text in texts)]


def _documents(pages: Pages) -> dict[str, str]:
    """Title and place of the document of each factor."""
    return {
        str(row["factor"]): ", ".join(str(row[name]) for name in ("title", "year") if row[name])
        for row in factor_rows(pages.inventory)
        if row["factor"]
    }


def notation_keys(pages: Pages) -> None:
    """Every notation key with its reason and who states it, then what the template says line by line."""
    listed = codelist(pages.by)
    meanings = codelist("notation_keys")
    by = {USER: pages.say("official_by_user"), METHOD: pages.say("official_by_method")}
    words = ("category", "gas", "notation_key", "reason")
    heads = [Column(pages.word(name), width) for name, width in zip(words, (_NAME, _TEXT, _TEXT + 4, 60), strict=True)]  # fmt: skip
    heads += [Column(pages.say("official_by"), _TEXT), Column(pages.say("official_place"), _NAME)]
    rows = {row["category"]: f"{row['sheet']} {row['row']}" for row in line_answers(pages.inventory) if not row["item"]}  # fmt: skip
    body = [
        [
            Cell(_category(pages, code)), Cell(pages.name("gas", gas)),
            Cell(f"{answer.key} {meanings.label(answer.key, pages.lang)}"), Cell(answer.reason), Cell(by[answer.by]),
            Cell(_stated_at(pages, answer, code, rows)),
        ]
        for (code, gas), answer in pages.keys.items()
        if code not in listed or not listed.children(code)
    ]  # fmt: skip
    for row in lines_beside(pages.inventory, pages.keys.values()):
        what = _category(pages, row["category"])
        place = f"{row['sheet']} {row['row']}"
        item = " / ".join(pages.name(name, row[name]) for name in ("item", "sector", "activity") if row[name])
        key = f"{row['notation']} {meanings.label(row['notation'], pages.lang)}"
        reason = pages.say("official_set_aside", reason=row["reason"]) if row["set_aside"] else row["reason"]
        texts = [f"{what} {item}".strip(), "", key, reason.strip(), by[USER], place]
        body.append([Cell(text) for text in texts])
    pages.book.page(
        pages.say("official_notation_sheet"),
        pages.title("official_notation_title"),
        heads,
        body,
        above=[pages.say("official_ours")],
    )


def _stated_at(pages: Pages, answer: Answer, code: str, rows: Mapping[str, str]) -> str:
    """The heading above that states a key, with its row in the template."""
    heading = "" if answer.at == code else pages.name(pages.by, answer.at)
    return f"{heading} {rows.get(answer.at, '') if answer.by == USER else ''}".strip()


def _category(pages: Pages, code: str) -> str:
    """The name of a category of the list, or of a chapter of the method outside it."""
    return pages.name(pages.by, code) if code in codelist(pages.by) else chapter_title(code)


def left_out(pages: Pages) -> None:
    """Activity that is not counted, with its amount and why."""
    kinds = {True: pages.say("official_left_unmatched"), False: pages.say("official_left_refused")}
    heads = [
        Column(pages.say("official_kind"), _TEXT),
        *(Column(pages.word(name), _TEXT) for name in ("item", "sector", "activity")),
        Column(pages.say("official_amount"), _NUMBER),
        Column(pages.word("unit"), _TEXT - 4),
        Column(pages.word("reason"), 80),
    ]
    body = []
    for rows, unmatched in ((unmatched_rows(pages.inventory), True), (refused_rows(pages.inventory), False)):
        for row in rows:
            names = [pages.name(name, str(row.get(name) or "")) for name in ("item", "sector", "activity")]
            amount = row.get("amount")
            number = Cell(amount, "amount") if isinstance(amount, int | float) else Cell(str(amount or ""))
            unit, why = str(row.get("unit") or ""), str(row[f"reason_{pages.lang}"])
            body.append([Cell(kinds[unmatched]), *map(Cell, names), number, Cell(pages.name("unit", unit)), Cell(why)])  # fmt: skip
    pages.book.page(
        pages.say("official_left_sheet"),
        pages.title("official_left_title"),
        heads,
        body,
        above=[pages.say("official_ours")],
    )
