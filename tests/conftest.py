"""What every test starts from: Chinese messages, and a working folder of its own for runs."""

from __future__ import annotations

import pytest

from tanheng.errors import use_language


@pytest.fixture(autouse=True)
def chinese() -> None:
    use_language("zh")
