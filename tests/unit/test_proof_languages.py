"""Proofs, findings and tables of the command line speak one language, for every method that ships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

import tanheng as th
from forms import asked, stated
from tanheng.codes.wording import english
from tanheng.errors import use_language
from tanheng.inventory import load_method, method_files

METHODS = sorted(method_files())
COMPUTED = [one for one in METHODS if not one.startswith("reported")]
"""Those with a form to fill; the others take what was reported."""
HAN = re.compile("[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language("zh")


def everything(method: str) -> th.Inventory:
    """An inventory with a row for every line that the form of a method has, in two years where waste decays."""
    rows = []
    years = ("2022", "2023") if any(rule.model for rule in load_method(method).rules) else ("2023",)
    for at, (line, block) in enumerate(asked.__wrapped__(method)):
        given = stated(line, block, at)
        measured = [
            f"{one.name}={given[one.heading]} {one.unit}" for one in block.shown if one.heading in given
        ]
        if line.activity in {"landfill", "填埋"} and len(years) > 1:
            measured = ["k=0.185 1/year", "doc=0.15"]
        rows += [
            {
                "entity": "Works", "region": "CN-51", "period": year, "item": line.item, "amount": "100", "unit": line.units[0],
                "sector": line.sector, "activity": line.activity, "equipment": (*line.equipment, "")[0],
                "parameters": "; ".join(measured),
            }
            for year in years
        ]  # fmt: skip
    return th.account(pl.DataFrame(rows), method)


@pytest.mark.parametrize("method", COMPUTED)
def test_proofs_and_findings_speak_one_language(method: str, lang: str) -> None:
    found = everything(method)
    cells = found.emissions.unique(["item", "rule"], maintain_order=True).get_column("cell")
    proofs = [found.proof(cell=str(cell)).text() for cell in cells]
    assert proofs
    if lang == "en":
        told = [*proofs, *(one.message() for one in found.findings), *found.unmatched.get_column("reason_en")]
        assert not [line for text in told for line in text.splitlines() if HAN.search(line)]
    formulas = [line.split("  [")[0] for text in proofs for line in text.splitlines() if "  [" in line]
    assert formulas
    assert not [one for one in formulas if CODE.search(one)]


@pytest.mark.parametrize("method", METHODS)
def test_every_clause_and_reason_has_english(method: str) -> None:
    loaded = load_method(method)
    texts = [rule.clause_en for rule in loaded.rules]
    texts += [one.reason_en for rule in loaded.rules for one in rule.parameters.values()]
    texts += [
        table.title_en for rule in loaded.rules for one in rule.parameters.values() for table in one.defaults
    ]
    texts += loaded.document_facts("en")
    assert not [text for text in texts if HAN.search(text)]


def english_texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "en" and isinstance(value, str):
                yield value
            else:
                yield from english_texts(value)
    elif isinstance(node, list):
        for one in node:
            yield from english_texts(one)


@pytest.mark.parametrize("method", METHODS)
def test_english_texts_of_the_packs_name_activities_in_english(method: str) -> None:
    file = Path(th.__file__).parent / "packs" / "methods" / f"{method}.yaml"
    texts = list(english_texts(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert texts
    assert not [text for text in texts if HAN.search(text)]


def test_what_only_a_users_pack_says_in_chinese_is_marked() -> None:
    assert english({"clause": "本厂规程第三条"}, "clause") == "本厂规程第三条 (in Chinese)"
    assert (
        english({"clause": "本厂规程", "clause_en": "Rules of the works"}, "clause") == "Rules of the works"
    )


def test_a_factor_that_is_lacking_is_told_by_names_and_mended_once() -> None:
    table = {
        "entity": ["A"], "region": ["CN-51"], "period": ["1951"], "item": ["电力"], "amount": [1], "unit": ["万kWh"],
    }  # fmt: skip
    told = next(one for one in th.account(table, "cn-enterprise-other").findings if one.code == "I-103")
    assert "库中没有四川省 1951 年适用的值" in told.message("zh")
    assert "The library has no value for Sichuan in 1951" in told.message("en")
    for text in (told.message("zh"), told.message("en")):
        assert ("F-001" in text, CODE.findall(text), text.count("--pack")) == (False, [], 1)


def test_a_proof_begins_with_names(lang: str) -> None:
    table = {"entity": ["A"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    first = th.account(table, "sichuan-park-2022").proof(item="煤品").text().splitlines()[0]
    assert first.startswith({"zh": "品种 煤炭 = ", "en": "item Coal = "}[lang])
