"""Composite indices: reading, refusals with their words, ways of making them, and what the audit answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tanheng.errors import InputUnreadable, TanhengError, use_language
from tanheng.pathways.composite import (
    CompositeInvalid,
    JudgementsInconsistent,
    MethodUnfit,
    Settings,
    Units,
    ValuesMissing,
    ahp,
    compare,
    composite_index,
    coupling,
    diagnose,
    flat,
    leave_out,
    ranks,
    read_framework,
    read_units,
    rewriting,
    topsis,
    units_of,
)

META = """代码,名称,方向,权重,上级,类型,下限,上限,目标
pc,路径一致,1,1,road,指标,0,100,90
rd,实现度,1,1,road,指标,0,100,90
co2,人均排放,-1,2,state,指标,2,20,4
gdp,人均产值,1,1,state,指标,10,150,120
road,路径,,1,dci,汇总,,,
state,状态,,1,dci,汇总,,,
dci,双碳指数,,1,,汇总,,,
zone,片区,,,,分组,,,
"""
DATA = """地区,名称,zone,pc,rd,co2,gdp,people
A,甲市,东,90,40,9.5,120,500
B,乙市,东,60,80,5.2,80,300
C,丙市,西,30,20,12.1,60,200
D,丁市,西,75,55,,70,250
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return _written(tmp_path, META, DATA)


def _written(place: Path, meta: str, data: str) -> tuple[Path, Path]:
    for name, text in (("meta.csv", meta), ("data.csv", data)):
        (place / name).write_text(text, encoding="utf-8")
    return place / "meta.csv", place / "data.csv"


def _read(meta: str, data: str, place: Path) -> Units:
    paths = _written(place, meta, data)
    return read_units(paths[1], read_framework(paths[0]))


def three(**columns: list[float | None]) -> Units:
    count = len(next(iter(columns.values())))
    rows = [{"unit": chr(65 + at)} | {name: own[at] for name, own in columns.items()} for at in range(count)]
    return units_of(rows, unit="unit", columns=list(columns))


def test_a_framework_and_its_data_are_read(files: tuple[Path, Path]) -> None:
    framework = read_framework(files[0])
    assert framework.top == "dci"
    assert framework.levels == {"pc": 1, "rd": 1, "co2": 1, "gdp": 1, "road": 2, "state": 2, "dci": 3}
    assert framework.effective() == pytest.approx({"pc": 0.25, "rd": 0.25, "co2": 1 / 3, "gdp": 1 / 6})
    units = read_units(files[1], framework)
    assert units.codes == ("A", "B", "C", "D")
    assert np.isnan(units.columns["co2"][3])
    assert units.groups == {"zone": ("东", "东", "西", "西")}
    assert "people" in units.columns


def test_a_gap_is_refused_unless_a_rule_is_chosen(files: tuple[Path, Path]) -> None:
    framework = read_framework(files[0])
    units = read_units(files[1], framework)
    with pytest.raises(ValuesMissing) as caught:
        composite_index(units, framework)
    assert "“co2”" in caught.value.message("zh")
    assert "1 gap (first: 'co2' of D)" in caught.value.message("en")
    filled = {
        rule: composite_index(units, framework, Settings(missing=rule)).filled[0].value
        for rule in ("mean", "median", "group-mean:zone", "group-median:zone")
    }
    assert filled == pytest.approx(
        {"mean": 26.8 / 3, "median": 9.5, "group-mean:zone": 12.1, "group-median:zone": 12.1}
    )
    spoken = composite_index(units, framework, Settings(missing="available"))
    assert spoken.filled == ()
    assert spoken.scores["state"][3] == pytest.approx(100 * (70 - 60) / 60)


