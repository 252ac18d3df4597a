"""Times the inventory explorer over HTTP on a run of 10 years x 20,000 enterprises x 12 sectors.

    python benchmarks/serve_runs.py [FOLDER] [--entities 20000] [--years 10]

Starts ``tanheng serve`` on FOLDER, uploads the activity that `activity` makes (synthetic, the same on every machine),
accounts it, and asks each question 50 times after a first one. Server and client share the machine: its load is printed,
and so is the CPU time of the server for each answer.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl

SECTORS = [
    "power", "heat_supply", "petroleum_refining", "coking", "coal_mining", "ferroalloy", "aluminium", "calcium_carbide",
    "silicon_carbide", "cement_kiln", "pulp_paper", "food",
]  # fmt: skip
ITEMS = [
    ("raw_coal", "t"), ("anthracite", "t"), ("bituminous_coal", "t"), ("coke", "t"), ("fuel_oil", "t"), ("gasoline", "t"),
    ("diesel", "t"), ("natural_gas", "万Nm3"), ("lpg", "t"), ("kerosene", "t"), ("lignite", "t"), ("crude_oil", "t"),
]  # fmt: skip
CITIES = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 32, 33, 34]
FIRST, ROUNDS, PASSWORD = 2013, 50, "only for timing 2026"


def activity(file: Path, entities: int, years: int) -> int:
    """Write one row for each year, enterprise and sector; the number of rows."""
    rows = years * entities * len(SECTORS)
    number = pl.int_range(rows, eager=True).alias("n")
    place, sector = pl.col("n") // len(SECTORS), pl.col("n") % len(SECTORS)
    item = (place + sector) % len(ITEMS)

    def named(which: pl.Expr, names: list[str]) -> pl.Expr:
        return which.replace_strict(dict(enumerate(names)), return_dtype=pl.String)

    pl.DataFrame(number).select(
        pl.format("E{}", (place % entities).cast(pl.String).str.zfill(5)).alias("entity"),
        named(place % entities % len(CITIES), [f"CN-51{city:02}" for city in CITIES]).alias("region"),
        (FIRST + place // entities).cast(pl.String).alias("period"),
        named(sector, SECTORS).alias("sector"),
        named(item, [name for name, _ in ITEMS]).alias("item"),
        named(item, [unit for _, unit in ITEMS]).alias("unit"),
        (pl.col("n") * 7919 % 100_000 / 100 + 1).alias("amount"),
    ).write_csv(file)
    return rows


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[httpx.Client, int]]:
    """A server in a process of its own, with an analyst signed in; the client, and the process."""
    from tanheng.access import add_person
    from tanheng.access.people import tenant_id
    from tanheng.record.platform import Platform
    from tanheng.record.tables import PERSON

    platform = Platform(folder)
    with platform.writing() as connection:
        if connection.execute(PERSON.select()).first() is None:
            for login, role in (("bench", "analyst"), ("approver", "approver")):
                add_person(connection, tenant=tenant_id(connection, "bench"), login=login, name=login,
                           password=PASSWORD, roles=[role])  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tanheng", "serve", "--data", str(folder), "--port", str(port)]
    process = subprocess.Popen(
        command, env={**os.environ, "TANHENG_RATE_PERSON": "0", "TANHENG_RATE_SOURCE": "0"}
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=600) as client:
            began = time.perf_counter()
            while True:
                with contextlib.suppress(httpx.TransportError):
                    client.get("/health")
                    break
                time.sleep(0.05)
            print(f"server ready after {time.perf_counter() - began:.2f} s")
            sign_in(client, "bench")
            yield client, process.pid
    finally:
        process.terminate()
        process.wait()


def sign_in(client: httpx.Client, login: str) -> None:
    """Sign in as somebody, from now on."""
    body = {"login": login, "password": PASSWORD}
    told = client.post("/session", json=body).raise_for_status().json()
    client.headers["x-csrf-token"] = told["csrf"]


def made(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a job made."""
    job = client.post(path, json=body).raise_for_status().json()["job"]
    while (found := client.get(f"/jobs/{job}").json())["state"] in ("waiting", "running"):
        time.sleep(0.2)
    assert found["state"] == "done", found
    return dict(found["done"])


