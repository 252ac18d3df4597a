"""Finding and loading methods: those that ship, those that packages offer, and pack files of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.errors import NotFound
from tanheng.inventory.methods.method import Method
from tanheng.inventory.methods.yaml_lines import unreadable

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
    for point in entry_points(group="tanheng.methods"):
        for path in point.load()():
            found.setdefault(Path(path).stem, Path(path))
    return found


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
        raise NotFound(what_zh=what[0], what_en=what[1], name=str(name), known=", ".join(known))
    return _read(path)


def method_of(data: Mapping[str, Any], overrides: Sequence[Mapping[str, Any]] = ()) -> Method:
    """A method from the data of a pack that was kept with a release, with the parameters that the user measured."""
    from tanheng.inventory.methods.build import build
    from tanheng.inventory.methods.format import PackChecker

    path = Path(f"{data['id']}.yaml")
    checker = PackChecker(path.name, {})
    checker.check(dict(data))
    method = build(path, dict(data), checker)
    for one in overrides:
        method = method.with_parameter(**one)
    return method


def _read(path: Path) -> Method:
    from tanheng.inventory.methods.build import build
    from tanheng.inventory.methods.extends import read_pack

    data, checker = read_pack(path)
    checker.check(data)
    return build(path, data, checker)
