"""Words of a report in both languages: the catalogue of terms, the report's own sentences, names of codes."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from tanheng.codes import code_lists, codelist, item_name, normalise, regions, term, terms
from tanheng.codes.wording import Both, gas_name, unit_name, wording
from tanheng.errors import LANGS, Lang, counted, use_language
from tanheng.filings.page.markup import Markup, escape

T = TypeVar("T")
_CODE = re.compile(r"^\[[A-Z]-\d+\] ")
_SENTENCE = re.compile(r".+?(?:。|\.(?:\s+|$)|$)", re.S)
_COMMAND = re.compile(r"`|(?<!\S)--\w")
COLON = Both("：", ": ")
_LISTS = {"sector": "sectors", "scope": "scopes", "equipment": "equipment"}


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
    >>> said("rows_more", count=1).en
    '1 more row is not shown here; the workbook (inventory.xlsx) has all of them.'
    """
    sentence = sentences()[key]
    return Both(_filled(sentence.zh, fields, "zh"), counted(_filled(sentence.en, fields, "en")))


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


def called(dimension: str) -> Both:
    """What a dimension is called, as a heading; a category list is the category.

    Examples
    --------
    >>> called("sector").en, called("provincial2011").zh
    ('Sector', '类别')
    """
    return word(dimension if dimension in terms() else "category")


def within(name: Both) -> Both:
    """A name as it stands within a sentence: English names of things begin small there.

    Examples
    --------
    >>> within(Both("天然气", "Natural gas")).en, within(Both("液化石油气", "LPG")).en
    ('natural gas', 'LPG')
    """
    first, *others = name.en.split(" ")
    titled = any(word[:1].isupper() and word[1:].islower() for word in others)
    return name if titled or not first[1:2].islower() else Both(name.zh, name.en[:1].lower() + name.en[1:])


def brief(name: Both) -> Both:
    """A name without the explanation that follows its colon.

    Examples
    --------
    >>> brief(Both("范围一：直接排放", "Scope 1: direct emissions"))
    Both(zh='范围一', en='Scope 1')
    """
    return Both(name.zh.split("：")[0], name.en.split(": ")[0])


def plainly(message: str) -> str:
    """A message as a document says it: without its code, and without the sentences that name a command.

    Examples
    --------
    >>> plainly("[I-103] 缺少参数 ncv。用 `tanheng factors search x` 查看，或用 --pack 载入。")
    '缺少参数 ncv。'
    """
    sentences = _SENTENCE.findall(_CODE.sub("", message))
    return "".join(one for one in sentences if not _COMMAND.search(one)).strip()


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
    """The name of a value of a dimension: an item, sector, scope, gas, unit or entity, or a category with its code.

    Examples
    --------
    >>> name_of("item", "coal"), name_of("sector", "industry").en, name_of("entity", "四川省").en
    (Both(zh='煤炭', en='Coal'), 'Industry', 'Sichuan (四川省)')
    >>> name_of("provincial2011", "P2.1").zh
    'P2.1 水泥生产过程'
    """
    if dimension in {"item", "part"}:
        return Both(item_name(code, "zh"), item_name(code, "en"))
    if dimension == "entity":
        return _entity(code)
    if dimension == "gas":
        return gas_name(code)
    if dimension == "unit":
        return unit_name(code)
    if dimension == "activity":
        return wording(code)
    known = _LISTS.get(dimension, dimension)
    if known not in code_lists():
        return Both(code, code)
    listed = codelist(known)
    meant = listed.match(code) if dimension in _LISTS else [code]
    if len(meant) != 1 or meant[0] not in listed:
        return Both(code, code)
    code = meant[0]
    if dimension in _LISTS:
        return Both(listed.label(code, "zh"), listed.label(code, "en"))
    return Both(*(f"{code} {listed.told_apart(code, lang)}" for lang in LANGS))


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
