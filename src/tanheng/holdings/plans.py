"""Plans of allocation as packs: benchmarks as printed, constants and steps, each with its clause."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.errors import NotFound, TanhengError
from tanheng.holdings.arithmetic import NoArithmeticError, names
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import load_with_lines

PACKS = Path(str(files("tanheng.packs") / "allowances"))
_FORMAT = "allowances_format.csv"


class AllowanceInvalid(TanhengError):
    """What was given to a calculation of allowances cannot be used."""

    code = "H-001"
    zh = "{calculation_zh}：{detail_zh}。"
    en = "{calculation_en}: {detail_en}."
    remedy_zh = "用法：{usage}。"
    remedy_en = "Usage: {usage}."


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan 配额方案: what its pack holds, by the keys of the format."""

    id: str
    title: Mapping[str, str]
    document: Mapping[str, Any]
    data: Mapping[str, Any]

    @property
    def years(self) -> list[str]:
        """Years that every benchmark has.

        Examples
        --------
        >>> load_plan("cn-power-2023-2024").years
        ['2023', '2024']
        """
        printed = [set(one["values"]) for one in self.data.get("benchmarks", {}).values()]
        return sorted(set.intersection(*printed)) if printed else []


def plan_files() -> dict[str, Path]:
    """Every plan that ships, by id.

    Examples
    --------
    >>> list(plan_files())
    ['cn-power-2023-2024']
    """
    return {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}


def load_plan(name: str | Path | Plan) -> Plan:
    """A plan by id, or from a pack file of your own.

    Raises
    ------
    NotFound
        When no plan has the id, or the file is not there.
    PackInvalid
        With file, line, key and the mend.

    Examples
    --------
    >>> load_plan("cn-power-2023-2024").data["benchmarks"]["Be"]["values"]["2024"]["II"]
    '0.8049'
    """
    if isinstance(name, Plan):
        return name
    path = plan_files().get(str(name), Path(name))
    if not path.is_file():
        raise NotFound(
            what_zh="配额方案", what_en="plan of allowances", name=str(name), known=", ".join(plan_files())
        )
    return _read(path) if path.parent == PACKS else _read.__wrapped__(path)


@functools.cache
def _read(path: Path) -> Plan:
    data, lines = load_with_lines(path)
    checker = PackChecker(path.name, lines, _FORMAT)
    checker.check(data)
    for name, one in data.get("benchmarks", {}).items():
        _check_benchmark(data, name, one, checker)
    for name, one in data["calculations"].items():
        _check_steps(data, name, one, checker)
    return Plan(data["id"], data["title"], data["document"], data)


def _check_benchmark(
    data: Mapping[str, Any], name: str, one: Mapping[str, Any], checker: PackChecker
) -> None:
    """Every year has a value for each class of the plan and for no other."""
    for year, values in one["values"].items():
        wrong = set(values) ^ set(data.get("classes", {}))
        if wrong:
            listed = ", ".join(sorted(wrong))
            raise checker.error(
                ("benchmarks", name, "values", year),
                (f"类别 {listed} 与 classes 不符", f"class {listed} does not agree with classes"),
                (
                    "每个年度的每个类别各写一个印出的值。",
                    "Write the printed value of every class, and of no other.",
                ),
            )


def _check_steps(data: Mapping[str, Any], name: str, one: Mapping[str, Any], checker: PackChecker) -> None:
    """Every step is arithmetic over what stands before it, and every class is one of the plan."""
    known = {*data.get("benchmarks", {}), *data.get("constants", {})}
    known |= {given["symbol"] for given in one["inputs"].values()}
    for place, step in enumerate(one["steps"]):
        at = ("calculations", name, "steps", place)
        try:
            missing = names(step["formula"]) - known
        except NoArithmeticError as error:
            raise checker.error(
                (*at, "formula"),
                (f"“{error}”不是算式", f"'{error}' is no arithmetic"),
                (
                    "可用 + - * / **、括号、min、max、exp、if … else。",
                    "Use + - * / **, brackets, min, max, exp, if … else.",
                ),
            ) from error
        strange = set(step.get("classes", ())) - set(data.get("classes", {}))
        if missing or strange:
            key, wrong = ("formula", missing) if missing else ("classes", strange)
            listed = ", ".join(sorted(wrong))
            raise checker.error(
                (*at, key),
                (f"没有定义 {listed}", f"{listed} is not defined"),
                ("请先在 inputs、benchmarks、constants、classes 或前面的步骤中给出。",
                 "Give it first under inputs, benchmarks, constants, classes or an earlier step."),
            )  # fmt: skip
        known.add(step["term"])
