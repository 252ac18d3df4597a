"""Options that several analyses share, and texts of options as lists and pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tanheng.activity import Finding
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.options import Option, OptionWrong

if TYPE_CHECKING:
    from tanheng.drivers import Spread

DRAWN = 6
"""Charts of series or places that a document holds; its tables have all."""
_COMMAS = re.compile(r"[,，;；\n]")
_BREAKS = re.compile(r"[;；\n]")

FILE = Option("file", "file", "数据表", "table", needed=True, source="tables")
PERIOD = Option("period", "text", "时期列", "column of the period", needed=True, source="columns")
PLACE = Option(
    "place",
    "text",
    "地区列，各地区分别计算",
    "column of the place; each is taken apart",
    default="",
    source="columns",
)
EACH_PLACE = Option(
    "place",
    "text",
    "地区列，每个地区一行",
    "column of the place, a row for each",
    needed=True,
    source="columns",
)
DEFLATOR = Option("deflator", "pairs", "金额列及其平减指数列：列=列", "columns of money and of their price index: COLUMN=COLUMN", default="", source="columns", then="columns")  # fmt: skip
FIRST = Option("from", "text", "起始时期", "first period", default="", source="values:period")
LAST = Option("to", "text", "终止时期", "last period", default="", source="values:period")
FIRST_YEAR = Option("from", "year", "起始年", "first year", least=1900, most=2200, source="observed")
LAST_YEAR = Option("to", "year", "终止年", "last year", least=1900, most=2200, source="observed")
WHERE = Option(
    "where",
    "pairs",
    "只取这些行：列=值",
    "only these rows: COLUMN=VALUE",
    default="",
    source="columns",
    then="values",
)
REAL = Option(
    "real", "texts", "不变价的金额列", "columns of money at constant prices", default="", source="columns"
)
NOMINAL = Option("nominal", "texts", "仍按现价计算的金额列，结果注明", "columns of money taken at current prices; the result says so", default="", source="columns")  # fmt: skip
BREAKS = Option(
    "breaks",
    "texts",
    "断点：新序列的首个时期",
    "breaks: first periods of a new series",
    default="",
    source="values:period",
)
SEED = Option("seed", "count", "随机种子", "seed", default=0, least=0, most=2**31 - 1)
SHARES = Option("shares", "texts", "构成列（同一单位的量或占比）", "columns of the structure: amounts of one unit, or shares", default="", source="columns")  # fmt: skip
NEAREST = Option("nearest", "count", "同类个数", "number of peers", default=5, least=1, most=1000)


def listed(asked: str | Sequence[str]) -> list[str]:
    """Names of a list, which may hold commas, or of a text with commas or lines between them.

    Examples
    --------
    >>> listed("人口，GDP/人口, "), listed(["消费,其他 ", ""])
    (['人口', 'GDP/人口'], ['消费,其他'])
    """
    names = _COMMAS.split(asked) if isinstance(asked, str) else asked
    return [name.strip() for name in names if name.strip()]


def lines(text: str) -> list[str]:
    """Texts that may hold commas, with semicolons or lines between them.

    Examples
    --------
    >>> lines("normalisation=z-score:10,2; weights=equal")
    ['normalisation=z-score:10,2', 'weights=equal']
    """
    return [one.strip() for one in _BREAKS.split(text) if one.strip()]


def paired(option: str, texts: Sequence[str]) -> dict[str, str]:
    """What stands before and after the sign of equality.

    Raises
    ------
    OptionWrong
        For a text without one.

    Examples
    --------
    >>> paired("where", ["省=四川"])
    {'省': '四川'}
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise OptionWrong(name=option, detail_zh=f"“{text}”应为 名=值", detail_en=f"'{text}' should be NAME=VALUE")  # fmt: skip
        found[name.strip()] = value.strip()
    return found


def spreads(texts: Sequence[str]) -> dict[str, Spread]:
    """Half-widths of 95 % intervals by column, ``co2=5%`` or ``co2=5%:steady``.

    Examples
    --------
    >>> spreads(["co2=5%:steady"])
    {'co2': Spread(half=0.05, steady=True)}
    """
    from tanheng.drivers import Spread

    found = {}
    for name, text in paired("uncertainty", texts).items():
        spread = Spread.read(text)
        if spread is None:
            raise OptionWrong(
                name="uncertainty", detail_zh=f"“{text}”应为 5% 或 5%:steady", detail_en=f"'{text}' should be 5% or 5%:steady"
            )  # fmt: skip
        found[name] = spread
    return found


def year_of(option: str, text: str) -> int:
    """A year of four digits."""
    if not (text.isdigit() and len(text) == 4):
        raise OptionWrong(name=option, detail_zh=f"“{text}”不是年份", detail_en=f"'{text}' is no year")
    return int(text)


def said(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What is to be said beside a result."""
    return tuple(one.message() for one in findings)


def more_drawn(count: int) -> list[str]:
    """That there are more series or places than charts."""
    left = count - DRAWN
    if left <= 0:
        return []
    return [
        say(
            f"图只画前 {DRAWN} 个，另有 {left} 个见表。",
            f"Charts show the first {DRAWN}; the tables have {left} more.",
        )
    ]
