"""Findings about statements, in words: what contradicts what, and the evidence for which of them is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tanheng.activity.checks.base import Pair, percent
from tanheng.activity.claims.blame import Contradiction, Verdicts
from tanheng.activity.claims.conditions import Condition, Limits
from tanheng.activity.claims.fit import fitting_unit, slip
from tanheng.activity.claims.model import Figure, Statement
from tanheng.activity.claims.words import words_of
from tanheng.activity.findings import Finding

_COLUMNS = ("subject", "period", "quantity", "value", "unit", "relation", "other", "section")
_NAMED = 5
_EVIDENCE = {"Q-024", "Q-025", "Q-027", "Q-023", "Q-031", "Q-032"}


def finding(found: Contradiction, verdicts: Verdicts, limits: Limits) -> Finding:
    """The finding for one contradiction."""
    test, statement = found.tests[0], found.statement
    unit = fitting_unit(statement, found.tests, limits) if test.code in {"Q-025", "Q-022"} else None
    if test.code == "Q-025" and unit is not None:
        because = test.because
        evidence: Pair = (f"{because[0]}。", f" {_begun(because[1])}.")
        fields = {
            **_common(statement),
            "unit": statement.unit.text,
            "expected": unit.text,
            "evidence": evidence,
        }
        return Finding("Q-022", fields, _rows(test.statements))
    if test.code == "Q-022":
        return Finding(
            "Q-022",
            {**_common(statement), "unit": statement.unit.text, **test.fields},
            _rows(test.statements),
        )
    evidence = _evidence(found, verdicts, limits)
    return Finding(test.code, {**_fields(test, statement), "evidence": evidence}, _rows(test.statements))


def notes(verdicts: Verdicts, blamed: Iterable[Statement]) -> list[Finding]:
    """Notes: statements that miss the tables by more than rounding, and shares that fall short of 100 %."""
    seen: set[Statement] = set(blamed)
    found: list[Finding] = []
    for test in verdicts.near:
        statement = test.statements[0]
        if test.code == "Q-025" and statement not in seen:
            seen.add(statement)
            fields = {**_common(statement), "actual": test.fields["actual"], "other": ("表", "the tables")}
            found.append(Finding("Q-030", fields, _rows([statement])))
    for test in verdicts.holds:
        if test.code == "Q-026" and len(test.figures) > 2:
            high = sum(figure.interval.high for figure in test.figures)
            if 0.9 <= high < 1 - 1e-9:
                fields = {**test.fields, "period": _period(test.statements[0]), "evidence": ("", "")}
                found.append(Finding("Q-029", fields, _rows(test.statements)))
    return found


def unchecked(statements: Sequence[Statement], tests: Iterable[Condition]) -> list[Finding]:
    """Statements that no test holds against anything: each of an unknown quantity, and the others together."""
    tested = {statement for test in tests for statement in test.statements}
    idle = [statement for statement in statements if statement not in tested]
    strange = [one for one in idle if one.fact.measure and one.fact.measure not in words_of("measure")]
    found = [_strange(one) for one in strange]
    rest = [one for one in idle if one not in strange]
    if rest:
        named = [
            (f"第 {one.row['__row']} 行“{zh}”", f"row {one.row['__row']} '{en}'")
            for one in rest
            for zh, en in [one.fact.subject.label()]
        ]
        more = len(named) > _NAMED
        fields = {
            "file": rest[0].row.get("__file", ""),
            "number": len(rest),
            "names": (
                "、".join(zh for zh, _ in named[:_NAMED]) + (" 等" if more else ""),
                ", ".join(en for _, en in named[:_NAMED]) + (" ..." if more else ""),
            ),
        }
        found.append(Finding("Q-092", fields, _rows(rest)))
    return found


def _strange(statement: Statement) -> Finding:
    name = statement.fact.measure
    detail = (
        f"量“{name}”无法识别，也没有其他陈述与之对照",
        f"quantity '{name}' is not known, and no other statement can be held against it",
    )
    fields = {"file": statement.row.get("__file", ""), "row": statement.row["__row"], "detail": detail}
    return Finding("Q-090", fields, _rows([statement]))


def _common(statement: Statement) -> dict[str, Any]:
    return {
        "subject": statement.fact.subject.label(),
        "period": _period(statement),
        "quantity": statement.fact.quantity(),
        "section": statement.section,
        "value": statement.printed(),
    }


def _period(statement: Statement) -> str:
    return statement.fact.period or "–"


def _fields(test: Condition, blamed: Statement) -> dict[str, Any]:
    """What the sentence of a test's code mentions."""
    about = test.by or blamed
    fields = {**_common(about), **test.fields}
    first = test.figures[0]
    if test.code == "Q-021":
        one, other = (figure.statement for figure in test.figures)
        assert one
        assert other
        fields |= {"value": one.printed(), "other_value": other.printed()}
    elif test.code == "Q-023":
        now, then, _ = test.figures
        fields |= {
            "value": now.shown(),
            "other_value": then.shown(),
            "stated": about.printed(),
            "quantity": about.fact.value_of().quantity(),
        }
        fields["actual"] = about.say(abs(test.derived().middle))
    elif test.code == "Q-028":
        fields["value"] = first.shown()
    elif test.code == "Q-026":
        fields["subject"] = test.fields["subject"]
    elif test.code in {"Q-024", "Q-027"}:
        fields |= {"actual": _range(test), "quantity": about.fact.value_of().quantity()}
    elif test.code in {"Q-031", "Q-032"}:
        fields["actual"] = (
            (first.statement or about).say(test.derived().middle)
            if test.code == "Q-031"
            else f"{test.derived().middle:.4g}"
        )
        if test.code == "Q-031":
            fields |= _whole_fields(first, about)
    return fields


