"""Sets of files: taken from uploads or a zip archive, laid into a folder, and checked before they are kept.

A set is flat: its files stand beside one another, and what they name stays among them. A file of a set is never looked for
anywhere else on the server.
"""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from tanheng.errors import TanhengError
from tanheng.inventory import method_files
from tanheng.inventory.methods.yaml_lines import Path_, load_with_lines

MOST_FILES = 100
MOST_BYTES = 64 << 20
"""What the files of a set may have together."""
ROAD, TREE = "road.yaml", "tree.yaml"
REFERS: Mapping[str, Sequence[str]] = {
    "tanheng-road/1": (
        "tree", "observed.file", "deviation.monthly.file",
        "observed.inventories.*.*.run", "observed.inventories.*.*.activity", "observed.inventories.*.*.method",
    ),
    "tanheng-tree/1": ("inventories.*.run", "inventories.*.activity", "inventories.*.method"),
    "tanheng-projects/1": ("tree", "table"),
}  # fmt: skip
"""Keys of each format whose text names a file; readers take no other format in its place."""
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_PIECE = 1 << 16
_YAML = (".yaml", ".yml")
_UTF_8, _LOCKED = 0x800, 0x1
_UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
    zlib.error,
    lzma.LZMAError,
)
"""What reading an archive raises; zipfile says NotImplementedError of a way of packing that it does not know."""


class SetWrong(TanhengError):
    """A set of files that cannot be taken."""

    code = "W-070"
    zh = "文件集中的 {file}{where_zh}：{detail_zh}。"
    en = "In {file} of the set{where_en}: {detail_en}."
    remedy_zh = "请改正后重新上传；一个文件集的文件放在同一层，互相引用只写文件名。"
    remedy_en = "Mend it and upload it again: the files of a set stand beside one another, and name one another by their names alone."


class KindNeeds(TanhengError):
    """An analysis of what a set does not hold."""

    code = "W-075"
    zh = "“{kind_zh}”需要 {file}，这一文件集没有。"
    en = "'{kind_en}' needs {file}, which this set has not."
    remedy_zh = "请上传含有 {file} 的新版本，或选用只需表格的分析。"
    remedy_en = "Upload a version that has {file}, or choose an analysis that needs tables alone."


def lay(uploads: Iterable[tuple[str, Path]], folder: Path) -> list[str]:
    """Lay files, or those of one archive, into an empty folder; their names.

    Parameters
    ----------
    uploads : iterable of (str, Path)
        Name and file of each.
    folder : Path

    Raises
    ------
    SetWrong
        For archives that hold other than plain files beside one another, too much, or names twice.
    """
    held = list(uploads)
    zipped = [name for name, _ in held if name.casefold().endswith(".zip")]
    if zipped and len(held) > 1:
        raise _wrong(zipped[0], "压缩包应单独上传", "an archive is uploaded alone")
    if zipped:
        _unpack(*held[0], folder)
    else:
        _refuse_many(held[0][0] if held else "–", [name for name, _ in held])
        if sum(path.stat().st_size for _, path in held) > MOST_BYTES:
            raise _large(held[0][0])
        for name, path in held:
            (folder / _plain(name)).write_bytes(path.read_bytes())
    names = sorted(path.name for path in folder.iterdir())
    if not names:
        raise _wrong(held[0][0] if held else "–", "没有文件", "it holds no file")
    return names


def _unpack(name: str, path: Path, folder: Path) -> None:
    """Files of an archive, of which the folder that holds all of them is left out."""
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [(_called(one), one) for one in archive.infolist() if not one.is_dir()]
            wanted = [(called, one) for called, one in wanted if not _skipped(called)]
            for called, one in wanted:
                _refuse_odd(name, called, one)
            tops = {PurePosixPath(called).parts[0] for called, _ in wanted}
            nested = len(tops) == 1 and all("/" in called for called, _ in wanted)
            kept = [(called.partition("/")[2] if nested else called, one) for called, one in wanted]
            _refuse_many(name, [called for called, _ in kept])
            room = MOST_BYTES
            for called, one in kept:
                room -= _written(name, archive, one, folder / _plain(called), room)
    except _UNREADABLE as cause:
        raise _wrong(name, "压缩包读不出来", "the archive cannot be read") from cause


def _called(one: zipfile.ZipInfo) -> str:
    """The name of a member: archives made on Chinese systems may not say that it is GBK."""
    if one.flag_bits & _UTF_8 or one.filename.isascii():
        return one.filename
    try:
        return one.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return one.filename


def _skipped(name: str) -> bool:
    """What systems put into archives of their own accord."""
    return name.startswith(_SKIPPED[0]) or PurePosixPath(name).name in _SKIPPED[1:]


