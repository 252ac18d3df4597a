"""程强等《四川省近零碳排放园区建设的路径探索》(2024): the three places where the paper contradicts itself, and no other.

The checks read the activity, the parts and the printed statements; nothing in them knows of Sichuan.
"""

from __future__ import annotations

import csv
import hashlib
import json
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from shared import SHARED, needs_shared
from tanheng.activity.checks.runner import read_claims
from tanheng.activity.claims.numbers import parse_printed
from tanheng.activity.claims.parse import parse_statement
from tanheng.activity.claims.subjects import Context
from tanheng.activity.claims.units import claim_unit
from tanheng.inventory.quality.qa import run_qa

EXAMPLE = Path(__file__).parents[2] / "examples" / "sichuan-2021"
CASE = Path(str(files("tanheng.packs") / "cases" / "sichuan-2021"))
METHOD = "sichuan-park-2022"
KINDS = {"percent": 0.01, "t": 1.0, "count": 1.0}
TYPING = {"sector_", "fuel_"}


@pytest.fixture(scope="module")
def inventory():
    return th.account(EXAMPLE / "activity.csv", METHOD)


@pytest.fixture(scope="module")
def findings(inventory):
    return run_qa(inventory, METHOD, parts=EXAMPLE / "parts.csv", claims=EXAMPLE / "claims.csv")


def errors(found):
    return [one for one in found if one.severity == "error"]


def test_exactly_three_contradictions(findings):
    assert sorted(one.code for one in errors(findings)) == ["Q-021", "Q-022", "Q-023"]
    assert [one for one in findings if one.severity == "warning"] == []


def by_code(findings, code):
    return next(one for one in findings if one.code == code)


def test_industry_is_stated_twice_and_the_share_decides(findings):
    found = by_code(findings, "Q-021")
    zh, en = found.message("zh"), found.message("en")
    assert "“工业” 2021 的排放量前后矛盾：第 1 节作 2.3 亿吨，第 3.2 节作 2.2 亿吨" in zh
    assert "69.51% × 合计 330,391,619.72 t = 2.297 亿吨，与第 1 节相符" in zh
    assert "'Industry' 2021: emissions stated twice, 2.3 亿吨 in section 1 and 2.2 亿吨 in section 3.2" in en
    assert "which agrees with section 1" in en
    assert {row["section"] for row in found.rows} == {"1", "3.2"}


def test_household_gas_has_a_unit_of_mass(findings):
    found = by_code(findings, "Q-022")
    zh, en = found.message("zh"), found.message("en")
    assert "“居民生活 天然气” 2021 的消费量 56 万吨（第 3.5 节）：单位“万吨”不符，应为 亿m3" in zh
    assert "560,000 万m3 × 21.6502 t/万m3 = 1,212 万吨，与第 3.5 节的排放 1 217 万吨 相符" in zh
    assert "unit '万吨' does not fit; expected 亿m3. 560,000 万m3 × 21.6502 t/万m3" in en


def test_other_services_lacks_a_digit(findings):
    found = by_code(findings, "Q-023")
    zh, en = found.message("zh"), found.message("en")
    assert "2021 的 9 825 075.35 吨 与 2020 的 868 729.81 吨 相差 120 万吨，实际相差 895.6 万吨" in zh
    assert "可能漏印一位：8,6?8,729.81（约 8,600,000 吨）则相符" in zh
    assert "'868 729.81 吨' may lack a digit: 8,6?8,729.81 (about 8,600,000 吨) would agree" in en
    assert {row["value"] for row in found.rows} == {"9 825 075.35", "868 729.81", "120"}


MENDED = {
    "Q-021": ("2.2,亿吨,达到", "2.3,亿吨,达到"),
    "Q-022": ("56,万吨,,,3.5", "56,亿立方米,,,3.5"),
    "Q-023": ("868 729.81", "8 628 729.81"),
}


@pytest.mark.parametrize("code", MENDED)
def test_each_finding_goes_when_its_cause_is_mended(inventory, tmp_path, code):
    text = (EXAMPLE / "claims.csv").read_text(encoding="utf-8")
    assert text.count(MENDED[code][0]) == 1
    mended = tmp_path / "claims.csv"
    mended.write_text(text.replace(*MENDED[code]), encoding="utf-8")
    found = run_qa(inventory, METHOD, parts=EXAMPLE / "parts.csv", claims=mended)
    assert sorted(one.code for one in errors(found)) == sorted(set(MENDED) - {code})


