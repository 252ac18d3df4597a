"""Every error travels between processes with all that it says."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from collections.abc import Iterator

import pytest

import tanheng
from tanheng.errors import TanhengError


def every_error() -> list[type[TanhengError]]:
    for module in pkgutil.walk_packages(tanheng.__path__, "tanheng."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(kind: type[TanhengError]) -> Iterator[type[TanhengError]]:
        yield kind
        for one in kind.__subclasses__():
            yield from below(one)

    return sorted(set(below(TanhengError)), key=lambda kind: (kind.code, kind.__qualname__))


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind: type[TanhengError]) -> None:
    error = kind(rows=[{"row": 2, "item": "煤"}], file="厂.csv", code="X", count=3, detail="…", unit="t")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.fields, again.rows, again.args) == (error.fields, error.rows, error.args)
    assert again.to_dict() == error.to_dict()
