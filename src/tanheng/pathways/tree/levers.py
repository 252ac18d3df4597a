"""Levers: what can be done, how fast, at which cost, and what they make of the leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.leaf import Leaf
from tanheng.pathways.tree.problems import lever_wrong

_LOOSE = 1e-9


@dataclass(frozen=True)
class Lever:
    """杠杆 A measure. Its depth in a year is 0 (nothing) to `ramp` of that year; at depth 1 it is fully done.

    ``kind`` relative multiplies the leaf by 1 + ``most`` x depth, absolute adds ``most`` x depth [unit of the leaf], move takes the
    share ``most`` x depth of the leaf over to ``to``, one unit becoming ``ratio``. ``cost`` stands per ``cost_per``: year (at
    depth 1), leaf (unit of the leaf changed) or total (unit of the total that it saves alone), in CNY of the tree's price year.
    """

    name: str
    title: Mapping[str, str]
    leaf: str
    kind: Literal["relative", "absolute", "move"]
    most: float
    start: int
    build: int
    shape: Literal["linear", "s"] = "linear"
    to: str = ""
    ratio: float = 1.0
    wedge: str = "other"
    cost: float = 0.0
    cost_per: Literal["year", "leaf", "total"] = "year"
    group: str = ""
    needs: tuple[str, ...] = ()
    whole: bool = False
    ceiling: float | None = None
    source: Mapping[str, str] | None = None
    check: str = ""

    def ramp(self, years: Floats) -> Floats:
        """The largest depth (years,): from 0 before ``start`` to 1 after ``build`` years; S-shaped as 3x² - 2x³.

        Examples
        --------
        >>> lever = Lever("a", {}, "x", "relative", -0.5, start=2026, build=4)
        >>> lever.ramp(np.arange(2025.0, 2031)).tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
        """
        x = np.clip((years - self.start + 1) / self.build, 0.0, 1.0)
        return np.asarray(x * x * (3 - 2 * x) if self.shape == "s" else x)

    @property
    def limit(self) -> float:
        """The largest depth that is physically possible."""
        if self.ceiling is not None:
            return self.ceiling
        if self.kind == "move" or (self.kind == "relative" and self.most < 0):
            return 1 / abs(self.most)
        return float("inf")

    @property
    def touched(self) -> tuple[str, ...]:
        """The leaves that it changes."""
        return (self.leaf, self.to) if self.to else (self.leaf,)


def applied(
    levers: Sequence[Lever], leaves: Mapping[str, Leaf], before: Mapping[str, Any], depths: Mapping[str, Any],
    *, bounded: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Arrays of the leaves that levers of some depth touch; ``bounded`` False leaves out their bounds.

    Parameters
    ----------
    levers : sequence of Lever
    leaves, before : mapping
        Leaf and its array by name, without levers.
    depths : mapping
        Lever to depth, (years,) or (runs, years); levers that are not named are not taken.

    Notes
    -----
    Of a leaf first all relative changes multiply it; then shares move, all computed before any is added; then amounts are
    added; at last its bounds hold.
    """
    active = [one for one in levers if one.name in depths]
    after = {name: before[name] for one in active for name in one.touched}
    for one in active:
        if one.kind == "relative":
            after[one.leaf] = after[one.leaf] * (1 + one.most * depths[one.name])
    moved = [(one, after[one.leaf] * (one.most * depths[one.name])) for one in active if one.kind == "move"]
    for one, amount in moved:
        after[one.leaf] = after[one.leaf] - amount
        after[one.to] = after[one.to] + amount * one.ratio
    for one in active:
        if one.kind == "absolute":
            after[one.leaf] = after[one.leaf] + one.most * depths[one.name]
    for name, values in after.items() if bounded else ():
        if leaves[name].low is not None or leaves[name].high is not None:
            after[name] = np.clip(values, leaves[name].low, leaves[name].high)
    return after


def check_depths(levers: Mapping[str, Lever], depths: Mapping[str, Any]) -> None:
    """Refuse what levers cannot do together: over the exclusive whole, without what they need, more than there is.

    Raises
    ------
    LeverInvalid
    """
    groups: dict[str, Any] = {}
    taken: dict[str, Any] = {}
    for name, depth in depths.items():
        one = levers[name]
        if one.group:
            groups[one.group] = groups.get(one.group, 0.0) + depth
            if np.max(groups[one.group]) > 1 + _LOOSE:
                raise lever_wrong(
                    name,
                    (f"互斥组 {one.group} 的深度之和超过 1", f"depths in the exclusive group {one.group} exceed 1 together"),
                    ("请减少其中一个。", "Take one of them less far."),
                )  # fmt: skip
        for need in one.needs:
            if np.max(depth - depths.get(need, 0.0)) > _LOOSE:
                raise lever_wrong(
                    name,
                    (f"它依赖 {need}，不能比它更深", f"it needs {need} and cannot go deeper"),
                    (f"请把 {need} 提到同样的深度。", f"Take {need} as far."),
                )
        if one.kind == "move":
            taken[one.leaf] = taken.get(one.leaf, 0.0) + one.most * depth
            if np.max(taken[one.leaf]) > 1 + _LOOSE:
                raise lever_wrong(
                    name,
                    (f"从 {one.leaf} 移走的份额超过 100 %", f"more than 100 % of {one.leaf} would be moved"),
                    ("请减少其中一个。", "Take one of them less far."),
                )
