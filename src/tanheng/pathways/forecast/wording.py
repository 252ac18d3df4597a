"""What a forecast and its record say, in both languages."""

from __future__ import annotations

from tanheng.errors import counted, language
from tanheng.pathways.forecast.backtest import Score
from tanheng.pathways.forecast.forecast import Forecast
from tanheng.pathways.forecast.names import model_name
from tanheng.pathways.forecast.peak import Peak


def called(model: str) -> str:
    """A model by its name, and in Chinese by its code as well.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("zh")
    >>> called("naive")
    '沿用末值 naive'
    """
    name = getattr(model_name(model), language())
    return f"{name} {model}" if language() == "zh" else name


def verdict(found: Forecast) -> str:
    """Which model made the points, what it is worth against the last value, and what its intervals held."""
    own = found.score
    if found.chosen == "naive" and not found.asked:
        zh, en = (
            f"没有模型胜过沿用末值，因此沿用末值（回测 {own.points} 次）",
            f"No model does better than the last value, so it goes on ({own.points} backtests)",
        )
    else:
        zh, en = _against_naive(found, own)
    if own.covered:
        zh += f"；{found.level:.0%} 区间实际包含 {own.coverage:.0%}（{own.covered} 次）"
        en += f"; {found.level:.0%} intervals held {own.coverage:.0%} ({own.covered} times)"
    unchecked = doubt(own)
    zh, en = zh + unchecked[0], en + unchecked[1]
    return f"{zh}。" if language() == "zh" else counted(f"{en}.")


def doubt(own: Score) -> tuple[str, str]:
    """From which step ahead on the past bears intervals out no longer, in both languages; empty where it bears out all."""
    if own.checked == len(own.cases):
        return "", ""
    step = own.checked + 1
    return (
        f"；第 {step} 年起的区间在过去试得太少或包含得太少（{step_told(own, step)}），不足为凭",
        f"; from year {step} on intervals were tried too seldom or held too little to rely on ({step_told(own, step)})",
    )


def step_told(own: Score, step: int) -> str:
    """How many intervals of a step, from 1, held of those that were tried.

    Examples
    --------
    >>> own = Score("naive", 9, 0.1, 1.0, 1.0, 1.0, 0.5, 4, (0.5, float("nan")), (4, 0), 0.8)
    >>> step_told(own, 1), step_told(own, 2), own.checked
    ('2/4', '0/0', 0)
    """
    count = own.cases[step - 1]
    return f"{round(own.by_step[step - 1] * count) if count else 0}/{count}"


def _against_naive(found: Forecast, own: Score) -> tuple[str, str]:
    first, last = found.origins
    gain = own.skill
    if gain is None:
        return (
            f"模型 {called(own.model)}：序列没有变化，误差无从比较",
            f"Model {called(own.model)}: the series does not change, so errors cannot be compared",
        )
    zh = f"模型 {called(own.model)}：在 {first} 至 {last} 年起的 {own.points} 次回测中，误差比沿用末值{'小' if gain >= 0 else '大'} {abs(gain):.0%}"
    en = f"Model {called(own.model)}: in {own.points} backtests from {first} to {last} its error was {abs(gain):.0%} {'smaller' if gain >= 0 else 'larger'} than that of the last value"
    return zh, en


def state_of(found: Forecast, own: Score) -> str:
    """Whether a candidate is used, withheld, or neither."""
    zh = language() == "zh"
    if own.model in found.withheld:
        return "不采用：输给沿用末值" if zh else "withheld: loses to the last value"
    if own.model == found.chosen:
        if found.asked and own.loses:
            return "按要求采用，虽输给沿用末值" if zh else "used as asked, though it loses to the last value"
        return "采用" if zh else "used"
    return ""


def peaked(one: Peak) -> str:
    """Whether a series has peaked, in a word."""
    sure = one.already.verdict == "peaked"
    return ("已达峰" if sure else "无法判断") if language() == "zh" else ("peaked" if sure else "cannot tell")


def peak_record(own: Score) -> str:
    """The record of the model behind the chances of the peak."""
    if own.model == "naive":
        zh, en = (
            "没有模型胜过沿用末值，因此沿用末值",
            "No model does better than the last value, so it goes on",
        )
    else:
        gain = own.skill or 0.0
        zh = f"模型 {called(own.model)}：在 {own.points} 次回测中误差比沿用末值{'小' if gain >= 0 else '大'} {abs(gain):.0%}"
        en = f"Model {called(own.model)}: in {own.points} backtests its error was {abs(gain):.0%} {'smaller' if gain >= 0 else 'larger'} than that of the last value"
    if own.covered:
        zh += f"；{own.level:.0%} 区间实际包含 {own.coverage:.0%}（{own.covered} 次）"
        en += f"; {own.level:.0%} intervals held {own.coverage:.0%} ({own.covered} times)"
    unchecked = doubt(own)
    return f"{zh}{unchecked[0]}。" if language() == "zh" else f"{en}{unchecked[1]}."
