"""A small road whose numbers can be followed by hand: two cells over sixteen years, a tree of one product and two levers."""

from __future__ import annotations

from typing import Any

from tanheng.pathways import Road, road_of, tree_of

YEARS = list(range(2007, 2023))
OUT = {
    "a": [30, 33, 37, 41, 44, 47, 50, 55, 60, 66, 70, 75, 80, 85, 88, 90],
    "b": [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 30],
}
ENERGY = {
    "a": [33, 36, 39, 43, 45, 47, 50, 54, 58, 63, 66, 69, 72, 75, 75, 74],
    "b": [33, 34, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 47, 48],
}
CO2 = {
    "a": [70, 75, 81, 88, 92, 95, 100, 107, 114, 123, 128, 133, 137, 142, 140, 137],
    "b": [52, 53, 55, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 66, 66],
}
BOTH = {"zh": "小", "en": "Small"}


def observed(**changed: list[float]) -> dict[str, list[Any]]:
    """The table of what was observed; ``co2_a=[..]`` replaces a column of a cell."""
    rows: dict[str, list[Any]] = {"year": [], "cell": [], "gdp": [], "out": [], "energy": [], "co2": []}
    for cell in ("a", "b"):
        for at, year in enumerate(YEARS):
            rows["year"].append(year)
            rows["cell"].append(cell)
            rows["gdp"].append(OUT["a"][at] + OUT["b"][at])
            for name, held in (("out", OUT), ("energy", ENERGY), ("co2", CO2)):
                rows[name].append(changed.get(f"{name}_{cell}", held[cell])[at])
    return rows


def tree_data(**more: Any) -> dict[str, Any]:
    """200 t without levers: use 100 t times 2 tCO2/t; saving takes 30 % of the use, switching 20 % of the factor."""
    lever = {
        "title": BOTH,
        "kind": "relative",
        "from": 2021,
        "build": 2,
        "cost_unit": "元/tCO2",
        "source": "a test",
    }
    return {
        "format": "tanheng-tree/1", "id": "small", "title": BOTH, "years": {"from": 2020, "to": 2030}, "total": "total",
        "leaves": {
            "use": {"title": BOTH, "unit": "t", "value": 100, "source": "a test", "uncertainty": 6},
            "factor": {"title": BOTH, "unit": "tCO2/t", "value": 2, "source": "a test", "uncertainty": 4},
        },
        "nodes": {"total": {"title": BOTH, "unit": "tCO2", "formula": "use * factor"}},
        "levers": {
            "save": {**lever, "leaf": "use", "most": -0.3, "cost": 50},
            "switch": {**lever, "leaf": "factor", "most": -0.2, "cost": 200},
        },
        **more,
    }  # fmt: skip


def road_data(**more: Any) -> dict[str, Any]:
    """Base 2020 (209 t), target 2026 (150 t), peak by 2021."""
    data = {
        "format": "tanheng-road/1", "id": "small", "title": BOTH, "tree": "given",
        "path": {"unit": "tCO2", "marks": {"2020": 209, "2026": 150}, "peak": 2021, "source": "a test"},
        "observed": {
            "file": "given", "period": "year", "by": ["cell"], "total": "co2", "unit": "tCO2", "uncertainty": 4, "source": "a test",
            "grade": "B", "grade_source": "a test", "prices": {"gdp": "real"},
            "factors": {
                "gdp": {"formula": "gdp", "kind": "activity"}, "structure": {"formula": "out/gdp", "kind": "structure"},
                "intensity": {"formula": "energy/out", "kind": "intensity"}, "factor": {"formula": "co2/energy", "kind": "factor"},
            },
        },
    }  # fmt: skip
    for key, value in more.items():
        data[key] = {**data[key], **value} if isinstance(data.get(key), dict) else value  # type: ignore[dict-item]
    return data


def small_road(
    table: dict[str, list[Any]] | None = None, tree: dict[str, Any] | None = None, **more: Any
) -> Road:
    """The road itself."""
    return road_of(road_data(**more), tree=tree_of(tree or tree_data()), observed=table or observed())
