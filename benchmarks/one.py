"""One measured job in a process of its own: ``python one.py JOB DATA``; prints what it computed."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
METHOD = "cn-energy-2011"
BY = ["city", "period", "item"]


def ours(data: Path) -> dict[str, object]:
    import tanheng as th

    inventory = th.account(data, METHOD, by=BY)
    nano = int(inventory.emissions.get_column("nano").sum())
    return {
        "rows": inventory.rows_read,
        "groups": inventory.emissions.height,
        "nano": str(nano),
        "digest": inventory.digest,
    }


def sql(data: Path) -> dict[str, object]:
    import duckdb

    con = duckdb.connect(config={"memory_limit": "1000MB", "preserve_insertion_order": "false"})
    sheet = data.parent / "sheet"
    con.execute(f"create table units as from '{sheet}/units.parquet'")
    con.execute(f"create table coefficients as from '{sheet}/coefficients.parquet'")
    rows = con.execute((HERE / "hand_written.sql").read_text(encoding="utf-8").format(data=data)).fetchall()
    digest = hashlib.sha256("\n".join("\x1f".join(map(str, row)) for row in rows).encode()).hexdigest()
    return {"groups": len(rows), "nano": str(sum(int(row[-1]) for row in rows)), "digest": digest}


def pandas(data: Path) -> dict[str, object]:
    import pandas as pd

    sheet = data.parent / "sheet"
    units, coefficients = (
        pd.read_parquet(sheet / "units.parquet"),
        pd.read_parquet(sheet / "coefficients.parquet"),
    )
    frame = pd.read_parquet(data, columns=["region", "city", "period", "item", "unit", "amount"])
    frame = frame.merge(units, on="unit").merge(coefficients, on=["region", "period", "item", "unit"])
    frame["emission"] = frame["amount"] * frame["micro"] * frame["scaled"] / 1e9
    grouped = frame.groupby(["region", "city", "period", "item", "unit"], observed=True)["emission"].sum()
    return {"rows": len(frame), "groups": len(grouped), "nano": str(round(float(grouped.sum()) * 1e9))}


def sheet(data: Path) -> dict[str, object]:
    """Writes the coefficients that the other two are given for nothing; ours resolves them."""
    import polars as pl

    import tanheng as th
    from tanheng.inventory.accounting.amounts import MICRO, _units

    folder = data.parent / "sheet"
    folder.mkdir(exist_ok=True)
    inventory = th.account(data, METHOD, by=BY)
    keys = inventory.emissions.select("region", "period", "item", "unit", "coefficient_row").unique()
    scaled = inventory.sheet.select("coefficient_row", (pl.col("canonical") * 1e3).alias("scaled"))
    found = keys.join(scaled, on="coefficient_row").drop("coefficient_row")
    found.write_parquet(folder / "coefficients.parquet")
    _units(found.get_column("unit").unique().to_list()).select("unit", "micro").write_parquet(
        folder / "units.parquet"
    )
    return {"keys": found.height, "micro": MICRO}


def monte_carlo(data: Path) -> dict[str, object]:
    import time

    import numpy as np

    from tanheng.inventory.uncertainty.approaches import simulate
    from tanheng.inventory.uncertainty.terms import Terms

    count = 2000
    random = np.random.default_rng(1)
    terms = Terms(
        emission=random.uniform(1, 1e6, count),
        term=np.repeat(np.arange(count), 2),
        variable=np.arange(2 * count),
        power=np.ones(2 * count),
        names=[str(n) for n in range(2 * count)],
        half_width=random.uniform(0.02, 0.5, 2 * count),
        fixed=0.0,
        unknown=0.0,
    )
    began = time.perf_counter(), time.process_time()
    result = simulate(terms, total=float(terms.emission.sum()), draws=10_000, seed=7)
    return {
        "wall": time.perf_counter() - began[0],
        "cpu": time.process_time() - began[1],
        "mean": result.mean,
    }


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](Path(sys.argv[2]))))
