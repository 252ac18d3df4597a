"""A page of its own around charts, tables and notes; it loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tanheng.errors import language

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "background:#fff;color:#0f172a}h1{font-size:22px}svg{display:block;margin:1rem 0}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .75rem;border-bottom:1px solid #e2e8f0;text-align:right}"
    "td:first-child,th:first-child{text-align:left}div.wide{overflow-x:auto}"
)


def page(title: str, parts: Sequence[str], notes: Sequence[str] = ()) -> str:
    """A page in the language of the run.

    Parameters
    ----------
    title : str
    parts : sequence of str
        Charts and tables, as SVG and HTML.
    notes : sequence of str
        Sentences below them.

    Examples
    --------
    >>> text = page("a & b", ["<svg></svg>"], ["x < y"])
    >>> "<h1>a &amp; b</h1><svg></svg><p>x &lt; y</p>" in text, "//" in text
    (True, False)
    """
    lang = "zh-CN" if language() == "zh" else "en"
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{''.join(parts)}{said}</body></html>\n"
    )


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts, the first column flush left.

    Examples
    --------
    >>> grid(["a"], [["<"]])
    '<div class="wide"><table><tr><th>a</th></tr><tr><td>&lt;</td></tr></table></div>'
    """
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
