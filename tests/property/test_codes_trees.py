"""Properties of entity trees: whatever the table, a tree that loads is a tree on every day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.codes import EntitiesInvalid, EntityTree

KINDS = ("city", "park", "enterprise", "facility", "meter")
YEARS = range(2010, 2016)
NAMES = [f"n{k}" for k in range(7)]


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows with random parents and spans of whole years; enterprises and facilities may be nested."""
    rows = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=10)):
        start = draw(st.sampled_from(YEARS))
        end = draw(st.integers(start, YEARS[-1]))
        parent = draw(st.sampled_from(["", *NAMES]))
        kind = draw(st.sampled_from(["enterprise", "facility"]))
        rows.append(
            {"id": name, "kind": kind, "parent": parent, "valid_from": str(start), "valid_to": str(end)}
        )
    return rows


def standing(rows: list[dict[str, Any]], year: int) -> dict[str, dict[str, Any]]:
    return {r["id"]: r for r in rows if int(r["valid_from"]) <= year <= int(r["valid_to"])}


def is_sound(rows: list[dict[str, Any]]) -> bool:
    """The rules, checked year by year with no regard to speed."""
    known = {r["id"] for r in rows}
    if any(r["parent"] and r["parent"] not in known for r in rows):
        return False
    for year in YEARS:
        now = standing(rows, year)
        if sum(int(r["valid_from"]) <= year <= int(r["valid_to"]) for r in rows) != len(now):
            return False
        for name, row in now.items():
            above = now.get(row["parent"])
            if above and row["kind"] == "enterprise" and above["kind"] == "facility":
                return False
            seen, walk = {name}, row["parent"]
            while walk in now:
                if walk in seen:
                    return False
                seen.add(walk)
                walk = now[walk]["parent"]
    return True


@settings(max_examples=300, deadline=None)
@given(tables())
def test_a_table_loads_exactly_when_it_is_a_tree_on_every_day(rows: list[dict[str, Any]]) -> None:
    if not is_sound(rows):
        with pytest.raises(EntitiesInvalid) as caught:
            EntityTree(rows)
        assert 2 <= caught.value.fields["row"] <= len(rows) + 1
        return
    tree = EntityTree(rows)
    for year in YEARS:
        now = standing(rows, year)
        reached = [e.id for root in tree.roots(year) for e in tree.subtree(root.id, year)]
        assert len(set(reached)) == len(reached)
        for name in now:
            above = [e.id for e in tree.ancestors(name, year)]
            assert name not in above
            assert all(name in {e.id for e in tree.subtree(up, year)} for up in above)
        lost = {f.id for f in tree.findings}
        orphans = {n for n, r in now.items() if r["parent"] and r["parent"] not in now}
        assert orphans <= lost


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.randoms())
def test_the_order_of_rows_does_not_matter(choices: list[int], shuffler: Any) -> None:
    rows = [{"id": "0", "kind": "city", "parent": ""}]
    for number, choice in enumerate(choices, 1):
        rows.append({"id": str(number), "kind": "enterprise", "parent": str(choice % number)})
    mixed = list(rows)
    shuffler.shuffle(mixed)
    one, other = EntityTree(rows), EntityTree(mixed)
    assert {e.id for e in one.subtree("0")} == {r["id"] for r in rows}
    for row in rows:
        assert [e.id for e in one.path(row["id"])] == [e.id for e in other.path(row["id"])]


def test_a_deep_and_a_wide_tree_load_quickly() -> None:
    rows = [{"id": "0", "kind": "enterprise", "parent": ""}]
    rows += [{"id": str(k), "kind": "enterprise", "parent": str(k - 1)} for k in range(1, 3000)]
    rows += [{"id": f"w{k}", "kind": "facility", "parent": "5"} for k in range(3000)]
    start = dt.datetime.now(dt.UTC)
    tree = EntityTree(rows)
    assert len(tree.subtree("0")) == len(rows)
    assert len(tree.path("2999")) == 3000
    assert (dt.datetime.now(dt.UTC) - start).total_seconds() < 5
