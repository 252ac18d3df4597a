"""Targets name their base year and clause; socio-economic data say whether they are synthetic."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forward."""
    for column in (
        sa.Column("base_year", sa.String(length=4), server_default="", nullable=False),
        sa.Column("clause", sa.Text(), server_default="", nullable=False),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("socio_economic", column)
