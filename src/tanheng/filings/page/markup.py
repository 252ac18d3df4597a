"""HTML as values: text is escaped unless it is markup already, so that no user's text can become an element."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import TypeAlias

from tanheng.codes.wording import Both

_TAG = re.compile(r"<[^>]*>")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Markup(str):
    """Text that is markup and is not escaped again."""

    __slots__ = ()


def plain(text: str) -> str:
    """What markup says; text that is none stays as it is.

    Examples
    --------
    >>> plain(Markup("<b>CO&amp;</b>")), plain("<b>")
    ('CO&', '<b>')
    """
    return html.unescape(_TAG.sub("", text)) if isinstance(text, Markup) else text


Content: TypeAlias = "str | int | Both | Iterable[Content] | None"


def escape(text: str) -> Markup:
    """Text as markup: marks of HTML, control characters and changes of writing direction lose their effect.

    Examples
    --------
    >>> escape("<b>&" + chr(0)) == "&lt;b&gt;&amp;" + chr(0xFFFD)
    True
    >>> escape(Markup("<b>"))
    '<b>'
    """
    if isinstance(text, Markup):
        return text
    return Markup(html.escape(_DIRECTION.sub("", _UNPRINTABLE.sub("\ufffd", text)), quote=True))


def render(content: Content) -> Markup:
    """Content as markup; a pair of languages becomes two elements of which the page shows one.

    Examples
    --------
    >>> render(Both("吨", "t"))
    '<span class="zh" lang="zh">吨</span><span class="en" lang="en">t</span>'
    """
    match content:
        case None:
            return Markup("")
        case Both(zh=zh, en=en):
            if zh == en:
                return escape(zh)
            return Markup(
                f'<span class="zh" lang="zh">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>'
            )
        case str():
            return escape(content)
        case int():
            return escape(f"{content:,}")
        case _:
            return Markup("".join(render(one) for one in content))


def tag(name: str, *content: Content, **attributes: str | int | float | None) -> Markup:
    """One element.

    Parameters
    ----------
    name : str
        Name of the element.
    *content
        Text (escaped), markup, pairs of languages, or lists of them.
    **attributes
        ``class_`` is ``class``, ``data_t`` is ``data-t``; None leaves an attribute out.

    Examples
    --------
    >>> tag("a", "A & B", href="#x", class_="link", title=None)
    '<a href="#x" class="link">A &amp; B</a>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{render(content)}</{name}>")
