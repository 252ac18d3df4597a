"""Tabular CUSUM: the example of the NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.3 (recalled), and sums by hand."""

from __future__ import annotations

import pytest

from tanheng.pathways.deviation import cusum

X = [324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600,
     324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350]  # fmt: skip
HIGH = [0, 0, 0, 0, 0.03, 0, 0, 0, 0, 0, 0, 0, 3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04]


def test_the_sums_of_the_handbook_and_its_alarm_in_the_fourteenth_group() -> None:
    found = cusum([x - 325 for x in X], k=0.3175, h=4.1959)
    assert found.high.tolist() == pytest.approx(HIGH, abs=0.006)
    (alarm,) = [one for one in found.alarms if one.side == "over"]
    assert (alarm.start, alarm.first, alarm.last) == (12, 13, 19)


def test_both_sides_by_hand() -> None:
    found = cusum([1.0, -2.0, -2.0, 3.0], k=0.5, h=3.0)
    assert found.high.tolist() == [0.5, 0.0, 0.0, 2.5]
    assert found.low.tolist() == [0.0, 1.5, 3.0, 0.0]
    assert not found.alarms
