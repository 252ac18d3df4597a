"""ETS and ARIMA by statsforecast, the optional extra ``forecast``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import LibraryMissing
from tanheng.pathways.forecast.models import Model

Floats = NDArray[np.float64]

STATISTICAL = ("ets", "arima")
FEWEST = 10
"""Years below which the smallest of their models has no degrees of freedom left."""


def statistical_model(name: str) -> Model:
    """The model ``ets`` (exponential smoothing, chosen by AICc, damped trend) or ``arima`` (order chosen by AICc), for annual series.

    Raises
    ------
    LibraryMissing
        When statsforecast is not installed.
    """
    try:
        from statsforecast.models import AutoARIMA, AutoETS
    except ImportError as cause:
        raise LibraryMissing(library="statsforecast", extra="forecast") from cause

    def told(past: Floats, horizon: int) -> Floats:
        if len(past) < FEWEST:
            return np.full(horizon, np.nan)
        made = (
            AutoETS(season_length=1, model="ZZN", damped=True)
            if name == "ets"
            else AutoARIMA(season_length=1)
        )
        found: Floats = np.asarray(made.forecast(past, horizon)["mean"], float)
        return found

    return told
