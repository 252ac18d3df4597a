"""The analyst's day as far as the data portal goes, by mouse and keyboard."""

from __future__ import annotations

import csv
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, expect

from browsing import DOUBTFUL, STRANGE, Api, Site, drawn, go, people, seen_by
from serving import PASSWORD, SICHUAN

LONG = 20_000


def _enter(page: Page, login: str, password: str = PASSWORD, code: str = "") -> None:
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    if code:
        page.locator("summary").click()
        page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_from_signing_in_to_a_checked_data_set(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, None, lang="en") as page:
        go(page, site, "/gov/data/upload?unit=yi")
        _enter(page, "wang")
        expect(page.get_by_role("heading", name="Upload a file", level=1)).to_be_visible(timeout=LONG)
        assert "unit=yi" in page.url
        page.set_input_files("input[type=file]", SICHUAN)
        expect(page.get_by_text("the file can be read as it stands")).to_be_visible(timeout=LONG)
        page.get_by_label("Data set").fill("Sichuan, by hand")
        page.get_by_role("button", name="Read and check").click()
        expect(page.get_by_role("heading", name="Sichuan, by hand v1")).to_be_visible(timeout=LONG)
        expect(page.get_by_text("Every row passed.")).to_be_visible()
        page.get_by_role("link", name="Rows", exact=True).click()
        expect(page.get_by_role("row").nth(1)).to_contain_text("Coal")
        assert "unit=yi" in page.url


