"""What a column of an unknown sheet is, by its heading and by what stands below it."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tanheng.activity.clean import is_blank, item_of, number_of, region_of, sector_of, unit_of
from tanheng.activity.mapping.sheet import KEEP, LONGEST, PART, Column
from tanheng.activity.periods import parse_period
from tanheng.activity.reading.headers import joined_headings, stacked_headings, unit_in
from tanheng.activity.reading.titles import is_unit
from tanheng.activity.schema import canonical_column, columns, map_header, squeeze
from tanheng.activity.text import one_line
from tanheng.codes import codelist, items
from tanheng.errors import language

_MOST, _HALF, _CLOSE = 0.8, 0.5, 0.62
_LOOKED_AT = 50
"""Rows below a heading that tell whether it is one."""
_DATED = re.compile(r"(?:年|年份|年度|时期|日期|period|year|date)$", re.IGNORECASE)
_PART = re.compile(r"^[#＃]|^其中|^of which", re.IGNORECASE)
_MATERIAL = re.compile(r"原料|材料|feedstock|raw material|non-energy", re.IGNORECASE)
"""What a part of an amount is used as where it is not burnt."""
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z ,.&'/-]*$")
"""The English name that a yearbook puts behind the Chinese one."""
_NO_AMOUNT = re.compile(r"元|率|比|系数|单耗|强度|额|库存|折标")
"""Numbers beside an amount that are none: money, shares, factors, stocks."""


def said(zh: str, en: str) -> str:
    """A reason in the language of messages."""
    return zh if language() == "zh" else en


def guess_columns(heads: Sequence[Sequence[str]], below: Sequence[Sequence[str]]) -> list[Column]:
    """One suggestion for each column that has a heading or holds something; ``heads`` are the rows of headings.

    Where they are several, what stands above says what the columns below it have in common: a fuel above years, a year
    above fuels.

    Examples
    --------
    >>> [one.use for one in guess_columns([["企业", "煤", "备注"]], [["甲", "5", "x"], ["乙", "6", ""]])]
    ['entity', 'amount', 'note']
    >>> [(one.item, one.period, one.unit) for one in guess_columns(
    ...     [["地区", "煤炭（万吨）", "煤炭（万吨）"], ["地区", "2019", "2020"]], [["四川", "5", "6"], ["重庆", "7", "8"]])][1:]
    [('coal', '2019', '万吨'), ('coal', '2020', '万吨')]
    """
    low = functools.reduce(joined_headings, heads[1:], [cell.strip() for cell in heads[0]])
    places = map_header(low)
    exact = {at: name for name, at in places.items() if name != "entity" or at != places.get("region")}
    if "entity" in places:
        exact[places["entity"]] = "entity"
    stacked = stacked_headings(heads)
    made = []
    width = max([len(low), *(len(cells) for cells in below[:50])])
    for at in range(width):
        texts = [cells[at] for cells in below if at < len(cells) and not is_blank(cells[at])]
        shown = stacked[at] if at < len(stacked) else ""
        if shown or texts:
            heading = low[at] if at < len(low) else ""
            above = [row[at].strip() for row in reversed(heads[:-1]) if at < len(row) and row[at].strip()]
            made.append(
                _column(Column(at + 1, one_line(shown, LONGEST)), heading, above, texts, exact.get(at))
            )
    return _settled(made)


def is_data(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row says in some column what the rows below it say: a number, a unit, an item, a sector or a region.

    A year above numbers may be the heading of a wide table and tells nothing.

    Examples
    --------
    >>> is_data(["甲", "2021", "煤", "100"], [["乙", "2021", "石油", "5"]])
    True
    >>> is_data(["企业", "能源", "2021", "2022"], [["乙", "石油", "5", "6"]])
    False
    """
    for at, cell in enumerate(cells):
        kind = next((test for test in _KINDS if not is_blank(cell) and test(cell)), None)
        texts = [row[at] for row in below[:_LOOKED_AT] if at < len(row) and not is_blank(row[at])]
        if kind and texts and _share(list(dict.fromkeys(texts)), kind) >= _MOST:
            return True
    return False


