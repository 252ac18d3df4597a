"""The dual-carbon index with 2,000 draws: the example's tree, and one of 500 nodes; the audit of three places.

python benchmarks/score.py
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tree import synthetic, told

from tanheng.pathways import dual_carbon_index, load_road, tree_of
from tanheng.pathways.index import audit_conventions

EXAMPLE = Path(__file__).parents[1] / "examples" / "sichuan-road" / "road.yaml"


def section() -> list[str]:
    road = load_road(EXAMPLE)
    large = tree_of(synthetic())
    other = replace(road, tree=large, path=replace(road.path, unit=large.unit))
    three = [dual_carbon_index(road, seed=seed) for seed in (1, 2, 3)]
    jobs: list[tuple[str, Any, str]] = [
        (
            f"the five parts and the whole, 2,000 draws: Sichuan, {len(road.tree.nodes)} nodes, {len(road.tree.levers)} levers",
            lambda: dual_carbon_index(road, draws=2000),
            "1",
        ),
        (
            f"the same with a tree of {len(large.nodes)} nodes, {len(large.levers)} levers",
            lambda: dual_carbon_index(other, draws=2000),
            "",
        ),
        (
            "audit of three places: 90 combinations of conventions x 2,000 draws",
            lambda: audit_conventions(three),
            "",
        ),
    ]
    said = "`python benchmarks/score.py`: forecast, cap, reachable space, supply curve, twenty solutions for the levers and joint draws;"
    return told("The dual-carbon index", said, jobs)


if __name__ == "__main__":
    print("\n".join(section()))
