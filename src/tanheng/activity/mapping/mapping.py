"""Mappings: how a sheet of any shape becomes a table of activity, suggested by us and confirmed by the user."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tanheng.activity.schema import columns
from tanheng.activity.text import narrow, one_line
from tanheng.errors import TanhengError

FORMAT = "tanheng-mapping/1"
FOLDER = "tanheng-mappings"
_TEXTS = ("heading", "use", "item", "period", "unit", "activity", "reason")
LONGEST = 400
"""Characters of a heading that are kept: a unit may stand at its end."""
KEEP = "keep"
"""A column that is kept as a dimension of the user's own."""
PART = "part"
"""A column of what an amount holds of which, such as 其中：用于原材料: it is taken out of the amount."""


class MappingWrong(TanhengError):
    """A mapping that cannot be read or does not say what it must."""

    code = "A-004"
    zh = "映射文件 {file}：{detail_zh}。"
    en = "Mapping {file}: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


@dataclass(frozen=True)
class Column:
    """What a column is: a column of the activity table, ``keep``, ``part``, or nothing.

    A column of amounts may stand for one ``item`` or one ``period`` and have a ``unit`` of its own; then each of its
    cells becomes a row. A ``part`` is taken out of the amount of column ``of`` and becomes a row of its ``activity``.
    ``filled`` counts its cells, ``numbers`` those that hold a number.
    """

    column: int
    heading: str
    use: str = ""
    item: str = ""
    period: str = ""
    unit: str = ""
    activity: str = ""
    of: int = 0
    confidence: float = 0.0
    reason: str = ""
    filled: int = 0
    numbers: int = 0


@dataclass(frozen=True)
class SheetMapping:
    """How one sheet is read: the row of its headings, its columns, and values that hold for every row.

    ``titles`` is what stood above the table when the mapping was made: a sheet whose titles say something else is not read
    with the ``fixed`` values of this one. ``numbers`` are rows that hold one, ``beyond`` rows of data that cannot be read,
    ``guessed`` texts whose code is a guess.
    """

    sheet: str
    use: bool
    reason: str
    header: int = 0
    joined: bool = False
    rows: int = 0
    columns: tuple[Column, ...] = ()
    fixed: Dict[str, str] = field(default_factory=dict)
    titles: Dict[str, str] = field(default_factory=dict)
    items: Dict[str, str] = field(default_factory=dict)
    sectors: Dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    numbers: int = 0
    beyond: tuple[int, ...] = ()
    guessed: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What tells headings apart, see `fingerprint`."""
        return fingerprint([one.heading for one in self.columns])

    @property
    def amounts(self) -> list[Column]:
        """Columns of amounts."""
        return [one for one in self.columns if one.use == "amount"]

    def parts_of(self, amount: Column) -> list[Column]:
        """Columns that are part of a column of amounts; of the only one where they name none."""
        alone = self.amounts[0].column if len(self.amounts) == 1 else 0
        return [one for one in self.columns if one.use == PART and (one.of or alone) == amount.column]

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

    ``file`` and ``sha256`` are the name and the bytes of the file that it was made for; ``accepted`` is what the user
    took knowingly when confirming it, see `tanheng.activity.mapping.losses`.

    Examples
    --------
    >>> Mapping("a.xlsx", ()).confirmed
    False
    """

    file: str
    sheets: tuple[SheetMapping, ...]
    confirmed: bool = False
    path: str = ""
    sha256: str = ""
    accepted: tuple[str, ...] = ()

    @property
    def used(self) -> list[SheetMapping]:
        """Sheets that are read."""
        return [one for one in self.sheets if one.use]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the headings and titles of all sheets that are read."""
        told = [[one.fingerprint, sorted(one.titles.items())] for one in self.used]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def confirm(self, accepted: Sequence[str] = ()) -> Mapping:
        """The same mapping, confirmed, with the losses that are accepted, each by its key (see `losses`).

        Raises
        ------
        MappingWrong
            When something would be lost, or is a guess, that is not accepted.
        NotFound
            When something is accepted that is no loss.
        """
        from tanheng.activity.mapping.losses import unaccepted

        if left := unaccepted(self, accepted):
            keys = ", ".join(one.key for one in left)
            told = "; ".join(one.what for one in left[:_TOLD])
            raise wrong(
                Path(self.path).name or self.file,
                (f"照此确认会有损失：{told}", f"confirmed as it stands it would lose or guess: {told}"),
                (
                    f"请改正，或写明接受：confirm([…])，可接受 {keys}。",
                    f"Mend it, or accept by name, confirm([...]): {keys}.",
                ),
            )
        return replace(self, confirmed=True, accepted=tuple(accepted))

    def to_dict(self) -> dict[str, Any]:
        """As plain data, as it stands in the YAML file."""
        return {
            "format": FORMAT,
            "file": self.file,
            "sha256": self.sha256,
            "confirmed": self.confirmed,
            "accepted": list(self.accepted),
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


_TOLD = 5
"""Losses that a refusal says in full."""
_HEAD = """# 映射：每一列是什么。改正后把 confirmed 改为 true，再运行 tanheng account 文件 --mapping 本文件 --method …
# What each column is. Correct it, set confirmed: true, then: tanheng account FILE --mapping THIS --method …
# use：entity period item amount unit region sector activity …；keep 保留为维度；'' 不读
#      part 是数量中的一部分（其中：……）：of 写数量列的列号，activity 写它的活动类型，从数量中分出
# use: entity period item amount unit region sector activity …; keep: as a dimension; '': not read
#      part: a part of an amount; of is the number of that column, activity the kind of the part
"""


def fingerprint(headings: Sequence[str]) -> str:
    """What headings have in common whatever their spaces and width; a unit or a year in them tells them apart.

    Examples
    --------
    >>> fingerprint(["地区", " 消费量（吨）"]) == fingerprint(["地 区", "消费量(吨)"])
    True
    >>> fingerprint(["消费量（吨）"]) == fingerprint(["消费量（万吨）"])
    False
    """
    plain = ["".join(narrow(heading).split()).casefold() for heading in headings]
    return hashlib.sha256("|".join(plain).encode()).hexdigest()[:16]


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


def wrong(file: str, what: tuple[str, str], mend: tuple[str, str]) -> MappingWrong:
    """The error for a mapping, from (zh, en) pairs."""
    return MappingWrong(file=file, detail_zh=what[0], detail_en=what[1], mend_zh=mend[0], mend_en=mend[1])


def _sheet_data(one: SheetMapping) -> dict[str, Any]:
    data = asdict(one)
    data["columns"] = [
        {name: value for name, value in column.items() if value not in ("", 0)} | {"use": column["use"]}
        for column in data["columns"]
    ]
    for name in ("doubts", "beyond", "guessed"):
        data[name] = list(data[name])
    data["not_used"] = [f"{column.heading} ({column.filled})" for column in one.lost]
    data["missing"] = one.missing
    return data


def _sheet_of(data: Dict[str, Any]) -> SheetMapping:
    unknown = set(data) - set(SheetMapping.__dataclass_fields__) - {"not_used", "missing", "fingerprint"}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    return SheetMapping(
        sheet=str(data["sheet"]),
        use=data["use"] is True,
        reason=_text(data.get("reason")),
        header=int(data.get("header", 0)),
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
