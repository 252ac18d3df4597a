"""Errors as problem+json (RFC 9457) with our codes, in the language of the request; no traceback leaves the house."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from tanheng.access.problems import CsrfMissing, NotAllowed, OutsideArea, SignedOut, SignInRefused
from tanheng.errors import LANGS, Lang, NotFound, TanhengError
from tanheng.record.catalogue import StoreUnreadable
from tanheng.record.platform import new_id
from tanheng.record.secrets import KeyUnusable
from tanheng.record.versions import VersionAltered
from tanheng.serve.faults import fault, page

_LOG = logging.getLogger("tanheng.serve")
REQUEST: ContextVar[str] = ContextVar("tanheng_request", default="")
"""The id of the request that is being answered."""


class RequestInvalid(TanhengError):
    """A request whose fields do not fit."""

    code = "W-002"
    zh = "请求不符合接口要求：{detail_zh}。"
    en = "The request does not fit the interface: {detail_en}."

    def __init__(self, *, detail: str = "", **fields: Any) -> None:
        super().__init__(**{"detail_zh": detail, "detail_en": detail, **fields})


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
    """A body over the limit."""

    code = "W-005"
    zh = "上传的内容超过 {limit} MB 的上限。"
    en = "What was sent is over the limit of {limit} MB."
    remedy_zh = "请分成几个文件；系统管理员可改设置 upload_mb。"
    remedy_en = "Split the file; the system administrator can change the setting upload_mb."


class DatabaseAway(TanhengError):
    """A database that does not answer; what it said is for the log alone: it may name hosts, paths and accounts."""

    code = "W-007"
    zh = "数据库暂时无法使用，编号 {name}。"
    en = "The database cannot be used at present, reference {name}."
    remedy_zh = "请稍后重试；仍不行请把编号告诉系统管理员，日志中有详情。"
    remedy_en = "Try again later; if that fails, tell the reference to the system administrator: the log has the details."


class Clash(TanhengError):
    """Two writes of the same name or number at the same moment, of which the other came first."""

    code = "W-021"
    zh = "同一时刻另有请求写入了同一名称或编号，本次没有保存。"
    en = "Another request wrote the same name or number at the same moment; nothing of this one was kept."
    remedy_zh = "请刷新后重试。"
    remedy_en = "Reload and try again."
    status = 409


class QuotaFull(TanhengError):
    """An upload for which a tenant has no room left."""

    code = "W-010"
    zh = "本单位的存储配额 {quota} MB 已不够：已用 {used} MB，本文件 {size} MB。"
    en = "The quota of {quota} MB is not enough: {used} MB are used, this file has {size} MB."
    remedy_zh = "系统管理员可改设置 quota_mb。"
    remedy_en = "The system administrator can change the setting quota_mb."


class DiskFull(TanhengError):
    """A disk on which nothing more can be written."""

    code = "W-011"
    zh = "服务器磁盘已满，什么也没有保存。"
    en = "The server's disk is full; nothing was kept."
    remedy_zh = "请系统管理员腾出空间后重试。"
    remedy_en = "Try again when the system administrator has made room."


class NameElsewhere(TanhengError):
    """A name that belongs to something in another place."""

    code = "W-012"
    zh = "名称“{name}”已用于别处的数据。"
    en = "The name '{name}' is used for data of another place."
    remedy_zh = "请换一个名称；同一地区或单位的同名数据才是新版本。"
    remedy_en = "Choose another name: a new version has the name and the place of the one before."


class Changed(TanhengError):
    """Something that was changed by somebody else in the meantime."""

    code = "W-013"
    zh = "“{name}”在您打开之后已被改动。"
    en = "'{name}' was changed since you opened it."
    remedy_zh = "请刷新后再改。"
    remedy_en = "Reload it and change it again."


class KeyReused(TanhengError):
    """An idempotency key that was used for another request."""

    code = "W-014"
    zh = "Idempotency-Key“{key}”已用于另一个请求。"
    en = "Idempotency-Key '{key}' was used for another request."
    remedy_zh = "请为每个请求用新的键，只在重发同一请求时重复。"
    remedy_en = "Use a new key for each request, and repeat it only when the same request is sent again."


class KeyBusy(TanhengError):
    """A request that is repeated while the first one is still being done."""

    code = "W-015"
    zh = "同一请求（Idempotency-Key“{key}”）仍在处理。"
    en = "The same request (Idempotency-Key '{key}') is still being done."
    remedy_zh = "请稍后重发。"
    remedy_en = "Send it again a little later."


class AnswerLost(TanhengError):
    """A request that was done, and of which the answer is not kept."""

    code = "W-016"
    zh = "Idempotency-Key“{key}”的请求已经执行，但它的答复没有保存（含只显示一次的内容，或服务中途终止）。"
    en = "The request of Idempotency-Key '{key}' was carried out, but its answer is not kept: it held what is shown once, or the server ended midway."
    remedy_zh = "请先查看结果；确需再做一次时用新的键。"
    remedy_en = "Look at what is there first; to do it once more, use a new key."


class TooManyRows(TanhengError):
    """A table with more rows than a sheet of Excel."""

    code = "W-017"
    zh = "表有 {count} 行，Excel 一张表最多 {most} 行。"
    en = "The table has {count} rows; a sheet of Excel holds {most}."
    remedy_zh = "请用 format=csv 或 parquet，或先筛选。"
    remedy_en = "Use format=csv or parquet, or filter it first."


class MappingTooLarge(TanhengError):
    """A file that the mapping assistant does not lay out."""

    code = "W-018"
    zh = "文件有 {size} MB，映射助手只看不超过 {limit} MB 的文件。"
    en = "The file has {size} MB; the mapping assistant takes files of up to {limit} MB."
    remedy_zh = "请把列名改为活动表的列名后直接导入，或拆分文件。"
    remedy_en = "Give the columns the names of an activity table and import it as it is, or split it."


class FileTooLarge(TanhengError):
    """An upload that is not read while the request waits."""

    code = "W-024"
    zh = "文件“{file}”有 {size} MB，这里只读不超过 {most} MB 的文件。"
    en = "The file '{file}' has {size} MB; files of up to {most} MB are read here."
    remedy_zh = "请拆分文件。"
    remedy_en = "Split it."


class JobOfAnother(TanhengError):
    """Trying again what is done in somebody else's name."""

    code = "J-005"
    status = 403
    zh = "任务由他人发起，并以其名义执行，只有本人可以重试。"
    en = "Somebody else asked for the job, and it is done in their name: only they can have it tried again."
    remedy_zh = "请自己重新发起。"
    remedy_en = "Ask for it anew yourself."