def _whole_fields(first: Figure, about: Statement) -> dict[str, Any]:
    """The whole of a sum is what the sentence is about, also where a part is blamed or the tables give the whole."""
    section = first.statement.section if first.statement else ("表", "the tables")
    return {
        "subject": first.fact.subject.label(),
        "quantity": first.fact.quantity(),
        "section": section,
        "value": first.shown(),
        "period": first.fact.period or _period(about),
    }


def _range(test: Condition) -> str:
    """A derived share or growth, as a range where rounding leaves one."""
    derived = test.derived()
    low, high = percent(derived.low), percent(derived.high)
    return low if low == high else f"{low}–{high}"


def _evidence(found: Contradiction, verdicts: Verdicts, limits: Limits) -> Pair:
    """Who else agrees or disagrees, and the slip of the pen that would explain it."""
    test, statement = found.tests[0], found.statement
    pieces: list[Pair] = []
    if test.code == "Q-021":
        pieces += _agreement(test.statements, verdicts, limits)
    unit = fitting_unit(statement, found.tests, limits)
    if unit is not None:
        pieces.append(
            (
                f"“{statement.printed()}”的单位若为{unit.text}则相符。",
                f" '{statement.printed()}' would agree if its unit were {unit.text}.",
            )
        )
    else:
        pieces += _first_slip(found, limits)
    more = [other for other in found.tests[1:] if other.code in _EVIDENCE and other.because[0]]
    alone = [other for other in more if other.by_table_alone]
    more = (alone if test.by_table_alone or alone else more)[:2]
    told_already = test.code in {"Q-021", "Q-023"} or (test.code == "Q-025" and not test.table)
    if not told_already and test.because[0]:
        pieces.insert(0, (f"{test.because[0]}。", f" {test.because[1]}."))
    if test.code != "Q-021":
        told = {test.because: None, **{other.because: None for other in more}}
        pieces += [(f"又：{zh}。", f" Also: {en}.") for zh, en in list(told)[1:]]
    return "".join(zh for zh, _ in pieces), "".join(f" {_begun(en.strip())}" for _, en in pieces)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _agreement(pair: Sequence[Statement], verdicts: Verdicts, limits: Limits) -> list[Pair]:
    """The computation that tells which of two statements of one fact is right."""
    about = [
        test for test in (*verdicts.holds, *verdicts.near, *verdicts.fails)
        if test.code in _EVIDENCE and test.because[0] and _about(test) in pair
    ]  # fmt: skip
    about = [test for test in about if test.by_table_alone] or about
    if not about:
        return []
    best = min(about, key=lambda test: (_residual(test), _width(test), test.residual()))
    if _residual(best) > limits.tolerance:
        return []
    right = _about(best)
    assert right
    zh, en = right.section
    return [(f"{best.because[0]}，与{zh}相符。", f" {best.because[1]}, which agrees with {en}.")]


def _about(test: Condition) -> Statement | None:
    """The statement whose number a computation gives or supports."""
    return test.by if test.by_table_alone else test.figures[0].statement


def _residual(test: Condition) -> float:
    """How far, relatively, what is stated is from what follows; 0 where rounding explains it."""
    stated, derived = test.sides([figure.interval for figure in test.figures]) or (None, None)
    if stated is None or derived is None:
        return float("inf")
    return max(stated.gap(derived), 0.0) / max(abs(stated.middle), abs(derived.middle), 1e-300)


def _width(test: Condition) -> float:
    """How uncertain what a first figure is compared with is."""
    return sum(
        (figure.interval.high - figure.interval.low) / max(abs(figure.interval.middle), 1e-300)
        for figure in test.figures[1:]
    )


def _first_slip(found: Contradiction, limits: Limits) -> list[Pair]:
    first = found.tests[0]
    order = [found.statement, *(one for one in first.statements if one is not found.statement)]
    for statement in order:
        tests = found.tests if statement is found.statement else (first,)
        said = slip(statement, tests, limits)
        if said is not None:
            return [said]
    return []


def _rows(statements: Sequence[Statement]) -> tuple[dict[str, Any], ...]:
    rows = []
    for statement in statements[:20]:
        place = {"file": statement.row.get("__file", ""), "row": statement.row["__row"]}
        rows.append(
            {**place, **{name: statement.row.get(name, "") for name in _COLUMNS if statement.row.get(name)}}
        )
    return tuple(rows)
