"""``tanheng drivers``: why a total changed, as effects of its factors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say, table
from tanheng.cli.options import listed, pairs, shared_options, tell, write_page

if TYPE_CHECKING:
    from tanheng.drivers import Decomposition, PlaceComparison, Spread, Step

_METHODS = ("lmdi-1", "lmdi-2", "shapley", "laspeyres")
_SHOWN = 60


@click.command(
    help=say(
        "把总量的变化分解为各因子的效应：FILE 每行为一个时期（及地区、分项），因子为列或两列之商，"
        "如 --factors 人口,GDP/人口,强度=排放/GDP。",
        "Decompose the change of a total into effects of its factors: a row of FILE is a period (of a place, of a cell); a "
        "factor is a column or a quotient, such as --factors population,gdp/population,intensity=co2/gdp.",
    )
)
@click.argument("file", type=PATH)
@click.option("--total", required=True, metavar="COLUMN", help=say("总量列", "column of the total"))
@click.option(
    "--factors",
    required=True,
    metavar="A,B,C",
    help=say("因子，相乘等于总量", "factors, which multiply to the total"),
)
@click.option(
    "--by",
    default="",
    metavar="COLUMN",
    help=say("分项列（部门、品种），可用逗号并列", "columns of cells (sector, fuel), with commas"),
)
@shared_options("period", "place")
@click.option(
    "--method", type=click.Choice(_METHODS), default="lmdi-1", show_default=True, help=say("方法", "method")
)
@click.option(
    "--form",
    type=click.Choice(["additive", "multiplicative"]),
    default="additive",
    show_default=True,
    help=say("加法或乘法形式", "additive or multiplicative"),
)
@shared_options("from", "to", "where", "real", "nominal", "deflator", "break")
@click.option(
    "--uncertainty",
    multiple=True,
    metavar="COLUMN=5%[:steady]",
    help=say(
        "列的 95 % 区间半宽；:steady 为各期同一误差",
        "half-width of the 95 % interval of a column; :steady for one error over all periods",
    ),
)
@shared_options("draws", "seed", draws=(2, 100_000, 2000))
@click.option(
    "--against",
    metavar="NAME|mean",
    help=say(
        "改为比较地区：与某地区，或与各地区平均（mean）相比；用 --from --to 取同一时期",
        "compare places instead: with one, or with their mean; --from and --to name one period",
    ),
)
@click.option(
    "--peers", default="", metavar="A,B,C", help=say("平均只取这些地区", "places of which the mean is made")
)
@shared_options("out", "html")
@common_options
def drivers(
    file: Path, *, total: str, factors: str, by: str, period: str, place: str, method: str, form: str, first: str | None,
    last: str | None, where: Sequence[str], real: Sequence[str], nominal: Sequence[str], deflator: Sequence[str],
    breaks: Sequence[str], uncertainty: Sequence[str], draws: int, seed: int, against: str | None, peers: str, out: Path | None,
    html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print the decomposition."""
    from tanheng.charts import grid
    from tanheng.drivers import compare_places, decompose

    rows = pairs("--where", where)
    if against is not None:
        if not place or uncertainty:
            raise Usage(
                "--against 需要 --place；地区之间的比较没有抽样区间，不能与 --uncertainty 同用",
                "--against needs --place; differences between places have no drawn intervals, so that it does not go with --uncertainty",
            )
        if first is not None or last is not None:
            if first != last:
                raise Usage(
                    "--against 只比较一个时期：--from 与 --to 应相同",
                    "--against compares one period: --from and --to must be the same",
                )
            rows[period] = str(first)
        compared = compare_places(
            file, total=total, factors=listed(factors), place=place, by=listed(by), against=against, peers=listed(peers),
            where=rows, method=method, form=form,  # type: ignore[arg-type]
        )  # fmt: skip
        if out is not None:
            compared.table().write(out)
        heads, rows_of = _of_places(compared)
        cells = grid(list(heads.values()), [list(row.values()) for row in rows_of])
        write_page(html, _against(compared), lambda: [*compared.charts(), cells], compared.findings)
        if as_json:
            emit_json(compared.to_dict())
        else:
            _show_places(compared)
        return OK
    found = decompose(
        file, total=total, factors=listed(factors), period=period, by=listed(by), place=place, method=method,  # type: ignore[arg-type]
        form=form, first=first, last=last, where=rows, real=real, nominal=nominal,  # type: ignore[arg-type]
        deflators=pairs("--deflator", deflator), breaks=breaks, draws=draws, seed=seed,
        uncertainty={name: _spread(text) for name, text in pairs("--uncertainty", uncertainty).items()},
    )  # fmt: skip
    if out is not None:
        found.table().write(out)
    if html is not None:
        found.to_html(html)
    if as_json:
        emit_json(found.to_dict())
    else:
        _show(found)
    return OK


