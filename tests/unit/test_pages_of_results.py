"""Every command of drivers and pathways that draws: its page is in the language asked for, holds its charts, loads nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tanheng.cli import cli

ROOT = Path(__file__).parents[2]
TREE = str(ROOT / "examples" / "sichuan-road" / "tree.yaml")
HAN = re.compile("[\u4e00-\u9fff]")

SERIES = "year,co2,output,people\n" + "".join(
    f"{2005 + at},{80 + 3 * at - 0.1 * at**2:.2f},{50 * 1.05**at * (1 + 0.05 * (at % 3)):.2f},{100 + at}\n" for at in range(15)
)  # fmt: skip
PLACES = "city,co2,output,coal,gas\n" + "".join(f"c{at},{10 + at},{9 + at % 4},{1 + at % 5},{8 - at % 3}\n" for at in range(9))  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "series.csv").write_text(SERIES, encoding="utf-8")
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    return tmp_path


COMMANDS = {
    "drivers": ("drivers series.csv --total co2 --factors people,co2/people --period year", 1),
    "places": (
        "drivers places.csv --total co2 --factors output,co2/output --period city --place city --against mean",
        1,
    ),
    "decoupling": ("decoupling series.csv --emission co2 --output output --period year", 1),
    "stirpat": ("stirpat series.csv --impact co2 --factors people,output/people --period year", 1),
    "classes": ("classes places.csv --place city --shares coal,gas", 1),
    "peers": ("classes places.csv --place city --shares coal,gas --peers-of c1", 1),
    "benchmark": ("benchmark places.csv --place city --emission co2 --output output --draws 5", 2),
    "forecast": ("forecast series.csv --horizon 3 --value co2 --uncertainty 3%", 2),
    "allocate": (
        "allocate places.csv --cap 100 --by city --emissions co2 --method grandfathering --method shapley",
        1,
    ),
    "evaluate": (f"tree evaluate {TREE} --draws 20", 1),
    "run": (f"scenario run {TREE} general", 1),
    "compare": (f"scenario compare {TREE} --draws 20", 1),
    "wedges": (f"scenario wedges {TREE} strong", 1),
    "cap": (f"cap {TREE}", 1),
    "curve": (f"cap {TREE} --curve 2040", 1),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_writes_a_page_with_its_charts(
    name: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    asked, charts = COMMANDS[name]
    for lang in ("zh", "en"):
        result = CliRunner().invoke(cli, [*asked.split(), "--html", "page.html", "--lang", lang])
        assert result.exit_code == 0, result.output
        text = Path("page.html").read_text(encoding="utf-8")
        assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text
        assert len(re.findall("<svg xmlns", text)) == charts
        assert "default-src 'none'" in text
        assert not re.search(r"<script|src=|href=|nan", text)
        assert bool(HAN.search(text)) is (lang == "zh")


def test_a_page_that_cannot_be_written_is_one_line(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files)
    asked = COMMANDS["forecast"][0].split()
    result = CliRunner().invoke(cli, [*asked, "--html", "none/page.html"])
    assert result.exit_code == 2
    assert "none" in result.output
    assert "Traceback" not in result.output
