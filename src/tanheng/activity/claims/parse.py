"""From a row of the claims to a statement: forgiving about words, honest about what it cannot use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tanheng.activity.checks.base import Pair
from tanheng.activity.claims.model import CHANGE, GROWTH, RATIO, SHARE, TOTAL, VALUE, Fact, Statement
from tanheng.activity.claims.numbers import Printed, parse_printed
from tanheng.activity.claims.subjects import Context, Place, Subject, parse_subject
from tanheng.activity.claims.units import MASS, PERCENT, POINTS, TIMES, ClaimUnit, claim_unit
from tanheng.activity.claims.words import find_word, squeezed, take_out, words_of
from tanheng.activity.periods import parse_period

_CHANGES = {"growth", "decline", "increase", "decrease", "difference"}
_FORMS = {*_CHANGES, "share_of", "times"}
_BOUNDS = {"at_least", "at_most"}
_YEAR = re.compile(r"(?:19|20|21)\d{2}(?:\s*[年/.-]\s*\d{1,2}(?!\d)月?)?年?")
_RANGE = re.compile(r"^(.*\d年?)\s*(?:-|–|—|~|～|至|到|to|\|)\s*((?:19|20|21)\d{2}.*)$")
_LIST = re.compile(r"\s*[|｜;；]\s*")
_LOOSE_LIST = re.compile(r"\s*[|｜;；,，、+＋]\s*")


class Unusable(Exception):
    """A row that says nothing that can be checked, with the reason in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.pair: Pair = (zh, en)


@dataclass(frozen=True)
class Reference:
    """What the column ``other`` names: periods, subjects, or both."""

    subjects: tuple[Subject, ...] = ()
    periods: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def parse_statement(row: Mapping[str, Any], known: Context) -> Statement:
    """Understand one row.

    Raises
    ------
    Unusable
        With the reason in both languages.

    Examples
    --------
    >>> row = {"subject": "工业", "period": "2021年", "quantity": "碳排放量", "value": "2.3", "unit": "亿吨", "__row": 2}
    >>> parse_statement(row, Context()).number.value
    230000000.0
    """
    words = _relation(str(row.get("relation") or ""))
    measures, forms, about_what = _quantity(str(row.get("quantity") or ""), known)
    named, year = _without_year(str(row.get("subject") or ""))
    subject, hints = parse_subject(named, known)
    subject = _narrowed(subject, about_what)
    period, since = _period(str(row.get("period") or "") or year, known)
    other = _reference(str(row.get("other") or ""), period, known)
    unit, number = _number(row, about="about" in words)
    if number is not None and number.word:
        words = [*words, number.word]
    relation = next((word for word in words if word not in {"about", "equals"}), "equals")
    form_word = relation if relation in _FORMS else next((form for form in forms if form in _FORMS), "")
    measure = next(iter([*measures, *hints, *other.hints]), "")
    made = _Row(row, subject, period, since or next(iter(other.periods), ""), measure, other, unit, number)
    return _statement(made, relation, form_word)


@dataclass(frozen=True)
class _Row:
    row: Mapping[str, Any]
    subject: Subject
    period: str
    since: str
    measure: str
    other: Reference
    unit: ClaimUnit
    number: Printed | None


def _relation(text: str) -> list[str]:
    """Codes of a relation; several may stand together (约；最高)."""
    if not text.strip():
        return ["equals"]
    whole = find_word("relation", text)
    if whole is not None:
        return [whole]
    parts = [find_word("relation", part) for part in re.split(r"[;；,，、/|+&\s]+", text) if part]
    if parts and all(parts):
        return [part for part in parts if part]
    codes, rest = take_out("relation", squeezed(text))
    if not codes or (rest.isascii() and len(rest) > 8):
        names = "、".join(word.code for word in words_of("relation").values())
        raise Unusable(
            f"关系“{text}”无法识别，可用：{names}",
            f"relation '{text}' is not known; use one of: {names.replace('、', ', ')}",
        )
    return codes


def _quantity(text: str, known: Context) -> tuple[list[str], list[str], Place]:
    """Measures and forms that a quantity names, and the item or sector in it (天然气消费量, 用电量).

    A quantity of which nothing is known is a measure of its own.
    """
    bare = squeezed(text)
    measure = find_word("measure", text)
    if not bare or measure is not None:
        return [measure] if measure else [], [], Place()
    form = find_word("relation", text)
    if form in _FORMS:
        return [], [form], Place()
    measures, rest = take_out("measure", bare)
    found, rest = take_out("relation", rest)
    forms = [form for form in found if form in _FORMS]
    place = parse_subject(rest if measures or forms else text, known)[0].place
    if not (measures or forms or place.item):
        return [text.strip()], [], Place()
    return measures or ([] if forms else ["amount"]), forms, Place() if place.name else place


