"""Forecast, peak, drivers and decoupling of a road as documents: the library's numbers in both languages, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from documents import made, rows
from tanheng.drivers import DriversInvalid, NominalMoney, SeriesBreak
from tanheng.errors import LANGS, Lang
from tanheng.pathways import load_road
from tanheng.pathways.forecast import SeriesInvalid, forecast, peaks, series_of
from tanheng.pathways.road.past import decoupling_of, drivers_of, panel_of
from tanheng.serve.roads.options import OptionWrong

pytestmark = pytest.mark.usefixtures("reads_beside")

SICHUAN = Path(__file__).parents[2] / "examples" / "sichuan-road"


TREE = {
    "format": "tanheng-tree/1", "id": "town", "title": {"zh": "镇", "en": "Town"}, "years": {"from": 2020, "to": 2030}, "total": "emission",
    "leaves": {"coal": {"title": {"zh": "煤", "en": "Coal"}, "unit": "万tCO2", "value": 100, "source": "example"}},
    "nodes": {"emission": {"title": {"zh": "排放", "en": "Emission"}, "unit": "万tCO2", "formula": "coal"}},
}  # fmt: skip
OBSERVED = {
    "file": "observed.csv", "period": "year", "total": "co2", "unit": "万tCO2", "uncertainty": 5, "source": "example", "prices": {"gdp": "real"},
    "factors": {"gdp": {"formula": "gdp", "kind": "activity"}, "intensity": {"formula": "co2/gdp", "kind": "intensity"}},
}  # fmt: skip


def town(folder: Path, first: int, last: int, **changes: Any) -> Path:
    """A small road whose emission is its output times a falling intensity; a change of None takes the key out."""
    observed = {name: value for name, value in (OBSERVED | changes).items() if value is not None}
    road = {
        "format": "tanheng-road/1", "id": "town", "title": {"zh": "镇", "en": "Town"}, "tree": "tree.yaml",
        "path": {"unit": "万tCO2", "marks": {last: 100, 2030: 90}, "source": "example"}, "observed": observed,
    }  # fmt: skip
    table = [
        f"{year},{50 + year - first},{(50 + year - first) * 0.97 ** (year - first):.6f}"
        for year in range(first, last + 1)
    ]
    (folder / "observed.csv").write_text("\n".join(["year,gdp,co2", *table]), encoding="utf-8")
    (folder / "tree.yaml").write_text(yaml.safe_dump(TREE, allow_unicode=True), encoding="utf-8")
    (folder / "road.yaml").write_text(yaml.safe_dump(road, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize("lang", LANGS)
def test_points_and_records_are_those_of_the_library(lang: Lang) -> None:
    found = made(SICHUAN, "forecast", lang, horizon=6)
    whole = forecast(series_of(panel_of(load_road(SICHUAN / "road.yaml")), "total"), 6)
    assert [(row["year"], row["value"], row["low"], row["high"]) for row in rows(found, "points")] == [
        (row["year"], row["value"], row["low"], row["high"]) for row in whole.points
    ]
    assert [row["mase"] for row in rows(found, "backtest")] == [one.mase for one in whole.scores]
    assert found.result == whole.to_dict()
    assert found.synthetic
    assert found.figures[-1].value == whole.points[-1]["value"]
    assert found.figures[-1].unit == "t CO₂e"
    assert ("合成" if lang == "zh" else "synthetic") in found.headline


def test_a_model_that_loses_is_used_when_asked_for_and_said_so() -> None:
    found = made(SICHUAN, "forecast", "en", model="drift")
    assert [row["state"] for row in rows(found, "backtest") if row["model"] == "drift"] == [
        "used as asked, though it loses to the last value"
    ]
    assert "drift loses to the last value" in found.warnings[0]
    assert "withheld: loses to the last value" in {
        row["state"] for row in rows(made(SICHUAN, "forecast", "en"), "backtest")
    }


def test_cells_are_forecast_one_by_one() -> None:
    found = made(SICHUAN, "forecast", cells=True, horizon=2)
    assert {row["series"] for row in rows(found, "points")} == {
        "交通",
        "农业与废弃物",
        "工业",
        "建筑",
        "电力",
        "碳汇",
    }
    assert len(found.charts) == 6


@pytest.mark.parametrize("lang", LANGS)
def test_the_chances_of_the_peak_are_those_of_the_library(lang: Lang) -> None:
    found = made(SICHUAN, "peak", lang, uncertainty=3, horizon=10)
    own, _ = peaks(
        series_of(panel_of(load_road(SICHUAN / "road.yaml")), "total"), 10, uncertainty=0.03, seed=0
    )
    told = {row["year"]: row["by"] for row in rows(found, "chances")}
    assert told[2030] == own[0].by(2030)
    assert rows(found, "verdicts")[0]["later"] == own[0].not_before
    assert found.figures[2].value == own[0].by(2030)
    assert {"zh": "无法判断", "en": "cannot tell"}[lang] in found.headline


def test_a_road_knows_its_own_uncertainty_and_a_sink_has_no_peak() -> None:
    assert made(SICHUAN, "peak").figures[-1].value == pytest.approx(0.06 / 1.959964)
    found = made(SICHUAN, "peak", "en", cells=True, factors=True)
    assert found.warnings == ["Left out, for zeros or negative values have no peak: 碳汇."]
    assert len(rows(found, "verdicts")) == 5
    assert len(found.charts) == 1
    with pytest.raises(DriversInvalid, match="do not multiply to the whole"):
        made(SICHUAN, "peak", "en", factors=True)


def test_a_short_series_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeriesInvalid, match="只有 6 年"):
        made(town(tmp_path, 2019, 2024), "forecast")


@pytest.mark.parametrize("lang", LANGS)
def test_effects_are_those_of_the_library_in_the_unit_of_the_road(lang: Lang) -> None:
    found = made(SICHUAN, "drivers", lang, **{"from": 2020})
    road = load_road(SICHUAN / "road.yaml")
    whole = drivers_of(road, first=2020)
    chained = rows(found, "steps")[0]
    assert [chained[f"e{at}"] for at in range(4)] == list(whole.chained[""].effects.values())
    observed = road.observed
    assert chained["change"] == pytest.approx(
        observed.total[-1] - observed.total[observed.at(2020)], abs=1e-3
    )
    assert sum(row["sum"] for row in rows(found, "cells1")) == pytest.approx(chained["change"], abs=1e-3)
    assert found.figures[0].unit == "t CO₂e"
    assert "D-103" in found.warnings[0]
    assert len(found.charts) == 1


@pytest.mark.parametrize(
    ("lang", "names"),
    [("zh", ["地区生产总值", "部门结构", "用能强度", "单位用能排放"]), ("en", ["GDP", "Structure", "Energy intensity", "Emission by energy"])],
)  # fmt: skip
def test_factors_are_called_as_the_road_titles_them(lang: Lang, names: list[str]) -> None:
    found = made(SICHUAN, "drivers", lang, **{"from": 2020})
    steps = next(one for one in found.sheets if one.name == "steps")
    assert [one.title for one in steps.columns if one.key.startswith("e")] == names
    assert [one["name"] for one in found.charts[0].data["effects"]] == names  # type: ignore[attr-defined]
    assert [one.label for one in found.figures[1:]] == names
    assert all(name in found.headline for name in names)
    assert list(found.result["chained"]["effects"]) == ["gdp", "structure", "intensity", "factor"]
    main = next(one for one in made(SICHUAN, "deviation", lang, draws=20).sheets if one.name == "cause").rows
    assert [row["part"] for row in main][:4] == names


def test_a_factor_without_a_title_goes_by_its_kind_or_the_catalogue(tmp_path: Path) -> None:
    found = made(town(tmp_path, 2010, 2024), "drivers", "zh")
    assert [one.label for one in found.figures[1:]] == ["地区生产总值", "强度"]
    told = made(tmp_path, "decoupling", "zh")
    assert "地区生产总值" in told.headline
    assert told.charts[0].data["title"] == "排放 / 地区生产总值：脱钩"  # type: ignore[attr-defined]


def test_ranges_stand_beside_effects_where_columns_are_uncertain() -> None:
    found = made(SICHUAN, "drivers", uncertainty="use=5%, activity=3%:steady", draws=200, **{"from": 2022})
    own = {figure.label: figure for figure in found.figures}
    low, high = own["用能强度"].low, own["用能强度"].high
    assert low is not None
    assert high is not None
    assert low < (own["用能强度"].value or 0) < high
    assert [row["p5"] for row in rows(found, "ranges") if row["factor"] == "用能强度"][-2] == low


def test_ratios_have_no_unit_and_multiply() -> None:
    found = made(SICHUAN, "drivers", "en", form="multiplicative", **{"from": 2023, "to": 2024})
    step = rows(found, "steps")[-1]
    assert step["e0"] * step["e1"] * step["e2"] * step["e3"] == pytest.approx(step["change"])
    assert {figure.unit for figure in found.figures} == {""}
    assert found.charts == []


@pytest.mark.parametrize("lang", LANGS)
def test_decoupling_is_that_of_the_library(lang: Lang) -> None:
    found = made(SICHUAN, "decoupling", lang)
    steps, _ = decoupling_of(load_road(SICHUAN / "road.yaml"))
    span, *each = [row["elasticity"] for row in rows(found, "steps")]
    assert [*each, span] == steps.to_polars()["elasticity"].to_list()
    assert {"zh": "弱脱钩", "en": "weak decoupling"}[lang] in found.headline
    with pytest.raises(DriversInvalid, match="gdp"):
        made(SICHUAN, "decoupling", lang, factor="structure")


def test_a_road_without_factors_says_what_is_missing(tmp_path: Path) -> None:
    town(tmp_path, 2010, 2024, factors=None, prices=None)
    with pytest.raises(DriversInvalid, match=r"observed\.factors"):
        made(tmp_path, "drivers")
    with pytest.raises(DriversInvalid, match="没有活动量因子"):
        made(tmp_path, "decoupling")


def test_money_at_current_prices_is_refused_across_its_windows(tmp_path: Path) -> None:
    town(tmp_path, 2005, 2024, prices={"gdp": "nominal"})
    for kind in ("drivers", "decoupling"):
        with pytest.raises((NominalMoney, SeriesBreak)):
            made(tmp_path, kind, "en")


def test_options_are_refused_by_name() -> None:
    with pytest.raises(OptionWrong, match="breaks"):
        made(SICHUAN, "forecast", breaks="20x5")
    with pytest.raises(OptionWrong, match="uncertainty"):
        made(SICHUAN, "drivers", uncertainty="use")
    with pytest.raises(OptionWrong, match="horizon"):
        made(SICHUAN, "forecast", horizon=0)