def big_run(client: httpx.Client, folder: Path, entities: int, years: int) -> str:
    """The run, made once for a folder."""
    name = f"bench-{entities}-{years}"
    kept = client.get("/runs", params={"where": f"name={name}"}).json()["rows"]
    if kept:
        return str(kept[0]["id"])
    file = folder / f"{name}.csv"
    began = time.perf_counter()
    rows = activity(file, entities, years)
    print(
        f"{rows:,} rows written in {time.perf_counter() - began:.1f} s ({file.stat().st_size / 1e6:.0f} MB)"
    )
    began = time.perf_counter()
    with file.open("rb") as stream:
        upload = client.post("/uploads", files={"file": (file.name, stream)}).raise_for_status().json()["id"]
    print(f"upload: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    dataset = made(client, "/datasets", {"upload": upload, "name": name})["dataset"]
    print(f"data set: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    run = made(client, "/runs", {"dataset": dataset, "method": "cn-energy-2011", "name": name})["run"]
    print(f"run: {time.perf_counter() - began:.1f} s")
    file.unlink()
    return str(run)


Asked = dict[str, object]
YEAR, ACROSS = (
    {"columns": "period"},
    [["sector"], ["item"], ["region"], ["gas"], ["scope"], ["provincial2011"]],
)
PAIRS = [[*one, *two] for one in ACROSS for two in ACROSS if one != two]
CELLS = [
    [f"entity=E{n * 397:05}", f"sector={SECTORS[n % 12]}", f"period={FIRST + n % 10}"] for n in range(50)
]
QUESTIONS: list[tuple[str, str, list[Asked], float]] = [
    ("pivot sector x year, the same again", "pivot", [{"rows": "sector", **YEAR}], 300),
    ("pivot of two dimensions x year, 30 different ones in turn", "pivot", [{"rows": pair, **YEAR} for pair in PAIRS], 300),
    ("pivot sector x year of a city, another each time", "pivot",
     [{"rows": "sector", **YEAR, "cell": f"region=CN-51{city:02}"} for city in CITIES], 300),
    ("pivot enterprise x year, a page of 20,000, another sector each time", "pivot",
     [{"rows": "entity", **YEAR, "cell": f"sector={sector}"} for sector in [*SECTORS[:10], *SECTORS[10:]]], 300),
    ("pivot enterprise x year, the next page each time", "pivot",
     [{"rows": "entity", **YEAR, "offset": page * 100} for page in range(50)], 300),
    ("flows item, sector, gas", "flows", [{}], 300),
    ("proof of one enterprise, sector and year, another each time", "proof", [{"cell": cell} for cell in CELLS], 200),
    ("proof of one sector and year, another each time", "proof", [{"cell": cell[1:]} for cell in CELLS], 200),
    ("proof of the total", "proof", [{}], 200),
]  # fmt: skip


def main() -> None:
    """Make the run, ask, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--entities", type=int, default=20_000)
    parser.add_argument("--years", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        with served(folder) as (client, process):
            run = big_run(client, folder, asked.entities, asked.years)
        with served(folder) as (client, process):
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            print("| question | first ms | median ms | p95 ms | bar ms | CPU ms |")
            print("| --- | ---: | ---: | ---: | ---: | ---: |")
            for title, path, asked_of, bar in QUESTIONS:
                taken, spent = [], 0.0
                for turn in range(ROUNDS + 1):
                    spent = _seconds(process) if turn == 1 else spent
                    began = time.perf_counter()
                    client.get(
                        f"/runs/{run}/{path}", params=asked_of[turn % len(asked_of)]
                    ).raise_for_status()
                    taken.append((time.perf_counter() - began) * 1000)
                warm, each = sorted(taken[1:]), (_seconds(process) - spent) / ROUNDS * 1000
                tail = warm[int(ROUNDS * 0.95) - 1]
                print(
                    f"| {title} | {taken[0]:.0f} | {statistics.median(warm):.0f} | {tail:.0f} | {bar:.0f} | {each:.0f} |"
                )
            print(f"load {os.getloadavg()[0]:.1f}; the server holds {_memory(process):.0f} MB")


def _seconds(process: int) -> float:
    """CPU that the server has used, which does not depend on what else the machine does."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int, kind: str = "VmRSS") -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(kind):
                return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    main()
