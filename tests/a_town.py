"""A small road that is off its path: four years, two cells, two levers; and the same a year later."""

from __future__ import annotations

from typing import Any

import yaml
from tests.unit.test_deviation import ROWS, road_data, tree_data

LEVERS = {"levers": {"save": {"factor": "use", "cell": "coal"}, "clean": {"factor": "rate", "cell": "power"}}}
LATER = {
    "year": [2024, 2024],
    "cell": ["coal", "power"],
    "use": [103.0, 336],
    "rate": [2.0, 1.05],
    "co2": [206.0, 352.8],
}


def town(*, later: bool = False, tree: dict[str, Any] | None = None, **more: Any) -> dict[str, bytes]:
    """The files of the set; ``tree`` are levers beside its own."""
    rows = {name: [*values, *(LATER[name] if later else ())] for name, values in ROWS.items()}
    lines = [",".join(rows), *(",".join(map(str, row)) for row in zip(*rows.values(), strict=True))]
    road = road_data(**{"deviation": LEVERS, **more})
    model = tree_data()
    model["levers"] |= tree or {}
    return {
        "road.yaml": yaml.safe_dump(road, allow_unicode=True).encode(),
        "tree.yaml": yaml.safe_dump(model, allow_unicode=True).encode(),
        "observed.csv": ("\n".join(lines) + "\n").encode(),
    }
