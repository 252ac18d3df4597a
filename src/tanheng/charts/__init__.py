"""图 Charts: pictures of results as SVG, for notebooks and for pages of their own that load nothing. Uses `errors` alone."""

from tanheng.charts.bars import Bar, bars
from tanheng.charts.lines import Line, chart
from tanheng.charts.page import grid, page
from tanheng.charts.picture import Picture
from tanheng.charts.points import Curve, Point, points
from tanheng.charts.waterfall import waterfall

__all__ = ["Bar", "Curve", "Line", "Picture", "Point", "bars", "chart", "grid", "page", "points", "waterfall"]
