"""From activity to a checked inventory: accounted by a method, then put to all its checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tanheng.activity import Activity
from tanheng.codes import EntityTree
from tanheng.factors import FactorLibrary
from tanheng.inventory.accounting.account import account
from tanheng.inventory.categories.answers import template_doubts
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.methods.method import Method
from tanheng.inventory.quality.breaks import series_doubts
from tanheng.inventory.quality.qa import run_qa
from tanheng.record import file_sha256


def account_checked(
    activity: Activity,
    method: Method,
    *,
    library: FactorLibrary,
    parts: Path | None = None,
    claims: Path | None = None,
    parameters: Path | None = None,
    entities: EntityTree | None = None,
    progress: Callable[[str, str], None] | None = None,
    **options: Any,
) -> Inventory:
    """Account activity and run the checks of the method on the result.

    Parameters
    ----------
    activity : Activity
        With the values of ``parameters`` already in it.
    method : Method
    library : FactorLibrary
        Factors, also for the parts.
    parts, claims : path, optional
        Tables beside the activity that are checked against it and never added; see `run_qa`.
    parameters : path, optional
        The table that the activity's parameters came from; the result keeps its hash.
    entities : EntityTree, optional
    progress : callable, optional
        Told what is being done, in both languages.
    **options
        Of `account`: ``gwp``, ``region``, ``by``, ``engine``, ``strict``.

    Returns
    -------
    Inventory
        Its findings are those of reading, of accounting and of the checks; ``circumstances["beside"]`` names the tables
        beside it with their hashes.

    Examples
    --------
    >>> from tanheng.activity import read_activity
    >>> from tanheng.factors import load_factors
    >>> from tanheng.inventory import load_method
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> found = account_checked(read_activity(table), load_method("sichuan-park-2022"), library=load_factors())
    >>> found.total, found.circumstances["beside"]
    (1.9812, {})
    """
    tell = progress or (lambda _zh, _en: None)
    inventory = account(activity, method, factors=library, entities=entities, progress=progress, **options)
    tell("执行检查", "Running the checks")
    found = [
        *template_doubts(activity, method),
        *run_qa(inventory, method, parts=parts, claims=claims, library=library, entities=entities),
        *series_doubts(inventory),
    ]
    beside = {
        role: {"path": str(path.absolute()), "sha256": file_sha256(path)}
        for role, path in (("parts", parts), ("claims", claims), ("parameters", parameters))
        if path is not None
    }
    return replace(
        inventory,
        findings=[*inventory.findings, *found],
        circumstances={**inventory.circumstances, "beside": beside},
    )
