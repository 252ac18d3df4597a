"""The forecast command: its JSON, its words, and how bad input is told."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tanheng.cli import cli
from tanheng.pathways.forecast import ModelUnknown, Series, SeriesInvalid, forecast
from tanheng.pathways.forecast.wording import verdict


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["forecast", *arguments])
    return done.exit_code, done.stdout


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    path = tmp_path / "市.csv"
    rows = [
        f"{city},{2000 + year},{100 * size * 1.03**year:.3f}"
        for size, city in enumerate("甲乙", 1)
        for year in range(20)
    ]
    path.write_text("city,year,co2\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_json_has_points_intervals_backtests_and_what_was_withheld(grown: Path) -> None:
    code, output = _run(str(grown), "--horizon", "3", "--json")
    told = json.loads(output)
    assert code == 0
    assert told["model"] == "combination"
    assert [one["group"] for one in told["series"]] == [["甲"], ["乙"]]
    first = told["series"][0]["points"][0]
    assert first["year"] == 2020
    assert first["low"] < first["value"] < first["high"]
    by_model = {one["model"]: one for one in told["backtest"]}
    assert by_model["naive"]["mase"] == by_model["naive"]["mase_naive"]
    assert by_model["combination"]["points"] == 2 * (15 + 14 + 13)
    assert told["withheld"] == [name for name, one in by_model.items() if one["loses_to_naive"]]


def test_words_say_what_the_model_is_worth(grown: Path) -> None:
    code, output = _run(str(grown), "--horizon", "2", "--lang", "zh")
    assert code == 0
    assert "误差比沿用末值小" in output
    code, output = _run(str(grown), "--horizon", "2", "--lang", "en")
    assert "smaller than that of the last value" in output


def test_a_break_leaves_the_years_before_it_out(grown: Path) -> None:
    _, output = _run(str(grown), "--horizon", "1", "--break", "2008", "--json")
    assert [one["first"] for one in json.loads(output)["series"]] == [2008, 2008]
    assert json.loads(output)["series"][0]["left_out_years"] == 8


def test_until_takes_no_later_year(grown: Path) -> None:
    _, output = _run(str(grown), "--horizon", "1", "--until", "2012", "--json")
    assert json.loads(output)["series"][0]["points"][0]["year"] == 2013


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ({2000: "5", 2001: "5"}, ("L-101", "只有 2 年")),
        ({year: "5" for year in range(2000, 2012) if year != 2004}, ("L-101", "缺 2004 年")),
        ({year: "x" if year == 2003 else "5" for year in range(2000, 2012)}, ("A-010", "第 5 行 B co2 列“x”")),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_message(tmp_path: Path, years: dict[int, str], told: tuple[str, str]) -> None:
    path = tmp_path / "坏.csv"
    path.write_text(
        "year,co2\n" + "".join(f"{year},{value}\n" for year, value in years.items()), encoding="utf-8"
    )
    code, output = _run(str(path), "--horizon", "2", "--value", "co2", "--json", "--lang", "zh")
    error = json.loads(output)["error"]
    assert code != 0
    assert error["code"] == told[0]
    assert told[1] in str(error)


def test_a_model_for_positive_series_is_refused_where_there_are_sinks() -> None:
    with pytest.raises(ModelUnknown, match="零或负值"):
        forecast([Series(("汇",), 2000, np.linspace(-5, 5, 15))], 2, model="gm-1-1")


def test_eight_years_are_needed() -> None:
    with pytest.raises(SeriesInvalid):
        forecast([Series(("甲",), 2000, np.arange(1.0, 8.0))], 2)


def test_too_few_years_for_a_statistical_model_are_counted() -> None:
    pytest.importorskip("statsforecast")
    with pytest.raises(ModelUnknown) as caught:
        forecast([Series(("甲",), 2000, 100 * 1.05 ** np.arange(9))], 1, model="ets")
    assert "最短的序列有 9 年，它至少要 10 年" in caught.value.message("zh")
    assert "has 9 years, and it needs 10" in caught.value.message("en")


def test_statistical_models_compete_where_they_are_installed() -> None:
    pytest.importorskip("statsforecast")
    found = forecast([Series(("甲",), 2000, 100 * 1.05 ** np.arange(14))], 1, statistical=True)
    assert {"ets", "arima"} <= {one.model for one in found.scores}


@pytest.mark.filterwarnings("error")
def test_a_series_that_stood_still_and_then_moved_has_points_and_no_interval() -> None:
    found = forecast([Series(("town",), 2020, np.array([500.0] * 10 + [1000.0]))], 3)
    assert all(row["value"] > 0 for row in found.points)
    assert {(row["low"], row["high"]) for row in found.points} == {(None, None)}


def test_a_falling_series_stays_above_the_floor_in_every_model() -> None:
    pytest.importorskip("statsforecast")
    own = Series(("甲",), 2000, np.array([500, 470, 430, 400, 350, 310, 280, 240, 200, 160, 120, 80.0]))
    for model in ("ets", "arima", "drift", "gm-1-1"):
        assert min(row["value"] for row in forecast([own], 5, model=model).points) >= 4.0


def test_intervals_that_the_past_does_not_bear_out_are_said() -> None:
    random = np.random.default_rng(2)
    found = forecast([Series((), 2000, 100 * np.exp(np.cumsum(random.normal(0, 0.05, 14))))], 8)
    assert found.score.checked < 8
    assert f"第 {found.score.checked + 1} 年起的区间" in verdict(found)
    assert found.to_dict()["backtest"][0]["coverage_points_by_step"][-1] == 0


@pytest.mark.parametrize(
    ("first", "options", "code"),
    [
        (2010, [], "D-003"), (2010, ["--nominal", "gdp"], ""), (2002, ["--nominal", "gdp"], "D-004"),
        (2002, ["--nominal", "gdp", "--break", "2010"], ""), (2002, ["--real", "gdp"], ""),
    ],
)  # fmt: skip
def test_money_across_years_is_refused_unless_its_prices_are_told(
    tmp_path: Path, first: int, options: list[str], code: str
) -> None:
    path = tmp_path / "市.csv"
    rows = [f"{year},{100 + 3 * (year - first)}" for year in range(first, 2020)]
    path.write_text("year,gdp\n" + "\n".join(rows) + "\n", encoding="utf-8")
    _, output = _run(str(path), "--horizon", "1", "--value", "gdp", *options, "--json")
    told = json.loads(output[output.index("{") :])
    assert told.get("error", {}).get("code", "") == code
    if not code:
        assert [one["code"] for one in told["findings"]] == (["D-101"] if "--nominal" in options else [])
