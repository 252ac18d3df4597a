"""新项目准入 The gate: whether a new project may come to a place, which offsets it needs, and who holds these."""

from tanheng.pathways.gate.claims import Claim, Lot
from tanheng.pathways.gate.judging import judge
from tanheng.pathways.gate.offsets import OffsetPlan
from tanheng.pathways.gate.project import Project, load_project, project_of
from tanheng.pathways.gate.register import ClaimRegister
from tanheng.pathways.gate.steam import Steam
from tanheng.pathways.gate.verdict import Verdict

__all__ = [
    "Claim",
    "ClaimRegister",
    "Lot",
    "OffsetPlan",
    "Project",
    "Steam",
    "Verdict",
    "judge",
    "load_project",
    "project_of",
]
