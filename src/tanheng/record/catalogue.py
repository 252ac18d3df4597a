"""The catalogue: tables of the database in which versions are found."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from tanheng.errors import TanhengError
from tanheng.record import migrations

_PATIENCE = 30
METADATA = sa.MetaData()
ABOUT = sa.Table("about", METADATA, sa.Column("format", sa.Integer, nullable=False))
CATALOGUE_FORMAT = 1
"""What the table `about` holds since its first revision; the revision of the tables themselves is kept by migrations."""
VERSION = sa.Table(
    "version",
    METADATA,
    sa.Column("manifest", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("valid_from", sa.String(10), nullable=False),
    sa.Column("valid_to", sa.String(10), nullable=False),
    sa.Column("known_from", sa.String(40), nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.UniqueConstraint("kind", "name", "number"),
)
PART = sa.Table(
    "part",
    METADATA,
    sa.Column("manifest", sa.ForeignKey("version.manifest"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size", sa.BigInteger, nullable=False),
)
LINEAGE = sa.Table(
    "lineage",
    METADATA,
    sa.Column("manifest", sa.ForeignKey("version.manifest"), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("parent", sa.ForeignKey("version.manifest"), nullable=False, index=True),
)


class StoreNewer(TanhengError):
    """A store that was written by a newer version of the program."""

    code = "R-003"
    zh = "仓库 {folder} 的格式是 {found}，本版本只识别到 {known}。"
    en = "Store {folder} is of format {found}; this version knows formats up to {known}."
    remedy_zh = "请升级碳衡。"
    remedy_en = "Upgrade Tanheng."


class StoreUnreadable(TanhengError):
    """A store whose catalogue is no database, is damaged, or cannot be opened."""

    code = "R-005"
    zh = "仓库 {folder} 的目录（catalogue.sqlite）无法使用：{detail}。"
    en = "The catalogue (catalogue.sqlite) of store {folder} cannot be used: {detail}."
    remedy_zh = "请检查权限与磁盘，或从备份恢复整个仓库文件夹；objects/ 中的内容不受影响。"
    remedy_en = "Check permissions and disk, or restore the store's folder from a backup; what is in objects/ is untouched."
    exit_code = 1


class DatabaseUnreadable(StoreUnreadable):
    """Another database than the store's own that cannot be reached, or refuses a statement."""

    code = "R-014"
    zh = "数据库 {place} 无法使用：{detail}。"
    en = "The database {place} cannot be used: {detail}."
    remedy_zh = "请检查数据库是否运行、可否连接、磁盘与权限。"
    remedy_en = "Check that the database runs and accepts connections, its disk and permissions."


class DatabaseInvalid(TanhengError):
    """An address that names no database, or one whose driver is not installed."""

    code = "R-009"
    zh = "数据库地址无法使用：{detail}。应为 postgresql://用户:密码@主机/库 的形式。"
    en = "The database address cannot be used: {detail}. Expected the form postgresql://USER:PASSWORD@HOST/DATABASE."
    remedy_zh = "请核对地址；PostgreSQL 需要 pip install 'tanheng[postgres]'。"
    remedy_en = "Check the address; PostgreSQL needs pip install 'tanheng[postgres]'."


class ValueNotKept(TanhengError):
    """A value that a database cannot hold: a text with a NUL character in PostgreSQL, a number that is too large."""

    code = "R-008"
    zh = "数据库无法保存或查找这个值：{detail}。"
    en = "The database cannot keep or look for this value: {detail}."
    remedy_zh = "请去掉控制字符，或改小数值。"
    remedy_en = "Leave out control characters, or make the number smaller."


def open_catalogue(folder: Path, url: str | None = None) -> sa.Engine:
    """Open the catalogue of a store, making its tables where there are none; one that may not be written is read.

    Raises
    ------
    StoreNewer
        When a newer version of the program wrote it.
    StoreUnreadable
        When it is no database or cannot be opened, then or at any later question.
    """
    engine = engine_of(folder, url)
    with engine.connect() as connection:
        found = migrations.revision(connection)
    if found > migrations.HEAD:
        raise StoreNewer(folder=str(folder), found=found, known=migrations.HEAD)
    if found < migrations.HEAD and not _as_it_is(engine):
        with engine.execution_options(writes=True).begin() as connection:
            migrations.upgrade(connection)
    return engine


def engine_of(folder: Path, url: str | None = None) -> sa.Engine:
    """The database as it is, without making or changing a table.

    Raises
    ------
    DatabaseInvalid, StoreUnreadable
    """
    engine = _sqlite(folder) if url is None else _by_address(url)

    @sa.event.listens_for(engine, "handle_error")
    def told(context: Any) -> None:
        if not isinstance(context.sqlalchemy_exception, sa.exc.IntegrityError) and not context.is_pre_ping:
            said = " ".join(str(context.original_exception).split())
            if isinstance(context.sqlalchemy_exception, sa.exc.DataError):
                raise ValueNotKept(detail=said) from context.original_exception
            if url is not None:
                place = engine.url.render_as_string(hide_password=True)
                raise DatabaseUnreadable(place=place, detail=said) from context.original_exception
            raise StoreUnreadable(folder=str(folder), detail=said) from context.original_exception

    return engine


def _by_address(url: str) -> sa.Engine:
    """Another database; of PostgreSQL the driver need not be named."""
    try:
        address = sa.make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        return sa.create_engine(address, pool_pre_ping=True, hide_parameters=True)
    except sa.exc.ArgumentError as error:
        raise DatabaseInvalid(detail=str(error).partition("from given")[0].strip()) from error
    except ImportError as error:
        raise DatabaseInvalid(detail=str(error)) from error


def _sqlite(folder: Path) -> sa.Engine:
    """The database of a folder; where nothing may be written, as it lies there."""
    file = folder / "catalogue.sqlite"
    if file.is_file() and not (os.access(folder, os.W_OK) and os.access(file, os.W_OK)):
        return sa.create_engine("sqlite://", creator=lambda: _as_it_lies(file), poolclass=sa.pool.NullPool)
    folder.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file)), hide_parameters=True)
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _as_it_is(engine: sa.Engine) -> bool:
    """Whether the database may only be read."""
    return engine.dialect.name == "sqlite" and isinstance(engine.pool, sa.pool.NullPool)


def _as_it_lies(file: Path) -> sqlite3.Connection:
    """A connection that makes no file beside the database; changes that still wait in a log beside it need that log."""
    log = file.with_name(f"{file.name}-wal")
    alone = not log.is_file() or log.stat().st_size == 0
    address = f"file:{quote(str(file.absolute()))}?mode=ro{'&immutable=1' if alone else ''}"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _on_connect(connection: Any, _record: Any) -> None:
    """One writer at a time, readers beside it, foreign keys held."""
    connection.isolation_level = None
    connection.execute("pragma busy_timeout=30000")
    _with_log(connection)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"pragma {pragma}")


def _with_log(connection: Any) -> None:
    """Turn the write-ahead log on; SQLite does not wait for this by itself while another process has the file."""
    ends = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("pragma journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > ends:
                raise
            time.sleep(0.05)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")
