"""Allowances by a plan: each term with its formula, the values that it used, and the clause."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tanheng.activity.clean import number_of
from tanheng.activity.text import narrow
from tanheng.codes.wording import english
from tanheng.errors import Lang, NotFound, UnknownCode, ValueOutOfRange, language
from tanheng.holdings.arithmetic import NoArithmeticError, evaluate, names
from tanheng.holdings.plans import AllowanceInvalid, Plan, load_plan
from tanheng.inventory.methods.method import document_facts
from tanheng.inventory.rounding import rounded
from tanheng.quantities import multiplier

CLASS, YEAR = "class", "year"
_DEFAULT = "cn-power-2023-2024"
_KEPT = 12
"""Decimals of a term for which the plan prescribes no rounding."""
_NUMBER = re.compile(r"([+-]?[\d.,' ]*\d\.?(?:[eE][+-]?\d+)?)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One term: its formula over symbols, what stood for them, and its value; None where that is not known yet."""

    term: str
    title: Mapping[str, str]
    formula: str
    uses: tuple[Mapping[str, Any], ...]
    value: Decimal | None
    unit: str
    clause: str


@dataclass(frozen=True, eq=False)
class Allowance:
    """The outcome of a calculation: its ``steps`` in order, and by ``[term]`` the value of one."""

    plan: Plan
    calculation: str
    chosen: Mapping[str, str]
    steps: tuple[Step, ...]

    def __getitem__(self, term: str) -> Decimal | None:
        """The value of a term in its unit; None where it rests on something not given yet."""
        return next(step.value for step in self.steps if step.term == term)

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data; numbers are texts, so that no digit is lost."""
        one = self.plan.data["calculations"][self.calculation]
        return {
            "plan": {"id": self.plan.id, "title": self.plan.title, "document": self.plan.document},
            "calculation": self.calculation,
            "title": one["title"],
            **self.chosen,
            "values": {step.term: _text(step.value) for step in self.steps},
            "steps": [_plain(step) for step in self.steps],
            "conditions": one.get("conditions", []),
        }  # fmt: skip

    def text(self) -> str:
        """The whole line by line, in the language of the run."""
        lang = language()
        one, kind = self.plan.data["calculations"][self.calculation], self.chosen.get(CLASS)
        named = (
            [f"{kind} {self.plan.data['classes'][kind]['title'][lang]}", self.chosen[YEAR]] if kind else []
        )
        lines = [" · ".join([self.plan.title[lang], one["title"][lang], *named])]
        done = set()
        for step in self.steps:
            lines.append(_line(step.term, step.title, step.value, step.unit, step.clause, lang))
            lines.append(f"    = {step.formula}")
            lines += [
                f"    {_line(use['symbol'], use['title'], use['value'], use['unit'], use['clause'], lang)}"
                for use in step.uses
                if use["symbol"] not in done
            ]
            done.add(step.term)
        said = "条件" if lang == "zh" else "condition"
        lines += [
            f"  {said}: {row['text'][lang]} [{_clause(row['clause'], lang)}]"
            for row in one.get("conditions", [])
        ]
        facts = ", ".join(document_facts(self.plan.document, lang))
        return "\n".join(
            [*lines, f"  {'依据' if lang == 'zh' else 'by'}: {facts} ({self.plan.document['check']})"]
        )

    def __repr__(self) -> str:
        return self.text()


def calculate(calculation: str, /, *, plan: str | Path | Plan = _DEFAULT, **given: Any) -> Allowance:
    """Calculate by a plan: the allowances of a unit or a firm, or what is carried over.

    Parameters
    ----------
    calculation : str
        One of the plan: ``unit``, ``firm``, ``advance``, ``carry-over``.
    plan : str, Path or Plan
        Id of a plan, or a pack file of your own.
    **given : str, int, float or Decimal
        The inputs of the calculation in the units of the plan, or as text with another unit (``"60 %"``,
        ``"300 万kWh"``); ``year`` and ``class`` where benchmarks are used (as ``**{"class": "I"}``).

    Returns
    -------
    Allowance
        A step for each term, with its unit and clause.

    Raises
    ------
    NotFound
        For a plan, calculation or year that is not there: a benchmark is never carried from another year.
    UnknownCode
        For a class that the plan does not have.
    AllowanceInvalid
        For an input that is missing, not asked for, or no number.
    ValueOutOfRange
        For a negative input, or a load above 1.
    UnknownUnit, IncompatibleUnit
        For a unit that does not fit.

    Notes
    -----
    Power generation 2023 and 2024: Ae = Qe · Be · Ff, Ah = Qh · Bh, A = Ae + Ah; Ff = 1.015^(16 - 20F) for conventional
    coal below 65 % load, else 1. A term is rounded where the plan says so; otherwise it keeps 12 decimals.

    Source
    ------
    国环规气候〔2024〕1号, 五, 附2 to 附5.

    Examples
    --------
    >>> unit = {"class": "I", "year": 2023, "electricity": 3_000_000, "heat": 500_000, "load": "60 %"}
    >>> found = calculate("unit", **unit)
    >>> f"{found['Ae']:.2f}", f"{found['Ah']:.2f}", f"{found['A']:.2f}"
    ('2531352.07', '51900.00', '2583252.07')
    >>> calculate("carry-over", sold=40_000, bought=0)["T"]
    Decimal('70000')
    """
    loaded = load_plan(plan)
    known = loaded.data["calculations"]
    if calculation not in known:
        raise NotFound(
            what_zh="核算", what_en="calculation", name=calculation, known=", ".join(known)
        )  # fmt: skip
    one = known[calculation]
    printed = _printed(loaded, one)
    refuse = _Refusal(calculation, one, printed)
    extra = set(given) - {*one["inputs"], *(printed and (CLASS, YEAR))}
    if extra:
        listed = ", ".join(sorted(extra))
        raise refuse(f"没有输入 {listed}", f"there is no input {listed}")
    chosen = _chosen(loaded, given, printed, refuse)
    steps = [step for step in one["steps"] if chosen.get(CLASS) in step.get("classes", [chosen.get(CLASS)])]
    terms = _fixed(loaded, printed, chosen) | _inputs(one, given, steps, refuse)
    done = []
    for step in steps:
        uses = tuple(terms[name] for name in sorted(names(step["formula"])))
        value = _value(step, uses, refuse)
        done.append(
            Step(
                step["term"],
                step["title"],
                step["formula"],
                uses,
                value,
                step.get("unit", ""),
                step["clause"],
            )
        )
        terms[step["term"]] = _term(step["term"], step, value, clause="")
    return Allowance(loaded, calculation, chosen, tuple(done))


class _Refusal:
    """Makes the errors of one calculation."""

    def __init__(self, name: str, one: Mapping[str, Any], printed: list[str]) -> None:
        chosen = [f"{CLASS}=…", f"{YEAR}=…"] if printed else []
        usage = " ".join([name, *chosen, *(f"{key}=…" for key in one["inputs"])])
        self._fields = {
            "usage": usage,
            "calculation_zh": one["title"]["zh"],
            "calculation_en": one["title"]["en"],
        }

    def __call__(self, zh: str, en: str) -> AllowanceInvalid:
        return AllowanceInvalid(detail_zh=zh, detail_en=en, **self._fields)


def _printed(plan: Plan, one: Mapping[str, Any]) -> list[str]:
    """The benchmarks that a calculation uses."""
    used = set().union(*(names(step["formula"]) for step in one["steps"]))
    return [name for name in plan.data.get("benchmarks", {}) if name in used]


def _chosen(plan: Plan, given: Mapping[str, Any], printed: list[str], refuse: _Refusal) -> dict[str, str]:
    """Class and year, where benchmarks are used."""
    if not printed:
        return {}
    missing = [name for name in (CLASS, YEAR) if given.get(name) in (None, "")]
    if missing:
        raise refuse(f"缺少 {'、'.join(missing)}", f"{' and '.join(missing)} missing")
    kind, year = str(given[CLASS]).strip(), str(given[YEAR]).strip()
    if kind not in plan.data["classes"]:
        near = "; ".join(f"{code} {one['title'][language()]}" for code, one in plan.data["classes"].items())
        raise UnknownCode(codelist=plan.id, code=kind, near=near)
    if year not in plan.years:
        raise NotFound(
            what_zh="基准值年度", what_en="year of benchmarks", name=year, known=", ".join(plan.years),
            mend_zh="基准值只取方案印出的，不外推。", mend_en="Benchmarks are those that the plan prints, never extrapolated.",
        )  # fmt: skip
    return {CLASS: kind, YEAR: year}


def _fixed(plan: Plan, printed: list[str], chosen: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Constants, and the benchmarks of class and year."""
    found = {
        name: _term(name, one, Decimal(one["value"])) for name, one in plan.data.get("constants", {}).items()
    }
    for name in printed:
        one = plan.data["benchmarks"][name]
        found[name] = _term(name, one, Decimal(one["values"][chosen[YEAR]][chosen[CLASS]]))
    return found


