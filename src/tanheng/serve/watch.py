"""Every request is seen once here: it gets an id, is counted and timed, and told in one line of the log."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import MutableMapping
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanheng.record.platform import new_id
from tanheng.serve.measures import Measures
from tanheng.serve.problems import REQUEST, Broke, problem

HEAD = b"x-request-id"
_VERBS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_LOG = logging.getLogger("tanheng.request")
_API, _ANY = "/api/v1", "/{path:path}"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Watch:
    """Around the application: no request passes unseen, and what no error of ours describes is told here, once."""

    def __init__(self, app: ASGIApp, *, measures: Measures) -> None:
        self.app, self.measures = app, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell how it ended."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == HEAD), "")
        name = given if _GIVEN.fullmatch(given) else new_id()[:16]
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        began, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                message = {**message, "headers": [*message.get("headers", ()), (HEAD, name.encode())]}
            await send(message)

        token = REQUEST.set(name)
        try:
            await self.app(scope, receive, told)
        except Exception as error:
            _LOG.error("%s %s", scope["method"], _route(scope), exc_info=error)
            if status:
                raise
            await problem(Request(scope), Broke(name=name), 500)(scope, receive, told)
        finally:
            seconds = time.perf_counter() - began
            route = _route(scope)
            verb = (
                scope["method"] if scope["method"] in _VERBS else "other"
            )  # there are as many as somebody makes up
            self.measures.request(verb, route, status, seconds)
            viewer = state.get("viewer")
            quiet = route == "page" and status < 400
            _LOG.log(
                logging.DEBUG if quiet else logging.INFO, "%s %s %s", scope["method"], route, status,
                extra={
                    "method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1),
                    "person": getattr(viewer, "person", ""), "source": (scope.get("client") or ("",))[0],
                },
            )  # fmt: skip
            REQUEST.reset(token)


def _route(scope: Scope) -> str:
    """The route with its places as they are declared: names of rows stand in no log and no measure."""
    if not scope["path"].startswith(_API):
        return "page"
    path = str(getattr(scope.get("route"), "path", _ANY))
    return "unknown" if path == _ANY else _API + path.removeprefix(_API)
