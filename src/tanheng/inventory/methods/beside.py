"""Files that another file names: they stand below its folder and, where reading is confined, beside it and nowhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

from tanheng.errors import TanhengError
from tanheng.inventory.methods.loading import method_files
from tanheng.inventory.methods.yaml_lines import Path_

Refuse = Callable[[Path_, tuple[str, str], tuple[str, str]], TanhengError]
_CONFINED: ContextVar[bool] = ContextVar("confined", default=False)
_LEADS_OUT = ("/", "\\", ":", "\x00")
_MEND = (
    "请把文件放在同一文件夹，只写文件名。",
    "Put the file into the same folder and write its name alone.",
)


@contextlib.contextmanager
def confined() -> Iterator[None]:
    """While it lasts, files name only plain files beside them and methods that are known, and no runs."""
    token = _CONFINED.set(True)
    try:
        yield
    finally:
        _CONFINED.reset(token)


def beside(folder: Path, name: str, at: Path_, refuse: Refuse) -> Path:
    """The file that is named at a place of another file, which stands in ``folder``.

    Raises
    ------
    PackInvalid
        Where reading is confined and the file stands elsewhere.
    """
    file = folder / name
    if _CONFINED.get():
        plain = name not in ("", ".", "..") and not any(sign in name for sign in _LEADS_OUT)
        if not plain or file.is_symlink():
            raise refuse(
                at, (f"“{name}”不在同一文件夹", f"'{name}' does not stand in the same folder"), _MEND
            )
    return file


def method_beside(folder: Path, name: str, at: Path_, refuse: Refuse) -> Path | str:
    """The method that is named: a pack below ``folder``, else what ships, is installed or is at hand.

    Raises
    ------
    PackInvalid
        Where reading is confined and it is neither a pack of the folder nor a known method.
    """
    own = beside(folder, name, at, refuse)
    if own.is_file():
        return own
    if _CONFINED.get() and name not in method_files():
        raise refuse(at, (f"没有方法“{name}”", f"there is no method '{name}'"), _MEND)
    return name


def run_beside(folder: Path, name: str, at: Path_, refuse: Refuse) -> Path | str:
    """The run that is named: a folder below ``folder``, else an id.

    Raises
    ------
    PackInvalid
        Where reading is confined: runs never stand beside a file of a set.
    """
    if _CONFINED.get():
        raise refuse(
            at,
            ("此处不能引用运行", "a run cannot be named here"),
            (
                "请去掉 run，在平台上绑定核算或发布版。",
                "Leave run out, and bind runs or releases on the platform.",
            ),
        )
    near = folder / name
    return near if near.exists() else name
