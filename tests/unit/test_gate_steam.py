"""Steam from a plant instead of a firm's boiler: three views, units, where nothing is saved, sources."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.gate_places import SAID, asking, change, road

from tanheng.errors import PackInvalid, use_language
from tanheng.pathways.gate import Steam, judge, project_of
from tanheng.pathways.gate.problems import SteamInvalid
from tanheng.pathways.gate.rules import Course


def number(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": "a test", **more}


def supply(**more: Any) -> dict[str, Any]:
    """40 TJ a year over 8 km."""
    return {
        "heat": number(40, "TJ"), "boiler_efficiency": number(80, "%"), "fuel_factor": number(100, "kgCO2/GJ"), "loss_per_km": number(1.25, "%/km"),
        "distance": number(8, "km"), "power_lost": number(50, "kWh/GJ"), "power_factor": number(0.6, "tCO2/MWh"), "heat_factor": {"item": "heat"}, **more,
    }  # fmt: skip


def offer(**more: Any) -> dict[str, Any]:
    return {"title": SAID, "cost": 0, "steam": supply(**more), "available": 2024, "additional": True, "reason": "a test", "source": "a test"}  # fmt: skip


def asked(**more: Any) -> Any:
    place = road()
    return place, project_of(asking(offsets={"steam": offer(**more)}), place)


def test_three_views_by_hand_with_the_heat_factor_of_the_library() -> None:
    _, project = asked()
    steam = project.options[0].steam
    assert steam is not None
    views = steam.views(2025)
    sent = 40_000 / 0.9
    assert views.boiler[0] == pytest.approx(-40_000 * 0.1 / 0.8)
    assert views.bought[0] == pytest.approx(40_000 * 0.11)
    assert views.power[0] == pytest.approx(sent * 0.05 * 0.6)
    assert views.firm[0] == pytest.approx(-5000 + 4400)
    assert views.plant[0] == pytest.approx(sent * 0.03 - 4400)
    assert views.city[0] == pytest.approx(sent * 0.03 - 5000)
    told = views.to_dict()["numbers"]["heat_factor"]
    assert (told["value"], told["unit"], told["factor"]) == (0.11, "tCO2/GJ", "cn_heat_default_0p11")
    assert "GB/T 32150" in told["source"]["en"]


def test_where_nothing_is_saved() -> None:
    _, project = asked()
    steam = project.options[0].steam
    assert steam is not None
    even = steam.views(2025).break_even()[0]
    assert even["loss"] == pytest.approx(1 - 0.05 * 0.6 * 0.8 / 0.1)
    assert even["factor"] == pytest.approx(0.1 / 0.8 * 0.9 / 0.05)
    assert even["km"] == pytest.approx(even["loss"] / 0.0125)
    for loss, factor in ((even["loss"], 0.6), (0.1, even["factor"])):
        same = Steam(steam.heat, steam.boiler, steam.fuel, loss, steam.power, Course({0: factor}), steam.bought)  # fmt: skip
        assert same.views(2025).city[0] == pytest.approx(0, abs=1e-6)
    worse = Steam(steam.heat, steam.boiler, steam.fuel, 0.1, steam.power, Course({0: 9.0}), steam.bought)
    assert worse.views(2025).break_even()[0]["loss"] is None
    assert worse.views(2025).saved.tolist() == [0]
    free = Steam(steam.heat, steam.boiler, steam.fuel, 0.1, 0.0, steam.factor, steam.bought)
    assert free.views(2025).break_even()[0]["factor"] is None


def test_it_offsets_what_a_project_adds() -> None:
    place, project = asked()
    found = judge(place, project)
    assert found.outcome == "admitted-with-offsets"
    assert found.plan is not None
    assert found.plan.units[0] == pytest.approx(200 / (5000 - 40_000 / 0.9 * 0.03))
    assert found.to_dict()["offsets"]["options"][0]["steam"]["views"][0]["year"] == 2025


def test_a_mass_of_steam_needs_its_enthalpy_and_a_cleaner_grid_saves_more() -> None:
    _, project = asked(heat=number(10_000, "t"), enthalpy=number(2.8, "GJ/t"),
                       power_factor={"points": {"2025": 0.6, "2030": 0.3}, "unit": "tCO2/MWh", "source": "a test"})  # fmt: skip
    steam = project.options[0].steam
    assert steam is not None
    saved = steam.views([2025, 2030]).saved
    assert steam.heat.marks == {0: 28_000}
    assert saved[1] - saved[0] == pytest.approx(28_000 / 0.9 * 0.05 * 0.3)


def test_words_of_the_terms() -> None:
    _, project = asked(replaced_by="plant")
    steam = project.options[0].steam
    assert steam is not None
    for lang, word in (("zh", "多烧的燃料"), ("en", "More fuel")):
        use_language(lang)  # type: ignore[arg-type]
        terms = steam.views(2025).terms().to_dicts()
        assert word in terms[2]["term"]
        assert sum(row["city"] for row in terms) == pytest.approx(steam.views(2025).city[0])
    use_language("zh")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"heat": number(10_000, "t")}, "cannot be turned into GJ"),
        ({"boiler_efficiency": number(80, "1")}, "above 0 and at most 1.1"),
        ({"distance": number(90, "km")}, "a share from 0 to below 1"),
        ({"power_factor": number(-0.6, "tCO2/MWh")}, "cannot be negative"),
        ({"power_factor": number(0.6, "tCH4/MWh")}, "cannot be turned into"),
        ({"loss": number(5, "%")}, "give loss, or loss_per_km"),
        ({"fuel_factor": {"item": "unobtainium"}}, "unobtainium"),
        ({"heat_factor": {"value": 0.11, "unit": "tCO2/GJ"}}, "has no source"),
        ({"pressure": number(1, "t")}, "there is no number 'pressure'"),
        (
            {"boiler_efficiency": {"points": {"2025": 80}, "unit": "%", "source": "a test"}},
            "one number is expected",
        ),
    ],
)
def test_what_a_supply_says_wrongly(more: dict[str, Any], said: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        asked(**more)
    assert said in caught.value.message("en")
    assert "steam" in caught.value.message("zh")


def test_numbers_that_cannot_be() -> None:
    one = Course({0: 1.0})
    with pytest.raises(SteamInvalid) as caught:
        Steam(one, 0.8, one, 1.0, 0.1, one, one)
    assert caught.value.message("zh").startswith("[L-194] 供汽替代不能计算：loss")
    assert change()["scope"] == 2
