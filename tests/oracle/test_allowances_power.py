"""Allowances of power generation 2023 and 2024 (国环规气候〔2024〕1号): cases Q1 to Q4, and the plan's own text."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.shared import SHARED, needs_shared

from tanheng.cli import cli
from tanheng.errors import NotFound, PackInvalid, TanhengError, UnknownCode, UnknownUnit, ValueOutOfRange
from tanheng.factors import load_factors
from tanheng.holdings import Allowance, AllowanceInvalid, calculate, load_plan, plan_files

PLAN = "cn-power-2023-2024"
PRINTED = load_plan(PLAN).data["benchmarks"]


def unit(kind: str, year: int = 2023, load: object = None, **given: object) -> Allowance:
    given = {"electricity": 3_000_000, "heat": 500_000, "load": load, **given, "class": kind, "year": year}
    return calculate("unit", **{name: value for name, value in given.items() if value is not None})


def test_q1_unit_above_the_300_mw_class() -> None:
    found = unit("I", load="60 %")
    assert found["Ff"] == Decimal("1.061363550625")
    assert found["Ae"] == Decimal("2531352.068240625")
    assert found["Ah"] == 51_900
    assert found["A"] == found["final"] == Decimal("2583252.068240625")


@pytest.mark.parametrize(
    ("kind", "load", "factor"),
    [
        ("I", "64.9999 %", Decimal("1.015") ** Decimal("3.00002")),
        ("I", "65 %", Decimal(1)),
        ("II", "80 %", Decimal(1)),
        ("II", 0.6, Decimal("1.061363550625")),
        ("III", "40 %", Decimal(1)),
    ],
)
def test_q1_correction_is_for_conventional_coal_below_65_percent(
    kind: str, load: object, factor: Decimal
) -> None:
    found = unit(kind, load=load)
    assert found["Ff"] == pytest.approx(factor, abs=Decimal("1e-12"))
    assert found["Ae"] == pytest.approx(
        3_000_000 * factor * Decimal(PRINTED["Be"]["values"]["2023"][kind]), abs=Decimal("1e-5")
    )


def test_q1_gas_and_circulating_beds_need_no_load() -> None:
    assert unit("III")["A"] == 3_000_000 * Decimal("0.8285") + 500_000 * Decimal("0.1038")
    gas = unit("IV", 2024)
    assert gas["A"] == 3_000_000 * Decimal("0.3288") + 500_000 * Decimal("0.0533")
    assert "Ff" not in gas.to_dict()["values"]


@pytest.mark.parametrize(
    ("initial", "final", "added", "gap"),
    [
        (760_000, 800_000, 40_000, "0.2"),
        (830_000, 830_000, 0, "0.17"),
        (800_000, 800_000, 0, "0.2"),
        (1_100_000, 1_100_000, 0, "-0.1"),
    ],
)
def test_q2_gap_of_a_firm_is_capped_at_20_percent(initial: int, final: int, added: int, gap: str) -> None:
    found = calculate("firm", initial=initial, verified=1_000_000)
    assert (found["final"], found["topped_up"], found["gap"]) == (final, added, Decimal(gap))


def test_q2_gas_unit_is_never_below_its_verified_emission() -> None:
    initial = unit("IV")["A"]
    assert unit("IV", verified=1_200_000)["final"] == 1_200_000
    assert unit("IV", verified=900_000)["final"] == initial
    assert unit("IV")["final"] is None
    assert unit("I", load=0.7, verified=9_000_000)["final"] == unit("I", load=0.7)["A"]


@pytest.mark.parametrize(
    ("sold", "bought", "holding", "largest", "carried"),
    [
        (40_000, 0, 90_000, 70_000, 70_000),
        (0, 25_000, 90_000, 10_000, 10_000),
        (40_000, 0, 65_000, 70_000, 65_000),
        (50_001, 10_000, None, 70_001, None),
        (30_000, 30_000, 4_000, 10_000, 4_000),
    ],
)
def test_q3_carry_over(
    sold: int, bought: int, holding: int | None, largest: int, carried: int | None
) -> None:
    given = {"sold": sold, "bought": bought, **({} if holding is None else {"holding": holding})}
    found = calculate("carry-over", **given)
    assert (found["T"], found["carried"]) == (largest, carried)


def test_q4_benchmarks_of_2024_are_printed_not_computed() -> None:
    assert PRINTED["Be"]["values"]["2024"] == {"I": "0.7910", "II": "0.8049", "III": "0.8244", "IV": "0.3288"}
    computed = {
        kind: Decimal(value) * Decimal("0.995") for kind, value in PRINTED["Be"]["values"]["2023"].items()
    }
    assert round(computed["II"], 4) == Decimal("0.8050") != Decimal(PRINTED["Be"]["values"]["2024"]["II"])
    assert unit("II", 2024, load=0.7, electricity=10_000, heat=0)["A"] == 8049
    with pytest.raises(NotFound) as caught:
        unit("II", 2025, load=0.7)
    assert "2023, 2024" in caught.value.message("en")


@needs_shared
def test_q4_every_benchmark_is_the_one_of_annex_2() -> None:
    assert SHARED is not None
    text = (SHARED / "policy_docs" / "power-allocation-plan-2023-2024.md").read_text(encoding="utf-8")
    rows = {
        row[0]: row[2:] for row in re.findall(r"^\| (I|II|III|IV) \|" + r" ([^|]+) \|" * 7 + "$", text, re.M)
    }
    assert set(rows) == {"I", "II", "III", "IV"}
    for kind, (_, power_2023, power_2024, _, heat_2023, heat_2024) in rows.items():
        printed = [PRINTED[name]["values"][year][kind] for name in ("Be", "Bh") for year in ("2023", "2024")]
        assert printed == [power_2023, power_2024, heat_2023, heat_2024]
    for name, words in {"I": "不低于400MW", "II": "低于400MW"}.items():
        assert words in text
        assert words in "".join(load_plan(PLAN).data["classes"][name]["criterion"]["zh"].split())


@needs_shared
def test_benchmarks_agree_with_the_published_table() -> None:
    assert SHARED is not None
    with (SHARED / "allocation" / "national_power_benchmarks.csv").open(encoding="utf-8") as stream:
        rows = [
            row
            for row in csv.DictReader(stream)
            if row["year"] in ("2023", "2024") and row["kind"] == "benchmark"
        ]
    symbols = {"electricity_generated": "Be", "heat": "Bh"}
    assert len(rows) == 16
    for row in rows:
        assert PRINTED[symbols[row["product"]]]["values"][row["year"]][row["class"]] == row["value"]


def test_benchmarks_agree_with_the_factor_library() -> None:
    held = {one.id: one for one in load_factors()}
    for symbol, name in {"Be": "power", "Bh": "heat"}.items():
        for year, values in PRINTED[symbol]["values"].items():
            for kind, value in values.items():
                one = held[f"cn_ets_{name}_{year}_{kind}"]
                assert Decimal(str(one.value)) == Decimal(value)
                assert (one.unit, one.check) == (PRINTED[symbol]["unit"], "read")


def test_allowances_in_advance_are_70_percent_of_the_year_before() -> None:
    assert calculate("advance", verified_before="123 456.7")["advance"] == Decimal("86419.69")


def test_every_term_tells_its_clause_and_what_it_used() -> None:
    found = unit("I", load="60 %").to_dict()
    assert found["plan"]["document"]["check"] == "read"
    assert [(step["term"], step["clause"]) for step in found["steps"]] == [
        ("Ff", "附3 表1"), ("Ae", "附3"), ("Ah", "附3"), ("A", "附3，五（三）1"), ("final", "五（三）1"),
    ]  # fmt: skip
    uses = {use["symbol"]: (use["value"], use["unit"], use["clause"]) for use in found["steps"][1]["uses"]}
    assert uses == {
        "Be": ("0.7950", "tCO2/MWh", "附2"),
        "Ff": ("1.061363550625", "", ""),
        "Qe": ("3000000", "MWh", ""),
    }


@pytest.mark.parametrize("name", plan_files())
def test_every_step_of_every_plan_names_a_clause_in_both_languages(name: str) -> None:
    from tanheng.codes.wording import english

    data = load_plan(name).data
    told = [*data["classes"].values(), *data["benchmarks"].values(), *data["constants"].values()]
    told += [
        step for one in data["calculations"].values() for step in [*one["steps"], *one.get("conditions", [])]
    ]
    assert not [one["clause"] for one in told if "(in Chinese)" in english(one, "clause")]
    assert data["document"]["check"] in {"read", "recalled", "derived"}


def test_units_are_converted_exactly() -> None:
    assert unit("III", electricity="300 万kWh", heat="1 TJ").to_dict()["values"]["A"] == "2589.3"
    assert unit("II", load="61.3 %")["Ff"] == unit("II", load="0.613")["Ff"]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"class": "V"}, UnknownCode, "V"),
        ({"year": 2022}, NotFound, "2022"),
        ({"year": None}, AllowanceInvalid, "year"),
        ({"load": None}, AllowanceInvalid, "load"),
        ({"load": 60}, ValueOutOfRange, "60"),
        ({"load": "-5 %"}, ValueOutOfRange, "-5"),
        ({"load": True}, AllowanceInvalid, "True"),
        ({"electricity": -1}, ValueOutOfRange, "-1"),
        ({"electricity": "abc"}, AllowanceInvalid, "abc"),
        ({"electricity": float("nan")}, AllowanceInvalid, "nan"),
        ({"electricity": "5 袋"}, UnknownUnit, "袋"),
        ({"electricity": "5 t"}, TanhengError, "t"),
        ({"heat": None}, AllowanceInvalid, "heat"),
        ({"cooling": 5}, AllowanceInvalid, "cooling"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(given: dict[str, object], error: type[TanhengError], words: str) -> None:
    right = {"class": "I", "year": 2023, "electricity": 1, "heat": 1, "load": 0.6}
    with pytest.raises(error) as caught:
        calculate("unit", **{name: value for name, value in {**right, **given}.items() if value is not None})
    for lang in ("zh", "en"):
        assert words in caught.value.message(lang)
        assert "–" not in caught.value.message(lang).replace("0–", "")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"0.7950"', "0.7950", "decimal in quotes"),
        ("Qe * Be * Ff", "Qe * Bx * Ff", "Bx is not defined"),
        ("Qe * Be * Ff", "Qe.real * Be", "no arithmetic"),
        ("classes: [III]", "classes: [IX]", "IX is not defined"),
        ('III: "0.8285", ', "", "class III does not agree"),
        ("format: tanheng-allowances/1", "format: tanheng-method/1", "tanheng-allowances/1"),
    ],
)
def test_a_plan_of_ones_own_is_checked_with_its_line(
    right: str, wrong: str, told: str, tmp_path: Path
) -> None:
    text = plan_files()[PLAN].read_text(encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    file = tmp_path / "own.yaml"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_plan(file)
    assert told in caught.value.message("en")
    assert f"line {line}," in caught.value.message("en")


def test_a_plan_of_ones_own_with_other_benchmarks(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        plan_files()[PLAN].read_text(encoding="utf-8").replace('"0.7910"', '"0.7900"'), encoding="utf-8"
    )
    given = {"class": "I", "year": 2024, "electricity": 10_000, "heat": 0, "load": 0.7}
    assert calculate("unit", plan=file, **given)["A"] == 7900
    assert calculate("unit", **given)["A"] == 7910


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["allowances", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def test_the_command_prints_one_object() -> None:
    code, out = run(
        "unit", "class=I", "year=2023", "electricity=3000000", "heat=500000", "load=60%", "--json"
    )
    assert code == 0
    assert json.loads(out)["values"]["A"] == "2583252.068240625"
    code, out = run("--json")
    assert (code, json.loads(out)["id"]) == (0, PLAN)
    code, out = run("unit", "class=I", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "H-001")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "最大可结转量 T = 70,000"), ("en", "Largest carry-over T = 70,000")]
)
def test_the_command_tells_in_both_languages(lang: str, words: str) -> None:
    code, out = run("carry-over", "sold=40000", "bought=0", "--lang", lang)
    assert code == 0
    assert words in out
    assert re.search("[一-鿿]", out) is None or lang == "zh"
