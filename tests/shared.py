"""Where the shared test data are: beside the repository, or where TANHENG_SHARED points."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_place = Path(os.environ.get("TANHENG_SHARED", Path(__file__).parents[2] / "shared" / "data"))
SHARED: Path | None = _place if _place.is_dir() else None

needs_shared = pytest.mark.skipif(SHARED is None, reason="the shared test data are not beside the repository")
