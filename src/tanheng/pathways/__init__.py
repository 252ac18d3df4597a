"""路径 Pathways: where emissions are going and the roads they can take. Uses `drivers` and below; rooms within, each a noun of planning."""

from tanheng.pathways.cap.curve import cost_curve
from tanheng.pathways.cap.result import CapPlan
from tanheng.pathways.cap.solver import solve_cap
from tanheng.pathways.scenarios.comparison import compare_scenarios
from tanheng.pathways.scenarios.iamc import read_iamc, to_iamc
from tanheng.pathways.scenarios.wedges import wedges
from tanheng.pathways.tree.evaluation import Evaluation
from tanheng.pathways.tree.model import Tree
from tanheng.pathways.tree.reading import load_tree, tree_of

__all__ = [
    "CapPlan",
    "Evaluation",
    "Tree",
    "compare_scenarios",
    "cost_curve",
    "load_tree",
    "read_iamc",
    "solve_cap",
    "to_iamc",
    "tree_of",
    "wedges",
]
