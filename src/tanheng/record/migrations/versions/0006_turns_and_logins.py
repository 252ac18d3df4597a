"""Jobs are found by who asked for them; logins that are written with full-width letters become the plain ones."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward; a login whose plain form another person has stays as it is, to be told apart by an administrator."""
    op.create_index("ix_job_made_by", "job", ["made_by", "began_at"], unique=False)
    person = sa.table("person", sa.column("id"), sa.column("login"))
    connection = op.get_bind()
    logins = {row.id: row.login for row in connection.execute(sa.select(person))}
    taken = set(logins.values())
    for name, login in logins.items():
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login).casefold())
        if plain != login and plain not in taken:
            taken.add(plain)
            connection.execute(sa.update(person).where(person.c.id == name).values(login=plain))