def _is_amount(text: str) -> bool:
    return number_of(text) is not None and parse_period(text) is None


def _is_item(text: str) -> bool:
    return len(items().codes.match(text)) == 1


def _is_sector(text: str) -> bool:
    return sector_of(text) in codelist("sectors")


def _column(
    base: Column, heading: str, above: Sequence[str], texts: Sequence[str], exact: str | None
) -> Column:
    """What a column is, by its lowest heading, those above it from the nearest on, and what it holds."""
    numeric = _share(texts, lambda text: number_of(text) is not None)
    base = replace(base, filled=len(texts))
    bare = heading.split("\n", maxsplit=1)[0]
    group = above[0] if above else ""
    unit = next((found for found in map(unit_in, (heading, *above)) if found), "")
    named = _wide_item(bare, unit)
    period = _wide_period(bare, unit)
    if numeric >= _MOST and (named or period or _speaks_of_amounts(bare) or is_unit(bare)):
        named = named or next(filter(None, (_wide_item(one, unit_in(one)) for one in above)), "")
        period = period or next(filter(None, (_wide_period(one, unit_in(one)) for one in above)), "")
    if named and period and numeric >= _MOST:
        reason = said("列名是品种与时期，下面是数", "the headings are an item and a period above numbers")
        return replace(
            base, use="amount", item=named, period=period, unit=unit, confidence=0.95, reason=reason
        )
    if period and numeric >= _MOST and exact != "period":
        reason = said("列名是时期，下面是数", "the heading is a period above numbers")
        return replace(base, use="amount", period=period, unit=unit, confidence=0.95, reason=reason)
    if named and numeric >= _MOST and exact != "amount":
        reason = said("列名是品种，下面是数", "the heading is an item above numbers")
        return replace(base, use="amount", item=named, unit=unit, confidence=0.9, reason=reason)
    if exact:
        stated = unit if exact == "amount" else ""
        reason = said("列名相同", "the heading is a known name")
        return replace(base, use=exact, unit=stated, confidence=1.0, reason=reason)
    if texts and numeric >= _HALF and _MATERIAL.search(bare) and (_PART.search(bare) or _PART.search(group)):
        reason = said(
            "数量中用作原料、材料的部分，分出", "the part of the amount that is used as material, taken out"
        )
        kind = "non_energy_use"
        return replace(base, use=PART, unit=unit, activity=kind, confidence=0.6, reason=reason)
    close, ratio = _close(bare)
    if close and _may_be(close, texts, numeric):
        title = columns()[close]
        return replace(
            base,
            use=close,
            unit=unit if close == "amount" else "",
            confidence=round(ratio * 0.9, 2),
            reason=said(f"列名接近“{title['name_zh']}”", f"the heading is close to '{title['name_en']}'"),
        )
    if texts and numeric >= _MOST and (_speaks_of_amounts(bare) or _speaks_of_amounts(group)):
        reason = said("列名说的是用量，下面是数", "the heading speaks of an amount above numbers")
        sure = 0.4 if _PART.match(bare) else 0.55
        return replace(base, use="amount", unit=unit, confidence=sure, reason=reason)
    return _by_values(base, texts, numeric, unit)


@functools.lru_cache(maxsize=4096)
def _speaks_of_amounts(heading: str) -> bool:
    """Whether a heading holds a word for amounts, such as 消费 or 用量, and none for something beside them."""
    squeezed = squeeze(heading)
    return not _NO_AMOUNT.search(squeezed) and any(word in squeezed for word in _amount_stems())


@functools.cache
def _amount_stems() -> frozenset[str]:
    row = columns()["amount"]
    names = {squeeze(one).removesuffix("量") for one in (row["name_zh"], *row["aliases"].split("|"))}
    return frozenset(one for one in names if len(one) > 1)


