"""路径 Pathways: where emissions are going and the roads they can take. Uses `drivers` and below; rooms within, each a noun of planning."""

from tanheng.pathways.cap.curve import cost_curve
from tanheng.pathways.cap.result import CapPlan
from tanheng.pathways.cap.solver import solve_cap
from tanheng.pathways.composite.audit import audit_composite
from tanheng.pathways.composite.index import composite_index
from tanheng.pathways.composite.places import audit_places
from tanheng.pathways.deviation import Deviation, cusum, deviation_of
from tanheng.pathways.gate.judging import judge
from tanheng.pathways.gate.project import load_project
from tanheng.pathways.gate.register import ClaimRegister
from tanheng.pathways.index.overall import DualCarbonIndex, dual_carbon_index
from tanheng.pathways.projects import (  # fmt: skip
    Effects,
    Finance,
    Pipeline,
    Project,
    RollUp,
    effects,
    finance,
    load_projects,
    loan_schedule,
    projects_of,
    roll_up,
)
from tanheng.pathways.road import Road, load_road, road_of
from tanheng.pathways.scenarios.comparison import compare_scenarios
from tanheng.pathways.scenarios.iamc import read_iamc, to_iamc
from tanheng.pathways.scenarios.wedges import wedges
from tanheng.pathways.tree.cells import tree_of_cells
from tanheng.pathways.tree.evaluation import Evaluation
from tanheng.pathways.tree.model import Tree
from tanheng.pathways.tree.reading import load_tree, tree_of

__all__ = [
    "CapPlan",
    "ClaimRegister",
    "Deviation",
    "DualCarbonIndex",
    "Effects",
    "Evaluation",
    "Finance",
    "Pipeline",
    "Project",
    "Road",
    "RollUp",
    "Tree",
    "audit_composite",
    "audit_places",
    "compare_scenarios",
    "composite_index",
    "cost_curve",
    "cusum",
    "deviation_of",
    "dual_carbon_index",
    "effects",
    "finance",
    "judge",
    "load_project",
    "load_projects",
    "load_road",
    "load_tree",
    "loan_schedule",
    "projects_of",
    "read_iamc",
    "road_of",
    "roll_up",
    "solve_cap",
    "to_iamc",
    "tree_of",
    "tree_of_cells",
    "wedges",
]
