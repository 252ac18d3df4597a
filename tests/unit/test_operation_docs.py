"""What stands in the page on operation and in ``deploy/`` is what the program does."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from tanheng.cli import cli
from tanheng.serve.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (?:`(.*?)`|–) \| (\S+) \| (\S.*) \|$", re.M)


def page(lang: str) -> str:
    return (ROOT / "docs" / lang / "operation.md").read_text(encoding="utf-8")


def options(*path: str) -> set[str]:
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None, path
        command = found
    return {option for one in command.params for option in one.opts}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_setting_is_listed_with_its_variable_and_default(lang: str) -> None:
    listed = {name: (variable, default) for name, variable, default, _, _ in ROW.findall(page(lang))}
    defaults = {one.name: one.default for one in fields(Settings)}
    assert list(listed) == list(defaults)
    for name, (variable, default) in listed.items():
        assert variable == f"TANHENG_{name.upper()}"
        said = str(defaults[name]).lower() if isinstance(defaults[name], bool) else str(defaults[name])
        assert default == said, name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_settings_file_and_the_commands_of_the_page_are_real(lang: str, tmp_path: Path) -> None:
    file = tmp_path / "tanheng.toml"
    file.write_text(
        re.findall(r'```toml title="tanheng.toml"\n(.*?)```', page(lang), re.S)[0], encoding="utf-8"
    )
    assert load_settings(file, {}).public_url == "https://carbon.example"
    commands = re.findall(r"^(?:\S*=\S+ )*tanheng (.*)$", page(lang), re.M)
    assert {one.split()[0] for one in commands} == {"serve", "backup", "restore", "doctor"}
    for one in commands:
        words = shlex.split(one)
        assert {word for word in words if word.startswith("--")} <= options(words[0]), one


def test_the_settings_that_ship_fit() -> None:
    found = load_settings(DEPLOY / "tanheng.toml", {})
    assert (found.secure, found.host, found.require_second_factor) == (True, "127.0.0.1", True)
    assert not found.metrics_from


def test_the_container_file_claims_what_is_so() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    steps = re.findall(r"^([A-Z]+) (.*(?:\\\n.*)*)", text, re.M)
    last = dict(steps)
    assert last["USER"] not in ("root", "0")
    assert f"useradd --system --uid 10001 {last['USER']}" in text
    assert last["VOLUME"] == "/data"
    assert "/api/v1/health" in last["HEALTHCHECK"]
    words = [word.strip('" ') for word in last["CMD"].strip("[]").split(",")]
    assert words[0] == "tanheng"
    assert options(words[1])
    environment = dict(one.split("=") for one in last["ENV"].split())
    found = load_settings(None, environment)
    assert (str(found.data), found.port, found.log_format) == ("/data", int(last["EXPOSE"]), "json")
    for name in re.findall(r"-r (\S+)", text):
        assert (ROOT / name).is_file()
    assert re.search(r"^web:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert extras["postgres"][0] in text


def test_the_unit_runs_a_command_that_exists_as_nobody_special(tmp_path: Path) -> None:
    text = (DEPLOY / "tanheng.service").read_text(encoding="utf-8")
    facts = dict(re.findall(r"^(\w+)=(.*)$", text, re.M))
    words = shlex.split(facts["ExecStart"])
    assert words[0].endswith("/tanheng")
    assert {word for word in words if word.startswith("--")} <= options(words[1])
    assert facts["User"] == "tanheng"
    assert (facts["NoNewPrivileges"], facts["ProtectSystem"], facts["UMask"]) == ("yes", "strict", "0077")
    if shutil.which("systemd-analyze"):
        here = tmp_path / "tanheng.service"
        here.write_text(text.replace(words[0], "/bin/true"), encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--recursive-errors=no", str(here)], capture_output=True, text=True, check=False, env=dict(os.environ)
        )  # fmt: skip
        assert "tanheng.service" not in done.stderr, done.stderr


def test_proxies_set_the_forwarded_head_and_hide_the_measures() -> None:
    nginx, caddy = ((DEPLOY / name).read_text(encoding="utf-8") for name in ("nginx.conf", "Caddyfile"))
    assert "X-Forwarded-For $remote_addr" in nginx
    assert "proxy_add_x_forwarded_for" not in nginx
    for text in (nginx, caddy):
        assert f"127.0.0.1:{Settings().port}" in text
        assert "/api/v1/metrics" in text
        most = int(re.findall(r"(\d+)(?:m;|MB)", text)[0])
        assert most > Settings().upload_mb
