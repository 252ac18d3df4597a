"""A throw-away PostgreSQL: one cluster for a test process, one database for each data folder.

With ``TANHENG_TEST_POSTGRES=1`` the tests that make a server or a platform run on it, the same tests as on SQLite.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tanheng.record.platform import Platform

ASKED = bool(os.environ.get("TANHENG_TEST_POSTGRES"))
_OPEN: list[Platform] = []
_FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "listen_addresses=",
    "max_connections=200",
)


def program(name: str) -> str | None:
    """A program of PostgreSQL, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


def database_of(folder: Path) -> str | None:
    """The address of the folder's own database, made when it is first asked for; none where SQLite is tested."""
    return fresh(str(folder.resolve())) if ASKED else None


def platform(folder: Path) -> Platform:
    """The platform of a data folder, on the database that is tested."""
    found = Platform(folder, database_of(folder))
    _OPEN.append(found)
    return found


def put_away() -> None:
    """Close the connections of every platform that was opened here."""
    while _OPEN:
        _OPEN.pop().store.engine.dispose()


@functools.cache
def fresh(name: str) -> str:
    """The address of a new database."""
    import psycopg

    base, short = cluster(), "t" + hashlib.sha256(f"{os.getpid()}{name}".encode()).hexdigest()[:20]
    with psycopg.connect(f"{base}&dbname=postgres", autocommit=True) as connection:
        connection.execute(f"create database {short} template template0 encoding 'UTF8'")
    return base.replace("@/?", f"@/{short}?")


@functools.cache
def cluster() -> str:
    """The address of a cluster of this process, behind a socket that nobody else uses."""
    import psycopg

    initdb, postgres = program("initdb"), program("postgres")
    assert initdb, "PostgreSQL is not installed"
    assert postgres
    folder = Path(tempfile.mkdtemp(prefix="tanheng-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shift = []
    if os.geteuid() == 0:  # it refuses to run as root
        user = "postgres" if subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode == 0 else "nobody"  # fmt: skip
        shutil.chown(folder, user)
        shift = ["setpriv", f"--reuid={user}", "--clear-groups"]
    data = folder / "data"
    subprocess.run(
        [*shift, initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    options = [part for one in _FAST for part in ("-c", one)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*shift, postgres, "-D", data, "-k", folder, "-p", "5432", *options],
            stdout=subprocess.DEVNULL, stderr=log, cwd=folder,
        )  # fmt: skip
    atexit.register(_end, server)
    base = f"postgresql://postgres@/?host={folder}&port=5432"
    for _ in range(200):
        try:
            psycopg.connect(f"{base}&dbname=postgres").close()
            return base
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
    raise AssertionError((folder / "log").read_text())


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    server.wait(20)
