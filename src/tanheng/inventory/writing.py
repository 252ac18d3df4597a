"""Writing files: what the system says against it is one clear line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import polars as pl

from tanheng.activity.text import FORMULA
from tanheng.errors import CannotWrite, TanhengError
from tanheng.inventory.problems import invalid

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of an xlsxwriter workbook by which a text stays a text, whatever it begins with."""
_SAID: tuple[tuple[type[OSError], str, str], ...] = (
    (FileExistsError, "那里已有一个文件，不是文件夹", "there is a file, not a folder"),
    (NotADirectoryError, "那里已有一个文件，不是文件夹", "there is a file, not a folder"),
    (IsADirectoryError, "那里是一个文件夹，不是文件", "there is a folder, not a file"),
    (FileNotFoundError, "上级文件夹不存在", "the folder to write in does not exist"),
    (PermissionError, "没有写权限", "permission denied"),
)


@contextlib.contextmanager
def writing(path: str | Path, *, keep: Iterable[Path] = ()) -> Iterator[Path]:
    """The path of a file or folder that the block writes.

    Parameters
    ----------
    path : str or Path
    keep : iterable of Path
        What was read, and is never written over.

    Raises
    ------
    ArgumentInvalid
        When it is no path.
    CannotWrite
        When a file or folder below the path cannot be written, or is one to keep.

    Examples
    --------
    >>> with writing("/proc/none/x.csv") as path:
    ...     path.write_text("")
    Traceback (most recent call last):
    tanheng.errors.CannotWrite: ...
    """
    from xlsxwriter.exceptions import XlsxFileError

    if not isinstance(path, str | Path) or not str(path) or "\0" in str(path):
        raise invalid("path", path, "文件路径", "the path of a file")
    if any(_same(Path(path), one) for one in keep):
        raise is_input(Path(path))
    try:
        yield Path(path)
    except TanhengError:
        raise
    except (OSError, XlsxFileError, pl.exceptions.PolarsError) as cause:
        under = next((one for one in cause.args if isinstance(one, OSError)), cause)
        plain = getattr(under, "strerror", None) or " ".join(str(under).split())
        said = next(((zh, en) for kind, zh, en in _SAID if isinstance(under, kind)), (plain, plain))
        raise CannotWrite(path=str(path), detail=said) from cause


def _same(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def is_input(path: Path) -> CannotWrite:
    """The error where what was read would be written over."""
    zh, en = "它是这次读入的文件，不会覆盖", "it is an input of this run and is not overwritten"
    return CannotWrite(path=str(path), detail_zh=zh, detail_en=en)


_FORMULA, _NUMBER = f"^[{re.escape(''.join(FORMULA))}]", r"^[+-]?[\d.,]+%?$"


def as_text(frame: Frame) -> Frame:
    """A frame for a CSV file that a spreadsheet may open: no text of it begins like a formula.

    Parameters
    ----------
    frame : DataFrame or LazyFrame

    Returns
    -------
    DataFrame or LazyFrame
        Texts, and names of columns, that begin with =, +, -, @ (also in full width, which some editors take for these), a
        tab or a carriage return, and are no number, have an apostrophe before them.

    Examples
    --------
    >>> as_text(pl.DataFrame({"note": ["=1+1", "-3", "煤"]})).get_column("note").to_list()
    ["'=1+1", '-3', '煤']
    >>> as_text(pl.DataFrame({"=1+1": [1]})).columns
    ["'=1+1"]
    """
    texts = pl.col(pl.String)
    alike = texts.str.contains(_FORMULA) & ~texts.str.contains(_NUMBER)
    plain = frame.with_columns(pl.when(alike).then("'" + texts).otherwise(texts).name.keep())
    heads = [
        name
        for name in frame.collect_schema().names()
        if re.match(_FORMULA, name) and not re.match(_NUMBER, name)
    ]
    return plain.rename({name: f"'{name}" for name in heads})
