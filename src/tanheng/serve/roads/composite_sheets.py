"""The tables of a composite index: ranking, indicators, gaps, treatment, comparisons, coupling, audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tanheng.errors import language
from tanheng.pathways.composite import Composite, Sensitivity, sentences
from tanheng.pathways.composite.choices import MEANT
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.document import Column, Sheet, Shown

if TYPE_CHECKING:
    from tanheng.serve.roads.composite import Judged


def sheets_of(found: Judged) -> list[Sheet]:
    """All tables that there is something to tell in."""
    own = found.made
    sheets = [_ranking(own), _indicators(found), _alpha(found), _pairs(found), _filled(own), _treated(own)]
    sheets += [
        _compared(at, text, table.to_dicts()) for at, (text, table) in enumerate(found.compared, start=1)
    ]
    if found.left is not None:
        sheets.append(
            _table("left_out", say("逐一去掉", "Left out one by one"), found.left.to_dicts(), _left_heads())
        )
    if found.coupled is not None:
        table = found.coupled.table()
        heads = [("code", say("代码", "Code"), "text"), ("C", say("耦合度 C", "Coupling C"), "amount"), ("T", say("发展度 T", "Development T"), "amount"), ("D", say("耦合协调度 D", "Coordination D"), "amount")]  # fmt: skip
        sheets.append(_table("coupling", table.title, table.to_dicts(), heads))
    return [sheet for sheet in [*sheets, *_audited(found)] if sheet.rows]


def _table(
    name: str,
    title: str,
    rows: Sequence[dict[str, Any]],
    heads: Sequence[tuple[str, str, Shown | str]],
    note: str = "",
) -> Sheet:
    return Sheet(name, title, [Column(key, head, shown) for key, head, shown in heads], rows, note)  # type: ignore[arg-type]


def _left_heads() -> list[tuple[str, str, str]]:
    return [
        ("code", say("代码", "Code"), "text"), ("name", say("去掉", "Left out"), "text"), ("mean_shift", say("平均名次变动", "Mean shift"), "amount"),
        ("largest_shift", say("最大", "Largest"), "count"), ("unit", say("其单元", "Unit"), "text"),
    ]  # fmt: skip


def _ranking(own: Composite) -> Sheet:
    rows = own.table().to_dicts()
    place, sep = (0, "，") if language() == "zh" else (1, ";")
    levels = own.framework.levels
    groups = sorted(own.scores, key=lambda code: (-levels[code], list(own.framework.children).index(code)))
    heads: list[tuple[str, str, str]] = (
        [("year", say("年份", "Year"), "year")] if len(own.units.span) > 1 else []
    )
    heads += [("rank", say("名次", "Rank"), "count"), ("code", say("代码", "Code"), "text")]
    heads += (
        [("name", say("名称", "Name"), "text")] if any(row["code"] != row["name"] for row in rows) else []
    )
    heads += [(code, own.framework.nodes[code].name, "amount") for code in groups]
    ways = say("；", "; ").join(
        f"{MEANT[name][place].partition(sep)[0]} {way}" for name, way in vars(own.settings).items()
    )
    return _table("ranking", own.framework.nodes[own.framework.top].name, rows, heads, ways)


def _indicators(found: Judged) -> Sheet:
    heads = [
        ("code", say("代码", "Code"), "text"), ("name", say("指标", "Indicator"), "text"), ("parent", say("所属", "Part of"), "text"),
        ("weight", say("权重", "Weight"), "amount"), ("effective", say("有效权重", "Effective weight"), "share"),
        ("correlation", say("与指数的相关", "Correlation with the index"), "amount"),
    ]  # fmt: skip
    note = say("；", "; ").join(sentences(found.diagnosis, list(found.told), found.rewritten))
    return _table("indicators", say("指标", "Indicators"), found.diagnosis.indicators.to_dicts(), heads, note)


def _alpha(found: Judged) -> Sheet:
    nodes = found.made.framework.nodes
    rows = [
        {"code": code, "name": nodes[code].name, "alpha": value}
        for code, value in found.diagnosis.alpha.items()
    ]
    heads = [
        ("code", say("代码", "Code"), "text"),
        ("name", say("分组", "Group"), "text"),
        ("alpha", "Cronbach α", "amount"),
    ]
    return _table("alpha", say("各组的一致性", "Consistency of the groups"), rows, heads)


def _pairs(found: Judged) -> Sheet:
    kinds = {
        "redundant": say("近乎相同", "say nearly the same"),
        "opposed": say("彼此相反", "say the reverse"),
    }
    rows = [{**row, "kind": kinds[row["kind"]]} for row in found.diagnosis.pairs.to_dicts()]
    heads = [
        ("group", say("分组", "Group"), "text"), ("first", say("指标", "Indicator"), "text"), ("second", say("与", "And"), "text"),
        ("correlation", say("相关系数", "Correlation"), "amount"), ("kind", say("说明", "Which"), "text"),
    ]  # fmt: skip
    return _table(
        "pairs",
        say("相关过高或相反的指标", "Indicators that say the same or the reverse"),
        rows,
        heads,
    )


def _filled(own: Composite) -> Sheet:
    years = own.units.years
    rows = [
        {"unit": own.units.codes[one.row], "year": None if years is None else int(years[one.row]), "indicator": one.indicator, "value": one.value}
        for one in own.filled
    ]  # fmt: skip
    heads = [
        ("unit", say("单元", "Unit"), "text"), *([("year", say("年份", "Year"), "year")] if years is not None else []),
        ("indicator", say("指标", "Indicator"), "text"), ("value", say("填补的值", "Filled in"), "amount"),
    ]  # fmt: skip
    return _table("filled", say("填补的缺失", "Gaps that were filled"), rows, heads)


def _treated(own: Composite) -> Sheet:
    rows = [
        {"indicator": one["indicator"], "way": one["way"], "skew": _pair(one["skew"]), "kurtosis": _pair(one["kurtosis"])}
        for one in own.to_dict()["treated"]
    ]  # fmt: skip
    heads = [
        ("indicator", say("指标", "Indicator"), "text"), ("way", say("处理", "Treatment"), "text"),
        ("skew", say("偏度（前 → 后）", "Skewness (before → after)"), "text"), ("kurtosis", say("峰度（前 → 后）", "Kurtosis (before → after)"), "text"),
    ]  # fmt: skip
    return _table("treated", say("处理的异常值", "Outliers that were treated"), rows, heads)


def _pair(both: Sequence[float | None]) -> str:
    return " → ".join("–" if one is None else f"{one:.2f}" for one in both)


def _compared(at: int, text: str, rows: list[dict[str, Any]]) -> Sheet:
    moved = sum(1 for row in rows if row["shift"])
    heads = [
        ("code", say("代码", "Code"), "text"), ("name", say("名称", "Name"), "text"), ("first", say("本指数", "Index"), "count"),
        ("second", text, "count"), ("shift", say("变动", "Shift"), "count"),
    ]  # fmt: skip
    title = say(f"与 {text} 相比：{moved} 个名次变动", f"Against {text}: ranks that shift: {moved}")
    return _table(f"against{at}", title, rows, heads)


def _audited(found: Judged) -> list[Sheet]:
    own = found.audit
    if own is None:
        return []
    heads = [
        ("rank", say("名次", "Rank"), "count"), ("code", say("代码", "Code"), "text"), ("name", say("名称", "Name"), "text"), ("p5", "p5", "amount"),
        ("median", say("中位数", "Median"), "amount"), ("p95", "p95", "amount"), ("width", say("区间宽度", "Width"), "amount"),
    ]  # fmt: skip
    alternatives = [("name", say("假设", "Assumption"), "text"), ("alternative", say("备选", "Alternative"), "text"), ("mean_shift", say("平均名次变动", "Mean shift"), "amount"), ("runs", say("次数", "Runs"), "count")]  # fmt: skip
    named = {row["assumption"]: row["name"] for row in own.sensitivity.table().to_dicts()}
    rows = [
        {**row, "name": named.get(row["assumption"], row["assumption"])}
        for row in own.by_alternative().to_dicts()
    ]
    sheets = [
        _table(
            "intervals",
            say(f"名次区间（{own.runs:,} 次）", f"Intervals of ranks ({own.runs:,} runs)"),
            own.table().to_dicts(),
            heads,
        ),
        _sobol("sobol", own.sensitivity.table().title, own.sensitivity),
        _table("alternatives", own.by_alternative().title, rows, alternatives),
    ]
    if found.unit:
        sheets.append(
            _sobol(
                "sobol_of",
                say(f"{found.unit} 的名次：Sobol 指数", f"The rank of {found.unit}: Sobol indices"),
                own.sensitivity_of(found.unit),
            )
        )
    return sheets


def _sobol(name: str, title: str, found: Sensitivity) -> Sheet:
    within = say("95 % 半宽", "95 % half-width")
    heads = [
        ("name", say("假设", "Assumption"), "text"), ("S1", say("S1 单独", "S1, alone"), "amount"), ("S1_within", f"S1 {within}", "amount"),
        ("ST", say("ST 含交互", "ST, with interactions"), "amount"), ("ST_within", f"ST {within}", "amount"),
    ]  # fmt: skip
    return _table(name, title, found.table().to_dicts(), heads)
