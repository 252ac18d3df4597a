"""Completeness by share of emissions, not by count of cells: what is missing, how large it may be, and what says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.activity.reading.named_tables import read_named
from tanheng.codes import CodeList, codelist, item_name, items
from tanheng.codes.wording import unit_name
from tanheng.errors import CellNotFound, language
from tanheng.inventory.categories.answers import notation_of
from tanheng.inventory.categories.covering import ESTIMATED, UNANSWERED, UNMATCHED, inventory_coverage
from tanheng.inventory.categories.official import official_list
from tanheng.inventory.categories.placing import GPC
from tanheng.inventory.quality.similar import Similar, similar_coefficients
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.line_terms import lines_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NOT_ESTIMATED = "NE"
REFUSED = "refused"
ESTIMATE, SIMILAR, UNKNOWN = "estimate", "similar", "unknown"
_SCHEMA: dict[str, Any] = {
    "kind": pl.String, "missing": pl.String, "name": pl.String, "gas": pl.String, "amount": pl.Float64,
    "unit": pl.String, "rows": pl.Int64, "low": pl.Float64, "high": pl.Float64, "basis": pl.String,
    "stands_on": pl.String,
}  # fmt: skip
Missing = dict[str, Any]


@dataclass(frozen=True)
class Completeness:
    """How much of the emissions an inventory covers.

    ``total`` [t] is that of the inventory; ``size`` [t] is what it holds by absolute value, of which the shares are:
    removals make a total smaller, not the inventory. ``lines`` has one row for each thing that is missing: its ``kind``
    (unmatched, refused, NE, unanswered, or an estimate beside them), ``missing`` (code), ``amount`` in ``unit``, ``low`` and
    ``high`` [t] of its emission, the ``basis`` (estimate, similar, unknown) and what it ``stands_on``. ``low`` and ``high``
    [%] are the covered share: ``low`` is None as soon as anything is unknown, ``high`` is then the most that it can be,
    and None where nothing that is missing has a number.
    """

    total: float
    size: float
    lines: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        """Missing things of which nothing says how large they are."""
        return self.lines.filter(pl.col("basis") == UNKNOWN).height

    @property
    def low(self) -> float | None:
        """Least share that is covered, %; None where something is unknown."""
        return None if self.unknown else self._share("high")

    @property
    def high(self) -> float | None:
        """Largest share that is covered, %; None where nothing that is missing can be estimated."""
        return None if self.unknown and self.unknown == self.lines.height else self._share("low")

    def _share(self, bound: str) -> float | None:
        whole = self.size + float(self.lines.get_column(bound).sum() or 0.0)
        return self.size / whole * 100 if whole else None

    def table(self) -> Table:
        """What is missing, the largest first."""
        return Table(self.lines, self.sentence())

    def sentence(self) -> str:
        """How much is covered, in the language of the run; a most that can be covered is never said to be covered.

        Examples
        --------
        >>> lines = pl.DataFrame({"basis": ["similar", "unknown"], "low": [25.0, None], "high": [50.0, None]})
        >>> Completeness(75.0, 75.0, lines).sentence()
        '覆盖多少未知：1 项缺项大小未知；只看大小已知的缺项，至多 75.00 %'
        """
        zh = language() == "zh"
        if not self.unknown:
            low, high = f"{self.low or 0:.2f} %", f"{self.high or 0:.2f} %"
            if low == high:
                share = f"{self.low or 0:.2f}".rstrip("0").rstrip(".") + " %"
                return f"覆盖排放的 {share}" if zh else f"Covers {share} of the emissions"
            return f"覆盖排放的 {low} 至 {high}" if zh else f"Covers {low} to {high} of the emissions"
        said = (
            f"覆盖多少未知：{self.unknown} 项缺项大小未知"
            if zh
            else f"How much is covered is unknown: nothing says how large {self.unknown} of what is missing is"
        )
        if self.high is None:
            return said
        most = f"{self.high:.2f} %"
        return said + (
            f"；只看大小已知的缺项，至多 {most}" if zh else f"; by the others alone, at most {most}"
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "total": self.total,
            "absolute_size": self.size,
            "covered_low_percent": self.low,
            "covered_high_percent": self.high,
            "unknown": self.unknown,
            "missing": self.lines.to_dicts(),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __repr__(self) -> str:
        return f"{self.sentence()}\n{self.lines}"


def completeness(
    inventory: Inventory,
    *,
    by: str | None = None,
    within: str | None = None,
    notation: pl.DataFrame | None = None,
    estimates: Any = None,
) -> Completeness:
    """Estimate the share of emissions that an inventory covers.

    Parameters
    ----------
    inventory : Inventory
    by : str, optional
        A category list: its categories that the method or the user marks NE, or that nobody answered, are missing too. Unless
        told, the list of the method's tables (a summary by gas, or the GPC) where the method or a template has keys for it.
    within : str, optional
        Only categories of the list at or below this one, such as ``P0``, which leaves out the memo rows.
    notation : DataFrame, optional
        The user's notation keys: ``category``, ``notation``, ``reason`` and maybe ``gas``; needs ``by``.
    estimates : path or table, optional
        The user's estimates: ``category`` (a category or item of the result's column ``missing``, or another one that is
        missing), ``estimate_t`` [t], ``uncertainty`` [%] and ``source``. They win over any other basis.

    Returns
    -------
    Completeness
        Beside the total, never in it.

    Raises
    ------
    CellNotFound
        When the method does not place its emissions in the list.
    UnknownCode
        When the list does not hold ``within``.
    InputUnreadable, ColumnMissing
        When the estimates cannot be read.

    Notes
    -----
    Covered share = E / (E + missing), all by absolute value. Activity without a coefficient is taken at the smallest and the
    largest coefficient in the sheet of items of the same kind and unit; refused rows and categories without a number are
    unknown unless the user gives an estimate.

    Source: the platform's own convention.

    Examples
    --------
    >>> import tanheng as th
    >>> rows = {"entity": ["四川省"] * 2, "period": ["2021"] * 2, "item": ["煤品", "石油焦"], "amount": [100, 10], "unit": ["t"] * 2}
    >>> found = completeness(th.account(rows, "sichuan-park-2022"))
    >>> found.total, round(found.low, 3), round(found.high, 3)
    (198.12, 90.909, 90.909)
    """
    by = by or _own_list(inventory)
    if notation is not None and by is None:
        raise CellNotFound(cell="by", columns=", ".join(inventory.category_lists))
    size = float(inventory.rows.filter(~pl.col("memo")).get_column("emission").abs().sum())
    lines = [*_unmatched(inventory), *_refused(inventory)]
    lines += _open(inventory, by, within, notation) if by is not None else []
    held = _held(inventory, by)
    lines, findings = _with_estimates(lines, estimates, held)
    frame = pl.DataFrame([[line[name] for name in _SCHEMA] for line in lines], schema=_SCHEMA, orient="row")
    ordered = frame.sort("high", "kind", "missing", descending=[True, False, False], nulls_last=True)
    return Completeness(inventory.total, size, ordered, findings)


def _own_list(inventory: Inventory) -> str | None:
    """The list by which an inventory is reported: the one of which the method or the user says what is left open."""
    tables = {str(one["rows"]) for one in inventory.method["tables"]}
    gpc = GPC if GPC in tables and GPC in inventory.category_lists else None
    name = official_list(inventory) or gpc
    return name if name and notation_of(inventory, name) else None


def _line(kind: str, missing: str, name: str, **more: Any) -> Missing:
    empty = {
        "gas": "",
        "amount": None,
        "unit": "",
        "rows": 1,
        "low": None,
        "high": None,
        "basis": UNKNOWN,
        "stands_on": "",
    }
    return {"kind": kind, "missing": missing, "name": name, **empty, **more}


def _unmatched(inventory: Inventory) -> list[Missing]:
    """Activity without a coefficient, by item, unit and the gases that it lacks."""
    if not inventory.unmatched.height:
        return []
    keys = [name for name in ("item", "activity", "unit", "gas") if name in inventory.unmatched.columns]
    similar = similar_coefficients(inventory)
    grouped = inventory.unmatched.group_by(keys).agg(pl.col("amount").sum(), pl.len().alias("rows"))
    return [_by_similar(row, similar) for row in grouped.sort(keys).iter_rows(named=True)]


def _by_similar(row: Mapping[str, Any], similar: Similar) -> Missing:
    about = {"gas": row.get("gas") or "", "amount": row["amount"], "unit": row["unit"], "rows": row["rows"]}
    found = similar.range_of(row["item"], row["unit"], row.get("activity") or "", about["gas"])
    name = item_name(row["item"])
    if found is None:
        return _line(UNMATCHED, row["item"], name, **about)
    low, high = (row["amount"] * one for one in (found.low, found.high))
    names, span, unit = (
        list(map(item_name, found.items)),
        f"{found.low:.6g}–{found.high:.6g}",
        unit_name(row["unit"]),
    )
    said = (
        f"同类系数 {span} t/{unit.zh}：{'、'.join(names)}"
        if language() == "zh"
        else f"similar coefficients {span} t/{unit.en}: {', '.join(names)}"
    )
    return _line(UNMATCHED, row["item"], name, **about, low=low, high=high, basis=SIMILAR, stands_on=said)


def _refused(inventory: Inventory) -> list[Missing]:
    name = "被拒绝的行" if language() == "zh" else "refused rows"
    return [_line(REFUSED, REFUSED, name, rows=inventory.refused)] if inventory.refused else []


def _open(inventory: Inventory, by: str, within: str | None, notation: pl.DataFrame | None) -> list[Missing]:
    """Categories of a list that are not estimated: by the user's key, else by the method's, or answered by nobody.

    An emission or a key of a wider category answers for those below it; activity that waits for a coefficient has a line of
    its own.
    """
    found = inventory_coverage(inventory, by, notation=notation).cells
    cells = found.filter(~pl.col("state").is_in([ESTIMATED, UNMATCHED]))
    keys = notation_of(inventory, by, notation=notation)
    answers = {cell: (one.key, one.reason) for cell, one in keys.items()} | _estimated_here(inventory, by)
    listed = codelist(by)
    lines: dict[tuple[str, str], Missing] = {}
    for cell in cells.filter(pl.col("gas").is_in(_counted(inventory))).iter_rows(named=True):
        place, state, reason = _answer(cell["category"], cell["gas"], answers, listed)
        if (cell["category"], cell["gas"]) in keys:
            place = keys[cell["category"], cell["gas"]].at
        inside = within is None or listed.is_under(cell["category"], within)
        if inside and state in {NOT_ESTIMATED, UNANSWERED}:
            name = listed.told_apart(place, language())
            lines[place, cell["gas"]] = _line(state, place, name, gas=cell["gas"], stands_on=reason)
    return list(lines.values())


Answers = dict[tuple[str, str], tuple[str, str]]


def _answer(category: str, gas: str, answers: Answers, listed: CodeList) -> tuple[str, str, str]:
    """Where a category is answered, by which state and why; the nearest answer holds."""
    for place in (category, *(above["code"] for above in listed.ancestors(category))):
        state, reason = answers.get((place, gas)) or answers.get((place, "")) or ("", "")
        if state:
            return place, state, reason
    return category, UNANSWERED, ""


def _counted(inventory: Inventory) -> list[str]:
    """Gases that the total may hold: precursors such as NOx are no part of it, nor is methane of a total of CO2."""
    if inventory.gas == "CO2":
        return ["", "CO2"]
    listed = codelist("gases")
    return ["", *(code for code in listed if not listed.get(code).get("parent"))]


def _estimated_here(inventory: Inventory, by: str) -> Answers:
    groups = lines_of(inventory, by).select("line_category", "line_gas").unique()
    return {(category, gas): (ESTIMATED, "") for category, gas in groups.iter_rows() if category}


def _held(inventory: Inventory, by: str | None) -> set[str]:
    """Categories and items that have an emission in the inventory."""
    lists = [by] if by else inventory.category_lists
    names = ["item", *lists]
    return {
        str(value)
        for name in names
        for value in inventory.by(name).to_polars().get_column(name).to_list()
        if value
    }


def _with_estimates(
    lines: list[Missing], estimates: Any, held: set[str]
) -> tuple[list[Missing], list[Finding]]:
    """Lines with the user's estimates in place; those for nothing in the list are lines of their own."""
    if estimates is None:
        return lines, []
    left = list(lines)
    done: list[Missing] = []
    answered: list[Missing] = []
    findings: list[Finding] = []
    for row in read_named(estimates, "estimates", told=findings).iter_rows(named=True):
        wrong = _lacking(row)
        meant = [line for line in left if _means(row["category"], line)]
        if wrong:
            findings.append(
                Finding("I-233", {"row": row["__row"], "category": row["category"], "detail": wrong})
            )
        elif meant:
            done.append(_estimated(meant, row))
            answered += meant
            left = [line for line in left if line not in meant]
        elif any(_means(row["category"], line) for line in answered):
            findings.append(Finding("I-234", {"row": row["__row"], "category": row["category"]}))
        elif row["category"] in held or _code(row["category"]) in held:
            findings.append(Finding("I-232", {"category": row["category"]}))
        else:
            code = _code(row["category"]) or row["category"]
            answered.append(_line(ESTIMATE, code, row["category"]))
            done.append(_estimated(answered[-1:], row))
    return [*done, *left], findings


