"""Tables of an audit for a reader: places, one convention after another with places side by side, shares of the variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.errors import language
from tanheng.pathways.index.overall import NAMES
from tanheng.pathways.index.wording import place_named, say

if TYPE_CHECKING:
    from tanheng.pathways.index.audit import IndexAudit

Shown = tuple[str, list[str], list[list[str]]]
SAID = {
    "mean": ("平均方式", "mean"), "times": ("容差 τ", "tolerance τ"), "ample": ("满分的可达空间", "ample space"),
    "without": ("去掉一个部分", "a part left out"), "draw": ("清单与因子树的误差", "errors of inventory and tree"),
}  # fmt: skip
MEANS = {
    "geometric": ("几何", "geometric"),
    "arithmetic": ("算术", "arithmetic"),
    "harmonic": ("调和", "harmonic"),
}


def readable(audit: IndexAudit) -> list[Shown]:
    """Title, heads and rows of each table, all as texts in the language of the run; places stand in columns."""
    from tanheng.pathways.index.audit import POWERS

    lang = int(language() != "zh")
    titles = [place_named(own.road) for own in audit.indices]
    count = len(titles)
    places = [
        [row["title"], f"{row['overall']:.1f}", f"{row['p5']:.1f}–{row['p95']:.1f}", str(row["rank"]), f"{row['rank_p5']}–{row['rank_p95']}"]
        for row in audit.places().to_dicts()
    ]  # fmt: skip
    steps = audit.one_at_a_time().to_dicts()
    changes = [
        [SAID[own["choice"]][lang], value_named(own["value"]),
         *(f"{one['overall']:.1f} ({one['change']:+.1f})" + (f" #{one['rank']}" if count > 1 else "") for one in steps[at : at + count])]
        for at in range(0, len(steps), count) for own in [steps[at]]
    ]  # fmt: skip
    shares = audit.importance().to_dicts()
    each = len(shares) // count
    importance = [
        [SAID[shares[at]["choice"]][lang],
         *(f"{one['first']:.0%} / {one['total']:.0%}" for one in shares[at::each])]
        for at in range(each)
    ]  # fmt: skip
    convention = say("约定", "Convention")
    weights = [
        [titles[at // len(POWERS)], MEANS[row["mean"]][lang], f"{row['overall']:.1f}", f"{row['p5']:.1f}–{row['p95']:.1f}"]
        for at, row in enumerate(audit.weights().to_dicts())
    ]  # fmt: skip
    left = "" if audit.not_varied is None else say("。", ". ") + audit.not_varied[lang]
    return [
        (say("总分与名次的区间", "Intervals of the whole and of ranks"),
         [say("地区", "Place"), say("总分", "Overall"), "p5–p95", say("名次", "Rank"), say("名次 p5–p95", "Rank p5–p95")], places),
        (say("逐一变动各项约定：总分（变化）", "One convention after another: the whole (change)")
         + (say(" #名次", " #rank") if count > 1 else ""), [convention, say("改为", "Changed to"), *titles], changes),
        (say("占总分方差的份额：单独 / 连同交互", "Shares in the variance of the whole: by itself / with interaction"), [convention, *titles], importance),
        (say("各部分的权重上下 25 %", "Weights of the parts up and down by 25 %") + left,
         [say("地区", "Place"), say("平均", "Mean"), say("等权的总分", "Whole of equal weights"), "p5–p95"], weights),
    ]  # fmt: skip


def value_named(text: str) -> str:
    """What the value of a convention is called: a mean, a part, or a number as it stands."""
    lang = int(language() != "zh")
    return {**NAMES, **MEANS}.get(text, (text, text))[lang]
