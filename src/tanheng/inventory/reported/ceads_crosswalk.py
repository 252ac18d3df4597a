"""CEADs sectors in the categories of other lists: every tonne in exactly one category, ambiguity held one level up."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import polars as pl

from tanheng.codes import CodeList, codelist, mapping
from tanheng.errors import language
from tanheng.inventory.problems import invalid
from tanheng.inventory.reported.ceads_read import columns
from tanheng.inventory.table import Table

_GRAMS_IN_T = 1_000_000
_PARTIAL = "partial"
LISTS = ("ipcc2006", "gpc", "provincial2011")


@functools.cache
def place_of(sector: str, to: str, *, with_process: bool = False) -> tuple[str, str]:
    """The one category that holds a sector's combustion, and how: whole, above or none.

    A sector that belongs to one category, alone or with others, stands there. One that is spread over several stands in
    the nearest category above all of them. Pairs of which only a part of the sector is meant name no place. Where fuels and
    process are one number, the category of the process is one more that the sector of the process may be.

    Examples
    --------
    >>> place_of("42", "ipcc2006"), place_of("21", "ipcc2006"), place_of("43", "gpc")
    (('1.A.2.k', 'whole'), ('1.A.1', 'above'), ('II', 'above'))
    """
    targets = [one.code for one in mapping("ceads_sectors", to).targets(sector) if one.relation != _PARTIAL]
    process = _process()
    if with_process and sector == process["sector"]:
        targets.append(process[to])
    if not targets:
        return "", "none"
    if len(targets) == 1:
        return targets[0], "whole"
    above = _above_all(codelist(to), targets)
    return (above, "above") if above else ("", "none")


def _above_all(codes: CodeList, targets: list[str]) -> str:
    paths = [[one, *(row["code"] for row in codes.ancestors(one))] for one in targets]
    return next((code for code in paths[0] if all(code in path for path in paths)), "")


def crossed(
    cells: pl.DataFrame, to: str, shares: Mapping[str, Mapping[str, float]], by: tuple[str, ...], name: str
) -> Table:
    """Emissions by category of a list; see `CeadsGrid.crosswalk`."""
    if to not in LISTS:
        raise invalid("to", to, "、".join(LISTS), ", ".join(LISTS))
    _check_shares(shares, to)
    process = _process()[to]
    sectors = ["", *(sector for sector in cells.get_column("sector").unique() if sector)]
    places = {sector: place_of(sector, to) if sector else ("", "none") for sector in sectors}
    mixed = {
        sector: place_of(sector, to, with_process=True) if sector else ("", "none") for sector in sectors
    }
    is_process = pl.col("kind") == "process"
    category, how = (
        pl.when(is_process).then(pl.lit((process, "whole")[at]))
        .when(pl.col("kind") == "all").then(_chosen(mixed, at)).otherwise(_chosen(places, at))
        for at in (0, 1)
    )  # fmt: skip
    grouped = (
        cells.with_columns(category.alias("category"), how.alias("how"))
        .group_by(*by, "sector", "kind", "category", "how").agg(pl.col("mass_g").sum())
    )  # fmt: skip
    split = _split(grouped, shares, by)
    summed = split.group_by(*by, "category", "how").agg(
        (pl.col("mass_g").sum() / _GRAMS_IN_T).alias("emission")
    )
    names = {
        code: codelist(to).label(code, language()) if code else ""
        for code in summed.get_column("category").unique()
    }
    named = summed.with_columns(
        pl.col("category").replace_strict(names or {"": ""}, return_dtype=pl.String).alias("name")
    )
    return Table(
        named.select(*by, "category", "name", "how", "emission").sort(*by, "category", "how"), f"{name}: {to}"
    )


def _chosen(places: Mapping[str, tuple[str, str]], at: int) -> pl.Expr:
    known = {sector: place[at] for sector, place in places.items()}
    return pl.col("sector").replace_strict(known, return_dtype=pl.String)


def _process() -> dict[str, str]:
    return next(row for row in columns().values() if row["kind"] == "process")


def _split(
    grouped: pl.DataFrame, shares: Mapping[str, Mapping[str, float]], by: tuple[str, ...]
) -> pl.DataFrame:
    """Sectors with shares over their categories; the last one takes the rest, so that no gram is lost."""
    parts = [grouped.filter(~pl.col("sector").is_in(list(shares)) | (pl.col("kind") == "process"))]
    for sector, wanted in shares.items():
        own = grouped.filter((pl.col("sector") == sector) & (pl.col("kind") != "process"))
        left = own
        for place, (code, share) in enumerate(wanted.items(), 1):
            mass = pl.col("mass_g")
            part = left.get_column("mass_g") if place == len(wanted) else own.select((mass * share).round(0).cast(pl.Int64)).to_series()  # fmt: skip
            parts.append(
                own.with_columns(
                    part.alias("mass_g"), pl.lit(code).alias("category"), pl.lit("shared").alias("how")
                )
            )
            left = left.with_columns((left.get_column("mass_g") - part).alias("mass_g"))
    return pl.concat(parts)


def _check_shares(shares: Mapping[str, Mapping[str, float]], to: str) -> None:
    for sector, wanted in shares.items():
        known = {one.code for one in mapping("ceads_sectors", to).targets(sector)}
        if (
            not set(wanted) <= known
            or abs(sum(wanted.values()) - 1) > 1e-9
            or min(wanted.values(), default=0) < 0
        ):
            listed = ", ".join(sorted(known))
            raise invalid(
                "shares", {sector: dict(wanted)}, f"合计为 1 的非负占比，类别取自 {listed}", f"shares of 0 or more that add up to 1 over {listed}"
            )  # fmt: skip
