"""项目 Projects: what reduction projects are expected and measured to do, what that makes of the tree, and what they are worth."""

from tanheng.pathways.projects.effect import Effects, effects
from tanheng.pathways.projects.finance import Finance, finance, loan_schedule
from tanheng.pathways.projects.model import Pipeline, Project
from tanheng.pathways.projects.reading import load_projects, projects_of
from tanheng.pathways.projects.roll_up import RollUp, roll_up
from tanheng.pathways.projects.table import write_template

__all__ = [
    "Effects",
    "Finance",
    "Pipeline",
    "Project",
    "RollUp",
    "effects",
    "finance",
    "load_projects",
    "loan_schedule",
    "projects_of",
    "roll_up",
    "write_template",
]
