"""What every test and example starts from: Chinese messages."""

from __future__ import annotations

import pytest

from tanheng.errors import use_language


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Messages of every test begin in Chinese."""
    use_language("zh")
