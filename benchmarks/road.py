"""``python benchmarks/road.py``: the sections of RESULTS.md about the road, written after those of the accounting."""

from __future__ import annotations

import importlib
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
MARK = "<!-- the road: benchmarks/road.py -->"
SECTIONS = ("drivers", "forecasts", "tree", "score", "audits", "loop")


def lines() -> list[str]:
    """All sections, each by a module of its own."""
    return [MARK, "", *(line for name in SECTIONS for line in importlib.import_module(name).section())]


def main() -> None:
    kept = RESULTS.read_text(encoding="utf-8").split(MARK)[0].rstrip()
    RESULTS.write_text(kept + "\n\n" + "\n".join(lines()).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
