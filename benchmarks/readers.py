"""A hundred readers at once over the API: pivots, tables and proofs of the run that `serve_runs` makes.

    python benchmarks/readers.py [FOLDER] [--readers 100] [--seconds 30] [--entities 20000] [--years 10]

Each reader has a session of its own and asks one question after another, waiting a moment as people do (`--pause`, s).
Told: questions, errors, p50, p95 and the longest, by kind and altogether; CPU of the server; the load of the machine, on
which server and readers run together. Bar: no error, p95 under 1 s; the exit code is 1 where it is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx
from serve_runs import CITIES, FIRST, SECTORS, YEAR, _memory, _seconds, big_run, served

LIMIT = 1.0
Question = tuple[str, str, dict[str, object]]


def question(run: str, dataset: str, chance: random.Random, asked: argparse.Namespace) -> Question:
    """One question, drawn: six of ten pivots, two tables, two proofs."""
    kind = chance.choices(["pivot", "table", "proof"], [6, 2, 2])[0]
    if kind == "pivot":
        rows = chance.choice(["sector", "item", "region", "gas"])
        cell = chance.choice([{}, {"cell": f"region=CN-51{chance.choice(CITIES):02}"}])
        return kind, f"/runs/{run}/pivot", {"rows": rows, **YEAR, **cell}
    if kind == "table":
        return kind, f"/datasets/{dataset}/rows", {"offset": chance.randrange(1000) * 100, "limit": 100}
    entity, year = chance.randrange(asked.entities), FIRST + chance.randrange(asked.years)
    cell = [f"entity=E{entity:05}", f"sector={chance.choice(SECTORS)}", f"period={year}"]
    return kind, f"/runs/{run}/proof", {"cell": cell}


async def reader(
    client: httpx.AsyncClient, run: str, dataset: str, number: int, asked: argparse.Namespace, ends: float,
    taken: dict[str, list[float]], errors: list[str],
) -> None:  # fmt: skip
    chance = random.Random(number)
    while time.monotonic() < ends:
        await asyncio.sleep(chance.random() * 2 * asked.pause)
        kind, path, fields = question(run, dataset, chance, asked)
        began = time.perf_counter()
        try:
            answer = await client.get(path, params=fields)
            if answer.status_code != 200:
                errors.append(f"{answer.status_code} {path} {answer.text[:200]}")
        except httpx.HTTPError as error:
            errors.append(f"{type(error).__name__} {path}")
        taken[kind].append(time.perf_counter() - began)


async def together(base: str, sessions: list[dict[str, str]], run: str, dataset: str, asked: argparse.Namespace) -> tuple[dict[str, list[float]], list[str]]:  # fmt: skip
    taken: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    clients = [httpx.AsyncClient(base_url=base, timeout=60, cookies=one, verify=False) for one in sessions]
    ends = time.monotonic() + asked.seconds
    await asyncio.gather(
        *(reader(client, run, dataset, number, asked, ends, taken, errors) for number, client in enumerate(clients))
    )  # fmt: skip
    for client in clients:
        await client.aclose()
    return taken, errors


def main() -> None:
    """Make the run where it is missing, let everybody in, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--pause", type=float, default=2.0)
    parser.add_argument("--entities", type=int, default=20_000)
    parser.add_argument("--years", type=int, default=10)
    asked = parser.parse_args()
    os.environ |= {"TANHENG_LOG_LEVEL": "warning"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        with served(folder) as (client, process):
            run = big_run(client, folder, asked.entities, asked.years)
            dataset = str(client.get(f"/runs/{run}").raise_for_status().json()["dataset"])
            base, sessions = str(client.base_url), opened(folder, asked.readers)
            client.get(f"/runs/{run}/pivot", params={"rows": "sector", **YEAR}).raise_for_status()
            spent, began, load = _seconds(process), time.perf_counter(), os.getloadavg()[0]
            taken, errors = asyncio.run(together(base, sessions, run, dataset, asked))
            wall, spent = time.perf_counter() - began, _seconds(process) - spent
            memory = _memory(process)
    whole = [one for found in taken.values() for one in found]
    print(f"{asked.readers} readers, {wall:.0f} s, load before {load:.1f} on {os.cpu_count()} cores")
    print("| kind | questions | p50 ms | p95 ms | longest ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for kind, found in [*sorted(taken.items()), ("all", whole)]:
        print(f"| {kind} | {len(found)} | {statistics.median(found) * 1000:.0f} | {p95(found) * 1000:.0f} | {max(found) * 1000:.0f} |")  # fmt: skip
    print(f"errors {len(errors)}; server CPU {spent:.1f} s, {spent / len(whole) * 1000:.0f} ms a question; {memory:.0f} MB")  # fmt: skip
    for one in errors[:5]:
        print(one)
    sys.exit(bool(errors) or p95(whole) >= LIMIT)


def opened(folder: Path, count: int) -> list[dict[str, str]]:
    """Sessions of the bench's person, without the work of a hundred passwords."""
    from tanheng.access.sessions import Rules, open_session
    from tanheng.record.platform import Platform
    from tanheng.record.tables import PERSON

    with Platform(folder).writing() as connection:
        row = connection.execute(PERSON.select()).one()
        secrets = [
            open_session(connection, row, source="", agent="bench", rules=Rules(), by_second=False)
            for _ in range(count)
        ]
    return [{"tanheng_session": one} for one in secrets]


def p95(found: list[float]) -> float:
    """The 95th percentile."""
    return sorted(found)[max(0, int(len(found) * 0.95) - 1)]


if __name__ == "__main__":
    main()