def _narrowed(subject: Subject, place: Place) -> Subject:
    """A subject with the item or sector that its quantity names, where it has none itself."""
    if subject.several or not (place.item or place.sector):
        return subject
    own = subject.place
    narrower = replace(own, item=own.item or place.item, sector=own.sector or place.sector)
    return subject if own.name else Subject((narrower,))


def _period(text: str, known: Context) -> tuple[str, str]:
    """Period of a statement, and the start of a range."""
    if not text.strip():
        return (known.periods[0] if len(known.periods) == 1 else ""), ""
    whole = parse_period(text)
    if whole is not None:
        return whole, ""
    if match := _RANGE.match(text.strip()):
        start, end = parse_period(match[1]), parse_period(match[2])
        if start and end:
            return end, start
    found = _YEAR.search(text)
    inside = parse_period(found[0].strip()) if found else None
    return inside or text.strip(), ""


def _reference(text: str, period: str, known: Context) -> Reference:
    bare = text.strip()
    if not bare:
        return Reference()
    if find_word("period", bare) == "previous_year" and period[:4].isdigit():
        return Reference(periods=(f"{int(period[:4]) - 1}{period[4:]}",))
    if match := _RANGE.match(bare):
        start, end = parse_period(match[1]), parse_period(match[2])
        if start and end:
            return Reference(periods=tuple(_years(start, end)))
    subjects: list[Subject] = []
    periods: list[str] = []
    hints: list[str] = []
    for part in _parts(bare, known):
        name, year = _without_year(part)
        if year:
            periods.append(year)
        if name:
            subject, found = parse_subject(name, known)
            subjects.append(subject)
            hints += found
    return Reference(tuple(subjects), tuple(periods), tuple(hints))


def _without_year(text: str) -> tuple[str, str]:
    """A name, and the period that is written with it (other services 2020, 2020年的工业)."""
    when = parse_period(text)
    if when is not None:
        return "", when
    found = _YEAR.search(text)
    inside = parse_period(found[0].strip()) if found else None
    if found is None or inside is None or parse_subject(text)[0].place.name == "":
        return text.strip(), ""
    return _YEAR.sub("", text, count=1).strip(" 年的"), inside


def _parts(text: str, known: Context) -> list[str]:
    parts = [part for part in _LIST.split(text) if part]
    if len(parts) == 1 and parse_subject(text, known)[0].place.name:
        parts = [part for part in _LOOSE_LIST.split(text) if part]
    return parts


def _years(start: str, end: str) -> list[str]:
    if len(start) == len(end) == 4:
        return [str(year) for year in range(int(start), int(end) + 1)]
    return [start, end]


def _number(row: Mapping[str, Any], *, about: bool) -> tuple[ClaimUnit, Printed | None]:
    """The number in canonical units, and its unit from its own column or from behind the number."""
    text = str(row.get("value") or "").strip()
    own = str(row.get("unit") or "").strip()
    parsed = parse_printed(text, about=about) if text else None
    if text and parsed is None:
        raise Unusable(f"“{text}”不是数", f"'{text}' is not a number")
    unit = claim_unit(own or (parsed[1] if parsed else ""))
    return unit, parsed[0].times(unit.factor) if parsed else None


def _statement(made: _Row, relation: str, form: str) -> Statement:
    role = relation if relation in {"max", "min", "sum_of", "greater", "less"} else ""
    number = made.number
    if role in {"greater", "less"}:
        if not (made.other.subjects or made.since):
            role, relation = "", "at_least" if relation == "greater" else "at_most"
        elif number is not None:
            form, role = ("increase" if relation == "greater" else "decrease"), ""
    if relation in _BOUNDS and number is not None:
        number = replace(number, bound=int(words_of("relation")[relation].value))
    if number is None and role not in {"max", "min", "sum_of", "greater", "less"}:
        raise Unusable("没有数值", "it has no value")
    if form in _CHANGES:
        return _change(made, relation, form, number)
    if form == "share_of" or (
        not role and made.unit.dimension == PERCENT and made.measure in {"", "emission", "amount"}
    ):
        return _share(made, relation, number, role)
    if form == "times":
        return _ratio(made, relation, number)
    fact, number = _value(made, number)
    return Statement(made.row, fact, number, made.unit, relation, role=role, rivals=_rivals(made, fact, role))


