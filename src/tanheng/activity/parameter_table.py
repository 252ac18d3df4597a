"""Parameters of many rows in a table of their own: hourly grid factors, monthly heating values of a boiler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.activity import Activity, sha256
from tanheng.activity.clean import CLEANERS, Stated, parse_parameters, spelled_parameters
from tanheng.activity.findings import Finding
from tanheng.activity.periods import parse_periods, wider_periods
from tanheng.activity.reading.named_tables import named_columns, read_named
from tanheng.activity.reading.sheets import ROW, unreadable
from tanheng.activity.text import one_line

KEYS = ("entity", "region", "period", "sector", "activity", "item")
_TABLE = "parameters"
_SHOWN = 5


def with_parameters(activity: Activity, table: Any) -> Activity:
    """Rows of activity with the parameters that a table gives for them.

    Parameters
    ----------
    activity : Activity
        In memory; a parameter that a row states itself stays.
    table : path or table
        One row for each parameter: any of entity, region, period, sector, activity, item (an empty cell holds for all of
        them), and parameter, value, unit, uncertainty, source. A period holds for the periods within it. Where several rows
        fit, the one with more of these cells filled counts, and then the one with the shorter period.

    Returns
    -------
    Activity
        With ``parameters`` filled; findings count the rows that were given some, those for whose period the table has
        none, and the rows of the table that fit nothing.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When the table cannot be read, a cell of it is not understood, two rows that differ fit equally, or the activity is
        Parquet data on disk.

    Examples
    --------
    >>> from tanheng.activity import read_activity
    >>> hours = ["2023-05-01 08:00", "2023-05-01 09:00"]
    >>> used = {"entity": ["某厂"] * 2, "period": hours, "item": ["电力"] * 2, "amount": [3, 5], "unit": ["MWh"] * 2}
    >>> factors = {"时期": hours, "品种": ["电力"] * 2, "参数": ["ef"] * 2, "数值": [0.51, 0.48], "单位": ["tCO2/MWh"] * 2}
    >>> with_parameters(read_activity(used), factors).frame.get_column("parameters").to_list()
    ['ef=0.51 tCO2/MWh', 'ef=0.48 tCO2/MWh']
    """
    name = Path(table).name if isinstance(table, str | Path) else _TABLE
    if activity.frame is None:
        raise unreadable(
            activity.name,
            (
                "参数表不能用于磁盘上的 Parquet 数据",
                "a table of parameters does not go with Parquet data on disk",
            ),
            ("请把参数写入数据的“参数”列", "Write the parameters into a column `parameters` of the data"),
        )
    told = read_named(table, _TABLE)
    given = _given(told, name)
    frame = activity.frame
    for column in ("parameters", *KEYS):
        if column not in frame.columns:
            frame = frame.with_columns(pl.lit("").alias(column))
    cells = frame.select(KEYS).unique(maintain_order=True).with_row_index("__cell")
    fitting = _fitting(cells, given)
    _one_each(fitting, name)
    chosen = fitting.unique(["__cell", "parameter"], keep="first", maintain_order=True)
    texts = chosen.group_by("__cell", maintain_order=True).agg(pl.col("text").str.join("; ").alias("__given"))
    frame = frame.join(cells.join(texts, on="__cell"), on=KEYS, how="left", maintain_order="left")
    pairs = frame.select("parameters", "__given").drop_nulls().unique()
    joined = pairs.with_columns(
        pl.Series("__both", [_together(own, more) for own, more in pairs.iter_rows()], dtype=pl.String)
    )
    frame = frame.join(joined, on=["parameters", "__given"], how="left", maintain_order="left")
    helped = frame.get_column("__both").is_not_null().sum()
    lost = [column for column in (*KEYS, "parameters") if column not in activity.frame.columns]
    kept = frame.with_columns(pl.coalesce("__both", "parameters").alias("parameters"))
    kept = kept.drop("__cell", "__given", "__both", *(column for column in lost if column != "parameters"))
    recipe = {
        "file": name,
        "sha256": sha256(Path(table)) if name != _TABLE else "",
        "rows": told.drop(ROW).to_dicts(),
    }
    return replace(
        activity,
        frame=kept,
        findings=[
            *activity.findings,
            Finding(
                "A-190", {"file": name, "count": helped, "value": "、".join(sorted(set(given["parameter"])))}
            ),
            *_periods_lacking(frame, cells, given, name),
            *_unused(given, fitting, name),
        ],
        recipe={**activity.recipe, "stated": recipe},
    )


def _given(told: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows of the table in canonical terms: keys, ``parameter``, ``text``, ``rank`` and ``__row``."""
    periods = parse_periods(text for text in told.get_column("period") if text)
    rows = []
    for row in told.iter_rows(named=True):
        stated = _stated(row, name)
        keys = {key: _key(key, row, periods, name) for key in KEYS}
        filled = sum(map(bool, keys.values()))
        fine = len(wider_periods(keys["period"])) if keys["period"] else 0
        parameter, value = next(iter(stated.items()))
        text = spelled_parameters({parameter: value})
        rows.append(
            {**keys, "parameter": parameter, "text": text, "rank": 100 * filled + fine, ROW: row[ROW]}
        )
    schema = {**dict.fromkeys([*KEYS, "parameter", "text"], pl.String), "rank": pl.Int64, ROW: pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def _stated(row: Mapping[str, Any], name: str) -> dict[str, Stated]:
    spread = "" if row["uncertainty"] is None else f" ±{row['uncertainty']!r}%"
    found = parse_parameters(f"{row['parameter']}={row['value']!r} {row['unit']}{spread}")
    if not found or row["value"] is None:
        said = f"{row['parameter']} = {row['value']} {row['unit']}"
        raise _not_understood(name, row[ROW], "parameter", said)
    return found


def _key(key: str, row: Mapping[str, Any], periods: Mapping[str, str | None], name: str) -> str:
    text = str(row[key]).strip()
    if not text:
        return ""
    found = periods[row[key]] if key == "period" else CLEANERS.get(key, str)(text)
    if found is None:
        raise _not_understood(name, row[ROW], key, text)
    return found


def _not_understood(name: str, row: int, column: str, text: str) -> Exception:
    about = named_columns(_TABLE)[column]
    shown = one_line(text, 60)
    return unreadable(
        name,
        (f"第 {row} 行“{about['name_zh']}”列的“{shown}”未能识别", f"row {row}, {about['name_en']}: '{shown}' is not understood"),
        (f"应为：{about['meaning_zh']}", f"Expected: {about['meaning_en']}"),
    )  # fmt: skip


def _fitting(cells: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Every row of the table that holds for a cell: ``__cell``, parameter, text, rank, ``__row``; the closest first."""
    periods = cells.get_column("period").unique().to_list()
    within = pl.DataFrame(
        [(period, wide) for period in periods for wide in wider_periods(period)],
        schema=["period", "wide"],
        orient="row",
    ).cast(pl.String)
    wanted = cells.join(within, on="period", how="left")
    filled = pl.concat_list([pl.when(pl.col(key) != "").then(pl.lit(key)) for key in KEYS]).list.drop_nulls()
    found = []
    for keys, rows in given.with_columns(filled.list.join(" ").alias("__keys")).group_by(
        "__keys", maintain_order=True
    ):
        on = str(keys[0]).split()
        left = wanted.with_columns(pl.col("wide").alias("period")) if "period" in on else cells
        part = left.join(rows, on=on, how="inner") if on else left.join(rows, how="cross")
        found.append(part.select("__cell", "parameter", "text", "rank", ROW))
    empty = given.clear().with_columns(pl.lit(0, pl.UInt32).alias("__cell"))
    joined = pl.concat([empty.select("__cell", "parameter", "text", "rank", ROW), *found])
    return joined.unique().sort("__cell", "parameter", "rank", ROW, descending=[False, False, True, False])


def _one_each(fitting: pl.DataFrame, name: str) -> None:
    """Refuse two rows of the table that hold equally for a cell and say different things."""
    best = fitting.filter(pl.col("rank") == pl.col("rank").max().over("__cell", "parameter"))
    torn = best.filter(pl.col("text").n_unique().over("__cell", "parameter") > 1)
    if torn.height:
        one, other = torn.unique("text", maintain_order=True).get_column(ROW).to_list()[:2]
        raise unreadable(
            name,
            (f"第 {one} 行与第 {other} 行同样适用，而数值不同", f"rows {one} and {other} fit equally, and their values differ"),
            ("请删去一行，或把适用范围写得更细", "Delete one of them, or say more closely what each holds for"),
        )  # fmt: skip


def _together(own: str, more: str) -> str:
    """Parameters of a row and those given for it; its own go first."""
    return spelled_parameters({**(parse_parameters(more) or {}), **(parse_parameters(own) or {})})


def _periods_lacking(
    frame: pl.DataFrame, cells: pl.DataFrame, given: pl.DataFrame, name: str
) -> list[Finding]:
    """Rows that the table holds for in all but the period."""
    dated = given.filter(pl.col("period") != "").with_columns(pl.lit("").alias("period")).unique(KEYS)
    if not dated.height:
        return []
    near = _fitting(cells, dated).select("__cell").unique()
    rows = frame.filter(pl.col("__both").is_null()).join(cells.join(near, on="__cell"), on=KEYS, how="semi")
    if not rows.height:
        return []
    periods = rows.get_column("period").unique().sort().to_list()
    shown = tuple({"period": period} for period in periods[:_SHOWN])
    return [Finding("A-191", {"file": name, "count": rows.height, "period": periods[0]}, shown, rows.height)]


def _unused(given: pl.DataFrame, fitting: pl.DataFrame, name: str) -> list[Finding]:
    rows = given.join(fitting, on=ROW, how="anti").get_column(ROW).to_list()
    shown = tuple({"row": row} for row in rows[:_SHOWN])
    return (
        [Finding("A-192", {"file": name, "count": len(rows), "row": rows[0]}, shown, len(rows))]
        if rows
        else []
    )
