"""A small place and a small project, whose numbers can be told by hand."""

from __future__ import annotations

import copy
from typing import Any

from tanheng.pathways import tree_of
from tanheng.pathways.gate import Project, project_of
from tanheng.pathways.road import Road, road_of

SAID = {"zh": "测试", "en": "a test"}


def tree(**leaves: dict[str, Any]) -> dict[str, Any]:
    """E_t = 2000 + 500 x 1.05^(t - 2020) tCO2."""

    def leaf(name: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
        return {
            "title": SAID,
            "unit": unit,
            "value": value,
            "source": "a test",
            **more,
            **leaves.get(name, {}),
        }

    return {
        "format": "tanheng-tree/1", "id": "small", "title": SAID, "years": {"from": 2020, "to": 2030}, "total": "emission",
        "leaves": {
            "coal": leaf("coal", 1000, "t"), "coal_factor": leaf("coal_factor", 2, "tCO2/t"), "power": leaf("power", 1000, "MWh"),
            "growth": leaf("growth", 1, "1", growth={"2030": 5}), "grid": leaf("grid", 0.5, "tCO2/MWh"),
        },
        "nodes": {
            "power_use": {"title": SAID, "unit": "MWh", "formula": "power * growth"},
            "emission": {"title": SAID, "unit": "tCO2", "formula": "coal * coal_factor + power_use * grid"},
        },
    }  # fmt: skip


def road(
    gate: dict[str, Any] | None = None,
    path: float = 3000.0,
    more: dict[str, Any] | None = None,
    **leaves: dict[str, Any],
) -> Road:
    data = {
        "format": "tanheng-road/1", "id": "place", "title": SAID, "tree": "given",
        "path": {"unit": "tCO2", "marks": {"2020": path, "2030": path}, "source": "a test"},
        "observed": {"file": "given", "period": "year", "total": "co2", "unit": "tCO2", "uncertainty": 5, "source": "a test"},
        **({"gate": gate} if gate else {}),
    }  # fmt: skip
    return road_of(
        data, tree=tree_of({**tree(**leaves), **(more or {})}), observed={"year": [2020], "co2": [2500.0]}
    )


def change(**more: Any) -> dict[str, Any]:
    """200 tCO2 a year from 2025 on."""
    one = {
        "leaf": "power_use",
        "scope": 2,
        "kind": "absolute",
        "amount": 400,
        "unit": "MWh",
        "from": 2025,
        "source": "a test",
        **more,
    }
    return {key: value for key, value in one.items() if value is not None}


def option(**more: Any) -> dict[str, Any]:
    return {"title": SAID, "cost": 1000, "tonnes": 10, "available": 2021, "additional": True, "reason": "a test", "most": 10, "source": "a test", **more}  # fmt: skip


def asking(**more: Any) -> dict[str, Any]:
    return copy.deepcopy({"format": "tanheng-project/1", "id": "plant", "title": SAID, "changes": [change()], **more})  # fmt: skip


def project(place: Road, **more: Any) -> Project:
    return project_of(asking(**more), place)
