"""Checks: their vocabulary, and the runner that a method pack hands its list to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def check_specs(specs: Any, error: Callable[..., Exception]) -> None:
    """Refuse a check that the vocabulary does not hold."""
