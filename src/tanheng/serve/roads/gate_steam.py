"""Tables of the supplies of steam among the offsets of a project: three views, where nothing is saved, the numbers used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.gate import Steam, Verdict
from tanheng.pathways.gate.steam import NUMBERS, Views
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.document import Column, Sheet


def steam_sheets(found: Verdict) -> list[Sheet]:
    """Three tables for each supply of steam that the project lists."""
    sheets = []
    supplies = [one for one in found.project.options if one.steam is not None]
    for at, one in enumerate(supplies, 1):
        assert one.steam is not None
        views, title = one.steam.views(found.years), one.title[language()]
        sheets += [
            _views(f"steam-{at}", title, views),
            _even(f"steam-{at}-limits", title, views),
            _numbers(f"steam-{at}-numbers", title, one.steam),
        ]
    return sheets


def _views(name: str, title: str, views: Views) -> Sheet:
    sums = [
        {"term": say("合计", "Together"), "year": int(year), "firm": float(firm), "plant": float(plant), "city": float(city)}
        for year, firm, plant, city in zip(views.years, views.firm, views.plant, views.city, strict=True)
    ]  # fmt: skip
    unit = "t CO₂"
    columns = (
        Column("term", say("项", "Term")), Column("year", say("年", "Year"), "year"), Column("firm", say("用汽企业", "Firm"), "amount", unit),
        Column("plant", say("电厂", "Plant"), "amount", unit), Column("city", say("城市", "City"), "amount", unit),
    )  # fmt: skip
    note = say("负数为减少。企业与电厂之和等于城市：买卖的热只算一次。", "Negative is less. Firm and plant add up to the city: the heat sold and bought is counted once.")  # fmt: skip
    return Sheet(
        name, f"{title} · {say('三个视角', 'three views')}", columns, [*sums, *views.terms().to_dicts()], note
    )


def _even(name: str, title: str, views: Views) -> Sheet:
    columns = (
        Column("year", say("年", "Year"), "year"), Column("loss", say("管损", "Pipe loss"), "share"),
        Column("factor", say("电力因子", "Power factor"), "amount", "t CO₂/MWh"), Column("km", say("距离", "Distance"), "amount", "km"),
    )  # fmt: skip
    return Sheet(
        name,
        f"{title} · {say('不再节约的界限', 'where nothing is saved')}",
        columns,
        views.break_even(),
        say("超过其中任一个，城市就不再节约。", "Beyond any of these the city saves nothing."),
    )


def _numbers(name: str, title: str, steam: Steam) -> Sheet:
    rows = [
        {"number": say(*NUMBERS[key]), "value": _value(one["value"]), "unit": unit_said(one["unit"]),
         "source": one["source"][language()]}
        for key, one in steam.said.items()
    ]  # fmt: skip
    columns = (Column("number", say("数", "Number")), Column("value", say("值", "Value")), Column("unit", say("单位", "Unit")), Column("source", say("出处", "Source")))  # fmt: skip
    return Sheet(name, f"{title} · {say('所用的数', 'its numbers')}", columns, rows)


def _value(value: float | Mapping[Any, float]) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{year}: {one:g}" for year, one in value.items())
    return f"{value:g}"
