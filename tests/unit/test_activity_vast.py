"""A workbook of 50 MB is accounted by the command line within 1 GB of memory, and tells how far it is."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter
from test_activity_large import table

ROWS = 900_000
FILE_BYTES = 50_000_000
MEMORY_KB = 1_000_000_000 // 1024
ACCOUNT = """
import atexit, sys
from pathlib import Path
from tanheng.cli import main
atexit.register(lambda: Path(status).write_text(Path("/proc/self/status").read_text()))
sys.argv, status = sys.argv[:-1], sys.argv[-1]
main()
"""


def vast(path: Path) -> None:
    """Activity with a text of its own in every row, in shared strings as spreadsheets write them."""
    digits = random.Random(2021)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("活动")
        sheet.write_row(0, 0, ["主体", "时期", "品种", "数量", "单位", "凭证"])
        for at, row in enumerate(table(ROWS).iter_rows(), 1):
            voucher = f"凭证{digits.getrandbits(144):036x}"
            sheet.write_row(at, 0, [*row[:3], digits.random() * 1e4, row[4], voucher])


def peak_kb(status: Path) -> int:
    """The largest resident memory of a process that has ended, unlike ``ru_maxrss`` without that of its parent."""
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_a_workbook_of_50_mb_within_1_gb(tmp_path: Path) -> None:
    path, status = tmp_path / "大.xlsx", tmp_path / "status"
    here = "import sys, test_activity_vast as v; v.vast(v.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", here, str(path)], check=True, cwd=Path(__file__).parent, env=_env())
    assert path.stat().st_size > FILE_BYTES
    account = [str(path), "--method", "sichuan-park-2022", "--json", "--lang", "zh"]
    ran = subprocess.run(
        [sys.executable, "-c", ACCOUNT, "account", *account, str(status)],
        capture_output=True, text=True, cwd=tmp_path, env=_env(), check=False,
    )  # fmt: skip
    assert ran.returncode in {0, 1}, ran.stderr[-2000:]
    found = json.loads(ran.stdout)
    assert found["refused"] == 0
    assert sum(row["amount"] for row in found["rows"]) > ROWS
    for done in ("50,001", "450,001", "850,001"):
        assert f"已读 {done} 行" in ran.stderr
    assert peak_kb(status) < MEMORY_KB


def _env() -> dict[str, str]:
    paths = [*sys.path, str(Path(__file__).parent)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
