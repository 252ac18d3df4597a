"""资产 Holdings: allowances that a plan allocates, and what of them is carried over.

Plans are packs (packs/allowances); a calculation takes verified figures and keeps the clause of every term.
"""

from tanheng.holdings.allowances import Allowance, Step, calculate
from tanheng.holdings.plans import AllowanceInvalid, Plan, load_plan, plan_files

__all__ = ["Allowance", "AllowanceInvalid", "Plan", "Step", "calculate", "load_plan", "plan_files"]
