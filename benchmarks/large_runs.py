"""Comparison, exports, freezing and verification of large runs over HTTP: time, CPU and peak memory of each.

    python benchmarks/large_runs.py [FOLDER] [--entities 20000] [--years 10]

Accounts the activity that `serve_runs` makes twice, once with another oxidation rate so that every cell differs, starts
the server anew and asks for one thing after another. The peak is that of the server while it works on that thing.
Bars: comparison 15 s of CPU; exports and freezing 1 GB. Verification accounts all of it anew and has no bar.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from serve_runs import _memory, _seconds, big_run, made, served, sign_in

FORMS = ("csv", "parquet", "iamc", "workbook", "word", "html")
_CPU, _MB = 15, 1000


def other_run(client: httpx.Client, run: str) -> str:
    """A run of the same data set, of which every cell differs."""
    row = client.get(f"/runs/{run}").raise_for_status().json()
    name = f"{row['name']}-other"
    kept = client.get("/runs", params={"where": f"name={name}"}).json()["rows"]
    oxidation = {
        "rule": "combustion-co2",
        "parameter": "oxidation",
        "value": 99,
        "unit": "percent",
        "source": "bench",
    }
    asked = {"dataset": row["dataset"], "method": row["method"], "name": name, "overrides": [oxidation]}
    return str(kept[0]["id"] if kept else made(client, "/runs", asked)["run"])


class Measured:
    """Rows of a table: what was asked for, seconds, CPU and the peak of the server."""

    def __init__(self, process: int) -> None:
        self._process, self.missed = process, False
        print("| what | s | CPU s | peak MB | bar |")
        print("| --- | ---: | ---: | ---: | --- |")

    @contextlib.contextmanager
    def of(self, what: str, *, cpu: float = 0, megabytes: float = 0) -> Any:
        """Measure the block."""
        with contextlib.suppress(OSError):
            Path(f"/proc/{self._process}/clear_refs").write_text("5")
        began, spent = time.perf_counter(), _seconds(self._process)
        yield
        seconds, used, peak = (
            time.perf_counter() - began,
            _seconds(self._process) - spent,
            _memory(self._process, "VmHWM"),
        )
        self.missed |= bool(cpu and used > cpu) or bool(megabytes and peak > megabytes)
        bar = f"{cpu:.0f} s of CPU" if cpu else f"{megabytes:.0f} MB" if megabytes else "–"
        print(f"| {what} | {seconds:.1f} | {used:.1f} | {peak:.0f} | {bar} |", flush=True)


def main() -> int:
    """Make the runs, ask, and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--entities", type=int, default=20_000)
    parser.add_argument("--years", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        with served(folder) as (client, _):
            run = big_run(client, folder, asked.entities, asked.years)
            other = other_run(client, run)
        with served(folder) as (client, process):
            print(f"the server holds {_memory(process):.0f} MB")
            measured = Measured(process)
            with measured.of("comparison of two runs", cpu=_CPU):
                client.get("/comparisons", params={"new": other, "old": run}).raise_for_status()
            with measured.of("the same comparison again"):
                client.get(
                    "/comparisons", params={"new": other, "old": run, "offset": 5000}
                ).raise_for_status()
            for form in FORMS:
                with measured.of(f"export {form}", megabytes=_MB):
                    made(client, "/exports", {"run": run, "forms": [form]})
            body = {"run": run, "name": "bench", "why": "bench"}
            release = client.post("/releases", json=body).raise_for_status().json()["id"]
            sign_in(client, "approver")
            with measured.of("freezing a release", megabytes=_MB):
                made(client, f"/releases/{release}/approve", {"said": "bench"})
            with measured.of("verifying it"):
                made(client, f"/releases/{release}/verify", {})
        return int(measured.missed)


if __name__ == "__main__":
    raise SystemExit(main())
