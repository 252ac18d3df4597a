"""Idempotency keys: a write that is sent twice under one key is done once and answered twice.

A claim stands in table ``answer`` before the request is done. Each transaction of the request marks the claim in the same
commit, so that after a crash it is known whether there was an effect: a claim without one may be taken over.
"""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
import hashlib
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import sqlalchemy as sa
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanheng.access.areas import Viewer
from tanheng.errors import TanhengError
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import ANSWER
from tanheng.serve.asking import entered_of
from tanheng.serve.bodies import boundary_of
from tanheng.serve.problems import AnswerLost, KeyBusy, KeyReused, RequestInvalid, problem

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_CLAIMED, _EFFECT = 0, 1
"""States of a claim before it is answered with a status of HTTP."""
_STALE, _KEPT, _WAIT, _POLL = 60.0, 86_400.0, 10.0, 0.05
_MEMORY, _LARGEST, _PIECE = 1 << 20, 1 << 20, 1 << 16
_SECRET = re.compile(r"/(session|sessions|setup|people|tokens|password|second-factor)(/|$)")
"""Routes whose requests or answers hold what is kept nowhere: passwords, and what is shown once."""


@dataclass(frozen=True)
class Claim:
    """A request that is being done under a key."""

    person: str
    key: str
    mark: str

    @property
    def here(self) -> sa.ColumnElement[bool]:
        """The row of this claim, as long as it is held."""
        return sa.and_(
            ANSWER.c.person == self.person, ANSWER.c.key == self.key,
            ANSWER.c.kind == self.mark, ANSWER.c.status.in_((_CLAIMED, _EFFECT)),
        )  # fmt: skip


_CLAIM: contextvars.ContextVar[Claim | None] = contextvars.ContextVar("tanheng_claim", default=None)


class Once:
    """Does a write with an ``Idempotency-Key`` once, and answers its repetitions with what was answered."""

    def __init__(self, app: ASGIApp, *, platform: Platform) -> None:
        self.app, self.platform = app, platform
        sa.event.listen(platform.store.engine, "commit", _mark_effect)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no write or has no key."""
        request = Request(scope, receive) if scope["type"] == "http" else None
        key = request.headers.get("idempotency-key") if request and request.method in _WRITES else None
        if request is None or key is None:
            await self.app(scope, receive, send)
            return
        try:
            if not _KEY.fullmatch(key):
                raise RequestInvalid(detail="Idempotency-Key: 1–255 ASCII")
            try:
                viewer = await asyncio.to_thread(entered_of, request)
            except TanhengError:
                await self.app(scope, receive, send)  # the route refuses in its own words
                return
            with tempfile.SpooledTemporaryFile(
                _MEMORY, dir=str(self.platform.folder), prefix=".upload-"
            ) as body:
                claim = Claim(viewer.person, key, new_id())
                asked = await _received(request, body, viewer)
                if _SECRET.search(request.url.path):
                    asked = await asyncio.to_thread(_slowly, asked, claim)
                row = await self._claimed(claim, asked)
                if row is not None:
                    await _again(row, scope, receive, send)
                    return
                await self._do(claim, scope, _replay(body), send)
        except (TanhengError, ClientDisconnect) as error:
            told = error if isinstance(error, TanhengError) else RequestInvalid(detail="disconnected")
            response = problem(request, told)
            if isinstance(told, KeyBusy):
                response.headers["Retry-After"] = "1"
            await response(scope, receive, send)

    async def _claimed(self, claim: Claim, asked: str) -> Any:
        """None where the claim is ours; the row of an answer that is there already.

        Raises
        ------
        KeyReused, KeyBusy, AnswerLost
        """
        ends = time.monotonic() + _WAIT
        while True:
            row = await asyncio.to_thread(self._claim, claim, asked)
            if row is None or row.status >= 100:
                return row
            if row.status == _EFFECT and row.made_at < _ago(_STALE):
                raise AnswerLost(key=claim.key)
            if time.monotonic() > ends:
                raise KeyBusy(key=claim.key)
            await asyncio.sleep(_POLL)

    def _claim(self, claim: Claim, asked: str) -> Any:
        same = sa.and_(ANSWER.c.person == claim.person, ANSWER.c.key == claim.key)
        anew = {"asked": asked, "status": _CLAIMED, "body": b"", "kind": claim.mark, "made_at": now()}
        try:
            with self.platform.writing() as connection:
                connection.execute(sa.delete(ANSWER).where(ANSWER.c.made_at < _ago(_KEPT)))
                row = connection.execute(sa.select(ANSWER).where(same).with_for_update()).first()
                if row is None:
                    connection.execute(sa.insert(ANSWER), {"person": claim.person, "key": claim.key, **anew})
                    return None
                if row.asked != asked:
                    raise KeyReused(key=claim.key)
                if row.status == _CLAIMED and row.made_at < _ago(_STALE):
                    connection.execute(sa.update(ANSWER).where(same).values(**anew))
                    return None
                return row
        except sa.exc.IntegrityError:
            with self.platform.reading() as connection:
                return connection.execute(sa.select(ANSWER).where(same)).one()

    async def _do(self, claim: Claim, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the request, and keep its answer before it is sent."""
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        token = _CLAIM.set(claim)
        try:
            await self.app(scope, receive, collect)
        finally:
            _CLAIM.reset(token)
            await asyncio.to_thread(self._keep, claim, str(scope["path"]), messages)
        for message in messages:
            await send(message)

    def _keep(self, claim: Claim, path: str, messages: list[Message]) -> None:
        """Keep an answer that tells of an effect; let the key go where there was none."""
        start = next((one for one in messages if one["type"] == "http.response.start"), None)
        status = int(start["status"]) if start else 500
        body = b"".join(one.get("body", b"") for one in messages)
        heads = {name.lower(): value.decode("latin-1") for name, value in (start or {}).get("headers", ())}
        said = {"status": status, "body": body, "kind": heads.get(b"content-type", "")}
        if len(body) > _LARGEST or (body and _SECRET.search(path)):
            said = {"status": _EFFECT, "made_at": _ago(_STALE * 2)}
        with self.platform.writing() as connection:
            if status < 400:
                connection.execute(sa.update(ANSWER).where(claim.here).values(**said))
            elif status < 500:
                connection.execute(sa.delete(ANSWER).where(claim.here))
            else:
                connection.execute(sa.delete(ANSWER).where(claim.here, ANSWER.c.status == _CLAIMED))


