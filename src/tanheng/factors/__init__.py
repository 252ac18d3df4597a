"""因子 The factor library: releases, look-up as of a date with its chain, GWP sets, audit, and packs of your own.

May use `codes`, `quantities` and `errors`. A release is data in ``packs/factors/<version>`` and never changes; every
answer says which row was taken, from which document, whether anybody has seen it there, and what was tried before it.

>>> from tanheng.factors import load_factors
>>> load_factors().lookup("electricity", "CN-51", "2021-06-30").to_dict()["source"]["publisher"]
'生态环境部、国家统计局'
"""

from tanheng.factors.audit import Audit, Finding
from tanheng.factors.diff import Difference, diff
from tanheng.factors.gwp import GwpSet
from tanheng.factors.library import FactorLibrary
from tanheng.factors.lookup import FactorAnswer
from tanheng.factors.model import Factor
from tanheng.factors.release import Release, load_factors, releases
from tanheng.factors.userpack import check_pack

__all__ = [
    "Audit",
    "Difference",
    "Factor",
    "FactorAnswer",
    "FactorLibrary",
    "Finding",
    "GwpSet",
    "Release",
    "check_pack",
    "diff",
    "load_factors",
    "releases",
]
