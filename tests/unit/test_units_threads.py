"""Units are read by several jobs of one server at once."""

from __future__ import annotations

import subprocess
import sys

AT_ONCE = """
import threading
from concurrent.futures import ThreadPoolExecutor
from tanheng.quantities import multiplier, parse_unit
start = threading.Barrier(8)
def read(number):
    start.wait()
    return [parse_unit(text).factor for text in ("万kWh", "GJ", "万t", "kg/TJ", "万Nm3")], multiplier("万tce", "TJ")
with ThreadPoolExecutor(8) as pool:
    assert len({str(one) for one in pool.map(read, range(8))}) == 1
"""


def test_units_are_read_by_several_threads_at_once() -> None:
    found = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
