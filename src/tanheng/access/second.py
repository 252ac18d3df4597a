"""The second factor: codes of an authenticator (TOTP, RFC 6238), each good for one sign-in, and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Any

import pyotp
import sqlalchemy as sa

from tanheng.access.people import By, end_sessions
from tanheng.access.problems import PasswordWrong
from tanheng.record.chain import append
from tanheng.record.secrets import MARK, Secrets, is_sealed
from tanheng.record.tables import PERSON, SESSION

ISSUER = "Tanheng"
_RECOVERY = 10
_STEP = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def enrol(connection: sa.Connection, row: Any, by: By, kept: Secrets) -> tuple[str, str]:
    """A new secret, which counts once a code of it was confirmed; the database has it under a key.

    Returns
    -------
    tuple of str
        The secret and its ``otpauth://`` address, told this once.
    """
    secret = pyotp.random_base32()
    connection.execute(
        sa.update(PERSON).where(PERSON.c.id == row.id).values(second_pending=kept.seal(secret, row.id))
    )
    _tell(connection, "second_factor.enrol", row, by)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=row.login, issuer_name=ISSUER)


def confirm(connection: sa.Connection, row: Any, code: str, by: By, session: str, kept: Secrets) -> list[str]:
    """Turn the second factor on with a first code; the recovery codes, told this once.

    Raises
    ------
    PasswordWrong
        For a code that does not fit, or where nothing was enrolled.
    """
    step = _step(kept.open(row.second_pending, row.id), code, 0) if row.second_pending else None
    if step is None:
        raise PasswordWrong
    codes = ["-".join(_word() for _ in range(4)) for _ in range(_RECOVERY)]
    values = {
        "second_factor": row.second_pending, "second_pending": "", "last_code": step,
        "recovery": [_hash(one) for one in codes],
    }  # fmt: skip
    connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
    connection.execute(sa.delete(SESSION).where(SESSION.c.person == row.id, SESSION.c.hash != session))
    connection.execute(sa.update(SESSION).where(SESSION.c.hash == session).values(second=True))
    _tell(connection, "second_factor.confirm", row, by)
    return codes


def reset(connection: sa.Connection, row: Any, by: By) -> None:
    """Turn it off: for somebody who lost device and codes; their sessions end."""
    values = {"second_factor": "", "second_pending": "", "last_code": 0, "recovery": []}
    connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
    end_sessions(connection, row.id)
    _tell(connection, "second_factor.reset", row, by)


def spend(connection: sa.Connection, row: Any, code: str, kept: Secrets) -> bool:
    """Whether a code fits; it is used up in the transaction, be it the authenticator's or a recovery code."""
    wanted = _hash(code)
    if wanted in row.recovery:  # which works without the key
        left = [one for one in row.recovery if one != wanted]
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(recovery=left))
        return True
    step = _step(kept.open(row.second_factor, row.id), code, int(row.last_code))
    if step is None:
        return False
    used = sa.update(PERSON).where(PERSON.c.id == row.id, PERSON.c.last_code < step)
    return connection.execute(used.values(last_code=step)).rowcount == 1


def seal_all(connection: sa.Connection, kept: Secrets) -> int:
    """Put secrets under the key that were kept before there was one; how many there were."""
    columns = ("second_factor", "second_pending")
    found = 0
    for row in connection.execute(sa.select(PERSON).where(sa.or_(*(_plain(name) for name in columns)))):
        values = {name: getattr(row, name) for name in columns}
        sealed = {name: kept.seal(text, row.id) for name, text in values.items() if text and not is_sealed(text)}  # fmt: skip
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(**sealed))
        append(connection, "second_factor.seal", row.login, tenant=row.tenant)
        found += 1
    return found


def _plain(name: str) -> sa.ColumnElement[bool]:
    return sa.and_(PERSON.c[name] != "", sa.not_(PERSON.c[name].startswith(MARK)))


def _step(secret: str, code: str, after: int) -> int | None:
    """The step of time to which a code belongs, the one before and after admitted; none that was used."""
    present = int(time.time()) // _STEP
    plain = code.strip().replace(" ", "")
    for step in (present, present - 1, present + 1):
        if step > after and hmac.compare_digest(pyotp.TOTP(secret).at(step * _STEP).encode(), plain.encode()):
            return step
    return None


def _word() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().casefold().encode()).hexdigest()


def _tell(connection: sa.Connection, action: str, row: Any, by: By) -> None:
    append(
        connection, action, row.login, tenant=row.tenant, person=by.person, login=by.login, source=by.source
    )
