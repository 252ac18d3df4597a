"""Settings, assumptions and judgements as people write them, and the sentences that are said of an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.composite.audit import Assumptions
from tanheng.pathways.composite.choices import WAYS, Settings
from tanheng.pathways.composite.coupling import Coupling, coupling
from tanheng.pathways.composite.diagnosing import Diagnosis, Rewriting
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.index import Composite
from tanheng.pathways.composite.judged import read_judgements
from tanheng.pathways.composite.problems import CompositeInvalid, composite_invalid
from tanheng.pathways.composite.weighing import Judgements


def other_settings(settings: Settings, text: str) -> Settings:
    """Settings of which one is another, from ``normalisation=z-score``.

    Raises
    ------
    CompositeInvalid

    Examples
    --------
    >>> other_settings(Settings(), "weights=equal").weights
    'equal'
    """
    name, way = _pair(text)
    if name not in WAYS:
        raise _unknown(f"没有设置“{name}”", f"there is no setting '{name}'", ", ".join(WAYS))
    return replace(settings, **{name: way})


def assumed(texts: Sequence[str]) -> Assumptions | None:
    """What an audit varies, from ``aggregation=arithmetic|geometric``, ``noise=0.25``, ``leave-out=no``; only those stated vary.

    Raises
    ------
    CompositeInvalid

    Examples
    --------
    >>> assumed(["noise=0.25"]).noise, assumed([])
    (0.25, None)
    """
    if not texts:
        return None
    found: dict[str, Any] = {"leave_out": False}
    for text in texts:
        name, ways = _pair(text)
        if name == "leave-out" and ways in {"yes", "no"}:
            found["leave_out"] = ways == "yes"
        elif name == "noise":
            try:
                found["noise"] = float(ways)
            except ValueError as cause:
                raise _wrong(
                    (f"扰动“{ways}”不是数", f"the noise '{ways}' is no number"),
                    ("应为一个数，如 0.25", "Write a number such as 0.25"),
                ) from cause
        elif name in WAYS:
            found[name] = tuple(way.strip() for way in ways.split("|"))
        else:
            raise _unknown(
                f"没有假设“{text}”",
                f"there is no assumption '{text}'",
                ", ".join([*WAYS, "noise", "leave-out=yes|no"]),
            )
    return Assumptions(**found)


def judged(framework: Framework, files: Sequence[Path]) -> tuple[Framework, list[Judgements]]:
    """A framework with the weights of judgements, and these.

    Raises
    ------
    CompositeInvalid, JudgementsInconsistent
    """
    told = [read_judgements(file) for file in files]
    for one in told:
        framework = framework.weighted(one.agreed())
    return framework, told


def coupling_of(made: Composite) -> Coupling:
    """Coupling coordination of the parts of an index, by their weights.

    Raises
    ------
    MethodUnfit
        For scores that are not between 0 and 100.
    """
    parts = made.framework.children[made.framework.top]
    codes = [one.code for one in made.framework.indicators]
    scores = [
        made.scores[part] if part in made.scores else made.normalised[:, codes.index(part)] for part in parts
    ]
    return coupling(
        np.column_stack(scores) / 100, made.units.codes, weights=[made.weights[part] for part in parts]
    )


def sentences(diagnosis: Diagnosis, judged: list[Judgements], rewritten: Rewriting | None) -> list[str]:
    """Judgements, alpha, wealth and history, each where there is any."""
    said = [
        _say(f"判断矩阵（{', '.join(one.names)}）：一致性比率 {one.ratio:.4f}，通过", f"Judgements ({', '.join(one.names)}): consistency ratio {one.ratio:.4f}, accepted")
        for one in judged
        if one.ratio is not None
    ]  # fmt: skip
    alphas = ", ".join(f"{code} {value:.2f}" for code, value in diagnosis.alpha.items() if value is not None)
    if alphas:
        said.append(_say(f"Cronbach α：{alphas}", f"Cronbach's alpha: {alphas}"))
    if diagnosis.wealth is not None:
        told = diagnosis.wealth
        said.append(_say(
            f"与财富的相关：Pearson {told['pearson']:.3f}（R² {told['r_squared']:.2f}），Spearman {told['spearman']:.3f}",
            f"Correlation with wealth: Pearson {told['pearson']:.3f} (R² {told['r_squared']:.2f}), Spearman {told['spearman']:.3f}",
        ))  # fmt: skip
    if rewritten is not None:
        said.append(_say(
            f"加入 {rewritten.year} 年使以前各年的得分最多变动 {rewritten.score:.4g}，{rewritten.of} 个名次中变动 {rewritten.ranks} 个",
            f"With {rewritten.year} the scores of earlier years change by up to {rewritten.score:.4g}, and {rewritten.ranks} of {rewritten.of} ranks",
        ))  # fmt: skip
    return said


def _say(zh: str, en: str) -> str:
    return zh if language() == "zh" else en


def _pair(text: str) -> tuple[str, str]:
    name, equals, way = text.partition("=")
    if not equals or not way.strip():
        raise _wrong(
            (f"“{text}”没有写做法", f"'{text}' states no way"), ("应为 设置=做法", "Write SETTING=WAY")
        )
    return name.strip(), way.strip()


def _unknown(zh: str, en: str, known: str) -> CompositeInvalid:
    return _wrong((zh, en), (f"可用：{known}", f"Known: {known}"))


def _wrong(detail: tuple[str, str], mend: tuple[str, str]) -> CompositeInvalid:
    return composite_invalid(("的设置", ", settings"), detail, mend)
