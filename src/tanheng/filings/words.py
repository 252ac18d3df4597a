"""Words of a report in both languages: the catalogue of terms, the report's own sentences, names of codes."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from tanheng.codes import codelist, item_name, normalise, regions, term
from tanheng.errors import Lang, use_language
from tanheng.filings.markup import Both, Markup, escape

T = TypeVar("T")
COLON = Both("：", ": ")
_LISTS = {"sector": "sectors", "scope": "scopes", "gas": "gases"}


def template(name: str) -> Traversable:
    """A part of the report's template."""
    return files("tanheng.packs") / "templates" / "report" / name


@functools.cache
def sentences() -> dict[str, Both]:
    """The report's own sentences by key.

    Examples
    --------
    >>> sentences()["no_findings"].en
    'The checks found nothing.'
    """
    with template("sentences.csv").open(encoding="utf-8") as stream:
        return {row["key"]: Both(row["zh"], row["en"]) for row in csv.DictReader(stream)}


def said(key: str, **fields: str | int | Both) -> Both:
    """A sentence of the report with its places filled.

    Parameters
    ----------
    key : str
        Key of the sentence.
    **fields
        Text (escaped), markup, counts, or pairs of languages.

    Examples
    --------
    >>> said("rows_more", count=3).en
    '3 more rows are not shown here; the workbook (inventory.xlsx) has all of them.'
    """
    sentence = sentences()[key]
    return Both(_filled(sentence.zh, fields, "zh"), _filled(sentence.en, fields, "en"))


def _filled(text: str, fields: Mapping[str, str | int | Both], lang: Lang) -> Markup:
    shown = {name: _one(value, lang) for name, value in fields.items()}
    return Markup(escape(text).format_map(shown))


def _one(value: str | int | Both, lang: Lang) -> Markup:
    if isinstance(value, Both):
        return escape(value.zh if lang == "zh" else value.en)
    return escape(f"{value:,}" if isinstance(value, int) else value)


def word(code: str) -> Both:
    """A term of the catalogue, as a heading.

    Examples
    --------
    >>> word("emission")
    Both(zh='排放量', en='Emission')
    """
    english = term(code, "en")
    return Both(term(code, "zh"), english[:1].upper() + english[1:])


def within(name: Both) -> Both:
    """A name as it stands within a sentence: English names of things begin small there.

    Examples
    --------
    >>> within(Both("天然气", "Natural gas")).en, within(Both("液化石油气", "LPG")).en
    ('natural gas', 'LPG')
    """
    second = name.en[1:2]
    return Both(name.zh, name.en[:1].lower() + name.en[1:]) if second.islower() else name


def brief(name: Both) -> Both:
    """A name without the explanation that follows its colon.

    Examples
    --------
    >>> brief(Both("范围一：直接排放", "Scope 1: direct emissions"))
    Both(zh='范围一', en='Scope 1')
    """
    return Both(name.zh.split("：")[0], name.en.split(": ")[0])


def listed(names: Sequence[Both]) -> Both:
    """Names one after the other.

    Examples
    --------
    >>> listed([Both("煤炭", "Coal"), Both("石油", "petroleum"), Both("电力", "electricity")])
    Both(zh='煤炭、石油、电力', en='Coal, petroleum and electricity')
    """
    *first, last = (name.en for name in names)
    return Both(
        "、".join(name.zh for name in names), " and ".join([", ".join(first), last]) if first else last
    )


def name_of(dimension: str, code: str) -> Both:
    """The name of a value of a dimension: an item, sector, scope, gas or entity; else the value itself.

    Examples
    --------
    >>> name_of("item", "coal"), name_of("sector", "industry").en, name_of("entity", "四川省").en
    (Both(zh='煤炭', en='Coal'), 'Industry', 'Sichuan (四川省)')
    """
    if dimension == "item":
        return Both(item_name(code, "zh"), item_name(code, "en"))
    if dimension == "entity":
        return _entity(code)
    if dimension == "gas":
        return _gas(code)
    known = _LISTS.get(dimension)
    if known and code in codelist(known):
        return Both(codelist(known).label(code, "zh"), codelist(known).label(code, "en"))
    return Both(code, code)


def _entity(name: str) -> Both:
    english = _places().get(normalise(name), "")
    return Both(name, f"{english} ({name})" if english else name)


@functools.cache
def _places() -> dict[str, str]:
    """English names of provinces and cities by their Chinese ones; districts have none."""
    places = [*regions("city"), *regions("province")]
    return {
        normalise(name): place.name_en
        for place in places
        for name in (place.name_zh, *place.aliases)
        if place.name_en
    }


def _gas(code: str) -> Both:
    """Gases go by their formula; methane also says where it comes from."""
    formula, _, origin = code.partition("_")
    shown = formula.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) if len(formula) <= 4 else formula
    if not origin or code not in codelist("gases"):
        return Both(shown, shown)
    return Both(f"{shown}（{term(origin, 'zh')}）", f"{shown} ({term(origin, 'en')})")


def in_both(make: Callable[[], T]) -> tuple[T, T]:
    """What a function gives when the language is Chinese, and when it is English.

    Examples
    --------
    >>> from tanheng.errors import language
    >>> in_both(language)
    ('zh', 'en')
    """

    def speak(lang: Lang) -> T:
        use_language(lang)
        return make()

    return copy_context().run(speak, "zh"), copy_context().run(speak, "en")


def pair(texts: Mapping[str, Any] | None) -> Both:
    """A pair of languages that a pack holds as ``{zh, en}``."""
    texts = texts or {}
    return Both(str(texts.get("zh") or ""), str(texts.get("en") or texts.get("zh") or ""))
