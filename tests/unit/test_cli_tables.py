"""Tables of the command line: what users write is shown as it is, and numbers stay in one piece however narrow the window."""

import pytest

from tanheng.cli.common import table


def test_names_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table([{"name": "[/bold] 甲 [red]:car:"}], {"name": "[b]名称"}, title="[i]清单[/]")
    said = capsys.readouterr().out
    for text in ("[/bold] 甲 [red]:car:", "[b]名称", "[i]清单[/]"):
        assert text in said


def test_numbers_are_not_cut_in_a_narrow_window(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    amount = "1,234,567,890.12"
    title = "一个很长的标题" * 20
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    rows = [{"name": "很长的名称" * 8, "a": amount, "b": amount, "c": amount, "d": amount}]
    table(
        rows, {"name": "名称", **dict.fromkeys("abcd", "金额合计")}, title=title, right=("a", "b", "c", "d")
    )
    said = capsys.readouterr().out
    assert said.count(amount) == 4
    assert title in said
