"""The year of the peak: a plateau, a low year or a doubtful inventory gives no verdict."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from shared import ceads, needs_shared
from tanheng.activity.reading.panel import read_panel
from tanheng.cli import cli
from tanheng.pathways.forecast import (
    ModelUnknown,
    Series,
    SeriesInvalid,
    already_peaked,
    futures,
    peaks,
    series_of,
)

UP = 100 * 1.05 ** np.arange(15)
DOWN = UP[-1] * 0.95 ** np.arange(1, 11)


def _series(values: np.ndarray, **factors: np.ndarray) -> Series:
    return Series(("市",), 2000, values, factors=factors)


def test_years_of_decline_after_a_maximum_are_a_peak() -> None:
    found = already_peaked(_series(np.concatenate([UP, DOWN])), 0.03, later=0.1)
    assert (found.verdict, found.year, found.years_since) == ("peaked", 2014, 10)
    assert found.chance is not None
    assert found.chance > 0.99


@pytest.mark.parametrize(
    ("values", "uncertainty", "later", "reason"),
    [
        (np.concatenate([UP, DOWN[:4]]), 0.03, 0.1, "只有 4 年"),
        (np.concatenate([UP, DOWN]), None, 0.1, "没有给出"),
        (np.concatenate([UP, np.full(8, UP[-1] * 0.99)]), 0.05, 0.1, "计入不确定度后"),
        (np.concatenate([UP, DOWN]), 0.03, 0.7, "概率为 70%"),
    ],
)
def test_otherwise_it_cannot_be_told_and_the_reason_is_said(
    values: np.ndarray, uncertainty: float | None, later: float, reason: str
) -> None:
    found = already_peaked(_series(values), uncertainty, later=later)
    assert found.verdict == "cannot tell"
    assert reason in found.zh


def test_chances_add_up_and_only_grow_with_the_years() -> None:
    random = np.random.default_rng(3)
    own = _series(np.concatenate([UP, DOWN]) * np.exp(random.normal(0, 0.02, 25)))
    (found,), _ = peaks([own], 8, uncertainty=0.03)
    assert sum(found.chances.values()) == pytest.approx(1.0)
    by = [found.by(year) for year in range(2000, found.last)]
    assert by == sorted(by)
    assert by[-1] + found.not_before == pytest.approx(1.0)
    assert found.by(2025) > 0.8


def test_what_grows_steadily_has_its_peak_later() -> None:
    random = np.random.default_rng(4)
    own = _series(100 * np.exp(np.cumsum(random.normal(0.05, 0.01, 20))))
    (found,), score = peaks([own], 5)
    assert found.by(2019) < 0.1
    assert found.not_before == max(found.chances.values())
    assert not score.loses


def test_the_same_seed_gives_the_same_chances() -> None:
    own = _series(np.concatenate([UP, DOWN]))
    assert peaks([own], 5, seed=7)[0][0].chances == peaks([own], 5, seed=7)[0][0].chances


def test_a_plateau_has_not_peaked_where_it_began() -> None:
    found = already_peaked(_series(np.array([80, 90, 100, 100, 100, 100, 100, 100, 100.0])), 0.0, later=0.1)
    assert (found.verdict, found.year, found.years_since) == ("cannot tell", 2008, 0)


def test_doubt_about_the_past_lets_the_future_begin_in_doubt_too() -> None:
    values = 100 * 1.01 ** np.arange(20) * np.exp(np.random.default_rng(0).normal(0, 0.01, 20))
    sure, unsure = (peaks([_series(values)], 8, uncertainty=u)[0][0] for u in (0.001, 0.1))
    assert sure.already.later is not None
    assert unsure.already.later is not None
    assert unsure.already.later >= sure.already.later > 0.9
    assert 1 - unsure.by(2019) > 0.35  # 0.296 with noise on the past alone


def test_chances_come_from_a_model_that_does_not_lose_unless_one_is_asked_for() -> None:
    own = _series(np.array([60, 66, 71, 78, 86, 95, 101, 106, 109, 110, 108, 109, 107, 105, 104.0]))
    assert peaks([own], 5)[1].model == "naive"
    score = peaks([own], 5, model="growth")[1]
    assert score.model == "growth"
    assert score.loses
    with pytest.raises(ModelUnknown):
        peaks([own], 5, model="gm-1-1")


def test_factors_must_multiply_to_the_series() -> None:
    people, each = np.linspace(10, 12, 15), UP / np.linspace(10, 12, 15)
    assert (
        peaks([_series(UP, people=people, each=each)], 5)[0][0].chances
        == peaks([_series(UP)], 5)[0][0].chances
    )
    (found,), _ = peaks([_series(UP, people=people, each=each)], 5)
    assert found.not_before == max(found.chances.values())
    with pytest.raises(SeriesInvalid, match="2003"):
        peaks([_series(UP, people=people, each=np.where(np.arange(15) == 3, each * 1.1, each))], 5)


def test_series_with_removals_have_no_chances() -> None:
    with pytest.raises(SeriesInvalid, match="正"):
        peaks([_series(np.linspace(-3, 9, 15))], 5)


@needs_shared
@pytest.mark.shared
def test_sichuan_and_tianjin_cannot_be_told_yet() -> None:
    """CEADs: the maximum of Sichuan is 2013 but may be passed; Tianjin's 2012 and 2019 are within one percent."""
    panel = read_panel(
        ceads("provinces_30_by_fuel_1997_2019.csv"), values=["Scope_1_Total_mtco2"], by=["province"]
    )
    found, score = peaks(series_of(panel, "Scope_1_Total_mtco2"), 11, uncertainty=0.03)
    already = {one.group[0]: one.already for one in found}
    assert (already["Sichuan"].verdict, already["Sichuan"].year) == ("cannot tell", 2013)
    assert (already["Tianjin"].verdict, already["Tianjin"].year) == ("cannot tell", 2012)
    assert already["Beijing"].verdict == "peaked"
    assert not score.loses


