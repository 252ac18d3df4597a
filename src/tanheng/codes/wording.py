"""How texts of packs, units and formulas read for people: each in Chinese and in English, without code names."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from tanheng.codes.pack import descriptor, read_rows
from tanheng.codes.terms import term, terms
from tanheng.errors import language
from tanheng.quantities import gases
from tanheng.quantities import read_rows as unit_rows

_TEMPLATES = files("tanheng.packs") / "templates"
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ATOM = re.compile(r"[^/*()·\s]+")
_SCALE = re.compile(r"^(?P<zh>[十百千万亿]+)(?P<base>.+)$|^e(?P<power>\d+)(?P<symbol>.+)$")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_NAMED = {"livestock", "population", "fleet", "count", "time", "share"}
_SUBSTANCE = re.compile(r"^(?P<mass>kg|t|g)(?P<gas>[A-Z][A-Za-z0-9_]*)$")
_FORMULA = re.compile(r"^(?:HFC|PFC|HCFC)(?=\d)")
_NUMBER = re.compile(r"^(?P<value>[-+\d.eE]+) (?P<unit>\S.*)$")
_SYMBOL = re.compile(r"[a-z_][a-z0-9_]*")
_ENDS = re.compile(r"((?<!\bno)\.\s+|;\s+|\s\|\s|\.$)")
_MARKS = {".": "。", ";": "；", "|": "；"}


@dataclass(frozen=True)
class Both:
    """One thing said in Chinese and in English."""

    zh: str
    en: str


def _table(place: object, name: str) -> Iterator[dict[str, str]]:
    with (place / name).open(encoding="utf-8") as stream:  # type: ignore[operator]
        yield from csv.DictReader(stream)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@functools.cache
def _wordings() -> tuple[dict[str, Both], list[tuple[re.Pattern[str], str, bool]]]:
    """Whole texts by their folded form, also as packs spell them, and those with places (``{}``) as patterns."""
    whole: dict[str, Both] = {}
    patterns: list[tuple[re.Pattern[str], str, bool]] = []
    for row in _table(_TEMPLATES, "wordings.csv"):
        if "{}" in row["zh"]:
            patterns += [(_pattern(row["en"]), row["zh"], True), (_pattern(row["zh"]), row["en"], False)]
        else:
            both = Both(row["zh"], row["en"])
            for text in filter(None, (row["zh"], row["en"], row["spelling"])):
                whole.setdefault(_folded(text), both)
    return whole, patterns


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("^" + r"([\w.\-/]+)".join(re.escape(part) for part in text.split("{}")) + "$", re.ASCII)


@functools.cache
def wording(text: str) -> Both:
    """A text that a pack has in one language, in both; a text without a translation stands in both as it is.

    Parameters
    ----------
    text : str
        Title, publisher or place of a document, a clause, or the source of a constant.

    Source
    ------
    packs/templates/wordings.csv: translations of the platform where the document has no English title.

    Examples
    --------
    >>> wording("Annex C table C.1"), wording("第二章，水泥生产过程").en
    (Both(zh='附录 C 表 C.1', en='Annex C table C.1'), 'chapter 2, cement')
    """
    whole, patterns = _wordings()
    if found := whole.get(_folded(text)):
        return found
    for pattern, other, is_english in patterns:
        if match := pattern.match(text):
            said = other.format(*match.groups())
            return Both(said, text) if is_english else Both(text, said)
    return Both(text, text)


def chinese(text: str) -> str:
    """A text of a pack in Chinese: itself where it is, else as the catalogue says it.

    Examples
    --------
    >>> chinese("Annex C table C.1"), chinese("第一章")
    ('附录 C 表 C.1', '第一章')
    """
    return text if _CHINESE.search(text) else wording(text).zh


def passage(text: str) -> Both:
    """A remark of several sentences: each as the catalogue says it, what it does not know as it is.

    Parameters
    ----------
    text : str
        Sentences that end with a full stop, a semicolon or a bar.

    Examples
    --------
    >>> passage("Direction: at least. Use only as a comparison.").zh
    '方向：不低于。只用于对照。'
    >>> passage("kept as the user wrote it").zh
    'kept as the user wrote it'
    """
    if (whole := wording(text)).zh != whole.en:
        return whole
    parts = [*_ENDS.split(text), ""]
    zh, en = "", ""
    for sentence, mark in zip(parts[::2], parts[1::2], strict=False):
        said = wording(sentence)
        zh += said.zh + (_MARKS.get(mark.strip(), mark) if _CHINESE.search(said.zh) else mark)
        en += said.en + mark
    return Both(zh, en)


def english(held: Mapping[str, Any], name: str) -> str:
    """A text of a pack or record in English: its own, else that of the catalogue, else itself with a mark.

    Parameters
    ----------
    held : mapping
        Holds the text under ``name`` and, where the pack has it in English, under ``name_en``.
    name : str

    Examples
    --------
    >>> english({"clause": "第一章", "clause_en": "Chapter One"}, "clause"), english({"clause": "本厂规程"}, "clause")
    ('Chapter One', '本厂规程 (in Chinese)')
    """
    text, own = str(held.get(name) or ""), str(held.get(f"{name}_en") or "")
    if own and own != text:
        return own
    said = wording(text).en
    return f"{said} (in Chinese)" if _CHINESE.search(said) else said


def list_name(name: str) -> Both:
    """What a category list is called.

    Examples
    --------
    >>> list_name("provincial2011").en
    'Rows of the provincial summary table'
    """
    found = next((one["title"] for one in descriptor()["resources"] if one["name"] == name), None)
    return Both(found["zh"], found["en"]) if found else Both(name, name)


@functools.cache
def _units() -> dict[str, Mapping[str, str]]:
    """Rows of the units by every spelling."""
    found: dict[str, Mapping[str, str]] = {}
    for row in unit_rows("units.csv"):
        for name in (row["unit"], row["name_zh"], *row["aliases"].split("|")):
            found.setdefault(name, row)
    return found


@functools.cache
def unit_name(unit: str) -> Both:
    """A unit as each language writes it: 万吨 is 10⁴ t in English, head is 头 in Chinese.

    Parameters
    ----------
    unit : str
        As data, methods and coefficient sheets have it.

    Examples
    --------
    >>> unit_name("亿kWh"), unit_name("tCH4_biogenic/head").zh, unit_name("kg/(head*year)").zh
    (Both(zh='亿千瓦时', en='10⁸ kWh'), 't CH₄（生物源）/头', 'kg/(头·年)')
    """
    text = unit.replace("**", "")
    return Both(
        _ATOM.sub(lambda atom: _atom(atom[0]).zh, text).replace("*", "·"),
        _ATOM.sub(lambda atom: _atom(atom[0]).en, text).replace("*", "·"),
    )


def unit_said(unit: str) -> str:
    """The name of a unit in the language of the run.

    Examples
    --------
    >>> unit_said("t/head")
    't/头'
    """
    return unit_name(unit).zh if language() == "zh" else unit_name(unit).en


def _atom(text: str) -> Both:
    row = _units().get(text)
    if row is not None:
        symbol = _symbol(row)
        keep = (
            row["kind"] in _NAMED
            or "_" in text
            or any(unicodedata.east_asian_width(one) == "W" for one in text)
        )
        return Both(_named(row) if keep else symbol, symbol)
    substance = _SUBSTANCE.match(text)
    if substance and substance["gas"] in gases():
        gas = gas_name(substance["gas"])
        return Both(f"{substance['mass']} {gas.zh}", f"{substance['mass']} {gas.en}")
    scaled = _SCALE.match(text)
    if scaled is None:
        return Both(text, text)
    written, base = scaled["zh"], scaled["base"] or scaled["symbol"]
    for cut in range(1, len(written or "")):  # 亿千瓦时 is 亿 of 千瓦时, not 亿千 of 瓦时
        if text[cut:] in _units():
            written, base = text[:cut], text[cut:]
            break
    power = sum(_POWERS[one] for one in written) if written else int(scaled["power"])
    row = _units().get(base)
    inner = Both(_named(row), _symbol(row)) if row is not None else _atom(base)
    raised = f"10{str(power).translate(_SUPERSCRIPT)} "
    return Both(f"{written or {4: '万', 8: '亿'}.get(power, raised)}{inner.zh}", f"{raised}{inner.en}")


def _named(row: Mapping[str, str]) -> str:
    return "%" if row["unit"] == "percent" else row["name_zh"]


def _symbol(row: Mapping[str, str]) -> str:
    if row["unit"] == "percent":
        return "%"
    substance = _SUBSTANCE.match(row["unit"])
    if substance and substance["gas"] in gases():
        return f"{substance['mass']} {gas_name(substance['gas']).en}"
    if "_" in row["unit"]:
        return row["name_en"]
    return re.sub(r"(?<=m)[23]$", lambda power: power[0].translate(_SUPERSCRIPT), row["unit"])


@functools.cache
def gas_name(code: str) -> Both:
    """A gas by its formula; methane also says where it comes from.

    Examples
    --------
    >>> gas_name("C2F6").en, gas_name("HFC23").en, gas_name("CH4_fossil")
    ('C₂F₆', 'HFC-23', Both(zh='CH₄（化石源）', en='CH₄ (fossil)'))
    """
    formula, _, origin = code.partition("_")
    family = _FORMULA.match(formula)
    shown = (
        f"{family[0]}-{formula[family.end() :]}"
        if family
        else formula.translate(_SUBSCRIPT)
        if len(formula) <= 4
        else formula
    )
    if not origin or code not in gases():
        return Both(shown, shown)
    return Both(f"{shown}（{term(origin, 'zh')}）", f"{shown} ({term(origin, 'en')})")


def column_name(text: str) -> Both:
    """A column of somebody's table, or a quotient of two: what the catalogue calls it, else its own name without underscores.

    Examples
    --------
    >>> column_name("gdp/population").zh, column_name("CO2").en, column_name("coal_use").en, column_name("人均_产出").en
    ('地区生产总值/人口', 'CO₂', 'coal use', '人均_产出')
    """
    parts = [_column(part.strip()) for part in text.split("/")]
    return Both("/".join(one.zh for one in parts), "/".join(one.en for one in parts))


def column_said(text: str) -> str:
    """The same in the language of the run."""
    return column_name(text).zh if language() == "zh" else column_name(text).en


def _column(text: str) -> Both:
    if not text.isascii():
        return Both(text, text)
    if text.lower() in terms():
        return Both(term(text.lower(), "zh"), term(text.lower(), "en"))
    gas = next((code for code in gases() if code.lower() == text.lower()), None)
    plain = " ".join(text.split("_"))
    return Both(plain, plain) if gas is None else gas_name(gas)


@functools.cache
def published(text: str) -> Both:
    """A value as its document prints it, with the name of its unit.

    Examples
    --------
    >>> published("1.2 kg/(head*year)").zh, published("44/12").zh
    ('1.2 kg/(头·年)', '44/12')
    """
    found = _NUMBER.match(text)
    if not found:
        return Both(text, text)
    unit = unit_name(found["unit"])
    return Both(f"{found['value']} {unit.zh}", f"{found['value']} {unit.en}")


@functools.cache
def _symbols() -> Mapping[str, Both]:
    rows = [
        *_table(_TEMPLATES, "symbols.csv"),
        *_table(_TEMPLATES / "activity", "parameters.csv"),
        *read_rows("parameters.csv"),
    ]
    return {row["parameter"]: Both(row["name_zh"], row["name_en"]) for row in rows}


def parameter_names() -> Mapping[str, Both]:
    """Every parameter that has a name.

    Examples
    --------
    >>> parameter_names()["wood_density"].zh
    '基本木材密度'
    """
    return _symbols()


@functools.cache
def parameter_name(name: str) -> Both:
    """The name of a parameter of a method; one of a user's own pack keeps its symbol.

    Examples
    --------
    >>> parameter_name("wood_density"), parameter_name("share_anthracite").en
    (Both(zh='基本木材密度', en='Wood density'), 'Share of anthracite')
    """
    found = _symbols().get(name)
    return Both(found.zh, found.en[:1].upper() + found.en[1:]) if found else Both(name, name)


def stated(parameters: str) -> Both:
    """Parameters that a row of activity states, by their names.

    Examples
    --------
    >>> stated("share_anthracite=10.0 %; ncv=20 GJ/t").zh
    '无烟煤占比 = 10.0 %；低位发热量 = 20 GJ/t'
    """
    parts = [part.partition("=") for part in parameters.split("; ")]
    named = [(parameter_name(name), mark, published(value)) for name, mark, value in parts]
    zh = "；".join(f"{name.zh}{' = ' if mark else ''}{value.zh}" for name, mark, value in named)
    en = "; ".join(f"{name.en}{' = ' if mark else ''}{value.en}" for name, mark, value in named)
    return Both(zh, en)


@functools.cache
def formula_text(formula: str) -> Both:
    """A formula with the names of its parameters in place of their symbols.

    Examples
    --------
    >>> formula_text("ef * (1 - carbide_slag_share)").zh
    '排放因子 × (1 − 电石渣熟料占比)'
    """
    spaced = formula.replace("**", "^").replace("*", "×").replace(" - ", " − ")

    def named(lang: str) -> str:
        def one(symbol: re.Match[str]) -> str:
            found = _symbols().get(symbol[0])
            return symbol[0] if found is None else getattr(found, lang)

        return _SYMBOL.sub(one, spaced)

    return Both(named("zh"), named("en"))
