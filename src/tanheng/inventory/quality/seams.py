"""Seams: what the years of several runs show where they meet, by the checks that a run of all of them would have had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tanheng.activity import Finding
from tanheng.activity.checks.base import CheckTables
from tanheng.activity.checks.series import GAP, check_series
from tanheng.inventory.quality.breaks import break_told, breaks, limit
from tanheng.inventory.views.cube import Cube

_KIND = "series_seam"


def points_of(cube: Cube) -> dict[str, pl.DataFrame]:
    """The activity of a run as the series checks of its method see it, and its total, each by period.

    Returns
    -------
    dict of str to DataFrame
        Columns of a series, joined by commas, to these with ``period``, ``amount`` and ``unit``; under the empty text the total [t].
    """
    found = {
        "": cube.by("period")
        .to_polars()
        .select("period", pl.col("emission").alias("amount"), pl.lit("t").alias("unit"))
    }
    for spec in _specs(cube.method):
        names = [name for name in spec["by"] if name in cube.frame.dimensions]
        found[",".join(spec["by"])] = cube.activity([*names, "period"]).drop("emission")
    return found


def seams(
    points: Sequence[Mapping[str, pl.DataFrame]],
    uses: Sequence[pl.DataFrame],
    method: Mapping[str, Any],
    *,
    label: str,
    gas: str,
) -> list[Finding]:
    """What the checks of a series say of the places where one run ends and the next begins.

    Parameters
    ----------
    points : sequence of mapping
        Of each run, as `points_of` gives them; no two hold the same year.
    uses : sequence of DataFrame
        Of each run, as `used` gives them.
    method : mapping
        Whose series checks to run.
    label : str
        What the total is called.
    gas : str
        Of the total.

    Returns
    -------
    list of Finding
        Q-002, Q-040, Q-041 and Q-044 of the total and then of the activity, and Q-045; a year that no run has is told once.

    Examples
    --------
    >>> total = [{"": pl.DataFrame({"period": [year], "amount": [amount], "unit": ["t"]})} for year, amount in (("2019", 1.0), ("2021", 9.0))]
    >>> found = seams(total, [], {"checks": []}, label="甲市", gas="CO2")
    >>> [(one.code, one.rows[0]["previous_period"], one.rows[0]["period"]) for one in found]
    [('Q-041', '2019', '2021'), ('Q-040', '2019', '2021')]
    """
    owner = {str(text)[:4]: at for at, one in enumerate(points) for text in one[""].get_column("period")}
    whole = _checked(
        [one[""].with_columns(entity=pl.lit(label)) for one in points], ["entity"], limit(_KIND) / 100
    )
    for spec in _specs(method):
        frames = [one[",".join(spec["by"])] for one in points if ",".join(spec["by"]) in one]
        each = _checked(frames, list(spec["by"]), float(spec["limit"]))
        whole += [one for one in each if one.code != GAP or _between(one) & owner.keys()]
    if uses:
        whole += [break_told(row, gas) for row in breaks(pl.concat(uses)).iter_rows(named=True)]
    return [one for one in whole if len({owner.get(year) for year in _ends(one)}) > 1]


def _specs(method: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one["series"] for one in method.get("checks") or () if "series" in one]


def _checked(frames: Sequence[pl.DataFrame], by: list[str], most: float) -> list[Finding]:
    if not frames:
        return []
    rows = pl.concat(frames, how="diagonal_relaxed")
    return check_series({"by": by, "limit": most}, CheckTables(rows))


def _ends(finding: Finding) -> tuple[str, str]:
    row = finding.rows[0]
    return str(row["previous_period"])[:4], str(row["period"])[:4]


def _between(finding: Finding) -> set[str]:
    first, last = map(int, _ends(finding))
    return {str(year) for year in range(first + 1, last)}
