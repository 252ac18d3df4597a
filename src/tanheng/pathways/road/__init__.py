"""路径 The road of a place: its target path, what was observed, and its factor tree; index, deviation and gate all read it."""

from tanheng.pathways.road.observed import Observed
from tanheng.pathways.road.path import TargetPath
from tanheng.pathways.road.reading import Road, load_road, road_of

__all__ = ["Observed", "Road", "TargetPath", "load_road", "road_of"]
