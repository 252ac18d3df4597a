"""What resolving gives: inputs with their sources, coefficients, and keys that stay unresolved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng.inventory.methods.method import Rule

KEY = ("item", "unit", "period", "region", "sector", "activity", "gas", "equipment", "parameters")
"""Columns of the activity that decide its coefficients."""

EXACT = "exact"
Retell = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Input:
    """One value that entered a coefficient, in the unit the formula takes, and where it comes from.

    ``uncertainty`` is the half width of the 95 % interval relative to the value; None is unknown, 0 exact.
    ``elasticity`` is the relative change of the coefficient per relative change of this value.
    """

    name: str
    value: float
    unit: str
    check: str
    factor: str = ""
    published: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    uncertainty: float | None = None
    carried_from: int | None = None
    why_zh: str = ""
    why_en: str = ""
    tried: tuple[Mapping[str, Any], ...] = ()
    elasticity: float = 1.0


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Mass of one gas per unit of one activity key."""

    key: tuple[str, ...]
    rule: Rule
    part: str
    gas: str
    value: float
    """t of the gas per canonical unit of the activity."""
    shown: float
    """t of the gas per unit as written in the activity."""
    inputs: tuple[Input, ...]
    category: Mapping[str, str]
    like: Coefficient | None = None
    """One that differs in the region of its key and in the places tried alone, and was resolved before."""

    @property
    def uncertainty(self) -> float | None:
        """Relative half width at 95 %, or None when an input's is unknown."""
        parts = [(one.uncertainty, one.elasticity) for one in self.inputs if one.check != EXACT]
        if any(known is None for known, _ in parts):
            return None
        return math.sqrt(sum(((known or 0.0) * elasticity) ** 2 for known, elasticity in parts))

    @property
    def check(self) -> str:
        """The weakest check state among the inputs."""
        present = {one.check for one in self.inputs}
        return next(
            (
                state
                for state in ("recalled", "reported", "derived", "user", "method", "read", "measured")
                if state in present
            ),
            "read",
        )

    def to_dict(self) -> dict[str, Any]:
        """The coefficient with all that led to it, as plain data."""
        return {
            **dict(zip(KEY, self.key, strict=True)),
            "rule": self.rule.id,
            "title": dict(self.rule.title),
            "clause": self.rule.clause,
            "clause_en": self.rule.clause_en,
            "formula": self.rule.formula.text,
            "part": self.part,
            "emitted": self.gas,
            "coefficient": self.shown,
            "category": dict(self.category),
            "inputs": [
                {
                    **{name: getattr(one, name) for name in Input.__slots__},
                    "source": dict(one.source),
                    "tried": [dict(step) for step in one.tried],
                }
                for one in self.inputs
            ],
        }


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A key, or one gas of it, without a coefficient, and why; `fields` fill the finding's sentence."""

    key: tuple[str, ...]
    gas: str
    code: str
    fields: Mapping[str, Any]
    retell: Retell | None = field(default=None, compare=False, repr=False)
    """Its fields for another region with the same `mark` (see `Lookups`); None where no region stands in them."""