def _refuse_odd(archive: str, name: str, one: zipfile.ZipInfo) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or "\\" in name or "\x00" in one.orig_filename:
        raise _wrong(archive, f"{_short(name)} 指向文件集之外", f"{_short(name)} leads out of the set")
    if stat.S_ISLNK(one.external_attr >> 16):
        raise _wrong(archive, f"{_short(name)} 是链接", f"{_short(name)} is a link")
    if one.flag_bits & _LOCKED:
        raise _wrong(archive, f"{_short(name)} 加了密码", f"{_short(name)} is locked by a password")


def _refuse_many(archive: str, names: list[str]) -> None:
    if len(names) > MOST_FILES:
        raise _wrong(archive, f"有 {len(names)} 个文件，至多 {MOST_FILES} 个", f"there are {len(names)} files, there may be {MOST_FILES}")  # fmt: skip
    seen: set[str] = set()
    for name in names:
        if "/" in name:
            raise _wrong(
                archive, f"{_short(name)} 在下级文件夹里", f"{_short(name)} stands in a folder below"
            )
        if name.casefold() in seen:
            raise _wrong(archive, f"有两个 {_short(name)}", f"there are two of {_short(name)}")
        seen.add(name.casefold())


def _written(name: str, archive: zipfile.ZipFile, one: zipfile.ZipInfo, path: Path, room: int) -> int:
    """Bytes of a member, counted as it unpacks: what the archive says of itself may be false."""
    size = 0
    with archive.open(one) as source, path.open("wb") as target:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > room:
                raise _large(name)
            target.write(piece)
    return size


def _plain(name: str) -> str:
    """A name that stays in its folder."""
    plain = Path(name.replace("\\", "/")).name
    if plain in ("", ".", "..") or plain.startswith(".") or len(plain.encode()) > 200:
        raise _wrong(_short(name) or "–", "不能用作文件名", "it cannot be the name of a file")
    return plain


def references(folder: Path, names: Iterable[str]) -> None:
    """Refuse files of the set that name what stands outside of it.

    Raises
    ------
    SetWrong
        With file, line and key.
    PackInvalid, PackUnreadable
        For YAML that cannot be read.
    """
    known = set(names)
    for name in sorted(known):
        data, lines = _mapping(folder / name)
        for pattern in REFERS.get(str(data.get("format")), ()):
            for at, text in _texts(data, pattern.split(".")):
                _refuse_outside(name, at, text, lines.get(at), known)


def _mapping(file: Path) -> tuple[Mapping[Any, Any], Mapping[Path_, int]]:
    """What a file of YAML says; nothing for tables and other files, which no reader takes for YAML."""
    if file.suffix.casefold() not in _YAML:
        return {}, {}
    data, at = load_with_lines(file)
    return (data, at) if isinstance(data, Mapping) else ({}, {})


def _texts(value: Any, keys: Sequence[str], at: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text at a place of the data; ``*`` stands for any key."""
    if not keys:
        if isinstance(value, str):
            yield at, value
        return
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, one in pairs:
        if keys[0] in ("*", key):
            yield from _texts(one, keys[1:], (*at, key))


def _refuse_outside(name: str, at: Path_, text: str, line: int | None, known: set[str]) -> None:
    where, key = ".".join(str(one) for one in at), at[-1]
    place = {
        "where_zh": f" 第 {line} 行 {where}" if line else f" 的 {where}",
        "where_en": f", line {line}, {where}" if line else f", {where}",
    }
    if key == "run":
        raise _wrong(
            name,
            "平台上不能按文件夹或编号引用运行，请去掉这一项，在新建路径时绑定平台上的核算或发布版",
            "a run cannot be named by folder or id here: leave it out, and bind runs or releases of the platform to the years when you add the road",
            **place,
        )
    if key == "tree" and text in known and not text.casefold().endswith(_YAML):
        raise _wrong(
            name,
            f"因子树 {_short(text)} 的名称应以 .yaml 或 .yml 结尾，请改名",
            f"the factor tree {_short(text)} must end in .yaml or .yml: rename it",
            **place,
        )
    if text in known or (key == "method" and text in method_files()):
        return
    if key == "method" and not _leads_out(text):
        raise _wrong(name, f"没有方法 {_short(text)}", f"there is no method {_short(text)}", **place)
    if _leads_out(text):
        raise _wrong(
            name,
            f"{_short(text)} 在文件集之外，请把该文件放进文件集，只写文件名",
            f"{_short(text)} stands outside of the set: put the file into the set and write its name alone",
            **place,
        )
    raise _wrong(name, f"文件集里没有 {_short(text)}", f"the set has no file {_short(text)}", **place)


def _leads_out(text: str) -> bool:
    return any(sign in text for sign in ("/", "\\", ":", "..", "~", "\x00"))


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"


def _large(name: str) -> SetWrong:
    most = MOST_BYTES >> 20
    return _wrong(name, f"展开后超过 {most} MB", f"it unpacks to more than {most} MB")


def _wrong(file: str, zh: str, en: str, *, where_zh: str = "", where_en: str = "") -> SetWrong:
    return SetWrong(file=file, where_zh=where_zh, where_en=where_en, detail_zh=zh, detail_en=en)