def test_the_command_prints_chances_and_reasons(tmp_path: Path) -> None:
    path = tmp_path / "市.csv"
    values = np.concatenate([UP, DOWN]) * np.exp(np.random.default_rng(3).normal(0, 0.02, 25))
    path.write_text(
        "year,co2\n" + "".join(f"{2000 + at},{value:.6f}\n" for at, value in enumerate(values)),
        encoding="utf-8",
    )
    done = CliRunner().invoke(cli, ["forecast", str(path), "--horizon", "6", "--uncertainty", "2%", "--json"])
    told = json.loads(done.stdout)["peak"]
    assert told["series"][0]["already"]["verdict"] == "peaked"
    assert told["backtest"]["points"] > 0
    shown = (
        CliRunner()
        .invoke(cli, ["forecast", str(path), "--horizon", "6", "--uncertainty", "2%", "--lang", "en"])
        .stdout
    )
    assert "Chances of the year of the peak" in shown
    assert "peaked" in shown
    wrong = CliRunner().invoke(cli, ["forecast", str(path), "--horizon", "6", "--uncertainty", "much"])
    assert wrong.exit_code == 2


@pytest.mark.parametrize(("count", "years"), [(1, 10), (2, 8), (5, 7)])
def test_too_few_years_are_counted_and_those_needed_are_told(count: int, years: int) -> None:
    random = np.random.default_rng(1)

    def made(length: int) -> list[Series]:
        return [
            Series((), 2000, 100 * np.exp(np.cumsum(random.normal(0, 0.05, length)))) for _ in range(count)
        ]

    with pytest.raises(SeriesInvalid) as caught:
        futures(made(years), 3, draws=10)
    assert f"“(全部)”不能预测：有 {years} 年" in caught.value.message("zh")
    assert f"at least {years + 1} each" in caught.value.message("en")
    assert len(futures(made(years + 1), 3, draws=10)) == count
