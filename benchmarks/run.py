"""``make bench``: every figure in one run, side by side; writes RESULTS.md. Seconds are of the CPU (user + system)."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import road

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


def child(arguments: list[str]) -> dict[str, float | str]:
    """Run a command; its CPU seconds, wall seconds, peak memory [MB] and output."""
    with tempfile.TemporaryFile("w+") as out:
        began = dt.datetime.now(dt.UTC)
        process = subprocess.Popen(arguments, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = (dt.datetime.now(dt.UTC) - began).total_seconds()
        if status:
            raise SystemExit(f"failed: {arguments}")
        out.seek(0)
        return {
            "cpu": usage.ru_utime + usage.ru_stime,
            "wall": wall,
            "mb": usage.ru_maxrss / 1024,
            "out": out.read(),
        }


def job(name: str, data: Path) -> dict[str, float | str]:
    return child([sys.executable, str(HERE / "one.py"), name, str(data)])


def city_job(name: str, folder: Path) -> dict[str, float | str]:
    return child([sys.executable, str(HERE / "city.py"), name, str(folder)])


def city_section(folder: Path, repeats: int) -> list[str]:
    """The city with Monte Carlo and the table of provinces, as lines of the report."""
    city_job("prepare", folder)
    found = {name: [city_job(name, folder) for _ in range(repeats)] for name in ("city", "provinces")}
    said = {name: [json.loads(str(run["out"])) for run in runs] for name, runs in found.items()}
    for name, runs in said.items():
        if len({run["digest"] for run in runs}) > 1 or runs[0]["unmatched"]:
            raise SystemExit(f"{name}: the digests differ, or rows are unmatched")
    city, provinces = said["city"][0], said["provinces"][0]
    fastest = min(said["city"], key=lambda run: run["wall_s"])
    rows = {
        "city": f"a city: read a CSV, account for five sectors by the provincial guideline, table by category and gas, digest, 10,000 draws (every amount, parameter and measured share uncertain: {city['known_share']:.0f} % of the total); with the import of the package",
        "provinces": "30 provinces x 23 years x 47 sectors x 17 fuels: one call of `account` on a frame in memory by `cn-energy-2011`",
    }
    counts = {"city": city["rows"], "provinces": provinces["rows"]}
    bars = {"city": 3, "provinces": 2}
    lines = [
        "## A city, and a country of provinces",
        "",
        f"`python benchmarks/city.py city|provinces DATA`, {repeats} runs in processes of their own, minimum (maximum) of the wall seconds.",
        "",
        "| job | rows | wall s | peak MB | bar |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, told in rows.items():
        walls = [float(run["wall_s"]) for run in said[name]]
        peak = max(float(run["mb"]) for run in found[name])
        lines.append(
            f"| {told} | {counts[name]:,} | **{min(walls):.2f}** ({max(walls):.2f}) | {peak:.0f} | {bars[name]} s |"
        )
    return [
        *lines,
        "",
        f"Of the city {fastest['account_s']:.2f} s are the account and {fastest['monte_carlo_s']:.2f} s the draws; the digest is the same in every run.",
        "",
    ]


def best(runs: list[dict[str, float | str]], key: str) -> float:
    return min(float(run[key]) for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    chosen = parser.parse_args()
    large, small = chosen.data / f"rows-{chosen.rows}", chosen.data / f"rows-{chosen.rows // 10}"
    for folder, rows in ((large, chosen.rows), (small, chosen.rows // 10)):
        if not folder.is_dir():
            print(f"generating {rows:,} rows …", flush=True)
            subprocess.run([sys.executable, str(HERE / "generate.py"), str(folder), str(rows)], check=True)
    job("sheet", large)
    runs: dict[str, list[dict[str, float | str]]] = {"ours": [], "sql": [], "pandas": []}
    for _ in range(chosen.repeats):
        for name, data in (("ours", large), ("sql", large), ("pandas", small)):
            runs[name].append(job(name, data))
            print(name, {key: value for key, value in runs[name][-1].items() if key != "out"}, flush=True)
    starts = {
        "python -c 'import tanheng'": [child([sys.executable, "-c", "import tanheng"]) for _ in range(5)],
        "python -c 'from tanheng import account'": [
            child([sys.executable, "-c", "from tanheng import account"]) for _ in range(5)
        ],
        "python -c 'import polars, duckdb' (for comparison)": [
            child([sys.executable, "-c", "import polars, duckdb"]) for _ in range(5)
        ],
        "tanheng --help": [child([str(BIN / "tanheng"), "--help"]) for _ in range(5)],
    }
    carlo = [json.loads(str(job("monte_carlo", large)["out"])) for _ in range(chosen.repeats)]
    city = city_section(chosen.data / "city", chosen.repeats)
    text = "\n".join([report(chosen, runs, starts, carlo), *city, *road.lines()])
    chosen.out.write_text(text, encoding="utf-8")
    print(chosen.out.read_text(encoding="utf-8"))


def report(
    chosen: argparse.Namespace,
    runs: dict[str, list[dict[str, float | str]]],
    starts: dict[str, list[dict[str, float | str]]],
    carlo: list[dict[str, float]],
) -> str:
    ours, sql, pandas = (runs[name] for name in ("ours", "sql", "pandas"))
    said = {name: json.loads(str(found[0]["out"])) for name, found in runs.items()}
    same = said["ours"]["nano"] == said["sql"]["nano"] and said["ours"]["groups"] == said["sql"]["groups"]
    repeat = all(
        len({json.loads(str(run["out"]))["digest"] for run in runs[name]}) == 1 for name in ("ours", "sql")
    )
    to_sql = best(ours, "cpu") / best(sql, "cpu")
    per_row = (best(pandas, "cpu") / (chosen.rows / 10)) / (best(ours, "cpu") / chosen.rows)
    spread = {
        name: (best(found, "cpu"), max(float(run["cpu"]) for run in found)) for name, found in runs.items()
    }
    packages = ("duckdb", "polars", "numpy", "pandas", "pyarrow", "pint", "tanheng")
    lines = [
        "# Benchmark results",
        "",
        "Written by `make bench` (`benchmarks/run.py`); do not edit. Machines are shared: read the ratios, not the seconds.",
        "",
        f"- Machine: {os.cpu_count()} cores, {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB, {cpu_name()}, {platform.system()} {platform.release()}",
        f"- Python {platform.python_version()}; "
        + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages),
        f"- {chosen.rows:,} activity rows in Parquet, {said['sql']['groups']:,} result groups, {chosen.repeats} interleaved repeats, minimum (maximum) shown",
        "",
        "## Accounting",
        "",
        "| job | rows | CPU s | wall s | peak MB |",
        "| --- | ---: | ---: | ---: | ---: |",
        f"| `tanheng.account` with reading the method, 5,760 keys resolved, sheet, inventory and digest | {chosen.rows:,} | {spread['ours'][0]:.2f} ({spread['ours'][1]:.2f}) | {best(ours, 'wall'):.2f} | {max(float(run['mb']) for run in ours):.0f} |",
        f"| hand-written SQL on the same engine, coefficients given (`hand_written.sql`) | {chosen.rows:,} | {spread['sql'][0]:.2f} ({spread['sql'][1]:.2f}) | {best(sql, 'wall'):.2f} | {max(float(run['mb']) for run in sql):.0f} |",
        f"| pandas, coefficients given | {chosen.rows // 10:,} | {spread['pandas'][0]:.2f} ({spread['pandas'][1]:.2f}) | {best(pandas, 'wall'):.2f} | {max(float(run['mb']) for run in pandas):.0f} |",
        "",
        f"- Ours against hand-written SQL: **{to_sql:.2f} x** CPU (bar: 1.25 x). Same sum to the last 10^-9 t and same groups: {'yes' if same else 'NO'}; the same digest in every repeat: {'yes' if repeat else 'NO'}.",
        f"- Ours against pandas, per row: **{per_row:.1f} x** less CPU (bar: 10 x).",
        f"- Peak memory: **{max(float(run['mb']) for run in ours):.0f} MB** (bar: 1,500 MB).",
        "",
        "## Start-up",
        "",
        "| command | CPU s | wall s |",
        "| --- | ---: | ---: |",
        *(
            f"| `{name}` | {best(found, 'cpu'):.2f} | {best(found, 'wall'):.2f} |"
            for name, found in starts.items()
        ),
        "",
        "Bars: import under 0.5 s, help under 0.4 s.",
        "",
        "## Monte Carlo",
        "",
        f"10,000 draws of 2,000 coefficients (each with an uncertain amount and an uncertain factor: 4,000 variables): **{min(run['wall'] for run in carlo):.2f} s** wall, {min(run['cpu'] for run in carlo):.2f} s CPU (bar: 2 s).",
        "",
    ]
    return "\n".join(lines)


def cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    return next(
        (line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")),
        platform.machine(),
    )


if __name__ == "__main__":
    main()