class TooManyJobs(TanhengError):
    """More jobs of one person than may wait at a time."""

    code = "J-006"
    status = 429
    zh = "您已有 {count} 个任务在排队或运行，至多 {most} 个。"
    en = "{count} of your jobs wait or run; there may be {most}."
    remedy_zh = "请等其中一些结束，或取消。"
    remedy_en = "Wait until some have ended, or cancel some."


class TooManyStreams(TanhengError):
    """More streams of progress than one person may have open."""

    code = "W-008"
    status = 429
    zh = "您同时打开的进度流已达 {most} 个。"
    en = "{most} of your streams of progress are open already."
    remedy_zh = "请关闭一些页面，或改为查询任务。"
    remedy_en = "Close some pages, or ask for the job instead."


class ReleaseDecided(TanhengError):
    """A proposal that somebody has decided on already."""

    code = "W-030"
    zh = "“{name}”的发布申请已处理（{state}）。"
    en = "The proposal to release '{name}' was decided already ({state})."
    remedy_zh = "请刷新；要再次发布请另行申请。"
    remedy_en = "Reload it; to release once more, propose it anew."


class FourEyes(TanhengError):
    """A proposal that its own proposer would decide on."""

    code = "W-031"
    zh = "“{name}”由您申请发布，须由另一人审批。"
    en = "You proposed the release of '{name}': somebody else has to decide on it."
    remedy_zh = "请由另一位审批员处理。"
    remedy_en = "Ask another approver."


class ReleaseOpen(TanhengError):
    """A release that is needed and does not stand yet."""

    code = "W-032"
    zh = "“{name}”尚未发布（{state}）。"
    en = "'{name}' is not released ({state})."


