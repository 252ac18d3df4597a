"""Finding and loading methods: those that ship, those that packages offer, and pack files of one's own."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.errors import NotFound
from tanheng.inventory.methods.build import build, digest_of
from tanheng.inventory.methods.extends import laid_over, refuse_like
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.method import Method
from tanheng.inventory.methods.yaml_lines import load_with_lines, unreadable

_SUFFIXES = {".yaml", ".yml"}
PACKS = Path(str(files("tanheng.packs") / "methods"))


def method_files() -> dict[str, Path]:
    """Every method that ships or that an installed package offers under ``tanheng.methods``, by id.

    Examples
    --------
    >>> {'cn-energy-2011', 'cn-provincial-2011'} <= set(method_files())
    True
    """
    found = {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}
    for path in _offered():
        found.setdefault(path.stem, path)
    return found


@functools.cache
def _offered() -> tuple[Path, ...]:
    """The packs of installed packages."""
    return tuple(Path(path) for point in entry_points(group="tanheng.methods") for path in point.load()())


def load_method(name: str | Path | Method) -> Method:
    """Load a method by id, or from a pack file of your own.

    Raises
    ------
    NotFound
        When no method has the id, or the file is not there.
    PackUnreadable
        When what is named is no text file in UTF-8 that ends in ``.yaml``.
    PackInvalid
        With file, line, key and the mend.

    Examples
    --------
    >>> load_method("sichuan-park-2022").gas
    'CO2'
    """
    if isinstance(name, Method):
        return name
    known = method_files()
    if str(name) in known:
        return _read(known[str(name)])
    path = Path(name)
    if path.is_dir():
        raise unreadable(
            path,
            ("它是文件夹", "it is a folder"),
            ("请给出其中的 .yaml 文件。", "Name the .yaml file in it."),
        )
    if path.is_file() and path.suffix not in _SUFFIXES:
        raise unreadable(
            path,
            (f"后缀是“{path.suffix}”", f"its name ends in '{path.suffix}'"),
            (
                f"若它是方法包，请改名为 {path.stem.split('.')[0]}.yaml。",
                f"If it is a pack, rename it to {path.stem.split('.')[0]}.yaml.",
            ),
        )
    if not path.is_file():
        file = path.suffix in _SUFFIXES or len(path.parts) > 1
        what = ("方法包文件", "method pack") if file else ("方法", "method")
        raise NotFound(what=what, name=str(name), known=", ".join(known))
    return _read(path)


def method_of(data: Mapping[str, Any], overrides: Sequence[Mapping[str, Any]] = ()) -> Method:
    """A method from the data of a pack that was kept with a release, with the parameters that the user measured."""
    shipped = PACKS / f"{data['id']}.yaml"
    method = _shipped(shipped) if shipped.is_file() else None
    if method is None or method.digest != digest_of(data):
        checker = PackChecker(shipped.name, {})
        checker.check(dict(data))
        method = build(shipped, dict(data), checker)
    for one in overrides:
        method = method.with_parameter(**one)
    return method


def _read(path: Path, above: tuple[Path, ...] = ()) -> Method:
    """A pack file as a method; what ships does not change while the process runs and is read once."""
    return _shipped(path) if path.parent == PACKS else _made(path, above)


@functools.cache
def _shipped(path: Path) -> Method:
    return _made(path, ())


def _made(path: Path, above: tuple[Path, ...]) -> Method:
    """``above`` are the packs that extend this one."""
    data, lines = load_with_lines(path)
    checker = PackChecker(path.name, lines)
    if isinstance(data, dict) and "extends" in data:
        base = _read(_base(data["extends"], (*above, path), checker), (*above, path))
        data, checker = laid_over(base.data, data, checker)
    else:
        refuse_like(data, checker)
    checker.check(data)
    return build(path, data, checker)


def _base(name: Any, above: tuple[Path, ...], checker: PackChecker) -> Path:
    """The file of the pack that is extended: a method that ships or is installed, or one of the same folder."""
    known = method_files()
    path = known.get(str(name), above[-1].parent / f"{name}.yaml")
    elsewhere = str(name) not in known and not re.fullmatch(r"[\w.-]+", str(name))
    if elsewhere or not path.is_file() or path in above:
        raise checker.error(
            ("extends",),
            ("没有这个方法，或它又以本方法为底", "there is no such method, or it extends this one"),
            (f"可用：{'、'.join(known)}。", f"Known: {', '.join(known)}."),
        )
    return path
