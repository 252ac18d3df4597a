"""迁移 Migrations of the catalogue: forward only, each in one transaction with what it leads to."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

HEAD = "0009"
"""The newest revision; `versions` holds one file each."""
RELEASED = "0008"
"""The newest revision that is in use somewhere: it and those before it are never edited, and each has a fixture."""
_LOCK = 0x7A6E68656E67
_TABLE = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32)))


def revision(connection: sa.Connection) -> str:
    """The revision of a database: empty for a new one; one made before there were migrations is the first."""
    has = sa.inspect(connection).has_table
    if has(_TABLE.name):
        return connection.execute(sa.select(_TABLE.c.version_num)).scalar() or ""
    return "0001" if has("about") else ""


def upgrade(connection: sa.Connection, to: str = HEAD) -> None:
    """Bring a database forward, inside the transaction of the connection."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    if connection.dialect.name == "postgresql":  # one at a time; SQLite has one writer anyway
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    begins = revision(connection)

    def steps(_revision: object, _context: object) -> object:
        return script._upgrade_revs(to, begins or "base")

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection)
        if begins and not sa.inspect(connection).has_table(_TABLE.name):
            environment.get_context().stamp(script, begins)
        environment.run_migrations()
