"""A factor tree of 500 nodes over 40 years: moving any lever on 1,000 draws, and the cheapest levers under a cap.

python benchmarks/tree.py [--repeats 5]
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from tanheng.pathways import Tree, solve_cap, tree_of

REPEATS = 3
_PART = 10


def synthetic(sectors: int = 100, levers: int = 40) -> dict[str, Any]:
    """A tree of five nodes a sector: activity x intensity, fuel and power, direct and indirect emission; shared grid factor."""
    said = {"zh": "合成", "en": "synthetic"}
    generator = np.random.default_rng(0)

    def leaf(value: float, unit: str = "1", **more: Any) -> dict[str, Any]:
        return {"title": said, "unit": unit, "value": float(value), "source": "synthetic", **more}

    leaves: dict[str, Any] = {
        "grid": leaf(0.6, "tCO2/MWh", uncertainty=8), "fuel_factor": leaf(2.5, "tCO2/t", uncertainty=5),
    }  # fmt: skip
    nodes: dict[str, Any] = {}
    for at in range(sectors):
        growth = {"2040": float(generator.uniform(-1, 3)), "2060": float(generator.uniform(-1, 1))}
        leaves |= {
            f"activity{at}": leaf(1, growth=growth, growth_uncertainty=0.5),
            f"fuel_use{at}": leaf(generator.uniform(1e5, 1e6), "t", uncertainty=10),
            f"power_use{at}": leaf(generator.uniform(1e5, 1e6), "MWh", uncertainty=5),
            f"intensity{at}": leaf(1),
        }
        nodes |= {
            f"demand{at}": ("1", f"activity{at} * intensity{at}"),
            f"fuel{at}": ("t", f"fuel_use{at} * demand{at}"),
            f"power{at}": ("MWh", f"power_use{at} * demand{at}"),
            f"direct{at}": ("tCO2", f"fuel{at} * fuel_factor"),
            f"sector{at}": ("tCO2", f"direct{at} + power{at} * grid"),
        }
    parts = [range(at, min(at + _PART, sectors)) for at in range(0, sectors, _PART)]
    nodes |= {
        f"part{at}": ("tCO2", " + ".join(f"sector{own}" for own in part)) for at, part in enumerate(parts)
    }
    nodes["total"] = ("tCO2", " + ".join(f"part{at}" for at in range(len(parts))))
    kinds = [
        lambda at: {"leaf": f"intensity{at}", "kind": "relative", "most": -0.3},
        lambda at: {"leaf": f"fuel_use{at}", "kind": "move", "to": f"power_use{at}", "ratio": 2.0, "ratio_unit": "MWh/t", "most": 0.6},
    ]  # fmt: skip
    measures = {
        f"lever{at}": {
            "title": said, "from": 2026, "build": int(generator.integers(5, 20)), "cost": float(generator.uniform(20, 800)),
            "cost_unit": "元/tCO2", "source": "synthetic", **kinds[at % 2](at // 2),
        }
        for at in range(levers - 1)
    }  # fmt: skip
    measures["clean"] = {
        "title": said, "leaf": "grid", "kind": "relative", "most": -0.8, "from": 2025, "build": 20, "cost": 250,
        "cost_unit": "元/tCO2", "source": "synthetic",
    }  # fmt: skip
    return {
        "format": "tanheng-tree/1", "id": "synthetic", "title": said, "years": {"from": 2021, "to": 2060}, "total": "total",
        "leaves": leaves, "levers": measures,
        "nodes": {name: {"title": said, "unit": unit, "formula": formula} for name, (unit, formula) in nodes.items()},
    }  # fmt: skip


def best(job: Any, repeats: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Least and largest CPU seconds, and wall seconds."""
    taken = []
    for _ in range(repeats):
        began = time.process_time(), time.perf_counter()
        job()
        taken.append((time.process_time() - began[0], time.perf_counter() - began[1]))
    cpu, wall = zip(*taken, strict=True)
    return (min(cpu), max(cpu)), (min(wall), max(wall))


def told(title: str, said: str, jobs: list[tuple[str, Any, str]]) -> list[str]:
    """A section: its title, what it measures, and a row for each job with its bar [s]; no column of bars where none has one."""
    barred = any(bar for _, _, bar in jobs)
    rows = []
    for name, job, bar in jobs:
        cpu, wall = best(job, REPEATS)
        rows.append(f"| {name} | {cpu[0]:.3f} ({cpu[1]:.3f}) | **{wall[0]:.3f}** ({wall[1]:.3f}) |" + f" {bar} |" * barred)  # fmt: skip
    heads = ["| job | CPU s | wall s |" + " bar s |" * barred, "| --- | ---: | ---: |" + " ---: |" * barred]
    return [f"## {title}", "", f"{said} seconds, least (most) of {REPEATS} runs.", "", *heads, *rows, ""]


def section() -> list[str]:
    tree: Tree = tree_of(synthetic())
    state = tree.evaluate(draws=1000)
    ends = tree.evaluate(levers=dict.fromkeys(tree.levers, 1.0)).total[0]
    start = tree.evaluate().total[0]
    reachable = {2030: float(start[9] * 0.5 + ends[9] * 0.5), 2060: float(start[39] * 0.3 + ends[39] * 0.7)}
    beyond = reachable | {2060: float(ends[39] * 0.8)}
    jobs: list[tuple[str, Any, str]] = [
        ("every node on 1,000 draws", lambda: tree.evaluate(draws=1000), ""),
        (
            "move one lever on 1,000 draws: one sector",
            lambda: float(state.move(lever0=0.7).total.mean()),
            "0.2",
        ),
        (
            "move the lever that reaches most, on 1,000 draws",
            lambda: float(state.move(clean=0.7).total.mean()),
            "0.2",
        ),
        ("the cheapest levers under a reachable cap", lambda: solve_cap(tree, marks=reachable), "2"),
        (
            "an unreachable cap: smallest gap, binding bounds and the cheapest relaxation",
            lambda: solve_cap(tree, marks=beyond),
            "2",
        ),
    ]
    said = f"`python benchmarks/tree.py`: a synthetic tree of {len(tree.nodes)} nodes, {len(tree.leaves)} leaves and {len(tree.levers)} levers over {tree.years.size} years;"
    return told("A factor tree", said, jobs)


if __name__ == "__main__":
    print("\n".join(section()))
