"""The database of the platform: the store's catalogue with the tables of people, jobs and holdings, and small tools for rows."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from tanheng.record import tables  # noqa: F401
from tanheng.record.secrets import Secrets
from tanheng.record.store import Store


class Platform:
    """A data folder: its store, and the tables beside the store's catalogue.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    url : str, optional
        Another database than SQLite in the folder.
    key : str, optional
        The key of secrets, instead of the file in the folder.

    Examples
    --------
    >>> import tempfile
    >>> platform = Platform(Path(tempfile.mkdtemp()))
    >>> with platform.reading() as connection:
    ...     connection.execute(sa.select(sa.func.count()).select_from(tables.PERSON)).scalar()
    0
    """

    def __init__(self, folder: Path, url: str | None = None, *, key: str = "") -> None:
        self.folder = folder
        if url is not None:  # SQLite makes its folder itself, or reads what may not be written
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets = Secrets(folder, key)
        self.store = Store(folder / "store", url)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection for questions."""
        with self.store.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it, or nothing."""
        with self.store.engine.execution_options(writes=True).begin() as connection:
            yield connection


def new_id() -> str:
    """A random name for a row."""
    return uuid.uuid4().hex


def now() -> str:
    """The time (UTC) in ISO 8601."""
    return dt.datetime.now(dt.UTC).isoformat()
