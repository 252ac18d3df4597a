"""The code of the first set-up: who reaches an empty server over the network must have seen its console or data folder."""

from __future__ import annotations

import base64
import contextlib
import hmac
import ipaddress
import os
import secrets
from pathlib import Path

import sqlalchemy as sa

from tanheng.access.problems import SetupCodeWrong
from tanheng.record.platform import Platform
from tanheng.record.tables import PERSON
from tanheng.serve.settings import Settings

CODE_FILE = "setup-code"
_BYTES = 10


def nobody(connection: sa.Connection) -> bool:
    """Whether nobody can sign in yet."""
    return connection.execute(sa.select(PERSON.c.id).limit(1)).first() is None


def asks(settings: Settings, source: str = "") -> bool:
    """Whether a set-up needs the code: the server, or whoever asks, is not on this machine alone.

    Parameters
    ----------
    source : str
        The address that asks.

    Examples
    --------
    >>> asks(Settings()), asks(Settings(host="0.0.0.0")), asks(Settings(), "10.0.0.7")
    (False, True, True)
    """
    return bool(settings.public_url) or not _here(settings.host, names=("localhost",)) or not _here(source)


def code_of(folder: Path) -> str:
    """The code of an empty server, made once; only the owner of the data folder reads its file."""
    file = folder / CODE_FILE
    with contextlib.suppress(FileExistsError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        text = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
        with os.fdopen(handle, "w", encoding="ascii") as target:
            target.write("-".join(text[at : at + 4] for at in range(0, len(text), 4)))
    return file.read_text(encoding="ascii").strip()


def check_code(folder: Path, stated: str) -> None:
    """Refuse a code that is not the server's; case, blanks and dashes do not matter.

    Raises
    ------
    SetupCodeWrong
    """
    code = code_of(folder)
    if not code or not hmac.compare_digest(_bare(stated), _bare(code)):
        raise SetupCodeWrong(file=CODE_FILE)


def used(folder: Path) -> None:
    """Forget the code."""
    (folder / CODE_FILE).unlink(missing_ok=True)


def to_tell(platform: Platform, settings: Settings) -> str:
    """The code for the console; empty where none is asked."""
    with platform.reading() as connection:
        empty = nobody(connection)
    if not empty:
        used(platform.folder)
    return code_of(platform.folder) if empty and asks(settings) else ""


def _here(address: str, names: tuple[str, ...] = ("", "testclient")) -> bool:
    """Whether an address is of this machine; a local socket has none."""
    if address in names:
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _bare(code: str) -> bytes:
    return "".join(code.split()).replace("-", "").upper().encode()
