"""One way out for every table: pages as JSON, the whole as CSV, Excel, Parquet or Arrow; filters; conditional requests."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import math
import re
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import sqlalchemy as sa
from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from tanheng.inventory.table import Table as ResultTable
from tanheng.serve.problems import RequestInvalid

Form = Literal["json", "csv", "xlsx", "parquet", "arrow"]
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
}
_FILTER = re.compile(r"^(?P<column>[\w.]+)(?P<sign>!=|>=|<=|=|>|<|~)(?P<value>.*)$", re.DOTALL)


class Page(BaseModel):
    """A page of a table: its rows, how many there are in all, and where the next page begins."""

    rows: list[dict[str, Any]]
    total: int
    next: int | None = None


class Asked:
    """What a request asks of a table."""

    def __init__(
        self,
        request: Request,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
        sort: Annotated[str, Query(max_length=200, description="column, or -column for falling")] = "",
        where: Annotated[
            list[str] | None,
            Query(max_length=20, description="COLUMN=VALUE, also != >= <= > < and ~ (holds)"),
        ] = None,
        form: Annotated[Form, Query(alias="format")] = "json",
    ) -> None:
        self.request, self.limit, self.offset, self.sort = request, limit, offset, sort
        self.where, self.form = where or [], form


Table = Annotated[Asked, Depends()]


def answer(frame: pl.DataFrame, asked: Asked, name: str) -> Response:
    """A frame as an answer, in the form that was asked for.

    Raises
    ------
    RequestInvalid
        For a filter or an order by a column that is not there.
    """
    found = _sorted(_filtered(frame, asked.where), asked.sort)
    if asked.form == "json":
        page = found.slice(asked.offset, asked.limit)
        after = asked.offset + page.height
        body = {"rows": _plain(page), "total": found.height, "next": after if after < found.height else None}
        response: Response = JSONResponse(body)
    else:
        response = Response(_written(found, asked.form), media_type=_KINDS[asked.form])
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{asked.form}"'
    mark = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    if asked.request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def rows_of(connection: sa.Connection, query: sa.Select[Any]) -> pl.DataFrame:
    """The rows of a question as a frame."""
    result = connection.execute(query)
    names = list(result.keys())
    rows = [tuple(row) for row in result]
    return pl.DataFrame(
        {name: [row[place] for row in rows] for place, name in enumerate(names)}, strict=False
    )


def _filtered(frame: pl.DataFrame, where: list[str]) -> pl.DataFrame:
    for text in where:
        found = _FILTER.match(text)
        if found is None or found["column"] not in frame.columns:
            raise RequestInvalid(detail=f"where={text!r}; {', '.join(frame.columns)}")
        column, sign, value = pl.col(found["column"]), found["sign"], found["value"]
        kind = frame.schema[found["column"]]
        if sign == "~":
            frame = frame.filter(column.cast(pl.String).str.contains(value, literal=True))
            continue
        literal = _literal(value, kind, text)
        signs = {
            "=": column == literal, "!=": column != literal, ">": column > literal,
            "<": column < literal, ">=": column >= literal, "<=": column <= literal,
        }  # fmt: skip
        frame = frame.filter(signs[sign])
    return frame


def _literal(value: str, kind: pl.DataType, text: str) -> Any:
    try:
        if kind.is_numeric():
            number = float(value)
            if math.isfinite(number):
                return number
            raise ValueError
        if kind == pl.Boolean:
            return {"true": True, "false": False}[value.casefold()]
    except (ValueError, KeyError) as error:
        raise RequestInvalid(detail=f"where={text!r}: {kind}") from error
    return value


def _sorted(frame: pl.DataFrame, sort: str) -> pl.DataFrame:
    if not sort:
        return frame
    name = sort.removeprefix("-")
    if name not in frame.columns:
        raise RequestInvalid(detail=f"sort={sort!r}; {', '.join(frame.columns)}")
    return frame.sort(name, descending=sort.startswith("-"), nulls_last=True, maintain_order=True)


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [{name: _value(value) for name, value in row.items()} for row in frame.to_dicts()]


def _value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value


def _written(frame: pl.DataFrame, form: Form) -> bytes:
    """CSV and Excel by the one way that keeps texts from becoming formulas."""
    stream = io.BytesIO()
    if form == "parquet":
        frame.write_parquet(stream)
    elif form == "arrow":
        frame.write_ipc(stream)
    else:
        with tempfile.TemporaryDirectory() as folder:
            return ResultTable(_flat(frame)).write(Path(folder) / f"table.{form}").read_bytes()
    return stream.getvalue()


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists and structures as text."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind == pl.Object]
    texts = (
        pl.Series(
            name, [json.dumps(value, ensure_ascii=False, default=str) for value in frame[name].to_list()]
        )
        for name in nested
    )
    return frame.with_columns(list(texts)) if nested else frame
