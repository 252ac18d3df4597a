"""The audit of an index by its own conventions: each change against the index computed anew, ranks and shares by hand."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tests.small_road import observed, small_road

from tanheng.cli import cli
from tanheng.pathways import dual_carbon_index
from tanheng.pathways.index import Choices, IndexInvalid, audit_conventions, index_change, index_history

SICHUAN = Path(__file__).parents[2] / "examples" / "sichuan-road" / "road.yaml"
NEAR = {"path": {"marks": {"2020": 209, "2026": 195}}}
FAR = {"path": {"marks": {"2020": 209, "2026": 120}}}


def test_each_change_is_what_the_index_says_under_it() -> None:
    road = small_road(**FAR)
    audit = audit_conventions([dual_carbon_index(road, draws=300)])
    for row in audit.one_at_a_time().to_dicts():
        value = float(row["value"]) if row["choice"] in {"times", "ample"} else row["value"]
        again = dual_carbon_index(road, draws=300, choices=Choices(**{row["choice"]: value}))
        assert row["overall"] == pytest.approx(again.value), row
        assert row["change"] == pytest.approx(again.value - dual_carbon_index(road, draws=300).value)


def test_shares_of_the_variance_by_brute_force() -> None:
    audit = audit_conventions([dual_carbon_index(small_road(**NEAR), draws=100)])
    values = audit.drawn[0]
    rows = {row["choice"]: row for row in audit.importance().to_dicts()}
    by_mean = [values[at].mean() for at in range(2)]
    assert rows["mean"]["first"] == pytest.approx(np.var(by_mean) / values.var())
    spread = np.mean([np.var([values[0].ravel()[at], values[1].ravel()[at]]) for at in range(values[0].size)])
    assert rows["mean"]["total"] == pytest.approx(spread / values.var())
    assert all(row["first"] <= row["total"] + 1e-9 for row in rows.values())
    assert sum(row["first"] for row in rows.values()) <= 1 + 1e-9


def test_ranks_count_those_that_are_better() -> None:
    better = small_road(observed(co2_a=[*observed()["co2"][:14], 120, 110]), **NEAR)
    audit = audit_conventions([dual_carbon_index(road, draws=200) for road in (small_road(**NEAR), better)])
    first, second = audit.places().to_dicts()
    assert (first["rank"], second["rank"]) == (2, 1)
    ranks = audit.ranks
    assert set(np.unique(ranks)) <= {1.0, 2.0}
    assert ((audit.drawn[0] > audit.drawn[1]) == (ranks[1] > ranks[0])).all()
    assert second["rank_p5"] == 1


def test_three_places_are_audited_by_methods_too() -> None:
    roads = [
        small_road(observed(co2_a=[*observed()["co2"][:14], 150 - 15 * at, 145 - 15 * at]), **NEAR)
        for at in range(3)
    ]
    audit = audit_conventions([dual_carbon_index(road, draws=100) for road in roads])
    assert audit.methods is not None
    rows = audit.to_dict()["methods"]["places"]
    own = {f"小 {at + 1}": row["rank"] for at, row in enumerate(audit.places().to_dicts())}
    assert {row["code"]: row["rank"] for row in rows} == own
    assert len(set(own.values())) == 3
    assert all(row["p5"] <= row["rank"] <= row["p95"] for row in rows)
    assert audit.not_varied is None
    assert audit_conventions([dual_carbon_index(roads[0], draws=100)]).methods is None


def test_weights_of_one_place_go_up_and_down_and_what_cannot_be_varied_is_said() -> None:
    index = dual_carbon_index(small_road(**NEAR), draws=100)
    told = audit_conventions([index]).to_dict()
    rows = {row["mean"]: row for row in told["weights"]}
    assert rows["geometric"]["overall"] == pytest.approx(index.value)
    scores = index.scores | {"realised_degree": np.clip(index.scores["realised_degree"], 1, 100)}
    values = np.array(list(scores.values()))
    assert rows["arithmetic"]["overall"] == pytest.approx(values.mean())
    assert rows["harmonic"]["overall"] == pytest.approx(4 / (1 / values).sum())
    corners = [
        np.exp((np.log(values) * weights).sum() / weights.sum())
        for weights in (np.array(one) for one in itertools.product((0.75, 1.25), repeat=4))
    ]
    assert min(corners) < rows["geometric"]["p5"] < index.value < rows["geometric"]["p95"] < max(corners)
    assert "min-max" in told["not_varied"]


def test_what_is_withheld_cannot_be_audited() -> None:
    with pytest.raises(IndexInvalid, match="E"):
        audit_conventions([dual_carbon_index(small_road(observed={"grade": "E"}))])
    two = [dual_carbon_index(small_road(), draws=draws) for draws in (100, 200)]
    with pytest.raises(IndexInvalid) as caught:
        audit_conventions(two)
    assert "number of draws" in caught.value.message("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_shows_the_audit(lang: str, tmp_path: Path) -> None:
    page = tmp_path / "audit.html"
    run = CliRunner()
    made = run.invoke(
        cli, ["index", str(SICHUAN), "--draws", "100", "--audit", "--html", str(page), "--lang", lang]
    )
    assert made.exit_code == 0, made.output
    word = "逐一变动各项约定" if lang == "zh" else "One convention after another"
    assert word in made.output
    assert word in page.read_text(encoding="utf-8")


def test_the_audit_in_json() -> None:
    made = CliRunner().invoke(
        cli, ["index", str(SICHUAN), str(SICHUAN), "--draws", "100", "--audit", "--json"]
    )
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)["audit"]
    assert told["combinations"] == 90
    assert [row["rank"] for row in told["places"]] == [1, 1]
    assert {row["choice"] for row in told["importance"]} == {"mean", "times", "ample", "without", "draw"}


def test_history_is_the_index_of_each_year_by_itself() -> None:
    road = small_road(**NEAR)
    past = index_history(road, draws=200)
    assert [one.year for one in past.indices] == [2021, 2022]
    again = dual_carbon_index(road, year=2021, draws=200).to_dict()
    assert past.indices[0].to_dict() == again
    cut = observed()
    kept = [at for at, year in enumerate(cut["year"]) if year <= 2021]
    early = small_road({name: [column[at] for at in kept] for name, column in cut.items()}, **NEAR)
    known = dual_carbon_index(early, draws=200)
    assert known.value == pytest.approx(past.indices[0].value)  # what came later does not rewrite it
    assert past.table().to_dicts()[0]["overall"] == pytest.approx(known.value)
    with pytest.raises(IndexInvalid, match="2020"):
        index_history(road, until=2020)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_shows_the_history(lang: str, tmp_path: Path) -> None:
    page = tmp_path / "history.html"
    run = CliRunner()
    made = run.invoke(
        cli, ["index", str(SICHUAN), "--draws", "100", "--history", "--html", str(page), "--lang", lang]
    )
    assert made.exit_code == 0, made.output
    assert ("历年" if lang == "zh" else "over the years") in made.output
    assert page.read_text(encoding="utf-8").count("<svg") == 2
    told = json.loads(
        run.invoke(cli, ["index", str(SICHUAN), "--draws", "100", "--history", "--json"]).stdout
    )
    assert [row["year"] for row in told["history"][0]["years"]] == [2021, 2022, 2023, 2024]


def test_a_restated_base_year_shows_what_moved(tmp_path: Path) -> None:
    old = dual_carbon_index(small_road(), draws=200)
    base = observed()["year"].index(2020)
    co2 = observed()["co2"][:16]
    new = dual_carbon_index(
        small_road(observed(co2_a=[*co2[:base], co2[base] + 8, *co2[base + 1 :]])), draws=200
    )
    rows = {(row["quantity"], row["year"]): row for row in index_change(old, new).table().to_dicts()}
    assert rows["overall", None]["change"] == pytest.approx(new.value - old.value)
    assert rows["emission", 2020]["change"] == pytest.approx(8)
    assert rows["frozen", 2022]["change"] == pytest.approx(8 * 120 / 112)
    assert ("emission", 2022) not in rows  # what did not move is not listed
    with pytest.raises(IndexInvalid) as caught:
        index_change(dual_carbon_index(small_road(), year=2021, draws=200), new)
    assert "2021" in caught.value.message("en")
    file = tmp_path / "x.html"
    made = CliRunner().invoke(
        cli, ["index", str(SICHUAN), "--against", str(SICHUAN), "--draws", "100", "--lang", "en", "--html", str(file)]
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "what moved" in made.output
    assert "What moved" in file.read_text(encoding="utf-8")
    refused = CliRunner().invoke(cli, ["index", str(SICHUAN), str(SICHUAN), "--against", str(SICHUAN)])
    assert refused.exit_code == 2
