"""One way out for every table: pages as JSON, the whole as CSV, Excel, Parquet or Arrow; filters; conditional requests."""

from __future__ import annotations

import contextvars
import datetime as dt
import hashlib
import json
import math
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import polars as pl
import sqlalchemy as sa
from fastapi import Depends, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from tanheng.filings.synthetic import labelled
from tanheng.inventory.table import Table as ResultTable
from tanheng.record import file_sha256
from tanheng.serve.problems import RequestInvalid, TooManyRows
from tanheng.serve.sheets import Facts, file_name, filters_said, parts_of, write_sheet

Form = Literal["json", "csv", "xlsx", "parquet", "arrow"]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
}
_FILTER = re.compile(r"^(?P<column>[\w.]+)(?P<sign>!=|>=|<=|=|>|<|~)(?P<value>.*)$", re.DOTALL)
_SHEET = 1_048_575
"""Rows of data that a sheet of Excel holds below its heading."""
SYNTHETIC: contextvars.ContextVar[bool] = contextvars.ContextVar("synthetic", default=False)
"""Whether the request looks at synthetic data: set where a row is opened, told by every table that leaves."""
OPENED: contextvars.ContextVar[tuple[str, ...]] = contextvars.ContextVar("opened", default=())
"""Names of the inventories and releases that the request looks at: they name the files that leave."""
Dress = Callable[[pl.DataFrame], pl.DataFrame]


class Page(BaseModel):
    """A page of a table: its rows, how many there are in all, and where the next page begins (``offset``)."""

    rows: list[dict[str, Any]]
    total: int
    next: int | None = None


class Asked:
    """What a request asks of a table."""

    def __init__(
        self,
        request: Request,
        limit: Annotated[int, Query(ge=1, le=10_000, description="rows of a page")] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="first row of the page")] = 0,
        sort: Annotated[str, Query(max_length=200, description="column, or -column for falling")] = "",
        where: Annotated[
            list[str] | None,
            Query(max_length=20, description="COLUMN=VALUE, also != >= <= > < and ~ (holds); all must hold"),
        ] = None,
        form: Annotated[
            Form, Query(alias="format", description="json: a page; the others: the whole table as a file")
        ] = "json",
    ) -> None:
        self.request, self.limit, self.offset, self.sort = request, limit, offset, sort
        self.where, self.form = where or [], form


Table = Annotated[Asked, Depends()]


def answer(
    frame: pl.DataFrame | pl.LazyFrame,
    asked: Asked,
    name: str,
    *,
    dress: Dress | None = None,
    about: Mapping[str, Any] | None = None,
) -> Response:
    """A table as an answer, in the form that was asked for.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        Of a lazy one only the page is made.
    asked : Asked
    name : str
        How a file of it is called.
    dress : callable, optional
        Adds columns to the rows that are answered, such as words in the language of the request.
    about : mapping, optional
        What else a JSON answer says of the whole table.

    Raises
    ------
    RequestInvalid
        For a filter or an order by a column that is not there.
    TooManyRows
        For an Excel sheet.
    """
    dress = dress or (lambda found: found)
    try:
        found = _sorted(_filtered(frame.lazy(), asked.where), asked.sort)
        if asked.form != "json":
            return _file(dress(found.collect()), asked, name, about or {})
        total = int(found.select(pl.len()).collect().item())
        page = dress(found.slice(asked.offset, asked.limit).collect())
    except pl.exceptions.PolarsError as error:
        raise RequestInvalid(detail=f"where, sort: {str(error).splitlines()[0][:200]}") from error
    return _paged(page.to_dicts(), total, asked, about)


def listed(connection: sa.Connection, query: sa.Select[Any], asked: Asked, name: str) -> Response:
    """Rows of the database as an answer: filtered, ordered and paged there.

    Parameters
    ----------
    query : Select
        With the order that holds where none is asked for.

    Raises
    ------
    RequestInvalid, TooManyRows
    """
    columns = {column.key: column for column in query.selected_columns if column.key}
    for text in asked.where:
        column, sign, value = _condition(text, columns)
        query = query.where(_where(column, sign, value, text))
    if asked.sort:
        column = _column(asked.sort.removeprefix("-"), columns, f"sort={asked.sort!r}")
        ties = [columns["id"]] if "id" in columns else []
        query = query.order_by(None).order_by(
            column.desc() if asked.sort.startswith("-") else column.asc(), *ties
        )
    if asked.form != "json":
        return _file(rows_of(connection, query), asked, name, {})
    total = connection.execute(
        sa.select(sa.func.count()).select_from(query.order_by(None).subquery())
    ).scalar_one()
    rows = connection.execute(query.limit(asked.limit).offset(asked.offset))
    return _paged([dict(row._mapping) for row in rows], total, asked)


def rows_of(connection: sa.Connection, query: sa.Select[Any]) -> pl.DataFrame:
    """The rows of a question as a frame; what is plain data of any shape as JSON text."""
    result = connection.execute(query)
    names = list(result.keys())
    rows = [tuple(_flat(value) for value in row) for row in result]
    return pl.DataFrame({name: [row[at] for row in rows] for at, name in enumerate(names)}, strict=False)


def marked(request: Request, response: Response) -> Response:
    """A response with its mark; nothing but the mark where the asker has it already."""
    mark = response.headers.get("ETag") or f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if mark not in known and "*" not in known:
        return response
    if response.background is not None and isinstance(response.background, BackgroundTask):
        response.background.func(*response.background.args, **response.background.kwargs)
    return Response(status_code=304, headers={"ETag": mark, "Cache-Control": "private, no-cache"})


def kept(path: Path, name: str, kind: str = "application/octet-stream") -> FileResponse:
    """A file to be saved under a name, never to be shown by a browser."""
    return FileResponse(
        path, media_type=kind, filename=name, content_disposition_type="attachment",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"},
    )  # fmt: skip


