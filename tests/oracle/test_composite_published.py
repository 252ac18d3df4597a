"""Published examples of single methods: AHP, CRITIC, TOPSIS, entropy, coupling coordination."""

import numpy as np
import pytest

from tanheng.pathways.composite import ahp, coupling, critic_weights, entropy_weights, topsis
from tanheng.pathways.composite.limits import random_index


def test_judgements_as_the_package_mathmodels_prints_them() -> None:
    """zhjx19.github.io/mathmodels, reference AHP."""
    found = ahp(
        [
            [1, 1 / 2, 4, 3, 3],
            [2, 1, 7, 5, 5],
            [1 / 4, 1 / 7, 1, 1 / 2, 1 / 3],
            [1 / 3, 1 / 5, 2, 1, 1],
            [1 / 3, 1 / 5, 3, 1, 1],
        ]
    )
    assert found.weights == pytest.approx(
        [0.26360349, 0.47583538, 0.05381460, 0.09806829, 0.10867824], abs=1e-8
    )
    assert found.largest == pytest.approx(5.072084, abs=1e-6)
    assert found.ratio == pytest.approx(0.01609027, abs=1e-8)
    assert found.consistent


def test_saaty_s_house_is_judged_inconsistent() -> None:
    """Saaty, T.L. (1990): How to make a decision, European Journal of Operational Research 48, 9-26, table 3 (recalled)."""
    upper = [
        [5, 3, 7, 6, 6, 1 / 3, 1 / 4], [1 / 3, 5, 3, 3, 1 / 5, 1 / 7], [6, 3, 4, 6, 1 / 5], [1 / 3, 1 / 4, 1 / 7, 1 / 8], [1 / 2, 1 / 5, 1 / 6],
        [1 / 5, 1 / 6], [1 / 2],
    ]  # fmt: skip
    matrix = np.eye(8)
    for row, own in enumerate(upper):
        matrix[row, row + 1 :] = own
        matrix[row + 1 :, row] = 1 / np.array(own)
    found = ahp(matrix)
    assert found.weights == pytest.approx([0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333], abs=6e-4)
    assert found.largest == pytest.approx(9.669, abs=1e-3)
    assert found.ratio == pytest.approx(0.169, abs=1e-3)
    assert not found.consistent


def test_the_random_indices_are_those_printed() -> None:
    """iwaponline.com/view-large/3120630, table 2."""
    assert [random_index(size) for size in range(1, 9)] == [0, 0, 0.58, 0.9, 1.12, 1.24, 1.32, 1.41]


def _scaled(matrix: np.ndarray, directions: np.ndarray) -> np.ndarray:
    own = matrix * directions
    return (own - own.min(axis=0)) / (own.max(axis=0) - own.min(axis=0))


SOFTWARE = np.array(
    [
        [5000, 3, 3, 4, 3, 2],
        [680, 5, 3, 2, 2, 1],
        [2000, 3, 2, 3, 4, 3],
        [600, 4, 3, 1, 2, 2],
        [800, 2, 4, 3, 3, 4.0],
    ]
)
"""Tus, A. and Aytac Adali, E. (2019): The new combination with CRITIC and WASPAS methods, Opsearch 56, 528-538: the first is a cost."""


def test_critic_weights_as_published_where_the_direction_of_the_cost_is_ignored() -> None:
    assert critic_weights(_scaled(SOFTWARE, np.ones(6))).round(3).tolist() == [
        0.157,
        0.249,
        0.168,
        0.121,
        0.154,
        0.151,
    ]


def test_critic_weights_change_when_the_cost_is_a_cost() -> None:
    right = critic_weights(_scaled(SOFTWARE, np.array([-1.0, 1, 1, 1, 1, 1])))
    assert abs(right - [0.157, 0.249, 0.168, 0.121, 0.154, 0.151]).max() > 0.02


