"""A million rows through the server: uploaded, checked row by row and published, over HTTP.

    .venv/bin/python benchmarks/serve.py [--rows 1000000] [--forms csv xlsx]

The table is made here: 20,000 enterprises, ten years, six energy items; one row in a thousand is wrong in one of four
ways, so that the checks have something to say. The server runs as a process of its own; its largest memory is read from
the kernel. Times are from the first byte sent to the state "done", with the upload's share of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from processes import Served, prepared

HEAD = ("主体", "时期", "品种", "数量", "单位")
ITEMS = (("原煤", "t"), ("柴油", "t"), ("天然气", "万Nm3"), ("电力", "MWh"), ("汽油", "t"), ("热力", "GJ"))
WRONG = (("-5", "t"), ("无", "t"), ("5", "桶半"), ("", "t"))
LIMIT = 20.0


def rows(count: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(4)
    for number in range(count):
        item, unit = ITEMS[number // 20_000 % len(ITEMS)]
        amount = f"{chance.random() * 1000:.3f}"
        if number % 1000 == 999:
            amount, unit = WRONG[number // 1000 % len(WRONG)]
        yield f"企业{number % 20_000:05d}", str(2014 + number // 120_000 % 10), item, amount, unit


def written(path: Path, count: int) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8") as stream:
            stream.write(",".join(HEAD) + "\n")
            stream.writelines(",".join(row) + "\n" for row in rows(count))
        return path
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("活动")
        for at, row in enumerate((HEAD, *rows(count))):
            numeric = at and row[3].replace(".", "").isdigit()
            sheet.write_row(at, 0, [*row[:3], float(row[3]) if numeric else row[3], row[4]])
    return path


def memory(served: Served) -> int:
    """The largest memory of the server so far, MB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


def cpu(served: Served) -> float:
    """Seconds of CPU that the server has used."""
    parts = Path(f"/proc/{served.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def measured(served: Served, file: Path, name: str) -> dict[str, Any]:
    before, used = memory(served), cpu(served)
    began = time.perf_counter()
    with file.open("rb") as stream:
        upload = served.client.post("/uploads", files={"file": (file.name, stream)}).json()
    uploaded = time.perf_counter()
    after_upload = memory(served)
    job = served.client.post("/datasets", json={"upload": upload["id"], "name": name}).json()["job"]
    found = served.job(job, "done", "failed", seconds=600, every=0.25)
    ended, used = time.perf_counter(), cpu(served) - used
    assert found["state"] == "done", found
    dataset = found["done"]["dataset"]
    pages = []
    for asked in ({"offset": 500_000}, {"sort": "-amount"}, {"where": "item=diesel"}):
        start = time.perf_counter()
        served.client.get(f"/datasets/{dataset}/rows", params=asked).raise_for_status()
        pages.append(round(time.perf_counter() - start, 3))
    start = time.perf_counter()
    whole = served.client.get(f"/datasets/{dataset}/rows", params={"format": "csv"})
    return {
        "form": file.suffix[1:], "megabytes": round(file.stat().st_size / 1e6, 1), "rows": found["done"]["rows"],
        "refused": found["done"]["refused"], "upload_s": round(uploaded - began, 2),
        "checks_s": round(ended - uploaded, 2), "total_s": round(ended - began, 2), "cpu_s": round(used, 2),
        "memory_before_mb": before, "memory_after_upload_mb": after_upload, "memory_mb": memory(served),
        "page_s": pages, "csv_s": round(time.perf_counter() - start, 2), "csv_mb": round(len(whole.content) / 1e6, 1),
        "load": os.getloadavg()[0],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--forms", nargs="+", default=["csv", "xlsx"], choices=["csv", "xlsx"])
    asked = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        files = [written(Path(folder) / f"a.{form}", asked.rows) for form in asked.forms]
        data = Path(folder) / "data"
        prepared(data)
        started = time.perf_counter()
        with Served(data) as served:
            start = time.perf_counter() - started
            idle = memory(served)
            found = [measured(served, file, file.suffix[1:]) for file in files]
    print(json.dumps({"commit": commit, "cores": os.cpu_count(), "start_s": round(start, 2), "idle_mb": idle, "runs": found}, ensure_ascii=False, indent=1))  # fmt: skip
    if asked.rows == 1_000_000:
        sys.exit(max(run["total_s"] for run in found) > LIMIT)


if __name__ == "__main__":
    main()
