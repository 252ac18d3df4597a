"""What the tests of the web application share: people, data, and pages as somebody sees them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

import tanheng.serve
from serving import PASSWORD, SICHUAN
from tanheng.access import add_person
from tanheng.access.people import tenant_id
from tanheng.record.platform import Platform

ROOT = Path(__file__).parent.parent
STATIC = Path(tanheng.serve.__file__).parent / "static"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SMALL, LARGE = (1366, 768), (1920, 1080)
TENANT = "四川省生态环境厅"
PEOPLE = {
    "wang": ("王工", ["analyst"], [("region", "CN-51")]),
    "li": ("李审", ["approver", "reviewer"], [("region", "CN-51")]),
    "qian": ("钱工", ["analyst"], [("region", "CN-51")]),
    "sys": ("系统员", ["system_admin"], [("all", "")]),
    "sec": ("安全员", ["security_admin"], [("all", "")]),
    "aud": ("审计员", ["audit_admin"], [("all", "")]),
}
DOUBTFUL = """entity,period,item,amount,unit,source
甲厂,2020,煤炭,100,t,台账
甲厂,2021,煤炭,900,t,台账
甲厂,2021,煤炭,abc,t,台账
乙厂,2021,柴油,-5,t,台账
乙厂,2021,神秘燃料,5,t,台账
丙厂,2021,汽油,7,斤斤,台账
丙厂,20a1,汽油,7,t,台账
"""
METERS = "名称,数值,单位,不确定度\n总表,100,t,1\n一车间,66,t,1\n二车间,40,t,1\n锅炉,25,t,1\n窑,35,t,1\n"
STRANGE = """某市重点企业能源消费表,,,,
单位名称,燃料种类,2021年（吨）,2022年（吨）,联系电话
甲厂,柴油,5,6,13900000000
乙厂,汽油,7,8,13900000001
丙厂,神秘燃料,1,2,13900000002
"""


@dataclass
class Site:
    """A running server: where, over which folder, and the ids of what was put in."""

    base: str
    folder: Path
    ids: dict[str, str] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    clients: list[httpx.Client] = field(default_factory=list)
    windows: dict[tuple[str, str, bool], Window] = field(default_factory=dict)

    def close(self) -> None:
        """Let go of the connections and of the windows that were kept open."""
        for window in self.windows.values():
            held = window.page.context
            if held.browser and held.browser.is_connected():
                held.close()
        for client in self.clients:
            client.close()


def chromium() -> str | None:
    """Debian's browser."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def people(folder: Path) -> None:
    """Somebody for every role."""
    platform = Platform(folder / "data", None)
    with platform.writing() as connection:
        tenant = tenant_id(connection, TENANT)
        for login, (name, roles, areas) in PEOPLE.items():
            add_person(
                connection, tenant=tenant, login=login, name=name, password=PASSWORD, roles=roles, areas=areas
            )


@contextlib.contextmanager
def running(folder: Path, more: str = "") -> Iterator[str]:
    """`tanheng serve` over a folder: where; `more` are lines of its settings."""
    if not (STATIC / "index.html").is_file():
        pytest.skip("the web application is not built: make web")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "settings.toml"
    settings.write_text(
        f"rate_person = 0\nrate_source = 0\nrate_sign_in = 0\nrate_exports = 0\n{more}\n", encoding="utf-8"
    )
    command = [
        sys.executable, "-m", "tanheng", "serve", "--data", folder / "data", "--port", str(port), "--config", settings
    ]  # fmt: skip
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base, process, folder / "log.txt")
            yield base
        finally:
            process.terminate()
            process.wait(20)


