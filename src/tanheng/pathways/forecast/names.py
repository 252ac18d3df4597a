"""What models are called, from packs/rules/forecast_models.csv."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files

from tanheng.codes.wording import Both


@functools.cache
def _names() -> dict[str, Both]:
    with (files("tanheng.packs") / "rules" / "forecast_models.csv").open(encoding="utf-8") as stream:
        return {row["code"]: Both(row["name_zh"], row["name_en"]) for row in csv.DictReader(stream)}


def model_name(model: str) -> Both:
    """The name of a model in both languages.

    Examples
    --------
    >>> model_name("naive").zh
    '沿用末值'
    """
    return _names()[model]
