"""The decision log and its review: entries, the chain of hashes, skill of forecasts, delivery of levers."""

from __future__ import annotations

import json
import multiprocessing
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from tests.unit.test_deviation import ROWS, folder_of, road_data, tree_data

from tanheng.cli import cli
from tanheng.errors import NotFound, PackInvalid
from tanheng.pathways import deviation_of, load_road, road_of, tree_of
from tanheng.pathways.deviation import decide, review
from tanheng.pathways.deviation.problems import DeviationInvalid
from tanheng.pathways.journal import JournalBroken, append, lines_of

MAPPED = {"levers": {"save": {"factor": "use", "cell": "coal"}, "clean": {"factor": "rate", "cell": "power"}}}


def later(
    rows: dict[str, list[float]], year: int, use: list[float], rate: list[float]
) -> dict[str, list[Any]]:
    added = {
        "year": [year, year],
        "cell": ["coal", "power"],
        "use": use,
        "rate": rate,
        "co2": [a * b for a, b in zip(use, rate, strict=True)],
    }
    return {name: [*values, *added[name]] for name, values in rows.items()}


def write_observed(folder: Path, rows: dict[str, list[Any]]) -> None:
    lines = [",".join(rows), *(",".join(map(str, row)) for row in zip(*rows.values(), strict=True))]
    (folder / "observed.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_decision_holds_deviation_cause_levers_effects_and_hashes(tmp_path: Path) -> None:
    file, log = folder_of(tmp_path), tmp_path / "log.jsonl"
    found = deviation_of(load_road(file), draws=5)
    entry = decide(found, log, who="发展改革委", note="先做节能")
    assert entry["number"] == 1
    assert entry["deviation"]["verdict"] == "over"
    assert entry["cause"]["main"]["factor"] == "use"
    assert set(entry["files"]) == {"road.yaml", "tree.yaml", "observed.csv"}
    saved = sum(lever["effect"]["2030"] for lever in entry["levers"])
    assert saved == pytest.approx(
        entry["expected"]["without"]["2030"] - entry["expected"]["with"]["2030"], abs=1e-5
    )
    assert "withheld" in entry["forecast"]  # four years are too few to check a model
    part = decide(found, log, who="x", levers=["save"])
    assert [one["lever"] for one in part["levers"]] == ["save"]
    assert part["expected"]["with"]["2030"] > entry["expected"]["with"]["2030"]
    assert [one["number"] for one in lines_of(log)] == [1, 2]


def test_hidden_characters_do_not_reach_the_list(tmp_path: Path) -> None:
    found = deviation_of(load_road(folder_of(tmp_path)), correct=False)
    entry = decide(found, tmp_path / "log.jsonl", who="A\x1b[2J\u202eB", note="one\ntwo", levers=[])
    assert (entry["who"], entry["note"]) == ("A [2J B", "one two")


def test_what_cannot_be_decided_is_refused(tmp_path: Path) -> None:
    found = deviation_of(load_road(folder_of(tmp_path)), draws=5)
    log = tmp_path / "log.jsonl"
    with pytest.raises(DeviationInvalid, match="L-180"):
        decide(found, log, who="  ")
    with pytest.raises(NotFound) as caught:
        decide(found, log, who="x", levers=["steam"])
    assert "steam" in caught.value.message("zh")
    without = deviation_of(load_road(tmp_path / "road.yaml"), correct=False)
    with pytest.raises(DeviationInvalid) as refused:
        decide(without, log, who="x")
    assert "--correct" in refused.value.message("en")
    assert not log.exists()
    assert decide(without, log, who="x", levers=[])["levers"] == []


@pytest.mark.parametrize(
    ("attack", "line", "words"),
    [
        (lambda lines: [lines[0].replace("A", "Z"), *lines[1:]], 1, "被修改过"),
        (lambda lines: lines[1:], 1, "不相接"),
        (lambda lines: [lines[0], lines[2]], 2, "不相接"),
        (lambda lines: [lines[1], lines[0], lines[2]], 1, "不相接"),
        (lambda lines: [*lines[:2], "nonsense"], 3, "不是一条记录"),
        (lambda lines: [*lines[:2], "[1]"], 3, "不是一条记录"),
    ],
)
def test_an_altered_log_is_found(tmp_path: Path, attack: Any, line: int, words: str) -> None:
    log = tmp_path / "log.jsonl"
    for who in "ABC":
        append(log, {"who": who})
    log.write_text("\n".join(attack(log.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    with pytest.raises(JournalBroken) as caught:
        lines_of(log)
    assert f"第 {line} 行" in caught.value.message("zh")
    assert words in caught.value.message("zh")
    with pytest.raises(JournalBroken):
        append(log, {"who": "D"})
    done = CliRunner().invoke(cli, ["deviation", "decisions", str(log)])
    assert done.exit_code == 1
    assert "L-181" in done.output


def test_a_log_that_was_cut_back_or_written_anew_is_found_by_a_kept_hash(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    append(log, {"who": "A"})
    kept = append(log, {"who": "B"})["hash"]
    assert len(lines_of(log, kept=kept)) == 2
    log.write_text(log.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert len(lines_of(log)) == 1
    with pytest.raises(JournalBroken) as caught:
        lines_of(log, kept=kept)
    assert "没有留存的那一条" in caught.value.message("zh")
    assert CliRunner().invoke(cli, ["deviation", "decisions", str(log), "--kept", kept]).exit_code == 1


def test_a_line_that_was_cut_short_is_found(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    append(log, {"who": "A"})
    log.write_text(log.read_text(encoding="utf-8") + '{"number": 2', encoding="utf-8")
    with pytest.raises(JournalBroken, match="L-181"):
        lines_of(log)


def _many(path: str, who: str, start: Any) -> None:
    start.wait()
    for _ in range(30):
        append(path, {"who": who})


def test_two_processes_write_one_after_the_other(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    spawned = multiprocessing.get_context("spawn")
    start = spawned.Barrier(2)
    both = [spawned.Process(target=_many, args=(str(log), who, start)) for who in "AB"]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert [one.exitcode for one in both] == [0, 0]
    assert [one["number"] for one in lines_of(log)] == list(range(1, 61))


def test_a_log_that_another_holds_is_waited_for(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    log = tmp_path / "log.jsonl"
    append(log, {"who": "A"})
    writer = threading.Thread(target=append, args=(log, {"who": "B"}))
    with log.open("a+", encoding="utf-8") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_EX)
        writer.start()
        writer.join(0.5)
        assert writer.is_alive()
    writer.join(60)
    assert [one["who"] for one in lines_of(log)] == ["A", "B"]


def test_the_review_scores_levers_by_hand(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    file = folder_of(tmp_path, deviation=MAPPED)
    entry = decide(deviation_of(load_road(file), draws=5), log, who="x")
    assert review(load_road(file), log).waiting == 1
    write_observed(tmp_path, later(ROWS, 2024, [100.0, 336.0], [2.0, 1.05]))
    (outcome,) = review(load_road(file), log).outcomes
    rows = {(row["factor"], row["cell"]): row for row in outcome.levers}
    save = rows["use", "coal"]
    expected = -next(one["effect"]["2024"] for one in entry["levers"] if one["lever"] == "save")
    measured, usual = 200.0 - 224.0, (224.0 - 200.0) / 3
    assert save["expected"] == pytest.approx(expected, abs=1e-5)
    assert save["measured"] == pytest.approx(measured)
    assert save["usual"] == pytest.approx(usual)
    assert save["delivered"] == pytest.approx((measured - usual) / expected, abs=1e-5)
    assert outcome.against_plan is not None
    plan, without = entry["expected"]["with"]["2024"], entry["expected"]["without"]["2024"]
    assert outcome.against_plan["delivered"] == pytest.approx((without - 552.8) / (without - plan), abs=1e-5)
    assert outcome.skill is None


def test_the_review_tells_what_was_restated_since(tmp_path: Path) -> None:
    log, file = tmp_path / "log.jsonl", folder_of(tmp_path)
    decide(deviation_of(load_road(file), draws=5), log, who="x")
    now = later(ROWS, 2024, [100.0, 336.0], [2.0, 1.05])
    write_observed(tmp_path, now)
    (same,) = review(load_road(file), log).outcomes
    assert same.restated is None
    assert same.changed == ("observed.csv",)
    moved = {
        **now,
        "use": [*now["use"][:6], 113.0, *now["use"][7:]],
        "co2": [*now["co2"][:6], 226.0, *now["co2"][7:]],
    }
    write_observed(tmp_path, moved)
    (outcome,) = review(load_road(file), log).outcomes
    assert outcome.restated == pytest.approx(2 / 570.5, abs=1e-6)
    shown = CliRunner().invoke(cli, ["deviation", "review", str(file), "--log", str(log), "--lang", "en"])
    assert "2023 has been restated since: +0.35%" in shown.output


def test_the_review_scores_the_forecast_against_the_last_value(tmp_path: Path) -> None:
    years = list(range(2010, 2021))
    rows = {"year": years, "co2": [400.0 + 10 * at for at in range(len(years))]}
    data = road_data(path={"unit": "t", "marks": {"2018": 480, "2030": 300}, "source": "a test"})
    data["observed"] = {
        "file": "o",
        "period": "year",
        "total": "co2",
        "unit": "t",
        "uncertainty": 5,
        "source": "a test",
    }
    tree = tree_of(tree_data())
    log = tmp_path / "log.jsonl"
    entry = decide(deviation_of(road_of(data, tree=tree, observed=rows), draws=5), log, who="x")
    assert [point["year"] for point in entry["forecast"]["points"]] == list(range(2021, 2026))
    now = {"year": [*years, 2021, 2022], "co2": [*rows["co2"], 508.0, 519.0]}
    (outcome,) = review(road_of(data, tree=tree, observed=now), log).outcomes
    said = [point["value"] for point in entry["forecast"]["points"][:2]]
    errors = abs(508 - said[0]) + abs(519 - said[1])
    assert outcome.skill == pytest.approx(1 - errors / (8 + 19), abs=1e-5)
    assert outcome.forecasts[0]["naive"] == 500.0


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    road = road_of(road_data(), tree=tree_of(tree_data()), observed=ROWS)
    decide(deviation_of(road, draws=5), log, who="x")
    for levers, key in [
        ({"save": {"factor": "price"}}, "save.factor"),
        ({"save": {"factor": "use", "cell": "oil"}}, "save.cell"),
        ({"steam": {"factor": "use"}}, "levers.steam"),
    ]:
        wrong = road_of(road_data(deviation={"levers": levers}), tree=tree_of(tree_data()), observed=ROWS)
        with pytest.raises(PackInvalid) as caught:
            review(wrong, log)
        assert key in caught.value.message("zh")


def test_a_log_without_this_road_says_so(tmp_path: Path) -> None:
    road = load_road(folder_of(tmp_path))
    with pytest.raises(NotFound):
        review(road, tmp_path / "none.jsonl")
    append(tmp_path / "other.jsonl", {"kind": "decision", "road": "elsewhere"})
    with pytest.raises(NotFound) as caught:
        review(road, tmp_path / "other.jsonl")
    assert "town" in caught.value.message("zh")


def test_the_commands_log_list_and_review(tmp_path: Path) -> None:
    file, run = folder_of(tmp_path, deviation=MAPPED), CliRunner()
    made = run.invoke(cli, ["deviation", "log", str(file), "--who", "A", "--draws", "5", "--json"])
    assert made.exit_code == 0, made.output
    entry = json.loads(made.stdout)
    assert lines_of(tmp_path / "decisions.jsonl")[0]["hash"] == entry["hash"]
    listed = run.invoke(cli, ["deviation", "decisions", str(tmp_path / "decisions.jsonl"), "--json"])
    assert json.loads(listed.stdout)["decisions"][0]["who"] == "A"
    write_observed(tmp_path, later(ROWS, 2024, [100.0, 336.0], [2.0, 1.05]))
    back = run.invoke(cli, ["deviation", "review", str(file), "--json"])
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout)["outcomes"][0]["levers"]
    for lang, words in (("zh", "杠杆的兑现"), ("en", "Delivery of levers")):
        shown = run.invoke(cli, ["deviation", "review", str(file), "--lang", lang])
        assert words in shown.output, shown.output
    assert (
        run.invoke(
            cli, ["deviation", "log", str(file), "--who", "A", "--nothing", "--lever", "save"]
        ).exit_code
        == 2
    )
    assert run.invoke(cli, ["deviation", "log", str(file)]).exit_code == 2
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["id"] == "town"
