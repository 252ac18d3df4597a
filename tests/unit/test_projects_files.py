"""Files of projects: what is wrong is told by file, line, key or row; tables and templates are read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.test_projects import EXAMPLE, changed, pipeline

from tanheng.errors import ColumnMissing, InputUnreadable, NotFound, PackInvalid, TanhengError
from tanheng.pathways.projects import effects, load_projects, roll_up, write_template
from tanheng.pathways.projects.table import projects_of_table


@pytest.mark.parametrize(
    ("change", "key", "zh", "en"),
    [
        ({"state": "lost"}, "state", "不在", "none of"),
        ({"expected": {"20x1": 5}}, "20x1", "不是年份", "is no year"),
        ({"expected": {"2021": "many"}}, "expected.2021", "应为数", "must be a number"),
        ({"curve": {"full": 1, "from": 2021, "until": 2022}}, "expected", "只写其一", "give one of"),
        (
            {"expected": {}, "curve": {"full": 1, "from": 2025, "until": 2022}},
            "curve",
            "不成走势",
            "is no course",
        ),
        ({"state": "building"}, "measured", "却有实测值", "yet something was measured"),
        ({"measured": {"2021": {"t": 9, "uncertainty": -1}}}, "uncertainty", "小于 0", "below 0"),
        ({"acts_on": {"save": 60}}, "acts_on", "合计 100", "make 100"),
        ({"acts_on": 7}, "acts_on", "合计 100", "make 100"),
        ({"history": {"running": 2020, "approved": 2021}}, "history", "不能从", "cannot go from"),
        ({"history": {"approved": 2020}}, "history", "状态却是", "yet the state is"),
        ({"history": {"bulding": 2020}}, "history", "没有这个状态", "no such state"),
        ({"expected": {"2021": -5}}, "expected.2021", "小于 0", "below 0"),
        ({"expected": {"2021": 10**400}}, "expected.2021", "应为数", "must be a number"),
        ({"expected": {"2021": 1e300}}, "expected.2021", "数过大", "too large"),
        ({"measured": {"2021": {"t": -1e300}}}, "measured.2021.t", "数过大", "too large"),
        ({"within": "p"}, "within", "不是另一个", "no other project"),
        ({"money": {"investment": {"2021": 5}}}, "money.basis", "不变价", "constant"),
        (
            {"money": {"basis": "nominal", "investment": {"2021": -5}}},
            "investment.2021",
            "小于 0",
            "below 0",
        ),
        ({"plan": {"what": "蒸汽"}}, "plan.often", "缺少此键", "missing"),
        ({"measured": {"2021": {"t": float("nan")}}}, "measured.2021.t", "应为数", "must be a number"),
    ],
)
def test_a_wrong_file_is_told_by_key(change: dict[str, Any], key: str, zh: str, en: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        pipeline(p=changed(**change))
    assert key in caught.value.fields["key"]
    assert zh in caught.value.message("zh")
    assert en in caught.value.message("en")


def test_the_example_tells_file_line_and_key(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("state: building", "state: half-built")
    file = tmp_path / "projects.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_projects(file)
    line = text.splitlines().index("    state: half-built") + 1
    assert f"projects.yaml 第 {line} 行，键“projects.mill-heat-pump.state”" in caught.value.message("zh")


HEADS = "编号,名称,状态,作用于,年份,预期减排量,实测减排量,实测不确定性,责任单位\n"


def table(text: str, folder: Path) -> Path:
    file = folder / "projects.csv"
    file.write_text(HEADS + text, encoding="utf-8")
    return file


def test_a_table_is_read_like_the_file(tmp_path: Path) -> None:
    file = table(
        "p,一,在建,save 60%; clean 40%,2024,5,,,甲\np,,,,2025,7,,,\nq,二,running,save,2024,3,2.5,10,\n",
        tmp_path,
    )
    found = load_projects(file)
    assert found["p"].state == "building"
    assert found["p"].acts_on == {"save": 0.6, "clean": 0.4}
    assert found["p"].expected == {2024: 5, 2025: 7}
    assert found["q"].measured[2024].width == pytest.approx(0.25)
    yaml = tmp_path / "all.yaml"
    yaml.write_text(
        "format: tanheng-projects/1\nid: all\ntitle: {zh: 全, en: All}\ntable: projects.csv\n",
        encoding="utf-8",
    )
    assert load_projects(yaml).projects == found.projects


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("p,一,在建,,2024,很多,,,\n", "第 2 行“预期减排量”的“很多”不是数"),
        ("p,一,在建,,,5,,,\n", "第 2 行有逐年的数，却没有年份"),
        ("p,一,在建,,2024,5,,,\np,,,,2024,6,,,\n", "第 3 行：项目“p”的 expected.2024 已在另一行"),
        ("p,一,在建,,2024,5,,,\np,,运行中,,2025,6,,,\n", "第 3 行：项目“p”的 state 已在另一行"),
        (",一,在建,,2024,5,,,\n", "第 2 行没有项目编号"),
        ("p,一,在建,save 60%; clean,2024,5,,,\n", "不是名称与份额"),
        ("p,一,半成品,,2024,5,,,\n", "第 2 行，键“projects.p.state”"),
        ("p,一,在建,,24,5,,,\n", "“24”不是年份"),
        ("p,一,运行中,,2024,5,4,-3,\n", "不小于 0 的百分数"),
        ("p,一,,,2024,5,,,\n", "缺少此键"),
        ("p,一,运行中,,2024,5,,8,\n", "缺少此键"),
        ("", "没有项目"),
    ],
)
def test_a_wrong_table_is_told_by_row(text: str, zh: str, tmp_path: Path) -> None:
    with pytest.raises(TanhengError) as caught:
        load_projects(table(text, tmp_path))
    assert zh in caught.value.message("zh")
    assert "Traceback" not in caught.value.message("en")


def test_a_measurement_after_the_year_of_the_file_is_refused() -> None:
    with pytest.raises(PackInvalid, match="实测年份晚于 as_of 2021"):
        pipeline(as_of=2021, p=changed())


def test_a_project_without_years_has_no_chart() -> None:
    found = effects(pipeline(p={"state": "running"}))
    assert found.chart() == ""
    assert "<table>" in found._repr_html_()


def test_files_that_are_not_there_or_no_table(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        load_projects(tmp_path / "none.yaml")
    with pytest.raises(ColumnMissing):
        projects_of_table({"name": ["a"]})
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InputUnreadable):
        load_projects(broken)
    yaml = tmp_path / "all.yaml"
    yaml.write_text(
        "format: tanheng-projects/1\nid: all\ntitle: {zh: 全, en: All}\ntable: none.csv\n", encoding="utf-8"
    )
    with pytest.raises(NotFound):
        load_projects(yaml)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_is_read_back(lang: str, tmp_path: Path) -> None:
    from tanheng.errors import use_language

    use_language("zh" if lang == "zh" else "en")
    try:
        file = write_template(tmp_path / "new.xlsx")
    finally:
        use_language("zh")
    found = load_projects(file)["p1"]
    assert (found.state, found.measured[2024].amount, found.history) == (
        "running",
        11300,
        {"building": 2023, "running": 2024},
    )
    assert found.plan is not None
    assert found.plan.method == "ipmvp-b"
    with pytest.raises(TanhengError):
        write_template(file)


def test_the_example_holds_together() -> None:
    found = load_projects(EXAMPLE)
    rolled = roll_up(found)
    assert rolled.sound
    assert rolled.missing == (("bus-fleet", 2025),)
    total = rolled.tree.evaluate(levers=rolled.expected.depths).total[0]
    np.testing.assert_allclose(total, rolled.expected.total[0])
    at = list(rolled.tree.years).index(2025)
    assert rolled.tonnes["expected"][at] == pytest.approx(12000 + 8000 * 2 / 3 + 15000 + 24000 + 3000)
    assert rolled.tonnes["measured"][at] == pytest.approx(10100 + 15300 + 22500)
    with_pilot = roll_up(found, including=["proposed"])
    assert with_pilot.expected.depths["leaf:capture"][list(rolled.tree.years).index(2030)] == pytest.approx(
        50000
    )
