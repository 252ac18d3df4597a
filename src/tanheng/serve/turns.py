"""Turns: one asker has so many requests done at a time, so that nobody's heavy questions keep the others waiting."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from weakref import WeakValueDictionary

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from tanheng.access.areas import Viewer
from tanheng.errors import TanhengError
from tanheng.serve.problems import problem

_PATIENCE = 30.0
_KNOWN = 10_000


class TooManyAtOnce(TanhengError):
    """A request whose turn did not come."""

    code = "W-009"
    status = 429
    zh = "您有太多请求同时在处理：一次至多 {most} 个，本请求等了 {seconds} 秒。"
    en = "Too many of your requests are being done: {most} at a time, and this one waited {seconds} s."
    remedy_zh = "请等先前的请求结束；系统管理员可改设置 at_once。"
    remedy_en = "Wait for the earlier ones; the system administrator can change the setting at_once."


class Turns:
    """Lets the requests of one person, or of one session or token until it is known whose it is, wait for their turn.

    Streams of progress do not count: they have a limit of their own.
    """

    def __init__(self, app: ASGIApp, *, at_once: int, cookie: str, patience: float = _PATIENCE) -> None:
        self.app, self.at_once, self.cookie, self.patience = app, at_once, cookie, patience
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._people: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when it is its turn."""
        mark = self._mark(scope) if scope["type"] == "http" and self.at_once else ""
        if not mark:
            await self.app(scope, receive, send)
            return
        turn = self._turns.setdefault(self._people.get(mark, mark), asyncio.Semaphore(self.at_once))
        try:
            await asyncio.wait_for(turn.acquire(), self.patience)
        except TimeoutError:
            error = TooManyAtOnce(most=self.at_once, seconds=round(self.patience))
            await problem(Request(scope), error)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            turn.release()
            viewer = scope.get("state", {}).get("viewer")
            if isinstance(viewer, Viewer):
                self._people[mark] = viewer.person
                if len(self._people) > _KNOWN:
                    self._people.popitem(last=False)

    def _mark(self, scope: Scope) -> str:
        """What a request is known by before it is looked into: its token or session; nothing for others and for streams."""
        if str(scope["path"]).endswith("/events"):
            return ""
        request = Request(scope)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        shown = token.strip() if scheme.casefold() == "bearer" else request.cookies.get(self.cookie, "")
        return hashlib.sha256(shown.encode()).hexdigest() if shown else ""
