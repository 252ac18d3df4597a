"""抵消登记簿 The register of claims: a file that tells who holds which tonnes, and finds it when it is edited."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.inventory.writing import writing
from tanheng.pathways.gate.claims import Claim, Lot, doubled, taken
from tanheng.pathways.gate.entries import Writer, broken, checked, claims_of, lock, release, with_reason
from tanheng.pathways.gate.problems import RegisterBroken, RegisterBusy
from tanheng.record.chain import Head, Verified, verify
from tanheng.record.tables import AUDIT

_PATIENCE = 30
"""Seconds that one process waits for another that is writing."""


@dataclass(frozen=True)
class Audited:
    """核对 What a check of the register found: its chain, and claims that hold the same tonnes."""

    chain: Verified
    doubled: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.chain.broken and not self.doubled


class ClaimRegister:
    """抵消登记簿 Claims in one SQLite file, as entries of an audit chain; several processes may use it at once.

    Parameters
    ----------
    path : path
        Made by the first claim.
    make : bool
        False: the file must be there.

    Raises
    ------
    NotFound
        When it must be there and is not.

    Examples
    --------
    >>> import tempfile
    >>> register = ClaimRegister(Path(tempfile.mkdtemp()) / "claims.sqlite")
    >>> held = register.lock([Lot("wood", 2030, 60, issued=100)], project="plant", place="sichuan")
    >>> register.lock([Lot("wood", 2030, 60, issued=100)], project="mill", place="tianjin")
    Traceback (most recent call last):
    tanheng.pathways.gate.problems.ClaimTaken: ...
    >>> released = register.release(held[0].id, "the plant was not built")
    >>> register.taken(), register.verify().sound
    ({}, True)
    """

    def __init__(self, path: str | Path, *, make: bool = True) -> None:
        self.path = Path(path)
        if not make and not self.path.is_file():
            raise NotFound(what_zh="抵消登记簿", what_en="register of claims", name=str(path), known="–")
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self.path)), connect_args={"timeout": _PATIENCE}, poolclass=sa.pool.NullPool, hide_parameters=True
        )  # fmt: skip
        sa.event.listen(self._engine, "connect", _plain)
        sa.event.listen(self._engine, "begin", _begin)

    def claims(self, *, released: bool = False) -> list[Claim]:
        """The claims that hold, in the order in which they were made; with those that were given up where asked for.

        Raises
        ------
        RegisterBroken
        """
        if not self.path.exists():
            return []
        with self._open() as connection:
            found = self._sound(connection)
        return [one for one in found if released or not one.released]

    def taken(self, *, without: tuple[str, str] | None = None) -> dict[tuple[str, int], int]:
        """Tonnes that are claimed by option and year, those of one project and place left out."""
        return taken(self.claims(), without=without)

    def lock(self, lots: Sequence[Lot], *, project: str, place: str, by: str = "") -> list[Claim]:
        """Claim all lots, or none.

        Parameters
        ----------
        lots : sequence of Lot
        project, place : str
            Who holds them.
        by : str
            Who wrote it, for the chain.

        Raises
        ------
        ClaimTaken
            Where tonnes are held already.
        ClaimInvalid
            For amounts, years or numbers that cannot be, or another limit than an earlier claim told.
        RegisterBroken, RegisterBusy, CannotWrite
        """
        checked(lots, project, place)
        self._make()
        with self._open(writes=True) as connection:
            self._sound(connection)
            return lock(connection, lots, project=project, place=place, by=Writer(by), name=str(self.path))

    def release(self, claim: int, reason: str, *, by: str = "") -> Claim:
        """Give a claim up; its tonnes are free again, and the claim stays in the chain.

        Raises
        ------
        ClaimInvalid
            For a claim that does not hold, or no reason.
        RegisterBroken, RegisterBusy, CannotWrite
        """
        with_reason(reason)
        if not self.path.is_file():
            raise NotFound(what_zh="抵消登记簿", what_en="register of claims", name=str(self.path), known="–")
        with self._open(writes=True) as connection:
            self._sound(connection)
            return release(connection, claim, reason, by=Writer(by), name=str(self.path))

    def verify(self, kept: Head | None = None) -> Audited:
        """Check every entry against the chain, and that no tonne is held twice.

        Parameters
        ----------
        kept : Head, optional
            A head that was kept elsewhere: only against it entries are found that were cut from the end.
        """
        if not self.path.is_file():
            raise NotFound(what_zh="抵消登记簿", what_en="register of claims", name=str(self.path), known="–")
        with self._open() as connection:
            chain = verify(connection, kept)
            held = [] if chain.broken else [one for one in claims_of(connection) if not one.released]
        return Audited(chain, tuple(doubled(held)))

    def table(self, *, released: bool = True) -> Table:
        """One row per claim; see `Claim.to_dict`."""
        rows = [one.to_dict() | {"serials": "–".join(map(str, one.lot.serials or ()))} for one in self.claims(released=released)]  # fmt: skip
        return Table(
            pl.DataFrame(rows, infer_schema_length=None), "抵消登记" if language() == "zh" else "Claims"
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _make(self) -> None:
        """A register without claims, put in place whole: a file that is there and holds none was cut."""
        with writing(self.path):
            if self.path.is_dir():
                raise IsADirectoryError
            if self.path.exists():
                return
            with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".new-") as beside:
                new = Path(beside) / "claims"
                engine = sa.create_engine(
                    sa.URL.create("sqlite", database=str(new)), poolclass=sa.pool.NullPool
                )
                with engine.begin() as connection:
                    AUDIT.create(connection)
                with contextlib.suppress(FileExistsError):
                    os.link(new, self.path)

    @contextlib.contextmanager
    def _open(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        """One transaction, which alone may write; what is no register says so."""
        try:
            with self._engine.execution_options(writes=writes).begin() as connection:
                yield connection
        except sa.exc.DatabaseError as cause:
            said = " ".join(str(cause.orig).split())
            if "locked" in said:
                raise RegisterBusy(file=str(self.path)) from cause
            raise RegisterBroken(
                file=str(self.path),
                detail_zh=f"不是登记簿，或无法读写（{said}）",
                detail_en=f"it is no register, or cannot be used ({said})",
            ) from cause

    def _sound(self, connection: sa.Connection) -> list[Claim]:
        """The claims, unless the chain is broken."""
        found = verify(connection).broken
        if found:
            raise broken(str(self.path), found[0].number, found[0].problem)
        return claims_of(connection, name=str(self.path))


def _plain(connection: sqlite3.Connection, _record: Any) -> None:
    """Transactions are begun by us, and stand on disk when they end."""
    connection.isolation_level = None
    connection.execute("pragma synchronous=FULL")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")
