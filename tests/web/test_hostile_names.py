"""Names that are scripts, markup, formulas, or of odd letters: every page shows them as the text that they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import Api, Site, go, people, running, seeded, seen_by

HOSTILE = [
    "<img src=x onerror=hacked()>",
    '"><script>hacked()</script>',
    "<svg onload=hacked()>",
    "javascript:hacked()",
    "{{constructor.constructor('hacked()')()}}",
    "</script><script>hacked()</script>",
    '=HYPERLINK("http://127.0.0.1:9","x")',
    "<a href='javascript:hacked()'>甲</a>",
    "ＺＡＬＧＯ Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "\u202e厂甲\u2066",
    "长" * 180,
    "W" * 180,
    "__proto__",
    "constructor",
    "%s%n ${7*7} `id` $(id)",
    "../../etc/passwd",
    "NULL",
    "0",
]
_MARKS = """() => ({
  run: window.hacked_ran === true,
  made: [...document.querySelectorAll('img[src="x"], svg[onload], a[href^="javascript"], [onerror]')].map((one) => one.outerHTML),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("hostile")
    people(folder)
    with running(folder) as base:
        site = Site(base, folder)
        seeded(site)
        _named(site)
        yield site
        site.close()


def _named(site: Site) -> None:
    api, script = Api(site, "wang"), HOSTILE[0]
    quoted = ['"' + one.replace('"', '""') + '"' for one in HOSTILE]
    good = [f"{one},{2020 + at % 2},煤品,{at + 1},t,{one}" for at, one in enumerate(quoted)]
    bad = [f"{one},2021,{one},-1,{one},{one}" for one in quoted]
    text = "entity,period,item,amount,unit,source\n" + "\n".join([*good, *bad])
    site.ids["file"] = api.upload(f"{script}.csv", text.encode())
    asked = {"upload": site.ids["file"], "name": HOSTILE[1], "why": script}
    site.ids["hostile"] = api.job("/datasets", asked)["dataset"]
    asked = {"dataset": site.ids["hostile"], "method": "sichuan-park-2022", "name": HOSTILE[1], "why": script}
    site.ids["hostile-run"] = api.job("/runs", asked)["run"]
    made = api.http.post(
        "/releases", json={"run": site.ids["hostile-run"], "name": "<svg onload=hacked()>", "why": script}
    )
    site.ids["release"] = made.json()["id"]
    api.http.post("/tokens", json={"name": script}).raise_for_status()
    heads = "|".join(HOSTILE[:6]).replace("|", ",")
    site.ids["headings"] = api.upload("表头.csv", f"{heads}\n1,2,3,4,5,6\n".encode())
    Api(site, "sys").http.post(
        "/people", json={"login": "x", "name": script, "roles": ["analyst"]}
    ).raise_for_status()


def _pages(site: Site) -> dict[str, list[str]]:
    one = site.ids
    run, data = f"/gov/inventory/{one['hostile-run']}", f"/gov/data/{one['hostile']}"
    explore = f"{run}/explore?rows=entity&levels=entity&levels=item&unit=t&view="
    return {
        "wang": [
            "/gov", "/gov/data", f"/gov/data/upload/{one['file']}", f"/gov/data/upload/{one['headings']}",
            *(f"{data}{part}" for part in ("", "/rows", "/refused", "/versions", "/lineage")), "/gov/doubts", "/gov/catalogue",
            f"/gov/catalogue/run/{one['hostile-run']}", "/gov/jobs", "/gov/me", "/gov/inventory", run,
            *(explore + view for view in ("trend", "stacked", "sankey", "treemap")), "/gov/releases", f"/gov/releases/{one['release']}",
        ],
        "sec": ["/gov/admin/people", "/gov/admin/tokens"],
        "aud": ["/gov/admin/audit"],
    }  # fmt: skip


def test_names_are_shown_as_the_text_that_they_are(hostile: Site, browser: Browser, shots: Path) -> None:
    wrong = []
    for login, paths in _pages(hostile).items():
        with seen_by(hostile, browser, login) as page:
            page.add_init_script("window.hacked = () => { window.hacked_ran = true }")
            page.on("dialog", lambda dialog: dialog.dismiss())
            for number, path in enumerate(paths):
                go(page, hostile, path)
                page.screenshot(path=f"{shots}/hostile-{login}-{number:02}.png")
                found = page.evaluate(_MARKS)
                if found["run"] or found["made"] or found["wide"] > 1:
                    wrong.append((path, found))
    assert wrong == []


def test_the_download_of_a_hostile_name_is_a_file_and_no_page(hostile: Site) -> None:
    api = Api(hostile, "wang")
    answer = api.http.get(f"/uploads/{hostile.ids['file']}/file")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "\n" not in answer.headers["content-disposition"]
