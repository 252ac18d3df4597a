"""Checking a pack against the table that describes its format, as packs/schemas/method_format.csv."""

from __future__ import annotations

import difflib
import functools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tanheng.errors import PackInvalid, UnknownUnit
from tanheng.inventory.methods.formula import Formula, FormulaError, ratio
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.quantities import parse_unit
from tanheng.schemas import schema_rows

_DECIMAL = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")
_MOST = sys.float_info.max
_ID = re.compile(r"^[a-z0-9][a-z0-9._-]*$")


@dataclass(frozen=True)
class Key:
    """One line of the format table."""

    path: str
    need: str
    type: str
    allowed: tuple[str, ...]
    meaning_zh: str
    meaning_en: str
    example: str


METHOD = "method_format.csv"


@functools.cache
def format_keys(form: str = METHOD) -> dict[str, Key]:
    """The format table by path; ``form`` is a table of packs/schemas.

    Examples
    --------
    >>> format_keys()["rules[].formula"].need
    'yes'
    """
    return {
        row["path"]: Key(
            row["path"], row["need"], row["type"], tuple(filter(None, row["allowed"].split("|"))), row["meaning_zh"], row["meaning_en"], row["example"]
        )
        for row in schema_rows(form)
    }  # fmt: skip


class PackChecker:
    """Walks a pack's data and raises at the first key that breaks the format, with its line and the mend."""

    def __init__(self, file: str, lines: dict[Path_, int], form: str = METHOD) -> None:
        self.file = file
        self.lines = lines
        self.form = form

    def error(self, at: Path_, detail: tuple[str, str], mend: tuple[str, str]) -> PackInvalid:
        """The error for one key."""
        shown = ".".join(str(step) for step in at) or "–"
        while at and at not in self.lines:
            at = at[:-1]
        line = self.lines.get(at, 1)
        return PackInvalid(file=self.file, line=line, key=shown, detail=detail, mend=mend)

    def check(self, data: Any) -> None:
        """Check the whole pack."""
        if not isinstance(data, dict):
            first = f"format: {format_keys(self.form)['format'].example}"
            raise self.error(
                (),
                ("应为键和值", "expected keys and values"),
                (f"请以 {first} 开头。", f"Begin with {first}."),
            )
        self._map(data, (), "")

    def _map(self, data: dict[str, Any], at: Path_, path: str) -> None:
        known = _keys_below(self.form, path)
        for name, value in data.items():
            key = known.get(name) or known.get("*")
            if key is None:
                near = difflib.get_close_matches(name, [k for k in known if k != "*"], n=1)
                hint = (f"是否为 {near[0]}？" if near else "", f"Did you mean {near[0]}?" if near else "")
                names = ", ".join(known)
                raise self.error(
                    (*at, name),
                    ("没有这个键", "there is no such key"),
                    (f"可用的键：{names}。{hint[0]}", f"Keys here: {names}. {hint[1]}".strip()),
                )
            self._value(value, (*at, name), key)
        for name, key in known.items():
            if key.need == "yes" and name not in data and name != "*":
                raise self.error(
                    (*at, name),
                    ("缺少此键", "this key is missing"),
                    (f"请补上，例如 {name}: {key.example}。", f"Add it, for example {name}: {key.example}."),
                )

    def _value(self, value: Any, at: Path_, key: Key) -> None:
        problem = _TYPES[key.type](value, key) if key.type in _TYPES else None
        if problem is not None:
            shown = (f"，例如 {key.example}", f"; for example {key.example}") if key.example else ("", "")
            raise self.error(
                at,
                problem,
                (f"应为{key.meaning_zh}{shown[0]}。", f"Expected: {key.meaning_en}{shown[1]}."),
            )
        if isinstance(value, dict) and key.type == "map":
            self._map(value, at, key.path)
        if key.type == "list" and _keys_below(self.form, f"{key.path}[]"):
            for place, entry in enumerate(value):
                if not isinstance(entry, dict):
                    raise self.error(
                        (*at, place),
                        ("应为键和值", "expected keys and values"),
                        ("请检查缩进。", "Check the indentation."),
                    )
                self._map(entry, (*at, place), f"{key.path}[]")


