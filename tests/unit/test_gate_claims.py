"""The register of claims: one tonne, one claim, also where two processes ask at once and where somebody edits the file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tanheng.errors import CannotWrite, NotFound
from tanheng.pathways.gate import ClaimRegister, Lot
from tanheng.pathways.gate.problems import ClaimInvalid, ClaimTaken, RegisterBroken, RegisterBusy
from tanheng.record.chain import Head


@pytest.fixture
def register(tmp_path: Path) -> ClaimRegister:
    return ClaimRegister(tmp_path / "claims.sqlite")


def lot(tonnes: Any = 60, **more: Any) -> Lot:
    return Lot(**{"option": "wood", "vintage": 2030, "tonnes": tonnes, "issued": 100, **more})


def test_a_tonne_is_held_once(register: ClaimRegister) -> None:
    held = register.lock([lot()], project="plant", place="sichuan")
    for project, place in (("mill", "sichuan"), ("plant", "tianjin"), ("plant", "sichuan")):
        with pytest.raises(ClaimTaken) as caught:
            register.lock([lot()], project=project, place=place)
        assert "plant" in caught.value.message("en") or "this project" in caught.value.message("en")
    rest = register.lock([lot(40)], project="mill", place="tianjin")
    register.lock([lot(vintage=2031)], project="mill", place="tianjin")
    assert register.taken() == {("wood", 2030): 100, ("wood", 2031): 60}
    assert register.taken(without=("plant", "sichuan")) == {("wood", 2030): 40, ("wood", 2031): 60}
    assert register.release(held[0].id, "not built").released == "not built"
    assert [one.id for one in register.claims()] == [rest[0].id, rest[0].id + 1]
    assert len(register.claims(released=True)) == 3
    with pytest.raises(ClaimInvalid):
        register.release(held[0].id, "again")
    with pytest.raises(ClaimInvalid):
        register.release(rest[0].id, " ")
    assert register.verify().sound
    assert "not built" in register._repr_html_()


def test_all_lots_or_none(register: ClaimRegister) -> None:
    with pytest.raises(ClaimInvalid):
        register.lock([lot(10), lot(tonnes=200, vintage=2031)], project="plant", place="sichuan")
    register.lock([lot(50, vintage=2031)], project="mill", place="sichuan")
    with pytest.raises(ClaimTaken):
        register.lock([lot(10), lot(60, vintage=2031)], project="plant", place="sichuan")
    assert register.taken() == {("wood", 2031): 50}


def test_ranges_of_numbers(register: ClaimRegister) -> None:
    register.lock([lot(10, serials=(1, 10))], project="plant", place="sichuan")
    with pytest.raises(ClaimTaken) as caught:
        register.lock([lot(5, serials=(10, 14))], project="mill", place="sichuan")
    assert "1 to 10" in caught.value.message("en")
    register.lock([lot(5, serials=(11, 15))], project="plant", place="sichuan")
    with pytest.raises(ClaimInvalid):
        register.lock([lot(5, serials=(21, 29))], project="mill", place="sichuan")


@pytest.mark.parametrize(
    "more",
    [{"tonnes": 0}, {"tonnes": -5}, {"tonnes": float("nan")}, {"tonnes": 1.5}, {"tonnes": True}, {"tonnes": "7"}, {"tonnes": 101}, {"tonnes": 10**30, "issued": 10**31},
     {"vintage": 30}, {"option": " "}, {"option": "Wood"}, {"option": "wood "}, {"issued": float("inf")}, {"serials": (-60, -1)}],
)  # fmt: skip
def test_amounts_that_cannot_be(register: ClaimRegister, more: dict[str, Any]) -> None:
    with pytest.raises(ClaimInvalid) as caught:
        register.lock([lot(**more)], project="plant", place="sichuan")
    assert caught.value.message("zh").startswith("[L-192] 抵消登记无效：")
    assert not register.path.exists()


def test_another_limit_is_refused(register: ClaimRegister) -> None:
    register.lock([lot(10)], project="plant", place="sichuan")
    with pytest.raises(ClaimInvalid) as caught:
        register.lock([lot(10, issued=1_000_000)], project="mill", place="sichuan")
    assert "1000000" in caught.value.message("en")


def edit(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    ["update audit set detail = replace(detail, '60', '6') where number = 1", "delete from audit where number = 1",
     "update audit set action = 'claim.note' where number = 1", "update audit set detail = 'x' where number = 2"],
)  # fmt: skip
def test_what_is_edited_is_found_and_nothing_more_is_written(register: ClaimRegister, statement: str) -> None:
    register.lock([lot()], project="plant", place="sichuan")
    register.lock([lot(30)], project="mill", place="sichuan")
    edit(register.path, statement)
    assert not register.verify().sound
    for ask in (lambda: register.lock([lot(1)], project="x", place="y"), register.claims, lambda: register.release(1, "why")):  # fmt: skip
        with pytest.raises(RegisterBroken) as caught:
            ask()
        assert "claims verify" in caught.value.message("en")


def test_what_is_cut_from_the_end_is_found_against_a_head_that_was_kept(register: ClaimRegister) -> None:
    register.lock([lot()], project="plant", place="sichuan")
    register.lock([lot(30)], project="mill", place="sichuan")
    kept = register.verify().chain.head
    edit(register.path, "delete from audit where number = 2")
    assert register.verify().sound
    assert not register.verify(kept).sound
    assert not register.verify(Head(1, "0" * 64)).sound


def test_a_chain_that_holds_a_tonne_twice_is_found(register: ClaimRegister) -> None:
    from tanheng.record.chain import append

    held = register.lock([lot()], project="plant", place="sichuan")[0].to_dict()
    with register._open(writes=True) as connection:
        detail = {key: held[key] for key in ("place", "option", "vintage", "tonnes", "issued", "serials")}
        append(connection, "claim.lock", "wood 2030", detail={**detail, "project": "mill"})
    found = register.verify()
    assert not found.chain.broken
    assert found.doubled == ("wood 2030",)


def test_files_that_are_no_register(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        ClaimRegister(tmp_path / "no.sqlite", make=False)
    (tmp_path / "text.sqlite").write_text("not a database, though it is long enough to be read as one" * 20)
    with pytest.raises(RegisterBroken) as caught:
        ClaimRegister(tmp_path / "text.sqlite").claims()
    assert "不是登记簿" in caught.value.message("zh")
    with pytest.raises(CannotWrite):
        ClaimRegister(tmp_path / "no" / "claims.sqlite").lock([lot()], project="plant", place="sichuan")
    with pytest.raises(CannotWrite):
        ClaimRegister(tmp_path).lock([lot()], project="plant", place="sichuan")


def test_a_register_that_was_emptied_is_no_new_one(register: ClaimRegister) -> None:
    register.lock([lot()], project="plant", place="sichuan")
    register.path.write_bytes(b"")
    with pytest.raises(RegisterBroken):
        register.lock([lot()], project="mill", place="sichuan")
    assert not list(register.path.parent.glob(".new-*"))


def test_a_register_that_another_process_holds_says_so(
    register: ClaimRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.lock([lot()], project="plant", place="sichuan")
    monkeypatch.setattr("tanheng.pathways.gate.register._PATIENCE", 0.1)
    other = ClaimRegister(register.path)
    with register._open(writes=True), pytest.raises(RegisterBusy):
        other.release(1, "why")


RACE = """
import sys
from tanheng.pathways.gate import ClaimRegister, Lot
from tanheng.pathways.gate.problems import ClaimTaken
register, won = ClaimRegister(sys.argv[1]), 0
print("ready", flush=True)
sys.stdin.readline()
for year in range(2025, 2065):
    try:
        register.lock([Lot("wood", year, 60, issued=100)], project=sys.argv[2], place="sichuan")
        won += 1
    except ClaimTaken:
        pass
print(won)
"""


def test_two_processes_never_hold_the_same_tonnes(register: ClaimRegister) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", RACE, str(register.path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ("plant", "mill")
    ]  # fmt: skip
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    won = [int(one.communicate(timeout=120)[0]) for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum(won) == 40
    assert set(register.taken().values()) == {60}
    assert register.verify().sound


KILLED = """
import os, sys
from tanheng.pathways.gate import ClaimRegister, Lot, entries
once, count = entries.append, []

def append(*words, **more):
    count.append(1)
    return os._exit(9) if len(count) == 3 else once(*words, **more)

entries.append = append
ClaimRegister(sys.argv[1]).lock([Lot("wood", year, 60, 100) for year in range(2030, 2036)], project="plant", place="sichuan")
"""


def test_a_process_that_dies_midway_leaves_all_as_it_was(register: ClaimRegister) -> None:
    register.lock([lot(vintage=2029)], project="mill", place="sichuan")
    died = subprocess.run([sys.executable, "-c", KILLED, str(register.path)], check=False)
    assert died.returncode == 9
    assert register.taken() == {("wood", 2029): 60}
    assert register.verify().sound
    assert len(register.lock([lot()], project="plant", place="sichuan")) == 1
