"""Settings: from a file, the environment and the command line, each overriding the one before."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

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
    largest upload; ``workers`` how many jobs run at once; ``secure`` marks cookies for HTTPS alone.
    """

    data: Path = Path("tanheng-data")
    host: str = "127.0.0.1"
    port: int = 8000
    database: str = ""
    upload_mb: int = 512
    workers: int = 1
    secure: bool = False
    idle_minutes: int = 30
    longest_hours: int = 12
    failures: int = 5
    locked_minutes: int = 15


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
    "int": ("正整数", "a positive whole number"),
    "bool": ("true 或 false", "true or false"),
    "str": ("文字", "text"),
    "Path": ("路径", "a path"),
}


def _value(file: str, name: str, value: Any) -> Any:
    types = {field.name: str(field.type) for field in fields(Settings)}
    if name not in types:
        listed = ", ".join(types)
        raise SettingInvalid(
            file=file,
            name=name,
            value=value,
            expected_zh=f"其中之一：{listed}",
            expected_en=f"one of {listed}",
        )
    kind = types[name]
    text = str(value).strip()
    if kind == "int" and text.isdigit() and int(text) > 0:
        return int(text)
    if kind == "bool" and text.casefold() in ("true", "false", "1", "0"):
        return text.casefold() in ("true", "1")
    if kind == "str":
        return text
    if kind == "Path" and text:
        return Path(text)
    zh, en = _EXPECTED[kind]
    raise SettingInvalid(file=file, name=name, value=value, expected_zh=zh, expected_en=en)
