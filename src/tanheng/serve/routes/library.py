"""The library: factors with their documents, and methods."""

from __future__ import annotations

import functools
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from tanheng.factors import FactorLibrary, load_factors
from tanheng.inventory import load_method, method_files
from tanheng.serve.asking import Signed
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["library"])


@router.get("/factors")
def factors(
    viewer: Signed,
    asked: Table,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str | None, Query(max_length=40)] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
) -> Response:
    """Search names, items, ids and documents, in Chinese and English."""
    return answer(_library().search(q, region=region, year=year, limit=None), asked, "factors")


@router.get("/factors/answer")
def resolve(
    viewer: Signed,
    item: Annotated[str, Query(min_length=1, max_length=100)],
    region: Annotated[str, Query(min_length=1, max_length=40)],
    date: Annotated[str, Query(max_length=10)],
    activity: Annotated[str | None, Query(max_length=100)] = None,
    gas: Annotated[str | None, Query(max_length=20)] = None,
) -> dict[str, Any]:
    """The factor that applies at a place and a day, with the chain that was tried and why it was chosen."""
    return _library().lookup(item, region, date, activity=activity, gas=gas).to_dict()


@router.get("/methods")
def methods(viewer: Signed) -> list[dict[str, Any]]:
    """Methods that can be used."""
    found = (load_method(name) for name in method_files())
    return [
        {
            "id": one.id,
            "title": dict(one.title),
            "version": one.version,
            "gas": one.gas,
            "document": one.document,
        }
        for one in found
    ]


@functools.cache
def _library() -> FactorLibrary:
    return load_factors()
