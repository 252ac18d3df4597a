"""Tables of the platform beside the catalogue of versions: people, sessions, the audit chain, jobs, and what belongs to whom.

Every table that holds a tenant's matters has ``tenant`` and, where they lie in a place, ``region`` and ``entity``: row
predicates stand on these three columns alone. Times are UTC in ISO 8601; hashes are SHA-256 in hex.
"""

from __future__ import annotations

import sqlalchemy as sa

from tanheng.record.catalogue import METADATA

_ID = sa.String(32)
_HASH = sa.String(64)
_TIME = sa.String(40)


def _of_tenant() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("id", _ID, primary_key=True),
        sa.Column("tenant", sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.Column("region", sa.String(40), nullable=False, server_default=""),
        sa.Column("entity", sa.Text, nullable=False, server_default=""),
    )


def _made() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("made_by", sa.ForeignKey("person.id"), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
    )


TENANT = sa.Table(
    "tenant",
    METADATA,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("made_at", _TIME, nullable=False),
)
PERSON = sa.Table(
    "person",
    METADATA,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("tenant", sa.ForeignKey("tenant.id"), nullable=False, index=True),
    sa.Column("login", sa.String(120), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False, server_default=""),
    sa.Column("old_passwords", sa.JSON, nullable=False, server_default=sa.text("'[]'")),
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("second_factor", sa.Text, nullable=False, server_default=""),
    sa.Column("second_pending", sa.Text, nullable=False, server_default=""),
    sa.Column("recovery", sa.JSON, nullable=False, server_default=sa.text("'[]'")),
    sa.Column("last_code", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("subject", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.String(20), nullable=False, server_default="active"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", _TIME, nullable=False, server_default=""),
    sa.Column("password_at", _TIME, nullable=False, server_default=""),
    sa.Column("made_at", _TIME, nullable=False),
)
GRANT = sa.Table(
    "grant",
    METADATA,
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("role", sa.String(40), primary_key=True),
)
AREA = sa.Table(
    "area",
    METADATA,
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
)
SESSION = sa.Table(
    "session",
    METADATA,
    sa.Column("hash", _HASH, primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("second", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("made_at", _TIME, nullable=False),
    sa.Column("seen_at", _TIME, nullable=False),
    sa.Column("ends_at", _TIME, nullable=False),
)
TOKEN = sa.Table(
    "token",
    METADATA,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("hash", _HASH, nullable=False, unique=True),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made_at", _TIME, nullable=False),
    sa.Column("used_at", _TIME, nullable=False, server_default=""),
    sa.Column("ends_at", _TIME, nullable=False, server_default=""),
    sa.Column("revoked_at", _TIME, nullable=False, server_default=""),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", _TIME, nullable=False),
    sa.Column("tenant", sa.String(32), nullable=False, index=True),
    sa.Column("person", sa.String(32), nullable=False, index=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("before", _HASH, nullable=False),
    sa.Column("after", _HASH, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("previous", _HASH, nullable=False),
    sa.Column("hash", _HASH, nullable=False, unique=True),
    sa.Index("ix_audit_action", "action", "source", "at"),
)
JOB = sa.Table(
    "job",
    METADATA,
    *_of_tenant(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("done", sa.JSON, nullable=False),
    sa.Column("share", sa.Float, nullable=False, server_default="0"),
    sa.Column("doing", sa.JSON, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("runner", sa.String(64), nullable=False, server_default=""),
    sa.Column("beat_at", _TIME, nullable=False, server_default=""),
    sa.Column("began_at", _TIME, nullable=False, server_default=""),
    sa.Column("ended_at", _TIME, nullable=False, server_default=""),
    sa.Column("cancel", sa.Boolean, nullable=False, server_default=sa.false()),
    *_made(),
    sa.Index("ix_job_made_by", "made_by", "began_at"),
)
ANSWER = sa.Table(
    "answer",
    METADATA,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("asked", _HASH, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("made_at", _TIME, nullable=False, index=True),
)
UPLOAD = sa.Table(
    "upload",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", _HASH, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    *_made(),
)
MAPPING = sa.Table(
    "mapping",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("upload", sa.ForeignKey("upload.id"), nullable=False, index=True),
    sa.Column("fingerprint", _HASH, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    *_made(),
)
PACK = sa.Table(
    "pack",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("method", sa.String(80), nullable=False, server_default=""),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("upload", sa.ForeignKey("upload.id"), nullable=False),
    *_made(),
    sa.UniqueConstraint("tenant", "name", "number"),
)
DATASET = sa.Table(
    "dataset",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("manifest", sa.ForeignKey("version.manifest"), nullable=False),
    sa.Column("rows_good", sa.BigInteger, nullable=False),
    sa.Column("rows_refused", sa.BigInteger, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("about", sa.JSON, nullable=False),
    *_made(),
    sa.UniqueConstraint("tenant", "name", "number"),
)
RUN = sa.Table(
    "run",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("dataset", sa.ForeignKey("dataset.id"), nullable=False, index=True),
    sa.Column("method", sa.String(80), nullable=False),
    sa.Column("gwp", sa.String(20), nullable=False),
    sa.Column("manifest", sa.ForeignKey("version.manifest"), nullable=False),
    sa.Column("digest", _HASH, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("unit", sa.String(20), nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("first_day", sa.String(10), nullable=False, server_default=""),
    sa.Column("last_day", sa.String(10), nullable=False, server_default=""),
    sa.Column("synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("about", sa.JSON, nullable=False),
    *_made(),
)
SOURCE_CHECK = sa.Table(
    "source_check",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("found", sa.JSON, nullable=False),
    sa.Column("rows", _HASH, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    *_made(),
)
DOUBT = sa.Table(
    "doubt",
    METADATA,
    *_of_tenant(),
    sa.Column("dataset", sa.ForeignKey("dataset.id"), nullable=True, index=True),
    sa.Column("run", sa.ForeignKey("run.id"), nullable=True, index=True),
    sa.Column("source_check", _ID, nullable=True, index=True),
    sa.Column("finding", sa.String(64), nullable=False),
    sa.Column("code", sa.String(12), nullable=False),
    sa.Column("level", sa.String(12), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, server_default="open"),
    sa.Column("owner", sa.String(32), nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("changed_at", _TIME, nullable=False),
)
RELEASE = sa.Table(
    "release",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("run", sa.ForeignKey("run.id"), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("manifest", sa.String(64), nullable=False, server_default=""),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("decided_by", sa.String(32), nullable=False, server_default=""),
    sa.Column("decided_at", _TIME, nullable=False, server_default=""),
    sa.Column("said", sa.Text, nullable=False, server_default=""),
    *_made(),
)
MAP = sa.Table(
    "map",
    METADATA,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("tenant", sa.ForeignKey("tenant.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("review", sa.Text, nullable=False, server_default=""),
    sa.Column("crs", sa.String(20), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("sha256", _HASH, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("areas", sa.Integer, nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("about", sa.JSON, nullable=False),
    *_made(),
)
PLACE = sa.Table(
    "place",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("longitude", sa.Float, nullable=False),
    sa.Column("latitude", sa.Float, nullable=False),
    sa.Column("source", sa.Text, nullable=False, server_default=""),
    *_made(),
    sa.UniqueConstraint("tenant", "entity"),
)
SOCIO_ECONOMIC = sa.Table(
    "socio_economic",
    METADATA,
    *_of_tenant(),
    sa.Column("period", sa.String(4), nullable=False),
    sa.Column("quantity", sa.String(20), nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    *_made(),
    sa.Column("base_year", sa.String(4), nullable=False, server_default=""),
    sa.Column("clause", sa.Text, nullable=False, server_default=""),
    sa.Column("synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
)
ROAD = sa.Table(
    "road",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("holds", sa.String(20), nullable=False),
    sa.Column("base", sa.Integer, nullable=True),
    sa.Column("target", sa.Integer, nullable=True),
    sa.Column("last", sa.Integer, nullable=True),
    sa.Column("manifest", sa.ForeignKey("version.manifest"), nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("about", sa.JSON, nullable=False),
    *_made(),
    sa.UniqueConstraint("tenant", "name", "number"),
)
ROAD_ANALYSIS = sa.Table(
    "road_analysis",
    METADATA,
    *_of_tenant(),
    sa.Column("road", sa.ForeignKey("road.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("zh", _HASH, nullable=False),
    sa.Column("en", _HASH, nullable=False),
    sa.Column("headline_zh", sa.Text, nullable=False),
    sa.Column("headline_en", sa.Text, nullable=False),
    sa.Column("alarm", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("laid_over", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    *_made(),
)
ROAD_DECISION = sa.Table(
    "road_decision",
    METADATA,
    *_of_tenant(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("analysis", sa.ForeignKey("road_analysis.id"), nullable=True, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("previous", _HASH, nullable=False, server_default=""),
    sa.Column("hash", _HASH, nullable=False),
    *_made(),
    sa.UniqueConstraint("tenant", "name", "number"),
)
