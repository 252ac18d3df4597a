"""Choices of method, written as ``name`` or ``name:1,100``: the name of a way and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from tanheng.activity.clean import number_of
from tanheng.pathways.composite.problems import composite_invalid


@dataclass(frozen=True)
class Choice:
    """A way and its numbers, or the one word that it needs.

    Examples
    --------
    >>> Choice.read("z-score:10,2")
    Choice(name='z-score', numbers=(10.0, 2.0), word='')
    >>> Choice.read("group-mean:region").word
    'region'
    """

    name: str
    numbers: tuple[float, ...] = ()
    word: str = ""

    @classmethod
    def read(cls, text: str) -> Choice:
        """A choice from its text."""
        name, _, rest = text.strip().partition(":")
        parts = [part.strip() for part in rest.split(",") if part.strip()]
        numbers = [number_of(part) for part in parts]
        if parts and all(one is not None for one in numbers):
            return cls(name.strip(), tuple(float(one) for one in numbers if one is not None))
        return cls(name.strip(), (), rest.strip())


@dataclass(frozen=True)
class Settings:
    """How an index is made; every choice is a text such as ``min-max:1,100``, its ways stand in `WAYS`.

    ``missing`` is a rule for gaps (``refuse`` unless chosen), ``treatment`` of outliers, ``normalisation`` of indicators,
    ``weights`` below each group, ``aggregation`` one way for all levels or one for each, ``arithmetic,geometric``.

    Examples
    --------
    >>> Settings(normalisation="z-score:10,2").normalisation
    'z-score:10,2'
    """

    missing: str = "refuse"
    treatment: str = "none"
    normalisation: str = "min-max:0,100"
    weights: str = "given"
    aggregation: str = "arithmetic"

    def __post_init__(self) -> None:
        for one in fields(self):
            for text in self.steps(one.name):
                known(one.name, text)

    def steps(self, name: str) -> list[str]:
        """The choices of one setting: several only for an aggregation by level."""
        text: str = getattr(self, name)
        return text.split(",") if name == "aggregation" and ":" not in text else [text]


WAYS: Mapping[str, tuple[str, ...]] = {
    "missing": ("refuse", "available", "mean", "median", "group-mean", "group-median", "panel"),
    "treatment": ("none", "winsorise", "log", "winsorise-log"),
    "normalisation": (
        "min-max", "z-score", "rank", "borda", "percentile-rank", "distance-to-max", "distance-to-reference",
        "distance-to-target", "share-of-max", "goalposts", "scaled",
    ),
    "weights": ("given", "equal", "entropy", "critic", "pca"),
    "aggregation": ("arithmetic", "geometric", "harmonic", "power", "copeland", "topsis"),
}  # fmt: skip
"""Ways of each setting, by name."""
MEANT = {
    "missing": ("缺失规则，不选则有缺失即拒绝", "rule for gaps; refused without"),
    "treatment": ("异常值处理", "treatment of outliers"),
    "normalisation": ("标准化", "normalisation"),
    "weights": ("权重", "weights"),
    "aggregation": ("合成方法，可每层一种", "aggregation, or one for each level"),
}
"""What each setting is, in Chinese and in English."""
SPREAD = frozenset({"entropy", "critic", "pca"})
"""Weights that tell how data are spread and not what matters: for the audit, never for a headline."""
RELATIVE = frozenset(WAYS["normalisation"]) - {"goalposts", "scaled"}
"""Normalisations that depend on which units and years are compared."""
FLAT = frozenset({"copeland", "topsis"})
"""Aggregations over all indicators at once, by their effective weights, instead of level by level."""
_NAMES = {
    "missing": ("缺失规则", "rule for gaps"), "treatment": ("异常值处理", "treatment"), "normalisation": ("标准化", "normalisation"),
    "weights": ("权重", "weights"), "aggregation": ("合成方法", "aggregation"),
}  # fmt: skip
_NUMBERS = {
    "winsorise": (0, 1), "winsorise-log": (0, 1), "min-max": (0, 2), "z-score": (0, 2), "percentile-rank": (0, 2),
    "goalposts": (0, 2), "scaled": (0, 2), "power": (1,),
}  # fmt: skip
_WORDS = {"group-mean", "group-median", "distance-to-reference"}


def known(setting: str, text: str) -> Choice:
    """A choice that the setting knows, with as many numbers as it takes.

    Raises
    ------
    CompositeInvalid
        For any other.

    Examples
    --------
    >>> known("aggregation", "power:0.5").numbers
    (0.5,)
    """
    choice = Choice.read(text)
    zh, en = _NAMES[setting]
    if choice.name not in WAYS[setting]:
        raise composite_invalid(
            (f"的{zh}“{text}”", f", {en} '{text}'"), ("没有这种方法", "there is no such way"),
            (f"可用：{'、'.join(WAYS[setting])}", f"Known: {', '.join(WAYS[setting])}"),
        )  # fmt: skip
    counts = _NUMBERS.get(choice.name, (0,))
    if choice.name in _WORDS:
        if not choice.word:
            raise composite_invalid(
                (f"的{zh}“{text}”", f", {en} '{text}'"), ("缺少列名或单元", "it lacks a column or unit"),
                (f"写作 {choice.name}:名称", f"Write {choice.name}:NAME"),
            )  # fmt: skip
    elif choice.word or len(choice.numbers) not in counts or _wrong(choice):
        many = " 或 ".join(map(str, counts))
        raise composite_invalid(
            (f"的{zh}“{text}”", f", {en} '{text}'"),
            (f"参数应为 {many} 个数，且下限小于上限、标准差与个数大于零、幂不为零", f"it takes {many.replace('或', 'or')} numbers: a low below a high, a deviation and a count above 0, a power that is not 0"),
            ("如 min-max:1,100、z-score:10,2、power:0.5", "Such as min-max:1,100, z-score:10,2, power:0.5"),
        )  # fmt: skip
    return choice


def _wrong(choice: Choice) -> bool:
    own: Sequence[float] = choice.numbers
    if choice.name == "z-score":
        return len(own) == 2 and own[1] <= 0
    if choice.name == "power":
        return own[0] == 0
    if choice.name.startswith("winsorise"):
        return bool(own) and (own[0] < 1 or own[0] != int(own[0]))
    return len(own) == 2 and own[0] >= own[1]
