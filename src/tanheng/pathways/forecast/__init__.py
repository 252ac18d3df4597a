"""预测 Forecast: each model with its error in the past against naive, intervals that were checked, and the year of the peak."""

from tanheng.pathways.forecast.backtest import Score
from tanheng.pathways.forecast.forecast import Forecast, ModelUnknown, forecast
from tanheng.pathways.forecast.peak import Already, Futures, Peak, already_peaked, futures, peaks
from tanheng.pathways.forecast.series import Series, SeriesInvalid, series_of

__all__ = [
    "Already",
    "Forecast",
    "Futures",
    "ModelUnknown",
    "Peak",
    "Score",
    "Series",
    "SeriesInvalid",
    "already_peaked",
    "forecast",
    "futures",
    "peaks",
    "series_of",
]
