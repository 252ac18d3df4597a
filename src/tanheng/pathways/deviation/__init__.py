"""偏差 Deviation: where a place stands against its path, whether it has left it, why, what leads back, and what became of it."""

from tanheng.pathways.deviation.cusum import Cusum, RunLength, cusum, run_length
from tanheng.pathways.deviation.decisions import LOG, decide, entry_of
from tanheng.pathways.deviation.deviation import Deviation, deviation_of, together
from tanheng.pathways.deviation.months import Months, months_of
from tanheng.pathways.deviation.review import Review, review, review_of
from tanheng.pathways.deviation.simulation import Simulation, simulate

__all__ = [
    "LOG",
    "Cusum",
    "Deviation",
    "Months",
    "Review",
    "RunLength",
    "Simulation",
    "cusum",
    "decide",
    "deviation_of",
    "entry_of",
    "months_of",
    "review",
    "review_of",
    "run_length",
    "simulate",
    "together",
]
