"""Reading levers: what they change, with units of ratios and costs, price years and dependence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from tanheng.errors import IncompatibleUnit, TanhengError
from tanheng.pathways.tree.leaf import Leaf
from tanheng.pathways.tree.levers import Lever
from tanheng.quantities import multiplier

_MONEY = "元"
Refused = Callable[[str, tuple[str, str], tuple[str, str]], TanhengError]


def levers_of(
    data: Mapping[str, Any], leaves: Mapping[str, Leaf], total_unit: str, refuse: Any
) -> dict[str, Lever]:
    """The levers of a file by name."""
    listed = data.get("levers", {})
    return {name: _lever(name, data, leaves, total_unit, refuse) for name in listed}


def _lever(
    name: str, data: Mapping[str, Any], leaves: Mapping[str, Leaf], total_unit: str, refuse: Any
) -> Lever:
    one = data["levers"][name]

    def wrong(key: str, detail: tuple[str, str], mend: tuple[str, str]) -> TanhengError:
        error: TanhengError = refuse(("levers", name, key), detail, mend)
        return error

    for key in ("leaf", "to"):
        if key in one and one[key] not in leaves:
            raise wrong(
                key,
                (f"没有叶“{one[key]}”", f"there is no leaf '{one[key]}'"),
                (f"可用：{', '.join(leaves)}。", f"Known: {', '.join(leaves)}."),
            )
    for need in one.get("needs", []):
        if need not in data["levers"]:
            raise wrong(
                "needs",
                (f"没有杠杆“{need}”", f"there is no lever '{need}'"),
                (f"可用：{', '.join(data['levers'])}。", f"Known: {', '.join(data['levers'])}."),
            )
    if (one["kind"] == "move") != ("to" in one):
        raise wrong(
            "to", ("只有 move 写 to", "to belongs to move, and move needs it"),
            ("请写移到的叶，或去掉 to。", "Name the leaf that it moves to, or leave out to."),
        )  # fmt: skip
    low, high = {"move": (0.0, 1.0), "relative": (-1.0, float("inf"))}.get(
        one["kind"], (-float("inf"), float("inf"))
    )
    if not low <= one["most"] <= high or one["most"] == 0:
        raise wrong(
            "most", (f"{one['most']} 超出范围", f"{one['most']} is out of range"),
            ("move 写 0 到 1 的份额，relative 不小于 -1。", "A share above 0 up to 1 for move, not below -1 for relative."),
        )  # fmt: skip
    if one["build"] < 1:
        raise wrong(
            "build",
            ("应至少一年", "it takes at least a year"),
            ("请写年数。", "Write the number of years."),
        )
    cost, per = _cost(one, data, leaves[one["leaf"]], total_unit, wrong)
    source = one.get("source")
    return Lever(
        name=name, title=one["title"], leaf=one["leaf"], kind=one["kind"], most=float(one["most"]),
        start=int(one["from"]), build=int(one["build"]), shape=one.get("shape", "linear"), to=one.get("to", ""),
        ratio=_ratio(one, leaves, wrong), wedge=one.get("wedge", leaves[one["leaf"]].sector), cost=cost, cost_per=per,
        group=one.get("group", ""), needs=tuple(one.get("needs", [])), whole=one.get("whole", False),
        ceiling=one.get("ceiling"), source={"zh": source, "en": source} if isinstance(source, str) else source,
        check=one.get("check", ""),
    )  # fmt: skip


def _ratio(one: Mapping[str, Any], leaves: Mapping[str, Leaf], wrong: Refused) -> float:
    """Units of the leaf ``to`` for one unit of the leaf that it is moved from."""
    if one["kind"] != "move":
        return 1.0
    source, target = leaves[one["leaf"]].unit, leaves[one["to"]].unit
    told = one.get("ratio_unit")
    try:
        scale = (
            multiplier(source, target) if told is None else multiplier(f"({told})", f"({target})/({source})")
        )
    except IncompatibleUnit as cause:
        raise wrong(
            "ratio_unit",
            (f"{source} 移到 {target} 的单位不符", f"units of {source} moved to {target} do not fit"),
            (f"请写 ratio 与 ratio_unit，例如 {target}/{source}。", f"Write ratio and ratio_unit, such as {target}/{source}."),
        ) from cause  # fmt: skip
    return float(one.get("ratio", 1.0)) * scale


def _cost(
    one: Mapping[str, Any], data: Mapping[str, Any], leaf: Leaf, total_unit: str, wrong: Refused
) -> tuple[float, Literal["year", "leaf", "total"]]:
    """The cost in CNY of the price year, and what it stands per."""
    if "cost" not in one:
        return 0.0, "year"
    if "source" not in one:
        raise wrong("source", ("费用没有出处", "the cost has no source"), ("请补上 source。", "Add source."))
    unit = one.get("cost_unit", _MONEY)
    options: dict[Literal["year", "leaf", "total"], str] = {
        "year": _MONEY, "leaf": f"{_MONEY}/({leaf.unit})", "total": f"{_MONEY}/({total_unit})",
    }  # fmt: skip
    for per, target in options.items():
        try:
            scale = multiplier(unit, target)
        except IncompatibleUnit:
            continue
        return float(one["cost"]) * scale * _deflator(one, data, wrong), per
    shown = ", ".join(options.values())
    raise wrong(
        "cost_unit",
        (f"“{unit}”不合", f"'{unit}' does not fit"),
        (f"应为 {shown} 之一的单位。", f"Expected a unit of {shown}."),
    )


def _deflator(one: Mapping[str, Any], data: Mapping[str, Any], wrong: Refused) -> float:
    """What turns money of the lever's price year into that of the file; never guessed."""
    year, own = one.get("price_year", data.get("prices")), data.get("prices")
    if year == own:
        return 1.0
    known = data.get("deflators", {})
    if str(year) not in known or "source" not in known:
        raise wrong(
            "price_year",
            (f"{year} 年的价格没有换到 {own} 年的平减指数", f"no deflator turns prices of {year} into those of {own}"),
            ("请在 deflators 中给出倍数与 source。", "Give the multiple and its source under deflators."),
        )  # fmt: skip
    return float(known[str(year)])
