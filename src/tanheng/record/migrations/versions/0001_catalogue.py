"""The catalogue of versions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    about = op.create_table("about", sa.Column("format", sa.Integer(), nullable=False))
    op.bulk_insert(about, [{"format": 1}])
    op.create_table(
        "version",
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=False),
        sa.Column("known_from", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("manifest"),
        sa.UniqueConstraint("kind", "name", "number"),
    )
    op.create_index(op.f("ix_version_known_from"), "version", ["known_from"], unique=False)
    op.create_table(
        "lineage",
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["manifest"],
            ["version.manifest"],
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["version.manifest"],
        ),
        sa.PrimaryKeyConstraint("manifest", "role"),
    )
    op.create_index(op.f("ix_lineage_parent"), "lineage", ["parent"], unique=False)
    op.create_table(
        "part",
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manifest"],
            ["version.manifest"],
        ),
        sa.PrimaryKeyConstraint("manifest", "name"),
    )
    op.create_index(op.f("ix_part_sha256"), "part", ["sha256"], unique=False)
