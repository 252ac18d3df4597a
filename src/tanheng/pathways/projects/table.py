"""Projects as a table: a row for each project and year, with headings in Chinese or English; and the template to fill in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tanheng.activity import Finding
from tanheng.activity.clean import percent_of
from tanheng.activity.reading.named_tables import named_columns, read_named
from tanheng.activity.reading.sheets import ROW, unreadable
from tanheng.activity.text import narrow
from tanheng.errors import language
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.inventory.paper import on_paper
from tanheng.inventory.problems import invalid
from tanheng.inventory.writing import PLAIN_TEXT, writing
from tanheng.pathways.projects.states import measurement_options, state_of, states

NAME = "projects"
_CURVE = {"full_t": "full", "from": "from", "build": "build", "until": "until"}
_PLAN = ("what", "often", "method", "baseline", "responsible")
_PLAIN = ("place", "owner", "kind", "facility", "within")
_PAID = ("investment", "running_cost", "income")
_BASES = {"不变价": "real", "现价": "nominal"}
_FILLED = 2000
"""Drop-downs of the template reach so far."""


def projects_of_table(
    source: Any, *, told: list[Finding] | None = None
) -> tuple[dict[str, Any], dict[Path_, int]]:
    """The projects of a table as the YAML file holds them, and the row on which each key stands.

    Parameters
    ----------
    source : path or table
        With the columns of ``projects`` in packs/schemas/named_tables.csv. What is told of a project stands in any of its
        rows, once or in the same words; rows may stand in any order.
    told : list of Finding, optional
        Takes what is doubtful and was read all the same: percentages that may be fractions.

    Raises
    ------
    InputUnreadable, ColumnMissing
        For a table that is none, and rows that contradict each other.

    Examples
    --------
    >>> found, lines = projects_of_table({"编号": ["p1", "p1"], "状态": ["运行中", ""], "年份": [2024, 2025], "预期减排量": [5, 6]})
    >>> found["p1"], lines["projects", "p1", "expected", "2025"]
    ({'state': 'running', 'expected': {'2024': 5.0, '2025': 6.0}}, 2)
    """
    file = Path(source).name if isinstance(source, str | Path) else NAME
    frame = read_named(source, NAME, told=told)
    if not frame.height:
        raise unreadable(file, ("没有项目", "it holds no project"), ("请至少写一行", "Write a row at least"))
    found: dict[str, dict[str, Any]] = {}
    lines: dict[Path_, int] = {}
    for row in frame.iter_rows(named=True):
        if not row["project"]:
            raise unreadable(
                file,
                (f"第 {row[ROW]} 行没有项目编号", f"row {row[ROW]} names no project"),
                ("请补上编号", "Give the id"),
            )
        known = found.setdefault(row["project"], {})
        lines.setdefault(("projects", row["project"]), row[ROW])
        for at, value in _told(row, file):
            _put(known, at, value, row, file)
            lines.setdefault(("projects", row["project"], *at), row[ROW])
    return found, lines


def _told(row: dict[str, Any], file: str) -> list[tuple[tuple[str, ...], Any]]:
    """What a row tells of its project, by the path of the key in the YAML file."""
    told: list[tuple[tuple[str, ...], Any]] = [((key,), row[key]) for key in _PLAIN]
    title = row["title"] or row["title_en"]
    told.append((("title",), {"zh": title, "en": row["title_en"] or title} if title else None))
    told.append((("state",), state_of(row["state"]) if row["state"] else None))
    told += [(("history", state), year) for state, year in _history(row, file)]
    told.append((("acts_on",), _shares(row["acts_on"], row, file)))
    told.append((("expected_uncertainty",), row["expected_uncertainty"]))
    told += [(("curve", key), row[column]) for column, key in _CURVE.items()]
    told += [(("plan", key), row[f"plan_{key}"]) for key in _PLAN]
    basis = row["basis"].strip().lower()
    told += [(("money", "basis"), _BASES.get(basis, basis)), (("money", "prices"), row["price_year"])]
    yearly = [(("expected",), row["expected_t"]), *((("money", key), row[key]) for key in _PAID)]
    yearly += [
        (("measured", "t"), row["measured_t"]),
        (("measured", "uncertainty"), row["measured_uncertainty"]),
        (("measured", "file"), row["file"]),
    ]
    given = [(at, value) for at, value in yearly if value not in (None, "")]
    if given and row["year"] is None:
        raise unreadable(
            file,
            (f"第 {row[ROW]} 行有逐年的数，却没有年份", f"row {row[ROW]} has figures of a year but names none"),
            ("请补上年份", "Give the year"),
        )  # fmt: skip
    year = "" if row["year"] is None else f"{row['year']:.10g}"
    for at, value in given:
        told.append((("measured", year, at[1]) if at[0] == "measured" else (*at, year), value))
    return [(at, value) for at, value in told if value not in (None, "")]


def _put(known: dict[str, Any], at: tuple[str, ...], value: Any, row: dict[str, Any], file: str) -> None:
    """Set a key, unless another row says otherwise; a year's figure is told once."""
    *above, last = at
    place = known
    for step in above:
        place = place.setdefault(step, {})
    yearly = at[0] in {"expected", "measured"} or (at[0] == "money" and at[1] in _PAID)
    if last in place and (yearly or place[last] != value):
        shown = ".".join(at)
        raise unreadable(
            file,
            (f"第 {row[ROW]} 行：项目“{row['project']}”的 {shown} 已在另一行写为“{place[last]}”",
             f"row {row[ROW]}: {shown} of project '{row['project']}' is '{place[last]}' in another row"),
            ("请合并或改正其一", "Join them or mend one"),
        )  # fmt: skip
    place[last] = value


