"""Whatever is asked of a run, also of one that counts nothing, is a table that adds up, or one of our errors."""

from __future__ import annotations

import contextlib
import functools
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tanheng as th
from tanheng.errors import TanhengError
from tanheng.inventory.views import explore
from tanheng.inventory.views.cube import Cube

ITEMS = {"counted": ["煤炭", "柴油"], "nothing": ["electric arc furnace"], "some": ["煤炭", "electric arc furnace"], "memo": ["木柴", "煤炭"]}  # fmt: skip
METHODS = {
    "counted": "cn-provincial-2011",
    "nothing": "sichuan-park-2022",
    "some": "sichuan-park-2022",
    "memo": "gpc-cn",
}
DIMENSIONS = ["item", "sector", "gas", "period", "entity", "region", "rule", "scope", "scopes", "iso14064_categories", "gpc", "provincial2011"]  # fmt: skip
CELLS = [None, {"item": "煤炭"}, {"item": "electric arc furnace"}, {"period": "2021"}, {"gas": "CO2"}, {"sector": "工业", "period": "2020"}]  # fmt: skip


@functools.cache
def cube(kind: str) -> Cube:
    rows = [(item, year) for item in ITEMS[kind] for year in ("2020", "2021")]
    table = {
        "entity": ["厂"] * len(rows), "region": ["四川省"] * len(rows), "period": [year for _, year in rows],
        "sector": ["工业"] * len(rows), "item": [item for item, _ in rows],
        "amount": list(range(1, len(rows) + 1)), "unit": ["t"] * len(rows),
    }  # fmt: skip
    return Cube(th.account(table, METHODS[kind]).save(tempfile.mkdtemp()))


@settings(max_examples=250, deadline=None)
@given(
    kind=st.sampled_from(list(ITEMS)),
    by=st.lists(st.sampled_from(DIMENSIONS), max_size=3),
    cell=st.sampled_from(CELLS),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_a_table_adds_up_to_its_whole(kind, by, cell, flags) -> None:  # type: ignore[no-untyped-def]
    held = cube(kind)
    uncertainty, memo, notation = flags
    try:
        found = explore.seen(held, by, cell=cell, uncertainty=uncertainty, memo=memo, notation=notation)
        whole = explore.seen(held, [], cell=cell)
    except TanhengError:
        return
    assert explore.named(held, found).height == found.height
    assert whole.height == 1
    if not memo:
        assert found["emission"].drop_nulls().sum() == pytest.approx(whole["emission"][0], abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(list(ITEMS)),
    levels=st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3),
    cell=st.sampled_from(CELLS),
)
def test_every_other_view_is_there_or_says_why_not(kind, levels, cell) -> None:  # type: ignore[no-untyped-def]
    held = cube(kind)
    views = [
        lambda: explore.pivot(held, levels[:-1], levels[-1], cell=cell),
        lambda: explore.flows(held, levels, cell=cell),
        lambda: explore.tree(held, levels, cell=cell),
        lambda: explore.entities(held),
        lambda: held.proof(cell or {}),
    ]
    for view in views:
        with contextlib.suppress(TanhengError):
            assert view() is not None
