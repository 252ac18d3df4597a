"""Releases: what ships, that it cannot change unseen, and what changed between two."""

import hashlib
import json
import shutil

import pytest

from tanheng.errors import NotFound, PackInvalid
from tanheng.factors import diff, load_factors, releases
from tanheng.factors.model import PACK, columns


@pytest.fixture
def copy(tmp_path):
    """A copy of the release under another path, to alter."""
    folder = tmp_path / "copy"
    shutil.copytree(PACK / releases()[-1], folder)
    return folder


def edit(folder, name, old, new, *, sign):
    """Alter a file of a release; with ``sign`` its hash in the descriptor too."""
    path, descriptor = folder / name, folder / "datapackage.json"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    if sign:
        told = json.loads(descriptor.read_text(encoding="utf-8"))
        for resource in told["resources"]:
            if resource["path"] == name:
                resource["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        descriptor.write_text(json.dumps(told), encoding="utf-8")


def test_the_release_that_ships_holds_what_its_descriptor_says():
    library = load_factors()
    told = library.release.descriptor
    rows = {one["path"]: one["rows"] for one in told["resources"]}
    assert library.name == releases()[-1] == told["version"]
    assert len(library) == sum(rows.values()) - rows["items.csv"] - rows["sources.csv"]
    assert library.release.content_hash() == library.release.hash
    assert len(library.to_polars()) == len(library)


def test_no_row_of_the_efdb_ships():
    library = load_factors()
    assert not [row.id for row in library if "efdb" in row.id]
    assert len(library.release.items) == len(library) + 375


def test_an_altered_file_is_refused(copy):
    edit(copy, "electricity_cn.csv", "CO2,0.1255,tCO2/MWh", "CO2,0.1155,tCO2/MWh", sign=False)
    with pytest.raises(PackInvalid) as caught:
        load_factors(copy)
    assert caught.value.fields["file"].endswith("electricity_cn.csv")
    assert "重新安装" in caught.value.message("zh")


def test_a_missing_file_is_refused(copy):
    (copy / "gwp.csv").unlink()
    with pytest.raises(PackInvalid, match=r"gwp\.csv"):
        load_factors(copy)


def test_an_alteration_that_signs_its_file_is_found_by_the_audit(copy):
    edit(copy, "electricity_cn.csv", "CO2,0.1255,tCO2/MWh", "CO2,0.1155,tCO2/MWh", sign=True)
    audit = load_factors(copy).audit()
    assert not audit.ok
    assert [finding.level for finding in audit.of("content")] == ["error"]


def test_diff_tells_rows_and_cells(copy, tmp_path):
    edit(copy, "electricity_cn.csv", "CO2,0.1255,tCO2/MWh", "CO2,0.1155,tCO2/MWh", sign=True)
    old, new = load_factors(), load_factors(copy)
    found = diff(old, new)
    assert found.changed == [("cn_elec_prov_51_2021", "text", "0.1255", "0.1155")]
    assert (found.added, found.removed) == ([], [])
    path = tmp_path / "mine.csv"
    path.write_text(
        "id,item,value,unit,region,year_valid_from\nmine,heat,0.1,tCO2/GJ,CN,2020\n", encoding="utf-8"
    )
    laid = load_factors(packs=[path])
    assert diff(old, laid).added == ["mine"]
    assert diff(laid, old).removed == ["mine"]
    assert diff(laid, old).to_polars()["change"].to_list() == ["removed"]
    assert not diff(old, old)


def test_a_release_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(NotFound, match=releases()[-1]):
        load_factors("1999.01")


def test_the_columns_of_a_pack_are_described_in_both_languages():
    for column in columns().values():
        assert column.zh
        assert column.meaning_zh
        assert column.meaning_en
    heads = [name for column in columns().values() for name in column.names]
    assert len(heads) == len(set(heads))
