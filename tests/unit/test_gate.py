"""The gate for new projects: hand-computed verdicts, offsets, and what files say wrongly."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from scipy.stats import norm
from tests.unit.gate_places import SAID, asking, change, option, project, road, tree

from tanheng.cli import cli
from tanheng.errors import LibraryMissing, NotFound, PackInvalid
from tanheng.pathways.gate import judge, load_project, project_of
from tanheng.pathways.gate.problems import GateInvalid
from tanheng.pathways.gate.verdict import Check, Verdict

OVER = 2000 + 500 * 1.05**10 + 200 - 3000


def test_the_year_that_fails_and_by_how_much() -> None:
    place = road()
    found = judge(place, project(place))
    assert found.outcome == "refused"
    assert found.years.tolist() == [2025, 2026, 2027, 2028, 2029, 2030]
    path = found.checks[0]
    assert path.failed.tolist() == [False] * 5 + [True]
    assert path.over[-1] == pytest.approx(OVER)
    assert found.added.mean(axis=0)[-6:] == pytest.approx(200)
    assert "2030" in found.reasons()[0][0]
    assert found.alone.passed


def test_what_is_added_to_a_node_does_not_grow_with_its_leaves_and_to_a_leaf_it_does() -> None:
    place = road()
    grown = judge(place, project(place, changes=[change(leaf="power")]))
    assert grown.added[0, -1] == pytest.approx(200 * 1.05**10)
    shared = judge(
        place, project(place, changes=[change(leaf="coal", kind="relative", unit=None, amount=0.1, scope=1)])
    )
    assert shared.added[0, -1] == pytest.approx(200)


def test_changes_ramp_and_end() -> None:
    place = road()
    one = change(build=2, until=2028, unit=None)
    found = judge(place, project(place, changes=[one]))
    assert found.added[0, -6:].tolist() == pytest.approx([100, 200, 200, 200, 0, 0])
    assert found.outcome == "admitted"


def test_certainty_is_that_of_the_normal_distribution() -> None:
    place = road(coal_factor={"uncertainty": 10})
    found = judge(place, project(place), draws=20_000)
    sigma = 2000 * 0.1 / 1.959964
    for at, year in enumerate(found.years):
        mean = 2000 + 500 * 1.05 ** (year - 2020) + 200
        assert found.checks[0].certainty is not None
        assert found.checks[0].certainty[at] == pytest.approx(norm.cdf((3000 - mean) / sigma), abs=0.01)
        assert found.checks[0].value[at] == pytest.approx(norm.ppf(0.9, mean, sigma), rel=2e-3)


def test_the_project_s_own_uncertainty_counts() -> None:
    place = road()
    found = judge(place, project(place, changes=[change(uncertainty=20)]), draws=5000)
    assert found.added[:, -1].std() == pytest.approx(200 * 0.2 / 1.96, rel=0.05)


def test_the_cheapest_offsets_by_hand() -> None:
    place = road({"coverage": 1.0})
    offers = {"cheap": option(), "dear": option(cost=5000, tonnes=30)}
    found = judge(place, project(place, offsets=offers))
    assert found.outcome == "admitted-with-offsets"
    assert found.plan is not None
    assert found.plan.units.tolist() == pytest.approx([10, 10 / 3])
    assert found.plan.cost == pytest.approx(10_000 + 50_000 / 3)
    offers["dear"]["whole"] = True
    found = judge(place, project(place, offsets=offers))
    assert found.plan is not None
    assert found.plan.units.tolist() == pytest.approx([8, 4])
    assert found.plan.cost == pytest.approx(28_000)
    assert found.plan.covered.tolist() == pytest.approx([200] * 6)


def test_without_the_solver_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    place = road()
    asked = project(place)
    with pytest.raises(LibraryMissing):
        judge(place, asked)
    assert judge(place, project(place, changes=[change(amount=1)])).outcome == "admitted"


def test_coverage_discount_and_cost_per_tonne() -> None:
    place = road({"coverage": 1.2})
    found = judge(place, project(place, offsets={"reed": option(tonnes=300, most=2, sink_discount=20, cost=50, cost_unit="元/tCO2")}))  # fmt: skip
    assert found.plan is not None
    assert found.plan.units.tolist() == pytest.approx([1])
    assert found.plan.cost == pytest.approx(50 * 300 * 6)
    assert [(one.vintage, one.tonnes, one.issued) for one in found.plan.lots()] == [(year, 300, 600) for year in range(2025, 2031)]  # fmt: skip


def test_never_only_infeasible() -> None:
    place = road()
    offers = {"late": option(tonnes=500, available="2027-06-01"), "paper": option(tonnes=900, additional=False), "small": option(most=2)}  # fmt: skip
    found = judge(place, project(place, offsets=offers))
    assert found.outcome == "refused"
    assert found.plan is not None
    assert found.plan.gap.tolist() == pytest.approx([180, 180, 180, 0, 0, 0])
    assert found.plan.share == pytest.approx(0.1)
    told = found.to_dict()["offsets"]["missing"]
    assert told["years"] == [2025, 2026, 2027]
    assert {row["option"] for row in told["why"]} == {"late", "paper", "small"}
    assert "2028" in next(row["en"] for row in told["why"] if row["option"] == "late")


def test_what_others_claim_is_not_there() -> None:
    place = road()
    asked = project(place, offsets={"cheap": option(tonnes=30)})
    assert judge(place, asked).outcome == "admitted-with-offsets"
    found = judge(place, asked, taken={("cheap", 2030): 150})
    assert found.outcome == "refused"
    assert found.plan is not None
    assert found.plan.gap.tolist() == pytest.approx([0, 0, 0, 0, 0, 50])


def test_a_place_that_misses_its_path_does_not_refuse_who_adds_nothing() -> None:
    place = road(path=2000)
    less = judge(place, project(place, changes=[change(amount=-10)]))
    assert less.outcome == "admitted"
    assert less.checks[0].states() == ["neutral"] * 6
    assert not less.alone.passed
    assert "misses its path" in " ".join(en for _, en in less.reasons())
    assert judge(place, project(place, changes=[change(amount=10)])).outcome == "refused"
    covered = judge(place, project(place, offsets={"cheap": option(tonnes=20)}))
    assert covered.outcome == "admitted-with-offsets"


def test_offsets_in_any_case_where_the_road_says_so() -> None:
    place = road({"offset": "always"}, path=5000)
    assert judge(place, project(place)).outcome == "refused"
    assert judge(place, project(place, offsets={"cheap": option(tonnes=20)})).outcome == "admitted-with-offsets"  # fmt: skip


def test_a_lever_that_the_scenario_takes_offsets_nothing() -> None:
    levers = {
        "save": {"title": SAID, "leaf": "coal", "kind": "relative", "most": -0.01, "from": 2021, "build": 1}
    }
    scenarios = {"firm": {"title": SAID, "levers": {"save": 1}}}
    for scenario, outcome in (("baseline", "admitted-with-offsets"), ("firm", "refused")):
        place = road(
            {"scenario": scenario, "offset": "always"},
            path=3100,
            more={"levers": levers, "scenarios": scenarios},
        )
        found = judge(place, project(place, offsets={"cheap": option(tonnes=20, lever="save")}))
        assert found.outcome == outcome
    assert found.plan is not None
    assert f"takes the lever '{SAID['en']}' already" in found.plan.lacks()[0][2]


def test_another_scenario_than_the_road_s() -> None:
    levers = {
        "save": {"title": SAID, "leaf": "coal", "kind": "relative", "most": -0.1, "from": 2021, "build": 1}
    }
    place = road(more={"levers": levers, "scenarios": {"firm": {"title": SAID, "levers": {"save": 1}}}})
    assert judge(place, project(place)).outcome == "refused"
    assert judge(place, project(place), scenario="firm").outcome == "admitted"
    with pytest.raises(NotFound):
        judge(place, project(place), scenario="dream")


def test_what_the_verdict_leaves_open_is_told() -> None:
    place = road(coal_factor={"uncertainty": 10}, path=2000 + 500 * 1.05**5 + 200 + 1.2816 * 102.04)
    found = judge(place, project(place), draws=500)
    assert found.to_dict()["tests"][0]["close_years"][0] == 2025
    told = " ".join(en for _, en in found.notes())
    assert "use more draws" in told
    assert "later years are not tested" in told
    far = road(coal={"value": 1500})
    assert "above what was observed in 2020" in " ".join(en for _, en in judge(far, project(far)).notes())
    near = judge(road(), project(road(), changes=[change(until=2030)]))
    assert not near.doubts()


LIMITS = [
    {"title": {"zh": "地方", "en": "Place"}, "of": "emission", "per": "value_added", "limit": 1.0, "unit": "tCO2/万元", "source": "a test"},
    {"title": {"zh": "行业", "en": "Sector"}, "of": "emission", "per": "value_added", "sector": "chemicals", "limit": 0.8, "unit": "tCO2/万元", "source": "a test"},
    {"title": {"zh": "能耗", "en": "Energy"}, "of": "energy", "per": "value_added", "limit": 0.2, "unit": "tce/万元", "source": "a test"},
]  # fmt: skip
ENERGY = {"nodes": ["power_use", "coal"], "coefficients": {"coal": {"value": 0.7, "unit": "tce/t", "source": "a test"}}, "unit": "tce",
          "total": {"2025": 2000}, "source": "a test"}  # fmt: skip
MADE = {"value_added": {"value": 0.02, "unit": "亿元", "source": "a test"}}


def test_intensity_and_energy_by_hand() -> None:
    place = road({"limits": LIMITS, "energy": ENERGY}, path=9000)
    found = judge(place, project(place, sector="chemicals", activity=MADE))
    values = {one.called.split(": ")[-1].split("：")[-1]: one for one in found.checks}
    assert [one.passed for one in found.checks] == [True, True, True, False, False]
    names = [one.name for one in found.checks]
    assert names == ["path", "energy", "emission-intensity", "emission-intensity", "energy-intensity"]
    tce = 400 * 3.6 / 29.3076
    assert found.checks[1].value[0] == pytest.approx(700 + (1000 * 1.05**5 + 400) * 3.6 / 29.3076)
    assert found.checks[2].value[0] == pytest.approx(200 / 200)
    assert found.checks[3].over[0] == pytest.approx(0.2)
    assert found.checks[4].value[0] == pytest.approx(tce / 200)
    assert found.outcome == "refused"
    assert len(values) == 5
    other = judge(place, project(place, sector="paper", activity=MADE))
    assert [one.sector for one in other.checks] == ["", "", "", ""]


def test_energy_over_its_total() -> None:
    place = road({"energy": {**ENERGY, "total": {"2025": 850}}}, path=9000)
    found = judge(place, project(place))
    assert found.outcome == "refused"
    assert found.checks[1].name == "energy"


@pytest.mark.parametrize(("limit", "failed"), [(3.0, []), (2.9, [2028, 2029, 2030])])
def test_the_intensity_of_the_place_by_hand(limit: float, failed: list[int]) -> None:
    gdp = {"title": SAID, "unit": "万元", "value": 1000, "source": "a test"}
    told = {"per": "gdp", "adds": "value_added", "limit": limit, "unit": "tCO2/万元", "source": "a test"}
    place = road({"intensity": told}, 9000, {"leaves": {**tree()["leaves"], "gdp": gdp}})
    found = judge(place, project(place, activity=MADE))
    emission = 2000 + 500 * 1.05 ** np.arange(5, 11)
    np.testing.assert_allclose(_place_intensity(found).value, (emission + 200) / (1000 + 200))
    poor = {"value_added": {"value": 0.001, "unit": "亿元", "source": "a test"}}
    found = judge(place, project(place, activity=poor))
    check = _place_intensity(found)
    np.testing.assert_allclose(check.value, (emission + 200) / (1000 + 10))
    assert check.years[check.failed].tolist() == failed
    assert found.outcome == ("refused" if failed else "admitted")
    assert not any("gate.intensity" in zh for zh, _ in found.notes())
    assert any("gate.intensity" in zh for zh, _ in judge(road(), project(road())).notes())


def test_a_project_that_lowers_the_intensity_of_a_place_is_not_what_fails() -> None:
    gdp = {"title": SAID, "unit": "万元", "value": 1000, "source": "a test"}
    told = {"per": "gdp", "adds": "value_added", "limit": 1, "unit": "tCO2/万元", "source": "a test"}
    place = road({"intensity": told}, 9000, {"leaves": {**tree()["leaves"], "gdp": gdp}})
    found = judge(place, project(place, activity=MADE))
    assert _place_intensity(found).neutral.all()
    assert found.outcome == "admitted"
    with pytest.raises(PackInvalid, match=r"gate\.intensity\.per"):
        judge(road({"intensity": told}), project(road()))


def _place_intensity(found: Verdict) -> Check:
    return next(one for one in found.checks if one.name == "place-intensity")


def test_scopes_add_up_though_they_act_together() -> None:
    place = road()
    both = [change(), change(leaf="grid", kind="relative", unit=None, amount=0.1, scope=1), change(leaf="coal", amount=5, unit="t", scope="induced")]  # fmt: skip
    found = judge(place, project(place, changes=both))
    assert set(found.scopes) == {"2", "1", "induced"}
    np.testing.assert_allclose(sum(found.scopes.values()), found.added.mean(axis=0)[-6:])
    assert found.scopes["induced"][0] == pytest.approx(10)
    assert found.scopes["2"][0] == pytest.approx(200 + 0.5 * 20)


def wrong(**more: Any) -> str:
    place = road()
    with pytest.raises(PackInvalid) as caught:
        project_of(asking(**more), place)
    return caught.value.message("en")


def test_what_a_project_says_wrongly() -> None:
    assert "there is no leaf or node 'gas'" in wrong(changes=[change(leaf="gas")])
    assert "cannot be turned into MWh" in wrong(changes=[change(unit="t")])
    assert "changed by an amount only" in wrong(changes=[change(kind="relative", unit=None, amount=0.1)])
    assert "before from" in wrong(changes=[change(until=2020)])
    assert "must be a number" in wrong(changes=[change(amount=float("nan"))])
    assert "must be a number" in wrong(changes=[change(amount="many")])
    assert "missing" in wrong(changes=[{key: value for key, value in change().items() if key != "source"}])
    assert "out of range" in wrong(offsets={"a": option(cost=-1)})
    assert "out of range" in wrong(offsets={"a": option(tonnes=-1)})
    assert "out of range" in wrong(offsets={"a": option(tonnes=1e300)})
    assert "out of range" in wrong(offsets={"a": option(most=0)})
    assert "expected 0 to 100 %" in wrong(changes=[change(uncertainty=100_000)])
    assert "one of tonnes" in wrong(offsets={"a": option(points={"2025": 3})})
    assert "must be lower-case" in wrong(offsets={"Reed ": option()})
    assert "there is no lever" in wrong(offsets={"a": option(lever="hope")})
    assert "must be a number" in wrong(offsets={"a": option(cost=float("inf"))})
    assert "is no whole number" in wrong(offsets={"a": option(available=True)})
    assert "is no year" in wrong(activity={"a": {"points": {"soon": 1}, "unit": "t", "source": "a test"}})
    assert "there is no such key" in wrong(change=1)


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ({"coverage": 0.5}, "out of range"), ({"certainty": 120}, "out of range"), ({"scenario": "dream"}, "there is no scenario"),
        ({"limits": [LIMITS[2]]}, "there is no gate.energy"), ({"limits": [{**LIMITS[0], "scopes": [4]}]}, "there is no scope '4'"),
        ({"energy": {**ENERGY, "nodes": ["gas"], "coefficients": {"gas": {"value": 1, "unit": "tce/t", "source": "a test"}}}}, "there is no leaf or node"),
        ({"energy": {**ENERGY, "nodes": ["coal"], "coefficients": {"coal": {"value": 1, "unit": "t/t", "source": "a test"}}}}, "cannot be turned into"),
        ({"limits": [{**LIMITS[0], "unit": "kWh/万元"}]}, "gate.limits.0.unit"), ({"limits": [{**LIMITS[0], "unit": "tCO2"}]}, "amount/activity"),
        ({"limits": [{**LIMITS[2], "unit": "tCO2/万元"}], "energy": ENERGY}, "gate.limits.0.unit"),
    ],
)  # fmt: skip
def test_what_a_road_says_wrongly(gate: dict[str, Any], said: str) -> None:
    place = road(gate)
    asked = project(place)
    with pytest.raises(PackInvalid) as caught:
        judge(place, asked)
    assert said in caught.value.message("en")


def test_the_unit_of_an_activity_is_the_mistake_of_the_project() -> None:
    place = road({"limits": LIMITS[:1]})
    with pytest.raises(PackInvalid) as caught:
        judge(
            place, project(place, activity={"value_added": {"value": 1, "unit": "kWh", "source": "a test"}})
        )
    assert "activity.value_added.unit" in caught.value.message("en")


def test_what_cannot_be_judged() -> None:
    place = road({"limits": LIMITS, "energy": ENERGY})
    for more, said in (
        ({"changes": [change(**{"from": 2031})]}, "outside the target path"),
        ({"changes": [change(amount=-1e9)]}, "makes power_use negative in 2025"),
        ({"sector": "chemicals"}, "tells no activity"),
        ({"activity": MADE}, "tells none"),
        (
            {"sector": "chemicals", "activity": {"value_added": {**MADE["value_added"], "value": 0}}},
            "above 0 in no year",
        ),
    ):
        asked = project(place, **more)  # type: ignore[arg-type]
        with pytest.raises(GateInvalid) as caught:
            judge(place, asked)
        assert said in caught.value.message("en")
        assert caught.value.message("zh").startswith("[L-190] 项目")


def test_bounds_of_a_leaf_hide_nothing() -> None:
    place = road(coal={"high": 1010})
    asked = project(place, changes=[change(leaf="coal", amount=500, unit="t", scope=1)])
    with pytest.raises(GateInvalid) as caught:
        judge(place, asked)
    assert "go over the bounds of the leaf in 2025" in caught.value.message("en")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A road and a project on disk."""
    data = {
        "format": "tanheng-road/1", "id": "place", "title": {"zh": "地方", "en": "Place"}, "tree": "tree.yaml",
        "path": {"unit": "tCO2", "marks": {"2020": 3000, "2030": 3000}, "source": "a test"},
        "observed": {"file": "seen.csv", "period": "year", "total": "co2", "unit": "tCO2", "uncertainty": 5, "source": "a test"},
    }  # fmt: skip
    for name, one in (("road.yaml", data), ("tree.yaml", tree()), ("project.yaml", asking(offsets={"reed": option(tonnes=30)}))):  # fmt: skip
        (tmp_path / name).write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
    (tmp_path / "seen.csv").write_text("year,co2\n2020,2500\n", encoding="utf-8")
    return tmp_path


