"""The lines of a form: what a line, a block of lines under one heading, a category and a sheet are."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from tanheng.activity.clean import parameter_range
from tanheng.codes import items
from tanheng.errors import language
from tanheng.inventory.methods.method import Method
from tanheng.quantities import parse_unit
from tanheng.quantities.units import read_rows

COLLECTED, LEFT = "collected", "use"
"""Kinds of the groups of data that a method collects, or leaves to other methods, and makes no emission of."""
REQUIRED, EITHER, OPTIONAL = "required", "either", "optional"
"""A parameter must be measured; one of several must; it may replace a default value."""
_STATES = (REQUIRED, EITHER, OPTIONAL)
MOST = 7
"""Columns of parameters beside a block; what goes beyond is written as text."""
_WORD = re.compile(r"\b[a-z]{3,}\b")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@functools.cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file of the form's pack."""
    with (files("tanheng.packs") / "templates" / "activity" / name).open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))


def say(key: str, **fields: object) -> str:
    """A sentence of the form in the language of the run.

    Examples
    --------
    >>> say("memo")
    '信息项'
    """
    row = next(one for one in table("sentences.csv") if one["key"] == key)
    return row[language()].format(**fields)


def chapter_title(code: str) -> str:
    """What a chapter of a method that is no row of its category list is called; the code where the form has no name for it.

    Examples
    --------
    >>> chapter_title("wetland")
    '湿地和蓝碳（信息项）'
    """
    key = f"chapter_{code}"
    return say(key) if any(row["key"] == key for row in table("sentences.csv")) else code


@dataclass(frozen=True)
class Need:
    """A measured parameter that a line may or must state, in a unit."""

    name: str
    unit: str
    state: str = OPTIONAL
    gas: str = ""

    @property
    def required(self) -> bool:
        """Whether the line cannot be accounted without it."""
        return self.state == REQUIRED

    @property
    def label(self) -> str:
        """Its name, with the gas where it is a factor of one gas alone and the unit does not name it."""
        return (
            f"{self.gas} {label(self.name)}" if self.gas and self.gas not in self.unit else label(self.name)
        )

    @property
    def heading(self) -> str:
        """What stands above its column: its name and the unit of the numbers below."""
        return f"{self.label}\n[{unit_name(self.unit, self.name)}]"


