"""What holds of every sharing of a cap: nothing is lost, equals are treated alike, nobody gains by a new name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.pathways.allocation import METHODS, Participants, allocate
from tanheng.pathways.allocation.envelopment import efficiencies, zero_sum
from tanheng.pathways.allocation.shapley import of_claims
from tanheng.pathways.allocation.whole import whole_tonnes

amounts = st.lists(st.floats(1, 1e4), min_size=2, max_size=7)


def _who(past: list[float], made: list[float]) -> Participants:
    names = tuple(map(str, range(len(past))))
    return Participants(names, np.array(past), {"y": np.array(made)}, {"y": 0.7}, ["y"], {"y": 1})


@settings(max_examples=40, deadline=None)
@given(amounts, st.data(), st.sampled_from(sorted(METHODS)))
def test_tonnes_add_up_to_the_cap(past: list[float], data: st.DataObject, method: str) -> None:
    made = data.draw(st.lists(st.floats(1, 1e4), min_size=len(past), max_size=len(past)))
    cap = data.draw(st.integers(1, max(int(sum(past)), 1)))
    found = allocate(_who(past, made), cap, [method]).tonnes[method]
    assert sum(found) == cap
    assert min(found) >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda all_: sum(all_) > 1e-6),
    st.integers(1, 10**9),
)
def test_whole_tonnes_are_within_one_of_the_share(shares: list[float], cap: int) -> None:
    found = whole_tonnes(shares, cap)
    assert sum(found) == cap
    total = sum(shares)
    assert all(
        abs(own - share / total * cap) < 1 + 1e-6 * cap for own, share in zip(found, shares, strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=7), st.floats(0.0, 1.0))
def test_claims_are_shared_whole_alike_and_never_beyond(claims: list[float], part: float) -> None:
    estate = part * sum(claims)
    found, _ = of_claims([*claims, claims[0], 0.0], estate)
    assert found.sum() == pytest.approx(estate, abs=1e-6)
    assert found[0] == pytest.approx(found[len(claims)], abs=1e-6)
    assert found[-1] == pytest.approx(0.0, abs=1e-6)
    assert (found <= np.array([*claims, claims[0], 0.0]) + 1e-6).all()


def test_drawn_orders_agree_with_all_coalitions() -> None:
    claims = [float(one) for one in range(1, 21)]
    exact, none = of_claims(claims, 100.0)
    drawn, error = of_claims([*claims, 0.0], 100.0)
    assert none == 0 < error
    assert np.abs(drawn[:20] - exact).max() < 5 * error


@settings(max_examples=10, deadline=None)
@given(st.integers(3, 6), st.integers(0, 10_000))
def test_zero_sum_envelopment_keeps_the_total_and_ends_efficient(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    past, made = random.uniform(10, 100, count), random.uniform(10, 100, (count, 2))
    found, _ = zero_sum(past, made)
    assert found.sum() == pytest.approx(past.sum())
    assert efficiencies(found, made).min() > 1 - 1e-6


@pytest.mark.parametrize("method", ["grandfathering", "benchmark"])
def test_a_copy_of_a_participant_splits_its_share(method: str) -> None:
    one = allocate(_who([100, 300], [20, 30]), 4000, [method]).tonnes[method]
    two = allocate(_who([50, 50, 300], [10, 10, 30]), 4000, [method]).tonnes[method]
    assert (two[0] + two[1], two[2]) == one


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 7), st.integers(0, 10_000))
def test_zero_sum_envelopment_settles_however_far_apart_the_participants_are(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    past, made = 10 ** random.uniform(0, 4, count), 10 ** random.uniform(0, 4, (count, 1))
    found, _ = zero_sum(past, made)
    assert found.sum() == pytest.approx(past.sum())
    assert found / found.sum() == pytest.approx(made[:, 0] / made.sum(), rel=1e-6)
