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
from tanheng.record.tables import PERSON, SESSION

ISSUER = "Tanheng"
_RECOVERY = 10
_STEP = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def enrol(connection: sa.Connection, row: Any, by: By) -> tuple[str, str]:
    """A new secret, which counts once a code of it was confirmed.

    Returns
    -------
    tuple of str
        The secret and its ``otpauth://`` address, told this once.
    """
    secret = pyotp.random_base32()
    connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(second_pending=secret))
    _tell(connection, "second_factor.enrol", row, by)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=row.login, issuer_name=ISSUER)


def confirm(connection: sa.Connection, row: Any, code: str, by: By, session: str) -> list[str]:
    """Turn the second factor on with a first code; the recovery codes, told this once.

    Raises
    ------
    PasswordWrong
        For a code that does not fit, or where nothing was enrolled.
    """
    step = _step(row.second_pending, code, 0) if row.second_pending else None
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


def spend(connection: sa.Connection, row: Any, code: str) -> bool:
    """Whether a code fits; it is used up in the transaction, be it the authenticator's or a recovery code."""
    step = _step(row.second_factor, code, int(row.last_code))
    if step is not None:
        used = sa.update(PERSON).where(PERSON.c.id == row.id, PERSON.c.last_code < step)
        return connection.execute(used.values(last_code=step)).rowcount == 1
    wanted = _hash(code)
    if wanted not in row.recovery:
        return False
    left = [one for one in row.recovery if one != wanted]
    connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(recovery=left))
    return True


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
