"""A city with Monte Carlo, and a country of provinces: ``python city.py prepare FOLDER``, then ``city`` and ``provinces``.

The activity is synthetic, for timing only: the rows of `examples/provincial-city` for many firms, and a full table of
provinces, years, sectors and fuels.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).parent.parent
ROWS, DRAWS = 20_000, 10_000
YEARS = [str(year) for year in range(2000, 2023)]
SECTORS = 47
FUELS = [
    "anthracite", "bituminous_coal", "lignite", "petroleum_coke", "briquette", "coke", "coke_oven_gas", "other_coal_gas", "crude_oil",
    "gasoline", "kerosene", "diesel", "fuel_oil", "lpg", "refinery_gas", "other_petroleum_products", "natural_gas",
]  # fmt: skip
GASES = {"coke_oven_gas", "other_coal_gas", "natural_gas"}
UNCERTAIN = "cn-provincial-2011-uncertain"


def prepare(folder: Path) -> dict[str, Any]:
    """Write what the two jobs read."""
    folder.mkdir(parents=True, exist_ok=True)
    city_rows().write_csv(folder / "city.csv")
    city_method(folder / f"{UNCERTAIN}.yaml")
    provinces_rows().write_parquet(folder / "provinces.parquet")
    return {"folder": str(folder)}


def city_rows() -> pl.DataFrame:
    """20,000 rows of five sectors: the example's rows for as many firms as it takes, all with their uncertainty."""
    example = pl.read_csv(ROOT / "examples" / "provincial-city" / "activity.csv", infer_schema_length=0)
    firms = pl.DataFrame({"firm": range(-(-ROWS // example.height))})
    scale = (pl.col("firm") * 7919 % 1000 + 500) / 1000
    return (
        firms.join(example, how="cross")
        .head(ROWS)
        .with_columns(
            pl.format("企业{}", pl.col("firm")).alias("主体"),
            (pl.col("数量").cast(pl.Float64) * scale).round(4),
            pl.col("不确定性").fill_null("5"),
            pl.col("参数").str.split("; ").list.eval(pl.element() + " ±5%").list.join("; "),
        )
        .drop("firm")
    )


def city_method(path: Path) -> None:
    """The provincial guideline with an uncertainty of 5 % for every parameter, so that every term is drawn."""
    import yaml

    from tanheng.inventory import load_method

    data = json.loads(json.dumps(load_method("cn-provincial-2011").data, default=str))
    for rule in data["rules"]:
        for parameter in rule.get("parameters", {}).values():
            parameter["uncertainty"] = 5
    data["id"] = UNCERTAIN
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def provinces_rows() -> pl.DataFrame:
    """30 provinces x 23 years x 47 sectors x 17 fuels: 551,310 rows."""
    from tanheng.codes import codelist, regions

    provinces = [one.code for one in regions() if one.level == "province"][:30]
    axes = {
        "region": provinces,
        "period": YEARS,
        "sector": list(codelist("sectors"))[:SECTORS],
        "item": FUELS,
    }
    table = pl.DataFrame({"entity": ["CEADs"]})
    for name, values in axes.items():
        table = table.join(pl.DataFrame({name: values}), how="cross")
    amount = (pl.int_range(pl.len()) * 7919 % 100_003 / 100).alias("amount")
    unit = pl.when(pl.col("item").is_in(GASES)).then(pl.lit("万Nm3")).otherwise(pl.lit("万t")).alias("unit")
    return table.with_columns(pl.col("region").alias("entity"), amount, unit)


def city(folder: Path) -> dict[str, Any]:
    """Inventory, table, digest and Monte Carlo of a city; the clock starts before the package is imported."""
    began = time.perf_counter()
    import tanheng as th

    inventory = th.account(folder / "city.csv", folder / f"{UNCERTAIN}.yaml")
    table = inventory.by("provincial2011", "gas").to_polars()
    digest = inventory.digest
    accounted = time.perf_counter()
    drawn = inventory.monte_carlo(draws=DRAWS)
    ended = time.perf_counter()
    return {
        "rows": inventory.rows_read,
        "emissions": inventory.emissions.height,
        "lines": table.height,
        "unmatched": inventory.unmatched.height,
        "known_share": drawn.known_share,
        "total": inventory.total,
        "interval": drawn.interval(),
        "digest": digest,
        "account_s": accounted - began,
        "monte_carlo_s": ended - accounted,
        "wall_s": ended - began,
    }


def provinces(folder: Path) -> dict[str, Any]:
    """One call of `account` on a frame in memory; the package is imported before, the method is read within."""
    import tanheng as th

    frame = pl.read_parquet(folder / "provinces.parquet")
    account = th.account
    began = time.perf_counter()
    inventory = account(frame, "cn-energy-2011")
    ended = time.perf_counter()
    return {
        "rows": inventory.rows_read,
        "unmatched": inventory.unmatched.height,
        "refused": inventory.refused,
        "total": inventory.total,
        "digest": inventory.digest,
        "wall_s": ended - began,
    }


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](Path(sys.argv[2])), ensure_ascii=False))
