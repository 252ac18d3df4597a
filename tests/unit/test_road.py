"""The road of a place: what cannot be is told with its line or row and the mend, in both languages; units as people write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tanheng.errors import TanhengError
from tanheng.pathways import load_road

TREE = {
    "format": "tanheng-tree/1", "id": "town", "title": {"zh": "镇", "en": "Town"}, "years": {"from": 2020, "to": 2030}, "total": "emission",
    "leaves": {"coal": {"title": {"zh": "煤", "en": "Coal"}, "unit": "万tCO2", "value": 100, "source": "example"}},
    "nodes": {"emission": {"title": {"zh": "排放", "en": "Emission"}, "unit": "万tCO2", "formula": "coal"}},
}  # fmt: skip
ROAD: dict[str, Any] = {
    "format": "tanheng-road/1", "id": "town", "title": {"zh": "镇", "en": "Town"}, "tree": "tree.yaml",
    "path": {"unit": "万tCO2", "marks": {2020: 100, 2030: 90}, "source": "example"},
    "observed": {"file": "observed.csv", "period": "year", "by": ["sector"], "total": "co2", "unit": "万tCO2", "uncertainty": 5, "source": "example"},
}  # fmt: skip
ROWS = "year,sector,co2\n2020,a,50\n2020,b,50\n2021,a,40\n2021,b,40\n"


def written(folder: Path, rows: str = ROWS, **changes: Any) -> Path:
    """The file of a road, with changes of keys as ``observed.unit`` and its table."""
    data = yaml.safe_load(yaml.safe_dump(ROAD))
    for key, value in changes.items():
        *path, last = key.split(".")
        place = data
        for one in path:
            place = place[one]
        place[last] = value
    (folder / "tree.yaml").write_text(yaml.safe_dump(TREE, allow_unicode=True), encoding="utf-8")
    (folder / "observed.csv").write_text(rows, encoding="utf-8")
    (folder / "road.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder / "road.yaml"


def test_cells_that_are_equal_in_every_year_are_not_taken_for_a_repeated_total(tmp_path: Path) -> None:
    assert load_road(written(tmp_path)).observed.total.tolist() == [100, 80]


@pytest.mark.parametrize(
    ("unit", "scale"),
    [
        ("万吨", 1),
        ("万t", 1),
        ("万吨CO2", 1),
        ("万吨二氧化碳", 1),
        ("Mt", 100),
        ("百万吨", 100),
        ("kt", 0.1),
        ("tCO2", 1e-4),
    ],
)
def test_a_plain_mass_is_a_mass_of_the_gas_of_the_tree(tmp_path: Path, unit: str, scale: float) -> None:
    road = load_road(written(tmp_path, **{"observed.unit": unit, "path.unit": unit}))
    assert road.observed.total.tolist() == pytest.approx([100 * scale, 80 * scale])
    assert road.path.at(2020) == pytest.approx(100 * scale)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tree": "none.yaml"}, "none.yaml"),
        ({"observed.period": "co2"}, "observed.period"),
        ({"observed.by": ["co2"]}, "observed.by"),
        ({"observed.uncertainty": 1e300}, "1e+300"),
        ({"observed.uncertainty": -1}, "-1"),
        ({"observed.unit": "kWh"}, "kWh"),
        ({"path.unit": "万元"}, "万元"),
        ({"observed.file": "none.csv"}, "none.csv"),
    ],
)
def test_what_cannot_be_is_told_by_key_and_mend(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(TanhengError) as caught:
        load_road(written(tmp_path, **changes))
    assert all(words in caught.value.message(lang) for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS.replace("2021,a,40", "2021,a,1,040"), "4"),
        (ROWS.replace("year,sector,co2", "year,sector,co2,co2").replace(",40", ",40,41"), "co2"),
        (ROWS.replace("2021,a,40", "2021,a,约40"), "约40"),
        (ROWS.replace("2021,a,40", "2021,a,"), "4"),
        (ROWS + "2021,b,40\n", "2021, b"),
        (ROWS.replace("2021,", "21,"), "21"),
    ],
)
def test_a_table_that_cannot_be_read_for_sure_is_refused(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(TanhengError) as caught:
        load_road(written(tmp_path, rows))
    assert all(words in caught.value.message(lang) for lang in ("zh", "en"))


def test_a_mark_of_the_path_that_is_no_amount_is_refused_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(TanhengError) as caught:
        load_road(written(tmp_path, **{"path.marks": {2020: 100, 2030: -1e300}}))
    assert "path.marks.2030" in caught.value.message("zh")
    assert "1e+15" in caught.value.message("en")
