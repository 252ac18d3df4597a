"""Writes the benchmark's activity: Parquet, 5,760 coefficient keys, 74,400 result groups, any number of rows.

24 provinces x 12 energy items x 20 years = 5,760 keys; 310 cities x 12 items x 20 years = 74,400 groups. The amounts
are a hash of the row number: the same rows on every machine. Synthetic, for timing only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

PROVINCES = [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 50, 51, 52, 61]
ITEMS = [
    ("anthracite", "t"), ("bituminous_coal", "t"), ("lignite", "t"), ("coke", "t"), ("crude_oil", "t"), ("gasoline", "t"),
    ("kerosene", "t"), ("diesel", "t"), ("fuel_oil", "t"), ("lpg", "t"), ("natural_gas", "万Nm3"), ("coke_oven_gas", "Nm3"),
]  # fmt: skip
CITIES, YEARS, FIRST = 310, 20, 2010


def write(folder: Path, rows: int, parts: int = 20) -> Path:
    """Write ``rows`` rows in ``parts`` Parquet files below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
    con.execute("create table provinces(n integer, code varchar)")
    con.executemany(
        "insert into provinces values (?, ?)", [(n, f"CN-{code}") for n, code in enumerate(PROVINCES)]
    )
    con.execute("create table items(n integer, item varchar, unit varchar)")
    con.executemany("insert into items values (?, ?, ?)", [(n, *item) for n, item in enumerate(ITEMS)])
    each = -(-rows // parts)
    for part in range(parts):
        first, last = part * each, min((part + 1) * each, rows)
        con.execute(
            f"""
            copy (
              select 'E' || lpad(cast(h1 % 20000 as varchar), 5, '0') as entity, p.code as region,
                     'C' || lpad(cast(h1 % {CITIES} as varchar), 3, '0') as city,
                     cast({FIRST} + h2 % {YEARS} as varchar) as period, i.item as item,
                     round((h3 % 10000000) / 1000.0, 3) as amount, i.unit as unit
              from (select hash(r) % 1000003 as h1, hash(r + 1000000007) % 1000033 as h2,
                           hash(r + 2000000011) as h3, hash(r + 3000000019) % {len(ITEMS)} as h4
                    from range({first}, {last}) t(r)) x
              join provinces p on p.n = (h1 % {CITIES}) % {len(PROVINCES)}
              join items i on i.n = h4
            ) to '{folder}/part-{part:03d}.parquet' (format parquet, compression zstd, row_group_size 500000)
            """
        )
    return folder


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])))
