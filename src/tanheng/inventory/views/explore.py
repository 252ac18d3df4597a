"""What a screen shows of a cube: tables with names, ± and keys, pivots, flows, trees and steps from one figure to another."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from tanheng.codes import EntityTree, code_lists, item_name, match_regions
from tanheng.errors import NotFound, language
from tanheng.inventory.categories.covering import ESTIMATED, UNANSWERED, UNMATCHED
from tanheng.inventory.cells import memo_columns, with_categories
from tanheng.inventory.problems import invalid
from tanheng.inventory.uncertainty.approaches import approach_1
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.views.tables import label
from tanheng.inventory.weights import NANO

_CODED = {"item", "part", "sector", "gas", "scope", "region", "equipment", "rule", "ceads_sector"}
_ROWS, _GROUPS, _COLUMNS = 100_000, 500, 400
"""Most rows and groups of which uncertainty is worked out while somebody waits, and most columns of a pivot."""
_NO_KEY = {ESTIMATED, UNANSWERED, UNMATCHED}
Cell = Mapping[str, str]


def seen(
    cube: Cube,
    by: Sequence[str],
    *,
    cell: Cell | None = None,
    gwp: str | None = None,
    memo: bool = False,
    uncertainty: bool = False,
    notation: bool = False,
) -> pl.DataFrame:
    """Emissions by some dimensions, with what is not counted beside them.

    Parameters
    ----------
    cube : Cube
    by, cell, gwp, memo
        As for `Cube.by`.
    uncertainty : bool
        Add the half width of the 95 % interval of each group by approach 1; memo items have none.
    notation : bool
        Add notation keys where one of ``by`` is a category list.

    Returns
    -------
    DataFrame
        The dimensions, ``emission`` [t], ``share`` [%], maybe ``mass`` [t], ``unmatched`` (cells without a coefficient;
        null where the dimensions are decided by a rule); ``uncertainty`` [%] and ``known_share`` [%]; ``notation`` and
        ``reason``. What has no figure is null, never zero.

    Raises
    ------
    CellNotFound, AmbiguousName, ArgumentInvalid, NotFound
    """
    names = cube.columns(by)
    found = cube.by(*names, cell=cell, gwp=gwp, memo=memo).to_polars()
    if not memo:
        found = _with_unmatched(cube, found, names, cell)
    if uncertainty and memo:
        found = found.with_columns(
            pl.lit(None, pl.Float64).alias(name) for name in ("uncertainty", "known_share")
        )
    elif uncertainty:
        found = _with_uncertainty(cube, found, names, cell, gwp)
    if notation:
        found = _with_keys(cube, found, names)
    return found


def _with_unmatched(cube: Cube, found: pl.DataFrame, names: Sequence[str], cell: Cell | None) -> pl.DataFrame:
    left = cube.unmatched(*names, cell=cell)
    if not names:
        return found.with_columns(left.get_column("unmatched"))
    if any(name not in left.columns for name in names):
        return found.with_columns(pl.lit(None, pl.Int64).alias("unmatched"))
    joined = found.join(left, on=list(names), how="full", coalesce=True, maintain_order="left_right")
    return joined.with_columns(pl.col("unmatched").fill_null(0))


def _with_uncertainty(
    cube: Cube, found: pl.DataFrame, names: Sequence[str], cell: Cell | None, gwp: str | None
) -> pl.DataFrame:
    rows = cube.count(cell)
    if rows > _ROWS or found.height > _GROUPS:
        said = f"{rows} × {found.height}"
        raise invalid(
            "uncertainty", said, f"至多 {_ROWS} 行、{_GROUPS} 组，请用 cell= 缩小范围",
            f"at most {_ROWS} rows and {_GROUPS} groups: narrow them by cell=",
        )  # fmt: skip
    held = cube.part(cell or {}, gwp=gwp)
    placed = with_categories(cube.frame, names, held.rows).filter(~pl.col("memo"))
    groups = placed.partition_by(names, as_dict=True) if names else {(): placed}
    widths = []
    for key, group in groups.items():
        one = approach_1(replace(held, emissions=group.select(held.emissions.columns)))
        widths.append((*key, one.relative, one.known_share))
    kinds: dict[str, Any] = {name: found.schema[name] for name in names}
    schema = kinds | {"uncertainty": pl.Float64, "known_share": pl.Float64}
    table = pl.DataFrame(widths, schema=schema, orient="row")
    if names:
        return found.join(table, on=list(names), how="left", maintain_order="left")
    return found.join(table, how="cross")


def _with_keys(cube: Cube, found: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Keys of the categories that have no figure, as rows of their own."""
    empty = found.with_columns(pl.lit(None, pl.String).alias(name) for name in ("notation", "reason"))
    lists = [name for name in names if name in cube.frame.category_lists and name in code_lists()]
    if len(lists) != 1:
        return empty
    cells = cube.collapsed().coverage(lists[0]).cells.filter(~pl.col("state").is_in([ESTIMATED, UNANSWERED]))
    gas = [name for name in names if name == "gas"]
    keys = cells.select(
        pl.col("category").alias(lists[0]),
        *gas,
        pl.when(pl.col("state").is_in(list(_NO_KEY))).then(None).otherwise(pl.col("state")).alias("notation"),
        "reason",
    ).unique(maintain_order=True)
    here = found.select(lists[0], *gas).unique()
    missing = keys.join(here, on=[lists[0], *gas], how="anti", maintain_order="left")
    return pl.concat([empty, missing], how="diagonal_relaxed")


