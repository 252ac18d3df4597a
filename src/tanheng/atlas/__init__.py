"""地图 Atlas: outlines with who published them, places with coordinates, and layers that sum to the inventory.

Ships no outlines: they come from a user's own pack, or from an optional package that is read at run time.
"""

from tanheng.atlas.grid import cells_of, outlines_of
from tanheng.atlas.outlines import Outlines, read_outlines
from tanheng.atlas.problems import MapInvalid, MapTooLarge
from tanheng.atlas.rolling import Layer, by_place, years_across

__all__ = [
    "Layer",
    "MapInvalid",
    "MapTooLarge",
    "Outlines",
    "by_place",
    "cells_of",
    "outlines_of",
    "read_outlines",
    "years_across",
]
