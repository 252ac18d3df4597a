"""Writes examples/sichuan-road/observed.csv: a synthetic series 2005-2024 whose year 2021 is that of the example's tree.

python tools/sichuan_road.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from tanheng.pathways import load_tree

FOLDER = Path(__file__).parents[1] / "examples" / "sichuan-road"
YEARS = np.arange(2005, 2025)
ANCHOR = 2021
SECTORS = {
    "工业": (("energy_other", "industry_fuel", "processes"), 1.00, -0.018, -0.008),
    "电力": (("energy_power",), 0.95, -0.006, -0.012),
    "交通": (("transport_fuel",), 0.90, -0.015, -0.003),
    "建筑": (("building_fuel",), 0.70, -0.010, -0.004),
    "农业与废弃物": (("agriculture", "waste"), 0.15, -0.008, 0.000),
    "碳汇": (("sinks",), 0.05, 0.000, 0.004),
}
"""Nodes of the tree, growth of activity against that of GDP, and yearly growth of use per activity and emission per use."""
GROWTH = {
    2008: 0.105,
    2012: 0.085,
    2016: 0.055,
    2019: 0.045,
    2020: 0.015,
    2021: 0.05,
    2022: 0.028,
    2024: 0.052,
}
"""Growth of GDP until the year: made up."""


def main() -> None:
    base = load_tree(FOLDER / "tree.yaml").evaluate()
    chance = np.random.default_rng(5)
    gdp = _index(np.array([next(rate for year, rate in GROWTH.items() if one <= year) for one in YEARS]))
    rows = []
    for sector, (nodes, share, intensity, factor) in SECTORS.items():
        start = sum(float(base[node][0, 0]) for node in nodes) / 1e4

        def course(rate: float | np.ndarray, noise: float) -> np.ndarray:
            return _index(np.asarray(rate) + noise * chance.standard_normal(YEARS.size))

        level = course(share * np.diff(np.log(gdp), prepend=np.log(gdp[0]) - 0.11), 0.006)
        use = level * course(intensity, 0.008) / 100
        emission = start * use / 100 * course(factor, 0.005) / 100
        rows += [
            [int(year), sector, *(f"{value:.4f}" for value in (own, one, two)), f"{three:.6f}"]
            for year, own, one, two, three in zip(YEARS, gdp, level, use, emission, strict=True)
        ]
    with (FOLDER / "observed.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["year", "sector", "gdp", "activity", "use", "emission"])
        writer.writerows(sorted(rows, key=lambda row: row[0]))


def _index(rates: np.ndarray) -> np.ndarray:
    """A course of some growth rates, 100 in the anchor year."""
    found = np.cumprod(1 + rates)
    return 100 * found / found[int(ANCHOR - YEARS[0])]


if __name__ == "__main__":
    main()
