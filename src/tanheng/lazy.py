"""Public names of a package that are imported when first used, so that importing the package stays quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package; ``homes`` maps names to the modules that define them.

    Examples
    --------
    >>> lazily("demo", {"sqrt": "math"})("sqrt")(4.0)
    2.0
    """

    def get(name: str) -> Any:
        if name in homes:
            return getattr(import_module(homes[name]), name)
        message = f"module '{package}' has no attribute '{name}'"
        raise AttributeError(message)

    return get
