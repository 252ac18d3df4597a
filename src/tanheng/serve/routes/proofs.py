"""Proof of a number: from the cell over rows, coefficient and factors to file, document, method version, and who did it when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter

from tanheng.inventory.views.proof_words import worded
from tanheng.record.tables import AUDIT, DATASET, PERSON, RUN, UPLOAD
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import cube_of, one
from tanheng.serve.routes.explorer import Part
from tanheng.serve.shelf import document_address

router = APIRouter(tags=["proofs"])
_API = "/api/v1"


@router.get("/runs/{name}/proof")
def proof(name: str, viewer: Reader, platform: Here, part: Part) -> dict[str, Any]:
    """What stands behind a number: every step with its own address, and who made it when.

    Without ``cell`` it is the total. The first 200 steps are listed; the address of a step opens it alone.
    """
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
        made = made_of(connection, row)
    cube = cube_of(platform, row.manifest)
    found = worded(cube.proof(part.cell, gwp=part.gwp).to_dict(), cube)
    told = addressed(found, f"{_API}/runs/{row.id}", made["dataset"]["upload"], cube.frame.activity.headings)
    return {**found, **told, "method": {**told["method"], **_own(row)}, "made": made}


def addressed(
    proof: Mapping[str, Any], here: str, upload: str | None, headings: Mapping[str, str]
) -> dict[str, Any]:
    """Steps and method of a proof with their addresses below ``/api/v1``.

    Parameters
    ----------
    proof : mapping
        `Proof.to_dict`.
    here : str
        Address of the run or release.
    upload : str, optional
        Id of the upload that the rows were read from.
    headings : mapping
        Column to the heading under which it was read.
    """
    steps = [
        {
            **step,
            "address": f"{here}/proof?{urlencode([('cell', f'{key}={step[key]}') for key in _NAMES if step.get(key)])}",
            "inputs": [{**one, **_of_input(one)} for one in step["inputs"]],
            "rows": [_of_row(row, upload, headings) for row in step["rows"]],
        }
        for step in proof["steps"]
    ]
    method = proof["method"]
    named = {
        "address": f"{_API}/methods/{method['id']}",
        "document_address": document_address(method["document"]),
    }
    return {"address": here, "steps": steps, "method": {**method, **named}}


def _own(run: Any) -> dict[str, str]:
    """The version of a method of one's own by which a run was made, at its own address."""
    version = (run.about or {}).get("pack")
    return {"own": version, "address": f"{_API}/methods/{version}"} if version else {}


_NAMES = ("entity", "period", "region", "sector", "item", "unit", "rule", "gas")


def _of_input(one: Mapping[str, Any]) -> dict[str, Any]:
    factor = one.get("factor")
    return {
        "address": f"{_API}/factors/{factor}" if factor else None,
        "document_address": document_address(one.get("source") or {}),
    }


def _of_row(row: Mapping[str, Any], upload: str | None, headings: Mapping[str, str]) -> dict[str, Any]:
    address = f"{_API}/uploads/{upload}/file" if upload else None
    return {**row, "upload": upload, "address": address, "heading": headings.get("amount")}


def made_of(connection: sa.Connection, run: Any) -> dict[str, Any]:
    """Who uploaded, read and accounted, when, with the entries of the audit chain."""
    dataset = connection.execute(sa.select(DATASET).where(DATASET.c.id == run.dataset)).one()
    name = (dataset.about or {}).get("upload")
    upload = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id == name)).first() if name else None
    told = [("run", run), ("dataset", dataset), *([("upload", upload)] if upload else [])]
    people = {row.id: row.name for row in connection.execute(
        sa.select(PERSON.c.id, PERSON.c.name).where(PERSON.c.id.in_([row.made_by for _, row in told]))
    )}  # fmt: skip
    entries = sa.select(AUDIT.c.number, AUDIT.c.at, AUDIT.c.login, AUDIT.c.action, AUDIT.c.object).where(
        AUDIT.c.tenant == run.tenant, AUDIT.c.object.in_([row.id for _, row in told])
    )
    found: dict[str, Any] = {
        kind: {"id": row.id, "name": row.name, "by": people.get(row.made_by, ""), "at": row.made_at,
               "address": f"{_API}/{kind}s/{row.id}"}
        for kind, row in told
    }  # fmt: skip
    found["dataset"] |= {
        "number": dataset.number,
        "manifest": dataset.manifest,
        "upload": upload.id if upload else None,
    }
    found["run"] |= {"manifest": run.manifest, "digest": run.digest}
    if upload:
        found["upload"] |= {"sha256": upload.sha256, "synthetic": dataset.synthetic}
    found["audit"] = [dict(row._mapping) for row in connection.execute(entries.order_by(AUDIT.c.number))]
    return found
