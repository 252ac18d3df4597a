"""指标体系 The framework of an index: indicators with their directions and weights, grouped level by level up to one index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from tanheng.pathways.composite.problems import CompositeInvalid, composite_invalid

Wrong = Callable[[tuple[str, str], tuple[str, str]], CompositeInvalid]

TOP = "Index"
"""Code of the index where a framework names none."""


@dataclass(frozen=True)
class Node:
    """One element: ``direction`` is +1 (more is better) or -1 of an indicator and 0 of a group; ``weight`` counts among siblings.

    ``low`` and ``high`` are fixed goalposts and ``target`` a target, in the unit of the indicator (after ``denominator``, the
    column it is divided by).
    """

    code: str
    name: str
    weight: float = 1.0
    parent: str = ""
    direction: int = 0
    unit: str = ""
    denominator: str = ""
    target: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Framework:
    """Indicators and groups; the one group without a parent is the index.

    Examples
    --------
    >>> own = Framework((Node("a", "A", 1.0, direction=1), Node("b", "B", 3.0, direction=-1)))
    >>> own.top, own.effective()
    ('Index', {'a': 0.25, 'b': 0.75})
    """

    indicators: tuple[Node, ...]
    groups: tuple[Node, ...] = ()
    scope: Mapping[str, str] = field(default_factory=dict)
    """Other columns of the data by what they are for: ``group``, ``denominator``."""
    file: str = ""

    def __post_init__(self) -> None:
        if not self.groups:
            object.__setattr__(self, "groups", (Node(TOP, TOP),))
            flat = tuple(replace(one, parent=one.parent or TOP) for one in self.indicators)
            object.__setattr__(self, "indicators", flat)
        _check(self)

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every element by code."""
        return {one.code: one for one in (*self.indicators, *self.groups)}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Codes below each group, directly."""
        return {
            group.code: tuple(one.code for one in self.nodes.values() if one.parent == group.code)
            for group in self.groups
        }

    @cached_property
    def levels(self) -> dict[str, int]:
        """Level of every element: indicators are 1, a group stands one above its highest child."""
        found = {one.code: 1 for one in self.indicators}

        def of(code: str) -> int:
            if code not in found:
                found[code] = 1 + max(of(child) for child in self.children[code])
            return found[code]

        for group in self.groups:
            of(group.code)
        return found

    @cached_property
    def upward(self) -> tuple[str, ...]:
        """Codes of the groups, from the lowest level to the index."""
        return tuple(sorted(self.children, key=lambda code: self.levels[code]))

    @property
    def top(self) -> str:
        """Code of the index."""
        return self.upward[-1]

    def below(self, code: str) -> tuple[str, ...]:
        """Codes of all indicators under a group."""
        if code not in self.children:
            return (code,)
        return tuple(leaf for child in self.children[code] for leaf in self.below(child))

    def effective(self, weights: Mapping[str, float] | None = None) -> dict[str, float]:
        """Share of every indicator in an index of weighted sums; all together 1."""
        own = {code: node.weight for code, node in self.nodes.items()} | dict(weights or {})
        found = {self.top: 1.0}
        for code in reversed(self.upward):
            whole = sum(own[child] for child in self.children[code])
            for child in self.children[code]:
                found[child] = found[code] * own[child] / whole
        return {one.code: found[one.code] for one in self.indicators}

    def weighted(self, weights: Mapping[str, float]) -> Framework:
        """The framework with other weights for the elements that are named.

        Raises
        ------
        CompositeInvalid
            For a name that it does not hold.
        """
        if unknown := next((code for code in weights if code not in self.nodes), None):
            raise composite_invalid(
                ("的权重", ", weights"), (f"指标体系中没有“{unknown}”", f"the framework holds no '{unknown}'"),
                ("请用指标表中的代码", "Use the codes of the framework"),
            )  # fmt: skip

        def own(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
            return tuple(replace(one, weight=float(weights.get(one.code, one.weight))) for one in nodes)

        return Framework(own(self.indicators), own(self.groups), self.scope, self.file)

    def without(self, code: str) -> Framework:
        """The framework with an indicator, or a group and all below it, left out; groups that hold nothing go with it."""
        gone = {code, *self.below(code)}
        kept = [one for one in self.indicators if one.code not in gone]
        groups = [one for one in self.groups if one.code not in gone]
        while True:
            held = {one.parent for one in (*kept, *groups)}
            empty = [one for one in groups if one.code not in held]
            if not empty:
                return Framework(tuple(kept), tuple(groups), self.scope, self.file)
            groups = [one for one in groups if one.code in held]


def _check(framework: Framework) -> None:
    place = (f"“{framework.file}”", f" '{framework.file}'") if framework.file else ("", "")

    def wrong(detail: tuple[str, str], mend: tuple[str, str]) -> CompositeInvalid:
        return composite_invalid(place, detail, mend)

    codes = [one.code for one in (*framework.indicators, *framework.groups)]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise wrong((f"代码“{twice}”出现两次", f"the code '{twice}' stands twice"), ("请给每行一个代码", "Give every row a code of its own"))  # fmt: skip
    if not framework.indicators:
        raise wrong(("没有指标", "it has no indicator"), ("请列出指标及其方向", "List indicators and their directions"))  # fmt: skip
    groups = {one.code for one in framework.groups}
    for one in (*framework.indicators, *framework.groups):
        if one.parent and one.parent not in groups:
            raise wrong(
                (f"“{one.code}”的上级“{one.parent}”没有自己的一行", f"'{one.parent}', parent of '{one.code}', has no row"),
                ("请为它加一行，或改正上级", "Add a row for it, or correct the parent"),
            )  # fmt: skip
    for one in framework.indicators:
        if one.direction not in {1, -1}:
            raise wrong(
                (f"指标“{one.code}”没有方向", f"indicator '{one.code}' has no direction"),
                ("请写 1（越大越好）或 -1（越小越好）", "State 1 (more is better) or -1 (less is better)"),
            )
        if one.low is not None and one.high is not None and not one.low < one.high:
            raise wrong(
                (f"指标“{one.code}”的下限 {one.low:g} 不小于上限 {one.high:g}", f"the low goalpost {one.low:g} of '{one.code}' is not below the high one {one.high:g}"),
                ("请改正上下限；方向写在方向列", "Correct them; the direction has a column of its own"),
            )  # fmt: skip
    _check_tree(framework, wrong)


def _check_tree(framework: Framework, wrong: Wrong) -> None:
    tops = [one.code for one in (*framework.groups, *framework.indicators) if not one.parent]
    if len(tops) != 1:
        named = "、".join(tops[:5]) or "–"
        raise wrong(
            (f"应恰有一个没有上级的汇总，现有 {len(tops)} 个（{named}）", f"exactly one row should have no parent, {len(tops)} have none ({named.replace('、', ', ')})"),
            ("请写明各行的上级，最上一行留空", "State the parents; only that of the index is empty"),
        )  # fmt: skip
    for one in (*framework.indicators, *framework.groups):
        seen, at = [one.code], one.parent
        while at and at not in seen:
            seen.append(at)
            at = next(group.parent for group in framework.groups if group.code == at)
        if at:
            raise wrong(
                (f"“{at}”是它自己的上级", f"'{at}' is above itself"), ("请改正上级", "Correct the parents")
            )
    for code, children in framework.children.items():
        if not children:
            raise wrong((f"汇总“{code}”下没有指标", f"group '{code}' holds nothing"), ("请去掉它，或写明谁属于它", "Take it out, or state what belongs to it"))  # fmt: skip
        weights = [framework.nodes[child].weight for child in children]
        if min(weights) < 0 or not sum(weights) > 0:
            raise wrong(
                (f"“{code}”之下的权重应不小于 0，且不全为 0", f"weights below '{code}' should be 0 or more, and not all 0"),
                ("请改正权重", "Correct the weights"),
            )  # fmt: skip


def flat(
    directions: Mapping[str, int],
    *,
    weights: Sequence[float] | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Framework:
    """A framework of one level.

    Parameters
    ----------
    directions : mapping of str to int
        Indicator and +1 (more is better) or -1.
    weights : sequence of float, optional
        In the same order; equal without.
    low, high : float, optional
        Goalposts of all.

    Examples
    --------
    >>> flat({"PC": 1, "RD": 1}).children
    {'Index': ('PC', 'RD')}
    """
    own = [1.0] * len(directions) if weights is None else [float(one) for one in weights]
    return Framework(
        tuple(
            Node(code, code, weight, direction=sign, low=low, high=high)
            for (code, sign), weight in zip(directions.items(), own, strict=True)
        )
    )
