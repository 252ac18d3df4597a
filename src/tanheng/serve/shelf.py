"""The library as requests ask for it: releases of factors, each loaded once, and the documents behind them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from tanheng.errors import NotFound
from tanheng.factors import FactorLibrary, load_factors, releases
from tanheng.factors.documents import document_of, documents
from tanheng.inventory import load_method, method_files


def library(release: str = "") -> FactorLibrary:
    """A release of the factors; the newest unless named.

    Raises
    ------
    NotFound
    """
    known = releases()
    name = release or known[-1]
    if name not in known:
        raise NotFound(what_zh="因子库版本", what_en="factor release", name=release, known=", ".join(known))
    return _library(name)


@functools.cache
def shelf(release: str = "") -> dict[str, dict[str, Any]]:
    """Every document by id, with the factors and the methods that stand on it."""
    held = library(release)
    found = {name: {**one, "methods": []} for name, one in documents(held).items()}
    licences = {document_of({key: row[f"source_{key}"] for key in ("title", "publisher", "year")}): row for row in held.release.sources}  # fmt: skip
    for name, row in licences.items():
        if name in found:
            found[name] |= {"licence": row["licence_note"], "read_through": row["read_through"]}
    for one in map(load_method, method_files()):
        name = document_of(one.document)
        if name:
            facts = {key: one.document.get(key) for key in ("title", "publisher", "year")}
            kept = found.setdefault(name, {"id": name, **facts, "factors": [], "methods": []})
            kept["methods"].append({"id": one.id, "locator": one.document.get("locator")})
    return found


def document_address(source: Any) -> str | None:
    """Where the document of a factor or a method is seen; none for one that is not on the shelf, such as a report's own."""
    name = document_of(source) if isinstance(source, Mapping) else ""
    return f"/api/v1/documents/{name}" if name in shelf() else None


@functools.lru_cache(maxsize=4)
def _library(name: str) -> FactorLibrary:
    return load_factors(name)
