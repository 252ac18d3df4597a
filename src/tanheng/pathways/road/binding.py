"""Years bound to inventories: what was accounted for must be what the table says, and its proof goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tanheng.errors import IncompatibleUnit, TanhengError, UnknownUnit
from tanheng.inventory import Inventory, account
from tanheng.inventory.methods.beside import beside, method_beside, run_beside
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.inventory.part import one_year
from tanheng.inventory.quality.grades import grade
from tanheng.inventory.releases.years import load_year
from tanheng.quantities import multiplier

AGREES = 0.001
"""Largest gap between a table and the inventories of a year, as a share: a convention of ours, room for rounded tables."""


def proofs_of(
    year: int, said: float, unit: str, inventories: Sequence[tuple[str, Inventory]], checker: PackChecker, at: Path_
) -> tuple[Mapping[str, Any], ...]:  # fmt: skip
    """The proof of each inventory of a year, which together must be what the table says.

    Parameters
    ----------
    year : int
    said : float
        The table's total [unit].
    unit : str
    inventories : sequence of (str, Inventory)
        Each with what it is called in the file.
    checker, at
        Tell file, line and key of what is wrong.

    Returns
    -------
    tuple of mapping
        ``inventory``, ``run``, ``method``, ``digest``, ``period``, ``total`` [unit], ``grade``, ``uncertainty`` (half width of the
        95 % interval, %; None where it is unknown) and ``rows``, the emission rows of the ledger.

    Raises
    ------
    PackInvalid
        Where the sum is another one, or is a mass of another gas.
    """
    found = [_proof(name, one, year, unit, checker, at) for name, one in inventories]
    if len({one["digest"] for one in found}) < len(found):
        raise checker.error(
            at,
            (f"{year} 年绑定了两个相同的清单", f"two inventories of {year} are the same"),
            ("请去掉一个：一吨只计一次。", "Leave one out: a tonne counts once."),
        )
    accounted = sum(one["total"] for one in found)
    if abs(accounted - said) > AGREES * max(abs(said), abs(accounted)):
        raise checker.error(
            at,
            (f"{year} 年的清单合计 {accounted:,.6g} {unit}，表中为 {said:,.6g}", f"the inventories of {year} sum to {accounted:,.6g} {unit}, the table says {said:,.6g}"),
            ("请改正表或所绑定的清单；相差应小于 0.1 %。", "Mend the table or what is bound; they should be within 0.1 %."),
        )  # fmt: skip
    return tuple(found)


def opened(
    data: Mapping[str, Any], folder: Path, year: int, checker: PackChecker, at: Path_
) -> tuple[str, Inventory]:
    """The inventory that one entry names, of the year, and what it is called.

    Raises
    ------
    PackInvalid
        Where neither run nor activity and method are named, or the run does not hold the year.
    """
    if "run" in data:
        run = run_beside(folder, data["run"], (*at, "run"), checker.error)
        try:
            return data["run"], load_year(run, str(year))[0]
        except TanhengError as cause:
            raise checker.error(
                (*at, "run"),
                (cause.message("zh").rstrip("。"), cause.message("en").rstrip(".")),
                ("请改正。", "Mend it."),
            ) from cause
    if not {"activity", "method"} <= set(data):
        raise checker.error(
            at,
            ("缺少 run，或 activity 与 method", "run is missing, or activity and method"),
            ("请写 run: 运行，或 activity: 文件 与 method: 方法。", "Write run: RUN, or activity: FILE and method: METHOD."),
        )  # fmt: skip
    activity = beside(folder, data["activity"], (*at, "activity"), checker.error)
    whole = account(activity, method_beside(folder, data["method"], (*at, "method"), checker.error))
    return data["activity"], replace(whole, run={**whole.run, "id": ""})  # made here, and kept nowhere


def _proof(
    name: str, inventory: Inventory, year: int, unit: str, checker: PackChecker, at: Path_
) -> Mapping[str, Any]:
    try:
        part, _ = one_year(inventory, str(year))
        gas = "CO2e" if "CO2e" in unit else inventory.gas
        scale = multiplier(f"t{gas}", unit)
    except (IncompatibleUnit, UnknownUnit) as cause:
        raise checker.error(
            at,
            (f"清单 {name} 的 t{inventory.gas} 不能换算为 {unit}", f"t{inventory.gas} of inventory {name} cannot be turned into {unit}"),
            ("请绑定同一种气体的清单。", "Bind an inventory of the same gas."),
        ) from cause  # fmt: skip
    except TanhengError as cause:
        raise checker.error(
            at,
            (
                f"清单 {name}：{cause.message('zh').rstrip('。')}",
                f"inventory {name}: {cause.message('en').rstrip('.')}",
            ),
            ("请改正。", "Mend it."),
        ) from cause
    return {
        "inventory": name, "run": part.run.get("id", ""), "method": part.method["id"], "digest": part.digest,
        "period": str(year), "total": part.total * scale, "grade": grade(part), "uncertainty": part.uncertainty().relative,
        "rows": part.emissions.height,
    }  # fmt: skip
