"""路径 Pathways: where emissions are going and the roads they can take. Uses `drivers` and below; rooms within, each a noun of planning."""

from tanheng.pathways.cap.result import CapPlan
from tanheng.pathways.cap.solver import solve_cap
from tanheng.pathways.tree.evaluation import Evaluation
from tanheng.pathways.tree.model import Tree
from tanheng.pathways.tree.reading import load_tree, tree_of

__all__ = ["CapPlan", "Evaluation", "Tree", "load_tree", "solve_cap", "tree_of"]
