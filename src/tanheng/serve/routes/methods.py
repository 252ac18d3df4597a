"""Methods: rules with clauses, parameters and documents, checks and output tables."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Response

from tanheng.errors import language
from tanheng.factors.documents import document_of
from tanheng.inventory import load_method, method_files
from tanheng.serve.routes.library import FactorReader
from tanheng.serve.shelf import method as chosen
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["methods"])
_API = "/api/v1"


@router.get("/methods")
def methods(viewer: FactorReader, asked: Table) -> Response:
    """Methods that can be used."""
    lang = language()
    rows = [
        {"id": one.id, "title": one.title[lang], "title_zh": one.title["zh"], "title_en": one.title["en"],
         "version": one.version, "gas": one.gas, "gwp": one.gwp, "document": one.document_facts(lang)[0],
         "document_address": f"{_API}/documents/{document_of(one.document)}", "rules": len(one.rules),
         "checks": len(one.checks), "levels": ", ".join(one.levels), "category_lists": ", ".join(_lists(one.outcomes()))}
        for one in map(load_method, method_files())
    ]  # fmt: skip
    return answer(pl.DataFrame(rows, infer_schema_length=None), asked, "methods")


@router.get("/methods/{name}")
def method(name: str, viewer: FactorReader) -> dict[str, Any]:
    """One method: rules, parameters, clauses, document, checks, output tables, and where it places emissions."""
    one = chosen(name)
    return {
        **one.to_dict(),
        "address": f"{_API}/methods/{one.id}",
        "document_address": f"{_API}/documents/{document_of(one.document)}",
        "template_address": f"{_API}/methods/{one.id}/template",
        "category_lists": _lists(one.outcomes()),
        "sectors": sorted(one.sectors),
    }


@router.get("/methods/{name}/rules")
def rules(name: str, viewer: FactorReader, asked: Table) -> Response:
    """The rules of a method with formula and clause, one row for each."""
    lang = language()
    rows = [
        {"id": one.id, "title": one.title[lang], "gases": ", ".join(one.gases), "scope": one.scope, "memo": one.memo,
         "effect": one.effect, "formula": one.formula.text, "clause": one.clause if lang == "zh" else one.clause_en,
         "parameters": ", ".join(one.parameters)}
        for one in chosen(name).rules
    ]  # fmt: skip
    return answer(pl.DataFrame(rows), asked, "rules")


def _lists(outcomes: dict[str, list[str]]) -> list[str]:
    return sorted(set(outcomes) - {"rule", "scope", "part"})
