"""The ASEM index of COINr: its vignettes print scores, ranks under four constructions, treatment, weights, correlations and shifts.

Source: bluefoxr.github.io/COINr, articles results, adjustments, treat, weights, analysis, aggregate and sensitivity (COINr 1.1, Becker
et al. 2022, Journal of Open Source Software 7(78), 4567). The index is `build_example_coin`: denominators, mean of Europe and of Asia
for gaps, at most five values winsorised and else the logarithm, min-max 0 to 100, arithmetic means.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from shared import SHARED, needs_shared
from tanheng.pathways.composite import (
    Assumptions,
    Composite,
    Settings,
    aggregate,
    audit_composite,
    composite_index,
    cronbach,
    diagnose,
    leave_out,
    loadings,
    read_framework,
    read_units,
)
from tanheng.pathways.composite.choices import Choice
from tanheng.pathways.composite.normalising import normalise
from tanheng.pathways.composite.treating import treat

pytestmark = [needs_shared, pytest.mark.shared]

AS_PUBLISHED = Settings(missing="group-mean:EurAsia_group", treatment="winsorise-log:5")
RESULTS = """
CHE 68.38 62.79 73.98 63.41 32.87 74.78 85.94 56.93 77.21 87.85 56.88
NLD 64.82 61.94 67.70 64.87 46.62 84.55 71.74 41.92 58.73 86.58 57.78
DNK 64.80 57.10 72.51 50.52 30.43 78.13 75.35 51.04 69.83 86.40 61.29
NOR 64.47 57.44 71.50 58.18 25.70 80.03 89.46 33.80 70.90 87.00 56.59
BEL 63.54 63.99 63.09 71.97 48.22 80.84 75.60 43.32 53.01 86.17 50.09
SWE 63.00 53.87 72.12 51.51 23.87 80.98 74.51 38.50 66.37 87.74 62.27
IND 39.79 28.60 50.99 18.78 6.38 51.90 59.84 6.07 75.34 22.74 54.88
"""
RANKS = """
CHE 1 1 1 1|NLD 2 4 4 3|DNK 3 2 2 2|NOR 4 3 3 4|BEL 5 7 6 5|SWE 6 5 5 6|AUT 7 6 7 7|LUX 8 10 8 8|DEU 9 8 11 9|MLT 10 19 9 13|SVN 11 9 10 10
IRL 12 14 12 12|FIN 13 13 13 14|SGP 14 15 14 11|GBR 15 12 16 15|LTU 16 11 15 16|CZE 17 18 19 17|HRV 18 23 21 19|ESP 19 24 20 24
HUN 20 22 22 20|FRA 21 21 25 18|EST 22 16 23 23|LVA 23 20 17 21|SVK 24 26 24 22|ROU 25 25 26 25|POL 26 28 27 27|PRT 27 17 18 26
ITA 28 27 28 28|CYP 29 30 29 29|BGR 30 29 30 31|KOR 31 33 31 30|GRC 32 32 32 33|NZL 33 34 33 32|JPN 34 31 34 34|AUS 35 35 37 35
VNM 36 37 36 36|KHM 37 36 35 NA|PHL 38 40 40 39|MYS 39 38 38 38|BRN 40 41 45 NA|MMR 41 42 39 NA|THA 42 43 42 37|IDN 43 49 41 41
MNG 44 48 47 42|IND 45 46 46 40|BGD 46 44 44 NA|KAZ 47 45 49 43|LAO 48 39 43 NA|CHN 49 51 50 45|PAK 50 47 48 44|RUS 51 50 51 46
"""


@cache
def asem(settings: Settings = AS_PUBLISHED) -> Composite:
    assert SHARED is not None
    place = SHARED / "composite_asem_coinr"
    framework = read_framework(place / "ASEM_iMeta.csv")
    return composite_index(read_units(place / "ASEM_iData.csv", framework), framework, settings)


def printed_ranks(column: int) -> dict[str, int]:
    rows = [row.split() for row in RANKS.replace("\n", "|").split("|") if row]
    assert len(rows) == 51
    return {row[0]: int(row[column]) for row in rows if row[column] != "NA"}


def ranks_of(found: Composite) -> dict[str, int]:
    return {code: int(rank) for code, rank in zip(found.units.codes, found.ranks, strict=True)}


def test_scores_of_the_index_its_parts_and_pillars_are_those_printed() -> None:
    found = {row["code"]: row for row in asem().table().to_dicts()}
    groups = (
        "Index",
        "Conn",
        "Sust",
        "Physical",
        "ConEcFin",
        "Political",
        "Instit",
        "P2P",
        "Environ",
        "Social",
        "SusEcFin",
    )
    for line in RESULTS.split("\n")[1:-1]:
        code, *printed = line.split()
        assert [f"{found[code][group]:.2f}" for group in groups] == printed


def test_all_51_ranks_are_those_printed() -> None:
    assert ranks_of(asem()) == printed_ranks(1)


def test_ranks_of_the_parts_of_one_country_are_those_printed() -> None:
    own = asem()
    at = own.units.codes.index("IND")
    printed = {
        "Conn": 44,
        "Sust": 43,
        "Physical": 48,
        "ConEcFin": 49,
        "Political": 33,
        "Instit": 37,
        "P2P": 47,
        "Environ": 6,
        "Social": 51,
        "SusEcFin": 36,
    }
    assert {code: int(own.ranked(code)[at]) for code in printed} == printed


def test_all_ranks_by_percentile_ranks_are_those_printed() -> None:
    assert ranks_of(asem(replace(AS_PUBLISHED, normalisation="percentile-rank"))) == printed_ranks(2)


def test_all_ranks_without_two_indicators_are_those_printed() -> None:
    own = asem()
    framework = own.framework.without("LPI").without("Forest")
    assert ranks_of(composite_index(own.units, framework, AS_PUBLISHED)) == printed_ranks(3)


def test_all_ranks_of_the_46_countries_with_nine_tenths_of_the_data_and_no_filling_are_those_printed() -> (
    None
):
    own = asem()
    found = composite_index(
        own.units.covering(own.framework, 0.9), own.framework, replace(AS_PUBLISHED, missing="available")
    )
    assert len(found.units) == 46
    assert ranks_of(found) == printed_ranks(4)


def test_skewness_kurtosis_and_winsorised_points_are_those_printed() -> None:
    own = asem()
    codes = ("LPI", "Flights", "Ship", "Bord", "Elec", "Gas", "Goods", "Services")
    raw = np.column_stack([own.units.columns[code] for code in codes])
    _, told = treat(raw, codes, Choice.read("winsorise-log"))
    found = {one.indicator: (one.winsorised, one.skew, one.kurtosis) for one in told}
    printed = {
        "Flights": (1, (2.1032872, 1.900658), (4.5088794, 3.336065)),
        "Bord": (1, (2.1482360, 1.899211), (5.7914905, 4.346298)),
        "Elec": (1, (2.2252736, 1.717744), (5.7910268, 2.586062)),
        "Gas": (1, (2.8294486, 1.602518), (10.3346494, 1.525576)),
        "Goods": (2, (2.649973, 1.140608), (8.266610, 0.1572047)),
    }
    assert list(found) == list(printed)
    for code, (count, skew, peak) in printed.items():
        assert found[code][0] == count
        assert found[code][1] == pytest.approx(skew, abs=1e-6)
        assert found[code][2] == pytest.approx(peak, abs=2e-6)


def test_the_logarithm_where_one_winsorised_point_is_not_enough_is_that_printed() -> None:
    raw = asem().units.columns["Goods"][:, None]
    _, told = treat(raw, ("Goods",), Choice.read("winsorise-log:1"))
    assert told[0].log
    assert told[0].skew[1] == pytest.approx(0.03104001, abs=1e-8)
    assert told[0].kurtosis[1] == pytest.approx(-0.8888965, abs=1e-7)


def test_effective_weights_alpha_and_loadings_are_those_printed() -> None:
    own = asem()
    effective = own.effective
    assert [effective[code] for code in ("Goods", "Services", "FDI", "PRemit", "ForPort")] == pytest.approx(
        [0.02] * 5
    )
    assert effective["Renew"] == pytest.approx(0.03333333)
    children = own.framework.children["P2P"]
    assert cronbach(np.column_stack([own.units.columns[code] for code in children])) == pytest.approx(
        0.05126659, abs=1e-8
    )
    conn = loadings(np.column_stack([own.scores[code] for code in own.framework.children["Conn"]]))
    assert np.abs(conn) == pytest.approx([0.5117970, 0.3049926, 0.3547671, 0.5081540, 0.5108455], abs=1e-6)
    sust = loadings(np.column_stack([own.scores[code] for code in own.framework.children["Sust"]]))
    assert np.abs(sust) == pytest.approx([0.6513188, 0.7443677, 0.1473108], abs=1e-6)


def test_correlations_are_those_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    own = asem()
    assert np.corrcoef(own.index, own.scores["Conn"])[0, 1] == pytest.approx(0.9397805, abs=1e-7)
    assert np.corrcoef(own.index, own.scores["Sust"])[0, 1] == pytest.approx(0.8382873, abs=1e-7)
    monkeypatch.setattr(
        "tanheng.pathways.composite.diagnosing.limit", {"redundant": 0.75, "opposed": -0.5}.__getitem__
    )
    pairs = diagnose(own).pairs.to_dicts()
    found = {frozenset((row["first"], row["second"])): round(row["correlation"], 3) for row in pairs}
    printed = {
        frozenset(("CPI", "FreePress")): 0.761, frozenset(("CPI", "NGOs")): 0.768,
        frozenset(("CostImpEx", "TBTs")): -0.697, frozenset(("RTAs", "TBTs")): -0.752, frozenset(("TIRcon", "TBTs")): -0.623,
    }  # fmt: skip
    assert found == printed


def test_shifts_without_each_pillar_are_those_printed() -> None:
    found = {row["code"]: row["mean_shift"] for row in leave_out(asem(), level=2).to_dicts()}
    printed = {
        "Physical": 1.529412, "ConEcFin": 2.627451, "Political": 2.901961, "Instit": 1.176471, "P2P": 1.686275, "Environ": 3.098039,
        "Social": 3.960784, "SusEcFin": 2.627451,
    }  # fmt: skip
    assert found == pytest.approx(printed, abs=1e-6)


def test_the_weighted_harmonic_mean_is_that_printed() -> None:
    own = asem()
    codes = ("LPI", "Flights", "Ship", "Bord")
    framework = replace(
        own.framework,
        groups=(),
        indicators=tuple(replace(own.framework.nodes[code], parent="", denominator="") for code in codes),
    )
    scores = normalise(own.units.matrix(framework), framework, Choice.read("min-max:1,100"))
    weights = {code: np.array([weight]) for code, weight in zip(codes, (1.0, 1.0, 2.0, 1.0), strict=True)}
    found = aggregate(scores, framework, weights, [Choice.read("harmonic")])["Index"][0]
    assert [float(f"{one:.3g}") for one in found[:5]] == [2.36, 41.5, 14.3, 17.4, 3.93]


def test_mean_ranks_under_uncertainty_agree_with_the_hundred_runs_printed() -> None:
    """Winsorising 1 to 5, min-max 1-100 or z-score (10, 2), noise of 25 % above the indicators, arithmetic or geometric."""
    own = asem()
    varied = Assumptions(
        treatment=tuple(f"winsorise-log:{count}" for count in range(1, 6)), normalisation=("min-max:1,100", "z-score:10,2"),
        aggregation=("arithmetic", "geometric"), noise={2: 0.25, 3: 0.25}, leave_out=False,
    )  # fmt: skip
    found = audit_composite(own.units, own.framework, AS_PUBLISHED, varied, runs=4000)
    rows = {row["code"]: row for row in found.table().to_dicts()}
    printed = {
        "AUS": (35.28, 34.00, 38),
        "AUT": (7.00, 5.95, 9),
        "BEL": (5.15, 3.00, 9),
        "BGD": (45.46, 41.00, 48),
        "BGR": (27.59, 24.00, 30),
        "BRN": (40.07, 37.00, 45),
    }
    spread = dict(zip(own.units.codes, found.ranks.std(axis=0), strict=True))
    for code, (mean, low, high) in printed.items():
        assert abs(rows[code]["mean"] - mean) < 4 * spread[code] / np.sqrt(100), code
        assert abs(rows[code]["p5"] - low) <= 1, code
        assert abs(rows[code]["p95"] - high) <= 1, code
