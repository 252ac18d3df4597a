"""The catalogue: tables of the database in which versions are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.errors import TanhengError

FORMAT = 1
METADATA = sa.MetaData()
ABOUT = sa.Table("about", METADATA, sa.Column("format", sa.Integer, nullable=False))
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


def open_catalogue(folder: Path, url: str | None = None) -> sa.Engine:
    """Open the catalogue of a store, making its tables where there are none.

    Raises
    ------
    StoreNewer
        When a newer version of the program wrote it.
    """
    if url is None:
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'catalogue.sqlite'}"
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_connect)
        sa.event.listen(engine, "begin", _begin)
    with engine.execution_options(writes=True).begin() as connection:
        METADATA.create_all(connection)
        found = connection.execute(sa.select(ABOUT.c.format)).scalar()
        if found is None:
            connection.execute(sa.insert(ABOUT), {"format": FORMAT})
        elif found > FORMAT:
            raise StoreNewer(folder=str(folder), found=found, known=FORMAT)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    """One writer at a time, readers beside it, foreign keys held."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")
