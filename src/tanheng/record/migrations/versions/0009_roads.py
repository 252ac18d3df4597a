"""Roads, the documents of their analyses, and the decisions that were taken on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _of_tenant() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=40), server_default="", nullable=False),
        sa.Column("entity", sa.Text(), server_default="", nullable=False),
    )


def _made() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "road",
        *_of_tenant(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("holds", sa.String(length=20), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        *_made(),
        sa.ForeignKeyConstraint(["manifest"], ["version.manifest"]),
        sa.UniqueConstraint("tenant", "name", "number"),
    )
    op.create_index(op.f("ix_road_tenant"), "road", ["tenant"], unique=False)
    op.create_table(
        "road_analysis",
        *_of_tenant(),
        sa.Column("road", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("zh", sa.String(length=64), nullable=False),
        sa.Column("en", sa.String(length=64), nullable=False),
        sa.Column("headline_zh", sa.Text(), nullable=False),
        sa.Column("headline_en", sa.Text(), nullable=False),
        sa.Column("alarm", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("laid_over", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_made(),
        sa.ForeignKeyConstraint(["road"], ["road.id"]),
    )
    for column in ("tenant", "road"):
        op.create_index(op.f(f"ix_road_analysis_{column}"), "road_analysis", [column], unique=False)
    op.create_table(
        "road_decision",
        *_of_tenant(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("analysis", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), server_default="", nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        *_made(),
        sa.ForeignKeyConstraint(["analysis"], ["road_analysis.id"]),
        sa.UniqueConstraint("tenant", "name", "number"),
    )
    for column in ("tenant", "analysis"):
        op.create_index(op.f(f"ix_road_decision_{column}"), "road_decision", [column], unique=False)
