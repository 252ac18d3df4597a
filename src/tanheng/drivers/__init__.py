"""动因 Drivers: why emissions differ between two years or two places, and what a change would do.

Functions over arrays and small tables; nothing is read or kept here.
"""

from tanheng.drivers.intensity import intensities
from tanheng.drivers.lmdi import DriversInvalid, additive_lmdi, log_mean
from tanheng.drivers.tracing import Trace, trace
from tanheng.drivers.what_if import Change, what_if

__all__ = [
    "Change",
    "DriversInvalid",
    "Trace",
    "additive_lmdi",
    "intensities",
    "log_mean",
    "trace",
    "what_if",
]
