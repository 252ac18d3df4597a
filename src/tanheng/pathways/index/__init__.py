"""双碳指数 The dual-carbon index of a place: path, realised degree, reachable space, direction and forecast, and the whole with its interval."""

from tanheng.pathways.index.audit import IndexAudit, audit_conventions
from tanheng.pathways.index.choices import Choices
from tanheng.pathways.index.history import IndexHistory, index_history
from tanheng.pathways.index.overall import DualCarbonIndex, dual_carbon_index
from tanheng.pathways.index.problems import IndexInvalid
from tanheng.pathways.index.restated import IndexChange, index_change

__all__ = [
    "Choices",
    "DualCarbonIndex",
    "IndexAudit",
    "IndexChange",
    "IndexHistory",
    "IndexInvalid",
    "audit_conventions",
    "dual_carbon_index",
    "index_change",
    "index_history",
]
