"""``make bench-platform``: the server and the pages, one benchmark after another; writes PLATFORM.md with what each of them told."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PARTS = [
    ("A million rows through the server", "serve.py", "bars: 20 s to upload and check, start under 3 s, idle under 300 MB"),
    ("The explorer: 10 years x 20,000 enterprises x 12 sectors", "serve_runs.py", "bars: pivot 300 ms, proof 200 ms at the 95th percentile"),
    ("Comparison, exports and releases of a run of 2.4 million rows", "large_runs.py", "bars: comparison 15 s of CPU, exports and freezing under 1 GB"),
    ("A hundred readers at once", "readers.py", "bar: no error, p95 under 1 s"),
    ("Levers of a road: 500 nodes, 40 years, 1,000 draws", "levers.py", "bar: the total of any move within 200 ms"),
    ("The carbon map: 3,000 districts, 20 years, drawn by software", "map.py", "bar: 30 frames a second, or the best that is reached"),
]  # fmt: skip
PACKAGES = ("duckdb", "polars", "fastapi", "uvicorn", "sqlalchemy", "playwright", "tanheng")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=HERE / "PLATFORM.md")
    out = parser.parse_args().out
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    said = [
        "# The platform, measured", "",
        "Written by `make bench-platform` (`benchmarks/server.py`); do not edit. Server and client share the machine.", "",
        f"- {os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}; {versions}",
        f"- {time.strftime('%Y-%m-%d')}, load before {os.getloadavg()[0]:.1f}",
    ]  # fmt: skip
    for title, file, bars in PARTS:
        ran = subprocess.run([sys.executable, HERE / file], capture_output=True, text=True, check=False)
        table = [line for line in ran.stdout.splitlines() if line.startswith("|")]
        rest = [line for line in ran.stdout.splitlines() if not line.startswith("|")]
        said += [
            "",
            f"## {title}",
            "",
            f"`python benchmarks/{file}`; {bars}. Exit code {ran.returncode}.",
            "",
        ]
        said += [*table, *([""] if table else []), "```text", *rest, "```"]
        print(title, ran.returncode, ran.stderr[-2000:] if ran.returncode else "", flush=True)
    out.write_text("\n".join(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
