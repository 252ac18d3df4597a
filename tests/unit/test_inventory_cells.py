"""Cells as people name them, in proofs and tables; arguments that cannot be worked with; files that cannot be written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

import tanheng as th
from small import COAL, activity, use
from tanheng.cli import cli
from tanheng.errors import CannotWrite, CellNotFound, TanhengError, use_language
from tanheng.filings import html_report
from tanheng.inventory import Inventory
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.table import Table
from tanheng.inventory.views.export import json_rows

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"


@pytest.fixture(scope="module")
def plant() -> Inventory:
    rows = activity(
        use("柴油", 10, "t", sector="交通"),
        use("天然气", 30, "万Nm3", sector="industry"),
        use("原煤", 400, "t", sector="钢铁", parameters=COAL),
        use("电力", 500, "万kWh", sector="industry", activity="外购电力"),
        use("独角兽", 5, "t", sector="industry"),
        use("柴油", 3, "kWh", sector="交通", period="2022"),
    )
    return th.account(rows, "cn-energy-2011")


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        ("部门", "sector"),
        ("品种", "item"),
        ("年份", "period"),
        ("气体", "gas"),
        ("范围", "scope"),
        ("规则", "rule"),
        ("主体", "entity"),
        ("区域", "region"),
        ("Sector", "sector"),
        ("IPCC 2006 排放类别", "ipcc2006"),
    ],
)
def test_columns_answer_to_their_names(plant: Inventory, asked: str, column: str) -> None:
    assert plant.by(asked).to_dicts() == plant.by(column).to_dicts()


@pytest.mark.parametrize(
    ("cell", "same"),
    [
        ({"品种": "柴油"}, {"item": "diesel"}),
        ({"部门": "交通运输业"}, {"sector": "transport"}),
        ({"部门": "Transport"}, {"sector": "transport"}),
        ({"时期": "2021年"}, {"period": "2021"}),
        ({"区域": "四川"}, {"region": "CN-51"}),
        ({"地区": "示例厂"}, {"entity": "示例厂"}),
        ({"地区": "四川省"}, {"region": "CN-51"}),
        ({"分项": "烟煤"}, {"part": "bituminous_coal"}),
        ({"ipcc2006": "制造业和建筑业"}, {"ipcc2006": "1.A.2"}),
    ],
)
def test_values_answer_to_their_names(plant: Inventory, cell: dict[str, str], same: dict[str, str]) -> None:
    found, coded = plant.proof(**cell), plant.proof(**same)
    assert found.value == coded.value
    assert dict(found.cell) == same


def test_a_category_takes_in_all_that_lies_below_it(plant: Inventory) -> None:
    by_code = {row["ipcc2006"]: row["emission"] for row in plant.by("ipcc2006").to_dicts()}
    assert set(by_code) == {"1.A.2", "1.A.3"}
    found = plant.proof(ipcc2006="1.A")
    assert found.value == pytest.approx(plant.total, rel=1e-12)
    assert found.value == pytest.approx(sum(by_code.values()))
    assert (found.cell_count, found.below) == (3, {"ipcc2006": ["1.A.2", "1.A.3"]})
    assert dict(found.cell) == {"ipcc2006": "1.A"}
    use_language("zh")
    assert "3 个单元格之和（ipcc2006 1.A.2, 1.A.3）" in found.text()
    use_language("en")
    assert "the sum of 3 cells (ipcc2006 1.A.2, 1.A.3)" in found.text()
    use_language("zh")
    assert plant.proof(ipcc2006="1.A.2").value == by_code["1.A.2"]
    with pytest.raises(CellNotFound):
        plant.proof(ipcc2006="2.A")


def test_the_proof_of_unmatched_activity_says_why(plant: Inventory) -> None:
    found = plant.proof(品种="独角兽")
    assert (found.value, found.steps, found.cell_count) == (None, [], 0)
    assert [(row["amount"], row["unit"], row["code"]) for row in found.unmatched] == [(5.0, "t", "I-101")]
    use_language("zh")
    assert "品种 独角兽：未匹配" in found.text()
    assert "独角兽 5 t" in found.text()
    assert "不在品种表中" in found.text()
    use_language("en")
    assert "item 独角兽: unmatched" in found.text()
    assert "is not in the catalogue" in found.text()
    use_language("zh")


def test_a_number_names_what_of_its_cell_is_not_in_it(plant: Inventory) -> None:
    found = plant.proof(item="diesel")
    assert found.value == plant.proof(item="diesel", period="2021").value
    assert [(row["amount"], row["unit"], row["code"]) for row in found.unmatched] == [(3.0, "kWh", "I-104")]
    use_language("zh")
    assert "未匹配 1 项，不在此数之内" in found.text()
    use_language("en")
    assert "unmatched, 1 entry that is not in this number" in found.text()
    use_language("zh")
    assert not plant.proof(item="diesel", period="2021").unmatched


def test_a_memo_cell_says_that_it_stands_outside(plant: Inventory) -> None:
    found = plant.proof(item="electricity")
    assert (found.memo, found.value) == (True, pytest.approx(627.5))
    use_language("zh")
    assert "信息项，不计入合计" in found.text()
    use_language("en")
    assert "it stands outside the total" in found.text()
    beside = plant.proof(sector="industry")
    assert (beside.memo, beside.memo_count) == (False, 1)
    assert "memo items" in beside.text()
    use_language("zh")


def test_the_command_line_takes_names(
    plant: Inventory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plant.save("run")

    def proof(*cells: str) -> dict[str, Any]:
        options = [part for cell in cells for part in ("--cell", cell)]
        result = CliRunner().invoke(cli, ["proof", "run", *options, "--json"])
        assert result.exit_code == 0, result.output
        loaded: dict[str, Any] = json.loads(result.stdout)
        return loaded

    assert proof("品种=柴油", "部门=交通")["cell"] == {"item": "diesel", "sector": "transport"}
    assert proof("ipcc2006=1.A")["cell_count"] == 3
    missing = proof("品种=独角兽")
    assert (missing["value"], missing["unmatched"][0]["code"]) == (None, "I-101")
    assert CliRunner().invoke(cli, ["proof", "run", "--cell", "颜色=红"]).exit_code == 2
    assert CliRunner().invoke(cli, ["proof", "run", "--cell", "item=diesel", "--gwp", "AR9"]).exit_code == 2


def test_coefficients_show_no_noise() -> None:
    rows = activity(use("电力", 328_627_776.0, "MWh", region="四川省"), use("煤品", 1 / 3, "t"))
    inventory = th.account(rows, "sichuan-park-2022")
    shown = {row["item"]: row["coefficient"] for row in inventory.to_dict()["rows"]}
    assert shown == {"coal": 1.9812, "electricity": 0.1031}
    diesel = th.account(activity(use("柴油", 1, "t")), "cn-energy-2011")
    step = diesel.proof(item="diesel").to_dict()["steps"][0]
    for value in (step["coefficient"], *(one["value"] for one in step["inputs"])):
        assert value == float(f"{value:.12g}")


def test_the_coefficient_of_nothing_is_known() -> None:
    rows = th.account(activity(use("煤品", 0, "t")), "sichuan-park-2022").to_dict()["rows"]
    assert [(row["amount"], row["emission"], row["coefficient"]) for row in rows] == [(0, 0, 1.9812)]


@pytest.mark.parametrize(
    ("call", "zh", "en"),
    [
        (lambda one: one.monte_carlo(draws=0), "draws", "a whole number from 2"),
        (lambda one: one.monte_carlo(draws=2.5), "draws", "'2.5'"),
        (lambda one: one.monte_carlo(seed=-1), "seed", "0 or more"),
        (lambda one: one.compare(5), "清单", "an inventory"),
        (lambda one: one.trend("2020"), "清单", "an inventory"),
        (lambda one: one.to_csv(5), "文件路径", "the path of a file"),
        (lambda one: one.to_xlsx(""), "文件路径", "the path of a file"),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_used(
    plant: Inventory, call: Callable[[Inventory], object], zh: str, en: str
) -> None:
    with pytest.raises(ArgumentInvalid) as error:
        call(plant)
    assert zh in error.value.message("zh")
    assert en in error.value.message("en")


@pytest.mark.parametrize("write", ["to_csv", "to_xlsx", "to_parquet", "to_iamc"])
def test_a_place_that_cannot_be_written(plant: Inventory, write: str, tmp_path: Path) -> None:
    for place, zh, en in (
        (tmp_path / "none" / "x", "文件夹不存在", "does not exist"),
        (tmp_path, "是一个文件夹", "there is a folder"),
    ):
        with pytest.raises(CannotWrite) as error:
            getattr(plant, write)(place)
        assert zh in error.value.message("zh")
        assert en in error.value.message("en")
        assert str(place) in error.value.message("en")


def test_tables_and_runs_go_by_the_same_rule(plant: Inventory, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    calls: tuple[Callable[[], object], ...] = (
        lambda: plant.by("item").to_csv(tmp_path),
        lambda: plant.by("item").to_excel(tmp_path / "none" / "x.xlsx"),
        lambda: plant.save(taken / "run"),
        lambda: html_report(plant, taken / "report.html"),
    )
    for call in calls:
        with pytest.raises(TanhengError) as error:
            call()
        assert error.value.code == "T-003"


def test_a_text_is_no_formula_in_any_table(tmp_path: Path) -> None:
    names = ["=1+1", '=HYPERLINK("http://evil","x")', "http://evil", "+1", "@x"]
    found = th.account(activity(*(use("煤品", 1, "t", entity=one) for one in names)), "sichuan-park-2022")
    written = (
        found.by("entity").to_excel(tmp_path / "t.xlsx"),
        tmp_path / "iamc.xlsx",
        found.to_xlsx(tmp_path / "i.xlsx"),
    )
    found.to_iamc(tmp_path / "iamc.xlsx")
    for path in written:
        cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]
        assert {str(cell.value) for cell in cells} >= set(names)
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)


def test_a_table_in_excel_loses_nothing(tmp_path: Path) -> None:
    """Columns whose names differ in case alone, texts that no cell holds, and what is no number."""
    frame = pl.DataFrame(
        {"Note": ["a" * 40_000], "note": ["b"], "x": [float("nan")], "list": [["煤", "油"]], "n": [1.5]}
    )
    sheet = openpyxl.load_workbook(Table(frame).to_excel(tmp_path / "t.xlsx")).active
    head, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert head == ["Note", "note", "x", "list", "n"]
    assert (len(row[0]), row[0][-1]) == (32_767, "…")
    assert row[1:] == ["b", None, '["煤", "油"]', 1.5]
    assert Table(frame.head(0)).to_excel(tmp_path / "none.xlsx").is_file()


def test_sinks_stand_among_the_largest_and_not_at_the_end() -> None:
    rows = json_rows(th.account(CITY, "cn-provincial-2011"))
    sizes = [abs(row["emission"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert any(row["emission"] < 0 for row in rows[: len(rows) // 2])


def kyoto() -> Inventory:
    rows = activity(
        use("柴油", 1000, "t", sector="industry"),
        use("木柴", 10, "t", sector="industry", region="CN-11", entity="北京市"),
    )
    return th.account(rows, "ipcc-2006-stationary")


def test_iamc_has_the_sum_of_gases_by_each_gwp_set(tmp_path: Path) -> None:
    inventory = kyoto()
    table = inventory.to_iamc(tmp_path / "iamc.csv")
    assert pl.read_csv(tmp_path / "iamc.csv").height == table.height
    assert inventory.to_iamc(tmp_path / "iamc.xlsx").equals(table)
    rows = {(row["region"], row["variable"]): row for row in table.iter_rows(named=True)}
    assert {region for region, _ in rows} == {"示例厂", "CN-11"}, (
        "the plant is not its province; Beijing is itself"
    )
    totals = [row["2021"] for (_, name), row in rows.items() if name == "Emissions|Kyoto Gases"]
    assert sum(totals) * 1e6 == pytest.approx(inventory.total)
    for name in ("SAR", "AR4", "AR5", "AR6"):
        found = [row for (_, one), row in rows.items() if one == f"Emissions|Kyoto Gases ({name}-GWP100)"]
        assert {row["unit"] for row in found} == {"Mt CO2-equiv/yr"}
        assert sum(row["2021"] for row in found) * 1e6 == pytest.approx(inventory.with_gwp(name).total)
    part = rows["示例厂", "Emissions|Kyoto Gases|Diesel"]["2021"]
    assert part == rows["示例厂", "Emissions|Kyoto Gases"]["2021"]
    assert rows["示例厂", "Emissions|N2O"]["unit"] == "kt N2O/yr"
    assert rows["示例厂", "Emissions|N2O"]["2021"] == pytest.approx(43000 * 0.6e-6 / 1e3)


def test_iamc_long_has_the_values_of_the_wide_form() -> None:
    inventory = kyoto()
    wide, long = inventory.to_iamc(), inventory.to_iamc(form="long")
    index = ["model", "scenario", "region", "variable", "unit"]
    assert long.columns == [*index, "year", "value"]
    assert long.drop("year").rename({"value": "2021"}).equals(wide)
    whole = inventory.to_iamc(region="City", form="long").filter(
        pl.col("variable") == "Emissions|Kyoto Gases"
    )
    assert whole.select("region", "year").rows() == [("City", 2021)]
    assert whole.get_column("value").item() * 1e6 == pytest.approx(inventory.total)
    with pytest.raises(ArgumentInvalid, match="wide"):
        inventory.to_iamc(form="tall")  # type: ignore[arg-type]


def test_iamc_takes_whole_years_only() -> None:
    def year(*periods: str) -> Inventory:
        return th.account(
            activity(*(use("煤品", 1, "t", period=one) for one in periods)), "sichuan-park-2022"
        )

    with pytest.raises(ArgumentInvalid) as error:
        year("2021-01", "2021-02").to_iamc()
    assert "2021-01, 2021-02" in error.value.message("zh")
    assert "2021 全年" in error.value.message("zh")
    with pytest.raises(ArgumentInvalid):
        year("2020", "2021-Q1", "2021-Q2", "2021-Q4").to_iamc()
    months = [f"2021-{month:02d}" for month in range(1, 13)]
    assert year(*months).to_iamc().get_column("2021").max() == pytest.approx(12 * 1.9812e-6)
    assert year("2021-Q1", "2021-Q2", "2021-Q3", "2021-10", "2021-11", "2021-12").to_iamc().height


def test_one_gas_has_no_sum_of_gases() -> None:
    table = th.account(activity(use("柴油", 1, "t")), "cn-energy-2011").to_iamc()
    assert not any("Kyoto" in name for name in table.get_column("variable"))
