"""The table of faults and attacks: its guards stand in the code, its tests exist, and the docs show the same table."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
GUARDS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "guards.toml").read_text(encoding="utf-8"))["guard"]  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS, ids=[one["en"] for one in GUARDS])
def test_a_guard_stands_where_the_table_says(guard: dict[str, Any]) -> None:
    for change in guard["change"]:
        text = (ROOT / change["file"]).read_text(encoding="utf-8")
        assert text.count(change["old"]) == 1, f"tests/guards.toml: {change['file']} changed"
        assert change["new"] != change["old"]
    for test in guard["tests"]:
        file, name = test.split("::")
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), test


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_the_table(lang: str) -> None:
    page = (ROOT / "docs" / lang / "attacks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (`tests/.+?`) \|$", page.partition("\n## ")[0], re.M)
    assert rows == [(one[lang], "<br>".join(f"`{test}`" for test in one["tests"])) for one in GUARDS]
    for file, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page):
        assert f"def {name or 'test_'}" in (ROOT / file).read_text(encoding="utf-8"), (file, name)
