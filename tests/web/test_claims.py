"""The gate of a road: a project judged by its file alone, its offsets claimed after a confirmation, and released with a reason."""

from __future__ import annotations

import re

import pytest
import yaml
from playwright.sync_api import Browser, expect

from a_road import flat
from browsing import Api, Site, go, seen_by

LONG = 60_000
FEW = {"draws": 200}


@pytest.fixture(scope="module")
def gate(site: Site) -> str:
    """The page of the gate of Sichuan's road, with a verdict."""
    api = Api(site, "wang")
    files = [api.upload(name, content) for name, content in flat().items()]
    road = api.job("/roads", {"name": "准入之路", "files": files, "region": "CN-51"})["road"]
    api.job(f"/roads/{road}/analyses", {"kind": "gate", "options": FEW})
    return f"/gov/roads/{road}/gate"


def small() -> bytes:
    data = yaml.safe_load(flat()["project.yaml"])
    data |= {"id": "small-mill", "title": {"zh": "小造纸厂", "en": "Small paper mill"}}
    for one in data["changes"]:
        one["amount"] = 0.1
    return yaml.safe_dump(data, allow_unicode=True).encode()


def test_offsets_are_claimed_and_released_by_an_approver(site: Site, browser: Browser, gate: str) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, gate)
        expect(page.get_by_text("尚未登记；由审批员登记")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("登记抵消"))).to_have_count(0)
        expect(page.get_by_text("还没有登记", exact=True)).to_be_visible()
    with seen_by(site, browser, "li") as page:
        go(page, site, gate)
        page.get_by_role("button", name=re.compile("登记抵消")).click()
        expect(page.get_by_text("全部登记，或一条也不登记。")).to_be_visible()
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_text("这次判定的抵消已登记")).to_be_visible(timeout=LONG)
        register = page.get_by_role("table", name="登记簿")
        expect(register.get_by_text("电厂供汽替代企业锅炉").first).to_be_visible()
        expect(register.get_by_text("化工园区一期").first).to_be_visible()
        expect(register.get_by_text("合成数据").first).to_be_visible()
        register.get_by_role("button", name="释放").first.click()
        form = page.get_by_role("form", name="释放")
        form.get_by_label("理由").fill("厂没有建")
        form.get_by_role("button", name="释放").click()
        expect(form).to_have_count(0)
        expect(register.get_by_text("厂没有建")).to_be_visible()
    with seen_by(site, browser, "wang", lang="en", dark=True) as page:
        go(page, site, gate)
        register = page.get_by_role("table", name="Register")
        expect(register.get_by_text("Steam from a power plant instead of boilers").first).to_be_visible()
        expect(register.get_by_text(re.compile("Released 厂没有建 · li"))).to_be_visible()
        expect(register.get_by_role("button", name="Release")).to_have_count(0)


def test_a_project_is_judged_by_its_file_alone(site: Site, browser: Browser, gate: str) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, gate)
        page.get_by_text("Options", exact=True).click()
        page.get_by_label("A file for this analysis alone").set_input_files(
            {"name": "mill.yaml", "mimeType": "application/yaml", "buffer": small()}
        )
        expect(page.get_by_role("listitem").filter(has_text="mill.yaml")).to_be_visible()
        page.get_by_role("button", name="Run", exact=False).first.click()
        expect(page.get_by_text(re.compile("^Small paper mill → Sichuan: Admitted"))).to_be_visible(
            timeout=LONG
        )
        expect(page.get_by_text("This verdict has no offsets to claim")).to_be_visible()
        page.get_by_label(re.compile("^Analyses")).select_option(index=1)
        expect(page.get_by_text(re.compile("^Chemical park, first stage → Sichuan"))).to_be_visible()
