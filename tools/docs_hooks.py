"""MkDocs hook: adds the generated pages, and gives each page the interface and the switch of its language.

Nothing generated is committed: the pages are made of packs and code whenever the site is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docs_code
import docs_tables
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_ENGLISH_ONLY = ("en/", "architecture", "decisions/", "status")


def generated() -> dict[str, str]:
    """Path and Markdown of every generated page of both languages."""
    return {
        f"{lang}/{path}": text.rstrip() + "\n"
        for lang in ("zh", "en")
        for path, text in (docs_tables.pages(lang) | docs_code.pages(lang)).items()
    }


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site."""
    for path, text in generated().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Interface words and language switch of the page's own language."""
    path = page.file.src_uri
    config.theme["language"] = "en" if path.startswith(_ENGLISH_ONLY) else "zh"
    zh, en = ("index.md", "en/index.md") if path.startswith(_ENGLISH_ONLY[1:]) else counterparts(path)
    found = {lang: context["pages_by_path"].get(one) for lang, one in (("zh", zh), ("en", en))} if "pages_by_path" in context else {}
    del found
    config.extra["alternate"] = [
        {"name": "中文", "link": _address(zh, config), "lang": "zh"},
        {"name": "English", "link": _address(en, config), "lang": "en"},
    ]
    return context
