"""Saved runs, proofs of cells, and the forms in which an inventory leaves the house."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from small import COAL, activity, use
from tanheng.errors import CellNotFound, NotFound, use_language
from tanheng.inventory import Inventory, find_run, load_run
from tanheng.record import VersionAltered, VersionExists


def plant() -> Inventory:
    rows = activity(
        use("柴油", 10, "t", sector="industry", uncertainty=5),
        use("柴油", 2.5, "t", sector="industry", uncertainty=5),
        use("木柴", 4, "t", sector="industry", uncertainty=20),
        use("原煤", 400, "t", sector="industry", parameters=COAL),
        use("蒸汽", 3, "t", sector="industry"),
        use("汽油", -1, "t", sector="industry"),
        use("柴油", 7, "t", sector="industry", period="2022-03"),
        use("柴油", 8, "t", sector="industry", period="2022-04"),
    )
    return th.account(rows, "ipcc-2006-stationary")


def test_a_saved_run_is_the_same_inventory(tmp_path: Path) -> None:
    inventory = plant()
    again = load_run(inventory.save(tmp_path / "run"))
    assert (again.digest, again.total, again.complete, again.refused) == (
        inventory.digest,
        inventory.total,
        False,
        1,
    )
    assert again.emissions.equals(inventory.emissions)
    assert again.unmatched.equals(inventory.unmatched)
    assert [one.message("en") for one in again.findings] == [one.message("en") for one in inventory.findings]
    assert again.uncertainty() == inventory.uncertainty()
    assert again.with_gwp("AR6").total == inventory.with_gwp("AR6").total
    assert again.compare(inventory).causes == dict.fromkeys(("activity", "factor", "method", "gwp"), 0.0)
    plain = json.loads(json.dumps(inventory.to_dict(), default=str))
    assert json.loads(json.dumps(again.to_dict(), default=str)) == plain


@pytest.mark.parametrize(
    "cell",
    [{"item": "diesel"}, {"item": "diesel", "gas": "CH4_fossil"}, {"ipcc2006": "1.A.2"}, {"item": "wood"}],
)
def test_a_proof_is_the_same_before_and_after(tmp_path: Path, cell: dict[str, str]) -> None:
    inventory = plant()
    again = load_run(inventory.save(tmp_path / "run"))
    one, other = inventory.proof(**cell), again.proof(**cell)
    assert json.loads(json.dumps(one.to_dict(), default=str)) == json.loads(
        json.dumps(other.to_dict(), default=str)
    )
    assert one.text() == other.text()


@pytest.mark.parametrize(
    "part",
    [
        "emissions.parquet",
        "sheet.parquet",
        "activity.parquet",
        "unmatched.parquet",
        "refused.parquet",
        "coefficients.json",
    ],
)
def test_a_changed_part_is_detected(tmp_path: Path, part: str) -> None:
    folder = plant().save(tmp_path / "run")
    raw = bytearray((folder / part).read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / part).write_bytes(bytes(raw))
    with pytest.raises(VersionAltered) as error:
        load_run(folder)
    assert part in error.value.message("zh")
    (folder / part).unlink()
    with pytest.raises(VersionAltered):
        load_run(folder)


def test_a_changed_number_is_detected_though_its_hash_was_changed_too(tmp_path: Path) -> None:
    from tanheng.activity.activity import sha256

    folder = plant().save(tmp_path / "run")
    emissions = folder / "emissions.parquet"
    pl.read_parquet(emissions).with_columns(pl.col("nano") + 1).write_parquet(emissions)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["parts"][emissions.name] = sha256(emissions)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(VersionAltered) as error:
        load_run(folder)
    assert "manifest.json" in error.value.message("en")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    inventory = plant()
    folder = inventory.save(tmp_path / "run")
    with pytest.raises(VersionExists) as error:
        inventory.save(folder)
    assert "不会覆盖" in error.value.message("zh")
    assert "nothing is overwritten" in error.value.message("en")


def test_a_run_is_found_by_folder_or_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inventory = plant()
    name = str(inventory.run["id"])
    inventory.save(Path("tanheng-runs") / name)
    assert find_run(name) == find_run(Path("tanheng-runs") / name)
    with pytest.raises(NotFound) as error:
        find_run("nothing")
    assert name in error.value.message("en")


def test_a_proof_names_rows_values_documents_and_method(tmp_path: Path) -> None:
    path = tmp_path / "plant.csv"
    path.write_text(
        "entity,region,period,item,amount,unit,sector\n示例厂,四川省,2021,柴油,10,t,industry\n示例厂,四川省,2021,柴油,2.5,t,industry\n",
        encoding="utf-8",
    )
    inventory = th.account(path, "ipcc-2006-stationary")
    proof = inventory.proof(item="diesel", gas="CO2")
    assert proof.value == pytest.approx(12.5 * 43 * 0.0741)
    step = proof.steps[0]
    assert step["mass"] == pytest.approx(step["amount"] * step["coefficient"])
    assert [(row["file"], row["row"], row["amount"]) for row in step["rows"]] == [
        ("plant.csv", 2, 10.0),
        ("plant.csv", 3, 2.5),
    ]
    values = {one["name"]: one for one in step["inputs"]}
    assert values["ncv"]["published"] == "43.0 TJ/Gg"
    assert values["ncv"]["source"]["locator"] == "Vol 2 Table 1.2"
    assert values["ef"]["factor"] == "ipcc06_co2_diesel_oil"
    assert values["ef"]["tried"][-1]["outcome"] == "chosen"
    plain = proof.to_dict()
    assert plain["method"]["id"] == "ipcc-2006-stationary"
    assert plain["run"]["files"]["plant.csv"]
    assert plain["digest"] == inventory.digest
    assert "原始行: 2" in proof.text()
    use_language("en")
    assert "rows: 2" in repr(proof)
    assert "<pre>" in proof._repr_html_()


def test_a_proof_shows_only_the_rows_that_asked_for_the_gas() -> None:
    rows = activity(
        use("柴油", 10, "t", sector="industry", gas="CO2"), use("柴油", 3, "t", sector="industry", gas="CH4")
    )
    inventory = th.account(rows, "ipcc-2006-stationary")
    assert [row["amount"] for row in inventory.proof(gas="CO2").steps[0]["rows"]] == [10.0]
    assert [row["amount"] for row in inventory.proof(gas="CH4_fossil").steps[0]["rows"]] == [3.0]


def test_a_cell_that_is_not_there_is_told() -> None:
    for cell in ({"item": "natural_gas"}, {"fuel": "diesel"}):
        with pytest.raises(CellNotFound) as error:
            plant().proof(**cell)
        assert next(iter(cell)) in error.value.message("en")


def test_parquet_and_csv_bring_the_same_rows_back(tmp_path: Path) -> None:
    inventory = plant()
    parquet = pl.read_parquet(inventory.to_parquet(tmp_path / "rows.parquet"))
    assert parquet.get_column("nano").cast(pl.Int128).to_list() == inventory.rows.get_column("nano").to_list()
    shared = [
        name
        for name in inventory.rows.columns
        if name in parquet.columns and name not in {"nano", "amount_micro"}
    ]
    assert parquet.select(shared).equals(inventory.rows.select(shared))
    csv = pl.read_csv(inventory.to_csv(tmp_path / "rows.csv"), infer_schema_length=None)
    for name in ("amount", "coefficient", "mass", "emission"):
        assert csv.get_column(name).cast(pl.Float64).to_list() == inventory.rows.get_column(name).to_list()
    assert csv.get_column("item").to_list() == inventory.rows.get_column("item").to_list()
    assert (tmp_path / "rows.csv").read_bytes().startswith(b"\xef\xbb\xbf"), (
        "Excel needs the mark to read Chinese"
    )


def test_iamc_has_the_columns_and_the_sums_that_the_format_asks_for() -> None:
    inventory = plant()
    found = inventory.to_iamc(scenario="2021 plan")
    index = ["model", "scenario", "region", "variable", "unit"]
    assert found.columns == [*index, "2021", "2022"]
    assert all(name.isdigit() for name in found.columns[len(index) :])
    assert not found.select(index).is_duplicated().any()
    assert found.select(index).null_count().sum_horizontal().item() == 0
    assert set(found.get_column("scenario")) == {"2021 plan"}
    rows = {row["variable"]: row for row in found.iter_rows(named=True)}
    for gas in ("CO2", "CH4", "N2O"):
        parts = [row["2021"] or 0 for name, row in rows.items() if name.startswith(f"Emissions|{gas}|")]
        assert rows[f"Emissions|{gas}"]["2021"] == pytest.approx(sum(parts))
        assert rows[f"Emissions|{gas}"]["unit"] == f"Mt {gas}/yr"
    assert rows["Emissions|CO2|Diesel"]["2021"] == pytest.approx(12.5 * 43 * 0.0741 / 1e6)
    assert rows["Emissions|CO2|Diesel"]["2022"] == pytest.approx(15 * 43 * 0.0741 / 1e6), (
        "months add up to the year"
    )
    assert "Emissions|CO2|Wood and wood waste" not in rows, "memo items are outside"


def test_tables_go_where_the_user_works(tmp_path: Path) -> None:
    table = plant().by("item", "period")
    rows: list[dict[str, Any]] = table.to_dicts()
    assert table.to_pandas().to_dict("records") == rows
    assert table.to_arrow().to_pylist() == rows
    assert pl.DataFrame(table).to_dicts() == rows
    assert pl.read_excel(table.to_excel(tmp_path / "by.xlsx"), engine="openpyxl").height == len(rows)
    assert pl.read_csv(table.to_csv(tmp_path / "by.csv")).height == len(rows)
    assert len(table) == len(rows)
    assert "ipcc-2006-stationary" in repr(table)
