"""The audit of a composite index: 51 countries, 49 indicators, ten thousand runs.

python benchmarks/audits.py
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from tanheng.pathways.composite import Settings, audit_composite, read_framework, read_units

SHARED = Path(os.environ.get("TANHENG_SHARED", Path(__file__).parents[2] / "shared" / "data"))
ASEM = SHARED / "composite_asem_coinr"
RUNS, REPEATS = 10_000, 3
SETTINGS = Settings(missing="group-mean:EurAsia_group", treatment="winsorise-log:5")


def section() -> list[str]:
    framework = read_framework(ASEM / "ASEM_iMeta.csv")
    units = read_units(ASEM / "ASEM_iData.csv", framework)
    taken = []
    for _ in range(REPEATS):
        began = time.process_time(), time.perf_counter()
        found = audit_composite(units, framework, SETTINGS, runs=RUNS)
        indices = found.sensitivity.table().to_dicts()
        widths = found.table().to_polars()["width"]
        taken.append((time.process_time() - began[0], time.perf_counter() - began[1]))
    cpu, wall = zip(*taken, strict=True)
    return [
        "## The audit of a composite index",
        "",
        f"`python benchmarks/audits.py`: the ASEM data of COINr, {len(units)} countries x {len(framework.indicators)} indicators; "
        f"{len(found.names)} assumptions vary together (gaps, outliers, normalisation, way of weighing, noise of 25 %, aggregation, one "
        "indicator left out), with rank intervals and Sobol indices (100 resamples for their intervals).",
        "",
        "| runs | CPU s, least (most) | wall s, least (most) | bar s |",
        "| ---: | ---: | ---: | ---: |",
        f"| {found.runs:,} | {min(cpu):.2f} ({max(cpu):.2f}) | **{min(wall):.2f}** ({max(wall):.2f}) | 30 for 10,000 |",
        "",
        f"Ranks shift by {found.shifts.mean():.2f} on the mean; the p5 to p95 interval of a rank is {widths.median():.0f} wide in the middle.",
        "",
        "| assumption | S1 | ST |",
        "| --- | ---: | ---: |",
        *(f"| {row['name']} | {row['S1']:.3f} ± {row['S1_within']:.3f} | {row['ST']:.3f} ± {row['ST_within']:.3f} |" for row in indices),
        "",
    ]  # fmt: skip


if __name__ == "__main__":
    from tanheng.errors import use_language

    use_language("en")
    print("\n".join(section()))
