"""What was wrong, in words: with a field of a request, and as a page for a browser that goes to an address."""

from __future__ import annotations

import csv
import functools
import html
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from tanheng.errors import Lang, fill

_BACK = {"zh": ("未能完成", "回到碳衡"), "en": ("It could not be done", "Back to Tanheng")}


def page(said: str, lang: Lang) -> str:
    """A page that says what was wrong, with the way back."""
    title, back = _BACK[lang]
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title} · 碳衡</title>'
        '<meta name="viewport" content="width=device-width"><body style="font:16px/1.7 sans-serif;max-width:40em;'
        f'margin:15vh auto;padding:0 1.5em"><h1 style="font-size:1.4em">{title}</h1><p>{html.escape(said)}</p>'
        f'<p><a href="/">{back}</a></p></body></html>'
    )


@functools.cache
def _faults() -> dict[str, dict[str, str]]:
    with (files("tanheng.packs") / "rules" / "request_faults.csv").open(encoding="utf-8") as stream:
        return {row["type"]: row for row in csv.DictReader(stream)}


def fault(one: Mapping[str, Any], lang: Lang) -> str:
    """What is wrong with a field of a request: ``name: at least 1 character``."""
    where = ".".join(str(part) for part in one["loc"] if part not in ("body", "query", "path"))
    known = _faults().get(one["type"])
    return f"{where}: {fill(known[lang], one.get('ctx') or {}) if known else one['msg']}"