def test_critic_with_a_cost_as_the_package_mathmodels_prints_it() -> None:
    own = _scaled(np.array([[3, 10], [5, 20], [2, 15], [7, 25.0]]), np.array([1.0, -1]))
    assert critic_weights(own) == pytest.approx([0.5075187, 0.4924813], abs=1e-7)


def test_critic_as_the_julia_package_jmcdm_prints_it() -> None:
    """jbytecode/JMcDM, test of CRITIC, with a criterion to be small."""
    own = np.array(
        [
            [12.9918, 0.7264, -1.1009, 1.598139592],
            [4.1201, 5.8824, 3.4483, 1.021563567],
            [4.1039, 0, -0.5076, 0.984469444],
        ]
    )
    found = critic_weights(_scaled(own, np.array([1.0, 1, -1, 1])))
    assert found == pytest.approx([0.16883925, 0.418444976, 0.249124763, 0.163591012], abs=5e-6)


def test_topsis_as_the_package_mathmodels_prints_it() -> None:
    assert topsis(np.array([[2, 8], [5, 1], [3, 6.0]]), np.array([0.6, 0.4]), [1, -1]) == pytest.approx(
        [0, 1, 0.3111391], abs=1e-7
    )


def test_topsis_of_hwang_and_yoon_s_fighter_aircraft() -> None:
    """Hwang, C.L. and Yoon, K. (1981): Multiple Attribute Decision Making, section 3 (recalled)."""
    matrix = np.array(
        [
            [2.0, 1500, 20000, 5.5, 5, 9],
            [2.5, 2700, 18000, 6.5, 3, 5],
            [1.8, 2000, 21000, 4.5, 7, 7],
            [2.2, 1800, 20000, 5.0, 5, 5],
        ]
    )
    found = topsis(matrix, np.array([0.2, 0.1, 0.1, 0.1, 0.2, 0.3]), [1, 1, 1, -1, 1, 1])
    assert found == pytest.approx([0.643, 0.268, 0.613, 0.312], abs=1e-3)


def test_entropy_weights_of_the_worked_case() -> None:
    own = np.array([[100, 50, 3], [200, 40, 2], [300, 90, 5], [400, 20, 4.0]])
    assert entropy_weights(own).round(6).tolist() == [0.370556, 0.446470, 0.182974]


SYSTEMS = [
    [0.0162, 0.2720, 0.2655],
    [0.1782, 0.6824, 0.3721],
    [0.5490, 0.0593, 0.5729],
    [0.6730, 0.4812, 0.9082],
    [0.0207, 0.8891, 0.2017],
    [0.9875, 0.5573, 0.8984],
]


def test_coupling_by_both_formulas_as_the_package_mathmodels_prints_it() -> None:
    """zhjx19.github.io/mathmodels, reference system_evaluation."""
    original = coupling(SYSTEMS, form="original")
    assert original.c.round(3).tolist() == [0.571, 0.867, 0.674, 0.967, 0.418, 0.971]
    assert original.d.round(3).tolist() == [0.325, 0.597, 0.515, 0.815, 0.393, 0.889]
    corrected = coupling(SYSTEMS, weights=[0.4, 0.3, 0.3])
    assert corrected.c.round(3).tolist() == [0.447, 0.501, 0.455, 0.669, 0.175, 0.715]
    assert corrected.t.round(3).tolist() == [0.168, 0.388, 0.409, 0.686, 0.336, 0.832]
    assert corrected.d.round(3).tolist() == [0.274, 0.440, 0.432, 0.678, 0.242, 0.771]


def test_critic_weights_of_diakoulaki_s_pharmaceutical_firms() -> None:
    """Diakoulaki, Mavrotas and Papayannakis (1995), as scikit-criteria's test of CRITIC has them: all three are to be large."""
    firms = np.array([
        [61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9, 3.29, 1.65], [5.4, 2.77, 2.33], [4, 4.12, 1.21],
        [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98],
    ])  # fmt: skip
    assert critic_weights(_scaled(firms, np.ones(3))) == pytest.approx(
        [0.20222554, 0.48090173, 0.31687273], abs=1e-8
    )
