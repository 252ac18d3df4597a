"""A loan whose interest follows the targets of a project: what is drawn, paid back and owed, to the fen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from tanheng.errors import language
from tanheng.pathways.projects.worth import FlowsInvalid

TIMES = (1, 2, 4, 12)
"""How often a year a loan is paid."""
_FEN = Decimal("0.01")
_BASIS_POINTS = Decimal(10_000)
_LONGEST = 100
_LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Loan:
    """Terms of a loan 可持续发展挂钩贷款.

    ``principal`` is in CNY, drawn in ``first``; it is paid back ``times`` a year over ``years`` after ``grace`` years without, in
    equal parts of principal 等额本金 or in equal payments 等额本息. ``rate`` is per year; a payment bears its part of it. Where
    ``targets`` [t] names a year, the rate of the following year is ``down`` basis points lower when the reduction of that year
    reaches it, ``up`` higher when not. Where a year lacks measurements and what is there does not reach the target, ``unmeasured`` says
    whether it counts as ``missed`` or the rate is ``kept``. Steps do not add up over the years.
    ``projects`` are those whose reductions together are held against the targets.
    """

    principal: Decimal
    rate: Decimal
    first: int
    years: int
    grace: int = 0
    targets: Mapping[int, Decimal] | None = None
    down: int = 0
    up: int = 0
    repay: Literal["equal-principal", "annuity"] = "equal-principal"
    times: int = 1
    unmeasured: Literal["kept", "missed"] = "kept"
    projects: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)


def schedule(
    loan: Loan, reduced: Mapping[int, Decimal], *, partial: Collection[int] = (), until: int | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """What is owed and paid in each year.

    Parameters
    ----------
    loan : Loan
    reduced : mapping of int to Decimal
        Measured reduction of each year, t.
    partial : collection of int
        Years of which some projects were not measured: ``reduced`` is then of the others.
    until : int, optional
        The last year that is over; targets after it are not judged yet and leave the rate as it is. All are over unless told.

    Returns
    -------
    list of dict
        One for each payment: ``year``, ``number`` in it, ``rate`` a year, ``target_t`` and ``reduced_t`` of the year before,
        ``met`` (None where there was no target, it is not due, or not known and the rate kept), ``interest``, ``repaid``, ``paid`` together, ``balance`` at its end, CNY to the fen.

    Raises
    ------
    FlowsInvalid
        For terms that make no loan.

    Notes
    -----
    Interest is balance x rate / times, rounded half up to the fen. Equal payments are found anew from balance and payments left
    whenever the rate changes: balance x i / (1 - (1 + i)^-n). The last payment takes what rounding left.

    Examples
    --------
    >>> terms = Loan(Decimal(1000), Decimal("0.05"), 2025, 2, targets={2025: Decimal(10)}, down=20, up=10)
    >>> [(row["year"], str(row["rate"]), str(row["interest"]), str(row["balance"])) for row in schedule(terms, {2025: Decimal(12)})]
    [(2026, '0.048', '48.00', '500.00'), (2027, '0.05', '25.00', '0.00')]
    """
    _check(loan)
    balance, rows = loan.principal.quantize(_FEN, ROUND_HALF_UP), []
    payments = loan.years * loan.times
    equal = (balance / payments).quantize(_FEN, ROUND_HALF_UP)
    level, before, left = Decimal(0), None, payments
    for year in range(loan.first + 1, loan.first + loan.grace + loan.years + 1):
        target, done = (loan.targets or {}).get(year - 1), reduced.get(year - 1)
        met = None if target is None else _met(loan, year - 1, target, done, partial, until)
        rate = rate_after(loan, met=met)
        for number in range(1, loan.times + 1):
            interest = (balance * rate / loan.times).quantize(_FEN, ROUND_HALF_UP)
            repaid = Decimal("0.00")
            if year > loan.first + loan.grace:
                if loan.repay == "annuity" and rate != before:
                    level, before = _level(balance, rate / loan.times, left), rate
                part = equal if loan.repay == "equal-principal" else level - interest
                repaid = balance if left == 1 else min(max(part, Decimal("0.00")), balance)
                left -= 1
            balance -= repaid
            rows.append({"year": year, "number": number, "rate": rate, "target_t": target, "reduced_t": done, "met": met,
                         "interest": interest, "repaid": repaid, "paid": interest + repaid, "balance": balance})  # fmt: skip
    return rows


def _met(
    loan: Loan, year: int, target: Decimal, done: Decimal | None, partial: Collection[int], until: int | None
) -> bool | None:
    if done is not None and (done >= target or year not in partial):
        return done >= target
    over = until is None or year <= until
    return False if over and loan.unmeasured == "missed" else None


def met_said(row: Mapping[str, Any]) -> str:
    """Whether the target behind a payment was met, in words, of a row of `tanheng.pathways.projects.loan_schedule`."""
    zh = language() == "zh"
    if row["target_t"] is None:
        return "–"
    if row["met"] is None and not row["unmeasured"]:
        return "未到期" if zh else "not due"
    said = {True: ("是", "yes"), False: ("否", "no"), None: ("未知，利率不变", "not known: rate kept")}[
        row["met"]
    ][not zh]
    if row["unmeasured"]:
        return said + (f"（未测：{row['unmeasured']}）" if zh else f" (not measured: {row['unmeasured']})")
    return said + (("（在不确定性内）" if zh else " (within uncertainty)") if row["doubtful"] else "")


def rate_after(loan: Loan, *, met: bool | None) -> Decimal:
    """Interest a year after a target was met, missed, or not set.

    Examples
    --------
    >>> terms = Loan(Decimal(1000), Decimal("0.05"), 2025, 2, down=20, up=10)
    >>> str(rate_after(terms, met=True)), str(rate_after(terms, met=False)), str(rate_after(terms, met=None))
    ('0.048', '0.051', '0.05')
    """
    steps = 0 if met is None else -loan.down if met else loan.up
    return loan.rate + Decimal(steps) / _BASIS_POINTS if steps else loan.rate


def _level(balance: Decimal, rate: Decimal, left: int) -> Decimal:
    """The equal payment that pays a balance back."""
    if not rate:
        return (balance / left).quantize(_FEN, ROUND_HALF_UP)
    return (balance * rate / (1 - (1 + rate) ** -left)).quantize(_FEN, ROUND_HALF_UP)


def _check(loan: Loan) -> None:
    faults = {
        ("本金应大于零且不过大", "the principal should be above 0 and not beyond all banks"): 0 < loan.principal < _LARGEST,
        ("还本应为 1 至 100 年，宽限 0 至 100 年", "there should be 1 to 100 years of repayment, and 0 to 100 of grace"): 1 <= loan.years <= _LONGEST and 0 <= loan.grace <= _LONGEST,
        ("年利率应在 0 至 100 %", "interest should be 0 to 100 % a year"): 0 <= loan.rate <= 1,
        ("下调后的利率为负", "the lowered rate is negative"): loan.rate - Decimal(loan.down) / _BASIS_POINTS >= 0,
        ("上下浮动应为非负的基点", "steps should be basis points of 0 or more"): loan.down >= 0 and loan.up >= 0,
        ("每年还款次数应为 1、2、4、12", "payments a year should be 1, 2, 4 or 12"): loan.times in TIMES,
    }  # fmt: skip
    for (zh, en), fine in faults.items():
        if not fine:
            raise FlowsInvalid(detail_zh=zh, detail_en=en)