def _paged(
    rows: Sequence[Mapping[str, Any]], total: int, asked: Asked, about: Mapping[str, Any] | None = None
) -> Response:
    after = asked.offset + len(rows)
    more = after if rows and after < total else None
    body = {"rows": [{name: _value(value) for name, value in row.items()} for row in rows], "total": total}
    told = {"synthetic": True} if SYNTHETIC.get() else {}
    response = JSONResponse({**told, **_value(about or {}), **body, "next": more})
    if more is not None:
        here = asked.request.url.include_query_params(offset=more)
        response.headers["Link"] = f'<{quote(here.path, safe="/")}?{here.query}>; rel="next"'
    return marked(asked.request, response)


def _file(frame: pl.DataFrame, asked: Asked, name: str, about: Mapping[str, Any]) -> Response:
    """The whole as a file that is sent piece by piece and then deleted; what holds for all of it stands in every row."""
    if asked.form == "xlsx" and frame.height > _SHEET:
        raise TooManyRows(count=frame.height, most=_SHEET)
    folder = Path(tempfile.mkdtemp(prefix="tanheng-table-"))
    try:
        path = folder / f"table.{asked.form}"
        whole = parts_of(asked, about)
        if asked.form == "csv" and asked.where:
            whole["filter"] = filters_said(asked.where)
        stated = frame.select(*(pl.lit(value).alias(key) for key, value in whole.items() if key not in frame.columns), pl.all())  # fmt: skip
        leaving = labelled(stated) if SYNTHETIC.get() else stated
        if asked.form == "xlsx":
            write_sheet(_texts(leaving), path, told(asked, name, about, frame.height), about)
        else:
            _write(leaving, path, asked.form)
        response = kept(path, f"{file_name(asked, name, whole)}.{asked.form}", KINDS[asked.form])
        response.headers["ETag"] = f'"{file_sha256(path)[:32]}"'
        response.background = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return marked(asked.request, response)


def _condition(text: str, columns: Mapping[str, Any]) -> tuple[Any, str, str]:
    found = _FILTER.match(text)
    if found is None or "\x00" in text:
        raise RequestInvalid(detail=f"where={text!r}; {', '.join(columns)}")
    return _column(found["column"], columns, f"where={text!r}"), found["sign"], found["value"]


def _column(name: str, columns: Mapping[str, Any], asked: str) -> Any:
    if name not in columns:
        raise RequestInvalid(detail=f"{asked}; {', '.join(columns)}")
    return columns[name]


def _where(column: Any, sign: str, value: str, text: str) -> sa.ColumnElement[bool]:
    if isinstance(column.type, sa.JSON) and sign != "~":
        raise RequestInvalid(detail=f"where={text!r}: ~")
    if sign == "~":
        holds: sa.ColumnElement[bool] = sa.cast(column, sa.Text).contains(value, autoescape=True)
        return holds
    kind: pl.DataType = pl.String()
    if isinstance(column.type, sa.Boolean):
        kind = pl.Boolean()
    elif isinstance(column.type, sa.Integer | sa.Numeric):
        kind = pl.Float64()
    found: sa.ColumnElement[bool] = _compared(column, sign, _literal(value, kind, text))
    return found


def _compared(column: Any, sign: str, literal: Any) -> Any:
    signs = {
        "=": column.__eq__, "!=": column.__ne__, ">": column.__gt__,
        "<": column.__lt__, ">=": column.__ge__, "<=": column.__le__,
    }  # fmt: skip
    return signs[sign](literal)


def _filtered(frame: pl.LazyFrame, where: list[str]) -> pl.LazyFrame:
    schema = frame.collect_schema()
    for text in where:
        column, sign, value = _condition(text, {name: name for name in schema.names()})
        kind = schema[column]
        if sign == "~":
            frame = frame.filter(pl.col(column).cast(pl.String).str.contains(value, literal=True))
        else:
            frame = frame.filter(_compared(pl.col(column), sign, _literal(value, kind, text)))
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


def _sorted(frame: pl.LazyFrame, sort: str) -> pl.LazyFrame:
    if not sort:
        return frame
    names = frame.collect_schema().names()
    name = _column(sort.removeprefix("-"), {name: name for name in names}, f"sort={sort!r}")
    return frame.sort(name, descending=sort.startswith("-"), nulls_last=True, maintain_order=True)


def _value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {name: _value(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_value(one) for one in value]
    return value


def _flat(value: Any) -> Any:
    plain = isinstance(value, dict | list | pl.Series)
    return json.dumps(_value(list(value) if isinstance(value, pl.Series) else value), ensure_ascii=False, default=str) if plain else value  # fmt: skip


def told(asked: Asked, name: str, about: Mapping[str, Any], rows: int) -> Facts:
    """What a sheet says of itself: what it is of, which part, its filters and order, unit and fingerprint."""
    return Facts(
        names=OPENED.get(), table=name, whole=parts_of(asked, about), where=tuple(asked.where), sort=asked.sort, rows=rows,
        synthetic=SYNTHETIC.get(), more={key: str(about[key]) for key in ("unit", "gwp", "digest") if about.get(key)},
    )  # fmt: skip


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists and structures as text."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind == pl.Object]
    made = (pl.Series(name, [_flat(value) for value in frame[name].to_list()]) for name in nested)
    return frame.with_columns(list(made)) if nested else frame


def _write(frame: pl.DataFrame, path: Path, form: Form) -> None:
    """CSV by the one way that keeps texts from becoming formulas; lists and structures as text."""
    if form == "parquet":
        frame.write_parquet(path)
    elif form == "arrow":
        frame.write_ipc(path)
    else:
        ResultTable(_texts(frame)).write(path)
