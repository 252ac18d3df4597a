"""Public names that are imported later: each is there, and none is hidden by a module of the same name."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest


@pytest.mark.parametrize("package", ["tanheng", "tanheng.inventory", "tanheng.activity"])
def test_every_public_name_is_there(package: str) -> None:
    found = import_module(package)
    modules = {one.name for one in pkgutil.iter_modules(found.__path__)}
    assert modules & set(found.__all__) == set()
    for name in found.__all__:
        assert getattr(found, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = found.no_such_name
