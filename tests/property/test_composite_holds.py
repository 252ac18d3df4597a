"""What holds of every index: more of what is good never lowers it, units of measurement do not matter, scores stay between their ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tanheng.pathways.composite import (
    Settings,
    ahp,
    audit_composite,
    composite_index,
    coupling,
    critic_weights,
    entropy_weights,
    flat,
    pca_weights,
    ranks,
    units_of,
)
from tanheng.pathways.composite.units import Units

MEANS = ("arithmetic", "geometric", "harmonic", "power:2")
tables = st.integers(3, 8).flatmap(
    lambda count: arrays(float, (count, 3), elements=st.integers(1, 1000).map(float), unique=True)
)


def units(matrix: np.ndarray) -> Units:
    rows = [{"u": str(at)} | dict(zip("abc", row, strict=True)) for at, row in enumerate(matrix)]
    return units_of(rows, unit="u", columns=["a", "b", "c"])


@settings(max_examples=40, deadline=None)
@given(tables, st.sampled_from(MEANS), st.integers(0, 2))
def test_more_of_what_is_good_never_lowers_a_score(matrix: np.ndarray, way: str, column: int) -> None:
    own = Settings(normalisation="goalposts:1,100", aggregation=way)
    framework = flat({"a": 1, "b": 1, "c": -1}, low=0, high=1001)
    before = composite_index(units(matrix), framework, own).index
    better = matrix.copy()
    better[0, column] += 0.5 if column < 2 else -0.5
    after = composite_index(units(better), framework, own).index
    assert after[0] > before[0]
    assert after[1:].tolist() == before[1:].tolist()


@settings(max_examples=40, deadline=None)
@given(tables, st.sampled_from(["min-max", "z-score", "rank", "percentile-rank"]), st.floats(0.01, 100))
def test_units_of_measurement_do_not_matter(matrix: np.ndarray, way: str, factor: float) -> None:
    framework, own = flat({"a": 1, "b": -1, "c": 1}), Settings(normalisation=way)
    plain = composite_index(units(matrix), framework, own).index
    other = composite_index(units(matrix * [factor, 1, 1] + [0, 50, 0]), framework, own).index
    assert other == pytest.approx(plain, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(tables, st.sampled_from(MEANS))
def test_a_mean_lies_between_its_parts_and_means_keep_their_order(matrix: np.ndarray, way: str) -> None:
    framework = flat({"a": 1, "b": 1, "c": 1})
    found = composite_index(
        units(matrix), framework, Settings(normalisation="min-max:1,100", aggregation=way)
    )
    assert (found.index >= found.normalised.min(axis=1) - 1e-9).all()
    assert (found.index <= found.normalised.max(axis=1) + 1e-9).all()
    plain = composite_index(units(matrix), framework, Settings(normalisation="min-max:1,100"))
    if way in {"geometric", "harmonic"}:
        assert (found.index <= plain.index + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(tables)
def test_copeland_adds_up_to_zero(matrix: np.ndarray) -> None:
    found = composite_index(units(matrix), flat({"a": 1, "b": 1, "c": 1}), Settings(aggregation="copeland"))
    assert found.index.sum() == 0


@settings(max_examples=40, deadline=None)
@given(tables)
def test_weights_of_spread_are_a_distribution(matrix: np.ndarray) -> None:
    scaled = (matrix - matrix.min(axis=0)) / (matrix.max(axis=0) - matrix.min(axis=0))
    for weights in (entropy_weights(scaled), critic_weights(scaled), pca_weights(scaled)):
        assert weights.sum() == pytest.approx(1)
        assert weights.min() >= -1e-12


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=9))
def test_judgements_made_from_weights_give_them_back(sizes: list[float]) -> None:
    own = np.array(sizes)
    found = ahp(own[:, None] / own[None, :])
    assert found.weights == pytest.approx(own / own.sum(), rel=1e-6)
    assert found.ratio == pytest.approx(0, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(arrays(float, (4, 3), elements=st.floats(0, 1)))
def test_coupling_lies_between_0_and_1_and_equals_are_fully_coupled(scores: np.ndarray) -> None:
    found = coupling(scores)
    for own in (found.c, found.t, found.d):
        assert own.min() >= 0
        assert own.max() <= 1 + 1e-12
    same = coupling(np.repeat(scores[:, :1] * 0.9 + 0.1, 3, axis=1))
    assert same.c == pytest.approx(np.ones(4))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=9))
def test_ranks_count_who_is_better(values: list[int]) -> None:
    own = np.array(values, float)
    assert ranks(own).tolist() == [1 + sum(other > one for other in values) for one in values]


@settings(max_examples=10, deadline=None)
@given(tables)
def test_every_run_of_an_audit_ranks_everybody(matrix: np.ndarray) -> None:
    found = audit_composite(units(matrix), flat({"a": 1, "b": 1, "c": -1}), runs=64)
    assert np.isfinite(found.ranks).all()
    assert (found.ranks.min(axis=1) == 1).all()
    assert found.ranks.max() <= len(matrix)
