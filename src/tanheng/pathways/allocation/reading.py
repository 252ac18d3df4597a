"""Participants from a table: which column is what, and past emissions as the mean of base years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tanheng.activity.clean import number_of
from tanheng.activity.reading.panel import Panel, read_panel
from tanheng.pathways.allocation.methods import AllocationInvalid, Floats, Participants


def read_participants(
    file: Path, *, by: str, emissions: str = "", base: str = "", benchmarks: Mapping[str, float | str] | None = None,
    indicators: Mapping[str, int] | None = None, outputs: Sequence[str] = (),
) -> Participants:  # fmt: skip
    """Who shares, from CSV or Excel.

    Parameters
    ----------
    file : Path
        A row for each participant, or with ``base`` for each participant and year.
    by : str
        Column of the participants.
    emissions : str, optional
        Column of past emissions [t].
    base : str, optional
        Base years, whose mean is taken: ``2018`` or ``2018-2020``.
    benchmarks, indicators, outputs
        As of `Participants`.

    Returns
    -------
    Participants

    Raises
    ------
    AllocationInvalid
        Where no column is named, and for base years that are none or that a participant lacks.
    PanelInvalid, PanelUnclear, InputUnreadable
        As of `read_panel`.
    """
    rates, signs = dict(benchmarks or {}), dict(indicators or {})
    rated = [value for value in rates.values() if isinstance(value, str)]
    wanted = list(dict.fromkeys([*([emissions] if emissions else []), *rates, *rated, *signs, *outputs]))
    if not wanted:
        raise _wrong("没有写明所用的列", "it names no column that is used")
    panel = read_panel(file, values=wanted, by=[by], dated=bool(base))
    names, columns = _of_base(panel, base)
    own = dict(zip(wanted, columns.values(), strict=True))
    return Participants(names, own[emissions] if emissions else None, own, rates, list(outputs), signs)


def rate_of(text: str) -> tuple[str, float | str]:
    """A column of output and its benchmark, a number or a column, from ``output=1.8``.

    Raises
    ------
    AllocationInvalid

    Examples
    --------
    >>> rate_of("steel=1.8"), rate_of("steel=rate")
    (('steel', 1.8), ('steel', 'rate'))
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise _wrong(f"“{text}”应为 产量列=基准值", f"'{text}' should be COLUMN=VALUE")
    number = number_of(value)
    return name.strip(), value.strip() if number is None else number


def sign_of(text: str) -> tuple[str, int]:
    """A column of an indicator and whether more of it gives more, from ``column``, ``column:+`` or ``column:-``.

    Examples
    --------
    >>> sign_of("population"), sign_of("intensity:-")
    (('population', 1), ('intensity', -1))
    """
    name, _, sign = text.strip().rpartition(":")
    if sign in {"+", "-"} and name:
        return name.strip(), 1 if sign == "+" else -1
    return text.strip(), 1


def _of_base(panel: Panel, base: str) -> tuple[tuple[str, ...], dict[str, Floats]]:
    names = tuple(dict.fromkeys(group[0] for group in panel.groups))
    own = np.array([group[0] for group in panel.groups])
    taken = np.ones(len(own), bool)
    if base:
        match = re.fullmatch(r"\s*(\d{4})\s*(?:[-~–至]\s*(\d{4})\s*)?", base)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise _wrong(f"基准年“{base}”应如 2018-2020", f"base years '{base}' should be such as 2018-2020")
        first, last = int(match[1]), int(match[2] or match[1])
        taken = (panel.years >= first) & (panel.years <= last)
        for name in names:
            if int(taken[own == name].sum()) != last - first + 1:
                raise _wrong(
                    f"“{name}”缺少基准年 {base} 的数据", f"'{name}' lacks data of the base years {base}"
                )
    return names, {
        column: np.array([values[taken & (own == name)].mean() for name in names]) for column, values in panel.values.items()
    }  # fmt: skip


def _wrong(zh: str, en: str) -> AllocationInvalid:
    return AllocationInvalid(method="–", detail_zh=zh, detail_en=en)
