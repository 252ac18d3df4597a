"""Packs of one's own: factors and methods that an organisation laid down itself, checked when they come, never changed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import may_see
from tanheng.errors import TanhengError, language
from tanheng.factors.userpack import check_pack
from tanheng.inventory import load_method, method_files
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.tables import PACK, PERSON, UPLOAD
from tanheng.serve.asking import Accountant, Here, Reader
from tanheng.serve.holdings import one, small_file_of
from tanheng.serve.own_methods import MethodTaken
from tanheng.serve.shelf import library
from tanheng.serve.tables import Table, listed

router = APIRouter(tags=["packs"])
_SHOWN = [PACK.c[name] for name in ("id", "name", "number", "kind", "method", "rows", "upload", "region", "entity", "made_at")]  # fmt: skip


class PackFaulty(TanhengError):
    """A table of factors with rows that break a rule: none of it is kept."""

    code = "W-060"
    zh = "因子包 {file} 有 {count} 处错误，没有保存。首个：第 {line} 行，{first}"
    en = "The factor pack {file} has {count} faults and was not kept. The first: line {line}, {first}"
    remedy_zh = "请按下表逐处改正后重新上传。"
    remedy_en = "Correct them as listed below and upload it again."


class NewPack(BaseModel):
    """An upload to be kept as a pack: ``factors`` (CSV or Excel) or a ``method`` (YAML)."""

    upload: Annotated[str, Field(max_length=32)]
    kind: Literal["factors", "method"]
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class Pack(BaseModel):
    """A version of a pack: ``method`` is the id that a method gives itself, ``rows`` its factors or rules."""

    id: str
    name: str
    number: int
    kind: str
    method: str
    rows: int
    upload: str
    region: str
    entity: str
    made_at: str


@router.post("/packs", status_code=201)
def add(asked: NewPack, viewer: Accountant, platform: Here) -> Pack:
    """Check an upload by the rules of the library and keep it; the same name again is the next version."""
    with platform.reading() as connection:
        upload = one(connection, viewer, UPLOAD, asked.upload)
    file = small_file_of(platform, upload)
    name = asked.name.strip()
    try:
        method, rows = _factors(file) if asked.kind == "factors" else _method(file)
    except TanhengError as error:
        if "file" in error.fields:
            error.fields["file"] = upload.name
        raise
    with platform.writing() as connection:
        same = sa.and_(PACK.c.tenant == viewer.tenant, PACK.c.name == name)
        last = connection.execute(sa.select(sa.func.max(PACK.c.number)).where(same)).scalar() or 0
        row: dict[str, Any] = {
            "id": new_id(), "tenant": viewer.tenant, "region": upload.region, "entity": upload.entity, "name": name,
            "number": last + 1, "kind": asked.kind, "method": method, "rows": rows, "upload": upload.id,
            "made_by": viewer.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(PACK), row)
        append(
            connection, "pack.add", row["id"], tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, after={**row, "sha256": upload.sha256},
            detail={"name": name, "number": row["number"], "kind": asked.kind},
        )  # fmt: skip
    return Pack(**{column.name: row[column.name] for column in _SHOWN})


@router.get("/packs")
def packs(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Every version of the packs that the viewer may see, newest first."""
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(PERSON, PERSON.c.id == PACK.c.made_by)
    query = query.where(may_see(viewer, PACK)).order_by(PACK.c.made_at.desc(), PACK.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "packs")


def _factors(file: Any) -> tuple[str, int]:
    _, rows, broken = check_pack(file, over=library())
    if broken:
        lang = language()
        told = [
            {"file": file.name, "row": one.row.line, "column": one.column, "value": one.row.cells.get(one.column, ""),
             "reason": one.zh if lang == "zh" else one.en, "remedy": one.error().fields[f"mend_{lang}"]}
            for one in broken
        ]  # fmt: skip
        first = f"{told[0]['column']}: {told[0]['reason']}"
        raise PackFaulty(rows=told, file=file.name, count=len(broken), line=broken[0].row.line, first=first)
    return "", len(rows)


def _method(file: Any) -> tuple[str, int]:
    found = load_method(file)
    if found.id in method_files():
        raise MethodTaken(name=found.id)
    return found.id, len(found.rules)
