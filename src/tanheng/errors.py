"""What can go wrong, said once: every error has a code, a sentence in two languages and a mend.

This module is the floor of the house: it imports no other room.
"""

from __future__ import annotations

import contextvars
import csv
import functools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, ClassVar, Literal

Lang = Literal["zh", "en"]
Front = Literal["shell", "web"]
LANGS: tuple[Lang, ...] = ("zh", "en")

_language: contextvars.ContextVar[Lang | None] = contextvars.ContextVar("tanheng_language", default=None)
_front: contextvars.ContextVar[Front] = contextvars.ContextVar("tanheng_front", default="shell")


def language() -> Lang:
    """Language of messages: what `use_language` set, else ``TANHENG_LANG``, else the locale, else Chinese.

    Examples
    --------
    >>> use_language("en")
    >>> language()
    'en'
    """
    chosen = _language.get()
    if chosen is not None:
        return chosen
    for name in ("TANHENG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        tag = os.environ.get(name, "").lower()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


def use_language(lang: Lang) -> None:
    """Set the language of messages for this context."""
    _language.set(lang)


def use_front(front: Front) -> None:
    """Say where messages are read in this context: at the command line, or on the pages of the web application.

    Examples
    --------
    >>> use_front("web")
    >>> UnknownUnit(where="", unit="袋", expected="t").message("en")
    "[U-001] Unit '袋' is not known; expected t. Use a unit of the list of units."
    >>> use_front("shell")
    """
    _front.set(front)


@functools.cache
def web_remedies() -> dict[str, dict[str, str]]:
    """The mends that are another on a page than at the command line, by code of the error or finding.

    Examples
    --------
    >>> sorted(web_remedies()["U-001"])
    ['code', 'en', 'zh']
    """
    with (files("tanheng.packs") / "rules" / "web_remedies.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def mend(code: str, lang: Lang, usual: str) -> str:
    """The mend of an error or finding for where it is read.

    Examples
    --------
    >>> mend("U-001", "en", "Use a unit listed by `tanheng units`.")
    'Use a unit listed by `tanheng units`.'
    """
    return web_remedies()[code][lang] if _front.get() == "web" and code in web_remedies() else usual


_COUNTED = (
    "activities|backtests|categories|cells|claims|clusters|columns|combinations|decisions|depths|doubts|draws|entries|enterprises|errors|"
    "factors|faults|files|findings|gaps|indicators|items|jobs|jumps|keys|levers|measurements|objects|parameters|participants|peers|periods|"
    "places|points|problems|projects|ranks|records|regions|roots|rounds|rows|rules|runs|sectors|sheets|sums|units|values|years"
)
_OF_ONE = {"are": "is", "were": "was", "have": "has", "do": "does", "differ": "differs", "hold": "holds", "wait": "waits", "fit": "fits"}  # fmt: skip
_NUMBERED = ("cluster", "column", "decision", "entry", "kind", "level", "line", "page", "row", "scope", "sheet", "step", "table", "tier", "version")  # fmt: skip
_ONE = re.compile(
    rf"(?:\b(?P<before>[A-Za-z]+) )?(?<![\w.,/–'-])1 (?P<kind>(?:more|open|notation|whole|pinned|refused|false)? ?)(?P<many>{_COUNTED})"
    rf"\b(?!\.\w)(?: (?P<verb>{'|'.join(_OF_ONE)})\b)?"
)


def counted(text: str) -> str:
    """An English sentence in which one of a thing stands in the singular; numbers of places (row 1, scope 1) stay as they are.

    Examples
    --------
    >>> counted("there are 1 rows; 1 more sheets were left out, 21 cells of row 1 columns")
    'there is 1 row; 1 more sheet was left out, 21 cells of row 1 columns'
    """
    return _ONE.sub(_singular, text) if "1 " in text else text


def _singular(found: re.Match[str]) -> str:
    before, kind, many, verb = (found[name] or "" for name in ("before", "kind", "many", "verb"))
    if before.lower() in _NUMBERED:
        return found[0]
    one = f"{many[:-3]}y" if many.endswith("ies") else many[:-1]
    before = _OF_ONE[before] if before in ("are", "were") else before
    return " ".join(filter(None, [before, "1", f"{kind}{one}", _OF_ONE.get(verb, "")]))


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def fill(template: str, fields: Mapping[str, Any]) -> str:
    """Fill ``{name}`` places of a sentence; a place without a field shows a dash, and one of a thing is singular."""
    return counted(template.format_map(_Fields(fields)))


def _spoken(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple) and len(value) == len(LANGS) and all(isinstance(one, str) for one in value):
        yield from zip((f"{name}_{lang}" for lang in LANGS), value, strict=True)
    else:
        yield name, value


class TanhengError(ValueError):
    """Base of every error of Tanheng.

    Parameters
    ----------
    rows : sequence of mapping, optional
        The first offending rows, shown with the message.
    **fields
        What the sentences mention: ``file``, ``sheet``, ``row``, ``column``, ``expected`` ... A pair of texts, Chinese and
        English, is two of them: ``detail`` is ``detail_zh`` and ``detail_en``.

    Examples
    --------
    >>> TanhengError(detail=("缺表", "no table")).fields
    {'detail_zh': '缺表', 'detail_en': 'no table'}
    """

    code: ClassVar[str] = "T-000"
    zh: ClassVar[str] = "出错：{detail}"
    en: ClassVar[str] = "Error: {detail}"
    remedy_zh: ClassVar[str] = ""
    remedy_en: ClassVar[str] = ""
    exit_code: ClassVar[int] = 2

    def __init__(self, *, rows: Sequence[Mapping[str, Any]] = (), **fields: Any) -> None:
        self.rows = [dict(row) for row in rows][:5]
        self.fields = {key: one for name, value in fields.items() for key, one in _spoken(name, value)}
        super().__init__(self.code)

    def message(self, lang: Lang | None = None) -> str:
        """One line: what was wrong, where, what was expected and the mend."""
        chosen: Lang = lang or language()
        zh = chosen == "zh"
        text = fill(self.zh if zh else self.en, self.fields)
        remedy = fill(mend(self.code, chosen, self.remedy_zh if zh else self.remedy_en), self.fields)
        gap = "" if zh else " "
        return f"[{self.code}] {text}{gap if remedy else ''}{remedy}"

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[type[TanhengError], tuple[()], dict[str, Any]]:
        """Pickle by what the error holds: an exception's own way would pass the code as an argument."""
        return type(self), (), dict(vars(self))

    def to_dict(self) -> dict[str, Any]:
        """The error as plain data, for ``--json`` and the API."""
        return {
            "code": self.code,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "where": {k: v for k, v in self.fields.items() if isinstance(v, str | int | float | list)},
            "rows": self.rows,
        }


class UnknownUnit(TanhengError):
    """A unit name that the registry does not know."""

    code = "U-001"
    zh = "{where}单位“{unit}”无法识别，应为{expected}。"
    en = "{where}Unit '{unit}' is not known; expected {expected}."
    remedy_zh = "请改用 `tanheng units` 列出的单位。"
    remedy_en = "Use a unit listed by `tanheng units`."


class IncompatibleUnit(TanhengError):
    """A unit of another dimension or another substance than the one that is needed."""

    code = "U-002"
    zh = "{where}单位“{unit}”与“{expected}”量纲不符（{detail}）。"
    en = "{where}Unit '{unit}' does not fit '{expected}' ({detail})."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class ValueOutOfRange(TanhengError):
    """A value that cannot be: a rate above 1, a negative calorific value."""

    code = "U-003"
    zh = "{name} 的值 {value} 超出 {low}–{high}。"
    en = "{name}: {value} is outside {low} to {high}."
    remedy_zh = "请核对数值与单位（比例写 0.98 或 98 %）。"
    remedy_en = "Check value and unit (a share is 0.98 or 98 %)."


class UnknownCode(TanhengError):
    """A code or name that its code list does not hold."""

    code = "C-001"
    zh = "代码表“{codelist}”中没有“{code}”。相近项：{near}。"
    en = "Code list '{codelist}' holds no '{code}'. Near: {near}."
    remedy_zh = "请核对代码或名称。"
    remedy_en = "Check the code or the name."


class PackInvalid(TanhengError):
    """A data pack (method, factors, rules) that breaks its format."""

    code = "P-001"
    zh = "数据包 {file} 第 {line} 行，键“{key}”：{detail_zh}。"
    en = "Pack {file}, line {line}, key '{key}': {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class PackUnreadable(PackInvalid):
    """A file that cannot be read as a pack at all: a folder, another encoding, another kind of file."""

    code = "P-002"
    zh = "数据包 {file} 无法读取：{detail_zh}。应为 UTF-8 编码、后缀 .yaml 的文本文件，首行写明 format。"
    en = (
        "Pack {file} cannot be read: {detail_en}. Expected a text file in UTF-8 that ends in .yaml and names its format "
        "first."
    )


class NotFound(TanhengError):
    """Something that was named and is not there: a file, a method, a run, a release."""

    code = "T-002"
    zh = "找不到{what_zh}“{name}”。{known_zh}"
    en = "No {what_en} '{name}'.{known_en}"
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"

    def __init__(self, **fields: Any) -> None:
        known = str(fields.get("known") or "–")
        said = (
            {"known_zh": f"可用：{known}。", "known_en": f" Known: {known}."}
            if known != "–"
            else {"known_zh": "", "known_en": ""}
        )
        super().__init__(**{"mend_zh": "", "mend_en": "", **said, **fields})


class CannotWrite(TanhengError):
    """A file or folder that cannot be written."""

    code = "T-003"
    zh = "无法写入 {path}：{detail_zh}。"
    en = "Cannot write {path}: {detail_en}."
    remedy_zh = "请换一个位置，或检查权限与磁盘空间。"
    remedy_en = "Choose another place, or check permissions and disk space."


class LibraryMissing(TanhengError):
    """An optional library that is not installed."""

    code = "T-004"
    zh = "没有安装 {library}。"
    en = "{library} is not installed."
    remedy_zh = "运行 pip install tanheng[{extra}]。"
    remedy_en = "Run pip install tanheng[{extra}]."


class FactorNotFound(TanhengError):
    """No factor fits along the whole chain."""

    code = "F-001"
    zh = "没有适用的因子：{item} / {activity} / {region} / {date}。已查找：{tried_zh}。"
    en = "No factor fits {item} / {activity} / {region} / {date}. Looked in: {tried_en}."
    remedy_zh = "用 `tanheng factors search {item}` 查看库中有什么，或用 --pack 载入自有因子。"
    remedy_en = "See `tanheng factors search {item}`, or load your own factors with --pack."
    exit_code = 1


class FactorAmbiguous(TanhengError):
    """Several factors fit equally well; the method or the user must pick one."""

    code = "F-002"
    zh = "有多个同等适用的因子：{ids}（{item} / {region} / {date}）。"
    en = "Several factors fit equally well: {ids} ({item} / {region} / {date})."
    remedy_zh = "请用 --activity、--sector、--source 收窄，或在方法包里用 pin 指定一个因子编号。"
    remedy_en = "Narrow with --activity, --sector or --source, or pin one factor id in the method pack."
    exit_code = 1


class InputUnreadable(TanhengError):
    """A file that cannot be read as a table of activity."""

    code = "A-001"
    zh = "文件 {file}{sheet} 无法读取：{detail_zh}。"
    en = "File {file}{sheet} cannot be read: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class ColumnMissing(TanhengError):
    """An activity table without a required column."""

    code = "A-002"
    zh = "文件 {file}{sheet} 缺少列“{column}”，表头为：{header}。"
    en = "File {file}{sheet} has no column '{column}'; its header is: {header}."
    remedy_zh = "请加上该列，或改名为以下之一：{names}。{mapping_zh}"
    remedy_en = "Add the column, or name it one of: {names}.{mapping_en}"

    def __init__(self, **fields: Any) -> None:
        super().__init__(**{"mapping_zh": "", "mapping_en": "", **fields})


class StrictRefusal(TanhengError):
    """`--strict`: some rows were refused or found no coefficient."""

    code = "A-003"
    zh = "严格模式：{count} 行被拒绝或没有系数，未出结果。首个：{first}"
    en = "Strict mode: {count} rows were refused or have no coefficient, no result. First: {first}"
    remedy_zh = "请修正后重试，或去掉 --strict。"
    remedy_en = "Mend them and run again, or leave out --strict."
    exit_code = 1


class SqlNotPortable(TanhengError):
    """A shared SQL file uses a construct outside the portable subset."""

    code = "E-001"
    zh = "SQL 文件 {file} 用了可移植子集之外的写法：{detail}。"
    en = "SQL file {file} uses something outside the portable subset: {detail}."


class EngineUnavailable(TanhengError):
    """An engine whose package or runtime is not installed."""

    code = "E-002"
    zh = "计算引擎“{name}”不可用：{detail}。"
    en = "Engine '{name}' is not available: {detail}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class MethodNeeded(TanhengError):
    """Parts that are to be accounted for by a method that the inventory does not carry with it."""

    code = "I-003"
    zh = "核对分项表需要清单所用的方法“{method}”：它是自有方法包，或改过参数，清单里没有它的全部内容。"
    en = (
        "Checking parts needs the method '{method}' of the inventory: it is a pack of your own or has parameters "
        "overridden, so the inventory does not hold all of it."
    )
    remedy_zh = "请用 method= 给出该方法（方法包路径或 Method 对象）。"
    remedy_en = "Give it as method= (the path of the pack, or the Method)."


class GwpMissing(TanhengError):
    """A gas that the chosen GWP set does not value."""

    code = "G-001"
    zh = "GWP 组 {gwp} 没有气体 {gas} 的取值。"
    en = "GWP set {gwp} has no value for gas {gas}."
    remedy_zh = "请换一组 GWP，或按质量报告该气体。"
    remedy_en = "Choose another set, or report this gas by mass."


class SeveralInventories(TanhengError):
    """A table that speaks of one inventory is asked of several: of several entities, years or sheets."""

    code = "I-004"
    zh = "这里有几份清单，相加没有意义：{entities}；{periods}。"
    en = "Here are several inventories, which cannot be added up: {entities}; {periods}."
    remedy_zh = "请用 {options} 选定一份。"
    remedy_en = "Choose one by {options}."


class CellNotFound(TanhengError):
    """A cell of an inventory that does not exist."""

    code = "I-001"
    zh = "清单中没有满足 {cell} 的单元格。可用的列：{columns}。"
    en = "The inventory has no cell with {cell}. Columns: {columns}."


class ListNotPlaced(CellNotFound):
    """A category list, or an official table, that the method of an inventory does not have."""

    code = "I-005"
    zh = "本清单按方法 {method} 核算，该方法没有{what_zh}。"
    en = "The inventory was accounted by {method}, which has no {what_en}."
    remedy_zh = "请用有它的方法重新核算（--method）：{methods}。"
    remedy_en = "Account again by a method that has it (--method): {methods}."
