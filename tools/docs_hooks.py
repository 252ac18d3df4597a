"""MkDocs hook: adds the generated pages, and gives each page the interface words and the switch of its language.

Nothing generated is committed: the pages are made of packs and code whenever the site is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docs_code
import docs_lists
import docs_tables
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def generated() -> dict[str, str]:
    """Path and Markdown of every generated page of both languages."""
    return {
        f"{lang}/{path}": text.rstrip() + "\n"
        for lang in ("zh", "en")
        for module in (docs_tables, docs_lists, docs_code)
        for path, text in module.pages(lang).items()
    }


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site."""
    for path, text in generated().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Set the interface language, and lead the switch to the same page of the other language."""
    path = page.file.src_uri
    config.theme["language"] = "zh" if path.startswith("zh/") or path == "index.md" else "en"
    config.extra["alternate"] = [
        {"name": name, "link": same_page(path, lang).replace(".md", ".html"), "lang": lang}
        for lang, name in (("zh", "中文"), ("en", "English"))
    ]
    return context


def same_page(path: str, lang: str) -> str:
    """Path of a page in a language; pages of one language alone lead to the home page of the other."""
    home = "index.md" if lang == "zh" else "en/index.md"
    folder, _, rest = path.partition("/")
    if folder == lang:
        return path
    if lang == "zh" and rest.startswith("reference/api-"):
        return "zh/reference/api.md"
    return f"{lang}/{rest}" if folder in {"zh", "en"} and rest != "index.md" else home
