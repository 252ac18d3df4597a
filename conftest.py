"""What every test and example starts from: Chinese messages, and the same drawn cases each time.

``TANHENG_EXPLORE=1`` lets the property tests draw new cases; `make test-all` does.
"""

from __future__ import annotations

import contextlib
import os

import pytest
from hypothesis import settings

from tanheng.errors import use_language

settings.register_profile("repeatable", derandomize=True)
if not os.environ.get("TANHENG_EXPLORE"):
    settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Messages of every test begin in Chinese."""
    use_language("zh")


@pytest.fixture
def reads_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets are examples of the repository, which take files from the folder beside them."""
    monkeypatch.setattr("tanheng.serve.roads.places.confined", contextlib.nullcontext)
