"""What an operator does in the browser: backups, and the first set-up over a network."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from browsing import Site, go, people, running, seen_by
from serving import PASSWORD
from tanheng.serve.first import CODE_FILE

LONG = 30_000


def test_a_backup_is_made_listed_downloaded_and_deleted(tmp_path: Path, browser: Browser, shots: Path) -> None:  # fmt: skip
    people(tmp_path)
    with running(tmp_path, "backup_download = true") as base:
        site = Site(base, tmp_path)
        with seen_by(site, browser, "sys") as page:
            go(page, site, "/gov/admin/backups")
            expect(page.get_by_text("还没有备份")).to_be_visible()
            page.get_by_role("button", name="立即备份").click()
            row = page.locator("tbody tr", has_text=".zip")
            expect(row).to_have_count(1, timeout=LONG)
            expect(row).to_contain_text("完整")
            page.screenshot(path=shots / "backups-zh.png")
            with page.expect_download(timeout=LONG) as told:
                row.get_by_role("link", name="下载").click()
            with zipfile.ZipFile(told.value.path()) as made:
                assert made.testzip() is None
                assert any("manifest" in one for one in made.namelist())
            row.get_by_role("button", name="删除").click()
            page.locator(".ant-popconfirm").get_by_role("button").last.click()
            expect(page.get_by_text("还没有备份")).to_be_visible(timeout=LONG)
        site.close()


def test_over_a_network_the_first_set_up_asks_for_the_code_of_the_console(tmp_path: Path, browser: Browser, shots: Path) -> None:  # fmt: skip
    with running(tmp_path, 'host = "0.0.0.0"') as base:
        site = Site(base, tmp_path)
        with seen_by(site, browser, None) as page:
            go(page, site, "/")
            code = page.get_by_label("一次性代码")
            expect(code).to_be_visible()
            expect(page.get_by_text("启动服务的控制台上所示")).to_be_visible()
            page.screenshot(path=shots / "setup-code-zh.png")
            for label, text in (
                ("单位名称", "某市生态环境局"),
                ("登录名", "root"),
                ("姓名", "管理员"),
                ("密码", PASSWORD),
            ):
                page.get_by_label(label, exact=True).fill(text)
            code.fill("AAAA-AAAA-AAAA-AAAA")
            page.get_by_role("button", name="建立并登录").click()
            expect(page.get_by_role("alert")).to_contain_text("P-023", timeout=LONG)
            kept = (tmp_path / "data" / CODE_FILE).read_text()
            assert kept in (tmp_path / "log.txt").read_text()
            code.fill(kept)
            page.get_by_role("button", name="建立并登录").click()
            expect(page.get_by_role("link", name="管理", exact=True)).to_be_visible(timeout=LONG)
            assert not (tmp_path / "data" / CODE_FILE).exists()
        site.close()
