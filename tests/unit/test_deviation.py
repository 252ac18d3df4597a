"""Deviation: levels, verdicts, cause, correction, and what a file says wrongly."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from tests.unit.test_tree import leaf, lever, said

from tanheng.cli import cli
from tanheng.errors import LibraryMissing, PackInvalid, use_language
from tanheng.pathways import Road, deviation_of, road_of, tree_of
from tanheng.pathways.deviation.correction import Correction
from tanheng.pathways.deviation.deviation import joint
from tanheng.pathways.deviation.problems import DeviationInvalid


def tree_data(**more: Any) -> dict[str, Any]:
    """100 t of coal at 2 tCO2/t and 300 MWh at 1 tCO2/MWh: 500 tCO2, growing by 2 % a year."""
    return {
        "format": "tanheng-tree/1", "id": "town", "title": said("镇"), "years": {"from": 2020, "to": 2030}, "total": "emission",
        "leaves": {
            "coal": leaf(100, growth={"2030": 2}), "factor": leaf(2, "tCO2/t"), "power": leaf(300, "MWh", growth={"2030": 2}),
            "grid": leaf(1, "tCO2/MWh"),
        },
        "nodes": {"emission": {"title": said("排放"), "unit": "tCO2", "formula": "coal * factor + power * grid"}},
        "levers": {
            "save": lever("coal", -0.5, cost=100, cost_unit="元/tCO2", **{"from": 2022, "build": 4}),
            "clean": lever("grid", -0.6, cost=300, cost_unit="元/tCO2", **{"from": 2022, "build": 4}),
        },
        **more,
    }  # fmt: skip


ROWS = {
    "year": [y for y in (2020, 2021, 2022, 2023) for _ in range(2)],
    "cell": ["coal", "power"] * 4,
    "use": [100.0, 300, 104, 310, 108, 322, 112, 330],
    "rate": [2.0, 1, 2, 1, 2, 1.02, 2, 1.05],
}
ROWS["co2"] = [use * rate for use, rate in zip(ROWS["use"], ROWS["rate"], strict=True)]


def road_data(**more: Any) -> dict[str, Any]:
    return {
        "format": "tanheng-road/1", "id": "town", "title": said("镇"), "tree": "tree.yaml",
        "path": {"unit": "t", "marks": {"2020": 500, "2030": 450}, "source": "a test"},
        "observed": {
            "file": "observed.csv", "period": "year", "by": ["cell"], "total": "co2", "unit": "t", "uncertainty": 5, "source": "a test",
            "factors": {"use": {"formula": "use", "kind": "activity"}, "rate": {"formula": "rate", "kind": "factor"}},
        },
        **more,
    }  # fmt: skip


def town(rows: dict[str, Any] | None = None, **more: Any) -> Road:
    return road_of(road_data(**more), tree=tree_of(tree_data()), observed=ROWS if rows is None else rows)


def folder_of(tmp_path: Path, **more: Any) -> Path:
    (tmp_path / "tree.yaml").write_text(yaml.safe_dump(tree_data(), allow_unicode=True), encoding="utf-8")
    lines = [",".join(ROWS), *(",".join(map(str, row)) for row in zip(*ROWS.values(), strict=True))]
    (tmp_path / "observed.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = tmp_path / "road.yaml"
    file.write_text(yaml.safe_dump(road_data(**more), allow_unicode=True), encoding="utf-8")
    return file


def test_deviation_cumulated_and_verdict_by_hand() -> None:
    found = deviation_of(town(), correct=False)
    emission = np.array([500, 518, 216 + 322 * 1.02, 224 + 330 * 1.05])
    path = np.array([500, 495, 490, 485])
    np.testing.assert_allclose(found.total.emission, emission)
    np.testing.assert_allclose(found.total.share, emission / path - 1)
    np.testing.assert_allclose(found.total.cumulated, np.cumsum(emission - path) / np.cumsum(path))
    np.testing.assert_allclose(found.total.sigma, emission * 0.05 / 1.959963984540054)
    z = (emission - path) / found.total.sigma
    np.testing.assert_allclose(found.total.cusum.z, z)
    assert [found.total.verdict(at) for at in range(4)] == ["cannot tell", "over", "over", "over"]
    assert found.alarm is not None
    assert (found.alarm.side, found.alarm.first) == ("over", 2 if z[1] + z[2] - 1 > 4 else 3)


def test_cells_share_the_path_and_sum_to_the_total() -> None:
    found = deviation_of(town(), correct=False)
    coal, power = found.levels[1:]
    np.testing.assert_allclose(coal.path, 0.4 * found.total.path)
    np.testing.assert_allclose(coal.deviation + power.deviation, found.total.deviation)
    np.testing.assert_allclose(np.hypot(coal.sigma, power.sigma), found.total.sigma)
    told = deviation_of(town(deviation={"cells": {"coal": {"2020": 40, "2030": 20}}}), correct=False)
    np.testing.assert_allclose(told.levels[1].path, found.total.path * [0.40, 0.38, 0.36, 0.34])
    np.testing.assert_allclose(told.levels[2].path, found.total.path * [0.60, 0.62, 0.64, 0.66])


def test_the_cause_names_factor_and_cell_and_sums_to_the_deviation() -> None:
    cause = deviation_of(town(), correct=False).cause
    assert cause is not None
    assert (cause.since, cause.year) == (2020, 2023)
    assert cause.deviation == pytest.approx(224 + 330 * 1.05 - 485, abs=1e-9)
    emission = {"coal": (200.0, 224.0), "power": (300.0, 346.5)}
    weight = {cell: (b - a) / np.log(b / a) for cell, (a, b) in emission.items()}
    assert cause.by_factor["use"] == pytest.approx(
        weight["coal"] * np.log(1.12) + weight["power"] * np.log(1.1)
    )
    assert cause.by_factor["rate"] == pytest.approx(weight["power"] * np.log(1.05))
    assert cause.main is not None
    assert cause.main[:2] == ("use", "power")
    assert cause.by_cell == pytest.approx({"coal": 224 - 0.4 * 485, "power": 346.5 - 0.6 * 485})


def test_a_sink_is_decomposed_by_shapley_and_says_so() -> None:
    rows = {**ROWS, "rate": [2.0, -1, 2, -1, 2, -1.02, 2, -1.05]}
    rows["co2"] = [use * rate for use, rate in zip(rows["use"], rows["rate"], strict=True)]
    road = town(rows, path={"unit": "t", "marks": {"2020": -100, "2030": -150}, "source": "a test"})
    found = deviation_of(road, correct=False)
    assert found.cause is not None
    assert found.cause.shapley == ("power",)
    assert [one.code for one in found.findings] == ["D-103"]
    assert found.cause.deviation == pytest.approx(found.total.deviation[-1])
    assert found.total.rows()[-1]["share"] is None


def test_the_correction_starts_at_what_was_observed_and_keeps_the_path() -> None:
    found = deviation_of(town(), draws=50)
    assert isinstance(found.correction, Correction)
    plan = found.correction.plan
    assert plan.baseline[0] == pytest.approx(570.5)
    assert found.correction.years == list(range(2023, 2031))
    assert plan.depths["save"][0] == plan.depths["clean"][0] == 0
    capped = np.isfinite(plan.cap)
    over = np.maximum(plan.emission - plan.cap, 0)[capped]
    np.testing.assert_allclose(over, plan.gap[capped], atol=1e-3)
    saved = sum(found.correction.effects.values())
    np.testing.assert_allclose(saved, plan.baseline - plan.emission, atol=1e-6)
    assert found.correction.back is not None
    assert found.correction.chance.min() >= 0


def test_draws_of_the_file_hold_unless_others_are_asked_for() -> None:
    road = town(deviation={"draws": 7})
    counts = [
        deviation_of(road).correction,
        deviation_of(road, draws=5).correction,
        deviation_of(town()).correction,
    ]
    assert [one.draws for one in counts if isinstance(one, Correction)] == [7, 5, 500]


def test_a_correction_without_its_solver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(LibraryMissing, match="T-004"):
        deviation_of(town(), draws=5)
    assert deviation_of(town(), correct=False).verdict == "over"


def test_levers_that_are_partly_done_have_only_the_rest_left() -> None:
    before = deviation_of(town(), draws=5).correction
    after = deviation_of(town(deviation={"done": {"save": 0.5}}), draws=5).correction
    assert isinstance(before, Correction)
    assert isinstance(after, Correction)
    assert after.plan.baseline[0] == pytest.approx(570.5)
    assert after.plan.tree.levers["save"].most == pytest.approx(-0.25 / 0.75)
    assert after.plan.emission[-1] >= before.plan.emission[-1] - 1e-6
    gone = deviation_of(town(deviation={"done": {"save": 1}}), draws=5).correction
    assert isinstance(gone, Correction)
    assert set(gone.plan.tree.levers) == {"clean"}


def test_a_place_on_its_path_has_no_alarm_and_no_correction() -> None:
    rows = {**ROWS, "use": [100.0, 300, 99, 297, 98, 294, 97, 291], "rate": [2.0, 1] * 4}
    rows["co2"] = [use * rate for use, rate in zip(rows["use"], rows["rate"], strict=True)]
    found = deviation_of(town(rows))
    assert found.alarm is None
    assert found.verdict == "cannot tell"
    assert found.correction == (
        "末次核查没有超出路径，没有求调整",
        "the last year is not over the path, so no correction was looked for",
    )


def test_a_sustained_under_run_is_an_alarm_of_its_own_side() -> None:
    rows = {**ROWS, "use": [100.0, 300, 80, 240, 70, 220, 60, 200], "rate": [2.0, 1] * 4}
    rows["co2"] = [use * rate for use, rate in zip(rows["use"], rows["rate"], strict=True)]
    found = deviation_of(town(rows))
    assert found.alarm is not None
    assert found.alarm.side == "under"
    assert found.verdict == "under"
    assert not isinstance(found.correction, Correction)


def only(years: list[int]) -> dict[str, Any]:
    kept = [at for at, year in enumerate(ROWS["year"]) if year in years]
    return {name: [values[at] for at in kept] for name, values in ROWS.items()}


def test_the_base_year_alone_has_no_cause() -> None:
    found = deviation_of(town(only([2020])))
    assert found.cause is None
    assert found.sums_chart() == ""
    assert found.to_dict()["cause"] is None


def test_a_missing_year_is_named() -> None:
    with pytest.raises(DeviationInvalid) as caught:
        deviation_of(town(only([2020, 2021, 2023])))
    assert "缺 2022 年" in caught.value.message("zh")
    assert "2022 was not observed" in caught.value.message("en")


WRONG = [
    ({"k": -1}, "deviation.k", "太小"),
    ({"h": 0}, "deviation.h", "应大于 0"),
    ({"spread": -3}, "deviation.spread", "太小"),
    ({"cells": {"steel": {"2020": 10, "2030": 10}}}, "deviation.cells.steel", "没有这个分项"),
    ({"cells": {"coal": {"2022": 10, "2030": 10}}}, "deviation.cells.coal", "从 2020 年写到 2023 年"),
    ({"cells": {"coal": {"2020": 40, "2030": 40}, "power": {"2020": 50, "2030": 50}}}, "deviation.cells", "差 10 个百分点"),
    ({"done": {"steam": 0.5}}, "deviation.done.steam", "没有这个杠杆"),
    ({"done": {"save": 1.5}}, "deviation.done.save", "不在 0 到 1 之间"),
    ({"draws": 0}, "deviation.draws", "太小"),
    ({"scenario": "green"}, "deviation.scenario", "没有情景“green”"),
    ({"draws": 1.5}, "deviation.draws", "不是整数"),
    ({"cells": {"coal": {"2020": 140, "2030": 140}}}, "deviation.cells", "只剩 -40 %"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "key", "words"), WRONG, ids=[one[1] for one in WRONG])
def test_wrong_settings_tell_key_and_mend(settings: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        deviation_of(town(deviation=settings))
    assert key in caught.value.message("zh")
    assert words in caught.value.message("zh")
    assert key in caught.value.message("en")


def test_a_cell_without_a_row_is_unknown_and_not_zero() -> None:
    with pytest.raises(PackInvalid) as caught:
        town({name: values[:-1] for name, values in ROWS.items()})
    assert "2023 年没有分项“power”的行" in caught.value.message("zh")
    assert "unknown is not zero" in caught.value.message("en")


def test_more_than_the_world_emits_is_refused() -> None:
    rows = {**ROWS, "use": [*ROWS["use"][:-1], 1e300], "co2": [*ROWS["co2"][:-1], 1e300 * 1.05]}
    with pytest.raises(DeviationInvalid) as caught:
        deviation_of(town(rows))
    assert "多于全世界的排放" in caught.value.message("zh")


def test_years_after_the_target_are_left_out() -> None:
    data = road_data(path={"unit": "t", "marks": {"2020": 500, "2022": 490}, "source": "a test"})
    found = deviation_of(road_of(data, tree=tree_of(tree_data()), observed=ROWS))
    assert found.to_dict()["year"] == 2022
    assert isinstance(found.correction, tuple)


def test_a_total_of_zero_cannot_be_measured() -> None:
    rows = {**ROWS, "use": [0.0, 0.0, *ROWS["use"][2:]], "co2": [0.0, 0.0, *ROWS["co2"][2:]]}
    with pytest.raises(PackInvalid) as caught:
        deviation_of(town(rows))
    assert "2020 年总量 0" in caught.value.message("zh")


def test_an_uncertainty_of_zero_standardises_nothing() -> None:
    data = road_data()
    data["observed"]["uncertainty"] = 0
    with pytest.raises(PackInvalid, match="P-001") as caught:
        deviation_of(road_of(data, tree=tree_of(tree_data()), observed=ROWS))
    assert "observed.uncertainty" in caught.value.message("zh")
    data["deviation"] = {"spread": 2}
    assert (
        deviation_of(road_of(data, tree=tree_of(tree_data()), observed=ROWS), correct=False).verdict == "over"
    )


def test_the_command_prints_the_contract_and_leaves_with_1_on_an_alarm(tmp_path: Path) -> None:
    file = folder_of(tmp_path)
    run = CliRunner()
    made = run.invoke(cli, ["deviation", str(file), "--draws", "20", "--json"])
    assert made.exit_code == 1, made.output
    told = json.loads(made.stdout)
    assert {"road", "unit", "year", "verdict", "alarm", "cusum", "levels", "cause", "correction"} <= set(told)
    assert told["alarm"]["side"] == "over"
    assert told["correction"]["levers"]
    assert told["cusum"]["false_alarm"]["mean"] == pytest.approx(168, abs=6)
    within = told["cusum"]["false_alarm_chance"]
    assert (within["periods"], within["common"]) == (len(told["levels"][0]["periods"]), 1.0)
    assert within["independent"] < within["chance"]
    for language, words in (("zh", "警报：超出路径"), ("en", "Alarm: over the path")):
        said_ = run.invoke(cli, ["deviation", str(file), "--draws", "20", "--lang", language])
        assert said_.exit_code == 1
        assert words in said_.output
    several = run.invoke(cli, ["deviation", "show", str(file), str(file), "--no-correct", "--json"])
    places = json.loads(several.stdout)["places"]
    assert [one["place"] for one in places] == ["town", "town", "together"]
    assert places[2]["share"] == pytest.approx(places[0]["share"])
    assert run.invoke(cli, ["deviation", str(tmp_path / "none.yaml")]).exit_code == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_its_charts_and_loads_nothing(lang: str, tmp_path: Path) -> None:
    file, page = folder_of(tmp_path), tmp_path / "deviation.html"
    made = CliRunner().invoke(
        cli, ["deviation", str(file), "--draws", "20", "--html", str(page), "--lang", lang]
    )
    assert made.exit_code == 1, made.output
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert ("路径" if lang == "zh" else "Path") in text
    assert "src=" not in text
    assert "href=" not in text


def test_places_together_are_their_sum_in_the_years_of_all() -> None:
    data = road_data(path={"unit": "t", "marks": {"2021": 100, "2030": 90}, "source": "a test"})
    data["observed"] = {
        "file": "o",
        "period": "year",
        "total": "co2",
        "unit": "t",
        "uncertainty": 10,
        "source": "a test",
    }
    table = {"year": [2021, 2022, 2023], "co2": [101.0, 104, 107]}
    two = [
        deviation_of(town(), correct=False),
        deviation_of(road_of(data, tree=tree_of(tree_data()), observed=table), correct=False),
    ]
    every = joint(two)
    assert every is not None
    assert every.periods == ("2021", "2022", "2023")
    np.testing.assert_allclose(every.emission, two[0].total.emission[1:] + table["co2"])
    np.testing.assert_allclose(every.sigma, np.hypot(two[0].total.sigma[1:], two[1].total.sigma))
    assert joint(two[:1]) is None


def test_a_notebook_shows_charts_and_table() -> None:
    use_language("zh")
    found = deviation_of(town(), draws=5)
    assert found._repr_html_().count("<svg") == 3
    assert "超出" in repr(found)


def test_a_sum_of_nothing_has_no_sign() -> None:
    found = CliRunner().invoke(
        cli, ["deviation", "examples/sichuan-road/road.yaml", "--draws", "20", "--lang", "zh"]
    )
    assert "0.00 / 0.00" in found.output
    assert "-0.00" not in found.output
    assert "亿 t CO₂e" in found.output
    assert not re.search(r"\d,\d{3},\d{3}", found.output)
    assert "+0.00" not in found.output
