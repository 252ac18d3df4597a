"""Tokens for programs: some of one's own permissions, for a while; told once and taken back at any time."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from tanheng.access.tokens import LONGEST_DAYS, create_token, find_token, revoke_token, tokens_of
from tanheng.record.tables import PERSON
from tanheng.serve.asking import Here, InPerson, Signed, by
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["tokens"])
_SHOWN = ("id", "login", "name", "scopes", "made_at", "used_at", "ends_at", "revoked_at")


class NewToken(BaseModel):
    """A token's name, its scopes (all of one's own permissions where none is named) and how many days it is good."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    scopes: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)] = []
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class Made(BaseModel):
    """A token, shown this once: it goes into ``Authorization: Bearer``."""

    id: str
    token: str


@router.get("/tokens")
def tokens(viewer: Signed, platform: Here, asked: Table) -> Response:
    """One's own tokens; those of the whole tenant for who has ``tokens.manage``."""
    person = None if viewer.may("tokens.manage") else viewer.person
    with platform.reading() as connection:
        found = tokens_of(connection, viewer.tenant, person)
    return answer(pl.DataFrame({name: [one[name] for one in found] for name in _SHOWN}), asked, "tokens")


@router.post("/tokens", status_code=201)
def make_token(asked: NewToken, viewer: Signed, person: InPerson, platform: Here) -> Made:
    """Make a token of one's own; this takes a session, not a token."""
    with platform.writing() as connection:
        row = connection.execute(sa.select(PERSON).where(PERSON.c.id == person.person)).one()
        token, secret = create_token(connection, row, asked.name, asked.scopes, asked.days, by(viewer))
    return Made(id=token, token=secret)


@router.delete("/tokens/{name}", status_code=204)
def take_back(name: str, viewer: Signed, platform: Here) -> None:
    """Take a token back: one's own, or anybody's of the tenant for who has ``tokens.manage``."""
    person = None if viewer.may("tokens.manage") else viewer.person
    with platform.writing() as connection:
        revoke_token(
            connection, find_token(connection, name, tenant=viewer.tenant, person=person), by(viewer)
        )
