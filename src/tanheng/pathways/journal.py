"""A journal 日志: a file of JSON lines to which lines are only added, each with a hash over itself and the one before it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from tanheng.errors import CannotWrite, NotFound, TanhengError
from tanheng.record.chain import state_hash


class JournalBroken(TanhengError):
    """A journal with a line that was edited, left out, put in or cut short."""

    code = "L-181"
    zh = "日志 {file} 第 {line} 行{detail_zh}。"
    en = "Journal {file}, line {line}: {detail_en}."
    remedy_zh = "请从备份恢复该文件；日志只能追加，不能修改。"
    remedy_en = "Restore the file from a backup; a journal is only added to, never edited."
    exit_code = 1


def append(path: str | Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Add a line at the end, after all lines before it were checked.

    Parameters
    ----------
    path : path
        Made where it is not there; locked while it is written, so that two processes add one after the other.
    entry : mapping
        Plain data; ``number``, ``at``, ``previous`` and ``hash`` are added.

    Returns
    -------
    dict
        The line as it stands.

    Raises
    ------
    JournalBroken
        When what is there is not as it was written; nothing is added then.
    CannotWrite
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "journal.jsonl"
    ...     one, two = append(file, {"who": "A"}), append(file, {"who": "B"})
    ...     [line["who"] for line in lines_of(file)], two["previous"] == one["hash"]
    (['A', 'B'], True)
    """
    file = Path(path)
    try:
        with file.open("a+", encoding="utf-8", newline="\n") as stream, _locked(stream):
            stream.seek(0)
            known = _checked(stream.read(), file.name)
            line = linked(entry, known[-1] if known else None)
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except UnicodeDecodeError as cause:
        raise _no_text(file.name) from cause
    except OSError as cause:
        told_by = cause.strerror or str(cause)
        raise CannotWrite(path=str(file), detail_zh=told_by, detail_en=told_by) from cause
    return line


def linked(entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """An entry as the line that follows another one; as the first without one.

    Examples
    --------
    >>> one = linked({"who": "A"}, None)
    >>> linked({"who": "B"}, one)["previous"] == one["hash"]
    True
    """
    told = json.loads(json.dumps(dict(entry), ensure_ascii=False, allow_nan=False))
    line = {
        "number": before["number"] + 1 if before else 1, "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), **told,
        "previous": before["hash"] if before else "",
    }  # fmt: skip
    return {**line, "hash": state_hash(line)}


def check_line(line: Mapping[str, Any], before: Mapping[str, Any] | None, name: str) -> None:
    """Refuse a line that is not as it was written, or that does not follow the one before.

    Raises
    ------
    JournalBroken
    """
    number, previous = (before["number"] + 1, before["hash"]) if before else (1, "")
    if line.get("number") != number or line.get("previous") != previous:
        raise _broken(name, number, "与上一条不相接", "it does not follow the one before")
    if state_hash({key: value for key, value in line.items() if key != "hash"}) != line.get("hash"):
        raise _broken(name, number, "被修改过", "it was edited")


def lines_of(path: str | Path, *, kept: str = "") -> list[dict[str, Any]]:
    """All lines, checked.

    Parameters
    ----------
    path : path
    kept : str, optional
        Hash of a line that was kept elsewhere: against it a journal is found that was cut back, or written anew as a whole.

    Raises
    ------
    NotFound
        When there is no such file.
    JournalBroken
        At the first line that is not as it was written.
    """
    file = Path(path)
    if not file.is_file():
        raise NotFound(what_zh="日志", what_en="journal", name=str(path), known="–")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as cause:
        raise _no_text(file.name) from cause
    found = _checked(text, file.name)
    if kept and kept not in {line["hash"] for line in found}:
        raise _broken(
            file.name, len(found), "之前没有留存的那一条", "no line up to here has the hash that was kept"
        )
    return found


def _checked(text: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, raw in enumerate(text.split("\n")[:-1], start=1):
        try:
            line = json.loads(raw)
            line["hash"]
        except (ValueError, KeyError, TypeError) as cause:
            raise _broken(name, number, "不是一条记录", "it is no entry") from cause
        check_line(line, found[-1] if found else None, name)
        found.append(line)
    if not text.endswith("\n") and text:
        raise _broken(name, len(found) + 1, "没有写完", "it was cut short")
    return found


def _no_text(file: str) -> JournalBroken:
    return _broken(file, 1, "不是 UTF-8 文本", "it is no text in UTF-8")


def _broken(file: str, line: int, zh: str, en: str) -> JournalBroken:
    return JournalBroken(file=file, line=line, detail_zh=zh, detail_en=en)


@contextlib.contextmanager
def _locked(stream: IO[str]) -> Iterator[None]:
    """One process at a time; the lock goes with the file when it is closed."""
    stream.seek(0)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(stream.fileno(), fcntl.LOCK_EX)
    yield
