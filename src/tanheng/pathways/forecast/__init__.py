"""预测 Forecast: each model with its error in the past against naive, intervals that were checked, and the year of the peak."""

from tanheng.pathways.forecast.backtest import Score
from tanheng.pathways.forecast.forecast import Forecast, ModelUnknown, forecast
from tanheng.pathways.forecast.futures import Futures, futures
from tanheng.pathways.forecast.peak import Already, Peak, already_peaked, peaks
from tanheng.pathways.forecast.series import Series, SeriesInvalid, check_prices, series_of

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
    "check_prices",
    "forecast",
    "futures",
    "peaks",
    "series_of",
]
