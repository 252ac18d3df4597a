"""Projects: reading, states, measured against expected, and their sum in the tree."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.test_tree import lever, small

from tanheng.errors import NotFound
from tanheng.pathways import Tree, tree_of
from tanheng.pathways.projects import Pipeline, effects, load_projects, projects_of, roll_up
from tanheng.pathways.projects.states import ChangeForbidden, states
from tanheng.schemas import schema_rows

EXAMPLE = Path("examples/sichuan-road/projects.yaml")
ONE: dict[str, Any] = {
    "title": {"zh": "一", "en": "One"}, "owner": "甲", "state": "running", "acts_on": "save",
    "expected": {"2021": 10, "2022": 20, "2023": 20}, "measured": {"2021": {"t": 9, "uncertainty": 20}, "2022": {"t": 12, "uncertainty": 10}},
}  # fmt: skip


def pipeline(as_of: int | None = None, **projects: Any) -> Pipeline:
    projects = {
        name: {key: value for key, value in one.items() if value != {}} for name, one in projects.items()
    }
    data: dict[str, Any] = {
        "format": "tanheng-projects/1",
        "id": "any",
        "title": {"zh": "库", "en": "Any"},
        "projects": projects,
    }
    return projects_of(data | ({} if as_of is None else {"as_of": as_of}))


def tree(**more: Any) -> Tree:
    """400 t in each year: 100 t of coal at 2, gas for the rest; `save` takes 60 t at most."""
    return tree_of(small(levers={"save": lever("coal", -0.3, build=1)}, **more))


def changed(**more: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ONE), **more}


def test_states_and_the_format_name_the_same() -> None:
    row = next(row for row in schema_rows("projects_format.csv") if row["path"] == "projects.*.state")
    assert row["allowed"].split("|") == list(states())
    assert {after for one in states().values() for after in one.following} <= set(states())


def test_a_project_goes_from_state_to_state_as_it_may() -> None:
    project = pipeline(p={"state": "proposed"})["p"]
    for state, year in (("approved", 2021), ("building", 2022), ("running", 2023), ("ended", 2030)):
        project = project.changed(state, year)
    assert list(project.history) == ["approved", "building", "running", "ended"]
    with pytest.raises(ChangeForbidden) as caught:
        project.changed("running", 2031)
    assert caught.value.message("zh") == "[L-151] 项目“p”不能从“已结束”变为“运行中”。允许的下一状态：无。"
    assert (
        caught.value.message("en")
        == "[L-151] Project 'p' cannot go from ended to running. What may follow: none."
    )


def test_measured_against_expected_by_year_and_over_the_years() -> None:
    found = effects(pipeline(p=changed()))
    first, second = found.rows
    assert (first.verdict, second.verdict) == ("cannot-tell", "below")
    assert (second.ratio.value, second.ratio.low, second.ratio.high) == pytest.approx((0.6, 0.54, 0.66))
    whole = found.whole
    assert (whole.expected, whole.measured, whole.width) == pytest.approx((30, 21, 1.8 + 1.2))
    assert whole.verdict == "below"


def test_what_nobody_reported_is_named_and_not_filled() -> None:
    found = effects(pipeline(as_of=2023, p=changed(), q=changed(owner="乙", measured={})))
    assert [(one.project.id, one.year) for one in found.missing] == [
        ("p", 2023),
        ("q", 2021),
        ("q", 2022),
        ("q", 2023),
    ]
    assert found.whole.measured == 21
    assert found.whole.unreported == 20 + 50
    second = {one.name: one for one in found.by("owner")}["乙"]
    assert (second.years, second.due, second.verdict, second.ratio.value) == (0, 3, "not-reported", None)
    told = {row["name"]: row for row in found.to_dict()["by_owner"]}
    assert told["乙"]["measured_t"] is None


def test_an_unknown_uncertainty_tells_nothing_alone_or_in_a_sum() -> None:
    found = effects(pipeline(p=changed(measured={"2021": {"t": 1}}), q=changed()))
    assert found.rows[0].verdict == "no-interval"
    assert found.whole.width is None
    assert found.whole.verdict == "no-interval"
    assert found.whole.ratio.low is None


def test_errors_add_up_within_a_project_and_join_between_projects() -> None:
    found = effects(pipeline(p=changed(), q=changed()))
    assert found.whole.width == pytest.approx(3 * 2**0.5)


def test_late_projects_and_those_without_a_plan() -> None:
    late = effects(
        pipeline(
            as_of=2022,
            p=changed(state="building", measured={}),
            q=changed(state="stopped", history={"stopped": 2022}, measured={}),
        )
    )
    assert [(one.project.id, one.planned, one.years) for one in late.late] == [("p", 2021, 2)]
    assert [(one.project.id, one.year) for one in late.missing] == [("q", 2021)]
    assert [one.id for one in late.without_plan] == ["p"]


def test_without_measurements_nothing_is_due() -> None:
    found = effects(pipeline(p=changed(measured={})))
    assert (found.until, found.rows, found.whole.verdict) == (None, (), "not-reported")
    assert found.to_dict()["whole"]["ratio"] is None
    assert "<svg" in found._repr_html_()


def test_a_part_of_another_project_is_not_added() -> None:
    found = effects(pipeline(p=changed(), q=changed(within="p")))
    assert found.whole.measured == 21
    rolled = roll_up(pipeline(p=changed(), q=changed(within="p")), tree())
    assert rolled.uncounted == {"q": "within"}
    assert rolled.sound


def test_projects_take_a_lever_as_deep_as_they_reduce() -> None:
    found = roll_up(
        pipeline(p=changed(), q=changed(facility="乙", expected={"2022": 10}, measured={})), tree()
    )
    np.testing.assert_allclose(found.reference - found.expected.total[0], np.array([0, 10, 30, 20, 0]) * 1e3)
    np.testing.assert_allclose(found.expected.depths["save"], [0, 1 / 6, 0.5, 1 / 3, 0])
    np.testing.assert_allclose(found.reference - found.measured.total[0], np.array([0, 9, 12, 0, 0]) * 1e3)
    assert found.by_year().to_dicts()[3]["with_measured"] is None
    assert found.half[1:3].tolist() == pytest.approx([1.8e3, 1.2e3])


def test_more_than_a_lever_can_is_named_and_not_counted() -> None:
    found = roll_up(pipeline(p=changed(expected={"2022": 100}, measured={})), tree())
    one = found.excesses[0]
    assert (one.on, one.year, one.wanted, one.possible) == (
        "save",
        2022,
        pytest.approx(100e3),
        pytest.approx(60e3),
    )
    assert found.expected.depths["save"][2] == 1
    assert not found.sound


def test_a_measurement_beyond_a_lever_is_named_too() -> None:
    found = roll_up(pipeline(p=changed(measured={"2022": {"t": 90, "uncertainty": 5}})), tree())
    assert [(one.side, one.year, one.wanted, one.possible) for one in found.excesses] == [
        ("measured", 2022, pytest.approx(90e3), pytest.approx(60e3))
    ]
    assert found.to_dict()["excess"][0]["side"] == "measured"


def test_a_lever_that_has_not_begun_reduces_nothing() -> None:
    late = tree_of(small(levers={"save": lever("coal", -0.3, **{"from": 2023})}))
    found = roll_up(pipeline(p=changed(measured={})), late)
    assert [one.year for one in found.excesses] == [2021, 2022]


def test_two_projects_on_one_facility_or_leaf_are_told() -> None:
    on_leaf = changed(acts_on="coal", measured={}, expected={"2022": 4})
    same = roll_up(
        pipeline(p=changed(facility="炉"), q=changed(facility="炉", expected={"2022": 7}, measured={})),
        tree(),
    ).doubles
    assert [(one.projects, one.why, one.name, one.years, one.most_t) for one in same] == [
        (("p", "q"), "facility", "炉", (2022,), 7)
    ]
    leaf = roll_up(pipeline(p=changed(), q=on_leaf), tree())
    assert [(one.why, one.name, one.most_t) for one in leaf.doubles] == [("leaf", "coal", 4)]
    apart = roll_up(pipeline(p=changed(facility="甲炉"), q={**on_leaf, "facility": "乙炉"}), tree())
    assert apart.sound
    assert roll_up(pipeline(p=changed(), q=changed()), tree()).sound


def test_one_facility_is_told_whatever_it_reduces() -> None:
    found = roll_up(
        pipeline(p=changed(facility="炉"), q=changed(facility="炉", acts_on="gas", measured={})), tree()
    )
    assert [(one.why, one.name, one.most_t) for one in found.doubles] == [("facility", "炉", 50)]
    over = roll_up(
        pipeline(
            p=changed(facility="炉"), q=changed(facility="炉", state="stopped", history={"stopped": 2021})
        ),
        tree(),
    )
    assert over.sound


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_results_show_themselves_in_a_notebook(lang: str) -> None:
    from tanheng.errors import use_language
    from tanheng.pathways.projects import finance

    found = load_projects(EXAMPLE)
    use_language("zh" if lang == "zh" else "en")
    try:
        for one in (found, effects(found), roll_up(found), finance(found)):
            assert repr(one) in one._repr_html_()
            assert "<table" in one._repr_html_()
            assert ("四川" in repr(one)) == (lang == "zh")
    finally:
        use_language("zh")


def test_names_stay_text_in_a_notebook() -> None:
    evil = "<script>alert(1)</script>"
    data = {
        "format": "tanheng-projects/1",
        "id": "any",
        "title": {"zh": evil, "en": evil},
        "projects": {"p": changed(owner=evil, title=evil)},
    }
    found = projects_of(data)
    for one in (found, effects(found), roll_up(found, tree())):
        assert "<script" not in one._repr_html_()


def test_a_leaf_is_moved_by_what_it_holds_at_most() -> None:
    found = roll_up(
        pipeline(p=changed(acts_on="coal", expected={"2022": 50, "2023": 900}, measured={})), tree()
    )
    assert found.expected.depths["leaf:coal"][2] == pytest.approx(25)
    assert [(one.on, one.year, one.possible) for one in found.excesses] == [
        ("leaf:coal", 2023, pytest.approx(200e3))
    ]


def test_an_increase_that_was_measured_makes_the_total_larger() -> None:
    found = roll_up(pipeline(p=changed(measured={"2022": {"t": -6, "uncertainty": 10}})), tree())
    assert (found.measured.total[0] - found.reference)[2] == pytest.approx(6e3)


def test_levers_of_the_scenario_are_set_aside_and_told() -> None:
    held = tree(scenarios={"all": {"title": {"zh": "全", "en": "All"}, "levers": {"save": 0.5}}})
    found = roll_up(pipeline(p=changed(measured={})), held, scenario="all")
    np.testing.assert_allclose(found.reference - found.expected.total[0], np.array([0, 10, 20, 20, 0]) * 1e3)
    assert found.planned[2] == pytest.approx(found.reference[2] - 30e3)
    assert found.covered[0].projects[2] == pytest.approx(1 / 3)
    assert found.covered[0].planned[2] == 0.5


def test_what_is_not_counted_is_named_with_its_reason() -> None:
    told = pipeline(
        p=changed(state="proposed", measured={}),
        q=changed(acts_on={}),
        r=changed(state="stopped", history={"stopped": 2022}, measured={}),
    )
    found = roll_up(told, tree())
    assert found.uncounted == {"p": "proposed", "q": "acts-on-nothing", "r": "stopped"}
    assert roll_up(told, tree(), including=["proposed"]).counted[1] == pytest.approx(10e3)
    early = roll_up(pipeline(p=changed(expected={"2010": 5, "2021": 5}, measured={})), tree())
    assert early.outside == {"p": (2010,)}


def test_gap_to_the_cap() -> None:
    found = roll_up(pipeline(p=changed(measured={})), tree(cap={"years": {"2022": 375000}}))
    assert found.gap[2] == pytest.approx(400e3 - 20e3 - 375e3)
    assert found.by_year().to_dicts()[1]["gap"] is None


def test_a_roll_up_needs_its_tree_lever_and_states() -> None:
    for told, more, word in (
        ({"p": changed()}, {}, "因子树"), ({"p": changed(acts_on="nothing")}, {"tree": tree()}, "nothing"),
        ({"p": changed()}, {"tree": tree(), "including": ["lost"]}, "lost"), ({"p": changed()}, {"tree": tree(), "scenario": "none"}, "none"),
    ):  # fmt: skip
        with pytest.raises(NotFound) as caught:
            roll_up(pipeline(**told), **more)
        assert word in caught.value.message("zh")
