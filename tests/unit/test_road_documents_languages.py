"""An analysis is computed once and written in both languages: nothing of the first stands in the second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from documents import written_after_the_other_language
from tanheng.serve.roads import cap
from tanheng.serve.roads.places import Opened, once

pytestmark = pytest.mark.usefixtures("reads_beside")

SICHUAN = Path(__file__).parents[2] / "examples" / "sichuan-road"
ASKED: dict[str, dict[str, Any]] = {
    "deviation": {"draws": 20, "correct": "yes", "levers": {"coal-saving": 1.0}},
    "index": {"draws": 200, "history": True, "audit": True},
    "tree": {"draws": 20, "levers": {"coal-saving": 0.5}},
    "scenarios": {"draws": 20},
    "cap": {"of": "path"},
    "gate": {"draws": 200},
    "projects": {},
    "forecast": {"horizon": 5},
    "peak": {"horizon": 5, "cells": True, "draws": 200},
    "drivers": {"uncertainty": "emission=5%", "draws": 50},
}


@pytest.mark.parametrize("kind", ASKED)
def test_no_word_of_the_other_language_is_left(kind: str) -> None:
    written_after_the_other_language(SICHUAN, kind, **ASKED[kind])


def test_the_cap_is_solved_once_for_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[int] = []
    solve = cap.solve_cap
    monkeypatch.setattr(cap, "solve_cap", lambda *args, **named: solved.append(1) or solve(*args, **named))
    opened = Opened(SICHUAN, sorted(one.name for one in SICHUAN.iterdir()))
    asked = {"of": "tree", "marks": None, "discount": None, "curve": None}
    for _ in range(2):
        cap.document(opened, asked)
    assert len(solved) == 1
    cap.document(opened, {**asked, "of": "path"})
    assert len(solved) == 2


def test_what_is_kept_is_kept_by_what_was_asked_and_by_set() -> None:
    seen: list[object] = []

    @once
    def compute(opened: Opened, asked: dict[str, int]) -> int:
        seen.append(asked)
        return len(seen)

    one, other = Opened(Path(), ()), Opened(Path(), ())
    assert [compute(one, {"a": 1}), compute(one, {"a": 1}), compute(one, {"a": 2}), compute(other, {"a": 1})] == [1, 1, 2, 3]  # fmt: skip
