"""The examples: every notebook runs from a clean folder, and every example table goes through the command line."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from shared import SHARED, needs_shared
from tanheng.cli import cli

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*/*.ipynb"))
PROVINCES = [path for path in NOTEBOOKS if path.parent.name == "provinces"]
RUNNABLE = [
    pytest.param(path, marks=needs_shared) if path in PROVINCES else pytest.param(path) for path in NOTEBOOKS
]
FIRM = EXAMPLES / "small-firm"


def name(path: Path) -> str:
    return path.stem


def text_of(cell: Any) -> str:
    """What a code cell printed or showed as plain text."""
    pieces = [
        out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in cell.get("outputs", [])
    ]
    return "\n".join("".join(piece) for piece in pieces)


@pytest.fixture(scope="session")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Any]:
    """A notebook, run once in a copy of its folder; the first error ends its run."""
    found: dict[Path, Any] = {}

    def run(path: Path) -> Any:
        if path not in found:
            folder = tmp_path_factory.mktemp(path.stem)
            shutil.copytree(path.parent, folder, dirs_exist_ok=True)
            notebook = nbformat.read(path, as_version=4)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("TANHENG_LANG", "zh")
                if SHARED is not None:
                    patch.setenv("TANHENG_SHARED", str(SHARED))
                NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
            found[path] = notebook
        return found[path]

    return run


def test_there_are_notebooks() -> None:
    assert [path.stem for path in PROVINCES] == ["liaoning", "sichuan", "tianjin"]
    assert len(NOTEBOOKS) > len(PROVINCES)


@pytest.mark.parametrize("path", RUNNABLE, ids=name)
def test_a_notebook_runs_without_an_error(executed: Callable[[Path], Any], path: Path) -> None:
    cells = [cell for cell in executed(path).cells if cell.cell_type == "code"]
    outputs = [out for cell in cells for out in cell.outputs]
    assert cells
    assert [out for out in outputs if out.output_type == "error"] == []
    assert [out["text"] for out in outputs if out.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_heading_is_chinese_with_an_english_line_below(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    headings = [
        cell.source for cell in notebook.cells if cell.cell_type == "markdown" and cell.source.startswith("#")
    ]
    assert len(headings) > 1
    for heading in headings:
        first, _, rest = heading.partition("\n")
        assert any("一" <= letter <= "鿿" or letter in "IPCGW" for letter in first), first
        assert rest.lstrip().startswith("*"), first
    if path.parent == FIRM:
        assert "非真实企业" in headings[0]
        assert "no real firm" in headings[0]


def test_the_small_firm_shows_what_it_promises(executed: Callable[[Path], Any]) -> None:
    text = "\n".join(
        text_of(cell) for cell in executed(FIRM / "small_firm.ipynb").cells if cell.cell_type == "code"
    )
    assert "INCOMPLETE: 1 unmatched" in text
    assert "没有适用于“蒸汽”" in text
    assert "firm_ncv_natural_gas" in text
    assert "锅炉热工测试 2022（示例）" in text
    assert "('0.1404', 'tCO2/MWh'" in text
    assert "('0.0962', 'tCO2/MWh'" in text
    assert "(True, True)" in text, "the saved run is the same inventory"
    guideline = 58.7 * 389.31 * 0.0153 * 0.99 * 44 / 12
    firm = 58.7 * 351.7 * 0.0153 * 0.99 * 44 / 12
    assert f"{guideline:.6f}"[:8] in text
    assert f"{firm:,.9g} t CO2" in text


def account(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(cli, ["account", *arguments, "--json", "--no-save"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, found


def test_the_sichuan_table_runs_on_the_command_line() -> None:
    _, found = account(str(EXAMPLES / "sichuan-2021" / "activity.csv"), "--method", "sichuan-park-2022")
    assert found["total"] == pytest.approx(330_391_619.72, abs=0.01)
    assert found["complete"]


def test_the_small_firm_runs_on_the_command_line() -> None:
    code, found = account(str(FIRM / "activity.csv"), "--method", "cn-energy-2011")
    assert (code, found["complete"], len(found["unmatched"])) == (1, False, 1)
    assert found["unmatched"][0]["item"] == "steam"
    code, own = account(
        str(FIRM / "activity.csv"),
        "--method",
        str(FIRM / "small-firm-2022.yaml"),
        "--pack",
        str(FIRM / "own_factors.csv"),
    )
    assert (code, own["method"]["id"]) == (1, "small-firm-2022")
    power = 4658 * 0.1255 + 5124 * 0.0962
    gas = (35.2 + 58.7) * (351.7 - 389.31) * 0.0153 * 0.99 * 44 / 12
    assert own["total"] == pytest.approx(found["total"] + power + gas)


def test_the_small_firms_factors_are_valid() -> None:
    result = CliRunner().invoke(cli, ["factors", "validate", str(FIRM / "own_factors.csv")])
    assert result.exit_code == 0, result.output


@needs_shared
@pytest.mark.parametrize("path", PROVINCES, ids=name)
def test_a_province_stands_on_its_data_and_says_what_is_assumed(
    executed: Callable[[Path], Any], path: Path
) -> None:
    notebook = executed(path)
    text = "\n".join(text_of(cell) for cell in notebook.cells if cell.cell_type == "code")
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "各组之和与 CEADs 所述合计最多相差 0.0000" in text
    base, stated = re.search(r"2019 年 ([\d.]+)，CEADs ([\d.]+) Mt", text).groups()  # type: ignore[union-attr]
    assert float(base) == pytest.approx(float(stated), abs=1e-6)
    assert "D-101" in text, "nominal money is told"
    assert "示例假设" in words
    assert words.rstrip().count("限度") == 1
    pictures = [
        out["data"]["text/html"]
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if "data" in out and "text/html" in out["data"]
    ]
    assert sum(one.count("<svg xmlns") for one in pictures) >= 10
    assert not any(re.search(r"\bnan\b", one) for one in pictures)


def test_no_data_of_ceads_stand_in_the_examples() -> None:
    for file in (EXAMPLES / "provinces").iterdir():
        if file.is_file():
            assert file.suffix in {".ipynb", ".md", ".py", ".yaml"}
            assert file.stat().st_size < 60_000
