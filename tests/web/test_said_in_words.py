"""What tables and notices of the portal say: places and permissions by name, synthetic files by a mark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browsing import SMALL, Api, Site, go, seen_by

LONG = 30_000
CODE = re.compile(r"\bCN-\d")
ROWS = "entity,region,period,item,amount,unit\n" + "".join(
    f"合成厂,CN-5101,{year},柴油,{year - 2000},t\n" for year in (2020, 2021)
)


@pytest.fixture(scope="module")
def chengdu(site: Site) -> dict[str, str]:
    """A synthetic data set of Chengdu from a file of its own, with a run and a proposal."""
    api = Api(site, "wang")
    upload = api.upload("合成厂.csv", ROWS.encode())
    data = {"upload": upload, "name": "合成厂", "region": "CN-5101", "synthetic": True}
    dataset = api.job("/datasets", data)["dataset"]
    run = api.job("/runs", {"dataset": dataset, "method": "cn-energy-2011", "name": "合成厂"})["run"]
    proposed = api.http.post("/releases", json={"run": run, "name": "合成厂", "why": "初稿"})
    assert proposed.status_code == 201, proposed.text
    return {"upload": upload, "dataset": dataset, "run": run}


@pytest.mark.parametrize(("lang", "name"), [("zh", "成都市"), ("en", "Chengdu")])
def test_places_stand_by_their_names(
    site: Site, chengdu: dict[str, str], browser: Browser, shots: Path, lang: str, name: str
) -> None:
    tables = ("/gov/releases", "/gov/inventory", "/gov/data", f"/gov/data/{chengdu['dataset']}/rows")
    with seen_by(site, browser, "wang", lang=lang) as page:
        for number, path in enumerate(tables):
            go(page, site, path)
            cell = page.locator("main td").filter(has=page.locator("[title='CN-5101']")).first
            expect(cell).to_contain_text(name, timeout=LONG)
            assert CODE.search(page.locator("main .data-table").inner_text()) is None, path
            page.screenshot(path=shots / f"words-places-{number}-{lang}.png")
        go(page, site, f"/gov/overview?run={chengdu['run']}")
        chosen = page.locator("main select option:checked")
        expect(chosen).to_contain_text(name, timeout=LONG)
        assert CODE.search(chosen.inner_text()) is None


def test_a_synthetic_file_is_marked_wherever_it_is_listed(
    site: Site, chengdu: dict[str, str], browser: Browser, shots: Path
) -> None:
    with seen_by(site, browser, "wang", size=SMALL) as page:
        for path in ("/gov/data/upload", "/gov/catalogue"):
            go(page, site, path)
            row = page.get_by_role("row").filter(has_text="合成厂.csv")
            expect(row).to_contain_text("合成数据", timeout=LONG)
        go(page, site, "/gov/catalogue?where.catalogue=name~重点企业.csv")
        expect(page.get_by_role("row").filter(has_text="重点企业.csv").first).not_to_contain_text("合成数据")
        go(page, site, f"/gov/catalogue/upload/{chengdu['upload']}")
        here = page.locator(".lineage li.here")
        expect(here).to_contain_text("合成数据", timeout=LONG)
        page.screenshot(path=shots / "words-synthetic-lineage.png")
        go(page, site, f"/gov/data/upload/{chengdu['upload']}")
        expect(page.locator("input[name=synthetic]")).to_be_checked(timeout=LONG)
        page.screenshot(path=shots / "words-synthetic-file.png")


@pytest.mark.parametrize(("lang", "name"), [("zh", "审批发布"), ("en", "Approve releases")])
def test_permissions_stand_by_one_name(site: Site, browser: Browser, lang: str, name: str) -> None:
    with seen_by(site, browser, "sec", lang=lang) as page:
        go(page, site, "/gov/admin/roles")
        expect(page.get_by_role("rowheader", name=name)).to_be_visible(timeout=LONG)
        assert re.search(r"\b[a-z]+\.[a-z]+\b", page.locator("main table").inner_text()) is None
    with seen_by(site, browser, "li", lang=lang) as page:
        go(page, site, "/gov/me")
        expect(page.locator("fieldset.ticks")).to_contain_text(name, timeout=LONG)