def test_the_other_years_of_a_unit_fill_a_gap_between_and_after() -> None:
    rows = [
        {"c": c, "y": y, "x": x}
        for c, y, x in [
            ("A", 2018, 1),
            ("A", 2019, None),
            ("A", 2020, 3),
            ("A", 2021, None),
            ("B", 2018, 5),
            ("B", 2019, 6),
            ("B", 2020, 7),
            ("B", 2021, 8),
        ]
    ]
    units = units_of(rows, unit="c", year="y", columns=["x"])
    found = composite_index(units, flat({"x": 1}), Settings(missing="panel"))
    assert [one.value for one in found.filled] == [2, 3]
    assert composite_index(units.of_year(2021), flat({"x": 1}), Settings(missing="panel")).values[
        :, 0
    ].tolist() == [3, 8]
    first = units_of(
        [{**row, "x": None if row["c"] == "A" and row["y"] == 2018 else row["x"]} for row in rows],
        unit="c",
        year="y",
        columns=["x"],
    )
    with pytest.raises(ValuesMissing):
        composite_index(first, flat({"x": 1}), Settings(missing="panel"))


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("min-max:0,100", [100, 50, 0]), ("min-max:1,100", [100, 50.5, 1]), ("z-score:10,2", [12, 10, 8]), ("rank", [3, 2, 1]),
        ("borda", [2, 1, 0]), ("percentile-rank", [100, 50, 0]), ("distance-to-max", [1, 0.5, 0]), ("distance-to-reference:B", [2, 1, 0]),
        ("distance-to-target", [4 / 3, 2 / 3, 0]), ("goalposts", [90, 60, 30]), ("scaled:0,1", [0.9, 0.6, 0.3]),
    ],
)  # fmt: skip
def test_normalisations_of_what_should_be_small(way: str, expected: list[float]) -> None:
    own = flat({"x": -1}, low=0, high=10)
    node = own.indicators[0]
    from dataclasses import replace

    from tanheng.pathways.composite import Framework, Node

    framework = Framework((replace(node, target=2.5),), (Node("Index", "Index"),))
    found = composite_index(three(x=[1.0, 4, 7]), framework, Settings(normalisation=way))
    assert found.index == pytest.approx(expected)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("arithmetic", [4, 5]), ("geometric", [np.sqrt(7), 5]), ("harmonic", [2 / (1 + 1 / 7), 5]), ("power:2", [5, 5]),
        ("copeland", [0, 0]), ("topsis", [6 / (4 + 6), 4 / (4 + 6)]),
    ],
)  # fmt: skip
def test_aggregations(way: str, expected: list[float]) -> None:
    framework = flat({"x": 1, "y": 1}, low=0, high=10)
    found = composite_index(
        three(x=[1.0, 5], y=[7.0, 5]), framework, Settings(normalisation="scaled:0,10", aggregation=way)
    )
    if way == "topsis":
        expected = [2 / (4 + 2), 4 / (2 + 4)]
    assert found.index == pytest.approx(expected)


def test_a_mean_for_each_level() -> None:
    rows = [{"u": "A", "a": 1, "b": 9, "c": 4}, {"u": "B", "a": 4, "b": 4, "c": 9}]
    from tanheng.pathways.composite import Framework, Node

    framework = Framework(
        tuple(Node(code, code, 1, parent, 1, low=0, high=10) for code, parent in (("a", "g"), ("b", "g"), ("c", "top"))),
        (Node("g", "g", 1, "top"), Node("top", "top")),
    )  # fmt: skip
    units = units_of(rows, unit="u", columns=["a", "b", "c"])
    found = composite_index(
        units, framework, Settings(normalisation="scaled:0,10", aggregation="geometric,arithmetic")
    )
    assert found.scores["g"] == pytest.approx([3, 4])
    assert found.index == pytest.approx([3.5, 6.5])


def test_equal_scores_share_the_better_rank() -> None:
    assert ranks(np.array([[1.0, 3, 3, 2], [1, 1, np.nan, 2]])).tolist()[0] == [4, 1, 1, 3]


