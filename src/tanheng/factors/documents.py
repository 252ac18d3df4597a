"""Documents: what owns the numbers of a library, each with an id that it keeps from release to release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from tanheng.factors.model import Factor, plain


def document_of(source: Mapping[str, Any]) -> str:
    """The id of the document that the source of a factor or a method names, by its title; empty where it names none.

    Publishers are written in many ways, so that they do not tell documents apart.

    Examples
    --------
    >>> one = document_of({"title": "省级温室气体清单编制指南（试行）", "publisher": "国家发展和改革委员会办公厅"})
    >>> one == document_of({"title": "省级温室气体清单编制指南(试行)"}), document_of({})
    (True, '')
    """
    title = plain(str(source.get("title") or ""))
    return f"doc-{hashlib.sha256(title.encode()).hexdigest()[:12]}" if title else ""


def documents(factors: Iterable[Factor]) -> dict[str, dict[str, Any]]:
    """Documents by id: ``title``, ``publisher``, ``year``, and the ids of their ``factors`` with the locator of each.

    Examples
    --------
    >>> from tanheng.factors import load_factors
    >>> row = load_factors().get("cn_51_pilot_coal")
    >>> found = documents(load_factors())[document_of(row.source)]
    >>> "cn_51_pilot_coal" in {one["id"] for one in found["factors"]}
    True
    """
    found: dict[str, dict[str, Any]] = {}
    for row in factors:
        name = document_of(row.source)
        if name:
            facts = {key: row.source[key] for key in ("title", "publisher", "year")}
            kept = found.setdefault(name, {"id": name, **facts, "factors": []})
            kept["factors"].append({"id": row.id, "locator": row.source_locator, "check": row.check})
    return found