def _history(row: dict[str, Any], file: str) -> list[tuple[str, int]]:
    found = []
    for piece in filter(str.strip, re.split(r"[;；\n]", row["history"])):
        match = re.fullmatch(r"\s*(?:(\d{4})\s*(\D+?)|(\D+?)\s*(\d{4}))\s*", narrow(piece))
        if match is None:
            raise unreadable(
                file,
                (f"第 {row[ROW]} 行“进程”的“{piece.strip()}”不是状态与年份", f"row {row[ROW]}, history: '{piece.strip()}' is no state and year"),
                ("请写成 已批准 2022；建设中 2023", "Write it as approved 2022; building 2023"),
            )  # fmt: skip
        found.append((state_of(match[2] or match[3]), int(match[1] or match[4])))
    return found


def _shares(text: str, row: dict[str, Any], file: str) -> Any:
    pieces = [piece.strip() for piece in re.split(r"[;；]", text) if piece.strip()]
    if len(pieces) < 2:
        return text.strip()
    shares: dict[str, float] = {}
    for piece in pieces:
        name, _, told = piece.rpartition(" ")
        share = percent_of(told)
        if not name or share is None:
            raise unreadable(
                file,
                (f"第 {row[ROW]} 行“作用于”的“{piece}”不是名称与份额", f"row {row[ROW]}, acts_on: '{piece}' is no name and share"),
                ("请写成 a 70%; b 30%", "Write it as a 70%; b 30%"),
            )  # fmt: skip
        shares[name.strip()] = shares.get(name.strip(), 0.0) + share
    return shares


def write_template(path: str | Path) -> Path:
    """Write the Excel table of projects that is filled in, with headings and notes in the language of the run.

    Parameters
    ----------
    path : path
        An ``.xlsx`` file; one that exists is not overwritten.

    Raises
    ------
    ArgumentInvalid
        When the path ends otherwise or is taken.
    CannotWrite
        When it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_template(f"{folder}/projects.xlsx")
    ...     list(projects_of_table(file)[0])
    ['p1']
    """
    import xlsxwriter

    lang = language()
    described = named_columns(NAME)
    with writing(path) as file:
        if file.suffix.lower() != ".xlsx" or (file.exists() and file.stat().st_size):
            raise invalid("path", str(path), "尚不存在的 .xlsx 文件", "an .xlsx file that does not exist yet")
        with xlsxwriter.Workbook(str(file), PLAIN_TEXT) as book:
            strong = book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E2E8F0"}
            )
            pale = book.add_format({"italic": True, "font_color": "#64748B"})
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            page = book.add_worksheet("项目" if lang == "zh" else "Projects")
            for at, (column, about) in enumerate(described.items()):
                page.write_string(0, at, about[f"name_{lang}"], strong)
                page.set_column(
                    at,
                    at,
                    max(12, 2 + 2 * len(about["name_zh"]) if lang == "zh" else 2 + len(about["name_en"])),
                )
                for line, row in enumerate(_example(lang), start=1):
                    if column in row:
                        page.write(line, at, row[column], pale)
            names = list(described)
            for column, allowed in (
                ("state", [one.title[lang] for one in states().values()]),
                ("basis", _bases(lang)),
            ):
                at = names.index(column)
                page.data_validation(1, at, _FILLED, at, {"validate": "list", "source": allowed})
            page.freeze_panes(1, 2)
            page.set_column(names.index("history"), names.index("history"), 28)
            on_paper(page, [14.0] * len(names))
            notes = book.add_worksheet("说明" if lang == "zh" else "Notes")
            notes.set_column(0, 0, 26)
            notes.set_column(1, 1, 90)
            notes.set_row(0, 32)
            told = [(about[f"name_{lang}"], about[f"meaning_{lang}"]) for about in described.values()]
            told += [(code, title[lang]) for code, title in measurement_options().items()]
            for line, (name, meaning) in enumerate([_about(lang), *told]):
                notes.write_string(line, 0, name, strong)
                notes.write_string(line, 1, meaning, wrapped)
            on_paper(notes, (26, 90))
    return file


def _bases(lang: str) -> list[str]:
    return list(_BASES) if lang == "zh" else list(_BASES.values())


def _about(lang: str) -> tuple[str, str]:
    if lang == "zh":
        return (
            "填写",
            "一个项目的各年各占一行；斜体的 p1 是示例，请改写或删去。空缺的实测值就是没有测量，不会用预期值代替。",
        )
    return "To fill in", "Each year of a project has a row; p1 in italics is an example to write over or delete. An empty measurement means that nobody measured; the expectation never takes its place."  # fmt: skip


def _example(lang: str) -> list[dict[str, Any]]:
    """Rows that show how the template is filled in; every number is made up."""
    zh = lang == "zh"
    first = {
        "project": "p1", "title": "示例：余热利用" if zh else "Example: waste heat", "owner": "示例厂" if zh else "Example works",
        "kind": "节能" if zh else "efficiency", "state": states()["running"].title[lang], "history": "建设中 2023；运行中 2024" if zh else "building 2023; running 2024",
        "acts_on": "coal-saving", "price_year": 2024, "basis": _bases(lang)[0], "plan_what": "蒸汽量" if zh else "steam",
        "plan_often": "每月" if zh else "monthly", "plan_method": "ipmvp-b", "plan_baseline": "改造前三年平均" if zh else "mean of three years before",
        "plan_responsible": "能源管理部" if zh else "energy office", "year": 2023, "investment": 8_000_000,
    }  # fmt: skip
    second = {"project": "p1", "year": 2024, "expected_t": 12_000, "running_cost": 200_000, "income": 1_500_000,
              "measured_t": 11_300, "measured_uncertainty": 8, "file": "mv-2024.pdf"}  # fmt: skip
    return [first, second]
