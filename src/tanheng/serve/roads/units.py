"""Units in the language of a document."""

from __future__ import annotations

from tanheng.codes.wording import unit_name
from tanheng.errors import language


def unit_here(unit: str) -> str:
    """The name of a unit in the language of the document.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("en")
    >>> unit_here("万tCO2e")
    '10⁴ t CO₂e'
    """
    return str(getattr(unit_name(unit), language()))