REFUSED: list[tuple[str, str, str, str, str]] = [
    ("no direction", META.replace("rd,实现度,1", "rd,实现度,"), DATA, "方向", "1 (more is better) or -1"),
    ("text for a weight", META.replace("rd,实现度,1,1,", "rd,实现度,1,重,"), DATA, "“重”，应为不大于 1e100 的一个数", "'重'; expected a number up to 1e100"),
    ("no weight", META.replace("rd,实现度,1,1,", "rd,实现度,1,,"), DATA, "各行同权写 1", "1 for equal weights"),
    ("negative weights", META.replace("rd,实现度,1,1,", "rd,实现度,1,-1,"), DATA, "不小于 0", "0 or more"),
    ("unknown parent", META.replace("road,指标", "roads,指标", 1), DATA, "“roads”没有自己的一行", "'roads', parent of 'pc'"),
    ("twice", META + "pc,又一次,1,1,road,指标,,,\n", DATA, "“pc”出现两次", "'pc' stands twice"),
    ("circle", META.replace("dci,双碳指数,,1,,汇总", "dci,双碳指数,,1,road,汇总"), DATA, "0 个", "0 have none"),
    ("ends turned", META.replace("指标,2,20,4", "指标,20,2,4"), DATA, "下限 20 不小于上限 2", "low goalpost 20"),
    ("unknown type", META.replace("zone,片区,,,,分组", "zone,片区,,,,区"), DATA, "“区”，应为指标、汇总", "'区'; expected Indicator"),
    ("no such column", META, DATA.replace("rd", "dr"), "没有列“rd”", "no column 'rd'"),
    ("text for a number", META, DATA.replace("12.1", "约12"), "第 4 行 F co2 列“约12”", "row 4, column F co2, '约12'"),
    ("a unit twice", META, DATA.replace("\nB,", "\nA,"), "第 2 行已有", "row 2 has it"),
    ("no unit", META, DATA.replace("\nB,", "\n,"), "应为一个单元", "expected a unit"),
    ("no column of units", META, DATA.replace("地区", "哪里"), "没有单元代码列", "no column of units"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("meta", "data", "zh", "en"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_understood_is_told_by_place(
    meta: str, data: str, zh: str, en: str, tmp_path: Path
) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        use_language("zh" if lang == "zh" else "en")
        with pytest.raises(CompositeInvalid) as caught:
            _read(meta, data, tmp_path)
        assert words in caught.value.message(), caught.value.message()
        assert caught.value.message().startswith("[L-170]")
    use_language("zh")


def test_a_table_without_directions_is_no_framework(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="Direction"):
        _read(META.replace("方向", "趋势"), DATA, tmp_path)


UNFIT = [
    (Settings(normalisation="goalposts"), {"x": [1.0, 2, 3]}, "没有固定的上下限", "no fixed ends"),
    (Settings(normalisation="distance-to-target"), {"x": [1.0, 2, 3]}, "没有目标值", "no target"),
    (Settings(normalisation="distance-to-reference:Z"), {"x": [1.0, 2, 3]}, "没有单元“Z”", "no unit 'Z'"),
    (Settings(), {"x": [2.0, 2, 2]}, "值都相同", "same value"),
    (Settings(normalisation="z-score"), {"x": [2.0, 2, 2]}, "值都相同", "same value"),
    (Settings(normalisation="share-of-max"), {"x": [-1.0, 2, 2]}, "份额", "share of the maximum"),
    (Settings(aggregation="geometric"), {"x": [1.0, 2, 3]}, "不大于零", "not above 0"),
    (Settings(aggregation="harmonic"), {"x": [1.0, 2, 3]}, "min-max:1,100", "min-max:1,100"),
    (Settings(missing="available"), {"x": [None, None, None]}, "没有任何数据", "no data at all"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "columns", "zh", "en"), UNFIT)
def test_methods_that_do_not_suit_the_numbers_say_so(
    settings: Settings, columns: dict[str, list[float | None]], zh: str, en: str
) -> None:
    with pytest.raises((MethodUnfit, ValuesMissing)) as caught:
        composite_index(three(**columns), flat(dict.fromkeys(columns, 1)), settings)
    assert zh in caught.value.message("zh")
    assert en in caught.value.message("en")


@pytest.mark.parametrize(
    "settings",
    [{"normalisation": "minmax"}, {"normalisation": "min-max:100,0"}, {"normalisation": "z-score:0,0"}, {"aggregation": "power"}, {"aggregation": "power:0"}, {"missing": "group-mean"}, {"weights": "ahp"}, {"treatment": "winsorise:0"}, {"treatment": "winsorise:1.5"}, {"aggregation": "arithmetic,best"}],
)  # fmt: skip
def test_unknown_settings_are_refused_with_those_that_are_known(settings: dict[str, str]) -> None:
    with pytest.raises(CompositeInvalid) as caught:
        Settings(**settings)
    assert caught.value.message("zh")
    assert caught.value.message("en").count(next(iter(settings.values())).split(",")[0])


def test_one_unit_two_many_ways_and_a_denominator_of_zero_are_refused() -> None:
    with pytest.raises(CompositeInvalid, match="一个单元"):
        composite_index(three(x=[1.0]), flat({"x": 1}))
    with pytest.raises(CompositeInvalid, match="3 种"):
        composite_index(
            three(x=[1.0, 2]), flat({"x": 1}), Settings(aggregation="arithmetic,arithmetic,arithmetic")
        )
    with pytest.raises(CompositeInvalid, match="应为不大于 1e100 的一个数"):
        units_of([{"u": "A", "x": "nought"}], unit="u", columns=["x"])
    from tanheng.pathways.composite import Framework, Node

    by_people = Framework((Node("x", "x", direction=1, denominator="p"),))
    with pytest.raises(MethodUnfit, match="分母为零"):
        composite_index(three(x=[1.0, 2], p=[0.0, 1]), by_people)


def test_weights_of_spread_are_a_sensitivity_and_say_so() -> None:
    units, framework = three(x=[1.0, 2, 9], y=[3.0, 1, 2]), flat({"x": 1, "y": -1})
    for way in ("entropy", "critic", "pca"):
        found = composite_index(units, framework, Settings(weights=way))
        assert not found.headline
        assert [one.code for one in found.findings] == ["L-174"]
        assert sum(found.effective.values()) == pytest.approx(1)
        assert "不作公布的指数" in found.findings[0].message("zh")
    assert composite_index(units, framework).headline


def test_fixed_ends_do_not_rewrite_history_and_min_max_does() -> None:
    rows = [
        {"c": c, "y": y, "x": x}
        for c, y, x in [
            ("A", 2020, 1),
            ("B", 2020, 2),
            ("C", 2020, 3),
            ("A", 2021, 9),
            ("B", 2021, 2),
            ("C", 2021, 3),
        ]
    ]
    units = units_of(rows, unit="c", year="y", columns=["x"])
    moving = rewriting(units, flat({"x": 1}))
    assert moving is not None
    assert moving.score == pytest.approx(75)
    assert [one.code for one in composite_index(units, flat({"x": 1})).findings] == ["L-175"]
    fixed = Settings(normalisation="goalposts")
    still = rewriting(units, flat({"x": 1}, low=0, high=10), fixed)
    assert still is not None
    assert (still.score, still.ranks) == (0, 0)
    assert composite_index(units, flat({"x": 1}, low=0, high=10), fixed).findings == ()
    assert composite_index(units, flat({"x": 1})).ranks.tolist() == [3, 2, 1, 1, 3, 2]


def test_pairs_and_wealth_are_told() -> None:
    units = three(x=[1.0, 2, 3, 4, 5], y=[1.1, 2, 3, 4, 5], z=[5.0, 4, 3, 1, 2], rich=[1.0, 2, 3, 4, 9])
    found = diagnose(composite_index(units, flat({"x": 1, "y": 1, "z": 1}, weights=[2, 2, 1])), "rich")
    kinds = {(row["first"], row["second"]): row["kind"] for row in found.pairs.to_dicts()}
    assert kinds == {("x", "y"): "redundant", ("x", "z"): "opposed", ("y", "z"): "opposed"}
    assert found.wealth is not None
    assert found.wealth["spearman"] == pytest.approx(1)
    assert [one.code for one in found.findings] == ["L-178", "L-179"]
    with pytest.raises(CompositeInvalid, match="没有数值列“poor”"):
        diagnose(composite_index(units, flat({"x": 1, "y": 1})), "poor")


def test_comparison_and_leaving_out() -> None:
    units, framework = three(x=[1.0, 2, 3], y=[3.0, 2, 1.9]), flat({"x": 1, "y": 1})
    own = composite_index(units, framework)
    other = composite_index(units, framework.weighted({"x": 5}))
    assert [row["shift"] for row in compare(own, own).to_dicts()] == [0, 0, 0]
    shifts = compare(own, other).to_dicts()
    assert {row["code"]: row["shift"] for row in shifts} == {
        code: int(a - b) for code, a, b in zip(units.codes, own.ranks, other.ranks, strict=True)
    }
    assert {row["code"] for row in leave_out(own).to_dicts()} == {"x", "y"}
    with pytest.raises(CompositeInvalid, match="没有“q”"):
        framework.weighted({"q": 1})


def test_inconsistent_judgements_are_no_weights() -> None:
    found = ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]], ["a", "b", "c"])
    with pytest.raises(JudgementsInconsistent) as caught:
        found.agreed()
    assert "不小于 0.1" in caught.value.message("zh")
    assert "not below 0.1" in caught.value.message("en")
    for wrong in ([[1, 2], [2, 1]], [[1, 2]], [[1, 0], [0, 1]], [[1, np.nan], [1, 1]]):
        with pytest.raises(CompositeInvalid):
            ahp(wrong)
    assert ahp([[1, 3], [0.33, 1]]).consistent


