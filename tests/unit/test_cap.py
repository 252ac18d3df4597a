"""The cap solver: cheapest levers, dual, and what an unreachable cap says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.unit.test_tree import SICHUAN, lever, small

from tanheng.cli import cli
from tanheng.errors import NotFound, PackInvalid
from tanheng.pathways import cost_curve, load_tree, solve_cap, tree_of
from tanheng.pathways.tree.problems import CapInvalid


def two_levers(**cap: object) -> dict[str, object]:
    """100 t of coal at 2 tCO2/t: a cheap lever saves at most 60 t, a dear one 100 t."""
    data = small(
        levers={
            "cheap": lever("coal", -0.3, cost=50, cost_unit="元/tCO2", build=1),
            "dear": lever("gas", -1.0, cost=400, cost_unit="元/tCO2", build=1),
        },
        cap={"years": {"2021": 0.37e6, "2024": 0.3e6}, **cap},
    )
    return data


def test_the_cheap_lever_goes_first_and_the_dual_is_the_dear_one_s_cost() -> None:
    plan = solve_cap(tree_of(two_levers()))
    np.testing.assert_allclose(
        plan.emission[1:], [370e3, 1e6 * (0.37 - 0.07 / 3), 1e6 * (0.37 - 0.14 / 3), 300e3]
    )
    assert plan.reachable
    assert plan.depths["cheap"][1] == pytest.approx(0.5)
    assert plan.depths["cheap"][4] == pytest.approx(1.0)
    assert plan.price[1] == pytest.approx(0.05, rel=1e-6)  # CNY per kg
    assert plan.price[4] == pytest.approx(0.4, rel=1e-6)
    assert plan.present_value == pytest.approx(plan.cost.sum())
    assert plan.cost[0][1] == pytest.approx(50 * 30)


def test_an_unreachable_cap_tells_gap_binding_levers_and_the_cheapest_relaxation() -> None:
    plan = solve_cap(tree_of(two_levers()), marks={2024: 100e3})
    told = plan.to_dict()
    assert not told["reachable"]
    assert told["gap_t"]["2024"] == pytest.approx(400 - 60 - 200 - 100)
    assert told["gap_t"]["2023"] is None
    assert {row["name"] for row in told["binding"]} == {"cheap", "dear"}
    worth = {row["name"]: row["worth"] for row in told["binding"]}
    assert worth == {"cheap": pytest.approx(0.6), "dear": pytest.approx(2.0)}
    relaxed = told["relaxation"]["levers"]
    assert [row["lever"] for row in relaxed] == ["cheap"]
    assert relaxed[0]["bound"] == "most"
    assert relaxed[0]["more"] == pytest.approx(40 / 60)
    assert told["relaxation"]["gap_t"]["2024"] is None


def test_what_even_the_physical_limits_lack_is_told() -> None:
    data = two_levers()
    for one in data["levers"].values():  # type: ignore[attr-defined]
        one["ceiling"] = 1
    told = solve_cap(tree_of(data), marks={2024: 100e3}).to_dict()
    assert told["relaxation"]["levers"] == []
    assert told["relaxation"]["gap_t"]["2024"] == pytest.approx(40)


def test_a_course_that_begins_too_late_is_what_is_relaxed() -> None:
    data = two_levers()
    data["levers"]["cheap"] |= {"from": 2024}  # type: ignore[index]
    row = solve_cap(tree_of(data), marks={2022: 170e3}).to_dict()["relaxation"]["levers"][0]
    assert (row["lever"], row["bound"], row["years"]) == ("cheap", "course", [2022, 2023])


def test_whole_levers_are_taken_or_not() -> None:
    data = two_levers()
    data["levers"]["cheap"] |= {"whole": True}  # type: ignore[index]
    plan = solve_cap(tree_of(data), marks={2021: 390e3})
    assert plan.depths["cheap"].tolist() == [0, 1, 1, 1, 1]
    np.testing.assert_allclose(plan.depths["dear"], 0, atol=1e-9)


def test_without_a_cap_it_says_so() -> None:
    with pytest.raises(NotFound):
        solve_cap(tree_of(small()))


def test_the_province_under_its_cap() -> None:
    tree = load_tree(SICHUAN)
    plan = solve_cap(tree)
    again = tree.evaluate(levers=plan.depths)
    capped = np.isfinite(plan.cap)
    assert np.all(again.total[0][capped] <= plan.cap[capped] * (1 + 1e-6))
    assert plan.reachable
    assert set(
        np.unique(
            plan.depths["capture-hub"] / np.maximum(tree.levers["capture-hub"].ramp(tree.years), 1e-9)
        ).round(6)
    ) <= {0.0, 1.0}


def test_the_command_prints_the_contract_and_leaves_with_1_on_a_gap() -> None:
    run = CliRunner()
    good = run.invoke(cli, ["cap", str(SICHUAN), "--json"])
    assert good.exit_code == 0, good.output
    found = json.loads(good.stdout)
    assert {"levers", "cost", "dual", "gap_t", "binding", "relaxation"} <= set(found)
    assert found["relaxation"] is None
    bad = run.invoke(cli, ["cap", str(SICHUAN), "--cap", "2060=5e7", "--json"])
    assert bad.exit_code == 1
    found = json.loads(bad.stdout)
    assert found["gap_t"]["2060"] > 0
    assert found["binding"]
    assert found["relaxation"]["levers"]
    for language, word in (("zh", "达不到"), ("en", "Unreachable")):
        said = run.invoke(cli, ["cap", str(SICHUAN), "--cap", "2060=5e7", "--lang", language])
        assert said.exit_code == 1
        assert word in said.output
        assert {"zh": "亿 t CO₂e", "en": "10⁸ t CO₂e"}[language] in said.output
        assert not re.search(r"\d,\d{3},\d{3}", said.output)
    assert run.invoke(cli, ["cap", str(SICHUAN), "--cap", "1990=1"]).exit_code == 2
    assert run.invoke(cli, ["cap", str(SICHUAN), "--cap", "soon=1"]).exit_code == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_plan_has_its_chart_and_loads_nothing(lang: str, tmp_path: Path) -> None:
    file = tmp_path / "cap.html"
    made = CliRunner().invoke(cli, ["cap", str(SICHUAN), "--html", str(file), "--lang", lang])
    assert made.exit_code == 0, made.output
    text = file.read_text(encoding="utf-8")
    assert text.count("<polyline") == 3
    assert ("上限" if lang == "zh" else "Cap<") in text
    assert "src=" not in text
    assert "href=" not in text


def test_the_marginal_cost_curve_rises_and_ends_where_all_levers_are_taken() -> None:
    tree = load_tree(SICHUAN)
    curve = cost_curve(tree, 2045, points=12).to_polars()
    price = curve.get_column("price").to_numpy()
    assert (np.diff(price) >= -0.01 * price[:-1]).all()  # levers that multiply make it dip by less than this
    assert curve.get_column("saved").is_sorted()
    assert len(curve.get_column("levers")[-1].split(", ")) > len(curve.get_column("levers")[0].split(", "))
    told = CliRunner().invoke(cli, ["cap", str(SICHUAN), "--curve", "2045", "--lang", "zh"]).output
    assert "减少（亿 t CO₂e）" in told
    assert not re.search(r"\d,\d{3},\d{3}", told)
    shown = CliRunner().invoke(cli, ["cap", str(SICHUAN), "--curve", "2045", "--json"])
    assert len(json.loads(shown.stdout)["curve"]) == 25
    assert CliRunner().invoke(cli, ["cap", str(SICHUAN), "--curve", "1999"]).exit_code == 2


def test_a_tree_without_levers_has_a_gap_and_nothing_to_relax() -> None:
    told = solve_cap(tree_of(small()), marks={2022: 390e3}).to_dict()
    assert told["gap_t"]["2022"] == pytest.approx(10)
    assert told["levers"] == told["binding"] == told["relaxation"]["levers"] == []
    assert told["relaxation"]["gap_t"]["2022"] == pytest.approx(10)


@pytest.mark.parametrize("value", ["nan", "inf", "-1e300", "abc", ""])
def test_a_cap_that_is_no_amount_is_refused_and_not_left_out(value: str) -> None:
    for lang in ("zh", "en"):
        found = CliRunner().invoke(cli, ["cap", str(SICHUAN), "--cap", f"2060={value}", "--lang", lang])
        assert found.exit_code == 2
        assert f"2060={value}" in found.output


@pytest.mark.parametrize(
    "marks", [{2022: float("nan")}, {2022: -1e300}, {2022: float("inf")}, {1900: 1.0}, {2022: "a"}, {}]
)
def test_marks_that_are_no_cap_are_refused_with_what_would_be_one(marks: dict[int, Any]) -> None:
    with pytest.raises(CapInvalid) as caught:
        solve_cap(tree_of(small()), marks=marks)
    assert caught.value.code == "K-004"
    assert all(
        "20" in caught.value.message(lang) or "1e+15" in caught.value.message(lang) for lang in ("zh", "en")
    )


def test_a_cap_of_a_file_that_is_no_amount_is_refused_with_its_key() -> None:
    with pytest.raises(PackInvalid) as caught:
        tree_of(small() | {"cap": {"years": {"2022": -1e300}}})
    assert "cap.years.2022" in caught.value.message("zh")
    assert "1e+15" in caught.value.message("en")
