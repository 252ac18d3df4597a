"""What a release of factors says of itself is said in both languages."""

from __future__ import annotations

import re

from tanheng.codes import codelist
from tanheng.codes.wording import passage, wording
from tanheng.errors import LANGS
from tanheng.factors import load_factors
from tanheng.factors.documents import document_of
from tanheng.serve.shelf import document_address


def test_all_equipment_and_activities_of_the_factors_have_names() -> None:
    names, rows = codelist("equipment"), list(load_factors())
    assert {row.equipment for row in rows if row.equipment} <= set(names)
    for lang in LANGS:
        labels = [names.label(code, lang) for code in names]
        assert len(set(labels)) == len(labels)
    unsaid = {row.activity for row in rows if row.activity and wording(row.activity).zh == row.activity}
    assert {one for one in unsaid if not one.startswith("GWP")} == set()


def test_where_factors_were_read_is_said_in_chinese() -> None:
    address = re.compile(r"[\w./:@-]*[/@:][\w./:@-]*|\(PyPI[^)]*\)|EF ID \d+|[a-z]+_[a-z_]+")
    refs = {
        passage(row.source_ref).zh
        for row in load_factors()
        if "public code" in row.source_ref or "paper" in row.source_ref
    }
    assert [one for one in refs if not re.search("[\u4e00-\u9fff]", address.sub("", one))] == []
    assert passage("the Sichuan paper").zh == "四川论文"


def test_a_document_that_is_not_on_the_shelf_is_no_link() -> None:
    row = next(iter(load_factors()))
    assert document_address(row.source) == f"/api/v1/documents/{document_of(row.source)}"
    assert document_address({"title": "报告者自己的文件"}) is None
    assert document_address(None) is None
