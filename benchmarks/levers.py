"""Levers moved over the API: a tree of 500 nodes, 40 years, 1,000 draws; one lever after another, and all 40 at once.

    python benchmarks/levers.py [FOLDER]

Bar: the total within 200 ms; the exit code is 1 where the 95th percentile misses it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from serve_runs import _seconds, made, served
from tree import synthetic

BAR, ROUNDS = 200, 50


def a_road(client: httpx.Client) -> str:
    """A road of the synthetic tree."""
    content = json.dumps(synthetic()).encode()
    upload = client.post("/uploads", files={"file": ("tree.yaml", content)}).raise_for_status().json()["id"]
    return str(made(client, "/roads", {"name": "bench", "files": [upload], "synthetic": True})["road"])


def main() -> None:
    """Ask, print, and tell by the exit code whether the bar holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    asked = parser.parse_args()
    chance, worst = random.Random(0), 0.0
    with (
        tempfile.TemporaryDirectory() as temporary,
        served(asked.folder or Path(temporary)) as (client, process),
    ):
        road = a_road(client)
        levers = [
            one["id"] for one in client.get(f"/roads/{road}/levers").raise_for_status().json()["levers"]
        ]
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {len(levers)} levers")
        print("| move | first ms | median ms | p95 ms | longest ms | bar ms | CPU ms |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        moved: dict[str, float] = {}
        for title, each in (("one lever, another each time", 1), (f"all {len(levers)} levers", len(levers))):
            taken, spent = [], 0.0
            for turn in range(ROUNDS + 1):
                spent = _seconds(process) if turn == 1 else spent
                for name in [levers[turn % len(levers)]] if each == 1 else levers:
                    moved[name] = round(chance.random(), 3)
                began = time.perf_counter()
                client.post(f"/roads/{road}/total", json={"levers": moved}).raise_for_status()
                taken.append((time.perf_counter() - began) * 1000)
            warm, cpu = sorted(taken[1:]), (_seconds(process) - spent) / ROUNDS * 1000
            tail = warm[int(ROUNDS * 0.95) - 1]
            worst = max(worst, tail)
            print(
                f"| {title} | {taken[0]:.0f} | {statistics.median(warm):.0f} | {tail:.0f} | {warm[-1]:.0f} | {BAR} | {cpu:.0f} |"
            )
    sys.exit(worst > BAR)


if __name__ == "__main__":
    main()
