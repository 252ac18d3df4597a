"""Data envelopment and quantile regression against published examples."""

import numpy as np
import pytest

from tanheng.drivers.envelopment import envelop
from tanheng.drivers.quantiles import quantile_line


def test_eight_stores() -> None:
    """Cooper, Seiford and Tone (2007), Data Envelopment Analysis, table 1.1 (recalled)."""
    staff = np.array([[2.0], [3], [3], [4], [5], [5], [6], [8]])
    sales = np.array([[1.0], [3], [2], [3], [4], [2], [3], [5]])
    for direction in ("input", "output"):
        found = envelop(staff, sales, direction=direction).efficiency
        assert found.round(3).tolist() == [0.5, 1.0, 0.667, 0.75, 0.8, 0.4, 0.5, 0.625]


def test_two_inputs_and_one_output() -> None:
    """Cooper, Seiford and Tone (2007), example 2.2 (recalled); A and B by hand from the lines D-E and C-D."""
    used = np.array([[4.0, 3], [7, 3], [8, 1], [4, 2], [2, 4], [10, 1]])
    found = envelop(used, np.ones((6, 1)), direction="input")
    assert found.efficiency.round(4).tolist() == [0.8571, 0.6316, 1.0, 1.0, 1.0, 1.0]
    assert found.weights[0].nonzero()[0].tolist() == [3, 4]


def test_variable_returns_by_hand() -> None:
    """Banker, Charnes and Cooper (1984): the frontier of (2, 1), (3, 4), (6, 6); (4, 2) projects upwards to 4 + 2/3."""
    used, made = np.array([[2.0], [3], [6], [4]]), np.array([[1.0], [4], [6], [2]])
    assert envelop(used, made, returns="variable").efficiency.tolist() == pytest.approx(
        [1, 1, 1, 2 / (4 + 2 / 3)]
    )


def test_least_absolute_deviations_of_the_stack_loss() -> None:
    """Brownlee's stack loss data, fitted at the median: Koenker, R., quantreg, rq(stack.loss ~ stack.x) (recalled)."""
    air = [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70]
    water = [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20]
    acid = [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91]
    loss = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15]
    found = quantile_line(np.column_stack([air, water, acid]).astype(float), np.array(loss, float), 0.5)
    assert found.tolist() == pytest.approx([-39.68986, 0.83188, 0.57391, -0.06087], abs=5e-6)