@dataclass(frozen=True)
class Line:
    """One line of the form; where ``item`` is empty the user takes one of ``choices``.

    ``lacking`` names the gases for which the library has no factor and none can be stated.
    """

    id: str
    item: str
    sector: str
    activity: str
    units: tuple[str, ...]
    equipment: tuple[str, ...] = ()
    equipment_needed: bool = False
    needs: tuple[Need, ...] = ()
    titles: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Lines of one sector under one heading of parameters."""

    sector: str
    lines: tuple[Line, ...]

    @property
    def needs(self) -> list[Need]:
        """Parameters of its lines, once each by name, with the strongest state that any line has it in."""
        found: dict[str, Need] = {}
        for need in (one for line in self.lines for one in line.needs):
            held = found.setdefault(need.name, need)
            state = min(held.state, need.state, key=_STATES.index)
            found[need.name] = replace(held, state=state, gas=held.gas if held.gas == need.gas else "")
        return list(found.values())

    @property
    def shown(self) -> list[Need]:
        """The parameters that have a column: those that must be measured before the others."""
        first = sorted(self.needs, key=lambda one: _STATES.index(one.state))[:MOST]
        return [need for need in self.needs if need in first]


@dataclass(frozen=True)
class Group:
    """The lines of one category; ``kind`` is memo, a chapter of its own or collected where it is no part of the total.

    ``also`` names the categories that the same lines are accounted in, ``hints`` what must be known to fill them.
    """

    code: str
    title: str
    blocks: tuple[Block, ...]
    kind: str = ""
    also: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def lines(self) -> list[Line]:
        """All lines of the category."""
        return [line for block in self.blocks for line in block.lines]


@dataclass(frozen=True)
class Chapter:
    """One sheet of the form."""

    title: str
    groups: tuple[Group, ...]

    @property
    def lines(self) -> list[Line]:
        """All lines of the sheet."""
        return [line for group in self.groups for line in group.lines]

    @property
    def slots(self) -> int:
        """Columns that its parameters take."""
        return max((len(one.shown) for group in self.groups for one in group.blocks), default=0)


def blocks_of(lines: Iterable[Line]) -> tuple[Block, ...]:
    """Lines in blocks: of one sector, with one unit for each parameter and no more parameters than there are columns."""
    found: list[list[Line]] = []
    for line in lines:
        for block in found:
            if block[0].sector == line.sector and _fits(block, line):
                block.append(line)
                break
        else:
            found.append([line])
    order = {sector: at for at, sector in enumerate(dict.fromkeys(block[0].sector for block in found))}
    found.sort(key=lambda block: order[block[0].sector])
    return tuple(Block(block[0].sector, tuple(block)) for block in found)


def _fits(block: Sequence[Line], line: Line) -> bool:
    held = {need.name: need.unit for one in block for need in one.needs}
    mine = {need.name: need.unit for need in line.needs}
    same = all(held.get(name, unit) == unit for name, unit in mine.items())
    return same and (len({**held, **mine}) <= MOST or mine.keys() <= held.keys())


def category_list(method: Method) -> str:
    """The category list by which the form is ordered: the one that most rules name, the provincial one of equals.

    Examples
    --------
    >>> from tanheng.inventory import load_method
    >>> category_list(load_method("cn-provincial-2011"))
    'provincial2011'
    """
    named = [name for rule in method.rules for name in rule.category]
    return max(
        dict.fromkeys(named), key=lambda name: (named.count(name), name == "provincial2011"), default=""
    )


@functools.cache
def _labels() -> dict[str, tuple[str, str]]:
    with (files("tanheng.packs") / "codes" / "parameters.csv").open(encoding="utf-8") as stream:
        rows = [*table("parameters.csv"), *csv.DictReader(stream)]
    return {row["parameter"]: (row["name_zh"], row["name_en"]) for row in rows}


def label(parameter: str) -> str:
    """Name of a measured parameter in the language of the run; one without a name is its own.

    Examples
    --------
    >>> label("oxidation")
    '碳氧化率'
    """
    zh, en = _labels().get(parameter, (parameter, parameter))
    return zh if language() == "zh" else en


@functools.cache
def _unit_names() -> dict[str, str]:
    return {row["unit"]: row["name_zh"] for row in read_rows("units.csv")}


def unit_name(unit: str, parameter: str = "") -> str:
    """How the form writes the unit of a parameter: symbols stay, words are in the language of the run.

    Examples
    --------
    >>> unit_name("t/(person*year)"), unit_name("fraction", "oxidation"), unit_name("fraction", "f_npr")
    ('t/(人·年)', '0–1', '0–1')
    """
    if unit == "fraction":
        return say("share" if parameter_range(parameter, unit) == (0, 1) else "ratio")
    if language() == "zh":
        return _WORD.sub(lambda word: _unit_names().get(word[0], word[0]), unit).replace("*", "·")
    return unit.replace("万", "10^4 ").replace("亿", "10^8 ")


def unit_word(unit: str) -> str:
    """A unit of amounts as it is written in the language of the run.

    Examples
    --------
    >>> unit_word("tce")
    '吨标准煤'
    """
    return _unit_names().get(unit, unit) if language() == "zh" else unit


def menu(unit: str, item: str) -> tuple[str, ...]:
    """The units that are offered for an amount whose canonical unit is ``unit``, the usual one first.

    Examples
    --------
    >>> menu("t", "diesel"), menu("GJ", "heat")[0], menu("GJ", "electricity")[0]
    (('吨', '万吨', '千克'), 'GJ', '万kWh')
    """
    kind = items().get(item).kind if item in items() else ""
    rows = {(parse_unit(row["unit"]).canonical, row["kind"]): row[language()] for row in table("units.csv")}
    return tuple((rows.get((unit, kind)) or rows.get((unit, "")) or unit).split("|"))


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return bool(_CHINESE.search(text))
