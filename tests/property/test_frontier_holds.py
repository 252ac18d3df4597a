"""What holds for every frontier: bounds, units, more places, returns to scale; and for every quantile line."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.drivers.envelopment import envelop
from tanheng.drivers.quantiles import quantile_line

SIZES = st.integers(3, 9)
SEEDS = st.integers(0, 10_000)


def units(count: int, seed: int, kinds: tuple[int, int] = (2, 2)) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.uniform(1, 9, (count, kinds[0])), random.uniform(1, 9, (count, kinds[1]))


@settings(max_examples=25, deadline=None)
@given(SIZES, SEEDS)
def test_someone_is_on_the_frontier_and_nobody_beyond_it(count: int, seed: int) -> None:
    used, made = units(count, seed)
    for returns in ("constant", "variable"):
        found = envelop(used, made, returns=returns)
        assert found.efficiency.max() > 1 - 1e-7
        assert ((found.efficiency > 0) & (found.efficiency <= 1)).all()
        reach = found.weights @ made
        assert (reach >= made / found.efficiency[:, None] * (1 - 1e-6)).all()
        assert (found.weights @ used <= used * (1 + 1e-6)).all()


@settings(max_examples=25, deadline=None)
@given(SIZES, SEEDS)
def test_units_do_not_matter(count: int, seed: int) -> None:
    used, made = units(count, seed)
    plain = envelop(used, made).efficiency
    other = envelop(used * [1e-4, 1e6], made * [1e5, 3.0]).efficiency
    assert np.allclose(plain, other, atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(SIZES, SEEDS)
def test_directions_agree_at_constant_returns_and_variable_returns_are_kinder(count: int, seed: int) -> None:
    used, made = units(count, seed)
    plain = envelop(used, made).efficiency
    assert np.allclose(plain, envelop(used, made, direction="input").efficiency, atol=1e-7)
    assert (envelop(used, made, returns="variable").efficiency >= plain - 1e-7).all()


@settings(max_examples=25, deadline=None)
@given(SIZES, SEEDS)
def test_one_place_more_makes_no_other_more_efficient(count: int, seed: int) -> None:
    used, made = units(count, seed)
    fewer = envelop(used[:-1], made[:-1]).efficiency
    assert (envelop(used, made).efficiency[:-1] <= fewer + 1e-7).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 30), SEEDS, st.floats(0.1, 0.9))
def test_a_share_of_the_rows_lies_below_a_quantile_line(count: int, seed: int, quantile: float) -> None:
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(count, 1)), random.normal(size=count)
    line = quantile_line(x, y, quantile)
    rest = y - line[0] - x @ line[1:]
    assert (rest < -1e-7).sum() <= quantile * count + 1e-9
    assert (rest > 1e-7).sum() <= (1 - quantile) * count + 1e-9
    assert np.allclose(
        quantile_line(x * 1e3, y * 10, quantile), [line[0] * 10, line[1] / 100], rtol=1e-5, atol=1e-6
    )
