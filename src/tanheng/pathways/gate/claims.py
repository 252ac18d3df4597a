"""抵消登记 The register of claims: one tonne, one claim. A file that tells who holds which tonnes, and finds it when it is edited."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.inventory.writing import writing
from tanheng.pathways.gate.problems import ClaimTaken, RegisterBroken, RegisterBusy, claim_wrong
from tanheng.record.chain import Head, Verified, append, verify
from tanheng.record.tables import AUDIT

_PATIENCE = 30
"""Seconds that one process waits for another that is writing."""
_LOCK, _RELEASE = "claim.lock", "claim.release"
_MOST = 10**15
ID = re.compile(r"^[a-z0-9][a-z0-9._-]*$")
"""Ids of offsets: plain letters, so that no two look alike."""
_ORDINARY = {"edited": ("被改动", "was edited"), "missing": ("缺失", "is missing"), "not linked": ("与前一条不相接", "does not follow the one before"),
             "not the kept head": ("与留存的链头不符", "is not the head that was kept")}  # fmt: skip


@dataclass(frozen=True)
class Lot:
    """一批抵消量 Whole tonnes of an option and vintage year that are to be claimed.

    ``issued`` is how many tonnes of that option and year there are; ``serials`` are the first and last number of a range, where the
    registry of the offset gives numbers; it then holds as many as there are tonnes.
    """

    option: str
    vintage: int
    tonnes: int
    issued: int
    serials: tuple[int, int] | None = None


@dataclass(frozen=True)
class Claim:
    """登记 Tonnes that a project of a place holds; ``released`` tells why, where it was given up."""

    id: int
    at: str
    project: str
    place: str
    lot: Lot
    released: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        lot = self.lot
        return {"claim": self.id, "at": self.at, "project": self.project, "place": self.place, "option": lot.option, "vintage": lot.vintage,
                "tonnes": lot.tonnes, "issued": lot.issued, "serials": list(lot.serials) if lot.serials else None,
                "released": self.released or None}  # fmt: skip


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
        found: dict[tuple[str, int], int] = {}
        for one in self.claims():
            if (one.project, one.place) != without:
                key = (one.lot.option, one.lot.vintage)
                found[key] = found.get(key, 0) + one.lot.tonnes
        return found

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
        for one in lots:
            _check(one)
        if not lots or not project.strip() or not place.strip():
            raise claim_wrong(
                ("没有项目、地区或数量", "project, place or amounts are missing"),
                ("请写明谁登记什么。", "Say who claims what."),
            )
        self._make()
        with self._open(writes=True) as connection:
            held = [one for one in self._sound(connection) if not one.released]
            made: list[Claim] = []
            for lot in lots:
                _refuse(lot, [*held, *made], (project, place))
                detail = {"project": project, "place": place, "option": lot.option, "vintage": lot.vintage, "tonnes": lot.tonnes,
                          "issued": lot.issued, "serials": list(lot.serials) if lot.serials else None}  # fmt: skip
                number = append(connection, _LOCK, f"{lot.option} {lot.vintage}", login=by, detail=detail)
                made.append(Claim(number, "", project, place, lot))
            found = {one.id: one for one in self._sound(connection)}
        return [found[one.id] for one in made]

    def release(self, claim: int, reason: str, *, by: str = "") -> Claim:
        """Give a claim up; its tonnes are free again, and the claim stays in the chain.

        Raises
        ------
        ClaimInvalid
            For a claim that does not hold, or no reason.
        RegisterBroken, RegisterBusy, CannotWrite
        """
        if not reason.strip():
            raise claim_wrong(
                ("没有写释放的理由", "no reason is given"), ("请写明理由。", "Say why it is released.")
            )
        if not self.path.is_file():
            raise NotFound(what_zh="抵消登记簿", what_en="register of claims", name=str(self.path), known="–")
        with self._open(writes=True) as connection:
            held = {one.id: one for one in self._sound(connection) if not one.released}
            if claim not in held:
                known = ", ".join(map(str, list(held)[:20])) or "–"
                raise claim_wrong(
                    (f"没有生效的登记 {claim}", f"there is no claim {claim} that holds"),
                    (f"生效的：{known}。", f"Those that hold: {known}."),
                )
            one = held[claim]
            append(connection, _RELEASE, f"{one.lot.option} {one.lot.vintage}", login=by, detail={"claim": claim, "reason": reason.strip()})  # fmt: skip
        return Claim(one.id, one.at, one.project, one.place, one.lot, reason.strip())

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
            held = [] if chain.broken else [one for one in self._folded(connection) if not one.released]
        return Audited(chain, tuple(_doubled(held)))

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
        broken = verify(connection).broken
        if broken:
            zh, en = _ORDINARY[broken[0].problem]
            raise RegisterBroken(
                file=str(self.path), detail_zh=f"第 {broken[0].number} 条{zh}", detail_en=f"entry {broken[0].number} {en}"
            )  # fmt: skip
        return self._folded(connection)

    def _folded(self, connection: sa.Connection) -> list[Claim]:
        found: dict[int, Claim] = {}
        for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number)):
            if row.action == _LOCK:
                found[row.number] = _claim(row.number, row.at, row.detail)
            elif row.action == _RELEASE and row.detail["claim"] in found:
                one = found[row.detail["claim"]]
                found[one.id] = Claim(one.id, one.at, one.project, one.place, one.lot, row.detail["reason"])
        return list(found.values())


def _plain(connection: sqlite3.Connection, _record: Any) -> None:
    """Transactions are begun by us, and stand on disk when they end."""
    connection.isolation_level = None
    connection.execute("pragma synchronous=FULL")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _claim(number: int, at: str, detail: Mapping[str, Any]) -> Claim:
    serials = detail["serials"]
    lot = Lot(detail["option"], detail["vintage"], detail["tonnes"], detail["issued"], tuple(serials) if serials else None)  # fmt: skip
    return Claim(number, at, detail["project"], detail["place"], lot)


def _check(lot: Lot) -> None:
    """Refuse what is no lot: amounts are whole tonnes above 0, not above what there is."""
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (lot.tonnes, lot.issued, lot.vintage, *(lot.serials or ())))  # fmt: skip
    faults = [
        (not whole, "吨数、年份与序号应为整数", "tonnes, year and numbers should be whole"),
        (whole and not 0 < lot.tonnes <= _MOST, f"吨数 {lot.tonnes} 应大于零", f"{lot.tonnes} t should be above 0"),
        (whole and not 1000 <= lot.vintage <= 9999, f"“{lot.vintage}”不是年份", f"'{lot.vintage}' is no year"),
        (whole and lot.tonnes > lot.issued, f"{lot.tonnes} t 超过该年的 {lot.issued} t", f"{lot.tonnes} t are more than the {lot.issued} t of that year"),
        (ID.match(lot.option) is None, "编号应为小写字母、数字、点和连字符", "its id should be lower-case letters, digits, dots and hyphens"),
        (whole and lot.serials is not None and lot.serials[1] - lot.serials[0] + 1 != lot.tonnes,
         "序号区间与吨数不符", "the range of numbers has another size than the tonnes"),
        (whole and lot.serials is not None and lot.serials[0] < 0, "序号为负", "a number is negative"),
    ]  # fmt: skip
    for wrong, zh, en in faults:
        if wrong:
            raise claim_wrong(
                (f"“{lot.option}”：{zh}", f"'{lot.option}': {en}"),
                ("请改正数量。", "Mend the amount."),
            )


def _refuse(lot: Lot, held: Sequence[Claim], who: tuple[str, str]) -> None:
    """Refuse a lot whose tonnes others hold, or which the same project claims again."""
    alike = [one for one in held if (one.lot.option, one.lot.vintage) == (lot.option, lot.vintage)]
    for one in alike:
        if one.lot.issued != lot.issued:
            raise claim_wrong(
                (f"“{lot.option}”{lot.vintage} 年，登记 {one.id} 记为共 {one.lot.issued} t，这里写 {lot.issued} t",
                 f"claim {one.id} tells {one.lot.issued} t of '{lot.option}' in {lot.vintage}, this one {lot.issued} t"),
                ("同一抵消量只能有一个上限：请核对项目文件。", "One offset has one limit: check the files of the projects."),
            )  # fmt: skip
        if (one.project, one.place) == who and not (lot.serials and one.lot.serials):
            raise _taken(lot, f"本项目已有登记 {one.id}（{one.lot.tonnes} t）", f"this project holds claim {one.id} of it ({one.lot.tonnes} t)")  # fmt: skip
        if overlaps(lot, one.lot):
            first, last = one.lot.serials or (0, 0)
            raise _taken(lot, f"登记 {one.id}（{one.project}，{one.place}）持有序号 {first}–{last}",
                         f"claim {one.id} ({one.project}, {one.place}) holds the numbers {first} to {last}")  # fmt: skip
    rest = lot.issued - sum(one.lot.tonnes for one in alike)
    if lot.tonnes > rest:
        whose = "、".join(f"{one.project}（{one.place}）{one.lot.tonnes} t" for one in alike[:5])
        theirs = ", ".join(f"{one.project} ({one.place}) {one.lot.tonnes} t" for one in alike[:5])
        raise _taken(lot, f"要 {lot.tonnes} t，只剩 {rest} t；{whose}", f"{lot.tonnes} t are asked for, {rest} t are left; {theirs}")  # fmt: skip


def overlaps(one: Lot, other: Lot) -> bool:
    """Whether two ranges of numbers have one in common.

    Examples
    --------
    >>> overlaps(Lot("a", 2030, 3, 9, (1, 3)), Lot("a", 2030, 2, 9, (3, 4)))
    True
    """
    if one.serials is None or other.serials is None:
        return False
    return max(one.serials[0], other.serials[0]) <= min(one.serials[1], other.serials[1])


def _doubled(held: Sequence[Claim]) -> Iterator[str]:
    """Options and years of which more is held than there is, or a number twice."""
    groups: dict[tuple[str, int], list[Claim]] = {}
    for one in held:
        groups.setdefault((one.lot.option, one.lot.vintage), []).append(one)
    for (option, vintage), own in groups.items():
        twice = any(overlaps(one.lot, other.lot) for at, one in enumerate(own) for other in own[at + 1 :])
        if twice or sum(one.lot.tonnes for one in own) > min(one.lot.issued for one in own):
            yield f"{option} {vintage}"


def _taken(lot: Lot, zh: str, en: str) -> ClaimTaken:
    return ClaimTaken(option=lot.option, vintage=lot.vintage, detail_zh=zh, detail_en=en)
