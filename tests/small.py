"""A few lines of activity and a few rules, for tests of one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from tanheng.activity.mapping.losses import losses
from tanheng.activity.mapping.mapping import Mapping as SheetMap

PLANT = {"entity": "示例厂", "region": "四川省", "period": "2021"}
COAL = "share_anthracite=0.2; share_bituminous_coal=0.7; share_lignite=0.1"


def activity(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Rows of item, amount and unit; entity, region and period are those of a plant in Sichuan unless told."""
    return pl.DataFrame([PLANT | dict(row) for row in rows], infer_schema_length=None)


def use(item: str, amount: float, unit: str, **more: object) -> dict[str, object]:
    """One row."""
    return {"item": item, "amount": amount, "unit": unit, **more}


WEIGHTED = "gas: CO2e\ngwp: AR5"


def pack(folder: Path, name: str, rules: str, *, gas: str = "gas: CO2") -> Path:
    """Write a method pack of some rules."""
    head = f'format: tanheng-method/1\nid: {name}\nversion: "1"\ntitle: {{zh: 试算, en: Trial}}\n'
    document = "document: {title: 试算, publisher: 试算, year: 2021}\n"
    path = folder / f"{name}.yaml"
    path.write_text(f"{head}{document}{gas}\nrules:\n{rules.strip(chr(10))}\n", encoding="utf-8")
    return path


def taken(mapping: SheetMap) -> SheetMap:
    """A mapping confirmed with all that it loses or guesses."""
    return mapping.confirm([one.key for one in losses(mapping)])
