"""Every error travels between processes with all that it says."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from collections.abc import Iterator

import pytest

import tanheng
from tanheng.errors import TanhengError, counted, fill


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


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("1 rows were refused", "1 row was refused"),
        ("1 categories have neither", "1 category has neither"),
        ("there are 1 places, 1 more rows", "there is 1 place, 1 more row"),
        ("(1 decisions wait for a year)", "(1 decision waits for a year)"),
        ("11 rows, 0.1 points, 1,001 rows", "11 rows, 0.1 points, 1,001 rows"),
        ("row 1 cells, scope 1 factors, level 1 items", "row 1 cells, scope 1 factors, level 1 items"),
        ("1 rows.csv is read; 1 is the indicators", "1 rows.csv is read; 1 is the indicators"),
    ],
)
def test_one_of_a_thing_is_singular_and_numbers_of_places_are_not_counts(many: str, one: str) -> None:
    assert counted(many) == one
    assert fill("{what}", {"what": many}) == one
