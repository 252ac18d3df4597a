"""A proof in words: names of codes, units, parameters and documents in the language of the request, and cells as spreadsheets name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tanheng.codes.wording import formula_text, gas_name, parameter_name, passage, published, unit_name
from tanheng.errors import language
from tanheng.inventory.methods.method import document_facts
from tanheng.inventory.views.explore import name_of

if TYPE_CHECKING:
    from tanheng.inventory.views.cube import Cube

_DIMS = ("region", "sector", "item", "part", "gas", "scope", "equipment")


def worded(proof: Mapping[str, Any], cube: Cube) -> dict[str, Any]:
    r"""A proof with words beside its codes.

    Parameters
    ----------
    proof : mapping
        `Proof.to_dict`.
    cube : Cube

    Returns
    -------
    dict
        Each step with ``names`` of its codes, ``unit_said``, ``gas_said`` and ``formula_said``; each input with ``said``, ``unit_said``,
        ``published_said``, ``cited`` and ``read_said``; each row with ``unit_said`` and ``cell``, such as 能源!D17, where the file has columns; the method with ``cited``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import tanheng as th
    >>> from tanheng.inventory.views.cube import Cube
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("主体,时期,品种,数量,单位\n四川省,2021,煤品,1,万吨\n", encoding="utf-8")
    >>> cube = Cube(th.account(folder / "a.csv", "sichuan-park-2022").save(folder / "run"))
    >>> step = worded(cube.proof({"item": "煤品"}).to_dict(), cube)["steps"][0]
    >>> step["names"]["item"], step["unit_said"], step["inputs"][0]["said"], step["rows"][0]["cell"]
    ('煤炭', '万吨', '排放因子', 'D2')
    """
    letters = cube.frame.activity.letters
    steps = [_step(step, cube, letters) for step in proof["steps"]]
    method = proof["method"]
    cell = {
        name: [name_of(cube, name, one) for one in text.split(", ")] for name, text in proof["cell"].items()
    }
    return {
        **proof, "steps": steps, "method": {**method, "cited": _cited(method["document"])}, "cell_names": cell,
        "unmatched": [{**row, **_row_words(row, {})} for row in proof["unmatched"]],
    }  # fmt: skip


def _step(step: Mapping[str, Any], cube: Cube, letters: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    gwp = step["gwp_source"]
    return {
        **step,
        "names": {name: name_of(cube, name, str(step[name])) for name in _DIMS if step.get(name)},
        "unit_said": _one(unit_name(step["unit"])),
        "gas_said": _one(gas_name(step["gas"])),
        "formula_said": _one(formula_text(step["formula"])),
        "gwp_source": {**gwp, "cited": _cited(gwp["source"])} if gwp else None,
        "inputs": [_input(one) for one in step["inputs"]],
        "rows": [{**row, **_row_words(row, letters)} for row in step["rows"]],
    }


def _input(one: Mapping[str, Any]) -> dict[str, Any]:
    said = {"said": parameter_name(one["name"]), "unit_said": unit_name(one["unit"])}
    if one.get("published"):
        said["published_said"] = published(str(one["published"]))
    return {
        **one,
        **{name: _one(both) for name, both in said.items()},
        "cited": _cited(one.get("source") or {}),
        "read_said": _one(passage(str((one.get("source") or {}).get("ref") or ""))),
    }


def _row_words(row: Mapping[str, Any], letters: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    unit = {"unit_said": _one(unit_name(str(row["unit"])))} if row.get("unit") else {}
    sheet = str(row.get("sheet") or "")
    own = letters.get(sheet) or {}
    named = [str(row[name]) for name in ("reported_gas", "item", "period") if row.get(name)]
    letter = next((own[name] for name in [*named, ""] if name in own), None)
    if not letter or row.get("row") is None:
        return unit
    return {**unit, "cell": f"{sheet}!{letter}{row['row']}" if sheet else f"{letter}{row['row']}"}


def _cited(source: Mapping[str, Any]) -> str:
    """A document as it is cited, in the language of the request."""
    mark = "，" if language() == "zh" else ", "
    return mark.join(document_facts(source, language()))


def _one(both: Any) -> str:
    return str(both.zh if language() == "zh" else both.en)
