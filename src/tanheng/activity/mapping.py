"""Mappings: how a sheet of any shape becomes a table of activity, suggested by us and confirmed by the user."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tanheng.activity.clean import unit_of
from tanheng.activity.schema import columns, squeeze
from tanheng.activity.text import one_line
from tanheng.errors import TanhengError

FORMAT = "tanheng-mapping/1"
FOLDER = "tanheng-mappings"
_TEXTS = ("heading", "use", "item", "period", "unit", "reason")
KEEP = "keep"
"""A column that is kept as a dimension of the user's own."""


class MappingWrong(TanhengError):
    """A mapping that cannot be read or does not say what it must."""

    code = "A-004"
    zh = "映射文件 {file}：{detail_zh}。"
    en = "Mapping {file}: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


@dataclass(frozen=True)
class Column:
    """What a column is: a column of the activity table, ``keep``, or nothing.

    A column of amounts may stand for one ``item`` or one ``period`` and have a ``unit`` of its own; then each of its
    cells becomes a row. ``filled`` counts its cells.
    """

    column: int
    heading: str
    use: str = ""
    item: str = ""
    period: str = ""
    unit: str = ""
    confidence: float = 0.0
    reason: str = ""
    filled: int = 0


@dataclass(frozen=True)
class SheetMapping:
    """How one sheet is read: the row of its headings, its columns, and values that hold for every row."""

    sheet: str
    use: bool
    reason: str
    header: int = 0
    joined: bool = False
    rows: int = 0
    fingerprint: str = ""
    columns: tuple[Column, ...] = ()
    fixed: Dict[str, str] = field(default_factory=dict)
    items: Dict[str, str] = field(default_factory=dict)
    sectors: Dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def amounts(self) -> list[Column]:
        """Columns of amounts."""
        return [one for one in self.columns if one.use == "amount"]

    @property
    def lost(self) -> list[Column]:
        """Columns that are not used and hold something."""
        return [one for one in self.columns if not one.use and one.filled]

    @property
    def missing(self) -> list[str]:
        """Columns that every activity table needs and that nothing gives here."""
        given = {one.use for one in self.columns} | {name for name, value in self.fixed.items() if value}
        given |= {
            name
            for name in ("item", "period", "unit")
            if self.amounts and all(getattr(one, name) for one in self.amounts)
        }
        if "region" in given:
            given.add("entity")
        return [name for name in ("entity", "period", "item", "amount", "unit") if name not in given]


