"""Saved runs, proofs of cells, and the forms in which an inventory leaves the house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from small import COAL, activity, use
from tanheng.codes import EntityTree
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
    resealed(folder, manifest)
    with pytest.raises(VersionAltered) as error:
        load_run(folder)
    assert "manifest.json" in error.value.message("en")


def resealed(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest with the hash that fits it, as someone would who knows how."""
    plain = {key: value for key, value in manifest.items() if key != "manifest_sha256"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    plain["manifest_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(plain), encoding="utf-8")


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "refused rows": lambda manifest: manifest.update(refused=0),
    "findings": lambda manifest: manifest.update(findings=[]),
    "a document": lambda manifest: manifest["method"]["document"].update(title="FORGED"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_manifest_is_detected(edit: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    folder = plant().save(tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    edit(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(VersionAltered, match=r"manifest\.json"):
        load_run(folder)


@pytest.mark.parametrize("key", ["run", "method", "gwp", "activity", "findings", "digest", "total"])
def test_a_manifest_that_lacks_a_key_is_refused(tmp_path: Path, key: str) -> None:
    folder = plant().save(tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest[key]
    resealed(folder, manifest)
    with pytest.raises(VersionAltered, match=r"manifest\.json"):
        load_run(folder)


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


TREE = EntityTree([{"id": "示例厂", "kind": "企业", "region": "四川省", "name_zh": "示例厂"}])
SILENT = [
    use("柴油", 10, "t", sector="industry", region="北京市"),
    use("柴油", 20, "t", sector="industry", region=""),
    use("柴油", 0, "t", sector="industry", region="", note="zero"),
    use("柴油", 5, "t", sector="industry", region="四川省"),
]


@pytest.mark.parametrize(
    ("more", "options", "home"),
    [
        ({"entity": "四川省"}, {}, "CN-51"),
        ({"entity": "示例厂"}, {}, "CN"),
        ({"entity": "示例厂"}, {"region": "北京市"}, "CN-11"),
        ({"entity": "示例厂"}, {"entities": TREE}, "CN-51"),
        ({"entity": "四川省"}, {"by": ["item"]}, "CN-51"),
    ],
)
def test_rows_of_a_proof_add_up_where_regions_are_stated_or_blank(
    tmp_path: Path, more: dict[str, str], options: dict[str, Any], home: str
) -> None:
    rows = activity(*({**row, **more} for row in SILENT))
    inventory = load_run(th.account(rows, "ipcc-2006-stationary", **options).save(tmp_path / "run"))
    regions = set(inventory.emissions.get_column("region"))
    assert regions == {"CN-11", "CN-51", home}
    for region in regions:
        for step in inventory.proof(item="diesel", region=region).steps:
            assert sum(row["amount"] for row in step["rows"]) == pytest.approx(step["amount"]), region
            blank = [row for row in step["rows"] if "region" not in row]
            assert len(blank) == (2 if region == home else 0)


def test_rows_of_nothing_stand_where_their_entity_is() -> None:
    rows = activity(
        use("柴油", 10, "t", sector="industry", entity="四川省", region="北京市"),
        use("柴油", 0, "t", sector="industry", entity="四川省", region=""),
    )
    inventory = th.account(rows, "ipcc-2006-stationary")
    assert inventory.proof(region="CN-11").steps[0]["row_count"] == 1
    assert inventory.proof(region="CN-51").steps[0]["row_count"] == 1


@pytest.mark.parametrize("column", [{"region": ""}, {"region": None}, {}])
def test_rows_of_entities_that_were_added_up_stand_in_the_region_of_each(column: dict[str, Any]) -> None:
    rows = [
        {"entity": entity, "period": "2021", **use("柴油", amount, "t", sector="industry"), **column}
        for entity, amount in (("四川省", 10), ("北京市", 4), ("示例厂", 1), ("四川省", 2))
    ]
    inventory = th.account(pl.DataFrame(rows), "ipcc-2006-stationary", by=["item"], region="天津市")
    found = {
        region: [row["amount"] for row in inventory.proof(item="diesel", region=region).steps[0]["rows"]]
        for region in ("CN-51", "CN-11", "CN-12")
    }
    assert found == {"CN-51": [10.0, 2.0], "CN-11": [4.0], "CN-12": [1.0]}


def test_a_long_proof_says_how_many_steps_it_leaves_out() -> None:
    rows = activity(
        *(
            use("柴油", n + 1, "t", sector="industry", period=f"{2010 + n // 12}-{n % 12 + 1:02d}")
            for n in range(101)
        )
    )
    proof = th.account(rows, "ipcc-2006-stationary").proof(item="diesel")
    plain = proof.to_dict()
    assert (plain["step_count"], len(plain["steps"])) == (303, 200)
    assert "另有 103 步未列出" in proof.text()
    use_language("en")
    assert "and 103 more steps" in proof.text()
    assert "more steps" not in plant().proof(item="wood").text()


def test_a_proof_tells_that_a_part_of_parquet_data_changed_or_is_gone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for n in range(3):
        activity(use("柴油", n + 1, "t", sector="industry")).write_parquet(data / f"{n}.parquet")
    folder = th.account(data, "ipcc-2006-stationary").save(tmp_path / "run")

    def states() -> dict[str, str]:
        return {row["file"]: row["state"] for row in load_run(folder).proof(item="diesel").steps[0]["rows"]}

    assert states() == {f"{n}.parquet": "same" for n in range(3)}
    row = load_run(folder).proof(item="diesel").steps[0]["rows"][0]
    whole = (data / "0.parquet").read_bytes()
    assert (row["size"], row["tail_sha256"]) == (len(whole), hashlib.sha256(whole[-65536:]).hexdigest())
    activity(use("柴油", 9, "t", sector="industry")).write_parquet(data / "1.parquet")
    (data / "2.parquet").unlink()
    assert states() == {"0.parquet": "same", "1.parquet": "changed", "2.parquet": "gone"}
    text = load_run(folder).proof(item="diesel").text()
    assert "数据文件 1.parquet 在运行保存之后被改动" in text
    assert "数据文件 2.parquet 已不在原处" in text
    use_language("en")
    text = load_run(folder).proof(item="diesel").text()
    assert "part 1.parquet was changed" in text
    assert "part 2.parquet is no longer there" in text
    assert "part 0.parquet" not in text


def test_a_cell_that_is_not_there_is_told() -> None:
    for cell in ({"item": "natural_gas"}, {"colour": "red"}):
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
    months = [use("柴油", 1.25, "t", sector="industry", period=f"2022-{one:02d}") for one in range(1, 13)]
    year = (use("柴油", 12.5, "t", sector="industry"), use("木柴", 4, "t", sector="industry"))
    inventory = th.account(activity(*year, *months), "ipcc-2006-stationary")
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
        assert rows[f"Emissions|{gas}"]["unit"] == f"{'kt' if gas == 'N2O' else 'Mt'} {gas}/yr"
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
