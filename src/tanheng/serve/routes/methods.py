"""Methods: rules with clauses, parameters and documents, checks and output tables; those that ship and one's own."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Response

from tanheng.errors import PackInvalid, PackUnreadable, language
from tanheng.inventory import Method, load_method, method_files
from tanheng.serve.asking import Here
from tanheng.serve.own_methods import file_of_version, method_of, own_versions
from tanheng.serve.routes.library import FactorReader
from tanheng.serve.shelf import document_address
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["methods"])
_API = "/api/v1"


@router.get("/methods")
def methods(viewer: FactorReader, platform: Here, asked: Table) -> Response:
    """Methods that can be used: those that ship, and the newest version of each of one's own (``own``, ``number``)."""
    with platform.reading() as connection:
        newest = {row.method: row for row in reversed(own_versions(connection, viewer))}
    rows = [_own(platform, row) for row in newest.values()]
    rows += [_row(one, None) for one in map(load_method, method_files())]
    return answer(pl.DataFrame(rows, infer_schema_length=None), asked, "methods")


@router.get("/methods/{name}")
def method(name: str, viewer: FactorReader, platform: Here) -> dict[str, Any]:
    """One method: rules, parameters, clauses, document, checks, output tables, and where it places emissions.

    ``name`` is the id that the method gives itself, or that of a version of one's own; ``versions`` lists these.
    """
    one, version = method_of(platform, viewer, name)
    with platform.reading() as connection:
        versions = own_versions(connection, viewer, one.id) if version else []
    return {
        **one.to_dict(),
        "address": f"{_API}/methods/{one.id}",
        "document_address": document_address(one.document),
        "template_address": f"{_API}/methods/{one.id}/template",
        "category_lists": _lists(one.outcomes()),
        "sectors": sorted(one.sectors),
        "own": version and version.id,
        "versions": [
            {"id": row.id, "name": row.name, "number": row.number, "rules": row.rows, "upload": row.upload, "made_by": row.by, "made_at": row.made_at}
            for row in versions
        ],
    }  # fmt: skip


@router.get("/methods/{name}/rules")
def rules(name: str, viewer: FactorReader, platform: Here, asked: Table) -> Response:
    """The rules of a method with formula and clause, one row for each."""
    lang = language()
    rows = [
        {"id": one.id, "title": one.title[lang], "gases": ", ".join(one.gases), "scope": one.scope, "memo": one.memo,
         "effect": one.effect, "formula": one.formula.text, "clause": one.clause if lang == "zh" else one.clause_en,
         "parameters": ", ".join(one.parameters)}
        for one in method_of(platform, viewer, name)[0].rules
    ]  # fmt: skip
    return answer(pl.DataFrame(rows), asked, "rules")


def _own(platform: Here, version: Any) -> dict[str, Any]:
    """A method of one's own; one that this version of the program no longer reads says so and hides no other."""
    try:
        return _row(load_method(file_of_version(platform, version)), version)
    except (PackInvalid, PackUnreadable) as error:
        told = {
            "title": error.message(language()),
            "title_zh": error.message("zh"),
            "title_en": error.message("en"),
        }
        return {"id": version.method, **told, **_version(version)}


def _version(version: Any) -> dict[str, Any]:
    return {
        "own": version is not None, "number": version.number if version else None, "name": version.name if version else "",
        "made_by": version.by if version else "", "made_at": version.made_at if version else "",
    }  # fmt: skip


def _row(one: Method, version: Any) -> dict[str, Any]:
    lang = language()
    return {
        "id": one.id, "title": one.title[lang], "title_zh": one.title["zh"], "title_en": one.title["en"],
        "version": one.version, "gas": one.gas, "gwp": one.gwp, "document": one.document_facts(lang)[0], "check": str(one.document.get("check") or ""),
        "document_address": document_address(one.document), "rules": len(one.rules),
        "checks": len(one.checks), "levels": ", ".join(one.levels), "category_lists": ", ".join(_lists(one.outcomes())),
        **_version(version),
    }  # fmt: skip


def _lists(outcomes: dict[str, list[str]]) -> list[str]:
    return sorted(set(outcomes) - {"rule", "scope", "part"})