def _wait(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{base}/api/v1/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


class Api:
    """The API as somebody uses it."""

    def __init__(self, site: Site, login: str) -> None:
        self.http = httpx.Client(base_url=f"{site.base}/api/v1", timeout=60)
        site.clients.append(self.http)
        me = self.http.post("/session", json={"login": login, "password": PASSWORD})
        assert me.status_code == 201, me.text
        self.http.headers["x-csrf-token"] = me.json()["csrf"]

    def upload(self, name: str, content: bytes) -> str:
        answer = self.http.post("/uploads", files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def job(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(path, json=asked)
        assert answer.status_code == 202, answer.text
        ends = time.monotonic() + 90
        while time.monotonic() < ends:
            found = self.http.get(f"/jobs/{answer.json()['job']}").json()
            if found["state"] in ("done", "failed", "cancelled"):
                return dict(found["done"])
            time.sleep(0.05)
        raise AssertionError(found)


def seeded(site: Site) -> Site:
    """Two versions of a data set with refused rows and doubts, the Sichuan data with a run, a strange file, a failed job."""
    api = Api(site, "wang")
    site.ids["strange"] = api.upload("重点企业.csv", STRANGE.encode())
    doubtful = api.upload("台账.csv", DOUBTFUL.encode())
    site.ids["doubtful"] = api.job("/datasets", {"upload": doubtful, "name": "企业台账"})["dataset"]
    mended = api.upload("台账.csv", DOUBTFUL.replace("-5", "5").encode())
    site.ids["mended"] = api.job("/datasets", {"upload": mended, "name": "企业台账", "why": "改正负数"})[
        "dataset"
    ]
    site.ids["upload"] = api.upload(SICHUAN.name, SICHUAN.read_bytes())
    site.ids["sichuan"] = api.job("/datasets", {"upload": site.ids["upload"], "name": "四川2021"})["dataset"]
    asked = {"dataset": site.ids["sichuan"], "method": "sichuan-park-2022", "name": "四川2021"}
    site.ids["run"] = api.job("/runs", asked)["run"]
    compared = {"name": "台账与四川", "enterprises": [site.ids["mended"]], "balance": site.ids["sichuan"]}
    site.ids["sources"] = api.job("/sources/bottom-up", compared)["sources"]
    meters = {
        "name": "表计",
        "measurements": api.upload("表计.csv", METERS.encode()),
        "constraints": ["一车间 + 二车间 = 总表", "锅炉 + 窑 = 一车间"],
    }
    site.ids["meters"] = api.job("/sources/measurements", meters)["sources"]
    broken = api.upload("空.csv", b"a,b\n")
    api.job("/datasets", {"upload": broken, "name": "空表"})
    return site


@dataclass
class Window:
    """A page, what it asked of other hosts, what broke in it, and what the API sent it by address."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def sent(self) -> str:
        """What the API sent since it was last looked at; what it need not send again, as it was sent before."""
        return "\n".join(self.texts.get(one, "") for one in self.asked)

    def forget(self) -> None:
        """Begin anew."""
        for one in (self.elsewhere, self.errors, self.asked):
            one.clear()

    def sound(self) -> None:
        """Nothing was asked of another host, and nothing broke."""
        assert self.elsewhere == [], f"asked of another host: {self.elsewhere}"
        assert self.errors == [], f"said by the browser: {self.errors}"


def _opened(site: Site, browser: Browser, login: str | None, lang: str, dark: bool, size: tuple[int, int]) -> Window:  # fmt: skip
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", accept_downloads=True,
        storage_state=_signed_in(site, login) if login else None, locale="zh-CN" if lang == "zh" else "en-GB",
    )  # fmt: skip
    context.add_init_script(
        f"localStorage.setItem('tanheng-lang', '{lang}'); localStorage.setItem('tanheng-theme', '{'dark' if dark else 'light'}')"
    )
    window = Window(context.new_page())

    def asks(url: str) -> None:
        if not url.startswith((site.base, "data:", "blob:")):
            window.elsewhere.append(url)

    def answers(answer: Response) -> None:
        if answer.status >= 500:
            window.errors.append(answer.url)

    def says(said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 4" not in said.text:
            window.errors.append(said.text)

    window.page.on("request", lambda asked: asks(asked.url))
    window.page.on("response", answers)
    window.page.on("pageerror", lambda error: window.errors.append(str(error)))
    window.page.on("console", says)
    return window


@contextlib.contextmanager
def seen_by(
    site: Site,
    browser: Browser,
    login: str | None,
    *,
    lang: str = "zh",
    dark: bool = False,
    size: tuple[int, int] = SMALL,
) -> Iterator[Page]:
    """A page of the browser, signed in; nothing may be asked of another host, and nothing may break."""
    window = _opened(site, browser, login, lang, dark, size)
    try:
        yield window.page
        window.sound()
    finally:
        window.page.context.close()


@contextlib.contextmanager
def seen_again(site: Site, browser: Browser, login: str, *, lang: str, dark: bool) -> Iterator[Window]:
    """The window that somebody keeps open while they look at many pages: what is loaded once is not loaded again."""
    key = (login, lang, dark)
    if key not in site.windows:
        site.windows[key] = _opened(site, browser, login, lang, dark, SMALL)
        site.windows[key].page.on("response", lambda answer: _kept(site.windows[key], answer))
    window = site.windows[key]
    window.forget()
    window.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    try:
        yield window
        window.sound()
    except BaseException:
        site.windows.pop(key).page.context.close()
        raise


def _kept(window: Window, answer: Response) -> None:
    if text := said(answer):
        window.texts[answer.url] = text
    window.asked.add(answer.url)


def said(answer: Response) -> str:
    """What the API sent."""
    if "/api/" not in answer.url or "/events" in answer.url or answer.status == 304:
        return ""
    try:
        return answer.text()
    except Exception:
        return ""


def go(page: Page, site: Site, path: str) -> None:
    """Open a page and wait until it is drawn."""
    page.goto(f"{site.base}{path}")
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until the page says that everything is drawn."""
    page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=30_000)


def state_of(client: httpx.Client) -> Any:
    """The session of a client, as a browser takes it."""
    cookies = [
        {
            "name": one.name,
            "value": one.value or "",
            "domain": "127.0.0.1",
            "path": "/",
            "httpOnly": True,
            "sameSite": "Strict",
        }
        for one in client.cookies.jar
    ]
    return {"cookies": cookies, "origins": []}


def _signed_in(site: Site, login: str) -> Any:
    if login not in site.states:
        api = Api(site, login)
        site.states[login] = state_of(api.http)
    return site.states[login]