def pivot(
    cube: Cube,
    rows: Sequence[str],
    columns: str,
    *,
    cell: Cell | None = None,
    gwp: str | None = None,
    memo: bool = False,
) -> tuple[pl.DataFrame, list[dict[str, str]]]:
    """Emissions [t] with a column for each value of a dimension.

    Returns
    -------
    tuple of DataFrame and list
        The rows' dimensions, a column for each code, and ``total``, largest first; and code and name of the columns in
        order. A cell without an emission is null.

    Raises
    ------
    ArgumentInvalid
        When there would be too many columns, or a dimension stands on both sides.
    """
    (across,) = cube.columns([columns])
    names = cube.columns(rows)
    if not names or across in names:
        raise invalid("columns", columns, "行以外的一个维度", "a dimension that is not one of the rows")
    names = [name for name in memo_columns(cube.frame, [*names, across]) if name != across] if memo else names
    sums = cube.sums([*names, across], cell=cell, gwp=gwp, memo=memo)
    found = sums.select(*names, pl.col(across).fill_null(""), "emission_nano")
    codes = sorted(found.get_column(across).unique().to_list())
    if len(codes) > _COLUMNS:
        raise invalid("columns", columns, f"至多 {_COLUMNS} 个值（现有 {len(codes)}）", f"at most {_COLUMNS} values (now {len(codes)})")  # fmt: skip
    tonnes = found.with_columns((pl.col("emission_nano") / NANO).alias("emission"))
    wide = tonnes.pivot(
        on=across, on_columns=codes, index=names, values="emission", aggregate_function="first"
    )
    totals = found.group_by(names).agg((pl.col("emission_nano").sum() / NANO).alias("total"))
    summed = wide.join(totals, on=names, how="left", nulls_equal=True)
    ordered = summed.sort("total", *names, descending=[True, *[False] * len(names)])
    return ordered, [{"code": code, "name": name_of(cube, across, code)} for code in codes]


