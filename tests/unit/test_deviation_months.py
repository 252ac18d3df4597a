"""Months against the path: shares of the base years, spread, gaps, and the real months of 2020."""

from __future__ import annotations

import calendar
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.unit.test_deviation import ROWS, folder_of, road_data, tree_data

from tanheng.cli import cli
from tanheng.errors import PackInvalid, use_language
from tanheng.pathways import deviation_of, load_road, road_of, tree_of
from tanheng.pathways.deviation import Months, months_of
from tanheng.pathways.deviation.problems import DeviationInvalid
from tanheng.serve.roads.deviation_sheets import sheets_of

WAVE = np.array([1.2, 1.0, 1.0, 0.9, 0.8, 0.9, 1.1, 1.1, 0.9, 0.9, 1.0, 1.2])


def year_of(year: int, amount: float, factor: np.ndarray | float = 1.0) -> dict[str, list[Any]]:
    days = np.array([calendar.monthrange(year, month)[1] for month in range(1, 13)])
    weight = WAVE * days / (WAVE * days).sum()
    return {"month": [f"{year}-{month:02d}" for month in range(1, 13)], "co2": list(amount * weight * factor)}


def joined(*years: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [one for year in years for one in year[name]] for name in years[0]}


def settings(**more: Any) -> dict[str, Any]:
    return {
        "file": "months.csv",
        "month": "month",
        "total": "co2",
        "unit": "t",
        "base_years": [2020],
        "source": "a test",
        **more,
    }


def months(table: dict[str, list[Any]], **more: Any) -> Months:
    road = road_of(
        road_data(deviation={"monthly": settings(**more)}), tree=tree_of(tree_data()), observed=ROWS
    )
    found = months_of(road, table)
    assert found is not None
    return found


def test_the_season_is_taken_out_by_the_base_year() -> None:
    found = months(joined(year_of(2020, 500), year_of(2021, 495)), spread=3)
    np.testing.assert_allclose(found.total.deviation, 0, atol=1e-9)
    assert found.covers == pytest.approx(1)
    assert found.total.path.sum() == pytest.approx(495)
    assert not found.total.cusum.alarms


def test_monthly_data_of_a_part_are_scaled() -> None:
    found = months(joined(year_of(2020, 200), year_of(2021, 198)), spread=3)
    assert found.covers == pytest.approx(0.4)
    np.testing.assert_allclose(found.total.deviation, 0, atol=1e-9)


def test_the_scale_counts_that_the_shares_are_of_few_years() -> None:
    found = months(joined(year_of(2020, 500), year_of(2021, 495)), spread=3)
    np.testing.assert_allclose(found.total.scale, found.total.path * 0.03 * np.sqrt(2))


def test_a_drop_is_found_with_its_start_and_its_end() -> None:
    dip = np.ones(12)
    dip[1:4] = 0.8
    found = months(joined(year_of(2020, 500), year_of(2021, 495, dip), year_of(2022, 490)), spread=3)
    (alarm,) = found.total.cusum.alarms
    names = found.total.periods
    assert (alarm.side, names[alarm.start], names[alarm.first]) == (
        "under",
        "2021-02",
        "2021-02" if 0.2 / 0.03 / 2**0.5 > 4.5 else "2021-03",
    )
    assert not alarm.stands


def test_several_base_years_give_the_spread() -> None:
    noise = np.random.default_rng(1).normal(1, 0.05, (2, 12))
    table = joined(
        *(year_of(year, 500, noise[at]) for at, year in enumerate((2020, 2021))), year_of(2022, 490)
    )
    found = months(table, base_years=[2020, 2021])
    assert found.estimated
    assert found.spread == pytest.approx(0.05, abs=0.025)


def test_one_base_year_needs_a_spread() -> None:
    with pytest.raises(PackInvalid) as caught:
        months(joined(year_of(2020, 500), year_of(2021, 495)))
    assert "deviation.monthly.spread" in caught.value.message("zh")
    assert "another base year" in caught.value.message("en")