def test_coupling_wants_scores_between_0_and_1() -> None:
    for wrong in ([[1.2, 0.5]], [[0.5]], [[np.nan, 0.5]], [[-0.1, 0.5]]):
        with pytest.raises(MethodUnfit):
            coupling(wrong)
    with pytest.raises(CompositeInvalid):
        coupling([[0.1, 0.5]], weights=[1])
    assert coupling([[0.0, 0.0], [0.5, 0.5]]).d.tolist() == [0, np.sqrt(0.5)]


def test_every_error_is_one_of_ours() -> None:
    for one in (CompositeInvalid, ValuesMissing, MethodUnfit, JudgementsInconsistent):
        assert issubclass(one, TanhengError)
        assert one.code.startswith("L-17")
    assert topsis(np.array([[1.0, 1], [1, 1]]), np.array([1.0, 1]), [1, 1]).size == 2


def test_numbers_beyond_all_quantities_are_refused_and_tiny_ones_are_not(tmp_path: Path) -> None:
    with pytest.raises(CompositeInvalid, match="1e100"):
        _read(META, DATA.replace("9.5", "1e308"), tmp_path)
    with pytest.raises(CompositeInvalid, match="1e100"):
        three(x=[1.0, float("inf")])
    units = three(x=[1e-320, 2e-320, 3e-320, 4e-320, 9e-319], y=[1.0, 2, 3, 4, 6])
    found = composite_index(units, flat({"x": 1, "y": 1}), Settings(treatment="winsorise-log"))
    assert found.ranks.tolist() == [5, 4, 3, 2, 1]


def test_two_units_make_no_correlation_and_gaps_no_alpha_above_1() -> None:
    units = three(x=[1.0, 2, 3, 4], y=[3.0, None, None, 5], z=[None, 1.0, 2, None])
    found = diagnose(composite_index(units, flat({"x": 1, "y": 1, "z": 1}), Settings(missing="available")))
    assert found.pairs.to_dicts() == []
    assert all(one is None or one <= 1 for one in found.alpha.values())


def test_a_unit_in_no_group_is_not_filled_from_a_group(tmp_path: Path) -> None:
    units = _read(META, DATA.replace("丁市,西", "丁市,"), tmp_path)
    with pytest.raises(ValuesMissing):
        composite_index(units, read_framework(tmp_path / "meta.csv"), Settings(missing="group-mean:zone"))
