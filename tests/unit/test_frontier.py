"""Benchmark by a frontier: who is on it, who are models and peers, how sure that is, and what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tanheng.cli import cli
from tanheng.drivers import DriversInvalid, benchmark
from tanheng.errors import ColumnMissing, TanhengError

CITIES = {
    "city": ["甲", "乙", "丙", "丁", "戊", "己"],
    "co2": [10.0, 12, 20, 31, 45, 50],
    "gdp": [10.0, 11, 16, 20, 30, 45],
    "people": [4.0, 5, 6, 9, 11, 20],
    "coal": [1.0, 2, 9, 20, 1, 40],
    "gas": [9.0, 9, 9, 9, 9, 9],
}
HOW = {"place": "city", "emission": "co2", "outputs": ["gdp"], "draws": 30}


def test_efficiency_is_output_over_that_of_the_best_with_the_same_emissions() -> None:
    found = benchmark(CITIES, **HOW)
    best = max(made / used for made, used in zip(CITIES["gdp"], CITIES["co2"], strict=True))
    for name, made, used in zip(CITIES["city"], CITIES["gdp"], CITIES["co2"], strict=True):
        assert found.places[name].efficiency == pytest.approx(made / used / best)
    assert found.places["丁"].models == {"甲": pytest.approx(3.1)}
    assert [one.rank for one in found.ranked] == [1, 2, 3, 4, 5, 6]


def test_the_range_lies_where_fewer_places_make_the_frontier() -> None:
    found = benchmark(CITIES, **HOW)
    for one in found.places.values():
        assert one.efficiency <= one.low + 1e-9 <= one.high + 2e-9 <= 1 + 3e-9
        assert 1 <= one.rank_low <= one.rank_high <= 6
    assert found.places["甲"].leading == 1
    assert found.to_dict() == benchmark(CITIES, **HOW).to_dict()
    assert found.to_dict() != benchmark(CITIES, **HOW, seed=1).to_dict()


def test_peers_are_alike_in_structure_and_alone_make_the_frontier_of_a_place() -> None:
    found = benchmark(CITIES, **HOW, shares=["coal", "gas"], nearest=2)
    own = found.places["丁"]
    assert set(own.peers) == {"己", "丙"}
    assert own.among_peers == pytest.approx((20 / 31) / (45 / 50))
    middle = np.median([20 / 16, 50 / 45])
    assert own.beyond_peers == pytest.approx(31 / 20 / middle - 1)
    assert benchmark(CITIES, **HOW).places["丁"].among_peers is None


def test_more_inputs_put_more_places_on_the_frontier_and_that_is_told() -> None:
    one, two = benchmark(CITIES, **HOW), benchmark(CITIES, **HOW, inputs=["people"])
    for name in CITIES["city"]:
        assert two.places[name].efficiency >= one.places[name].efficiency - 1e-9
    assert "D-111" not in [told.code for told in one.findings]
    assert "D-111" in [told.code for told in two.findings]


def test_a_quantile_on_few_places_is_told() -> None:
    assert [told.code for told in benchmark(CITIES, **HOW).findings] == ["D-112"]
    many = {"city": list(range(40)), "co2": np.arange(40) + 5.0, "gdp": np.arange(40) % 7 + 10.0}
    found = benchmark(many, place="city", emission="co2", outputs=["gdp"], draws=2)
    assert found.findings == []
    below = np.mean([one.excess < 1e-9 for one in found.places.values()])
    assert below == pytest.approx(0.25, abs=2 / 40)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"co2": [10.0, 12, 20, 31, 45, 0]}, DriversInvalid, "co2"),
        ({"gdp": [10.0, 11, 16, 20, 30, -1]}, DriversInvalid, "gdp"),
        ({"gdp": [10.0, 11, 16, 20, 30, float("nan")]}, DriversInvalid, "gdp"),
        ({"gdp": ["10", "11", "16", "约 20", "30", "45"]}, DriversInvalid, "约 20"),
        ({"city": ["甲", "甲", "丙", "丁", "戊", "己"]}, DriversInvalid, "甲"),
        ({"co2": [1e308, 12, 20, 31, 45, 1e-308]}, DriversInvalid, "10¹²"),
        ({"coal": [0.0, 2, 9, 20, 1, 40], "gas": [0.0, 9, 9, 9, 9, 9]}, DriversInvalid, "0"),
    ],
)
def test_what_cannot_be_is_told_in_both_languages(
    change: dict, error: type[TanhengError], words: str
) -> None:
    with pytest.raises(error) as caught:
        benchmark({**CITIES, **change}, **HOW, shares=["coal", "gas"])
    for lang in ("zh", "en"):
        assert words in caught.value.message(lang) + str(caught.value.rows)
        assert "–" not in caught.value.message(lang)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"outputs": []}, DriversInvalid),
        ({"outputs": ["co2"]}, DriversInvalid),
        ({"emission": "none"}, ColumnMissing),
        ({"shares": ["none"]}, ColumnMissing),
        ({"where": {"city": "甲"}}, DriversInvalid),
        ({"quantile": 1.0}, DriversInvalid),
        ({"nearest": 0}, DriversInvalid),
        ({"draws": 1}, DriversInvalid),
    ],
)
def test_what_is_asked_wrongly_is_told(how: dict, error: type[TanhengError]) -> None:
    with pytest.raises(error):
        benchmark(CITIES, **{**HOW, **how})


def test_numbers_of_very_different_sizes_keep_their_efficiency() -> None:
    data = {"city": ["a", "b", "c"], "co2": [1e-3, 1.0, 1e8], "gdp": [1e-3, 0.5, 4e7]}
    found = benchmark(data, place="city", emission="co2", outputs=["gdp"], draws=2)
    assert [found.places[name].efficiency for name in "abc"] == pytest.approx([1.0, 0.5, 0.4])


def test_the_command_prints_json_a_table_and_a_page(tmp_path: Path) -> None:
    file, page = tmp_path / "cities.csv", tmp_path / "page.html"
    lines = [",".join(CITIES)] + [",".join(map(str, row)) for row in zip(*CITIES.values(), strict=True)]
    file.write_text("\n".join(lines), encoding="utf-8")
    asked = [
        "benchmark",
        str(file),
        "--place",
        "city",
        "--emission",
        "co2",
        "--output",
        "gdp",
        "--draws",
        "20",
    ]
    found = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).stdout)
    assert [one["place"] for one in found["places"]][:2] == ["甲", "乙"]
    assert found["findings"][0]["code"] == "D-112"
    for lang, words in (("zh", "前沿对标"), ("en", "Benchmark by a frontier")):
        shown = CliRunner().invoke(cli, [*asked, "--shares", "coal,gas", "--html", str(page), "--lang", lang])
        assert shown.exit_code == 0, shown.output
        assert words in shown.output
        text = page.read_text(encoding="utf-8")
        assert words in text
        assert text.count("<svg") == 3
    wrong = CliRunner().invoke(cli, [*asked, "--where", "city=无"])
    assert wrong.exit_code == 2
    assert "D-001" in wrong.output