def _by_values(base: Column, texts: Sequence[str], numeric: float, unit: str) -> Column:
    """What a column is by what stands in it."""
    distinct = list(dict.fromkeys(texts))[:200]
    dated = bool(_DATED.search(squeeze(base.heading)))
    tests: tuple[tuple[str, float, Callable[[str], bool], str], ...] = (
        ("unit", 0.7, _names_unit, said("内容是单位", "it holds units")),
        (
            "item",
            0.7,
            _is_item,
            said("内容是品种", "it holds items"),
        ),
        (
            "sector",
            0.65,
            _is_sector,
            said("内容是部门", "it holds sectors"),
        ),
        (
            "period",
            0.6,
            lambda text: parse_period(text) is not None and (dated or number_of(text) is None),
            said("内容是时期", "it holds periods"),
        ),
        ("entity", 0.5, _names_region, said("内容是地区", "it holds regions")),
    )
    for use, confidence, test, reason in tests:
        if distinct and _share(distinct, test) >= _MOST:
            return replace(base, use=use, confidence=confidence, reason=reason)
    if texts and numeric >= _MOST:
        if unit:
            reason = said("数，列名有单位", "numbers under a unit")
            return replace(base, use="amount", unit=unit, confidence=0.6, reason=reason)
        return replace(base, confidence=0.2, reason=said("数，不知是什么", "numbers of unknown meaning"))
    if texts and base.heading:
        reason = said("保留为维度", "kept as a dimension")
        return replace(base, use=KEEP, confidence=0.3, reason=reason)
    return replace(base, reason=said("空列或无列名", "empty or without a heading"))


def _names_unit(text: str) -> bool:
    return number_of(text) is None and unit_of(text) is not None


def _names_region(text: str) -> bool:
    return number_of(text) is None and region_of(text) is not None


_KINDS: tuple[Callable[[str], bool], ...] = (_is_amount, _names_unit, _is_item, _is_sector, _names_region)
"""What a cell of data may be, and a heading above cells of the same kind is not."""


def _settled(made: Sequence[Column]) -> list[Column]:
    """Each meaning once, but for amounts of a wide table: the surest column wins, others are kept apart."""
    found = list(made)
    wide = [one for one in found if one.use == "amount" and (one.item or one.period)]
    for use in {one.use for one in found} - {"", KEEP, PART}:
        rivals = [one for one in found if one.use == use]
        if use == "amount" and wide:
            rivals = [one for one in rivals if one not in wide]
            keeper = None
        else:
            keeper = max(rivals, key=lambda one: (one.confidence, -one.column), default=None)
        for one in rivals:
            if one is not keeper:
                other = "" if use in {"amount", "unit"} else KEEP
                title = columns()[use]
                reason = said(
                    f"另有更像“{title['name_zh']}”的列",
                    f"another column is more likely the {title['name_en']}",
                )
                found[found.index(one)] = replace(one, use=other, confidence=0.2, reason=reason)
    return [_of_amount(one, found) if one.use == PART else one for one in found]


def _of_amount(part: Column, made: Sequence[Column]) -> Column:
    """A part with the column of amounts that it belongs to: the nearest before it, else the first."""
    amounts = [one.column for one in made if one.use == "amount"]
    if not amounts:
        return replace(part, use="", activity="", confidence=0.2)
    return replace(part, of=max((one for one in amounts if one < part.column), default=amounts[0]))


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for text in texts if test(text)) / len(texts) if texts else 0.0


def _wide_period(heading: str, unit: str) -> str:
    text = re.sub(r"[(（\[].*", "", heading) if unit else heading
    return parse_period(text.strip()) or ""


@functools.lru_cache(maxsize=4096)
def _wide_item(heading: str, unit: str) -> str:
    text = heading.replace(unit, "").strip("()（）[]【】/／ ") if unit else heading
    plain = _BRACKETS.sub("", heading).strip()
    native = _LATIN.sub("", plain).strip()
    names = [more for one in (text, plain, native) for more in (one, _amount_words().sub("", one))]
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
