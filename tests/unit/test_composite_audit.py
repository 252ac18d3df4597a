"""Composite indices: what the audit answers, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.unit.test_composite import DATA, META, _written, three

from tanheng.cli import cli
from tanheng.errors import LibraryMissing, NotFound, use_language
from tanheng.pathways.composite import (
    Assumptions,
    CompositeInvalid,
    Settings,
    ValuesMissing,
    audit_composite,
    audit_places,
    composite_index,
    flat,
    leave_out,
    units_of,
    usual,
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return _written(tmp_path, META, DATA)


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in ("composite", *arguments)])


def test_an_audit_tells_intervals_and_causes() -> None:
    generator = np.random.default_rng(1)
    units = three(**{name: generator.uniform(1, 9, 8).tolist() for name in "abcd"})
    found = audit_composite(units, flat(dict.fromkeys("abcd", 1)), runs=1000)
    again = audit_composite(units, flat(dict.fromkeys("abcd", 1)), runs=1000)
    assert found.runs >= 1000
    assert (found.ranks == again.ranks).all()
    assert found.to_dict() == again.to_dict()
    rows = found.table().to_dicts()
    assert all(1 <= row["p5"] <= row["median"] <= row["p95"] <= 8 for row in rows)
    told = {row["assumption"]: row for row in found.sensitivity.table().to_dicts()}
    assert set(told) == {"treatment", "normalisation", "weights", "aggregation", "noise", "leave-out"} - (
        {"treatment"} - set(found.names)
    )
    assert all(row["ST"] > -0.01 for row in told.values())
    assert 0 < sum(row["S1"] for row in told.values()) < 1.1
    assert found.sensitivity_of("A").variance >= 0
    with pytest.raises(NotFound):
        found.sensitivity_of("nobody")
    means = [row for row in found.by_alternative().to_dicts() if row["assumption"] == "aggregation"]
    assert [row["alternative"] for row in means] == ["arithmetic", "geometric", "copeland"]
    assert sum(row["runs"] for row in means) == found.runs


def test_an_assumption_that_does_nothing_has_no_index() -> None:
    units = three(a=[1.0, 2, 3, 4], b=[4.0, 1, 3, 2], c=[2.0, 3, 1, 4])
    varied = Assumptions(normalisation=("min-max", "min-max:1,100"), noise=0.25, leave_out=False)
    told = {
        row["assumption"]: row
        for row in audit_composite(units, flat(dict.fromkeys("abc", 1)), None, varied, runs=2000)
        .sensitivity.table()
        .to_dicts()
    }
    assert told["normalisation"]["ST"] == pytest.approx(0, abs=1e-9)
    assert told["noise"]["ST"] == pytest.approx(1, abs=0.05)


def test_where_nothing_moves_all_indices_are_zero() -> None:
    units = three(a=[1.0, 2, 3], b=[1.0, 2, 3])
    found = audit_composite(
        units,
        flat({"a": 1, "b": 1}),
        None,
        Assumptions(noise=0.1, weights=("given", "equal"), leave_out=False),
        runs=100,
    )
    assert found.shifts.max() == 0
    assert found.sensitivity.variance == 0
    assert found.sensitivity.total.tolist() == [0, 0]


def test_an_audit_of_several_years_or_one_assumption_is_refused() -> None:
    rows = [{"c": c, "y": y, "x": y + ord(c)} for c in "AB" for y in (2020, 2021)]
    with pytest.raises(CompositeInvalid, match="2 个年份") as error:
        audit_composite(units_of(rows, unit="c", year="y", columns=["x"]), flat({"x": 1}))
    assert "--" not in error.value.message("en") + str(error.value.fields)
    with pytest.raises(CompositeInvalid, match="少于两个"):
        audit_composite(three(x=[1.0, 2]), flat({"x": 1}), None, Assumptions(noise=0.2, leave_out=False))
    with pytest.raises(CompositeInvalid, match="0 与 1 之间"):
        Assumptions(noise=1.5)


def test_places_with_parts_are_audited_between_fixed_ends() -> None:
    rows = [
        {"p": name, "PC": a, "RD": b, "FC": c}
        for name, a, b, c in [
            ("甲", 90, 40, 70),
            ("乙", 60, 80, 50),
            ("丙", 30, 20, 10),
            ("丁", 95, 90, None),
        ]
    ]
    with pytest.raises(ValuesMissing):
        audit_places(rows, place="p", parts=["PC", "RD", "FC"])
    found = audit_places(rows[:3], place="p", parts=["PC", "RD", "FC"], runs=500)
    assert found.nominal.index[0] == pytest.approx(np.exp(np.mean(np.log(1 + np.array([90, 40, 70]) * 0.99))))
    with pytest.raises(CompositeInvalid):
        audit_places(rows, place="p", parts=["nothing"])


def test_the_command_answers_in_json_words_and_a_page(files: tuple[Path, Path], tmp_path: Path) -> None:
    asked = (files[1], "--meta", files[0], "--missing", "group-mean:zone")
    told = json.loads(
        _run(
            *asked,
            "--json",
            "--audit",
            "--runs",
            200,
            "--wealth",
            "gdp",
            "--against",
            "normalisation=z-score",
            "--leave-out",
            1,
        ).stdout
    )
    assert [row["rank"] for row in told["units"]] == [1, 2, 3, 4]
    assert told["filled"] == [{"unit": "D", "indicator": "co2", "value": 12.1}]
    assert told["audit"]["runs"] >= 200
    assert {row["assumption"] for row in told["audit"]["sensitivity"]["assumptions"]} >= {
        "missing",
        "normalisation",
        "noise",
    }
    assert len(told["comparisons"][0]["ranks"]) == 4
    fewer = json.loads(_run(*asked, "--json", "--least-data", 1, "--audit", "--of", "A", "--runs", 50).stdout)
    assert (fewer["dropped"], len(fewer["units"])) == (["D"], 3)
    assert fewer["audit"]["sensitivity_of"]["unit"] == "A"
    page = tmp_path / "page.html"
    said = _run(*asked, "--audit", "--runs", 200, "--html", page, "--coupling", "--lang", "en")
    assert said.exit_code == 0, said.output
    assert "Intervals of ranks" in said.output
    assert "corrected formula of 2021" in said.output
    assert page.read_text(encoding="utf-8").count("<svg") == 2


def test_the_command_refuses_with_one_line(files: tuple[Path, Path], tmp_path: Path) -> None:
    refused = [
        (("--missing", "guess"), "L-170"), ((), "L-171"), (("--missing", "mean", "--aggregation", "geometric"), "L-172"),
        (("--missing", "mean", "--year", 2020), "L-170"), (("--missing", "mean", "--wealth", "rich"), "L-170"),
    ]  # fmt: skip
    for more, code in refused:
        said = _run(files[1], "--meta", files[0], *more)
        assert said.exit_code == 2
        assert code in said.output
        assert "Traceback" not in said.output
    for more in (
        ("--assume", "noise=0.1"),
        ("--of", "A"),
        ("--against", "noise"),
        ("--audit", "--assume", "noise=much"),
    ):
        assert _run(files[1], "--meta", files[0], *more, "--missing", "mean").exit_code == 2
    assert "A-001" in _run(tmp_path / "nowhere.csv", "--meta", files[0]).output


def test_judgements_from_a_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(",pc,rd\npc,1,3\nrd,,1\n", encoding="utf-8")
    told = json.loads(_run(files[1], "--meta", files[0], "--missing", "mean", "--ahp", good, "--json").stdout)
    assert told["weights"]["pc"] == pytest.approx(0.75)
    assert told["ahp"][0]["consistent"]
    bad.write_text(",pc,rd\nrd,1,3\npc,,1\n", encoding="utf-8")
    assert "L-170" in _run(files[1], "--meta", files[0], "--missing", "mean", "--ahp", bad).output


def test_two_sheets_of_one_workbook(tmp_path: Path, files: tuple[Path, Path]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "both.xlsx")
    for name, text in (("数据", DATA), ("指标", META)):
        sheet = book.add_worksheet(name)
        for row, line in enumerate(text.splitlines()):
            for column, cell in enumerate(line.split(",")):
                if cell:
                    sheet.write(
                        row, column, float(cell) if cell.lstrip("-").replace(".", "", 1).isdigit() else cell
                    )
    book.close()
    told = [
        json.loads(_run(*asked, "--missing", "mean", "--json").stdout)["units"]
        for asked in ((tmp_path / "both.xlsx",), (files[1], "--meta", files[0]))
    ]
    assert told[0] == told[1]


def test_an_indicator_without_spread_leaves_the_ways_that_need_one_out_of_the_audit() -> None:
    own = Settings(normalisation="goalposts:1,100")
    units, framework = three(x=[5.0, 5, 5], y=[1.0, 4, 2]), flat({"x": 1, "y": 1}, low=0, high=10)
    assert usual(units, framework, own).normalisation == ("goalposts:1,100", "percentile-rank")
    assert audit_composite(units, framework, own, runs=100).ranks.max() <= 3


def test_a_level_that_is_not_there_and_runs_beyond_memory_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    units, framework = three(x=[1.0, 2, 3], y=[1.0, 4, 2]), flat({"x": 1, "y": 1})
    for level in (0, 2):
        with pytest.raises(CompositeInvalid, match="应为 1（指标）至 1"):
            leave_out(composite_index(units, framework), level=level)
    monkeypatch.setattr("tanheng.pathways.composite.audit.HELD", 100)
    with pytest.raises(CompositeInvalid, match="太多") as error:
        audit_composite(units, framework, runs=100)
    assert "--" not in error.value.message("en") + str(error.value.fields)


def test_without_the_library_of_the_extra_the_audit_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(LibraryMissing) as caught:
        audit_composite(three(x=[1.0, 2, 3], y=[1.0, 4, 2]), flat({"x": 1, "y": 1}), runs=100)
    assert "tanheng[statistics]" in caught.value.message("zh")


def test_results_draw_themselves_in_both_languages() -> None:
    units = three(x=[1.0, 2, 3], y=[1.0, 4, 2], z=[3.0, 1, 2])
    found = audit_composite(units, flat(dict.fromkeys("xyz", 1)), runs=100)
    for lang, words in (("zh", "名次及其区间"), ("en", "ranks and their intervals")):
        use_language("zh" if lang == "zh" else "en")
        assert words in found.chart()
        assert found._repr_html_().count("<svg") == 2
        assert found.nominal._repr_html_().count("<svg") == 1
    use_language("zh")


def test_every_run_is_the_index_that_its_choices_make() -> None:
    """Runs without noise are made again one by one, an indicator left out of the framework where it was left out."""
    generator = np.random.default_rng(3)
    columns = {name: generator.uniform(1, 9, 7).tolist() for name in "abcd"}
    columns["c"][2] = None
    units = three(**columns)
    framework = flat({"a": 1, "b": -1, "c": 1, "d": 1}, weights=[3, 1, 2, 1])
    varied = Assumptions(
        missing=("mean", "median", "available"), normalisation=("min-max:1,100", "z-score:10,2", "percentile-rank:1,100"),
        weights=("given", "equal"), aggregation=("arithmetic", "geometric", "harmonic", "copeland", "topsis"),
    )  # fmt: skip
    found = audit_composite(units, framework, Settings(missing="mean"), varied, runs=300)
    options = {name: getattr(varied, name) for name in found.names if name != "leave-out"}
    for at in range(0, found.runs, 7):
        own, left = Settings(missing="mean"), ""
        for name, share in zip(found.names, found.sample[at], strict=True):
            if name == "leave-out":
                left = ("", *"abcd")[min(int(share * 5), 4)]
            else:
                own = replace(
                    own, **{name: options[name][min(int(share * len(options[name])), len(options[name]) - 1)]}
                )
        alone = composite_index(units, framework.without(left) if left else framework, own)
        assert found.ranks[at].tolist() == alone.ranks.tolist(), (own, left)
