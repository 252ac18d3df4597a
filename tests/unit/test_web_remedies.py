"""What a page says to do can be done on a page: no command and no option of the command line."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import tanheng
from tanheng.activity import Finding
from tanheng.activity.findings import catalogue
from tanheng.errors import LANGS, TanhengError, UnknownUnit, use_front, web_remedies

COMMAND = re.compile(r"tanheng [a-z]+|--[a-z]|\bformat=|\bmethod=")
OF_THE_SERVER = {"P-021", "P-022", "R-012", "R-015", "W-040"}
"""What can be done on the server alone."""


def _errors(kind: type[TanhengError]) -> Iterator[type[TanhengError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _errors(one)


def test_no_mend_of_the_web_is_a_command() -> None:
    for module in pkgutil.walk_packages(tanheng.__path__, "tanheng."):
        if not module.name.startswith(("tanheng.cli", "tanheng.__main__")):
            importlib.import_module(module.name)
    usual = {one.code: [one.remedy_zh, one.remedy_en] for one in _errors(TanhengError)}
    usual |= {code: [row["remedy_zh"], row["remedy_en"]] for code, row in catalogue().items()}
    commands = {code for code, texts in usual.items() if any(COMMAND.search(text) for text in texts)}
    assert commands - OF_THE_SERVER <= set(web_remedies())
    assert set(web_remedies()) <= set(usual)
    for row in web_remedies().values():
        for lang in LANGS:
            assert row[lang]
            assert not COMMAND.search(row[lang]), row


def test_an_error_and_a_finding_say_it_for_where_they_are_read() -> None:
    error = UnknownUnit(where="", unit="袋", expected="t")
    finding = Finding("A-143", {"value": "a", "version": "1", "method": "b", "current": "2"})
    assert "tanheng units" in error.message("zh")
    assert "tanheng template" in finding.message("en")
    try:
        use_front("web")
        assert "tanheng units" not in error.message("zh")
        assert "on the page of the method, or choose a " in finding.message("en")
    finally:
        use_front("shell")
