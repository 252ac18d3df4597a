"""Files that leave: they say of which inventory, which year and which part they are, in words, laid out for A4."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import openpyxl
import polars as pl
import pytest
from fastapi.testclient import TestClient
from holding import GPC, run

from serving import add, enter, server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    with server(tmp_path_factory.mktemp("sheets")) as client:
        add(client, "wang", ["analyst"])
        yield client, run(client, enter(client, "wang"), GPC, name="示例市清单")


def file(made: tuple[TestClient, str], path: str, form: str = "xlsx", lang: str = "zh", **asked: Any) -> tuple[str, bytes]:  # fmt: skip
    client, name = made
    answer = client.get(
        f"/api/v1/runs/{name}/{path}", params={**asked, "format": form}, headers={"accept-language": lang}
    )
    assert answer.status_code == 200, answer.text
    return unquote(answer.headers["content-disposition"].partition("''")[2]), answer.content


def test_a_table_of_one_year_names_it_in_file_name_and_column(made: Any) -> None:
    asked = {"by": "item", "cell": ["period=2021", "sector=industry"]}
    called, content = file(made, "table", "csv", **asked)
    assert called == "示例市清单-table-2021.csv"
    frame = pl.read_csv(io.BytesIO(content))
    assert frame.columns[:2] == ["period", "sector"]
    assert set(frame.get_column("period")) == {2021}
    called, content = file(made, "coverage", "csv")
    assert called == "示例市清单-coverage-2021.csv", "a judged year that nobody asked for is named too"
    assert pl.read_csv(io.BytesIO(content)).columns[0] == "period"
    called, _ = file(made, "table", "csv", **asked, where="emission>0")
    assert called == "示例市清单-table-2021-筛选.csv"


@pytest.mark.parametrize(("lang", "words"), [("zh", ("品种", "排放量（t CO2e）", "只含", "筛选", "排放量 > 0")), ("en", ("item", "emission [t CO2e]", "Only", "Filter", "emission > 0"))])  # fmt: skip
def test_a_sheet_speaks_in_words_and_tells_what_was_filtered(
    made: Any, lang: str, words: tuple[str, ...]
) -> None:
    _, content = file(
        made, "table", lang=lang, by="item", cell=["period=2021"], where="emission>0", sort="-emission"
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    data, notes = book.worksheets
    heads = [cell.value for cell in data[1]]
    assert {words[0], words[1]} <= set(heads)
    told = {row[0].value: row[1].value for row in notes.iter_rows()}
    assert told[words[2]].endswith("2021")
    assert told[words[3]] == words[4]
    assert "示例市清单" in told.values()
    assert told[f"{'列' if lang == 'zh' else 'Column'} {words[1]}"] == "emission"


def test_every_sheet_is_laid_out_for_a4(made: Any) -> None:
    for path, asked in (
        ("table", {"by": "gpc"}),
        ("gpc", {}),
        ("factors", {}),
        ("findings", {}),
        ("coverage", {}),
    ):
        _, content = file(made, path, **asked)
        for page in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9), path
            assert page.sheet_properties.pageSetUpPr.fitToPage
            assert page.print_title_rows == "$1:$1"
            wide = sum(
                one.width for one in page.column_dimensions.values() for _ in range(one.min, one.max + 1)
            )
            assert wide / (page.page_setup.fitToWidth or 1) <= 190, "too wide to be read on a page"


def test_the_change_between_two_years_sums_exactly(made: Any) -> None:
    client, name = made
    for by in ("item", "sector", "gpc", "gas"):
        asked = {"by": by, "old": "2020", "new": "2021"}
        found = client.get(f"/api/v1/runs/{name}/change", params=asked).json()
        *parts, total = found["rows"]
        assert (total["line"], {row["line"] for row in parts}) == ("total", {"part"})
        for side in ("old", "new", "difference"):
            assert round(sum(round((row[side] or 0) * 1e9) for row in parts)) == round(total[side] * 1e9), (
                by,
                side,
            )
        years = {
            row["period"]: row["emission"]
            for row in client.get(f"/api/v1/runs/{name}/table?by=period").json()["rows"]
        }
        assert (total["old"], total["new"]) == (
            pytest.approx(years["2020"], abs=1e-9),
            pytest.approx(years["2021"], abs=1e-9),
        )
        sizes = [abs(row["difference"]) for row in parts]
        assert sizes == sorted(sizes, reverse=True)
    assert (
        client.get(
            f"/api/v1/runs/{name}/change", params={"by": "item", "old": "2020", "new": "1999"}
        ).status_code
        == 404
    )
    assert (
        client.get(
            f"/api/v1/runs/{name}/change", params={"by": "period", "old": "2020", "new": "2021"}
        ).status_code
        == 422
    )
    called, _ = file(made, "change", by="item", old="2020", new="2021")
    assert called == "示例市清单-change-2020–2021.xlsx"
