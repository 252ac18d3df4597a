"""The loop of a road: deviation with cause and CUSUM, false alarms by simulation, the correction of a province and of a large tree.

python benchmarks/loop.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tree import synthetic, told

from tanheng.pathways import deviation_of, load_road, road_of, tree_of
from tanheng.pathways.deviation import run_length

ROAD = Path(__file__).parents[1] / "examples" / "sichuan-road" / "road.yaml"


def large() -> Any:
    """A road of ten observed years over a tree of 500 nodes, its path falling by a fifth in twenty years."""
    tree = tree_of(synthetic())
    start = float(tree.evaluate().total[0, 0])
    said = {"zh": "合成", "en": "synthetic"}
    table = {"year": list(range(2015, 2025)), "co2": [start * (0.9 + 0.02 * at) for at in range(10)]}
    data = {
        "format": "tanheng-road/1", "id": "large", "title": said, "tree": "given",
        "path": {"unit": tree.unit, "marks": {2021: start * 1.02, 2040: start * 0.8}, "source": said},
        "observed": {"file": "given", "period": "year", "total": "co2", "unit": tree.unit, "uncertainty": 5, "source": said},
    }  # fmt: skip
    return road_of(data, tree=tree, observed=table)


def section() -> list[str]:
    """Lines of RESULTS.md."""
    small, wide = load_road(ROAD), large()
    jobs: list[tuple[str, Any, str]] = [
        ("deviation, cause, forecast and CUSUM of a province, six cells", lambda: deviation_of(small, correct=False), ""),
        ("the same with the correction to 2030 and 500 draws of the simulation", lambda: deviation_of(small, correct=True), ""),
        ("a tree of 500 nodes, correction to 2040, 500 draws", lambda: deviation_of(wide, correct=True), ""),
        ("false alarms of k = 0.5, h = 4: 10,000 runs", lambda: run_length.__wrapped__(0.5, 4.0), ""),
    ]  # fmt: skip
    said = "`python benchmarks/loop.py`: the file is read before;"
    return told("The loop: deviation, alarm, correction", said, jobs)


if __name__ == "__main__":
    print("\n".join(section()))
