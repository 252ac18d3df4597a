"""What comes in: refused early where it is too large, and files streamed to the disk under names that are safe."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import anyio
from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanheng.serve.problems import RequestInvalid, TooLarge, problem

_SAFE = {"GET", "HEAD", "OPTIONS"}
_SMALL_MB = 8
"""The largest body that is no file."""
_ENVELOPE = 1 << 16
"""What a form adds to its file."""
_PIECE = 1 << 20
_PATIENCE = 2.0
_FIELDS, _FIELD, _HEAD = 16, 4000, 8000
"""How many parts a form may have, and how long the value of one and its head may be."""
_HALF = (".upload-", ".dataset-", ".road-")
_OLD = 86_400
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST = 200


def safe_name(text: str) -> str:
    r"""The name of a file without folders, control and direction marks, and what some system cannot store.

    Examples
    --------
    >>> safe_name("../../etc/passwd"), safe_name("C:\\表\\四川.xlsx"), safe_name("\u202etxt.exe"), safe_name("..")
    ('passwd', '四川.xlsx', 'txt.exe', 'upload')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", text))[-1]
    shown = "".join(
        one for one in last if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
    plain = _FORBIDDEN.sub("_", shown).strip(" .")
    if not plain:
        return "upload"
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    stem, dot, end = plain.rpartition(".")
    if not dot or len(end) > 10:
        stem, end = plain, ""
    room = _LONGEST - len(f".{end}".encode())
    return stem.encode()[:room].decode(errors="ignore") + (f".{end}" if end else "")


class BodyLimit:
    """Refuses a body that is too large: by what it says of itself before it is read, else while it is read."""

    def __init__(self, app: ASGIApp, *, upload_mb: int) -> None:
        self.app, self.upload_mb = app, upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what comes."""
        if scope["type"] == "http" and _twice_measured(scope):
            answer = problem(Request(scope), RequestInvalid(detail="Content-Length, Transfer-Encoding"), 400)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self.app(scope, receive, send)
            return
        uploads = scope["path"].rstrip("/").endswith("/uploads")
        limit = self.upload_mb if uploads else _SMALL_MB
        most = (limit << 20) + (_ENVELOPE if uploads else 0)
        request = Request(scope)
        stated = request.headers.get("content-length", "0")
        over = TooLarge(limit=limit)
        counted, refused = 0, stated.isdigit() and int(stated) > most

        async def count() -> Message:
            nonlocal counted, refused
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > most:
                refused = True
                raise over
            return message

        async def told(message: Message) -> None:
            """Send an answer; one that refuses waits a moment for the sender to see it, else he sees a broken line."""
            last = message["type"] == "http.response.body" and not message.get("more_body")
            if not (refused and last):
                await send(message)
                return
            await send({**message, "more_body": True})
            with anyio.move_on_after(_PATIENCE):
                while (await receive()).get("more_body"):
                    pass
            await send({"type": "http.response.body", "body": b""})

        if refused:
            await problem(request, over)(scope, receive, told)
        else:
            await self.app(scope, count, told)


def _twice_measured(scope: Scope) -> bool:
    """Whether a request tells its length in two ways, of which a proxy may believe the other (RFC 9112, 6.1)."""
    return {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}


@dataclass
class Received:
    """A form with one file, which lies half kept on the disk until it is taken."""

    half: Path
    name: str = ""
    size: int = 0
    sha256: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def form_of(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """How OpenAPI tells of a form with one file and small fields, each with what its schema adds to a text."""
    properties = {name: {"type": "string", **more} for name, more in fields.items()}
    properties["file"] = {"type": "string", "format": "binary"}
    schema = {"type": "object", "required": ["file"], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@contextlib.asynccontextmanager
async def receive_file(request: Request, folder: Path) -> AsyncIterator[Received]:
    """Write the file of a form to a folder while it comes in; what is not taken is deleted.

    Raises
    ------
    RequestInvalid
        When it is no form, has no file or several, or breaks off.
    TooLarge
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise RequestInvalid(detail="multipart/form-data; boundary=…")
    handle, half = tempfile.mkstemp(dir=folder, prefix=_HALF[0])
    found = Received(Path(half))
    try:
        with os.fdopen(handle, "wb") as target:
            form = _Form(found, target, options[b"boundary"])
            waiting = bytearray()
            async for piece in request.stream():
                waiting += piece
                if len(waiting) >= _PIECE:
                    await anyio.to_thread.run_sync(form.write, bytes(waiting))
                    waiting.clear()
            await anyio.to_thread.run_sync(form.end, bytes(waiting))
        yield found
    except (MultipartParseError, UnicodeDecodeError, ClientDisconnect) as error:
        raise RequestInvalid(detail=f"multipart/form-data: {error or 'disconnected'}") from error
    finally:
        Path(half).unlink(missing_ok=True)


class _Form:
    """Reads a form piece by piece: small fields are kept, the file goes to the disk."""

    def __init__(self, found: Received, target: IO[bytes], boundary: bytes) -> None:
        self._found, self._target, self._digest = found, target, hashlib.sha256()
        self._heads: dict[bytes, bytes] = {}
        self._head, self._value, self._field = b"", b"", b""
        self._parts, self._head_size = 0, 0
        self._name, self._is_file, self._whole, self._files = "", False, False, 0
        self._parser = MultipartParser(
            boundary,
            {"on_part_begin": self._on_part, "on_header_field": self._on_head, "on_header_value": self._on_value,
             "on_header_end": self._on_head_end, "on_headers_finished": self._on_heads, "on_part_data": self._on_data,
             "on_part_end": self._on_end, "on_end": self._on_whole},
        )  # fmt: skip

    def write(self, piece: bytes) -> None:
        self._parser.write(piece)

    def end(self, piece: bytes) -> None:
        self._parser.write(piece)
        if not self._whole or self._files != 1:
            raise RequestInvalid(detail="multipart/form-data: file")
        self._target.flush()
        os.fsync(self._target.fileno())
        self._found.sha256 = self._digest.hexdigest()

    def _on_part(self) -> None:
        self._heads.clear()
        self._parts, self._head_size = self._parts + 1, 0
        if self._parts > _FIELDS:
            raise RequestInvalid(detail="multipart/form-data: file")

    def _on_head(self, data: bytes, start: int, end: int) -> None:
        self._head += self._of_head(data[start:end])

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._of_head(data[start:end])

    def _of_head(self, piece: bytes) -> bytes:
        self._head_size += len(piece)
        if self._head_size > _HEAD:
            raise RequestInvalid(detail="multipart/form-data: head")
        return piece

    def _on_head_end(self) -> None:
        self._heads[self._head.lower()] = self._value
        self._head, self._value = b"", b""

    def _on_heads(self) -> None:
        said = self._heads.get(b"content-disposition", b"")
        _, options = parse_options_header(said.decode("latin-1"))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        self._field = b""
        if self._is_file:
            self._files += 1
            self._found.name = safe_name(options[b"filename"].decode("utf-8", "replace"))
        if self._files > 1 or (self._is_file and self._name != "file"):
            raise RequestInvalid(detail="multipart/form-data: file")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._is_file:
            self._target.write(piece)
            self._digest.update(piece)
            self._found.size += len(piece)
            return
        self._field += piece
        if len(self._field) > _FIELD:
            raise RequestInvalid(detail=f"multipart/form-data: {self._name}")

    def _on_end(self) -> None:
        if not self._is_file:
            self._found.fields[self._name] = self._field.decode("utf-8")

    def _on_whole(self) -> None:
        self._whole = True


def sweep(folder: Path) -> None:
    """Delete what processes that died left half written; what is younger than a day may still be written."""
    for half in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if half.name.startswith(_HALF) and time.time() - half.stat().st_mtime > _OLD:
                shutil.rmtree(half) if half.is_dir() else half.unlink()


def boundary_of(kind: str) -> bytes:
    """The boundary of a form, which differs each time the same form is sent; nothing for other bodies."""
    _, options = parse_options_header(kind)
    found: Any = options.get(b"boundary", b"")
    return bytes(found)