def flows(
    cube: Cube, levels: Sequence[str], *, cell: Cell | None = None, gwp: str | None = None
) -> pl.DataFrame:
    """Emissions [t] that flow from each value of a level to each of the next, such as item, sector, gas.

    Returns
    -------
    DataFrame
        ``from_level``, ``source``, ``source_name``, ``to_level``, ``target``, ``target_name``, ``emission``. What lowers the
        sum, a cell below zero, is a flow of its own beside the emissions of the same pair: at every level the emissions,
        and the removals, are the same.
    """
    names = cube.columns(levels)
    if len(names) < 2:
        raise invalid("levels", ", ".join(levels), "至少两个不同的维度", "two different dimensions at least")
    whole = cube.by(*names, cell=cell, gwp=gwp).to_polars()
    lowers = (pl.col("emission") < 0).alias("__lowers")
    parts = []
    for one, two in itertools.pairwise(names):
        summed = whole.group_by(one, two, lowers).agg(pl.col("emission").sum())
        parts.append(
            summed.select(
                pl.lit(one).alias("from_level"), pl.col(one).alias("source"), _names(cube, summed, one).alias("source_name"),
                pl.lit(two).alias("to_level"), pl.col(two).alias("target"), _names(cube, summed, two).alias("target_name"),
                "emission",
            ).sort("emission", "source", "target", descending=[True, False, False])
        )  # fmt: skip
    return pl.concat(parts)


def tree(
    cube: Cube, levels: Sequence[str], *, cell: Cell | None = None, gwp: str | None = None
) -> pl.DataFrame:
    """Emissions [t] as a tree: every value of the first level, below it those of the second, and so on.

    Returns
    -------
    DataFrame
        ``id``, ``parent`` (empty at the top), ``level``, ``code``, ``name``, ``emission``, ``share`` [% of the whole].
    """
    names = cube.columns(levels)
    if not names:
        raise invalid("levels", "", "至少一个维度", "one dimension at least")
    whole = cube.by(*names, cell=cell, gwp=gwp).to_polars()
    parts = []
    for depth, name in enumerate(names):
        path = names[: depth + 1]
        summed = whole.group_by(path).agg(pl.col("emission", "share").sum())
        parts.append(
            summed.select(
                _path(path).alias("id"), (_path(path[:-1]) if depth else pl.lit("")).alias("parent"),
                pl.lit(name).alias("level"), pl.col(name).alias("code"), _names(cube, summed, name).alias("name"),
                "emission", "share",
            ).sort("emission", "id", descending=[True, False])
        )  # fmt: skip
    return pl.concat(parts)


def _path(names: Sequence[str]) -> pl.Expr:
    """Where a branch stands: also one without a code has a place of its own."""
    return pl.concat_str(pl.lit(""), *names, separator="/", ignore_nulls=False)


def change(
    cube: Cube, by: str, old: str, new: str, *, cell: Cell | None = None, gwp: str | None = None
) -> pl.DataFrame:
    """What each value of a dimension adds to the change between two years of a run.

    Parameters
    ----------
    by : str
        A dimension other than the period, or a category list.
    old, new : str
        Years; the months or days of a year are added up.

    Returns
    -------
    DataFrame
        ``line`` (``part``, largest change first, then one ``total``), the dimension, ``old``, ``new`` and ``difference`` [t]. What
        one of the years has not is null there and counts as nothing in the difference. Sums are of integers (10^-9 t), so the
        parts make the total exactly.

    Raises
    ------
    ArgumentInvalid
        When the dimension is the period, or the years are the same.
    NotFound
        When the run has no such year.
    """
    (name,) = cube.columns([by])
    if name == "period" or old == new:
        raise invalid("by, old, new", f"{by}, {old}, {new}", "时期以外的一个维度，两个不同的年份", "a dimension other than the period, and two different years")  # fmt: skip
    sums = cube.sums([name, "period"], cell=cell, gwp=gwp).with_columns(pl.col("period").str.slice(0, 4).alias("year"))  # fmt: skip
    years = sums.get_column("year").unique().sort().to_list()
    for year in (old, new):
        if year not in years:
            raise NotFound(what_zh="年份", what_en="year", name=year, known=", ".join(years) or "–")
    sides = [
        sums.filter(year=year).group_by(name).agg(pl.col("emission_nano").sum().cast(pl.Int128).alias(side))
        for year, side in ((old, "old"), (new, "new"))
    ]
    joined = sides[0].join(sides[1], on=name, how="full", coalesce=True, nulls_equal=True)
    moved = (pl.col("new").fill_null(0) - pl.col("old").fill_null(0)).alias("difference")
    parts = joined.with_columns(moved, pl.lit("part").alias("line"), pl.col(name).fill_null(""))
    total = parts.select(pl.lit("total").alias("line"), pl.lit("").alias(name), *(pl.col(side).sum() for side in _SIDES))  # fmt: skip
    ordered = parts.select(total.columns).sort(pl.col("difference").abs(), name, descending=[True, False])
    return pl.concat([ordered, total], how="vertical_relaxed").with_columns(pl.col(side) / NANO for side in _SIDES)  # fmt: skip


