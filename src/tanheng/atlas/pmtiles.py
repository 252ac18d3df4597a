"""PMTiles archives of vector tiles: their head, single tiles, and the values of a property.

The format: version 3 of https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md; of a vector tile only keys and
values are read (Mapbox vector tile specification 2.1).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanheng.atlas.outlines import text_of
from tanheng.atlas.problems import MapInvalid

_HEAD = struct.Struct("<7sB11Q6B4iB2i")
_NONE, _GZIP, _VECTOR = 1, 2, 1
_MOST, _DIRECTORY = 32 << 20, 4 << 20
"""Bytes of a tile and of a directory, unpacked."""
_DEPTH = 4
"""Directories that lie below one another."""
_LOOKED = 64
"""Tiles of the lowest zoom that are read for their properties."""
_DEEPEST = 24


@dataclass(frozen=True)
class Archive:
    """An archive of tiles; ``layers`` are the names of its vector layers with their properties.

    ``bounds`` are west, south, east and north in degrees.
    """

    path: Path
    bounds: tuple[float, float, float, float]
    zooms: tuple[int, int]
    layers: dict[str, list[str]]
    gzip: bool
    _root: tuple[int, int]
    _leaves: int
    _tiles: int
    _packed: bool

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A tile as it is kept (packed where `gzip`); None where there is none.

        Raises
        ------
        MapInvalid
            For a damaged archive.
        """
        if not (0 <= zoom <= _DEEPEST and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
            return None
        wanted = tile_number(zoom, column, row)
        offset, length = self._root
        for _ in range(_DEPTH):
            entry = _entry(self._directory(offset, length), wanted)
            if entry is None:
                return None
            first, run, size, at = entry
            if run:
                return self._read(self._tiles + at, size) if wanted < first + run else None
            offset, length = self._leaves + at, size
        raise wrong(self.path.name, "目录层数过多", "its directories are nested too deep")

    def values(self, name: str) -> set[str]:
        """Values of a property in the tiles of the lowest zoom."""
        found: set[str] = set()
        for number, (_, run, size, at) in enumerate(self._first()):
            if number >= _LOOKED:
                break
            tile = self._read(self._tiles + at, size) if run else b""
            whole = _unpacked(tile, self.path.name) if self.gzip else tile
            try:
                found |= _values(whole, name, self.path.name)
            except (TypeError, AttributeError, struct.error) as error:  # a field of another kind or length
                raise wrong(self.path.name, "瓦片已损坏", "a tile is damaged") from error
        return found

    def _first(self) -> Iterator[tuple[int, int, int, int]]:
        entries = self._directory(*self._root)
        for _ in range(_DEPTH):
            if not entries or entries[0][1]:
                break
            entries = self._directory(self._leaves + entries[0][3], entries[0][2])
        past = tile_number(self.zooms[0] + 1, 0, 0)
        yield from (entry for entry in entries if entry[0] < past)

    def _directory(self, offset: int, length: int) -> list[tuple[int, int, int, int]]:
        content = self._read(offset, length)
        whole = _unpacked(content, self.path.name, _DIRECTORY) if self._packed else content
        return _entries(whole[:_DIRECTORY], self.path.name)

    def _read(self, offset: int, length: int) -> bytes:
        if length > _MOST:
            raise wrong(self.path.name, "一块过大", "a part of it is too large")
        with self.path.open("rb") as stream:
            stream.seek(offset)
            found = stream.read(length)
        if len(found) != length:
            raise wrong(self.path.name, "文件不完整", "it is cut off")
        return found


def open_archive(path: Path, file: str = "") -> Archive:
    """An archive of vector tiles.

    Raises
    ------
    MapInvalid
        When it is none, or packed in a way that browsers do not unpack.
    """
    file = file or path.name
    with path.open("rb") as stream:
        head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size or head[:7] != b"PMTiles" or head[7] != 3:
        raise wrong(file, "不是第 3 版 PMTiles", "it is no PMTiles of version 3")
    (_, _, root_at, root_size, meta_at, meta_size, leaves, _, tiles, _, _, _, _, _, inner, outer, kind, low, high,
     west, south, east, north, *_) = _HEAD.unpack(head)  # fmt: skip
    if kind != _VECTOR or not {inner, outer} <= {_NONE, _GZIP} or not low <= high <= _DEEPEST:
        raise wrong(file, "不是矢量瓦片（MVT，gzip）", "its tiles are no vector tiles (MVT, gzip)")
    bounds = (west / 1e7, south / 1e7, east / 1e7, north / 1e7)
    if not (-180 <= bounds[0] < bounds[2] <= 180 and -90 <= bounds[1] < bounds[3] <= 90):
        raise wrong(file, "范围不是经纬度", "its bounds are not in longitude and latitude")
    made = Archive(
        path, bounds, (low, high), {}, outer == _GZIP, (root_at, root_size), leaves, tiles, inner == _GZIP
    )
    content = made._read(meta_at, meta_size)
    try:
        told = json.loads(_unpacked(content, file) if inner == _GZIP else content)
        layers = {
            str(one["id"]): [str(key) for key in one.get("fields", {})] for one in told["vector_layers"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise wrong(file, "没有图层说明（vector_layers）", "it does not tell its vector_layers") from error
    made.layers.update(layers)
    return made


def tile_number(zoom: int, column: int, row: int) -> int:
    """The number of a tile: zoom by zoom, along Hilbert's curve.

    Examples
    --------
    >>> [tile_number(0, 0, 0), tile_number(1, 0, 0), tile_number(1, 1, 0), tile_number(2, 0, 0)]
    [0, 1, 4, 5]
    """
    found = ((1 << (zoom * 2)) - 1) // 3
    for level in range(zoom - 1, -1, -1):
        side = 1 << level
        right, down = int(bool(side & column)), int(bool(side & row))
        found += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                column, row = side - 1 - column, side - 1 - row
            column, row = row, column
    return found


def wrong(file: str, zh: str, en: str) -> MapInvalid:
    """The error for a part of an archive."""
    return MapInvalid(file=file, detail_zh=zh, detail_en=en)


def _entry(entries: list[tuple[int, int, int, int]], wanted: int) -> tuple[int, int, int, int] | None:
    found = None
    for entry in entries:
        if entry[0] > wanted:
            break
        found = entry
    return found


def _unpacked(content: bytes, file: str, most: int = _MOST) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(content, most)
    except zlib.error as error:
        raise wrong(file, "压缩已损坏", "its compression is damaged") from error


def _entries(content: bytes, file: str) -> list[tuple[int, int, int, int]]:
    """Entries of a directory: first number, how many follow (0 for a directory below), bytes, offset."""
    numbers = _varints(content, file)
    count = numbers[0] if numbers else 0
    if len(numbers) != 1 + 4 * count:
        raise wrong(file, "目录已损坏", "a directory is damaged")
    steps, runs, sizes, offsets = (numbers[1 + count * at : 1 + count * (at + 1)] for at in range(4))
    found: list[tuple[int, int, int, int]] = []
    first = at = 0
    for step, run, size, offset in zip(steps, runs, sizes, offsets, strict=True):
        first += step
        at = offset - 1 if offset else at
        found.append((first, run, size, at))
        at += size
    return found


def _varints(content: bytes, file: str) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
        elif shift > 63:
            raise wrong(file, "数字已损坏", "a number is damaged")
    return found


def _values(tile: bytes, name: str, file: str) -> set[str]:
    found: set[str] = set()
    for field, layer in _fields(tile, file):
        if field != 3:
            continue
        keys, values, tags = [], [], []
        for part, content in _fields(layer, file):
            if part == 3:
                keys.append(content.decode("utf-8", "replace"))
            elif part == 4:
                values.append(_value(content, file))
            elif part == 2:
                tags += [_varints(one, file) for at, one in _fields(content, file) if at == 2]
        for pairs in tags:
            for key, value in zip(pairs[::2], pairs[1::2], strict=False):
                if key < len(keys) and keys[key] == name and value < len(values):
                    found.add(values[value])
    return found - {""}


def _fields(message: bytes, file: str) -> Iterator[tuple[int, Any]]:
    """Fields of a protocol buffer that are bytes or numbers."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at, file)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at, file)
            yield key >> 3, value
            continue
        size = {1: 8, 5: 4}.get(kind, 0)
        if kind == 2:
            size, at = _varint(message, at, file)
        elif not size:
            raise wrong(file, "瓦片已损坏", "a tile is damaged")
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int, file: str) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise wrong(file, "瓦片已损坏", "a tile is damaged")


def _value(message: bytes, file: str) -> str:
    """A value of a vector tile as text: text, float, double, whole numbers."""
    for field, content in _fields(message, file):
        if field == 1:
            return text_of(content.decode("utf-8", "replace"))
        if field in (2, 3):
            return text_of(struct.unpack("<f" if field == 2 else "<d", content)[0])
        if field in (4, 5):
            return text_of(content)
        if field == 6:
            return text_of((content >> 1) ^ -(content & 1))
    return ""
