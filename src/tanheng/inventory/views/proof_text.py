"""A proof as text, in the language of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tanheng.activity.schema import columns
from tanheng.codes import codelist, item_name, term, terms
from tanheng.codes.wording import Both, formula_text, gas_name, list_name, parameter_name, stated, unit_name
from tanheng.errors import language
from tanheng.inventory.methods.method import document_facts

if TYPE_CHECKING:
    from tanheng.inventory.views.proof import Proof

_ROWS, _UNMATCHED = 10, 10


def proof_text(proof: Proof) -> str:
    """The chain line by line: the number, its steps, what is not counted, method and run."""
    zh = language() == "zh"
    lines = [*_head(proof, zh=zh)]
    for step in proof.steps:
        lines += _step(step, zh=zh)
    if proof.step_count > len(proof.steps):
        left = proof.step_count - len(proof.steps)
        lines.append(f"  … 另有 {left} 步未列出" if zh else f"  … and {left} more steps")
    lines += _unmatched(proof, zh=zh)
    lines += [f"  {line}" for line in _lost(proof.steps, zh=zh)]
    document = proof.method["document"]
    lines.append(
        f"  {'方法' if zh else 'method'}: {proof.method['id']} {proof.method['version']} — {_facts(document, zh=zh)}"
    )
    lines += [f"    {'改用' if zh else 'override'}: {note}" for note in proof.method["overridden"]]
    lines.append(f"  {'运行' if zh else 'run'}: {proof.run.get('id')} · digest {proof.digest}")
    return "\n".join(lines)


def _head(proof: Proof, *, zh: bool) -> Iterator[str]:
    cell = ", ".join(_asked(proof, key, value, zh=zh) for key, value in proof.cell.items())
    if proof.value is None:
        yield (
            f"{cell}：未匹配，没有系数，未计入合计"
            if zh
            else f"{cell}: unmatched, it has no coefficient and is not in the total"
        )
        return
    yield f"{cell} = {proof.value:,.9g} {proof.unit}"
    lower = [
        f"{name} {', '.join(codes)}" for name, codes in proof.below.items() if codes != [proof.cell[name]]
    ]
    if proof.cell_count > 1 or lower:
        codes = (f"（{'；'.join(lower)}）" if zh else f" ({'; '.join(lower)})") if lower else ""
        plural = "" if proof.cell_count == 1 else "s"
        yield (
            f"  {proof.cell_count} 个单元格之和{codes}"
            if zh
            else f"  the sum of {proof.cell_count} cell{plural}{codes}"
        )
    if proof.memo:
        yield "  信息项，不计入合计" if zh else "  a memo item: it stands outside the total"
    elif proof.memo_count:
        left = proof.memo_count
        yield (
            f"  另有 {left} 步信息项，不计入此数"
            if zh
            else f"  memo items beside it, not in this number: {left} step{'' if left == 1 else 's'}"
        )


def _step(step: Mapping[str, Any], *, zh: bool) -> Iterator[str]:
    gas, unit = _one(gas_name(step["gas"]), zh=zh), _one(unit_name(step["unit"]), zh=zh)
    yield (
        f"  {step['mass']:.9g} t {gas} = {step['amount']:.15g} {unit} × {step['coefficient']:.9g} t {gas}/{unit}"
        + (f" × GWP {step['gwp']:g}" if step["gwp"] != 1 else "")
    )
    if step["gwp"] != 1 and step["gwp_source"]:
        source = step["gwp_source"]
        yield f"    GWP ({_checked(source['check'])}) {source['factor']} {_facts(source['source'], zh=zh)}"
    yield f"    {_one(formula_text(step['formula']), zh=zh)}  [{step['rule']}; {step['clause'] if zh else step['clause_en']}]"
    for one in step["inputs"]:
        document, number = (
            _facts(one["source"], zh=zh),
            f"{one['value']:.9g} {_one(unit_name(one['unit']), zh=zh)}",
        )
        yield f"      {_parameter(one['name'], zh=zh)} = {number}{_spread(one)}  ({_checked(one['check'])}) {one['factor']} {document}".rstrip()
        if one["why_zh"]:
            yield f"        {one['why_zh'] if zh else one['why_en']}"
    yield f"    {'原始行' if zh else 'rows'}: {step['row_count']}"
    for row in step["rows"][:_ROWS]:
        yield "      " + ", ".join(f"{_column(key)}={_said(key, value, zh=zh)}" for key, value in row.items())


def _one(both: Both, *, zh: bool) -> str:
    return both.zh if zh else both.en


def _checked(check: str) -> str:
    return term(check) if check in terms() else check


def _parameter(name: str, *, zh: bool) -> str:
    """The name of a parameter with the symbol by which a row states it."""
    told = _one(parameter_name(name), zh=zh)
    return name if told == name else f"{told} ({name})"


def _column(name: str) -> str:
    known = columns("activity").get(name)
    return known[f"name_{language()}"] if known else term(name) if name in terms() else name


def _said(name: str, value: Any, *, zh: bool) -> str:
    """A value of a row: codes, units and parameters by their names, all else as the user wrote it."""
    text = str(value)
    if name == "item":
        return item_name(text)
    if name == "unit":
        return _one(unit_name(text), zh=zh)
    if name == "parameters":
        return _one(stated(text), zh=zh)
    if name == "sector" and text in codelist("sectors"):
        return codelist("sectors").label(text, language())
    return text


def _asked(proof: Proof, name: str, value: str, *, zh: bool) -> str:
    """A column and the value of it that was asked for, by their names; a category keeps its code."""
    if name in proof.below:
        listed = codelist(name)
        told = f"{value} {listed.label(value, language())}" if value in listed else value
        return f"{_one(list_name(name), zh=zh)} {told}"
    if name == "gas":
        return f"{_column(name)} {_one(gas_name(value), zh=zh)}"
    return f"{_column(name)} {_said(name, value, zh=zh)}"


def _spread(one: Mapping[str, Any]) -> str:
    """The half width that the user stated for a measured value; those of factors stand in the sheet."""
    told = one["check"] == "measured" and one["uncertainty"] is not None
    return f" ±{one['uncertainty'] * 100:g}%" if told else ""


def _facts(source: Mapping[str, Any], *, zh: bool) -> str:
    return ", ".join(document_facts(source, "zh" if zh else "en"))


def _unmatched(proof: Proof, *, zh: bool) -> Iterator[str]:
    """What of the cell has no coefficient, by reason: each with its amount and unit."""
    count = proof.unmatched_count
    if count and proof.value is not None:
        many = "1 entry that is" if count == 1 else f"{count} entries that are"
        yield f"  未匹配 {count} 项，不在此数之内：" if zh else f"  unmatched, {many} not in this number:"
    if count and proof.undecided:
        columns = ", ".join(proof.undecided)
        yield (
            f"    （未匹配的活动还没有 {columns}，对每个取值都列出）"
            if zh
            else f"    (unmatched activity has no {columns} yet; it is listed for every value)"
        )
    reasons: dict[str, list[dict[str, Any]]] = {}
    for row in proof.unmatched:
        reasons.setdefault(row["reason_zh"] if zh else row["reason_en"], []).append(row)
    shown = 0
    for reason, rows in reasons.items():
        yield f"    {reason}"
        for row in rows[:_UNMATCHED]:
            gas = f" ({row['gas']})" if row.get("gas") else ""
            who = ", ".join(str(row[name]) for name in ("entity", "period", "sector") if row.get(name))
            yield f"      {item_name(str(row['item']))}{gas} {row['amount']:.15g} {row['unit']} · {who}"
            shown += 1
    if count > shown:
        yield f"      … 另有 {count - shown} 项" if zh else f"      … and {count - shown} more"


def _lost(steps: list[dict[str, Any]], *, zh: bool) -> list[str]:
    """A line for each Parquet part that is no longer as it was; all steps name the same parts."""
    said = {
        "gone": ("已不在原处", "is no longer there"),
        "changed": ("在运行保存之后被改动", "was changed after the run was saved"),
    }
    rows = steps[0]["rows"] if steps else []
    return [
        f"数据文件 {row['file']} {said[row['state']][0]}"
        if zh
        else f"part {row['file']} {said[row['state']][1]}"
        for row in rows
        if row.get("state") in said
    ]
