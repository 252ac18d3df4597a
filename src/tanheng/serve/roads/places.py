"""A road as an analysis opens it: the files of the set in a folder of their own, and what it is bound to on the platform."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from tanheng.inventory.methods.beside import confined
from tanheng.pathways.road import Road, load_road
from tanheng.pathways.tree.reading import load_tree
from tanheng.serve.roads.sets import ROAD, TREE

if TYPE_CHECKING:
    from tanheng.inventory import Inventory
    from tanheng.pathways.gate import Claim
    from tanheng.pathways.journal import JournalBroken
    from tanheng.pathways.tree.model import Tree

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """The files of a set in ``folder``.

    ``inventories`` are runs and releases of the platform, by year and by what they are called; ``bound`` tells of each what the
    platform knows: ``kind`` (run or release), ``id``, ``name``, ``number`` and ``run``.
    ``synthetic`` is what was said of the set when it was added. ``claims`` are offsets that projects of the tenant hold.
    ``decisions`` are the log of the road up to the first entry that was altered, ``broken``. ``kept`` is what `once` computed.
    """

    folder: Path
    files: Sequence[str]
    inventories: Mapping[int, Mapping[str, Inventory]] = field(default_factory=dict)
    bound: Mapping[int, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    synthetic: bool = False
    claims: Sequence[Claim] = ()
    decisions: Sequence[Mapping[str, Any]] = ()
    broken: JournalBroken | None = None
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @functools.cached_property
    def road(self) -> Road:
        """The road of the set, read when it is first asked for.

        Raises
        ------
        NotFound, PackInvalid
        """
        with confined():
            return load_road(self.folder / ROAD, inventories=self.inventories or None)

    @property
    def whole(self) -> bool:
        """Whether the set holds a road, not a tree or tables alone."""
        return ROAD in self.files

    @functools.cached_property
    def tree(self) -> Tree:
        """The factor tree: of the road, or by itself where the set has no road.

        Raises
        ------
        NotFound, PackInvalid
        """
        if self.whole:
            return self.road.tree
        with confined():
            return load_tree(self.folder / TREE)

    @property
    def made_up(self) -> bool:
        """Whether the set, or what its road observed, is synthetic."""
        return self.synthetic or (self.whole and self.road.observed.synthetic)

    def lean(self) -> Opened:
        """The same with its tree read and its inventories let go."""
        name = "road" if self.whole else "tree"
        found = replace(self, inventories={})
        vars(found)[name] = getattr(self, name)
        return found

    def path(self, name: str) -> Path:
        """The path of a file of the set."""
        return self.folder / name


def once(
    compute: Callable[Concatenate[Opened, P], T],
) -> Callable[Concatenate[Opened, P], T]:
    """What an analysis computes before it writes: kept with the set by what was asked, for the document in the other language."""

    @functools.wraps(compute)
    def kept(opened: Opened, /, *args: P.args, **named: P.kwargs) -> T:
        key = (compute, repr(args), repr(named))
        if key not in opened.kept:
            opened.kept[key] = compute(opened, *args, **named)
        found: T = opened.kept[key]
        return found

    return kept
