"""Doubts of data sets and runs as rows of the database: kept, carried over from the version before, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.access.people import plain_login
from tanheng.activity import Finding
from tanheng.activity.worklist import COLUMNS, OPEN, Worklist
from tanheng.codes import codelist
from tanheng.errors import NotFound
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.tables import DATASET, DOUBT, PERSON, RUN, SOURCE_CHECK
from tanheng.serve.problems import Changed, RequestInvalid

OF = {"dataset": DATASET, "run": RUN, "source_check": SOURCE_CHECK}
"""What doubts are of, by the column that says it."""
_ANSWER = ("state", "owner", "reason", "note")


def keep_doubts(
    connection: sa.Connection, findings: Sequence[Finding], row: Mapping[str, Any], of: str
) -> None:
    """Keep what was found in a data set, a run or a check of sources, with the answers given to the one before.

    Parameters
    ----------
    connection : sa.Connection
        In the transaction in which the row was added.
    findings : sequence of Finding
    row : mapping
        What they are of: those of the same name and place are the ones before.
    of : str
        A column of ``doubt``: ``dataset``, ``run`` or ``source_check``.
    """
    before = _doubts_before(connection, of, row)
    old = Worklist(_frame([one.facts for one in before])) if before else None
    owners = {one.finding: one.owner for one in before}
    place = {key: row[key] for key in ("tenant", "region", "entity")}
    rows = []
    for number, one in enumerate(Worklist.of(findings, before=old).frame.to_dicts()):
        seen = findings[number].to_dict()["rows"] if number < len(findings) else []
        rows.append(
            {"id": new_id(), **place, of: row["id"], "finding": one["id"], "code": one["code"],
             "level": one["severity"], "state": one["state"], "owner": owners.get(one["id"], ""),
             "reason": one["reason"], "facts": {**one, "rows": seen}, "changed_at": now()}
        )  # fmt: skip
    if rows:
        connection.execute(sa.insert(DOUBT), rows)


@dataclass(frozen=True)
class Answer:
    """What somebody says of a doubt; None leaves a part as it is. ``owner`` is a login, ``reason`` a code of doubt_reasons."""

    state: str | None = None
    owner: str | None = None
    reason: str | None = None
    note: str | None = None


def answer_doubt(
    connection: sa.Connection, viewer: Viewer, row: Any, answer: Answer, *, seen: str = ""
) -> dict[str, Any]:
    """Change state, owner, reason or note of a doubt; the audit chain tells it.

    Parameters
    ----------
    row : row of ``doubt``
        That the viewer may see.
    seen : str
        ``changed_at`` as the viewer saw it, so that nobody's answer is overwritten unseen.

    Raises
    ------
    Changed
        When somebody else answered in the meantime.
    UnknownCode, NotFound
        For a state or reason that the lists do not have, or an owner who is nobody of the tenant.
    RequestInvalid
        When a doubt is to be closed without a word.
    """
    if seen and seen != row.changed_at:
        raise Changed(name=row.finding)
    before = {"state": row.state, "owner": row.owner, "reason": row.reason, "note": row.facts.get("note", "")}
    after = dict(before)
    if answer.reason is not None:
        reason = codelist("doubt_reasons").find(answer.reason) if answer.reason else None
        after["reason"] = reason["code"] if reason else ""
        if reason and answer.state is None:
            after["state"] = reason["state"]
    if answer.state is not None:
        after["state"] = codelist("doubt_states").find(answer.state)["code"]
    if answer.note is not None:
        after["note"] = answer.note.strip()
    if answer.owner is not None:
        after["owner"] = _person(connection, viewer.tenant, answer.owner) if answer.owner else ""
    if after["state"] != OPEN and not (after["reason"] or after["note"]):
        state = codelist("doubt_states")
        raise RequestInvalid(
            detail_zh=f"改为“{state.label(after['state'], 'zh')}”须写明原因或说明",
            detail_en=f"to set '{state.label(after['state'], 'en')}' a reason or a note is needed",
        )
    changed = now()
    facts = {**row.facts, **{name: after[name] for name in _ANSWER if name != "owner"}, "was": ""}
    stored = {name: after[name] for name in ("state", "owner", "reason")}
    same = sa.and_(DOUBT.c.id == row.id, DOUBT.c.changed_at == row.changed_at)
    update = sa.update(DOUBT).where(same).values(**stored, facts=facts, changed_at=changed)
    if connection.execute(update).rowcount != 1:
        raise Changed(name=row.finding)
    append(
        connection, "doubt.change", row.id, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
        source=viewer.source, before=before, after=after,
        detail={"finding": row.finding, "code": row.code, "state": after["state"], "reason": after["reason"]},
    )  # fmt: skip
    return {**after, "changed_at": changed}


def _doubts_before(connection: sa.Connection, of: str, row: Mapping[str, Any]) -> Sequence[Any]:
    """The doubts of the newest row before one, of the same name and place."""
    table = OF[of]
    same = [table.c[key] == row[key] for key in ("tenant", "region", "entity", "name")]
    query = sa.select(table.c.id).where(*same, table.c.id != row["id"])
    last = connection.execute(query.order_by(table.c.made_at.desc(), table.c.id).limit(1)).scalar()
    return connection.execute(sa.select(DOUBT).where(DOUBT.c[of] == last)).all() if last else []


def _frame(facts: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [[str(one.get(name, "")) for name in COLUMNS] for one in facts]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _person(connection: sa.Connection, tenant: str, login: str) -> str:
    here = sa.and_(PERSON.c.tenant == tenant, PERSON.c.login == plain_login(login))
    found = connection.execute(sa.select(PERSON.c.id).where(here, PERSON.c.state == "active")).scalar()
    if found is None:
        raise NotFound(what_zh="用户", what_en="user", name=login, known="–")
    return str(found)
