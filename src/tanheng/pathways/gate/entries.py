"""抵消登记 Claims as entries of an audit chain: locked and released in a transaction that is given, all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tanheng.pathways.gate.claims import Claim, Lot, check, refuse
from tanheng.pathways.gate.problems import RegisterBroken, claim_wrong
from tanheng.record.chain import alone, append, told

LOCK, RELEASE = "claim.lock", "claim.release"
_OWN = {"project", "place", "option", "vintage", "tonnes", "issued", "serials"}
ORDINARY = {"edited": ("被改动", "was edited"), "missing": ("缺失", "is missing"), "not linked": ("与前一条不相接", "does not follow the one before"),
            "not the kept head": ("与留存的链头不符", "is not the head that was kept")}  # fmt: skip
"""What is wrong with an entry, in words."""


@dataclass(frozen=True)
class Writer:
    """Who writes entries, of which tenant and from where."""

    login: str = ""
    tenant: str = ""
    person: str = ""
    source: str = ""


def claims_of(connection: sa.Connection, *, tenant: str = "", name: str = "") -> list[Claim]:
    """Every claim of a tenant, in the order in which they were made, those released too.

    Raises
    ------
    RegisterBroken
        For an entry that was edited; ``name`` is what the register is called.
    """
    found: dict[int, Claim] = {}
    for row in told(connection, (LOCK, RELEASE), tenant=tenant):
        if row["detail"] is None:
            raise broken(name, row["number"], "edited")
        detail = row["detail"]
        if row["action"] == LOCK:
            found[row["number"]] = _claim(row)
        elif detail["claim"] in found:
            found[detail["claim"]] = replace(
                found[detail["claim"]],
                released=detail["reason"],
                released_at=row["at"],
                released_by=row["login"],
            )
    return list(found.values())


def lock(
    connection: sa.Connection,
    lots: Sequence[Lot],
    *,
    project: str,
    place: str,
    by: Writer,
    about: Mapping[str, Any] | None = None,
    name: str = "",
    seen: Callable[[Claim], Claim] = lambda one: one,
) -> list[Claim]:
    """Claim all lots, or none; nobody else claims before the transaction ends.

    Parameters
    ----------
    connection : sa.Connection
        With the right to write.
    lots : sequence of Lot
    project, place : str
        Who holds them.
    by : Writer
    about : mapping, optional
        What else is told of each claim.
    seen : callable, optional
        What of a claim may be said where its tonnes are asked for again; without its id where that is 0.

    Raises
    ------
    ClaimTaken, ClaimInvalid, RegisterBroken
    """
    checked(lots, project, place)
    alone(connection)
    held = [one for one in claims_of(connection, tenant=by.tenant, name=name) if not one.released]
    made: list[int] = []
    for lot in lots:
        refuse(lot, held, (project, place), seen)
        detail = {**(about or {}), "project": project, "place": place, "option": lot.option, "vintage": lot.vintage, "tonnes": lot.tonnes,
                  "issued": lot.issued, "serials": list(lot.serials) if lot.serials else None}  # fmt: skip
        made.append(append(connection, LOCK, f"{lot.option} {lot.vintage}", tenant=by.tenant, person=by.person, login=by.login,
                           source=by.source, detail=detail))  # fmt: skip
        held.append(Claim(made[-1], "", project, place, lot))
    found = {one.id: one for one in claims_of(connection, tenant=by.tenant, name=name)}
    return [found[one] for one in made]


def release(
    connection: sa.Connection, claim: int, reason: str, *, by: Writer, name: str = "", known: Callable[[Claim], bool] = lambda one: True
) -> Claim:  # fmt: skip
    """Give a claim up in a transaction; its tonnes are free again, and the claim stays in the chain.

    Of claims that are not ``known`` an error tells nothing.

    Raises
    ------
    ClaimInvalid, RegisterBroken
    """
    with_reason(reason)
    alone(connection)
    held = {one.id: one for one in claims_of(connection, tenant=by.tenant, name=name) if not one.released}
    if claim not in held:
        those = ", ".join([str(number) for number, one in held.items() if known(one)][:20]) or "–"
        raise claim_wrong(
            (f"没有生效的登记 {claim}", f"there is no claim {claim} that holds"),
            (f"生效的：{those}。", f"Those that hold: {those}."),
        )
    one = held[claim]
    append(connection, RELEASE, f"{one.lot.option} {one.lot.vintage}", tenant=by.tenant, person=by.person, login=by.login,
           source=by.source, detail={"claim": claim, "reason": reason.strip()})  # fmt: skip
    return next(one for one in claims_of(connection, tenant=by.tenant, name=name) if one.id == claim)


def with_reason(reason: str) -> None:
    """Refuse a release without a reason."""
    if not reason.strip():
        raise claim_wrong(
            ("没有写释放的理由", "no reason is given"), ("请写明理由。", "Say why it is released.")
        )


def checked(lots: Sequence[Lot], project: str, place: str) -> None:
    """Refuse lots that cannot be, or nobody's."""
    for one in lots:
        check(one)
    if not lots or not project.strip() or not place.strip():
        raise claim_wrong(
            ("没有项目、地区或数量", "project, place or amounts are missing"),
            ("请写明谁登记什么。", "Say who claims what."),
        )


def broken(name: str, number: int, problem: str) -> RegisterBroken:
    """The error for an entry that is not as it was written."""
    zh, en = ORDINARY[problem]
    return RegisterBroken(file=name, detail_zh=f"第 {number} 条{zh}", detail_en=f"entry {number} {en}")


def _claim(row: Mapping[str, Any]) -> Claim:
    detail = row["detail"]
    serials = detail["serials"]
    lot = Lot(detail["option"], detail["vintage"], detail["tonnes"], detail["issued"], tuple(serials) if serials else None)  # fmt: skip
    about = {key: value for key, value in detail.items() if key not in _OWN}
    return Claim(row["number"], row["at"], detail["project"], detail["place"], lot, by=row["login"], about=about)  # fmt: skip
