"""动因 Drivers: why emissions differ between two years or two places, and what a change would do.

Functions over arrays and small tables; nothing is kept here.
"""

from tanheng.drivers.decomposition import Decomposition, Step, decompose
from tanheng.drivers.draws import Spread
from tanheng.drivers.intensity import intensities
from tanheng.drivers.lmdi import DriversInvalid, contributions, log_mean
from tanheng.drivers.prices import NominalMoney, SeriesBreak
from tanheng.drivers.series import ProductDiffers
from tanheng.drivers.tracing import Trace, trace
from tanheng.drivers.what_if import Change, what_if

__all__ = [
    "Change",
    "Decomposition",
    "DriversInvalid",
    "NominalMoney",
    "ProductDiffers",
    "SeriesBreak",
    "Spread",
    "Step",
    "Trace",
    "contributions",
    "decompose",
    "intensities",
    "log_mean",
    "trace",
    "what_if",
]
