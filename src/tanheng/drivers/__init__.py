"""动因 Drivers: why emissions differ between two years or two places, and what a change would do.

Functions over arrays and small tables; nothing is kept here.
"""

from tanheng.drivers.classes import PlaceClass, class_of, classify
from tanheng.drivers.clusters import Clusters, cluster, peers
from tanheng.drivers.decomposition import decompose
from tanheng.drivers.decoupling import decouple, state_of
from tanheng.drivers.draws import Spread
from tanheng.drivers.frontier import Benchmarked, Frontier, benchmark
from tanheng.drivers.intensity import intensities
from tanheng.drivers.lmdi import DriversInvalid, contributions, log_mean
from tanheng.drivers.places import PlaceComparison, PlaceDifference, compare_places
from tanheng.drivers.prices import NominalMoney, SeriesBreak
from tanheng.drivers.results import Decomposition, Step
from tanheng.drivers.series import ProductDiffers
from tanheng.drivers.stirpat import Stirpat, stirpat
from tanheng.drivers.tracing import Trace, trace
from tanheng.drivers.what_if import Change, what_if

__all__ = [
    "Benchmarked",
    "Change",
    "Clusters",
    "Decomposition",
    "DriversInvalid",
    "Frontier",
    "NominalMoney",
    "PlaceClass",
    "PlaceComparison",
    "PlaceDifference",
    "ProductDiffers",
    "SeriesBreak",
    "Spread",
    "Step",
    "Stirpat",
    "Trace",
    "benchmark",
    "class_of",
    "classify",
    "cluster",
    "compare_places",
    "contributions",
    "decompose",
    "decouple",
    "intensities",
    "log_mean",
    "peers",
    "state_of",
    "stirpat",
    "trace",
    "what_if",
]