def _inputs(
    one: Mapping[str, Any], given: Mapping[str, Any], steps: list[Mapping[str, Any]], refuse: _Refusal
) -> dict[str, dict[str, Any]]:
    """The inputs by symbol; one that no step of the class uses may be left out, one that may come later is unknown."""
    used = set().union(*(names(step["formula"]) for step in steps))
    found = {}
    for name, about in one["inputs"].items():
        value = given.get(name)
        if value is None and about["symbol"] in used and about.get("need") != "later":
            raise refuse(
                f"缺少 {name}（{about['title']['zh']}，{about.get('unit', '%')}）",
                f"{name} is missing ({about['title']['en']}, {about.get('unit', '%')})",
            )
        amount = None if value is None else _amount(name, about, value, refuse)
        found[about["symbol"]] = _term(about["symbol"], about, amount, clause="")
    return found


def _amount(name: str, about: Mapping[str, Any], value: Any, refuse: _Refusal) -> Decimal:
    """An input in its unit."""
    text = narrow(str(value)).strip()
    split = _NUMBER.fullmatch(text)
    number = number_of(split[1]) if split and not isinstance(value, bool) else None
    if split is None or number is None:
        raise refuse(f"{name} 的值“{value}”不是数", f"{name}: '{value}' is no number")
    amount, unit = Decimal(f"{number:.15g}"), split[2].strip()
    if unit:
        amount *= Decimal(repr(multiplier(unit, about.get("unit", "1"), where=f"{name}: ")))
    most = about.get("to")
    if not amount.is_finite() or amount < 0 or (most and amount > Decimal(most)):
        raise ValueOutOfRange(name=name, value=text, low="0", high=most or "∞")
    return amount


