"""Years of a road that are bound to inventories: runs, releases and methods that do not hold them are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_road import road_data, tree_data
from tests.unit.test_index import ROOT, SICHUAN

from tanheng.errors import PackInvalid
from tanheng.pathways import dual_carbon_index, load_road

ENERGY_2021 = "{activity: ../sichuan-2021/activity.csv, method: sichuan-park-2022}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    2021:", "    2022:", ("observed.inventories.2022", "no entity or period")),
        (
            "{activity: other.csv, method: cn-provincial-2011}",
            ENERGY_2021,
            ("observed.inventories.2021", "are the same"),
        ),
        (
            "      - {activity: other.csv, method: cn-provincial-2011}\n",
            "",
            ("the inventories of 2021 sum to 3.30392e+08",),
        ),
        (ENERGY_2021, "{run: nowhere}", ("observed.inventories.2021.0.run", "no run")),
        (ENERGY_2021, "{activity: other.csv}", ("observed.inventories.2021.0", "run is missing")),
        ("    2021:", "    1999:", ("observed.inventories.1999", "no year 1999")),
    ],
)
def test_years_bound_to_what_does_not_hold_them_are_refused(
    old: str, new: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    text = SICHUAN.read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new)
    for name in ("tree.yaml", "observed.csv", "other.csv"):
        (tmp_path / "examples" / "road").mkdir(parents=True, exist_ok=True)
        (tmp_path / "examples" / "road" / name).write_bytes((SICHUAN.parent / name).read_bytes())
    (tmp_path / "examples" / "sichuan-2021").symlink_to(ROOT / "examples" / "sichuan-2021")
    file = tmp_path / "examples" / "road" / "road.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_road(file)
    said = caught.value.message("en").lower()
    assert all(word in said for word in words), said


def test_a_release_at_hand_is_bound_instead_of_a_file() -> None:
    import tanheng as th

    energy = th.account(SICHUAN.parents[1] / "sichuan-2021" / "activity.csv", "sichuan-park-2022")
    total = energy.total / 1e4
    table = {"year": [2020, 2021], "co2": [33000.0, total]}
    data = road_data(
        path={"unit": "万tCO2", "marks": {"2020": 33000, "2030": 30000}},
        observed={"unit": "万tCO2", "by": None, "factors": None, "prices": None},
    )
    data["observed"] = {key: value for key, value in data["observed"].items() if value is not None}
    from tanheng.pathways import road_of, tree_of

    road = road_of(data, tree=tree_of(tree_data()), observed=table, inventories={2021: energy})
    (proof,) = road.observed.proofs[2021]
    assert proof["digest"] == energy.digest
    assert proof["total"] == pytest.approx(energy.total)
    told = dual_carbon_index(road).to_dict()
    assert told["ledger"]["2021"][0]["rows"] == energy.emissions.height
    assert [row["grade"] for row in told["grade_detail"]["years"]] == ["B", proof["grade"]]
    assert proof["grade"] < "E"
    data["observed"]["grade"] = "E"  # what is stated counts for a bound year too, where it is worse
    worst = dual_carbon_index(
        road_of(data, tree=tree_of(tree_data()), observed=table, inventories={2021: energy})
    )
    assert worst.grade.years[2021][0] == "E"
