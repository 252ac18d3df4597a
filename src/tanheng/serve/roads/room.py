"""How many draws of a factor tree there is room for in the memory."""

from __future__ import annotations

from tanheng.pathways import Tree
from tanheng.serve.roads.options import OptionWrong

_ANALYSIS = 64_000_000
"""Numbers that an analysis may hold: a scenario and the baseline beside it."""


def refuse_vast(tree: Tree, draws: int) -> None:
    """Refuse draws that would fill the memory.

    Raises
    ------
    OptionWrong
    """
    most = _ANALYSIS // (2 * numbers_of(tree))
    if draws > most:
        raise OptionWrong(
            name="draws",
            detail_zh=f"这棵因子树最多抽 {most:,} 次，所要的是 {draws:,} 次",
            detail_en=f"this tree may have {most:,} draws at most, {draws:,} are asked for",
        )


def numbers_of(tree: Tree) -> int:
    """Numbers that one draw of a tree holds."""
    uncertain = sum(bool(one.uncertainty or one.growth_uncertainty) for one in tree.leaves.values())
    return max(1, (len(tree.nodes) + uncertain) * int(tree.years.size))