def _value(step: Mapping[str, Any], uses: tuple[Mapping[str, Any], ...], refuse: _Refusal) -> Decimal | None:
    values = {use["symbol"]: use["value"] for use in uses}
    if None in values.values():
        return None
    try:
        exact = evaluate(step["formula"], values)
    except NoArithmeticError as error:
        raise refuse(f"{step['term']} 算不出数", f"{step['term']} has no value") from error
    told = step.get("round")
    if told:
        return rounded(exact, int(told["digits"]), way=told["way"])
    return rounded(exact, _KEPT, way="half_even")


def _term(
    symbol: str, about: Mapping[str, Any], value: Decimal | None, clause: str | None = None
) -> dict[str, Any]:
    told = about["clause"] if clause is None else clause
    return {
        "symbol": symbol,
        "title": about["title"],
        "value": value,
        "unit": about.get("unit", ""),
        "clause": told,
    }


def _text(value: Decimal | None) -> str | None:
    """A number without the noughts that say nothing; benchmarks keep the digits that are printed."""
    if value is None:
        return None
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if len(shown.partition(".")[2]) == _KEPT else shown


def _plain(step: Step) -> dict[str, Any]:
    uses = [{**use, "value": _text(use["value"])} for use in step.uses]
    return {**asdict(step), "value": _text(step.value), "uses": uses}


def _line(
    symbol: str, title: Mapping[str, str], value: Decimal | None, unit: str, clause: str, lang: Lang
) -> str:
    where = f"  [{_clause(clause, lang)}]" if clause else ""
    return f"  {title[lang]} {symbol} = {_shown(value, unit, lang)}{where}"


def _shown(value: Decimal | None, unit: str, lang: Lang) -> str:
    if value is None:
        return "未知" if lang == "zh" else "unknown"
    whole, point, rest = (_text(value) or "").partition(".")
    return f"{int(whole):,}{point}{rest} {unit}".strip()


def _clause(clause: str, lang: Lang) -> str:
    return clause if lang == "zh" else english({"clause": clause}, "clause")