def test_without_parts_the_same_three_are_found(inventory):
    found = run_qa(inventory, METHOD, claims=EXAMPLE / "claims.csv")
    assert sorted(one.code for one in errors(found)) == sorted(MENDED)


def test_another_method_changes_nothing_about_the_text():
    other = th.account(EXAMPLE / "activity.csv", "cn-energy-2011")
    found = run_qa(other, "cn-energy-2011", parts=EXAMPLE / "parts.csv", claims=EXAMPLE / "claims.csv")
    assert sorted(one.code for one in errors(found)) == sorted(MENDED)


def test_parts_are_checked_and_never_added(inventory, findings):
    assert inventory.total == pytest.approx(330391619.72, abs=0.01)
    notes = {one.fields["share"] for one in findings if one.code == "Q-005"}
    assert notes == {"98.07%", "65.11%", "19.62%"}


def test_statements_in_another_layout_give_the_same(inventory):
    table = pl.DataFrame(
        {
            "subject": ["industry", "industry", "households natural gas", "households natural gas", "other services", "other services", "other services"],
            "period": ["2021", "2021", "2021", "2021", "2020", "2021", "2021"],
            "quantity": ["emission", "emission", "activity", "emission", "emission", "emission", "difference"],
            "value": ["230000000", "220000000", "560000", "12170000", "868729.81", "9825075.35", "1.2"],
            "unit": ["t", "t", "t", "t", "t", "t", "million t"],
            "relation": ["about", "equals", "", "", "min", "max", "equals"],
            "other": ["", "", "", "", "2017-2021", "2017-2021", "2020"],
            "section": ["1", "3.2", "3.5", "3.5", "3.4", "3.4", "3.4"],
        }
    )  # fmt: skip
    assert sorted(one.code for one in errors(run_qa(inventory, METHOD, claims=table))) == sorted(MENDED)


def stated() -> set[tuple[bool, float]]:
    """Every number of the claims in t or as a fraction."""
    frame, _ = read_claims(EXAMPLE / "claims.csv")
    known = Context(("四川省",), periods=("2021",))
    made = [parse_statement(row, known) for row in frame.to_dicts()]
    return {(one.unit.dimension == "%", round(abs(one.number.value), 6)) for one in made if one.number}


def test_every_published_figure_is_among_the_claims():
    numbers = stated()
    with (CASE / "published.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 55
    missing = [
        row["key"] for row in rows
        if (row["unit"] == "percent", round(float(row["value"]) * KINDS[row["unit"]], 6)) not in numbers
    ]  # fmt: skip
    assert missing == []


def test_activity_and_parts_are_among_the_claims():
    numbers = {value for _, value in stated()}
    for name in ("activity.csv", "parts.csv"):
        with (EXAMPLE / name).open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                if row["unit"] == "万m3" and name == "parts.csv":
                    continue  # the one whose unit is corrected
                found = parse_printed(row["amount"])
                assert found is not None
                assert round(found[0].value * claim_unit(row["unit"]).factor, 6) in numbers


def test_the_copies_in_the_package_are_the_examples():
    for name in ("activity.csv", "parts.csv", "claims.csv"):
        assert (CASE / name).read_bytes() == (EXAMPLE / name).read_bytes(), name


def test_the_descriptor_tells_the_truth():
    described = json.loads((CASE / "datapackage.json").read_text(encoding="utf-8"))
    assert described["sources"]
    assert described["licences"]
    for resource in described["resources"]:
        data = (CASE / resource["path"]).read_bytes()
        rows = list(csv.reader(data.decode().splitlines()))
        assert (rows[0], len(rows) - 1) == (resource["columns"], resource["rows"]), resource["path"]
        assert hashlib.sha256(data).hexdigest() == resource["sha256"], resource["path"]


@needs_shared
def test_published_figures_are_those_of_the_source():
    assert SHARED is not None
    with (SHARED / "sichuan-2021" / "published.csv").open(encoding="utf-8") as stream:
        source = list(csv.DictReader(stream))
    with (CASE / "published.csv").open(encoding="utf-8") as stream:
        shipped = list(csv.DictReader(stream))
    for one, other in zip(source, shipped, strict=True):
        assert {key: one[key] for key in one if key != "name_zh"} == {
            key: other[key] for key in other if key != "name_zh"
        }
