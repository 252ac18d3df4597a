"""A road as an analysis opens it: the files of the set in a folder of their own, and what it is bound to on the platform."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.pathways.road import Road, load_road

if TYPE_CHECKING:
    from tanheng.inventory import Inventory

ROAD = "road.yaml"


@dataclass(frozen=True)
class Opened:
    """The files of a set in ``folder``; ``inventories`` are runs and releases of the platform, by year."""

    folder: Path
    files: Sequence[str]
    inventories: Mapping[int, Inventory] = field(default_factory=dict)

    @functools.cached_property
    def road(self) -> Road:
        """The road of the set, read when it is first asked for.

        Raises
        ------
        NotFound, PackInvalid
        """
        return load_road(self.folder / ROAD, inventories=self.inventories or None)

    def path(self, name: str) -> Path:
        """The path of a file of the set."""
        return self.folder / name
