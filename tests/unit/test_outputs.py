"""The folder of ``account --out``: what an earlier run wrote is replaced whole; what people put there is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

import tanheng as th
from tanheng.cli import cli, outputs
from tanheng.errors import CannotWrite
from tanheng.inventory import load_run

ROWS = "entity,period,item,amount,unit,region\n甲厂,2021,煤品,{},t,四川省\n"


def account(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["account", *arguments, "-m", "sichuan-park-2022", "--no-save"])


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text(ROWS.format(100), encoding="utf-8")
    return path


def test_a_second_run_replaces_the_first(table: Path) -> None:
    assert account("a.csv", "--out", "out").exit_code == 0
    table.write_text(ROWS.format(200), encoding="utf-8")
    assert account("a.csv", "--out", "out").exit_code == 0
    assert load_run("out").total == pytest.approx(396.24)
    assert json.loads(Path("out/proof.json").read_text("utf-8"))["inventory"]["total"] == pytest.approx(
        396.24
    )
    assert not [path for path in Path("out").iterdir() if path.name.startswith(".")]


def test_official_tables_of_several_years_stand_in_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a release of them is opened; a second run puts its tables in the place of the first."""
    monkeypatch.chdir(tmp_path)
    rows = [f"甲厂,{year},柴油,{year - 2000},t,工业,四川省" for year in (2020, 2021)]
    head = "entity,period,item,amount,unit,sector,region"
    Path("two.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    line = ["account", "two.csv", "-m", "cn-energy-2011", "--out", "out", "--no-save"]
    names = ["甲厂-2020.xlsx", "甲厂-2021.xlsx"]
    for _ in range(2):
        assert "T-003" not in (found := CliRunner().invoke(cli, line)).output, found.output
        assert sorted(path.name for path in Path("out/official").iterdir()) == names
    release = [
        "release",
        "create",
        "out/run",
        "--name",
        "r",
        "--by",
        "王",
        "--why",
        "初稿",
        "--store",
        "store",
    ]
    made = CliRunner().invoke(cli, release)
    assert made.exit_code in {0, 1}, made.output
    opened = CliRunner().invoke(cli, ["release", "open", "r", "--store", "store", "--out", "again"])
    assert opened.exit_code in {0, 1}, opened.output
    assert sorted(path.name for path in Path("again/official").iterdir()) == names


@pytest.mark.parametrize("mine", ["run/manifest.json", "run/src/precious.txt", "report.html", "run"])
def test_what_people_put_there_is_left_alone(mine: str, table: Path) -> None:
    path = Path("mine") / mine
    path.parent.mkdir(parents=True)
    path.write_text('{"my": "app"}', encoding="utf-8")
    found = account("a.csv", "--out", "mine")
    assert found.exit_code == 2
    assert "T-003" in found.output
    assert [one for one in Path("mine").rglob("*") if one.is_file()] == [path]
    assert path.read_text(encoding="utf-8") == '{"my": "app"}'


def test_a_note_beside_the_parts_of_a_run_is_not_lost(table: Path) -> None:
    assert account("a.csv", "--out", "out").exit_code == 0
    Path("out/run/note.txt").write_text("mine", encoding="utf-8")
    assert account("a.csv", "--out", "out").exit_code == 2
    assert Path("out/run/note.txt").read_text(encoding="utf-8") == "mine"


def test_an_input_is_no_output(table: Path) -> None:
    folder = Path("io")
    rows = {
        "entity": ["甲厂"],
        "period": ["2021"],
        "item": ["煤品"],
        "amount": [1],
        "unit": ["t"],
        "region": ["四川省"],
    }
    folder.mkdir()
    pl.DataFrame(rows).write_excel(folder / "inventory.xlsx")
    before = (folder / "inventory.xlsx").read_bytes()
    assert account("io/inventory.xlsx", "--out", "io").exit_code == 2
    assert (folder / "inventory.xlsx").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["inventory.xlsx"]


def test_a_run_that_cannot_be_written_leaves_the_earlier_one(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert account("a.csv", "--out", "out").exit_code == 0
    before = {path.name: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs, "_write_reports", full)
    inventory = th.account("a.csv", "sichuan-park-2022")
    with pytest.raises(CannotWrite, match="No space left"):
        outputs.write_files(inventory, Path("out"))
    assert {path.name: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before


def test_a_mapping_is_not_written_over_the_table(table: Path) -> None:
    before = table.read_bytes()
    found = CliRunner().invoke(cli, ["map", "a.csv", "--out", "./a.csv"])
    assert found.exit_code == 2
    assert "T-003" in found.output
    assert table.read_bytes() == before