def test_a_strange_file_by_the_mapping_assistant(site: Site, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "quarter.csv"
    file.write_text(STRANGE.replace("联系电话", "年初库存（吨）"), encoding="utf-8")
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/data/upload")
        page.set_input_files("input[type=file]", file)
        read = page.get_by_role("button", name="Read and check")
        expect(read).to_be_disabled(timeout=LONG)
        expect(page.get_by_text("What would be lost")).to_be_visible()
        page.get_by_label("神秘燃料", exact=False).first.fill("coal")
        page.get_by_label("Meaning of 年初库存（吨）").select_option("keep")
        left = page.locator(".checks input:not(:checked)")
        while left.count():
            left.first.check()
        expect(read).to_be_enabled()
        read.click()
        expect(page.get_by_role("heading", name="quarter v1")).to_be_visible(timeout=LONG)
        expect(page.get_by_text("By mapping").first).to_be_visible()
        page.get_by_role("link", name="Rows", exact=True).click()
        expect(page.get_by_text("6 rows")).to_be_visible()


def test_a_doubt_is_answered_and_stays_answered(site: Site, browser: Browser) -> None:
    api = Api(site, "wang")
    upload = api.upload("answer.csv", DOUBTFUL.encode())
    api.job("/datasets", {"upload": upload, "name": "answer"})
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/doubts?where.doubts=code~A-104")
        page.locator("tbody tr").first.press("Enter")
        note = page.get_by_label("Note")
        expect(note).to_be_visible(timeout=LONG)
        expect(page.locator(".ant-drawer-body table")).to_contain_text("斤斤")
        page.locator("select[name=state]").select_option("accepted")
        page.locator("input[name=owner]").fill("li")
        note.fill("asked the plant")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved")).to_be_visible(timeout=LONG)
        page.reload()
        drawn(page)
        expect(page.locator("select[name=state]")).to_have_value("accepted")
        expect(page.get_by_label("Note")).to_have_value("asked the plant")


def test_a_table_is_sorted_filtered_and_exported_as_seen(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/catalogue")
        page.locator("thead").get_by_role("button", name="Name", exact=True).click()
        drawn(page)
        assert "sort.catalogue=name" in page.url
        page.get_by_role("button", name="Filter Kind").click()
        page.locator(".ant-popover select").select_option("upload")
        drawn(page)
        expect(page.locator("tbody")).not_to_contain_text("inventory")
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as kept:
            page.get_by_role("menuitem", name="As seen (CSV)").click()
        rows = list(csv.DictReader(Path(kept.value.path()).read_text(encoding="utf-8-sig").splitlines()))
        assert {row["kind"] for row in rows} == {"upload"}
        assert {row["filter"] for row in rows} == {"kind = upload"}


def test_a_session_that_ended_comes_back_to_the_same_page(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, None, lang="en") as page:
        go(page, site, f"/gov/data/{site.ids['mended']}/versions")
        _enter(page, "li")
        expect(page.get_by_role("heading", name="企业台账 v2")).to_be_visible(timeout=LONG)
        drawn(page)
        page.context.clear_cookies()
        page.get_by_role("link", name="Refused rows").click()
        expect(page.get_by_text("The session has ended")).to_be_visible(timeout=LONG)
        _enter(page, "li")
        expect(page.get_by_role("region", name="Refused rows")).to_be_visible(timeout=LONG)
        assert page.url.split("?")[0].endswith("/refused")


def test_language_and_theme_live_in_the_address(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="zh") as page:
        go(page, site, "/gov/jobs?lang=en&theme=dark")
        expect(page.get_by_role("heading", name="Jobs", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.get_by_role("button", name="中文").click()
        expect(page.get_by_role("heading", name="任务", level=1)).to_be_visible()
        assert "lang=zh" in page.url


def test_the_keyboard_reaches_everything(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/data")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate(
                    "(document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()"
                )
            )
        assert {"Data sets", "Jobs", "Upload a file", "Export", "Filter Data set", "Dark theme"} <= reached
        row = page.locator("tbody tr").first
        row.focus()
        row.press("Enter")
        expect(page.get_by_role("link", name="Check list")).to_be_visible(timeout=LONG)


def test_a_person_is_added_gets_an_area_and_must_set_a_password(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "sys", lang="en") as page:
        go(page, site, "/gov/admin/people")
        page.get_by_role("button", name="Add a person").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Login").fill("zhao")
        dialog.get_by_label("Name").fill("赵工")
        dialog.get_by_label("Analyst").check()
        dialog.get_by_role("button", name="Add a person").click()
        expect(dialog.locator("code")).to_be_visible(timeout=LONG)
        first = dialog.locator("code").inner_text()
    with seen_by(site, browser, "sec", lang="en") as page:
        go(page, site, "/gov/admin/people?where.people=login~zhao")
        page.locator("tbody tr").first.press("Enter")
        page.get_by_role("button", name="Add an area").click()
        page.get_by_label("Code", exact=True).fill("CN-51")
        page.get_by_role("button", name="Save areas").click()
        expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=LONG)
    with seen_by(site, browser, None, lang="en") as page:
        go(page, site, "/gov/data")
        _enter(page, "zhao", first)
        expect(page.get_by_text("Set a new password before anything else.")).to_be_visible(timeout=LONG)
        page.get_by_label("Present password").fill(first)
        page.get_by_label("New password").fill("three blind mice and a cat")
        page.get_by_role("button", name="Change", exact=True).click()
        expect(page.get_by_role("heading", name="Data sets", level=1)).to_be_visible(timeout=LONG)
        expect(page.get_by_text("企业台账").first).to_be_visible(timeout=LONG)


def test_a_second_factor_and_a_token_of_ones_own(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, None, lang="en") as page:
        go(page, site, "/gov/me")
        _enter(page, "qian")
        expect(page.get_by_role("heading", name="Second factor")).to_be_visible(timeout=LONG)
        page.locator("input[name=name]").fill("script")
        page.get_by_role("button", name="Make a token").click()
        token = page.locator(".secret code").first
        expect(token).to_be_visible(timeout=LONG)
        page.locator("form", has=page.get_by_role("button", name="Set up")).locator("input").fill(PASSWORD)
        page.get_by_role("button", name="Set up").click()
        secret = page.locator(".panel:has-text('Second factor') .secret code").first
        expect(secret).to_be_visible(timeout=LONG)
        page.locator("input[name=code]").fill(pyotp.TOTP(secret.inner_text()).now())
        page.get_by_role("button", name="Turn on").click()
        expect(page.get_by_text("Recovery codes, each good once")).to_be_visible(timeout=LONG)


def test_administrators_see_what_is_theirs_and_the_chain_is_verified(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "sec", lang="en") as page:
        go(page, site, "/gov/admin")
        expect(page.get_by_role("link", name="People")).to_be_visible()
        expect(page.get_by_role("link", name="Audit", exact=True)).to_have_count(0)
    with seen_by(site, browser, "aud", lang="en") as page:
        go(page, site, "/gov/admin")
        page.get_by_role("button", name="Verify").click()
        expect(page.get_by_text("stands", exact=True)).to_be_visible(timeout=LONG)
        expect(page.locator(".secret code")).to_contain_text(":")


def test_an_empty_server_is_set_up_and_says_what_to_do_next(
    empty: Site, browser: Browser, shots: Path
) -> None:
    with seen_by(empty, browser, None, lang="en") as page:
        go(page, empty, "/")
        expect(page.get_by_text("First use")).to_be_visible()
        page.screenshot(path=shots / "setup-en.png")
        page.get_by_label("Organisation").fill("某市生态环境局")
        page.get_by_label("Login").fill("root")
        page.get_by_label("Name", exact=True).fill("管理员")
        page.get_by_label("Password", exact=True).fill("short")
        page.get_by_role("button", name="Set up and sign in").click()
        expect(page.get_by_role("alert").first).to_contain_text("[P-0", timeout=LONG)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Set up and sign in").click()
        expect(page.get_by_role("navigation", name="Sections")).to_be_visible(timeout=LONG)
    people(empty.folder)
    with seen_by(empty, browser, "wang", lang="en") as page:
        for path, title in (("data", "No data sets yet"), ("doubts", "No doubts"), ("jobs", "No jobs yet")):
            go(page, empty, f"/gov/{path}")
            expect(page.get_by_text(title)).to_be_visible()
            page.screenshot(path=shots / f"empty-{path}-en.png")
        go(page, empty, "/gov/data")
        page.get_by_role("button", name="Upload a file").last.click()
        expect(page.get_by_role("heading", name="Upload a file", level=1)).to_be_visible(timeout=LONG)


def test_a_failed_job_says_why(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/jobs?where.jobs=state=failed")
        expect(page.locator("tbody tr").first).to_contain_text("A-001")
        page.locator("tbody tr").first.press("Enter")
        expect(page.locator(".ant-drawer-body .error-text")).to_contain_text("A-001", timeout=LONG)
        expect(page.get_by_role("button", name="Try again").first).to_be_visible()


def test_what_breaks_is_said_in_its_place(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/data/nosuchdataset")
        expect(page.get_by_role("alert")).to_contain_text("T-0")
        expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
