"""What holds of every verdict on a peak: doubt about the inventory never makes it firmer."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tanheng.pathways.forecast import Series, already_peaked, peaks

steps = st.lists(st.floats(-0.2, 0.2), min_size=16, max_size=30)


@settings(max_examples=40, deadline=None)
@given(steps, st.integers(6, 15), st.floats(0.001, 0.3), st.floats(1.0, 6.0))
def test_more_uncertainty_never_makes_a_verdict(
    own: list[float], turn: int, less: float, times: float
) -> None:
    up = np.abs(own[:turn]).tolist()
    assume(np.std(own) > 0.01)
    series = Series(("a",), 2000, 100 * np.exp(np.cumsum([*up, *(one / 3 - 0.02 for one in own[turn:])])))
    one, two = (peaks([series], 6, uncertainty=u, draws=200)[0][0].already for u in (less, less * times))
    assert not (two.verdict == "peaked" and one.verdict != "peaked")
    assert two.later is not None
    assert one.later is not None
    assert two.later >= one.later
    alone = [already_peaked(series, u, draws=200).chance for u in (less, less * times)]
    assert alone[0] is None or alone[1] is None or alone[1] <= alone[0]