_SIDES = ("old", "new", "difference")


def entities(cube: Cube, *, under: str = "", gwp: str | None = None) -> pl.DataFrame:
    """Whom a run is about, with the tree of entities where it was accounted with one.

    Parameters
    ----------
    under : str
        Only this entity of the tree and what lies below it.

    Returns
    -------
    DataFrame
        ``entity``, ``name``, ``kind``, ``parent``, ``region``, ``emission`` [t] of its own and ``unmatched``; entities of
        the tree that have no activity are there too. Without a tree all but entity and figures is empty.

    Raises
    ------
    UnknownCode
        When the tree has no such entity.
    """
    found = seen(cube, ["entity"], gwp=gwp).select("entity", "emission", "unmatched")
    tree_ = EntityTree(cube.frame.circumstances.get("entities") or pl.DataFrame({"id": [], "kind": []}))
    chosen = tree_.subtree(under) if under else [tree_.get(one) for one in tree_]
    facts = [
        (one.id, getattr(one, f"name_{language()}") or one.name_zh, one.kind, one.parent, one.region)
        for one in chosen
    ]
    schema = dict.fromkeys(("entity", "name", "kind", "parent", "region"), pl.String)
    table = pl.DataFrame(facts, schema=schema, orient="row")
    joined = table.join(
        found, on="entity", how="left" if under else "full", coalesce=True, maintain_order="left_right"
    )
    return joined.with_columns(pl.col("name", "kind", "parent", "region").fill_null(""))


def named(cube: Cube | None, frame: pl.DataFrame) -> pl.DataFrame:
    """A table with the names of its codes beside them, in the language of the request; of rules where their cube is there."""
    coded = [name for name in frame.columns if name in _CODED or name in code_lists()]
    ordered = []
    for name in frame.columns:
        ordered.append(pl.col(name))
        if name in coded and f"{name}_name" not in frame.columns:
            ordered.append(_names(cube, frame, name).alias(f"{name}_name"))
    return frame.select(ordered)


def named_lazily(frame: pl.LazyFrame) -> list[pl.Expr]:
    """What `named` adds for a table that is not read yet, one expression for each column of codes."""
    columns = [name for name in frame.collect_schema().names() if name in _CODED or name in code_lists()]
    return [
        _names(None, frame.select(pl.col(name).unique()).collect(), name).alias(f"{name}_name")
        for name in columns
    ]


def _names(cube: Cube | None, frame: pl.DataFrame, name: str) -> pl.Expr:
    codes = frame.get_column(name).unique().to_list()
    names = {code: name_of(cube, name, code) if code else "" for code in codes} or {"": ""}
    return pl.col(name).replace_strict(names, return_dtype=pl.String)


def name_of(cube: Cube | None, name: str, code: str) -> str:
    """What a code of a dimension is called, in the language of the request; the code itself where it has no name."""
    if name == "rule" and cube is not None:
        titles = {rule["id"]: rule["title"][language()] for rule in cube.frame.method["rules"]}
        return str(titles.get(code, code))
    return _label(name, code, language())


@functools.lru_cache(maxsize=65_536)
def _label(name: str, code: str, lang: str) -> str:
    if name == "region":
        places = match_regions(code)
        return str(getattr(places[0], f"name_{lang}")) if places else code
    if name in ("item", "part"):
        return item_name(code)
    return label(name, code) if name in _CODED or name in code_lists() else code