@dataclass(frozen=True)
class Mapping:
    """How a file is read; it is applied once the user has confirmed it.

    Examples
    --------
    >>> Mapping("a.xlsx", ()).confirmed
    False
    """

    file: str
    sheets: tuple[SheetMapping, ...]
    confirmed: bool = False
    path: str = ""

    @property
    def used(self) -> list[SheetMapping]:
        """Sheets that are read."""
        return [one for one in self.sheets if one.use]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the headings of all sheets that are read: files of one form share it."""
        return hashlib.sha256("|".join(one.fingerprint for one in self.used).encode()).hexdigest()

    def confirm(self) -> Mapping:
        """The same mapping, confirmed."""
        return replace(self, confirmed=True)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, as it stands in the YAML file."""
        return {
            "format": FORMAT,
            "file": self.file,
            "confirmed": self.confirmed,
            "fingerprint": self.fingerprint,
            "sheets": [_sheet_data(one) for one in self.sheets],
        }

    def save(self, path: str | Path) -> Path:
        """Write the YAML file that the user edits."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(self.to_dict(), allow_unicode=True, sort_keys=False, width=200)
        file.write_text(_HEAD + text, encoding="utf-8")
        return file


_HEAD = """# 映射：每一列是什么。改正后把 confirmed 改为 true，再运行 tanheng account 文件 --mapping 本文件 --method …
# What each column is. Correct it, set confirmed: true, then: tanheng account FILE --mapping THIS --method …
# use: entity period item amount unit region sector activity … | keep（保留为维度 keep as a dimension）| ''（不用 not used）
"""


def fingerprint(headings: Sequence[str]) -> str:
    """What headings have in common whatever their spaces, width and years.

    Examples
    --------
    >>> fingerprint(["地区", " 消费量（吨）"]) == fingerprint(["地区", "消费量（万吨）"])
    True
    """
    return hashlib.sha256("|".join(map(squeeze, headings)).encode()).hexdigest()[:16]


def joined_headings(above: Sequence[str], low: Sequence[str]) -> list[str]:
    """Headings of two rows as one: a unit goes behind what stands above it, else the lower one names the column.

    Examples
    --------
    >>> joined_headings(["区县", "柴油", "油品"], ["", "（吨）", "汽油"])
    ['区县', '柴油（吨）', '汽油']
    """
    width = max(len(above), len(low))
    pairs = zip([*above, *[""] * (width - len(above))], [*low, *[""] * (width - len(low))], strict=True)
    return [_heading(up.strip(), down.strip()) for up, down in pairs]


def _heading(up: str, low: str) -> str:
    if not up or not low or up == low:
        return up or low
    bare = low.strip("()（）[]【】")
    is_unit = bool(bare) and not bare[0].isdigit() and unit_of(bare) is not None
    return f"{up}（{bare}）" if is_unit else low


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
    try:
        sheets = tuple(_sheet_of(one) for one in data["sheets"])
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        said = one_line(str(cause), 120)
        raise wrong(
            file.name, (f"内容不合（{said}）", f"its content does not fit ({said})"), _ANEW
        ) from cause
    known = {*columns(), KEEP, ""}
    for sheet in sheets:
        for one in sheet.columns:
            if one.use not in known:
                raise wrong(
                    file.name,
                    (
                        f"列“{one.heading}”的 use: {one.use} 不认得",
                        f"use: {one.use} of column '{one.heading}' is not known",
                    ),
                    (f"可用：{'、'.join(sorted(known))}。", f"Known: {', '.join(sorted(known))}."),
                )
    return Mapping(str(data.get("file", "")), sheets, data.get("confirmed") is True, path)


_ANEW = ("请用 `tanheng map` 重新生成。", "Make it anew with `tanheng map`.")


def wrong(file: str, what: tuple[str, str], mend: tuple[str, str]) -> MappingWrong:
    """The error for a mapping, from (zh, en) pairs."""
    return MappingWrong(file=file, detail_zh=what[0], detail_en=what[1], mend_zh=mend[0], mend_en=mend[1])


def _sheet_data(one: SheetMapping) -> dict[str, Any]:
    data = asdict(one)
    data["columns"] = [
        {name: value for name, value in column.items() if value not in ("", 0.0)} | {"use": column["use"]}
        for column in data["columns"]
    ]
    data["doubts"] = list(one.doubts)
    data["not_used"] = [f"{column.heading} ({column.filled})" for column in one.lost]
    data["missing"] = one.missing
    return data


def _sheet_of(data: Dict[str, Any]) -> SheetMapping:
    unknown = set(data) - set(SheetMapping.__dataclass_fields__) - {"not_used", "missing"}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    return SheetMapping(
        sheet=str(data["sheet"]),
        use=data["use"] is True,
        reason=_text(data.get("reason")),
        header=int(data.get("header", 0)),
        joined=data.get("joined") is True,
        rows=int(data.get("rows", 0)),
        fingerprint=_text(data.get("fingerprint")),
        columns=tuple(_column_of(one) for one in data.get("columns", [])),
        fixed=_texts(data.get("fixed")),
        items=_texts(data.get("items")),
        sectors=_texts(data.get("sectors")),
        doubts=tuple(data.get("doubts", ())),
    )


def _column_of(data: Dict[str, Any]) -> Column:
    return Column(**{**data, **{name: _text(data.get(name)) for name in _TEXTS}})


def _texts(data: Any) -> dict[str, str]:
    return {str(key): _text(value) for key, value in (data or {}).items()}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
