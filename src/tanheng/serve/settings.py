"""Settings: from a file, the environment and the command line, each overriding the one before."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tanheng.access.sources import listed
from tanheng.errors import TanhengError

_PREFIX = "TANHENG_"


class SettingInvalid(TanhengError):
    """A setting that does not exist or whose value does not fit."""

    code = "W-001"
    zh = "{file}设置“{name}”的值“{value}”不可用，应为{expected_zh}。"
    en = "{file}Setting '{name}' cannot be '{value}'; expected {expected_en}."


@dataclass(frozen=True)
class Settings:
    """What an operator may set; docs/operation lists each.

    ``data`` is the folder that holds everything; ``database`` another database than SQLite in it; ``upload_mb`` the
    largest upload; ``workers`` how many jobs run at once; ``secure`` marks cookies for HTTPS alone; ``public_url`` is
    the address by which people reach the server through a proxy. The ``rate_…`` are requests a minute,
    ``at_once`` those of one person at a time; 0 for no limit.
    """

    data: Path = Path("tanheng-data")
    host: str = "127.0.0.1"
    port: int = 8000
    database: str = field(default="", repr=False)
    upload_mb: int = 512
    quota_mb: int = 102_400
    mapping_mb: int = 32
    workers: int = 1
    lease_seconds: int = 30
    secure: bool = False
    idle_minutes: int = 30
    longest_hours: int = 12
    failures: int = 5
    locked_minutes: int = 15
    source_failures: int = 50
    password_days: int = field(default=0, metadata={"least": 0})
    require_second_factor: bool = False
    public_url: str = ""
    rate_person: int = field(default=1_200, metadata={"least": 0})
    rate_source: int = field(default=6_000, metadata={"least": 0})
    rate_sign_in: int = field(default=30, metadata={"least": 0})
    rate_exports: int = field(default=60, metadata={"least": 0})
    at_once: int = field(default=6, metadata={"least": 0})
    backup_folder: str = ""
    backup_download: bool = False
    metrics_from: str = field(default="", metadata={"networks": True})
    trusted_proxies: str = field(default="127.0.0.1", metadata={"networks": True})
    log_format: str = field(default="text", metadata={"choices": ("text", "json")})
    log_level: str = field(default="info", metadata={"choices": ("debug", "info", "warning", "error")})
    secret_key: str = field(default="", repr=False, metadata={"environment": True})
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_secret: str = field(default="", repr=False, metadata={"environment": True})


def load_settings(
    file: Path | None = None, environment: Mapping[str, str] | None = None, **stated: Any
) -> Settings:
    """Settings of a TOML file, then ``TANHENG_…`` of the environment, then what was stated.

    Raises
    ------
    SettingInvalid

    Examples
    --------
    >>> load_settings(environment={"TANHENG_PORT": "9000"}).port
    9000
    """
    known = {field.name: field for field in fields(Settings)}
    found: dict[str, Any] = {}
    if file is not None:
        for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found[name] = _value(f"{file}: ", name, value)
    env = os.environ if environment is None else environment
    for name in known:
        if _PREFIX + name.upper() in env:
            found[name] = _value("", name, env[_PREFIX + name.upper()])
    found |= {name: _value("", name, value) for name, value in stated.items() if value is not None}
    return Settings(**found)


_EXPECTED = {
    "int": ("不小于 {least} 的整数", "a whole number of {least} or more"),
    "bool": ("true 或 false", "true or false"),
    "str": ("文字", "text"),
    "Path": ("路径", "a path"),
}


def _value(file: str, name: str, value: Any) -> Any:
    known = {field.name: field for field in fields(Settings)}
    if name not in known:
        listed = ", ".join(known)
        raise SettingInvalid(
            file=file,
            name=name,
            value=value,
            expected_zh=f"其中之一：{listed}",
            expected_en=f"one of {listed}",
        )
    kind, least = str(known[name].type), known[name].metadata.get("least", 1)
    text = str(value).strip()
    if file and known[name].metadata.get("environment"):
        raise SettingInvalid(
            file=file, name=name, value="…", expected_zh=f"只写在环境变量 {_PREFIX}{name.upper()} 中",
            expected_en=f"stated in the environment variable {_PREFIX}{name.upper()} alone",
        )  # fmt: skip
    if kind == "int" and text.isdecimal() and int(text) >= least:
        return int(text)
    if kind == "bool" and text.casefold() in ("true", "false", "1", "0"):
        return text.casefold() in ("true", "1")
    choices = known[name].metadata.get("choices")
    if choices and text not in choices:
        listed = " | ".join(choices)
        raise SettingInvalid(file=file, name=name, value=value, expected_zh=listed, expected_en=listed)
    if known[name].metadata.get("networks") and not _networks(text):
        raise SettingInvalid(file=file, name=name, value=value, expected_zh="地址或网段，逗号分隔，如 10.0.0.0/8",
                             expected_en="addresses or networks with commas between them, as 10.0.0.0/8")  # fmt: skip
    if kind == "str":
        return text
    if kind == "Path" and text:
        return Path(text)
    zh, en = (one.format(least=least) for one in _EXPECTED[kind])
    raise SettingInvalid(file=file, name=name, value=value, expected_zh=zh, expected_en=en)


def _networks(text: str) -> bool:
    try:
        return bool([ipaddress.ip_network(one) for one in listed(text)]) or not text
    except ValueError:
        return False
