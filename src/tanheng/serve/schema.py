"""The description of the API (OpenAPI): names from which clients can be generated, errors in one form, tables as they leave."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from tanheng.serve.tables import KINDS, Page

_WRITES = {"post", "put", "patch", "delete"}
_REFUSED = {
    "401": "Not signed in 未登录",
    "4XX": "Refused: what was wrong, where, and the mend 被拒绝：错在哪里、如何改正",
    "507": "No room: quota or disk 配额或磁盘已满",
}


class Both(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


class Problem(BaseModel):
    """An error (RFC 9457): ``code`` is stable, ``detail`` is in the language of the request, ``rows`` are the first offending ones."""

    type: str
    title: str
    status: int
    detail: str
    request: str
    code: str
    message: Both
    where: dict[str, Any]
    rows: list[dict[str, Any]]


def operation_id(route: APIRoute) -> str:
    """The noun and the name of the function, as ``datasets_rows``: it changes only where these do."""
    noun = str(route.tags[0]).replace("-", "_") if route.tags else "api"
    return f"{noun}_{route.name}"


def describe(app: FastAPI) -> None:
    """Make the description say what every route does alike: problems, tables, idempotency keys."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_TOLD)
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            for model in (Problem, Both, Page):
                schemas[model.__name__] = _plain(model)
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path in found["paths"].values():
                for verb, operation in path.items():
                    _complete(verb, operation)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


_TOLD = """碳衡的接口。所有表格以同一方式分页（limit、offset、next）、筛选（where）、排序（sort），并可整表下载（format）。
Tables are paged (limit, offset, next), filtered (where), ordered (sort) and downloaded whole (format) in one way.
Errors are problem+json in the language of Accept-Language. A write may bear an Idempotency-Key: sent again, it is
answered again with `Idempotent-Replayed: true` and not done again. Long work answers 202 with the id of a job."""


def _plain(model: type[BaseModel]) -> dict[str, Any]:
    found = model.model_json_schema(ref_template="#/components/schemas/{model}")
    found.pop("$defs", None)
    return found


def _complete(verb: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, told in _REFUSED.items():
        answers.setdefault(status, {"description": told, "content": body})
    parameters = operation.setdefault("parameters", [])
    named = {(one["in"], one["name"]) for one in parameters}
    if {("query", "format"), ("query", "limit"), ("query", "offset")} <= named:
        whole = {
            kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for kind in KINDS.values()
        }
        page = {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}
        answers["200"] = {
            "description": "A page, or the whole as a file 一页或整表",
            "content": {**page, **whole},
        }
        answers["304"] = {"description": "Not changed 未变"}
        _with_head(parameters, "If-None-Match", "ETag of what the asker has")
    if verb in _WRITES:
        _with_head(
            parameters, "Idempotency-Key", "the same for each sending of one request, at most 255 characters"
        )
    _with_head(parameters, "Accept-Language", "zh or en")
    if not parameters:
        del operation["parameters"]


def _with_head(parameters: list[dict[str, Any]], name: str, told: str, **schema: Any) -> None:
    kind = {"type": "string", "maxLength": 255, **schema}
    parameters.append({"name": name, "in": "header", "required": False, "description": told, "schema": kind})