def _value(made: _Row, number: Printed | None) -> tuple[Fact, Printed | None]:
    """The fact of a plain value, with measure and dimension settled from the unit."""
    unit = made.unit
    measure = made.measure or _measure_by(unit)
    if not unit.known and measure in {"emission", "amount", "coefficient"}:
        raise Unusable(f"单位“{unit.text}”无法识别", f"unit '{unit.text}' is not known")
    dimension = unit.dimension
    if measure == "emission":
        dimension = MASS if dimension in {"", MASS, MASS + "CO2"} else dimension
    if measure == "coefficient":
        dimension = unit.text
    return Fact(made.subject, made.period, measure, dimension=dimension), number


def _measure_by(unit: ClaimUnit) -> str:
    return "emission" if unit.dimension in {"", MASS, MASS + "CO2"} else "amount"


def _rivals(made: _Row, fact: Fact, role: str) -> tuple[Fact, ...]:
    if role in {"max", "min"} and not made.other.subjects:
        return tuple(fact.value_of(period=period) for period in made.other.periods)
    periods = made.other.periods[:1] or (fact.period,)
    if role and not made.other.subjects:
        return tuple(fact.value_of(period=period) for period in periods)
    return tuple(fact.value_of(subject, periods[0]) for subject in made.other.subjects) if role else ()


def _share(made: _Row, relation: str, number: Printed | None, role: str) -> Statement:
    if number is None:
        raise Unusable("没有数值", "it has no value")
    if not made.unit.dimension:
        number = number if abs(number.value) <= 1 else number.times(0.01)
    elif made.unit.dimension not in {PERCENT, TIMES}:
        raise Unusable(
            f"占比的单位应为 %，而非“{made.unit.text}”", f"a share is in %, not in '{made.unit.text}'"
        )
    subject, whole = _whole(made)
    fact = Fact(subject, made.period, made.measure, SHARE, whole)
    rivals = (
        tuple(replace(fact, period=period) for period in made.other.periods) if role in {"max", "min"} else ()
    )
    unit = made.unit if made.unit.dimension else ClaimUnit("%", 0.01, PERCENT)
    return Statement(
        made.row, fact, number, unit, relation, role=role if role in {"max", "min"} else "", rivals=rivals
    )


def _whole(made: _Row) -> tuple[Subject, Subject]:
    """Subject and whole of a share: 'coal, share of industry' means industry's coal."""
    place = made.subject.place
    whole = made.other.subjects[0] if made.other.subjects else TOTAL
    if not made.other.subjects and place.entity and (place.sector or place.item):
        whole = Subject((Place(entity=place.entity),))
    if made.subject.several or whole.several:
        return made.subject, whole
    outer = whole.place
    if place.item and not place.sector and outer.sector and not outer.item:
        return Subject((replace(place, sector=outer.sector),)), whole
    if place.sector and not place.item and outer.item and not outer.sector:
        return Subject((replace(place, item=outer.item),)), whole
    return made.subject, whole


def _change(made: _Row, relation: str, form: str, number: Printed | None) -> Statement:
    if number is None:
        raise Unusable("没有数值", "it has no value")
    sign = int(words_of("relation")[form].value)
    unit = made.unit
    if not unit.dimension and form in {"growth", "decline"}:
        unit, number = ClaimUnit("%", 0.01, PERCENT), number.times(0.01)
    number = number.negated() if sign < 0 else number
    against = next((subject for subject in made.other.subjects if subject != made.subject), None)
    measure = made.measure or "emission"
    since = made.since if made.since != made.period else ""
    if since > made.period:
        # "2017, increase, 2021" may be read either way round: only the size counts.
        sign = 0
    if unit.dimension == PERCENT:
        fact = Fact(made.subject, made.period, measure, GROWTH, against, since)
    elif unit.dimension == POINTS:
        raise Unusable("百分点的变化暂不核对", "changes in percentage points are not checked")
    else:
        value, _ = _value(replace(made, measure=made.measure), number)
        fact = Fact(made.subject, made.period, value.measure, CHANGE, against, since, value.dimension)
    return Statement(made.row, fact, number, unit, relation, sign=sign)


def _ratio(made: _Row, relation: str, number: Printed | None) -> Statement:
    if number is None or not (made.other.subjects or made.since):
        raise Unusable("倍数需要数值和参照", "a multiple needs a value and what it is a multiple of")
    against = made.other.subjects[0] if made.other.subjects else None
    fact = Fact(made.subject, made.period, made.measure or "emission", RATIO, against, made.since)
    return Statement(made.row, fact, number, made.unit, relation)


__all__ = ["VALUE", "Reference", "Unusable", "parse_statement"]
