"""The mapping assistant: which column of an unknown sheet is what, by its heading and by what stands below it."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tanheng.activity.cells import Cells, read_cells
from tanheng.activity.clean import is_blank, is_total, item_of, number_of, region_of, sector_of, unit_of
from tanheng.activity.headers import HEAD_ROWS, unit_in
from tanheng.activity.mapping import KEEP, Column, Mapping, SheetMapping, fingerprint, joined_headings
from tanheng.activity.periods import parse_period
from tanheng.activity.schema import canonical_column, columns, map_header, squeeze
from tanheng.activity.text import narrow, one_line
from tanheng.codes import CodeList, codelist, items, normalise

_SAMPLE = 2000
"""Rows that are looked at for what a column holds; all rows are counted."""
_MOST, _CLOSE, _NAME = 0.8, 0.62, 0.75
_STATED = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s)）]+)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def suggest_mapping(path: str | Path, *, sheet: str | None = None) -> Mapping:
    r"""Suggest how a file of any shape is read as a table of activity.

    Parameters
    ----------
    path : path
        Excel or CSV.
    sheet : str, optional
        One sheet only.

    Returns
    -------
    Mapping
        For every sheet its header, what each column is with a confidence (0 to 1) and the reason, units, names of items
        and sectors with the codes that they seem to mean; `SheetMapping.lost` is what would not be read. It is not
        confirmed: the user does that.

    Raises
    ------
    InputUnreadable
        When the file is no table.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text("单位名称,燃料种类,2021年（吨）,2022年（吨）\n甲厂,柴油,5,6\n乙厂,汽油,7,8", encoding="utf-8")
    ...     [one.use for one in suggest_mapping(file).sheets[0].columns]
    ['entity', 'item', 'amount', 'amount']
    """
    file = Path(path)
    pages = [one for one in read_cells(file) if sheet in (None, one.sheet)]
    return Mapping(file.name, tuple(_sheet(page) for page in pages))


def _sheet(page: Cells) -> SheetMapping:
    grid = [cells for _, cells in page.rows]
    filled = sum(1 for cells in grid if any(not is_blank(cell) for cell in cells))
    if page.hidden:
        return SheetMapping(page.sheet, use=False, reason="隐藏的工作表 hidden sheet", rows=filled)
    best: tuple[float, int, bool, list[Column]] | None = None
    for at, cells in enumerate(grid[:HEAD_ROWS]):
        for joined in (False, True) if at else (False,):
            headings = joined_headings(grid[at - 1], cells) if joined else [cell.strip() for cell in cells]
            made = _columns(headings, grid[at + 1 : at + 1 + _SAMPLE])
            score = _score(made)
            if best is None or score > best[0] + 1e-9:
                best = (score, at, joined, made)
    if best is None or best[0] < 1.5 or not any(one.use == "amount" for one in best[3]):
        return SheetMapping(page.sheet, use=False, reason="没有数量列 no column of amounts", rows=filled)
    _, at, joined, made = best
    below = grid[at + 1 :]
    counted = tuple(replace(one, filled=_count(below, one.column - 1)) for one in made)
    headings = [one.heading for one in counted]
    fixed = _fixed(page, grid[: at + 1], counted)
    found = SheetMapping(
        page.sheet, True, "", page.rows[at][0], joined, sum(1 for cells in below if any(not is_blank(cell) for cell in cells)),
        fingerprint(headings), counted, fixed, *_names(counted, below),
    )  # fmt: skip
    doubts = [f"缺少 missing: {name}" for name in found.missing]
    doubts += [f"品种未认出 unknown item: {name}" for name, code in found.items.items() if not code]
    doubts += [f"部门未认出 unknown sector: {name}" for name, code in found.sectors.items() if not code]
    return replace(found, doubts=tuple(doubts))


def _score(made: Sequence[Column]) -> float:
    """How much a header says: each meaning once, amounts of a wide table a little more."""
    best: dict[str, float] = {}
    for one in made:
        if one.use and one.use != KEEP:
            best[one.use] = max(best.get(one.use, 0.0), one.confidence)
    wide = sum(1 for one in made if one.use == "amount" and (one.item or one.period))
    return sum(best.values()) + min(wide, 10) * 0.1


def _columns(headings: Sequence[str], below: Sequence[Sequence[str]]) -> list[Column]:
    """One suggestion for each column that has a heading or holds something."""
    exact = {
        place: name
        for name, place in map_header(headings).items()
        if name != "entity" or place != map_header(headings).get("region")
    }
    if "entity" in map_header(headings):
        exact[map_header(headings)["entity"]] = "entity"
    made = []
    width = max([len(headings), *(len(cells) for cells in below[:50])])
    for place in range(width):
        heading = headings[place] if place < len(headings) else ""
        texts = [cells[place] for cells in below if place < len(cells) and not is_blank(cells[place])]
        if heading or texts:
            made.append(_column(place, heading, texts, exact.get(place)))
    return _settled(made)


def _column(place: int, heading: str, texts: Sequence[str], exact: str | None) -> Column:
    numeric = _share(texts, lambda text: number_of(text) is not None)
    base = Column(place + 1, one_line(heading, 80), filled=len(texts))
    bare = heading.split("\n", maxsplit=1)[0]
    unit = unit_in(heading)
    named = _wide_item(bare, unit)
    period = _wide_period(bare, unit)
    if period and numeric >= _MOST and exact != "period":
        return replace(
            base,
            use="amount",
            period=period,
            unit=unit,
            confidence=0.95,
            reason="列名是时期，下面是数 the heading is a period above numbers",
        )
    if named and numeric >= _MOST and exact != "amount":
        return replace(
            base,
            use="amount",
            item=named,
            unit=unit,
            confidence=0.9,
            reason="列名是品种，下面是数 the heading is an item above numbers",
        )
    if exact:
        stated = unit if exact == "amount" else ""
        return replace(
            base, use=exact, unit=stated, confidence=1.0, reason="列名相同 the heading is a known name"
        )
    close, ratio = _close(bare)
    if close and _may_be(close, texts, numeric):
        return replace(
            base,
            use=close,
            unit=unit if close == "amount" else "",
            confidence=round(ratio * 0.9, 2),
            reason=f"列名接近 the heading is close to {columns()[close]['name_zh']}",
        )
    return _by_values(base, texts, numeric, unit)


def _by_values(base: Column, texts: Sequence[str], numeric: float, unit: str) -> Column:
    """What a column is by what stands in it."""
    distinct = list(dict.fromkeys(texts))[:200]
    tests = (
        (
            "unit",
            0.7,
            lambda text: number_of(text) is None and unit_of(text) is not None,
            "内容是单位 it holds units",
        ),
        ("item", 0.7, lambda text: len(items().codes.match(text)) == 1, "内容是品种 it holds items"),
        ("sector", 0.65, lambda text: sector_of(text) in codelist("sectors"), "内容是部门 it holds sectors"),
        ("period", 0.6, lambda text: parse_period(text) is not None, "内容是时期 it holds periods"),
        (
            "entity",
            0.5,
            lambda text: number_of(text) is None and region_of(text) is not None,
            "内容是地区 it holds regions",
        ),
    )
    for use, confidence, test, reason in tests:
        if distinct and _share(distinct, test) >= _MOST:
            return replace(base, use=use, confidence=confidence, reason=reason)
    if texts and numeric >= _MOST:
        if unit:
            return replace(
                base, use="amount", unit=unit, confidence=0.6, reason="数，列名有单位 numbers under a unit"
            )
        return replace(base, use="", confidence=0.2, reason="数，不知是什么 numbers of unknown meaning")
    if texts and base.heading:
        return replace(base, use=KEEP, confidence=0.3, reason="保留为维度 kept as a dimension")
    return replace(base, use="", reason="空列或无列名 empty or without a heading")


def _settled(made: Sequence[Column]) -> list[Column]:
    """Each meaning once, but for amounts of a wide table: the surest column wins, others are kept apart."""
    found = list(made)
    wide = [one for one in found if one.use == "amount" and (one.item or one.period)]
    for use in {one.use for one in found} - {"", KEEP}:
        rivals = [one for one in found if one.use == use]
        if use == "amount" and wide:
            rivals = [one for one in rivals if one not in wide]
            keeper = None
        else:
            keeper = max(rivals, key=lambda one: (one.confidence, -one.column), default=None)
        for one in rivals:
            if one is not keeper:
                other = "" if use in {"amount", "unit"} else KEEP
                said = f"另有更像 {use} 的列 another column is more likely the {use}"
                found[found.index(one)] = replace(one, use=other, confidence=0.2, reason=said)
    return found


def _share(texts: Sequence[str], test: object) -> float:
    return sum(1 for text in texts if test(text)) / len(texts) if texts and callable(test) else 0.0


def _wide_period(heading: str, unit: str) -> str:
    text = re.sub(r"[(（\[].*", "", heading) if unit else heading
    return parse_period(text.strip()) or ""


@functools.lru_cache(maxsize=4096)
def _wide_item(heading: str, unit: str) -> str:
    text = heading.replace(unit, "").strip("()（）[]【】/／ ") if unit else heading
    names = (text, _amount_words().sub("", text))
    codes = (item_of(name) for name in names if name)
    code = next((one for one in codes if one in items()), "")
    return code if canonical_column(heading) is None else ""


@functools.cache
def _amount_words() -> re.Pattern[str]:
    """What may stand behind an item in a heading: 柴油消费量."""
    row = columns()["amount"]
    names = [row["name_zh"], *(one for one in row["aliases"].split("|") if not one.isascii())]
    return re.compile(f"(?:{'|'.join(sorted(names, key=len, reverse=True))})$")


@functools.lru_cache(maxsize=4096)
def _close(heading: str) -> tuple[str, float]:
    """The activity column whose name comes closest to a heading."""
    wanted = squeeze(heading)
    best = ("", 0.0)
    for name, row in columns().items():
        for spelling in (row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if spelling and wanted:
                ratio = difflib.SequenceMatcher(None, wanted, squeeze(spelling)).ratio()
                if wanted.endswith(squeeze(spelling)) and len(squeeze(spelling)) > 1:
                    ratio = max(ratio, 0.8)
                best = max(best, (name, ratio), key=lambda pair: pair[1])
    return best if best[1] >= _CLOSE else ("", 0.0)


def _may_be(use: str, texts: Sequence[str], numeric: float) -> bool:
    """Whether what stands in a column contradicts what its heading seems to mean."""
    if use in {"amount", "uncertainty"}:
        return numeric >= _MOST
    if use == "unit":
        return _share(texts, lambda text: unit_of(text) is not None) >= _MOST
    if use == "period":
        return _share(texts, lambda text: parse_period(text) is not None) >= _MOST
    return numeric < _MOST


def _count(below: Sequence[Sequence[str]], place: int) -> int:
    return sum(1 for cells in below if place < len(cells) and not is_blank(cells[place]))


def _fixed(page: Cells, head: Sequence[Sequence[str]], made: Sequence[Column]) -> dict[str, str]:
    """Values that hold for every row, read from titles and the name of the sheet."""
    uses = {one.use for one in made}
    texts = [page.sheet, *(cell for cells in head[:-1] for cell in cells if cell)]
    fixed: dict[str, str] = {}
    amounts = [one for one in made if one.use == "amount"]
    if "period" not in uses and not all(one.period for one in amounts):
        years = dict.fromkeys(year for text in texts for year in _YEAR.findall(narrow(text)))
        fixed["period"] = next(iter(years)) if len(years) == 1 else ""
    if "unit" not in uses and not all(one.unit for one in amounts):
        stated = [match[1] for text in texts if (match := _STATED.search(narrow(text))) and unit_of(match[1])]
        fixed["unit"] = stated[0] if stated else ""
    if not uses & {"entity", "region"}:
        named = [text for text in texts if region_of(text)]
        fixed["entity"] = named[0] if named else ""
    if "item" not in uses and not all(one.item for one in amounts):
        fixed["item"] = ""
    return fixed


def _names(made: Sequence[Column], below: Sequence[Sequence[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Texts of items and sectors with the codes that they seem to mean; those that are codes or names need none."""
    return tuple(
        _meant(_texts(made, below, use), listed)
        for use, listed in (("item", items().codes), ("sector", codelist("sectors")))
    )  # type: ignore[return-value]


def _texts(made: Sequence[Column], below: Sequence[Sequence[str]], use: str) -> list[str]:
    place = next((one.column - 1 for one in made if one.use == use), None)
    if place is None:
        return []
    found = (cells[place].strip() for cells in below if place < len(cells))
    return [text for text in dict.fromkeys(found) if text and not is_total(text) and len(text) <= 40]


def _meant(texts: Sequence[str], listed: CodeList) -> dict[str, str]:
    found = {}
    for text in texts[:500]:
        if len(listed.match(text)) != 1:
            found[text] = _near(text, listed)
    return found


def _near(text: str, listed: CodeList) -> str:
    """The code whose name is close to a text; nothing where none is."""
    bare = normalise(re.sub(r"[(（\[].*?[)）\]]", "", text))
    if len(listed.match(bare)) == 1:
        return str(listed.match(bare)[0])
    for code in listed.near(text, count=1):
        row = listed.get(code)
        names = [row.get("name_zh", ""), row.get("name_en", ""), *row.get("aliases", "").split("|")]
        ratio = max(
            difflib.SequenceMatcher(None, normalise(text), normalise(name)).ratio() for name in names if name
        )
        if ratio >= _NAME:
            return code
    return ""
