"""Options that several commands share, each told once, and how their texts are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import PATH, Usage, say, writing

if TYPE_CHECKING:
    from tanheng.activity import Finding


def _options(seed: int, draws: tuple[int, int, int]) -> dict[str, Callable[..., Any]]:
    """Every shared option by its name, in the language of the run."""
    least, most, usual = draws
    return {
        "period": click.option("--period", required=True, metavar="COLUMN", help=say("时期列", "column of the period")),
        "place": click.option("--place", default="", metavar="COLUMN", help=say("地区列，各地区分别计算", "column of the place; each is taken apart")),
        "each_place": click.option("--place", required=True, metavar="COLUMN", help=say("地区列，每个地区一行", "column of the place, a row for each")),
        "from": click.option("--from", "first", help=say("起始时期", "first period")),
        "to": click.option("--to", "last", help=say("终止时期", "last period")),
        "where": click.option("--where", multiple=True, metavar="COLUMN=VALUE", help=say("只取这些行，可重复", "only these rows, repeatable")),
        "real": click.option("--real", multiple=True, metavar="COLUMN", help=say("不变价的金额列", "column of money at constant prices")),
        "nominal": click.option("--nominal", multiple=True, metavar="COLUMN", help=say("仍按现价计算的金额列，结果注明", "column of money taken at current prices; the result says so")),
        "deflator": click.option("--deflator", multiple=True, metavar="COLUMN=INDEX", help=say("金额列及其平减指数列", "column of money and of its price index")),
        "break": click.option("--break", "breaks", multiple=True, metavar="PERIOD", help=say("断点：新序列的首个时期", "break: first period of a new series")),
        "emission": click.option("--emission", required=True, metavar="COLUMN", help=say("排放列", "column of the emission")),
        "shares": click.option("--shares", default="", metavar="A,B,C", help=say("构成列（同一单位的量或占比）", "columns of the structure: amounts of one unit, or shares")),
        "nearest": click.option("--nearest", type=click.IntRange(1, 1000), default=5, show_default=True, help=say("同类个数", "number of peers")),
        "seed": click.option("--seed", type=click.IntRange(min=0), default=seed, show_default=True, help=say("随机种子", "seed")),
        "draws": click.option("--draws", type=click.IntRange(least, most), default=usual, show_default=True, help=say("抽样次数", "number of draws")),
        "out": click.option("--out", type=PATH, help=say("另存为 .xlsx 或 .csv", "write as .xlsx or .csv")),
        "html": click.option("--html", type=PATH, help=say("写出带图的网页", "write a page with charts")),
    }  # fmt: skip


def shared_options(
    *names: str, seed: int = 0, draws: tuple[int, int, int] = (0, 100_000, 0)
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add options by name, such as ``shared_options("period", "from", "to")``, in this order; ``draws`` are least, most and usual ones."""
    known = _options(seed, draws)

    def added(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = known[name](command)
        return command

    return added


def listed(text: str) -> list[str]:
    """Names with commas between them, half or full width."""
    return [name.strip() for name in text.replace("，", ",").split(",") if name.strip()]


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """What stands before and after the sign of equality.

    Raises
    ------
    Usage
        For a text without one.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise Usage(f"{option} “{text}”应为 名=值", f"{option} '{text}' should be NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


def tell(findings: Sequence[Finding]) -> None:
    """What is to be said beside a result, apart from its output."""
    for finding in findings:
        click.echo(finding.message(), err=True)


def write_page(
    path: Path | None, title: str, parts: Callable[[], Sequence[str]], findings: Sequence[Finding] = ()
) -> None:
    """Write a page of its own of the charts and tables that ``parts`` makes, and what is to be said; nothing without a path."""
    from tanheng.charts import page

    if path is not None:
        with writing(path) as target:
            target.write_text(page(title, parts(), [one.message() for one in findings]), encoding="utf-8")
