"""The store: versions in order, found by what was known and what was true, every change of a byte seen."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.errors import NotFound
from tanheng.record import VersionAltered
from tanheng.record.catalogue import StoreNewer, StoreUnreadable
from tanheng.record.days import DayUnreadable
from tanheng.record.store import Store


def publish(store: Store, content: bytes, *, name: str = "park", valid: tuple[str, str] = ("2021-01-01", "2021-12-31"), repeat: bool = False):  # fmt: skip
    with store.publishing(by="王工", why="test") as batch:
        return batch.add("activity", name, {"rows": content}, valid=valid, repeat=repeat)


def test_versions_are_numbered_and_nothing_is_overwritten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = publish(store, b"1"), publish(store, b"2")
    assert (first.number, second.number, second.previous) == (1, 2, first.sha256)
    assert store.read(store.find("activity", "park", 1), "rows") == b"1"
    assert store.read(store.find("activity", "park"), "rows") == b"2"
    assert publish(store, b"2") == second
    assert publish(store, b"2", repeat=True).number == 3


def test_what_was_known_and_what_was_true(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = publish(store, b"1")
    publish(store, b"2", valid=("2022-01-01", "2022-12-31"))
    assert store.find("activity", "park", known=first.known_from) == first
    assert [one.number for one in store.entries("activity", valid="2022-06-30")] == [2]
    assert [one.number for one in store.entries("activity", known="2000-01-01")] == []
    with pytest.raises(NotFound, match="park@2"):
        store.find("activity", "park", 7)


def test_a_batch_that_fails_publishes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with contextlib.suppress(ZeroDivisionError), store.publishing(by="王工", why="") as batch:
        batch.add("activity", "park", {"rows": b"1"})
        1 / 0  # noqa: B018
    assert store.entries("activity") == []


def test_writers_take_turns(tmp_path: Path) -> None:
    Store(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: publish(Store(tmp_path), b"%d" % n), range(12)))
    store = Store(tmp_path)
    found = store.entries("activity")
    assert sorted(one.number for one in found) == list(range(1, 13))
    assert store.problems(found[-1]) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100), st.integers(0, 10_000), st.sampled_from([1 << n for n in range(8)]))
def test_any_changed_byte_is_found(which: int, place: int, bit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        with store.publishing(by="王工", why="") as batch:
            file = batch.add("file", "a.csv", {"a.csv": b"1,2,3", "b.csv": b"4"})
            batch.add("activity", "park", {"rows": b"12345"}, parents={"file": file})
        last = publish(store, b"54321").sha256
        assert store.problems(last) == []
        objects = sorted(path for path in (Path(folder) / "objects").rglob("*") if path.is_file())
        path = objects[which % len(objects)]
        content = path.read_bytes()
        at = place % len(content)
        path.chmod(0o644)
        path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        assert len(store.problems(last)) == 1
        path.unlink()
        assert len(store.problems(last)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "update version set why = 'other'",
        "update version set valid_to = '2030-12-31'",
        "update part set sha256 = 'x' where name = 'a.csv'",
        "delete from part",
        "delete from lineage",
        "delete from version where number = 1 and kind = 'file'",
    ],
)
def test_an_edited_catalogue_is_found(change: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.publishing(by="王工", why="") as batch:
        file = batch.add("file", "a.csv", {"a.csv": b"1,2,3"})
        entry = batch.add("activity", "park", {"rows": b"12345"}, parents={"file": file})
    assert store.problems(entry) == []
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as connection:
        connection.execute(change)
    connection.close()
    problems = store.problems(entry)
    assert problems
    assert {problem.what for problem in problems} == {"catalogue"}


def test_a_changed_manifest_is_not_opened(tmp_path: Path) -> None:
    store = Store(tmp_path)
    entry = publish(store, b"1")
    path = store.objects.path(entry.sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace("王工".encode(), "李工".encode()))
    with pytest.raises(VersionAltered):
        store.find("activity", "park")


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    Store(tmp_path)
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(StoreNewer, match="9999"):
        Store(tmp_path)


def test_a_version_that_the_catalogue_lost_is_found_and_its_number_is_not_given_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = publish(store, b"1"), publish(store, b"2")
    assert store.lost("activity") == []
    for change in ("update version set kind = 'x' where number = 2", "delete from version where number = 2"):
        edit(tmp_path, change)
        assert [one.sha256 for one in store.lost("activity")] == [second.sha256]
    with store.publishing(by="王工", why="") as batch:
        third = batch.add("activity", "park", {"rows": b"3"}, after=store.lost("activity")[-1].number)
    assert (third.number, third.previous) == (3, first.sha256)


def test_a_size_that_is_not_that_of_the_part_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path)
    entry = publish(store, b"12345")
    edit(tmp_path, "update part set size = 1")
    assert [problem.what for problem in store.problems(entry)] == ["catalogue"]


def edit(folder: Path, change: str) -> None:
    with sqlite3.connect(folder / "catalogue.sqlite") as connection:
        connection.execute("pragma foreign_keys=OFF")
        connection.execute(change)
    connection.close()


def test_changed_bytes_are_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    entry = publish(store, b"12345")
    path = store.objects.path(entry.parts["rows"])
    path.chmod(0o644)
    path.write_bytes(b"54321")
    with pytest.raises(VersionAltered, match="park@1: rows"):
        store.read(entry, "rows")
    publish(store, b"12345", repeat=True)
    assert store.read(entry, "rows") == b"12345", "what is kept again is whole again"


def test_the_newest_is_the_last_numbered_whatever_the_clock_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    store = Store(tmp_path)
    first = publish(store, b"1")
    early = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    monkeypatch.setattr(dt, "datetime", type("Clock", (dt.datetime,), {"now": classmethod(lambda *_: early)}))
    second = publish(store, b"2")
    assert second.known_from > first.known_from
    assert store.find("activity", "park") == second


@pytest.mark.parametrize("text", ["yesterday", "2099/01/01", "2021-13-01", ""])
def test_what_is_no_day_is_refused(text: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for asked in ({"known": text}, {"valid": text}):
        with pytest.raises(DayUnreadable, match="2021-06-30"):
            store.entries("activity", **asked)


def test_a_day_ends_at_midnight_and_a_time_has_its_zone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    entry = publish(store, b"1")
    assert store.entries("activity", known=entry.known_from[:10]) == [entry]
    assert store.entries("activity", known=entry.known_from.replace("T", " ")) == [entry]
    assert store.entries("activity", known=entry.known_from[:19] + "+14:00") == []


@pytest.mark.parametrize("content", [b"", b"no database " * 60])
def test_a_catalogue_that_is_none_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = publish(store, b"1")
    store.engine.dispose()
    (tmp_path / "catalogue.sqlite").write_bytes(content)
    if content:
        with pytest.raises(StoreUnreadable, match="not a database"):
            Store(tmp_path)
    else:
        assert Store(tmp_path).lost("activity") == [first], "an emptied catalogue hides nothing"


def test_a_store_that_may_not_be_written_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = publish(Store(tmp_path / "#a?b"), b"1")
    monkeypatch.setattr(os, "access", lambda *_: False)
    store = Store(tmp_path / "#a?b")
    assert store.find("activity", "park") == entry
    assert store.problems(entry) == []
    with pytest.raises(StoreUnreadable, match="readonly"):
        publish(store, b"2")


def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(FileNotFoundError), store.publishing(by="王工", why="") as batch:
        batch.add("file", "a.csv", {"a.csv": tmp_path / "gone.csv"})
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
