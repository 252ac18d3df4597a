"""Documents of analyses as the server makes them, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tanheng.errors import LANGS, Lang, use_language
from tanheng.serve.roads.document import Document
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.options import chosen
from tanheng.serve.roads.places import Opened


def made(folder: Path, kind: str, lang: Lang = "zh", **asked: Any) -> Document:
    """The document of an analysis of the files of a folder; its plain form is JSON."""
    use_language(lang)
    files = sorted(one.name for one in folder.iterdir())
    found = KINDS[kind].make(Opened(folder, files), chosen(KINDS[kind].options, asked, files))
    json.dumps(found.to_dict(), allow_nan=False)
    return found


def rows(found: Document, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet, every column of which they have."""
    sheet = next(one for one in found.sheets if one.name == name)
    keys = {column.key for column in sheet.columns}
    assert all(keys <= set(row) for row in sheet.rows)
    return [dict(row) for row in sheet.rows]


def written_after_the_other_language(folder: Path, kind: str, **asked: Any) -> None:
    """The document in each language is the same whether or not the other was written first of what was computed."""
    files = sorted(one.name for one in folder.iterdir())
    options = chosen(KINDS[kind].options, asked, files)

    def written(opened: Opened, lang: Lang) -> dict[str, Any]:
        use_language(lang)
        return KINDS[kind].make(opened, options).to_dict()

    alone = {lang: written(Opened(folder, files), lang) for lang in LANGS}
    for order in (LANGS, LANGS[::-1]):
        opened = Opened(folder, files)
        for lang in order:
            assert written(opened, lang) == alone[lang], (kind, order, lang)
