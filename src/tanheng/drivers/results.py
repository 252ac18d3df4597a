"""What a decomposition found: steps, chains, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity import Finding
from tanheng.charts import grid, page, waterfall
from tanheng.charts.waterfall import number
from tanheng.codes.wording import column_said
from tanheng.drivers.lmdi import Form, Method
from tanheng.drivers.series import factor_said
from tanheng.errors import language
from tanheng.inventory import Table
from tanheng.inventory.writing import writing


@dataclass(frozen=True)
class Step:
    """The change between two periods: ``change`` of the total and its ``effects``; ratios in the multiplicative form.

    ``by`` has the same effects for each value of each column of cells, ``ranges`` the p5 and p95 of each effect and the share
    of draws with its sign, where uncertainties were given.
    """

    start: str
    end: str
    change: float
    effects: dict[str, float]
    residual: float
    by: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    ranges: dict[str, dict[str, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The step as plain data: from, to, change, effects, residual."""
        told: dict[str, Any] = {
            "from": self.start, "to": self.end, "change": self.change, "effects": self.effects, "residual": self.residual,
        }  # fmt: skip
        extra = {"by": self.by, "ranges": self.ranges}
        return told | {name: value for name, value in extra.items() if value}

    def times(self, scale: float) -> Step:
        """The step in another unit, of which ``scale`` make one."""
        by = {
            column: {value: {name: one * scale for name, one in own.items()} for value, own in values.items()}
            for column, values in self.by.items()
        }
        ranges = {
            name: {key: one if key == "same_sign" else one * scale for key, one in own.items()}
            for name, own in self.ranges.items()
        }
        effects = {name: one * scale for name, one in self.effects.items()}
        return Step(self.start, self.end, self.change * scale, effects, self.residual * scale, by, ranges)


@dataclass(frozen=True)
class Decomposition:
    """Effects of factors on a total, for each place: ``steps`` between periods, ``chained`` over all, ``unchained`` at once.

    Effects are in the unit of the total; in the multiplicative form they are ratios, whose product is that of the totals. ``titles``
    are what factors are called in both languages, where that is not their name.
    """

    total: str
    factors: list[str]
    method: Method
    form: Form
    steps: dict[str, list[Step]]
    chained: dict[str, Step]
    unchained: dict[str, Step]
    findings: list[Finding]
    totals: dict[str, tuple[float, float]] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def called(self, factor: str) -> str:
        """What a factor is called in the language of the run.

        Examples
        --------
        >>> from tanheng.drivers import decompose
        >>> data = {"year": [2015, 2020], "population": [2.0, 4.0], "rate": [5.0, 5.0], "co2": [10.0, 20.0]}
        >>> found = decompose(data, total="co2", factors=["population", "rate"], period="year")
        >>> found.called("population"), found.called("rest")
        ('人口', '其余')
        """
        return self.titles[factor][language()] if factor in self.titles else factor_said(factor)

    def times(self, scale: float) -> Decomposition:
        """Effects in another unit, of which ``scale`` make one of the table's; ratios stay.

        Examples
        --------
        >>> from tanheng.drivers import decompose
        >>> data = {"year": [2015, 2020], "people": [2.0, 4.0], "each": [5.0, 5.0], "co2": [10.0, 20.0]}
        >>> decompose(data, total="co2", factors=["people", "each"], period="year").times(1e4).chained[""].change
        100000.0
        """
        totals = {place: (low * scale, high * scale) for place, (low, high) in self.totals.items()}
        if self.form != "additive":
            return replace(self, totals=totals)
        return replace(
            self, totals=totals,
            steps={place: [step.times(scale) for step in steps] for place, steps in self.steps.items()},
            chained={place: step.times(scale) for place, step in self.chained.items()},
            unchained={place: step.times(scale) for place, step in self.unchained.items()},
        )  # fmt: skip

    def table(self) -> Table:
        """One row for each place, step and factor: place, kind, from, to, change, factor, effect, p5, p95, residual."""
        rows = [
            {
                "place": place, "kind": kind, "from": step.start, "to": step.end, "change": step.change, "factor": name,
                "effect": effect, "p5": step.ranges.get(name, {}).get("p5"), "p95": step.ranges.get(name, {}).get("p95"),
                "residual": step.residual,
            }
            for place in self.steps
            for kind, held in (
                ("step", self.steps[place]), ("chained", [self.chained[place]]), ("unchained", [self.unchained[place]])
            )
            for step in held
            for name, effect in step.effects.items()
        ]  # fmt: skip
        schema = dict.fromkeys(["place", "kind", "from", "to"], pl.String) | {
            "change": pl.Float64,
            "factor": pl.String,
        }
        schema |= dict.fromkeys(["effect", "p5", "p95", "residual"], pl.Float64)
        return Table(pl.DataFrame(rows, schema=schema), f"{self.total} · {self.method} · {self.form}")

    def charts(self, unit: str = "") -> list[str]:
        """A waterfall for each place, as SVG: chained effects from the first total to the last [unit]; none of ratios.

        Examples
        --------
        >>> from tanheng.drivers import decompose
        >>> data = {"year": [2015, 2020], "people": [2.0, 4.0], "each": [5.0, 3.0], "co2": [10.0, 12.0]}
        >>> decompose(data, total="co2", factors=["people", "each"], period="year").charts()[0].count("<rect")
        4
        """
        if self.form != "additive":
            return []
        return [
            waterfall(
                " · ".join(filter(None, [place, column_said(self.total)])),
                *self.totals[place],
                {self.called(name): effect for name, effect in step.effects.items()},
                ends=(step.start, step.end),
                unit=unit,
            )
            for place, step in self.chained.items()
        ]

    def to_html(self, path: str | Path) -> Path:
        """Write charts, effects of every step and what is to be said beside them as one page that loads nothing.

        Raises
        ------
        CannotWrite
            When the file cannot be written.
        """
        zh = language() == "zh"
        several = list(self.steps) != [""]
        heads = [*(["地区" if zh else "Place"] if several else []), "时期" if zh else "Periods"]
        heads += ["变化" if zh else "Change", *map(self.called, self.factors)]
        rows = [
            [
                *([place] if several else []),
                f"{step.start}–{step.end}",
                number(step.change, signed=True),
                *(number(one, signed=True) for one in step.effects.values()),
            ]
            for place, steps in self.steps.items()
            for step in [*steps, self.chained[place]]
        ]
        notes = [f"{self.method}, {self.form}", *(finding.message() for finding in self.findings)]
        with writing(path) as file:
            text = page(column_said(self.total), [*self.charts(), grid(heads, rows)], notes)
            file.write_text(text, encoding="utf-8")
        return file

    def _repr_html_(self) -> str:
        return "".join(self.charts()[:3]) + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data; with places, ``places`` holds steps, chained and unchained of each."""
        told: dict[str, Any] = {
            "total": self.total, "factors": self.factors, "method": self.method, "form": self.form,
        }  # fmt: skip
        per = [
            {
                "place": place,
                "steps": [step.to_dict() for step in self.steps[place]],
                "chained": self.chained[place].to_dict(),
                "unchained": self.unchained[place].to_dict(),
            }
            for place in self.steps
        ]
        if list(self.steps) == [""]:
            told |= {name: value for name, value in per[0].items() if name != "place"}
        else:
            told["places"] = per
        return told | {"findings": [finding.to_dict() for finding in self.findings]}