def _lacking(row: Mapping[str, Any]) -> tuple[str, str] | None:
    if not row["category"]:
        return "没有写明所缺的是什么", "it does not say what is missing"
    if row["estimate_t"] is None:
        return "没有估算量", "it has no estimate"
    return None if row["source"] else ("没有来源", "it has no source")


def _means(text: str, line: Missing) -> bool:
    return (
        text.casefold() in {line["missing"].casefold(), line["name"].casefold()}
        or _code(text) == line["missing"]
    )


def _code(text: str) -> str:
    """The item that a text names, if it is one and only one."""
    found = items().codes.match(text)
    return found[0] if len(found) == 1 else ""


def _estimated(meant: list[Missing], row: Mapping[str, Any]) -> Missing:
    """One line for all that an estimate speaks of: several gases or units of one thing are estimated together."""
    size = abs(row["estimate_t"])
    spread = size * (row["uncertainty"] or 0.0) / 100
    one = meant[0] if len(meant) == 1 else {**meant[0], "gas": "", "amount": None, "unit": ""}
    rows = sum(line["rows"] for line in meant)
    low = max(size - spread, 0.0)
    return {
        **one,
        "rows": rows,
        "low": low,
        "high": size + spread,
        "basis": ESTIMATE,
        "stands_on": row["source"],
    }
