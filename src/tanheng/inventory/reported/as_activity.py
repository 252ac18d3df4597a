"""A reported inventory as activity: each figure is an amount of CO2 or CO2e that a method of factor one takes as it stands.

So what others reported is seen, compared, proven down to its row and released by the same means as what was accounted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding, parse_period, read_activity
from tanheng.activity.reading.again import read_again
from tanheng.activity.reading.filled import ANSWERS, Filled, framed
from tanheng.codes import match_regions
from tanheng.errors import ColumnMissing, InputUnreadable, NotFound, SeveralInventories
from tanheng.inventory.categories.gpc import GRAMS
from tanheng.inventory.problems import invalid
from tanheng.inventory.reported.ceads import CeadsGrid, read_ceads
from tanheng.inventory.reported.formats import GASES, formats
from tanheng.inventory.reported.reading import Reported, read_reported
from tanheng.quantities import parse_unit

REPORTED, CEADS, ROWS = "reported", "ceads", "rows"
GPC_METHOD, CO2_METHOD, CO2E_METHOD = "reported-gpc", "reported-co2", "reported"
ITEM, REMOVAL = "reported_emission", "reported_removal"
GAS, SECTOR = "reported_gas", "ceads_sector"
_SPLIT = ("sums",)
_PLAIN = {"__file": pl.String, "__sheet": pl.String, "__row": pl.Int64, "entity": pl.String, "period": pl.String,
          "item": pl.String, "amount": pl.Float64, "unit": pl.String, "region": pl.String, "sector": pl.String,
          "activity": pl.String, "source": pl.String, "quality": pl.String, "note": pl.String}  # fmt: skip


def reported_forms() -> list[str]:
    """Formats that `reported_activity` takes.

    Examples
    --------
    >>> reported_forms()
    ['citycatalyst-csv', 'ecrf-xlsx', 'long', 'ceads', 'rows']
    """
    return [*formats(), CEADS, ROWS]


def reported_activity(
    path: str | Path,
    *,
    format: str | None = None,
    entity: str = "",
    year: str = "",
    sheet: str | None = None,
    map_keys: Mapping[str, str] | None = None,
) -> Activity:
    r"""Read a reported inventory of any known format as activity.

    Parameters
    ----------
    path : path
        A GPC inventory (CityCatalyst, eCRF, own rows), a CEADs table, or a table of activity whose amounts are CO2 or CO2e.
    format : str, optional
        One of `reported_forms`; found by the header unless told.
    entity : str
        Whose inventory it is, where the file does not say.
    year : str
        Of which year, where the file does not say; where it holds several, all are read unless one is named.
    sheet : str, optional
    map_keys : mapping, optional
        What an unknown notation key means.

    Returns
    -------
    Activity
        Amounts [tCO2 or tCO2e] with ``activity`` as the GPC category where there is one; ``recipe`` reads it once more.

    Raises
    ------
    InputUnreadable, ColumnMissing, SeveralInventories, NotFound
        As the readers of the formats.
    ArgumentInvalid
        When neither the file nor ``year`` says of which year it is, or an amount is no emission.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "city.csv"
    >>> _ = file.write_text("reference,emission,unit,year\nI.1.1,1.5,kt CO2e,2020\nI.1.1,1.2,kt CO2e,2021\n", encoding="utf-8")
    >>> found = reported_activity(file, entity="甲市")
    >>> found.to_polars().select("entity", "period", "activity", "amount", "unit").rows()[1]
    ('甲市', '2021', 'I.1.1', 1200.0, 'tCO2e')
    """
    file = Path(path)
    if format is not None and format not in reported_forms():
        raise NotFound(what_zh="格式", what_en="format", name=format, known=", ".join(reported_forms()))
    name, found = _found(file, format, sheet, map_keys or {}, year)
    if isinstance(found, CeadsGrid):
        activity = _of_grid(found, entity)
    elif isinstance(found, Activity):
        activity = _of_rows(found)
    else:
        activity = _of_gpc(found, entity or found[0].about.get("city", "") or file.stem, year)
    recipe = {
        "form": REPORTED,
        "format": name,
        "entity": entity,
        "year": year,
        "map_keys": dict(map_keys or {}),
    }
    return replace(activity, source=file.absolute(), sheet=sheet, recipe=recipe)


def method_for(activity: Activity) -> str:
    """The method that takes the figures of a reported inventory as they stand."""
    if activity.recipe.get("format") in formats():
        return GPC_METHOD
    units = activity.to_polars().get_column("unit").unique().to_list()
    return CO2_METHOD if all(parse_unit(unit).dimension == parse_unit("tCO2").dimension for unit in units) else CO2E_METHOD  # fmt: skip


def read_kept(path: Path, recipe: Mapping[str, Any], *, sheet: str | None = None) -> Activity:
    """Read a file once more by its recipe, a reported inventory among them; see `read_again`."""
    if recipe.get("form") != REPORTED:
        return read_again(path, recipe, sheet=sheet)
    told = {name: recipe[name] for name in ("format", "entity", "year", "map_keys")}
    return reported_activity(path, sheet=sheet, **told)


def _found(
    file: Path, format: str | None, sheet: str | None, keys: Mapping[str, str], year: str
) -> tuple[str, list[Reported] | CeadsGrid | Activity]:
    """The inventory under the first format that the header fits."""
    if format is None:
        for one in (None, CEADS):
            try:
                return _read(file, one, sheet, keys, year)
            except (InputUnreadable, ColumnMissing):
                continue
    return _read(file, format or ROWS, sheet, keys, year)


def _read(
    file: Path, format: str | None, sheet: str | None, keys: Mapping[str, str], year: str
) -> tuple[str, list[Reported] | CeadsGrid | Activity]:
    if format == CEADS:
        return CEADS, read_ceads(file)
    if format == ROWS:
        return ROWS, read_activity(file, sheet=sheet)
    try:
        parts = [read_reported(file, format=format, map_keys=keys, sheet=sheet)]
    except SeveralInventories as error:
        if error.fields["options"] != "--year":
            raise
        years = [year] if year else error.fields["periods"].split(", ")
        parts = [read_reported(file, format=format, map_keys=keys, sheet=sheet, year=one) for one in years]
    return parts[0].format, parts


def _of_rows(activity: Activity) -> Activity:
    """A table of activity, all of whose amounts must be emissions."""
    wrong = [unit for unit in activity.to_polars().get_column("unit").unique().sort() if not _emission(unit)]
    if wrong:
        raise invalid(
            "unit",
            ", ".join(wrong),
            "tCO2 或 tCO2e 等排放量单位",
            "a unit of CO2 or CO2e, such as tCO2 or tCO2e",
        )
    return activity


def _emission(unit: str) -> bool:
    return parse_unit(unit).dimension in {parse_unit(one).dimension for one in ("tCO2", "tCO2e")}


def _of_gpc(parts: Sequence[Reported], entity: str, year: str) -> Activity:
    """Rows of the GPC: those with an emission as activity, those with a key as answers, those refused as refused."""
    rows = [
        row
        for part in parts
        for one in part.frame.iter_rows(named=True)
        for row in _amounts(part, one, entity, year)
    ]
    kept = [
        row for part in parts for row in part.frame.filter(pl.col("notation") != "").iter_rows(named=True)
    ]
    answers = [
        {"category": row["category"], "item": "", "sector": "", "activity": "", "notation": row["notation"],
         "reason": row["reason"], "sheet": row["sheet"], "row": row["row"]}
        for row in kept if row["emission_g"] is None
    ]  # fmt: skip
    filled = Filled(
        method=GPC_METHOD,
        codes="gpc",
        version="1",
        answers=framed(answers, ANSWERS),
        stated=frozenset(row["activity"] for row in rows),
    )
    findings = [finding for part in parts for finding in part.findings]
    return Activity(
        name=parts[0].name,
        frame=pl.DataFrame(rows, schema={**_PLAIN, GAS: pl.String}),
        extra=[GAS],
        findings=findings,
        refused=pl.concat([_refused(part) for part in parts]),
        files={name: sha for part in parts for name, sha in part.files.items()},
        filled=filled,
        letters={sheet: dict(found) for part in parts for sheet, found in part.letters.items()},
    )


def _amounts(part: Reported, row: Mapping[str, Any], entity: str, year: str) -> list[dict[str, Any]]:
    """The amount of a row, by gas where its gases add up to it."""
    if row["emission_g"] is None:
        return []
    period = (
        parse_period(row.get("year") or "") or parse_period(part.about.get("year", "")) or parse_period(year)
    )
    if not period:
        raise invalid(
            "year", year, "清单年份（文件没有写）", "the year of the inventory, which the file does not state"
        )
    split = (
        {gas: row[f"{gas}_g"] for gas in GASES if row.get(f"{gas}_g")} if row["gas_check"] in _SPLIT else {}
    )
    about = " · ".join(
        filter(None, (row["reference"], row.get("activity_type"), row.get("method"), row.get("reason")))
    )
    return [
        {"__file": part.name, "__sheet": row["sheet"], "__row": row["row"], "entity": entity, "period": period[:4],
         "item": ITEM if grams >= 0 else REMOVAL, "amount": abs(grams) / GRAMS, "unit": "tCO2e", "region": "", "sector": "", "activity": row["category"],
         "source": row.get("source") or "", "quality": row.get("activity_quality") or "", "note": about, GAS: gas.upper()}
        for gas, grams in (split or {"": row["emission_g"]}).items()
    ]  # fmt: skip


def _refused(part: Reported) -> pl.DataFrame:
    return part.refused.select(
        pl.lit(part.name).alias("__file"), pl.col("sheet").alias("__sheet"), pl.col("row").alias("__row"),
        pl.col("code").alias("__code"), pl.lit("").alias("__column"),
        "reference", "notation", "emission", "unit", "reason_zh", "reason_en",
    )  # fmt: skip


def _of_grid(grid: CeadsGrid, entity: str) -> Activity:
    """Scope 1 of a CEADs table: fuels and process by its own sectors; what its sums miss is told."""
    counted = grid.cells.filter(pl.col("kind") != "scope2")
    regions = {one: _region(one) for one in counted.get_column("region").unique()}
    names = list(grid.files)
    frame = counted.select(
        pl.lit(names[0]).alias("__file"), pl.col("sheet").alias("__sheet"), pl.col("row").alias("__row"),
        pl.when(pl.col("region") == "").then(pl.lit(entity or grid.name)).otherwise("region").alias("entity"),
        pl.col("year").alias("period"), pl.col("item").replace({"total": ITEM}),
        (pl.col("mass_g") / GRAMS).alias("amount"), pl.lit("tCO2").alias("unit"),
        pl.col("region").replace_strict(regions, return_dtype=pl.String),
        *(pl.lit("").alias(name) for name in ("sector", "activity", "source", "quality", "note")),
        pl.col("sector").alias(SECTOR),
    )  # fmt: skip
    refused = grid.refused.select(
        pl.lit(names[0]).alias("__file"), pl.col("sheet").alias("__sheet"), pl.col("row").alias("__row"),
        pl.lit("I-205").alias("__code"), pl.lit("").alias("__column"), "region", "year", "fuel", "mt",
        pl.col("reason").alias("reason_zh"), pl.col("reason").alias("reason_en"),
    )  # fmt: skip
    apart = grid.check().to_dicts()
    told = (
        [Finding("I-224", {"count": len(apart), "value": grid.name}, tuple(apart[:5]), len(apart))]
        if apart
        else []
    )
    return Activity(grid.name, frame, extra=[SECTOR], findings=told, refused=refused, files=dict(grid.files))


def _region(name: str) -> str:
    found = match_regions(name) if name else []
    return found[0].code if len(found) == 1 else ""
