"""综合指数 Composite indices: indicators to one number, and the audit of how much of a ranking is a choice of method."""

from tanheng.pathways.composite.aggregating import aggregate, ranks, topsis
from tanheng.pathways.composite.asking import assumed, coupling_of, judged, other_settings, sentences
from tanheng.pathways.composite.audit import Assumptions, audit_composite, usual
from tanheng.pathways.composite.audited import Audit, Sensitivity
from tanheng.pathways.composite.choices import WAYS, Choice, Settings
from tanheng.pathways.composite.coupling import Coupling, coupling
from tanheng.pathways.composite.diagnosing import Diagnosis, Rewriting, cronbach, diagnose, rewriting
from tanheng.pathways.composite.framework import Framework, Node, flat
from tanheng.pathways.composite.index import Composite, compare, composite_index, leave_out
from tanheng.pathways.composite.places import audit_places
from tanheng.pathways.composite.problems import (
    CompositeInvalid,
    JudgementsInconsistent,
    MethodUnfit,
    ValuesMissing,
)
from tanheng.pathways.composite.reading import read_framework, read_units
from tanheng.pathways.composite.treating import kurtosis, skewness
from tanheng.pathways.composite.units import Units, units_of
from tanheng.pathways.composite.weighing import (
    Judgements,
    ahp,
    critic_weights,
    entropy_weights,
    loadings,
    pca_weights,
)

__all__ = [
    "WAYS",
    "Assumptions",
    "Audit",
    "Choice",
    "Composite",
    "CompositeInvalid",
    "Coupling",
    "Diagnosis",
    "Framework",
    "Judgements",
    "JudgementsInconsistent",
    "MethodUnfit",
    "Node",
    "Rewriting",
    "Sensitivity",
    "Settings",
    "Units",
    "ValuesMissing",
    "aggregate",
    "ahp",
    "assumed",
    "audit_composite",
    "audit_places",
    "compare",
    "composite_index",
    "coupling",
    "coupling_of",
    "critic_weights",
    "cronbach",
    "diagnose",
    "entropy_weights",
    "flat",
    "judged",
    "kurtosis",
    "leave_out",
    "loadings",
    "other_settings",
    "pca_weights",
    "ranks",
    "read_framework",
    "read_units",
    "rewriting",
    "sentences",
    "skewness",
    "topsis",
    "units_of",
    "usual",
]