def test_a_gap_between_months_is_named() -> None:
    table = joined(year_of(2020, 500), year_of(2021, 495))
    gap = {name: [*values[:14], *values[15:]] for name, values in table.items()}
    with pytest.raises(DeviationInvalid, match="L-180") as caught:
        months(gap, spread=3)
    assert "2021-03" in caught.value.message("zh")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (joined(year_of(2020, 500), {"month": ["2021-13"], "co2": [1.0]}), "2021-13"),
        (joined(year_of(2020, 500), {"month": ["2021"], "co2": [1.0]}), "不是月份"),
        (year_of(2021, 495), "没有齐全的十二个月"),
    ],
)
def test_wrong_months_tell_key_and_mend(table: dict[str, list[Any]], words: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        months(table, spread=3)
    assert words in caught.value.message("zh")


def test_months_after_the_base_are_needed() -> None:
    with pytest.raises(DeviationInvalid) as caught:
        months(year_of(2020, 500), spread=3)
    assert "没有月度数据" in caught.value.message("zh")


def test_a_standing_alarm_by_month_counts_and_has_its_charts(tmp_path: Path) -> None:
    file = folder_of(tmp_path, deviation={"monthly": settings(spread=3), "spread": 30})
    table = joined(year_of(2020, 500), year_of(2021, 620))
    lines = [
        "month,co2",
        *(f"{month},{co2}" for month, co2 in zip(table["month"], table["co2"], strict=True)),
    ]
    (tmp_path / "months.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = deviation_of(load_road(file), draws=5)
    assert found.alarm is None
    assert found.alarms_stand
    assert len(found.charts()) == 5
    for lang, words in (("zh", "月度警报：超出路径"), ("en", "Alarm by month: over the path")):
        said = CliRunner().invoke(cli, ["deviation", str(file), "--no-correct", "--lang", lang])
        assert said.exit_code == 1
        assert words in said.output


@pytest.mark.parametrize("count", [1, 2, 4])
def test_months_that_keep_to_the_path_lie_about_it_by_one_standard_deviation(count: int) -> None:
    stream, base, found = np.random.default_rng(5), list(range(2020, 2020 + count)), []
    tree = tree_of(tree_data())
    for _ in range(60):
        years = [year_of(year, 500, 1 + stream.normal(0, 0.05, 12)) for year in [*base, base[-1] + 1]]
        monthly = settings(base_years=base, **({"spread": 5} if count == 1 else {}))
        data = road_data(
            path={"unit": "t", "marks": {2020: 500, 2040: 500}, "source": "a test"},
            deviation={"monthly": monthly},
        )
        data["observed"] = {
            "file": "o",
            "period": "year",
            "total": "co2",
            "unit": "t",
            "uncertainty": 5,
            "source": "a test",
        }
        annual = {"year": base, "co2": [sum(one["co2"]) for one in years[:count]]}
        held = months_of(road_of(data, tree=tree, observed=annual), joined(*years))
        assert held is not None
        found.append(held.total.cusum.z)
    # a spread that is estimated from 11 (n - 1) values widens z as Student's t does
    free = 11 * (count - 1)
    expected = np.sqrt(free / (free - 2)) if free else 1.0
    assert np.std(found) == pytest.approx(expected, abs=0.08)
    assert np.mean(found) == pytest.approx(0, abs=0.12)


FACTORS = {"out": {"formula": "out", "kind": "activity"}, "per": {"formula": "co2/out", "kind": "intensity"}}


def with_output(*years: tuple[int, float, np.ndarray | float, float]) -> dict[str, list[Any]]:
    """Years, their emission, a factor on it by month, and how far output was above the base year's."""
    tables = []
    for year, amount, factor, output in years:
        one = year_of(year, amount, factor)
        tables.append({**one, "out": list(np.array(year_of(year, 1000)["co2"]) * output)})
    return joined(*tables)


def test_an_alarm_by_month_carries_the_cause_of_its_months() -> None:
    more = np.ones(12)
    more[5:] = 1.2
    found = months(with_output((2020, 500, 1.0, 1.0), (2021, 500, more, 1.1)), spread=3, factors=FACTORS)
    cause, alarm = found.cause, found.total.cusum.alarms[-1]
    assert cause is not None
    names = found.total.periods[alarm.start : alarm.last + 1]
    assert (cause.since, cause.year) == (2020, f"{names[0]}–{names[-1]}")
    assert cause.deviation == pytest.approx(sum(found.excess().values()))
    before = np.array(year_of(2020, 500)["co2"])[alarm.start : alarm.last + 1]
    after = (np.array(year_of(2021, 500)["co2"]) * more)[alarm.start : alarm.last + 1]
    outputs = [
        np.array(year_of(year, times)["co2"])[alarm.start : alarm.last + 1]
        for year, times in ((2020, 1000), (2021, 1100))
    ]
    mean = (after - before) / np.log(after / before)
    assert cause.by_factor["out"] == pytest.approx((mean * np.log(outputs[1] / outputs[0])).sum())
    assert sum(cause.by_factor.values()) == pytest.approx((after - before).sum())
    assert cause.main is not None
    assert cause.main[0] == max(cause.by_factor, key=lambda name: cause.by_factor[name])
    told = found.to_dict()
    assert (told["cause_grain"], told["cause"]["deviation"]) == (
        "month",
        pytest.approx(cause.deviation, abs=1e-5),
    )


@pytest.mark.parametrize("factors", [FACTORS, None])
def test_the_cause_by_month_is_said_or_that_it_is_of_the_year(
    tmp_path: Path, factors: dict[str, Any] | None
) -> None:
    monthly = settings(spread=3, **({"factors": factors} if factors else {}))
    file = folder_of(tmp_path, deviation={"monthly": monthly, "spread": 30})
    table = with_output((2020, 500, 1.0, 1.0), (2021, 620, 1.0, 1.1))
    rows = [",".join(map(str, row)) for row in zip(*table.values(), strict=True)]
    (tmp_path / "months.csv").write_text("\n".join([",".join(table), *rows]) + "\n", encoding="utf-8")
    for lang, by_month, by_year in (
        ("zh", "末次月度警报的主要原因（2021-01–2021-12，对 2020 年同月）", "原因只按年度给出"),
        (
            "en",
            "Main cause of the last alarm by month (2021-01–2021-12",
            "the cause is that of the year alone",
        ),
    ):
        said = CliRunner().invoke(cli, ["deviation", str(file), "--no-correct", "--lang", lang])
        assert (by_month in said.output) == bool(factors), said.output
        assert (by_year in said.output) == (not factors)
    use_language("en")
    names = [one.name for one in sheets_of(deviation_of(load_road(file), correct=False), None)]
    assert ("months-cause" in names) == bool(factors)