@functools.cache
def _keys_below(form: str, path: str) -> dict[str, Key]:
    """The keys that a map of the format may have, by name."""
    keys = format_keys(form)
    split = {at: at.rpartition(".") for at in keys}
    return {name: keys[at] for at, (above, _, name) in split.items() if above == path}


def _is(condition: Callable[[Any], bool], zh: str, en: str) -> Callable[[Any, Key], tuple[str, str] | None]:
    def check(value: Any, key: Key) -> tuple[str, str] | None:
        return None if condition(value) else (f"“{value}”{zh}", f"'{value}' {en}")

    return check


def _word(value: Any) -> str:
    """A word as written: YAML reads NO as false."""
    return "NO" if value is False else str(value)


def _choice(value: Any, key: Key) -> tuple[str, str] | None:
    allowed = "、".join(key.allowed)
    return (
        None
        if _word(value) in key.allowed
        else (f"“{value}”不在 {allowed} 之中", f"'{value}' is none of {', '.join(key.allowed)}")
    )


def _texts(value: Any, key: Key) -> tuple[str, str] | None:
    if not isinstance(value, list) or not value or not all(isinstance(entry, str) for entry in value):
        return "应为文字的列表", "expected a list of texts"
    wrong = [entry for entry in value if key.allowed and entry not in key.allowed]
    return _choice(wrong[0], key) if wrong else None


def _units(value: Any, key: Key) -> tuple[str, str] | None:
    if value in ([], None) or isinstance(value, dict):
        return "应为单位", "expected a unit"
    for unit in value if isinstance(value, list) else [value]:
        try:
            parse_unit(str(unit))
        except UnknownUnit:
            return f"单位“{unit}”无法识别", f"unit '{unit}' is not known"
    return None


def _formula(value: Any, key: Key) -> tuple[str, str] | None:
    try:
        Formula(str(value)) if key.type == "formula" else ratio(value)
    except FormulaError as error:
        return error.zh, str(error)
    return None


def _words(value: Any, key: Key) -> tuple[str, str] | None:
    good = (
        isinstance(value, dict)
        and set(value) == {"zh", "en"}
        and all(isinstance(text, str) and text for text in value.values())
    )
    return None if good else ("应有中文和英文", "expected Chinese and English")


def _said(value: Any, key: Key) -> tuple[str, str] | None:
    good = isinstance(value, str) and bool(value.strip())
    return (
        None
        if good or (isinstance(value, dict) and _words(value, key) is None)
        else (
            "应为文字（数字请加引号），或中文和英文",
            "expected text (numbers in quotes), or Chinese and English",
        )
    )


_TYPES: dict[str, Callable[[Any, Key], tuple[str, str] | None]] = {
    "choice": _choice,
    "id": _is(
        lambda v: isinstance(v, str) and bool(_ID.match(v)),
        "应为小写字母、数字、点和连字符",
        "must be lower-case letters, digits, dots and hyphens",
    ),
    "text": _is(
        lambda v: isinstance(v, str) and bool(v.strip()),
        "应为文字（数字请加引号）",
        "must be text (put numbers in quotes)",
    ),
    "words": _words,
    "said": _said,
    "map": _is(lambda v: isinstance(v, dict) and bool(v), "应为键和值", "must be keys and values"),
    "list": _is(lambda v: isinstance(v, list) and bool(v), "应为列表", "must be a list"),
    "number": _is(
        lambda v: isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= _MOST,
        "应为数",
        "must be a number",
    ),
    "decimal": _is(
        lambda v: isinstance(v, str) and bool(_DECIMAL.match(v)),
        "应为加引号的小数",
        "must be a decimal in quotes",
    ),
    "flag": _is(lambda v: isinstance(v, bool), "应为 true 或 false", "must be true or false"),
    "texts": _texts,
    "words_list": lambda value, key: _texts([value] if isinstance(value, str) else value, key),
    "unit": _units,
    "units": _units,
    "formula": _formula,
    "ratio": _formula,
}
