"""Reading a pipeline of projects from YAML, a table, or plain data: the format table first, then what it cannot check."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.activity import Finding
from tanheng.activity.reading.refusals import percent_cells
from tanheng.errors import NotFound
from tanheng.inventory.methods.beside import beside
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_, load_with_lines
from tanheng.pathways.projects.fields import LARGEST, WHOLE, amount_of, both, share_of, year_of
from tanheng.pathways.projects.model import Measured, Pipeline, Plan, Project, Terms
from tanheng.pathways.projects.money_reading import loan_of, money_of, terms_of
from tanheng.pathways.projects.states import states
from tanheng.pathways.projects.table import projects_of_table
from tanheng.pathways.tree.levers import Lever

FORMAT = "projects_format.csv"
_LOOSE = 1e-6
"""Percent by which shares may miss the whole."""


def load_projects(path: str | Path) -> Pipeline:
    """A pipeline of projects from a YAML file, or from a table: CSV, or the first sheet of an Excel workbook.

    Parameters
    ----------
    path : path
        ``.yaml``, or a table with a row for each project and year as `write_template` makes it.

    Raises
    ------
    NotFound
        When the file is not there.
    PackInvalid
        With file, line or row, key and the mend.
    InputUnreadable, ColumnMissing
        For a table that is none.

    Examples
    --------
    >>> load_projects("examples/sichuan-road/projects.yaml").projects["kiln-heat"].measured[2025].amount
    10100.0
    """
    file = Path(path)
    if not file.is_file():
        raise NotFound(what_zh="项目库文件", what_en="file of projects", name=str(path), known="–")
    if file.suffix.lower() in {".yaml", ".yml"}:
        data, lines = load_with_lines(file)
        return _built(data, PackChecker(file.name, lines, FORMAT), file.parent)
    findings: list[Finding] = []
    projects, lines = projects_of_table(file, told=findings)
    data = {
        "format": "tanheng-projects/1",
        "id": "table",
        "title": {"zh": file.stem, "en": file.stem},
        "projects": projects,
    }
    return replace(_built(data, PackChecker(file.name, lines, FORMAT), file.parent), findings=tuple(findings))


def projects_of(data: Mapping[str, Any], *, folder: str | Path = ".") -> Pipeline:
    """A pipeline from plain data of the same keys as the file; its tree and table stand below ``folder``.

    Raises
    ------
    PackInvalid
        With key and the mend.

    Examples
    --------
    >>> pipeline = projects_of({
    ...     "format": "tanheng-projects/1", "id": "two", "title": {"zh": "两个", "en": "Two"},
    ...     "projects": {"p1": {"state": "running", "expected": {2024: 100, 2025: 200}, "measured": {2024: {"t": 90, "uncertainty": 5}}},
    ...                  "p2": {"state": "approved", "curve": {"full": 50, "from": 2025, "build": 2, "until": 2027}}},
    ... })
    >>> pipeline["p2"].expected, pipeline["p1"].measured[2024].width
    ({2025: 25.0, 2026: 50.0, 2027: 50.0}, 4.5)
    """
    return _built(_text_keys(data), PackChecker(str(data.get("id", "–")), {}, FORMAT), Path(folder))


def _text_keys(value: Any) -> Any:
    return {str(key): _text_keys(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _built(data: Any, checker: PackChecker, folder: Path) -> Pipeline:
    checker.check(data)
    if ("table" in data) == ("projects" in data):
        raise checker.error(
            ("projects",),
            ("应写 table 或 projects 之一", "give one of table and projects"),
            ("项目写在表里的写 table: 文件。", "Where projects stand in a table, write table: FILE."),
        )
    told, sheet = data.get("projects"), checker
    findings: list[Finding] = []
    if told is not None:
        findings += _fractions(told, checker)
    else:
        file = beside(folder, data["table"], ("table",), checker.error)
        if not file.is_file():
            raise NotFound(what_zh="项目表", what_en="table of projects", name=str(file), known="–")
        told, lines = projects_of_table(file, told=findings)
        sheet = PackChecker(file.name, lines, FORMAT)
        sheet.check({key: data[key] for key in ("format", "id", "title")} | {"projects": told})
    terms = terms_of(data.get("money"), checker)
    projects = {name: _project(name, one, terms, sheet) for name, one in told.items()}
    _check_within(projects, sheet)
    as_of = None if "as_of" not in data else year_of(data["as_of"], ("as_of",), checker)
    for name, one in projects.items():
        if as_of is not None and max(one.measured, default=0) > as_of:
            raise sheet.error(
                ("projects", name, "measured", str(max(one.measured))),
                (f"实测年份晚于 as_of {as_of}", f"it was measured after as_of {as_of}"),
                ("请改正年份或 as_of。", "Mend the year or as_of."),
            )
    loans = {name: loan_of(name, one, projects, checker) for name, one in data.get("loans", {}).items()}
    return Pipeline(
        id=data["id"], title=data["title"], projects=projects, terms=terms, loans=loans,
        as_of=as_of,
        tree=str(beside(folder, data["tree"], ("tree",), checker.error)) if "tree" in data else "", notes=data.get("notes"), findings=tuple(findings),
    )  # fmt: skip


def _fractions(told: Mapping[str, Any], checker: PackChecker) -> list[Finding]:
    """A warning for percentages below 1, which may be meant as fractions."""
    cells = [
        (checker.lines.get(("projects", name, "measured", year, "uncertainty"), 1), str(row["uncertainty"]))
        for name, one in told.items()
        for year, row in one.get("measured", {}).items()
        if "uncertainty" in row
    ]
    return percent_cells(checker.file, "", cells)


def _project(name: str, one: Mapping[str, Any], terms: Terms | None, checker: PackChecker) -> Project:
    at: Path_ = ("projects", name)
    expected = _expected(one, at, checker)
    measured = {
        year_of(year, (*at, "measured", year), checker): Measured(
            amount_of(row["t"], (*at, "measured", year, "t"), checker, least=-LARGEST),
            share_of(row.get("uncertainty"), (*at, "measured", year, "uncertainty"), checker),
            row.get("file", ""),
        )
        for year, row in one.get("measured", {}).items()
    }
    state = states()[one["state"]]
    if measured and not state.works:
        raise checker.error(
            (*at, "measured"),
            (f"状态为“{state.title['zh']}”，却有实测值", f"its state is {state.title['en']}, yet something was measured"),
            ("请改正状态，或去掉实测值。", "Mend its state, or leave out what was measured."),
        )  # fmt: skip
    plan = one.get("plan")
    return Project(
        id=name, title=both(one.get("title", name)), state=one["state"], place=one.get("place", ""), owner=one.get("owner", ""),
        kind=one.get("kind", ""), facility=one.get("facility", ""), history=_history(one, at, checker), acts_on=_acts(one, at, checker),
        within=one.get("within", ""), expected=expected,
        expected_half=share_of(one.get("expected_uncertainty"), (*at, "expected_uncertainty"), checker),
        money=money_of(one.get("money"), at, terms, checker), plan=None if plan is None else Plan(**plan),
        measured=dict(sorted(measured.items())),
    )  # fmt: skip


def _expected(one: Mapping[str, Any], at: Path_, checker: PackChecker) -> dict[int, float]:
    if "curve" in one and "expected" in one:
        raise checker.error(
            (*at, "expected"),
            ("curve 与 expected 只写其一", "give one of curve and expected"),
            ("请去掉一个。", "Leave one out."),
        )
    if "curve" not in one:
        told = one.get("expected", {})
        found = {
            year_of(year, (*at, "expected", year), checker): amount_of(one, (*at, "expected", year), checker) for year, one in told.items()
        }  # fmt: skip
        return dict(sorted(found.items()))
    curve = one["curve"]
    first, last = (year_of(curve[key], (*at, "curve", key), checker) for key in ("from", "until"))
    build = curve.get("build", 1)
    if last < first or build != int(build) or build < 1:
        raise checker.error(
            (*at, "curve"),
            (f"{first} 至 {last}、{build} 年达产不成走势", f"{first} to {last}, full after {build} years, is no course"),
            ("末年不早于首年，达产年数为 1 以上的整数。", "The last year is not before the first, and build is a whole number of 1 or more."),
        )  # fmt: skip
    full = amount_of(curve["full"], (*at, "curve", "full"), checker)
    years = np.arange(first, last + 1, dtype=np.float64)
    ramp = Lever("", {}, "", "relative", -1.0, first, int(build), curve.get("shape", "linear")).ramp(years)
    return {int(year): full * share for year, share in zip(years, ramp.tolist(), strict=True)}


def _history(one: Mapping[str, Any], at: Path_, checker: PackChecker) -> dict[str, int]:
    told = one.get("history", {})
    if unknown := [state for state in told if state not in states()]:
        raise checker.error(
            (*at, "history", unknown[0]),
            ("没有这个状态", "there is no such state"),
            (f"可用：{', '.join(states())}。", f"Known: {', '.join(states())}."),
        )
    found = {state: year_of(year, (*at, "history", state), checker) for state, year in told.items()}
    passed = sorted(found, key=lambda state: (found[state], list(states()).index(state)))
    for before, after in itertools.pairwise(passed):
        if after not in states()[before].following:
            titles = states()[before].title, states()[after].title
            raise checker.error(
                (*at, "history", after),
                (f"不能从“{titles[0]['zh']}”变为“{titles[1]['zh']}”", f"it cannot go from {titles[0]['en']} to {titles[1]['en']}"),
                (f"允许的下一状态：{'、'.join(states()[one].title['zh'] for one in states()[before].following) or '无'}。",
                 f"What may follow: {', '.join(states()[before].following) or 'none'}."),
            )  # fmt: skip
    if passed and passed[-1] != one["state"]:
        raise checker.error(
            (*at, "history"),
            (f"进程以 {passed[-1]} 结束，状态却是 {one['state']}", f"it ends in {passed[-1]}, yet the state is {one['state']}"),
            ("请改正其一。", "Mend one of them."),
        )  # fmt: skip
    return {state: found[state] for state in passed}


def _acts(one: Mapping[str, Any], at: Path_, checker: PackChecker) -> dict[str, float]:
    told = one.get("acts_on", {})
    if isinstance(told, str) and told.strip():
        return {told.strip(): 1.0}
    shares: Mapping[str, Any] = told if isinstance(told, Mapping) else {"": None}
    good = all(name and not isinstance(v, bool) and isinstance(v, int | float) and 0 < v <= WHOLE for name, v in shares.items())  # fmt: skip
    if not good or (shares and abs(sum(shares.values()) - WHOLE) > _LOOSE):
        raise checker.error(
            (*at, "acts_on"),
            ("应为一个名称，或名称与份额，份额合计 100", "expected a name, or names and shares that make 100"),
            ("例如 {coal-saving: 70, clean-power: 30}。", "For example {coal-saving: 70, clean-power: 30}."),
        )  # fmt: skip
    return {name: value / WHOLE for name, value in shares.items()}


def _check_within(projects: Mapping[str, Project], checker: PackChecker) -> None:
    for name, one in projects.items():
        above = projects.get(one.within) if one.within else None
        if one.within and (above is None or above.within or above is one):
            raise checker.error(
                ("projects", name, "within"),
                (f"“{one.within}”不是另一个独立的项目", f"'{one.within}' is no other project that stands alone"),
                (f"可用：{', '.join(key for key, each in projects.items() if not each.within) or '–'}。",
                 f"Known: {', '.join(key for key, each in projects.items() if not each.within) or '–'}."),
            )  # fmt: skip
