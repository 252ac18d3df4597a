"""Reading what money means in a pipeline, the payments of projects, and loans."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, cast

from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.pathways.projects.fields import LARGEST, WHOLE, amount_of, both, year_of
from tanheng.pathways.projects.loan import TIMES, Loan
from tanheng.pathways.projects.model import Basis, Money, Project, Terms

_PAYMENTS = ("investment", "running_cost", "income")


def terms_of(data: Mapping[str, Any] | None, checker: PackChecker) -> Terms | None:
    """What money means in a pipeline."""
    if data is None:
        return None
    if (data["basis"] == "real") != ("prices" in data):
        raise checker.error(
            ("money", "prices"),
            ("不变价须写价格年，现价不写", "constant prices need their year, current prices have none"),
            ("请写 prices: 年份，或去掉它。", "Write prices: YEAR, or leave it out."),
        )
    deflators = dict(data.get("deflators", {}))
    if deflators and "source" not in deflators:
        raise checker.error(
            ("money", "deflators"),
            ("平减指数没有出处", "deflators have no source"),
            ("请补上 source。", "Add source."),
        )
    discount = data.get("discount")
    if discount is not None and not -WHOLE < discount <= WHOLE:
        raise checker.error(
            ("money", "discount"),
            (f"折现率 {discount} % 超出 -100 到 100", f"a discount rate of {discount} % is outside -100 to 100"),
            ("请以百分数写，例如 6。", "Write it in percent, such as 6."),
        )  # fmt: skip
    found: dict[int, float] = {}
    for year, value in deflators.items():
        if year == "source":
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise checker.error(
                ("money", "deflators", year),
                (f"“{value}”不是大于零的倍数", f"'{value}' is no multiple above zero"),
                ("请写数。", "Write a number."),
            )
        found[year_of(year, ("money", "deflators", year), checker)] = float(value)
    return Terms(
        data["basis"],
        year_of(data["prices"], ("money", "prices"), checker) if "prices" in data else None,
        None if discount is None else discount / WHOLE,
        found,
        both(data["source"]) if "source" in data else None,
    )


def money_of(
    data: Mapping[str, Any] | None, at: Path_, terms: Terms | None, checker: PackChecker
) -> Money | None:
    """Payments of a project."""
    if data is None:
        return None
    basis, prices = data.get("basis", terms and terms.basis), data.get("prices")
    if prices is None and terms and basis == terms.basis:
        prices = terms.prices
    if basis is None or (basis == "real") != (prices is not None):
        raise checker.error(
            (*at, "money", "basis"),
            ("没有说明是哪一年的不变价，或是现价", "it is not told whether prices are constant, of which year, or current"),
            ("请写 basis: real 与 prices: 年份，或 basis: nominal。", "Write basis: real and prices: YEAR, or basis: nominal."),
        )  # fmt: skip
    paid = {
        key: {
            year_of(year, (*at, "money", key, year), checker): amount_of(
                value, (*at, "money", key, year), checker, least=-LARGEST if key == "income" else 0.0
            )
            for year, value in data.get(key, {}).items()
        }
        for key in _PAYMENTS
    }
    year = None if prices is None else year_of(prices, (*at, "money", "prices"), checker)
    return Money(cast("Basis", basis), year, **paid)


def loan_of(
    name: str, data: Mapping[str, Any], projects: Mapping[str, Project], checker: PackChecker
) -> Loan:
    """A loan and the projects whose reductions its targets are held against."""
    at: Path_ = ("loans", name)
    if unknown := [one for one in data["projects"] if one not in projects]:
        raise checker.error(
            (*at, "projects"),
            (f"没有项目“{unknown[0]}”", f"there is no project '{unknown[0]}'"),
            (f"可用：{', '.join(projects)}。", f"Known: {', '.join(projects)}."),
        )
    parts = [one for one in data["projects"] if projects[one].within in data["projects"]]
    if parts or len(set(data["projects"])) < len(data["projects"]):
        raise checker.error(
            (*at, "projects"),
            ("同一减排量列了两次", "the same reduction is named twice"),
            (
                "每个项目写一次；已包含在另一项目中的不写。",
                "Name each project once, and none that another one includes.",
            ),
        )
    for key in ("years", "grace", "times", "down", "up"):
        if key in data and data[key] != int(data[key]):
            raise checker.error(
                (*at, key),
                (f"{data[key]} 不是整数", f"{data[key]} is no whole number"),
                ("请写整数。", "Write a whole number."),
            )
    if data.get("times", 1) not in TIMES:
        shown = ", ".join(map(str, TIMES))
        raise checker.error(
            (*at, "times"),
            (f"{data['times']} 不在 {shown} 之中", f"{data['times']} is none of {shown}"),
            ("请写每年还款次数。", "Write the number of payments a year."),
        )
    targets = {
        year_of(year, (*at, "targets", year), checker): Decimal(
            str(amount_of(value, (*at, "targets", year), checker))
        )
        for year, value in data.get("targets", {}).items()
    }
    return Loan(
        principal=Decimal(str(data["principal"])), rate=Decimal(str(data["rate"])) / 100,
        first=year_of(data["first"], (*at, "first"), checker), years=int(data["years"]), grace=int(data.get("grace", 0)),
        repay=cast('Literal["equal-principal", "annuity"]', data.get("repay", "equal-principal")), times=int(data.get("times", 1)),
        unmeasured=cast('Literal["kept", "missed"]', data.get("unmeasured", "kept")),
        targets=targets or None, down=int(data.get("down", 0)), up=int(data.get("up", 0)), projects=tuple(data["projects"]),
        title=both(data.get("title", name)),
    )  # fmt: skip