def _mark_effect(connection: sa.Connection) -> None:
    """Before a transaction of a request under a key is kept: the claim must still be ours."""
    claim = _CLAIM.get()
    if claim is None or not connection.get_execution_options().get("writes"):
        return
    if connection.execute(sa.update(ANSWER).where(claim.here).values(status=_EFFECT)).rowcount != 1:
        raise KeyBusy(key=claim.key)


async def _received(request: Request, body: IO[bytes], viewer: Viewer) -> str:
    """Write what comes to a file; the hash of the request, in which the boundary of a form does not count.

    What its sender may do and where counts: an answer is not given again to somebody who might no longer ask for it.
    """
    boundary = boundary_of(request.headers.get("content-type", ""))
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    digest.update(kind.encode())
    digest.update(repr((sorted(filter(viewer.may, viewer.permissions)), viewer.areas)).encode())
    rest = b""
    async for piece in request.stream():
        await asyncio.to_thread(body.write, piece)
        if boundary:
            rest = (rest + piece).replace(boundary, b"")
            digest.update(rest[: -len(boundary)])
            rest = rest[-len(boundary) :]
        else:
            digest.update(piece)
    digest.update(rest)
    return digest.hexdigest()


def _slowly(asked: str, claim: Claim) -> str:
    """A hash from which a password is not found by trying."""
    salt = f"{claim.person} {claim.key}".encode()
    return hashlib.scrypt(asked.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32).hex()


def _replay(body: IO[bytes]) -> Receive:
    """What was received, once more."""
    body.seek(0)
    over = False

    async def receive() -> Message:
        nonlocal over
        if over:
            await asyncio.sleep(3600)
        piece = await asyncio.to_thread(body.read, _PIECE)
        over = not piece
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    return receive


async def _again(row: Any, scope: Scope, receive: Receive, send: Send) -> None:
    heads: Mapping[str, str] = {
        "Idempotent-Replayed": "true",
        **({"Content-Type": row.kind} if row.kind else {}),
    }
    await Response(row.body or None, row.status, dict(heads))(scope, receive, send)


def _ago(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)).isoformat()