def _spread(text: str) -> Spread:
    from tanheng.drivers import Spread

    found = Spread.read(text)
    if found is None:
        raise Usage(
            f"--uncertainty “{text}”应为 5% 或 5%:steady", f"--uncertainty '{text}' should be 5% or 5%:steady"
        )
    return found


def _show(found: Decomposition) -> None:
    ratio = found.form == "multiplicative"
    heads = {
        "span": say("时期", "Periods"),
        "change": say("比值", "Ratio") if ratio else say("变化", "Change"),
    }
    heads |= {f"e{at}": name_of(name) for at, name in enumerate(found.factors)}
    rest = any(abs(step.residual) > 1e-9 for steps in found.steps.values() for step in steps)
    heads |= {"residual": say("残差", "Residual")} if found.method == "laspeyres" and rest else {}
    for place, steps in list(found.steps.items())[:_SHOWN]:
        rows = [_row(step, f"{step.start}–{step.end}", ratio=ratio) for step in steps[-_SHOWN:]]
        rows.append(_row(found.chained[place], say("逐期累计", "Chained"), ratio=ratio))
        rows.append(_row(found.unchained[place], say("首末直接比较", "Last against first"), ratio=ratio))
        title = " · ".join(filter(None, [place, found.total, found.method]))
        table(rows, heads, title=title, right=tuple(heads)[1:])
        _show_by(found.chained[place], found.factors, ratio=ratio)
    if len(found.steps) > _SHOWN:
        click.echo(
            say(f"… 另有 {len(found.steps) - _SHOWN} 个地区", f"… {len(found.steps) - _SHOWN} more places")
        )
    tell(found.findings)


def _show_places(found: PlaceComparison) -> None:
    heads, rows = _of_places(found)
    table(rows[:_SHOWN], heads, title=_against(found), right=tuple(heads)[1:])
    if len(found.places) > _SHOWN:
        click.echo(
            say(f"… 另有 {len(found.places) - _SHOWN} 个地区", f"… {len(found.places) - _SHOWN} more places")
        )
    tell(found.findings)


def _against(found: PlaceComparison) -> str:
    reference = say("各地区平均", "mean of the places") if found.reference == "mean" else found.reference
    title = say("与{}（{:,.4g}）相比", "Against {} ({:,.4g})").format(reference, found.reference_value)
    return f"{title} · {found.method}"


def _of_places(found: PlaceComparison) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Heads, and a row for each place."""
    ratio = found.form == "multiplicative"
    heads = {"place": say("地区", "Place"), "value": found.total}
    heads |= {"difference": say("比值", "Ratio") if ratio else say("差", "Difference")}
    heads |= {f"e{at}": name_of(name) for at, name in enumerate(found.factors)}
    rows = [
        {
            "place": one.place, "value": f"{one.value:,.4g}", "difference": _number(one.difference, ratio=ratio),
            **{f"e{at}": _number(one.effects[name], ratio=ratio) for at, name in enumerate(found.factors)},
        }
        for one in found.places.values()
    ]  # fmt: skip
    return heads, rows


def name_of(factor: str) -> str:
    """What a factor of a table is called in the language of the run."""
    from tanheng.drivers.series import factor_said

    return factor_said(factor)


def _row(step: Step, span: str, *, ratio: bool) -> dict[str, str]:
    shown = {"span": span, "change": _number(step.change, ratio=ratio), "residual": f"{step.residual:.3g}"}
    for at, (name, effect) in enumerate(step.effects.items()):
        ranges = step.ranges.get(name)
        spread = (
            f" [{_number(ranges['p5'], ratio=ratio)}, {_number(ranges['p95'], ratio=ratio)}]"
            if ranges
            else ""
        )
        shown[f"e{at}"] = _number(effect, ratio=ratio) + spread
    return shown


def _show_by(chained: Step, factors: Sequence[str], *, ratio: bool) -> None:
    for column, values in chained.by.items():
        heads = {"value": column} | {f"e{at}": name_of(name) for at, name in enumerate(factors)}
        rows = [
            {
                "value": value,
                **{f"e{at}": _number(effects[name], ratio=ratio) for at, name in enumerate(factors)},
            }
            for value, effects in values.items()
        ]
        table(rows[:_SHOWN], heads, title=say("逐期累计，按分项", "Chained, by cell"), right=tuple(heads)[1:])


def _number(value: float, *, ratio: bool) -> str:
    return f"{value:.4f}" if ratio else f"{value:+,.4g}" if abs(value) < 1000 else f"{value:+,.0f}"
