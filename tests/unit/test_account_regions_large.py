"""Thousands of districts over twenty years: what they inherit from the country is resolved once, in little memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MEMORY_KB = 1_500_000_000 // 1024
DISTRICTS, YEARS = 3000, 20
ACCOUNT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
import polars as pl
import tanheng as th
from tanheng.codes import regions
item, unit, sector, districts, years, folder = sys.argv[1:]
codes = [one.gb2260 for one in regions("district") if one.gb2260][: int(districts)]
rows = [(code, str(2001 + year), code, item, 1.0 + year, unit, sector) for code in codes for year in range(int(years))]
table = pl.DataFrame(rows, schema=["entity", "period", "region", "item", "amount", "unit", "sector"], orient="row")
found = th.account(table, "gpc-cn")
found.save(folder)
print(len(codes), len(found.records), found.unmatched.height, len(found.findings))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
@pytest.mark.parametrize(
    ("item", "unit", "sector", "whole"),
    [("柴油", "t", "工业", True), ("电力", "MWh", "工业", False)],
    ids=["all have a factor", "no grid factor before 2010"],
)
def test_60_000_region_years_within_1_5_gb(
    tmp_path: Path, item: str, unit: str, sector: str, whole: bool
) -> None:
    asked = [item, unit, sector, str(DISTRICTS), str(YEARS), str(tmp_path / "run")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ran = subprocess.run(
        [sys.executable, "-c", ACCOUNT, *asked], capture_output=True, text=True, env=env, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    districts, records, unmatched, findings, peak = map(int, ran.stdout.split())
    assert districts > 2500
    assert (unmatched == 0) is whole
    assert records + unmatched == districts * YEARS * (3 if whole else 1)
    assert findings < 1000
    assert peak < MEMORY_KB
    assert sum(path.stat().st_size for path in (tmp_path / "run").iterdir()) < 50_000_000
