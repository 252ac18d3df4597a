"""Errors as problem+json (RFC 9457) with our codes, in the language of the request; no traceback leaves the house."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tanheng.access.problems import CsrfMissing, NotAllowed, OutsideArea, SignedOut, SignInRefused
from tanheng.errors import Lang, NotFound, TanhengError

_LOG = logging.getLogger("tanheng.serve")
_STATUS: Mapping[type[TanhengError], int] = {
    SignInRefused: 401,
    SignedOut: 401,
    NotAllowed: 403,
    CsrfMissing: 403,
    OutsideArea: 403,
    NotFound: 404,
}


class RequestInvalid(TanhengError):
    """A request whose fields do not fit."""

    code = "W-002"
    zh = "请求不符合接口要求：{detail}。"
    en = "The request does not fit the interface: {detail}."


class NoRoute(TanhengError):
    """A path or verb that the API does not have."""

    code = "W-003"
    zh = "没有这个接口或不支持该方法：{detail}。"
    en = "There is no such route or verb: {detail}."


class Broke(TanhengError):
    """Something that no error of ours describes."""

    code = "W-004"
    zh = "服务器内部错误，编号 {name}。"
    en = "Internal error, reference {name}."
    remedy_zh = "请把编号告诉系统管理员；日志中有详情。"
    remedy_en = "Tell the reference to the system administrator; the log has the details."


class TooLarge(TanhengError):
    """An upload over the limit."""

    code = "W-005"
    zh = "上传超过 {limit} MB 的上限。"
    en = "The upload is over the limit of {limit} MB."


def lang_of(request: Request) -> Lang:
    """Chinese, unless the request prefers English."""
    wanted = request.headers.get("accept-language", "").casefold()
    found = [(place, lang) for lang in ("zh", "en") if (place := wanted.find(lang)) >= 0]
    return "en" if found and min(found)[1] == "en" else "zh"


def problem(request: Request, error: TanhengError, status: int | None = None) -> JSONResponse:
    """An error of ours as an answer."""
    number = status or next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 422)
    body = {
        "type": f"urn:tanheng:{error.code}",
        "title": type(error).__name__,
        "status": number,
        "detail": error.message(lang_of(request)),
        **error.to_dict(),
    }
    return JSONResponse(body, number, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error in this form."""

    @app.exception_handler(TanhengError)
    async def ours(request: Request, error: TanhengError) -> JSONResponse:
        return problem(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        said = "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()[:5]
        )
        return problem(request, RequestInvalid(detail=said), 422)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(request, NoRoute(detail=f"{request.method} {request.url.path}"), error.status_code)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        from tanheng.record.platform import new_id

        name = new_id()[:12]
        _LOG.error("%s %s %s", name, request.method, request.url.path, exc_info=error)
        return problem(request, Broke(name=name), 500)