def run(*words: object) -> Any:
    return CliRunner().invoke(cli, ["gate", *map(str, words)])


def test_the_command_tells_the_verdict_and_claims(files: Path) -> None:
    ask = [files / "road.yaml", files / "project.yaml", "--claims", files / "claims.sqlite"]
    good = run(*ask, "--lock", "--json", "--html", files / "page.html")
    assert good.exit_code == 0, good.output
    told = json.loads(good.stdout)
    assert (told["verdict"], len(told["claims"])) == ("admitted-with-offsets", 6)
    assert "<svg" in (files / "page.html").read_text(encoding="utf-8")
    again = run(*ask, "--lock", "--json")
    assert (again.exit_code, json.loads(again.stdout)["error"]["code"]) == (1, "L-191")
    big = asking(id="big", changes=[change(amount=9000)], offsets={"reed": option(tonnes=30)})
    (files / "project.yaml").write_text(yaml.safe_dump(big, allow_unicode=True), encoding="utf-8")
    none = run(*ask, "--lock", "--lang", "en")
    assert none.exit_code == 1
    assert "No offset was claimed." in none.output
    other = asking(id="mill", offsets={"reed": option(tonnes=30)})
    (files / "project.yaml").write_text(yaml.safe_dump(other, allow_unicode=True), encoding="utf-8")
    bad = run("--json", *ask)
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["offsets"]["gap_t"]["2030"] == pytest.approx(100)
    listed = json.loads(run("claims", "list", files / "claims.sqlite", "--json").stdout)
    assert (len(listed["claims"]), listed["tonnes"]) == (6, 1200)
    for one in listed["claims"]:
        assert run("claims", "release", files / "claims.sqlite", one["claim"], "--reason", "not built").exit_code == 0  # fmt: skip
    assert run(*ask, "--lock").exit_code == 0
    checked = run("claims", "verify", files / "claims.sqlite", "--json")
    assert json.loads(checked.stdout)["entries"] == 18


@pytest.mark.parametrize(("language", "word", "head"), [("zh", "不予准入", "目标路径"), ("en", "Refused", "Target path")])  # fmt: skip
def test_words_in_both_languages(files: Path, language: str, word: str, head: str) -> None:
    (files / "project.yaml").write_text(yaml.safe_dump(asking(), allow_unicode=True), encoding="utf-8")
    said = run(files / "road.yaml", files / "project.yaml", "--lang", language)
    assert said.exit_code == 1
    assert word in said.output
    assert head in said.output


def test_files_that_are_not_there(files: Path) -> None:
    place = road()
    for words in ((files / "no.yaml", files / "project.yaml"), (files / "road.yaml", files / "no.yaml"), ("claims", "list", files / "no.sqlite")):  # fmt: skip
        said = run(*words)
        assert said.exit_code == 2
        assert "T-002" in said.output
    assert run(files / "road.yaml", files / "project.yaml", "--lock").exit_code == 2
    assert load_project(files / "project.yaml", place).id == "plant"
