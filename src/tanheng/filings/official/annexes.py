"""The last sheets of an official workbook: notation keys with their reasons, and activity that is not counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tanheng.codes import codelist
from tanheng.filings.form.lines import chapter_title
from tanheng.filings.official.pages import Cell, Column
from tanheng.inventory.categories.answers import METHOD, USER, Answer, line_answers, lines_beside
from tanheng.inventory.categories.official import chapter_table, chapters_of
from tanheng.inventory.views.listings import refused_rows, unmatched_rows

if TYPE_CHECKING:
    from tanheng.filings.official.sheets import Sheets
    from tanheng.filings.official.workbook import Pages

_NAME, _TEXT, _NUMBER = 32, 13, 14


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


def chapters_apart(pages: Sheets) -> None:
    """A sheet for each chapter of the method outside the total, every line with the range of its factor."""
    for code in chapters_of(pages.inventory):
        title = chapter_title(code)
        heads = [Column(pages.word("item"), _NAME), Column(pages.say("official_amount"), _NUMBER), Column(pages.word("unit"), _TEXT)]  # fmt: skip
        heads += [
            Column(f"{pages.word(name)}\n({pages.unit} CO₂e)", _NUMBER)
            for name in ("emission", "low", "high")
        ]
        heads += [Column(pages.word("check"), _TEXT), Column(pages.word("factor"), _NAME)]
        body = [
            [
                Cell(pages.name("item", row["item"])), Cell(row["amount"], "amount"), Cell(pages.name("unit", row["unit"])),
                *(pages.number(row[name]) for name in ("emission", "low", "high")),
                Cell(pages.say(f"check_{row['check']}")), Cell(row["factors"]),
            ]
            for row in chapter_table(pages.inventory, code).to_dicts()
        ]  # fmt: skip
        pages.book.page(
            title, title, heads, body, above=[pages.say("official_ours"), pages.say("chapter_range")]
        )


def left_out(pages: Sheets) -> None:
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
        below=[] if body else [pages.say("official_left_none")],
    )
