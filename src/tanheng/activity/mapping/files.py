"""Mappings as files: their plain data are read back, and whatever would change nothing or hide something is refused."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any

import yaml

from tanheng.activity.mapping.mapping import FORMAT, Mapping, wrong
from tanheng.activity.mapping.sheet import KEEP, PART, Column, SheetMapping
from tanheng.activity.schema import columns
from tanheng.activity.text import one_line

_TEXTS = ("heading", "use", "item", "period", "unit", "activity", "reason")


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping from its YAML file.

    Raises
    ------
    MappingWrong
        When it is no mapping, or names a column that an activity table does not have.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_mapping(Mapping("a.xlsx", ()).save(f"{folder}/a.yaml")).file
    'a.xlsx'
    """
    file = Path(path)
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as cause:
        said = one_line(str(cause), 120)
        raise wrong(file.name, (f"读不出来（{said}）", f"it cannot be read ({said})"), _ANEW) from cause
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("sheets"), list):
        raise wrong(file.name, (f"不是 {FORMAT} 的映射", f"it is no mapping of format {FORMAT}"), _ANEW)
    return mapping_of(data, str(file))


def mapping_of(data: Dict[str, Any], path: str = "") -> Mapping:
    """A mapping from its plain data.

    Raises
    ------
    MappingWrong
        When they do not fit, or name a column that an activity table does not have.

    Examples
    --------
    >>> mapping_of(Mapping("a.xlsx", ()).to_dict()).file
    'a.xlsx'
    """
    file = Path(path or "mapping")
    _known_keys(file.name, "", data, _KEYS)
    try:
        sheets = tuple(_sheet_of(one) for one in data["sheets"])
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        said = one_line(str(cause), 120)
        raise wrong(
            file.name, (f"内容不合（{said}）", f"its content does not fit ({said})"), _ANEW
        ) from cause
    for sheet in sheets:
        _known_keys(file.name, "fixed.", sheet.fixed, columns())
        _check(file.name, sheet)
    accepted = tuple(map(str, data.get("accepted") or ()))
    confirmed = data.get("confirmed") is True
    return Mapping(_text(data.get("file")), sheets, confirmed, path, _text(data.get("sha256")), accepted)


_KEYS = ("format", "file", "sha256", "confirmed", "accepted", "fingerprint", "sheets")


def _known_keys(file: str, above: str, data: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a key that would change nothing: it is misspelt, or stands in the wrong place."""
    unknown = [str(key) for key in data if key not in set(known)]
    if unknown:
        key = one_line(unknown[0], 40)
        raise wrong(
            file,
            (f"键 {above}{key} 不认得，不起作用", f"key {above}{key} is not known and would change nothing"),
            (
                f"请改正或删去；可用：{'、'.join(known)}。",
                f"Correct or delete it; known: {', '.join(known)}.",
            ),
        )


def _check(file: str, sheet: SheetMapping) -> None:
    """Refuse a use that no activity table has, and one place or meaning given twice: the first would be lost unsaid."""
    known = sorted({*columns(), KEEP, PART, ""})
    used: dict[str, Column] = {}
    places: set[int] = set()
    for one in sheet.columns:
        if one.use not in known:
            raise wrong(
                file,
                (
                    f"列“{one.heading}”的 use: {one.use} 不认得",
                    f"use: {one.use} of column '{one.heading}' is not known",
                ),
                (f"可用：{'、'.join(filter(None, known))}。", f"Known: {', '.join(filter(None, known))}."),
            )
        if one.column in places:
            raise wrong(
                file,
                (f"第 {one.column} 列写了两次", f"column {one.column} stands there twice"),
                ("请只留一条。", "Keep one of them."),
            )
        other = used.get(one.use)
        if other is not None:
            raise wrong(
                file,
                (
                    f"列“{other.heading}”与“{one.heading}”的 use 都是 {one.use}",
                    f"columns '{other.heading}' and '{one.heading}' both have use: {one.use}",
                ),
                (f"请只留一列，另一列改为 {KEEP} 或 ''。", f"Keep one; give the other {KEEP} or ''."),
            )
        places.add(one.column)
        if one.use == PART:
            _check_part(file, sheet, one)
        elif one.use not in {"", KEEP, "amount"}:
            used[one.use] = one


def _check_part(file: str, sheet: SheetMapping, part: Column) -> None:
    """Refuse a part of no amount, or of no kind: it would be counted as the rest is, or not at all."""
    if not part.activity:
        raise wrong(
            file,
            (
                f"列“{part.heading}”是其中的一部分，没有 activity",
                f"column '{part.heading}' is a part without an activity",
            ),
            (
                "请写它的活动类型，如 activity: non_energy_use。",
                "Give its kind, such as activity: non_energy_use.",
            ),
        )
    if not any(part in sheet.parts_of(one) for one in sheet.amounts):
        numbers = ", ".join(str(one.column) for one in sheet.amounts) or "–"
        raise wrong(
            file,
            (
                f"列“{part.heading}”是其中的一部分，of: {part.of} 不是数量列",
                f"column '{part.heading}' is a part, but of: {part.of} is no column of amounts",
            ),
            (f"请在 of 写数量列的列号：{numbers}。", f"Write the number of a column of amounts: {numbers}."),
        )


_ANEW = ("请用 `tanheng map` 重新生成。", "Make it anew with `tanheng map`.")


def _sheet_of(data: Dict[str, Any]) -> SheetMapping:
    unknown = set(data) - set(SheetMapping.__dataclass_fields__) - {"not_used", "missing", "fingerprint"}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    return SheetMapping(
        sheet=str(data["sheet"]),
        use=data["use"] is True,
        reason=_text(data.get("reason")),
        header=int(data.get("header", 0)),
        heads=int(data.get("heads", 1)),
        joined=data.get("joined") is True,
        rows=int(data.get("rows", 0)),
        columns=tuple(_column_of(one) for one in data.get("columns", [])),
        fixed=_texts(data.get("fixed")),
        titles=_texts(data.get("titles")),
        items=_texts(data.get("items")),
        sectors=_texts(data.get("sectors")),
        doubts=tuple(data.get("doubts", ())),
        numbers=int(data.get("numbers", 0)),
        beyond=tuple(data.get("beyond", ())),
        guessed=tuple(data.get("guessed", ())),
        units=_texts(data.get("units")),
        partial=data.get("partial") is True,
    )


def _column_of(data: Dict[str, Any]) -> Column:
    texts = {name: _text(data.get(name)) for name in _TEXTS}
    found = Column(**{**data, **texts, "confidence": float(data.get("confidence", 0.0))})
    for name in ("column", "filled", "numbers", "of"):
        value = getattr(found, name)
        if type(value) is not int or value < (name == "column"):
            raise ValueError(f"{name}: {value!r}")
    return found


def _texts(data: Any) -> dict[str, str]:
    return {str(key): _text(value) for key, value in (data or {}).items()}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