_STATUS: Mapping[type[TanhengError], int] = {
    SignInRefused: 401,
    SignedOut: 401,
    NotAllowed: 403,
    CsrfMissing: 403,
    OutsideArea: 403,
    NotFound: 404,
    NameElsewhere: 409,
    Changed: 409,
    KeyBusy: 409,
    FourEyes: 403,
    ReleaseDecided: 409,
    ReleaseOpen: 409,
    AnswerLost: 409,
    TooLarge: 413,
    MappingTooLarge: 413,
    VersionAltered: 500,
    DatabaseAway: 503,
    QuotaFull: 507,
    DiskFull: 507,
}
_FULL = ("no space left", "disk is full", "disk quota exceeded", "could not extend file")


def disk_problem(error: BaseException) -> DiskFull | None:
    """The problem of a full disk where an error, or what led to it, tells of one."""
    seen: BaseException | None = error
    while seen is not None:
        said = "" if isinstance(seen, TanhengError) and not isinstance(seen, StoreUnreadable) else str(seen)
        full = isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or isinstance(seen, DiskFull) or any(text in said.casefold() for text in _FULL):
            return DiskFull()
        seen = seen.__cause__ or seen.__context__
    return None


def _unstorable(error: BaseException) -> RequestInvalid | None:
    """The problem of a text or number that no database takes, where an error tells of one."""
    cause = error.__cause__ if isinstance(error, StoreUnreadable) else error
    return (
        RequestInvalid(detail=str(cause)[:200]) if isinstance(cause, UnicodeError | OverflowError) else None
    )


def lang_of(request: Request) -> Lang:
    """Chinese, unless the request prefers English."""
    wanted = request.headers.get("accept-language", "").casefold()
    found = [(place, lang) for lang in ("zh", "en") if (place := wanted.find(lang)) >= 0]
    return "en" if found and min(found)[1] == "en" else "zh"


def problem(request: Request, error: TanhengError, status: int | None = None) -> Response:
    """An error of ours as an answer: as a page where a browser goes to an address, else as problem+json."""
    error = without_places(disk_problem(error) or _unstorable(error) or error)
    number = status or next(
        (code for kind, code in _STATUS.items() if isinstance(error, kind)), getattr(error, "status", 422)
    )
    if request.headers.get("accept", "").startswith("text/html"):
        return HTMLResponse(page(error.message(lang_of(request)), lang_of(request)), number)
    body = {
        "type": f"urn:tanheng:{error.code}",
        "title": type(error).__name__,
        "status": number,
        "detail": error.message(lang_of(request)),
        "request": REQUEST.get(),
        **error.to_dict(),
    }
    return JSONResponse(body, number, media_type="application/problem+json")


def without_places(error: TanhengError) -> TanhengError:
    """The error without what tells where the server keeps its data."""
    if isinstance(error, StoreUnreadable):
        name = REQUEST.get() or new_id()[:16]
        _LOG.error("%s %s", name, error.message("en"))
        return DatabaseAway(name=name)
    if isinstance(error, KeyUnusable):
        _LOG.error("%s", error.message("en"))
        return KeyUnusable(
            place=Path(str(error.fields["place"])).name, detail_zh="见日志", detail_en="see the log"
        )
    if isinstance(error, VersionAltered):
        return VersionAltered(file="/".join(Path(str(error.fields["file"])).parts[-2:]))
    return error


def install(app: FastAPI) -> None:
    """Answer every error in this form."""

    @app.exception_handler(TanhengError)
    async def ours(request: Request, error: TanhengError) -> Response:
        return problem(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        said = {f"detail_{lang}": "; ".join(fault(one, lang) for one in error.errors()[:5]) for lang in LANGS}
        return problem(request, RequestInvalid(**said), 422)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, TanhengError):  # raised while the body was read
            return problem(request, error.__cause__)
        if error.status_code == 400:  # a body that cannot be read, such as JSON that is nested too deep
            return problem(request, RequestInvalid(detail=f"body: {error.detail}"), 400)
        return problem(request, NoRoute(detail=f"{request.method} {request.url.path}"), error.status_code)

    @app.exception_handler(sa.exc.IntegrityError)
    async def at_once(request: Request, error: sa.exc.IntegrityError) -> Response:
        _LOG.warning("%s %s: %s", REQUEST.get(), request.url.path, str(error.orig).partition("\n")[0])
        return problem(request, Clash())

    async def of_system(request: Request, error: Exception) -> Response:
        if found := disk_problem(error) or _unstorable(error):
            return problem(request, found)
        raise error

    for kind in (OSError, UnicodeError, OverflowError):
        app.add_exception_handler(kind, of_system)
