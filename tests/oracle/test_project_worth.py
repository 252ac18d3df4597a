"""Worth of payments against published examples: numpy-financial's reference and the help of Excel."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanheng.pathways.projects.loan import Loan, schedule
from tanheng.pathways.projects.worth import internal_rates, net_present_value


def test_present_value_of_numpy_financial() -> None:
    """numpy-financial, `npv`: 40 000 at 8 %; the older example at 28.1 %."""
    assert round(net_present_value([-40_000, 5_000, 8_000, 12_000, 30_000], 0.08), 5) == 3065.22267
    assert net_present_value([-100, 39, 59, 55, 20], 0.281) == pytest.approx(-0.00847859163845488)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([-100, 39, 59, 55, 20], 0.28095),
        ([-100, 0, 0, 74], -0.0955),
        ([-100, 100, 0, -7], -0.0833),
        ([-100, 100, 0, 7], 0.06206),
        ([-5, 10.5, 1, -8, 1], 0.0886),
    ],
)
def test_rates_of_return_of_numpy_financial(flows: list[float], rate: float) -> None:
    """numpy-financial, `irr`: the rate that it gives is among ours."""
    assert any(round(one, len(str(rate).split(".")[1])) == rate for one in internal_rates(flows).rates)


def test_several_rates_are_all_told() -> None:
    """ActuaryUtilities.jl, test/runtests.jl: this has multiple roots, of which 0.709559 and 0.0886."""
    found = internal_rates([-5, 10.5, 1, -8, 1])
    assert [round(one, 4) for one in found.rates if one > 0] == [0.0886, 0.7096]
    assert found.single is None


@pytest.mark.parametrize(
    ("years", "rate"), [(1, -0.8285714285714), (2, -0.4435069413346), (3, -0.1821374641455), (4, -0.0212448482734), (5, 0.0866309480365)]
)  # fmt: skip
def test_rates_of_return_of_excel(years: int, rate: float) -> None:
    """Microsoft Excel, help of IRR: -70 000, then 12, 15, 18, 21 and 26 thousand (digits by ActuaryUtilities.jl)."""
    flows = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000][: years + 1]
    assert internal_rates(flows).single == pytest.approx(rate, abs=1e-12)


def test_equal_payments_of_numpy_financial() -> None:
    """numpy-financial, `pmt`: 200 000 at 7.5 % over 15 years, monthly: 1854.0247200054619."""
    rows = schedule(Loan(Decimal(200_000), Decimal("0.075"), 2024, 15, repay="annuity", times=12), {})
    assert len(rows) == 180
    assert {row["paid"] for row in rows[:-1]} == {Decimal("1854.02")}
    assert rows[-1]["balance"] == 0
    assert abs(rows[-1]["paid"] - Decimal("1854.02")) < 2


def test_first_principal_of_a_mortgage() -> None:
    """numpy-financial, `ppmt`: 1 000 000 at 4.8 % over 240 months; the first month pays back what is due less 4000.00."""
    first = schedule(Loan(Decimal(1_000_000), Decimal("0.048"), 2024, 20, repay="annuity", times=12), {})[0]
    assert first["interest"] == Decimal("4000.00")
    level = 1_000_000 * 0.004 / (1 - 1.004**-240)
    assert float(first["paid"]) == pytest.approx(level, abs=0.005)
