"""Doubts as a worklist: each finding with an id that stays, a state, and the reason that a user gave."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.clean import item_of, region_of, sector_of
from tanheng.activity.findings import Finding
from tanheng.activity.periods import parse_period
from tanheng.activity.reading.named_tables import read_named
from tanheng.activity.text import guarded, unguarded
from tanheng.codes import codelist, normalise
from tanheng.errors import NotFound, UnknownCode

OPEN, CORRECTED = "open", "corrected"
_STATES, _REASONS = "doubt_states", "doubt_reasons"
_CELL = (
    "entity",
    "period",
    "previous_period",
    "region",
    "sector",
    "item",
    "activity",
    "category",
    "gas",
    "column",
)
_ASKED = ("subject", "item", "column", "other_period", "list", "category", "names")
_PLACE = ("file", "sheet", "row")
_TEXTS = ("value", "unit")
_MOVES = {"where", "file", "row", "sheet"}
COLUMNS = (
    "id", "code", "severity", "state", "reason", "note", "was", "found", "entity", "period", "sector", "item", "count",
    "message_zh", "message_en", "facts",
)  # fmt: skip


@dataclass(frozen=True)
class Worklist:
    """Doubts with their states, one row each.

    ``id`` is a hash of the code and of what the finding is about, ``facts`` one of what it says and of the cells that it
    speaks of, wherever they stand; ``state`` is a code of
    ``doubt_states``, ``reason`` one of ``doubt_reasons``, ``note`` the user's words, ``was`` the state that it had before it
    was opened again, ``found`` whether the last run found it (yes, no). ``findings`` are about the reasons themselves.

    Examples
    --------
    >>> doubt = Finding("Q-002", {"subject": "coal", "period": "2021"}, ({"entity": "a", "period": "2021"},))
    >>> first = Worklist.of([doubt]).explained({"entity": ["a"], "period": ["2021"], "code": ["closure"]})
    >>> Worklist.of([doubt], before=first).counts()
    {'open': 0, 'explained': 1, 'corrected': 0, 'accepted': 0}
    """

    frame: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, findings: Iterable[Finding], *, before: Worklist | None = None) -> Worklist:
        """The worklist of a run, with the states of the run before.

        Parameters
        ----------
        findings : iterable of Finding
        before : Worklist, optional
            What was not found again, and was open, is now corrected. What was answered and now says something else, or was
            corrected and is found again, is open again; ``was`` keeps the former state.
        """
        rows = [dict(_row(finding, number)) for number, finding in _numbered(findings)]
        old = {row["id"]: row for row in before.frame.iter_rows(named=True)} if before else {}
        merged = [_merged(row, old.get(row["id"])) for row in rows]
        seen = {row["id"] for row in rows}
        gone = [_gone(row) for name, row in old.items() if name not in seen]
        return cls(_frame([*merged, *gone]))

    def counts(self) -> dict[str, int]:
        """Doubts by state; every state is there, also with none."""
        held = dict(self.frame.group_by("state").len().iter_rows())
        return {state: int(held.get(state, 0)) for state in codelist(_STATES)}

    def open(self) -> pl.DataFrame:
        """The doubts that wait for an answer."""
        return self.frame.filter(pl.col("state") == OPEN)

    def answered(self, doubt: str, state: str, *, note: str = "") -> Worklist:
        """The worklist with the state of one doubt set by hand.

        Raises
        ------
        NotFound
            When there is no such doubt.
        UnknownCode
            When there is no such state.
        """
        if doubt not in self.frame.get_column("id").to_list():
            known = ", ".join(self.frame.get_column("id").head(5).to_list())
            raise NotFound(what_zh="疑点", what_en="doubt", name=doubt, known=known)
        code = codelist(_STATES).find(state)["code"]
        here = pl.col("id") == doubt
        change = {"state": code, "reason": "", "note": note, "was": ""}
        return replace(self, frame=self.frame.with_columns(_set(here, change)))

    def explained(self, reasons: Any) -> Worklist:
        """The worklist with the reasons of a table.

        Parameters
        ----------
        reasons : path or table
            ``entity``, ``period`` (after the change), ``code`` of ``doubt_reasons`` or its name, ``note``; ``item`` and
            ``sector`` where the reason is for one only; codes or names.

        Returns
        -------
        Worklist
            Each doubt that a reason explains takes the state that the list of reasons gives it; Q-042 tells of codes that
            there are not, Q-043 of reasons that fit no doubt. What was answered by hand stays; what was opened again since
            the same reason was given stays open until the reason or its note is another one.

        Raises
        ------
        InputUnreadable, ColumnMissing
            When the reasons cannot be read.
        """
        frame, findings = self.frame, []
        for row in read_named(reasons, "reasons").iter_rows(named=True):
            try:
                reason = codelist(_REASONS).find(row["code"])
            except UnknownCode as unknown:
                findings.append(_unknown(row, unknown))
                continue
            here = _fits(frame, row, reason)
            if not frame.filter(here).height:
                findings.append(Finding("Q-043", _named(row), (_shown(row),)))
            change = {"state": reason["state"], "reason": reason["code"], "note": row["note"], "was": ""}
            frame = frame.with_columns(_set(here & _waits(change), change))
        return Worklist(frame, [*self.findings, *findings])

    def breaks(self) -> list[tuple[str, str]]:
        """Entity and period from which a series is not comparable with what was before, as the reasons say."""
        breaking = [row["code"] for row in codelist(_REASONS).rows if row["breaks"] == "yes"]
        rows = (
            self.frame.filter(pl.col("reason").is_in(breaking))
            .select("entity", "period")
            .unique()
            .sort("entity", "period")
        )
        return [(str(entity), str(period)) for entity, period in rows.iter_rows()]

    def to_csv(self, path: str | Path) -> Path:
        """Write the worklist; no cell is a formula when a spreadsheet opens it.

        A file that is there is replaced when the new one stands whole, so that states and notes in it are never lost.
        """
        file = Path(path)
        whole = file.resolve()
        with tempfile.TemporaryDirectory(dir=whole.parent, prefix=".worklist-") as beside:
            made = Path(beside) / whole.name
            with made.open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(COLUMNS)
                writer.writerows([guarded(cell) for cell in row] for row in self.frame.iter_rows())
            made.replace(whole)
        return file


def read_worklist(path: str | Path) -> Worklist:
    """A worklist that `Worklist.to_csv` wrote, maybe with states, reasons and notes that a user changed since.

    States and reasons are codes or names of their lists. A reason that was written beside a doubt still open gives it the
    state of that reason; a doubt that was opened again stays open.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When the file is no worklist.
    UnknownCode
        When a state is none of ``doubt_states``, or a reason none of ``doubt_reasons``.

    Examples
    --------
    >>> import tempfile
    >>> doubt = Finding("Q-002", {"subject": "coal", "period": "2021"}, ({"entity": "a", "period": "2021"},))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_worklist(Worklist.of([doubt]).to_csv(Path(folder) / "doubts.csv")).counts()["open"]
    1
    """
    rows = read_named(path, "worklist")
    plain = rows.select(
        "__row",
        *(pl.col(name).cast(pl.String).map_elements(unguarded, return_dtype=pl.String) for name in COLUMNS),
    )
    return Worklist(_frame([{**row, **_answer(row, Path(path).name)} for row in plain.to_dicts()]))


def _answer(row: Mapping[str, Any], file: str) -> dict[str, str]:
    """State and reason of a row by their codes."""
    state = _code(_STATES, row["state"] or OPEN, row, file)
    reason = _code(_REASONS, row["reason"], row, file) if row["reason"] else ""
    if reason and state == OPEN and not row["was"]:
        state = str(codelist(_REASONS).get(reason)["state"])
    return {"state": state, "reason": reason}


def _code(name: str, text: str, row: Mapping[str, Any], file: str) -> str:
    try:
        return str(codelist(name).find(text)["code"])
    except UnknownCode as unknown:
        known = "、".join(f"{code} {codelist(name).label(code, 'zh')}" for code in codelist(name))
        raise UnknownCode(
            rows=[{"file": file, "row": row["__row"], "id": row["id"]}],
            codelist=name,
            code=text,
            near=unknown.fields.get("near") or known,
        ) from unknown


def _frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [[str(row[name]) for name in COLUMNS] for row in rows],
        schema=dict.fromkeys(COLUMNS, pl.String),
        orient="row",
    )


def _numbered(findings: Iterable[Finding]) -> list[tuple[int, Finding]]:
    """Findings with how many of the same code and subject came before."""
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        about = _about(finding)
        found.append((seen[about], finding))
        seen[about] += 1
    return found


def _about(finding: Finding) -> str:
    """What a finding is about, in the same words on every run: the cell, else the row of the file."""
    row = finding.rows[0] if finding.rows else {}
    names = {name: row[name] for name in _CELL if row.get(name)}
    names |= {
        f"asked_{name}": finding.fields[name]
        for name in _ASKED
        if finding.fields.get(name) and name not in names
    }
    if "entity" not in names and "asked_subject" not in names:
        placed = {name: row[name] for name in _PLACE if row.get(name)}
        names |= placed or {name: finding.fields[name] for name in _TEXTS if finding.fields.get(name)}
    return _written([finding.code, names])


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _hash(text: str) -> str:
    """Twelve characters that no spreadsheet takes for a number, as it would 12e456."""
    return f"d{hashlib.sha256(text.encode()).hexdigest()[:11]}"


def _row(finding: Finding, number: int) -> dict[str, Any]:
    first = finding.rows[0] if finding.rows else {}
    facts = {name: value for name, value in finding.fields.items() if name not in _MOVES}
    cells = {name: value for name, value in first.items() if name not in _PLACE}
    cell = {name: first.get(name) or "" for name in ("entity", "period", "sector", "item")}
    return {
        "id": _hash(_about(finding) + (f"#{number}" if number else "")),
        "code": finding.code,
        "severity": finding.severity,
        "state": OPEN,
        "reason": "",
        "note": "",
        "was": "",
        "found": "yes",
        **cell,
        "count": finding.count,
        "message_zh": finding.message("zh"),
        "message_en": finding.message("en"),
        "facts": _hash(_written([facts, cells, finding.count])),
    }


def _merged(row: dict[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    if old is None:
        return row
    kept = {name: old[name] for name in ("state", "reason", "note", "was")}
    if old["state"] != OPEN and (old["facts"] != row["facts"] or old["state"] == CORRECTED):
        kept |= {"state": OPEN, "was": old["state"]}
    return {**row, **kept}


def _gone(old: Mapping[str, Any]) -> dict[str, Any]:
    return {**old, "found": "no", "state": CORRECTED if old["state"] == OPEN else old["state"]}


def _set(here: pl.Expr, change: Mapping[str, str]) -> list[pl.Expr]:
    return [
        pl.when(here).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in change.items()
    ]


def _fits(frame: pl.DataFrame, row: Mapping[str, Any], reason: Mapping[str, str]) -> pl.Expr:
    """Doubts that a reason speaks of: of the codes that it explains, found in the last run."""
    period = parse_period(row["period"]) or row["period"]
    same = [
        pl.col("period") == period,
        pl.col("found") == "yes",
        _alike(frame, "entity", row["entity"], _named_place),
    ]
    same += [
        _alike(frame, name, row[name], code)
        for name, code in (("item", item_of), ("sector", sector_of))
        if row[name]
    ]
    return pl.all_horizontal(*same, pl.col("code").is_in(reason["explains"].split("|")))


def _alike(frame: pl.DataFrame, column: str, text: str, key: Callable[[str], str]) -> pl.Expr:
    """Rows whose cell means the same as a text."""
    held = frame.get_column(column).unique().to_list()
    return pl.col(column).is_in([one for one in held if one and key(one) == key(text)])


def _named_place(entity: str) -> str:
    """An entity by its region where it is one, so that 四川 is 四川省."""
    return region_of(entity) or normalise(entity)


def _waits(change: Mapping[str, str]) -> pl.Expr:
    """Doubts that a reason may answer: not those answered by hand, nor those opened again since the same reason was given."""
    told = (pl.col("reason") == change["reason"]) & (pl.col("note") == change["note"])
    by_hand = (pl.col("state") != OPEN) & (pl.col("reason") == "")
    return ~by_hand & ~(told & (pl.col("was") != ""))


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    about = " ".join(row[name] for name in ("entity", "period", "item", "sector", "code") if row[name])
    return {"row": row["__row"], "about": about}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("__"): value for name, value in row.items() if value}


def _unknown(row: Mapping[str, Any], unknown: UnknownCode) -> Finding:
    near = unknown.fields.get("near") or ", ".join(codelist(_REASONS))
    return Finding("Q-042", {**_named(row), "value": row["code"], "near": near}, (_shown(row),))
