"""分配 Allocation: a cap shared among regions or firms, to the tonne."""

from tanheng.pathways.allocation.allocation import Allocation, allocate
from tanheng.pathways.allocation.methods import METHODS, AllocationInvalid, Participants

__all__ = ["METHODS", "Allocation", "AllocationInvalid", "Participants", "allocate"]
