"""Inventories that others reported, by the GPC: read row by row, totalled, and set against the list of categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity import Finding, parse_period
from tanheng.activity.activity import sha256
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.sheets import apart
from tanheng.activity.text import one_line
from tanheng.errors import NotFound, SeveralInventories
from tanheng.inventory.categories.covering import Coverage, coverage
from tanheng.inventory.categories.gpc import GRAMS, leaves, total_rows, totals
from tanheng.inventory.categories.notation import user_keys
from tanheng.inventory.reported.about import read_about
from tanheng.inventory.reported.formats import ECRF, GASES, Layout, fields, known_headings, layouts
from tanheng.inventory.reported.refused import refused_back
from tanheng.inventory.reported.rows import Checked, Row, check_rows, refused_row
from tanheng.workbooks import column_letters

_FIRST = {
    "reference": pl.String, "category": pl.String, "subsector": pl.String, "sector": pl.String, "scope": pl.Int64,
    "level": pl.String, "notation": pl.String, "reason": pl.String, "emission_g": pl.Int64,
}  # fmt: skip
_LAST = {"gas_check": pl.String, "sheet": pl.String, "row": pl.Int64}
_REFUSED = dict.fromkeys(
    ("sheet", "code", "reference", "notation", "emission", "unit", "reason_zh", "reason_en"), pl.String
)
_KINDS = {"text": pl.String, "number": pl.Float64, "gas": pl.Int64, "memo": pl.Int64}


def schema() -> dict[str, Any]:
    """Columns of a reported inventory with their types; masses end in ``_g`` and are whole grams.

    Examples
    --------
    >>> list(schema())[:4], schema()["co2_g"]
    (['reference', 'category', 'subsector', 'sector'], Int64)
    """
    found = {
        f"{name}_g" if kind in {"gas", "memo"} else name: _KINDS[kind]
        for name, kind in fields().items()
        if kind in _KINDS and name not in {"reference", "notation", "unit", "reason"}
    }
    return {**_FIRST, **found, **_LAST}


def refused_schema() -> dict[str, Any]:
    """Columns of the rows that are not counted, with their types.

    Examples
    --------
    >>> list(refused_schema())[:4]
    ['row', 'sheet', 'code', 'reference']
    """
    return {"row": pl.Int64, **_REFUSED}


@dataclass(frozen=True)
class Reported:
    """A reported inventory.

    ``frame`` has one row per report: ``reference`` as written, its ``category``, ``subsector``, ``sector``, ``scope``,
    ``level``, ``notation`` with ``reason``, ``emission_g`` [g CO2e, whole; null where there is none], gases, activity,
    factors, source, and the ``sheet`` and ``row`` where it stood. ``refused`` has the rows that are not counted. Of the
    ``rows_read`` each is kept, refused, ``unanswered`` or one of ``total_rows``, which add up others. ``letters`` says by
    sheet in which column of the file an emission stands: of a gas, or of all under the empty text.
    """

    name: str
    format: str
    frame: pl.DataFrame
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=refused_schema()))
    findings: list[Finding] = field(default_factory=list)
    rows_read: int = 0
    unanswered: int = 0
    total_rows: int = 0
    about: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def blank_references(self) -> int:
        """Rows that were refused as they name no category."""
        return self.refused.filter(pl.col("code") == "I-201").height

    @property
    def refused_notation_keys(self) -> dict[str, int]:
        """Unknown notation keys with the number of rows that were refused for them."""
        unknown = self.refused.filter(pl.col("code") == "I-202")
        return dict(unknown.group_by("notation").len().sort("notation").iter_rows())

    def totals(self) -> dict[str, float]:
        """BASIC, additions, territorial, scopes 1 to 3 and other scope 3, t CO2e; see `gpc.totals`.

        ``doubtful_t`` is what rows with both a key and an emission add to them.
        """
        doubtful = self.frame.filter(pl.col("notation") != "").get_column("emission_g")
        return {**totals(self.frame), "doubtful_t": _tonnes(doubtful)}

    def gases(self) -> dict[str, float]:
        """Emission by gas, t CO2e, of rows whose gases add up to the total; the rest is ``not_split``. VI is left out."""
        counted = self.frame.filter(pl.col("level") != "other")
        split = counted.filter(pl.col("gas_check").is_in(["sums", "rounded"]))
        found = {gas: _tonnes(split.get_column(f"{gas}_g")) for gas in GASES}
        rest = _grams(counted.get_column("emission_g")) - sum(
            _grams(split.get_column(f"{gas}_g")) for gas in GASES
        )
        return {**found, "not_split": rest / GRAMS}

    def coverage(self) -> Coverage:
        """Every category of the GPC as estimated, explained by a notation key, or unanswered, by subsector."""
        known = {category.code: category for category in leaves()}
        groups = {category.code: category.subsector for category in known.values()}
        more = (
            self.frame.filter(~pl.col("category").is_in(list(groups)))
            .select("category", "subsector")
            .unique(maintain_order=True)
        )
        groups.update(dict(more.iter_rows()))
        values = self.frame.select("category", (pl.col("emission_g") / GRAMS).alias("emission"))
        keys = self.frame.filter(pl.col("notation") != "").select("category", "notation", "reason")
        return coverage(values, "gpc", notation=keys, categories=sorted(groups, key=_order), groups=groups)

    def to_polars(self) -> pl.DataFrame:
        """The rows with masses in tonnes (``emission_t``, ``co2_t`` …) beside everything else."""
        masses = [name for name in self.frame.columns if name.endswith("_g")]
        return self.frame.select(
            (pl.col(name) / GRAMS).alias(f"{name[:-2]}_t") if name in masses else pl.col(name)
            for name in self.frame.columns
        )

    def to_dict(self) -> dict[str, Any]:
        """The object that ``tanheng inventory read --json`` prints."""
        covered = self.coverage()
        return {
            "file": self.name,
            "format": self.format,
            **self.totals(),
            "rows_by_total": total_rows(self.frame),
            "gases_t": self.gases(),
            "unit": "t CO2e",
            "rows": self.rows_read,
            "kept": self.frame.height,
            "unanswered_rows": self.unanswered,
            "total_rows": self.total_rows,
            "refused": self.refused.height,
            "refused_notation_keys": self.refused_notation_keys,
            "blank_references": self.blank_references,
            "refused_rows": self.refused.to_dicts(),
            "coverage": covered.counts(),
            "subsectors": covered.by_group().to_dicts(),
            "findings": [finding.to_dict() for finding in [*self.findings, *covered.findings]],
            "about": dict(self.about),
        }


def read_reported(
    path: str | Path,
    *,
    format: str | None = None,
    map_keys: Mapping[str, str] | None = None,
    sheet: str | Sequence[str] | None = None,
    year: str | int | None = None,
) -> Reported:
    r"""Read an inventory that was reported by the GPC and check every row of it.

    Parameters
    ----------
    path : path
        CSV in any common encoding, or Excel.
    format : str, optional
        ``citycatalyst-csv``, ``ecrf-xlsx`` or ``long``; found by the header unless told.
    map_keys : mapping of str to str, optional
        What a notation key that is none of NO, NE, IE, C means, such as ``{"RN": "NE"}``.
    sheet : str or sequence of str, optional
        Which sheets hold the inventory; needed where several have its header, as nothing tells whether they are its parts,
        other years or copies.
    year : str or int, optional
        Which year; needed where the column of years has several.

    Returns
    -------
    Reported
        Rows that cannot be placed or counted are refused, each with its reason; nothing is taken as zero.

    Raises
    ------
    InputUnreadable
        When the file is no table or lacks the header of the format.
    SeveralInventories
        When several sheets or years are left to choose from.
    NotFound
        When there is no such format, sheet or year.
    UnknownCode
        When a key is mapped to what is no notation key.

    Source
    ------
    Global Protocol for Community-Scale Greenhouse Gas Inventories (GPC) 1.1, chapters 2 to 4 (recalled).

    Examples
    --------
    >>> import tempfile
    >>> text = "reference,emission,unit,notation,reason\nI.1.1,1.5,kt CO2e,,\nI.4.4,2000,t CO2e,,\nI.1.2,,,IE,in I.2.2\n"
    >>> path = Path(tempfile.mkdtemp()) / "city.csv"
    >>> _ = path.write_text(text, encoding="utf-8")
    >>> found = read_reported(path)
    >>> found.format, found.totals()["basic_t"], found.totals()["territorial_only_t"], found.coverage().counts()["IE"]
    ('long', 1500.0, 2000.0, 1)
    """
    file = Path(path)
    keys = user_keys(map_keys or {})
    sheets = read_cells(file, headings=known_headings())
    chosen = layouts(sheets, format)
    shown = _shown(chosen, [sheet] if isinstance(sheet, str) else list(sheet or ()))
    wanted = None if year is None else (parse_period(str(year)) or str(year))[:4]
    parts = [check_rows(layout, keys, year=wanted) for layout in shown]
    misfits, told = _misfits(shown)
    hidden = [_hidden(layout) for layout in chosen if layout.cells.hidden and layout not in shown]
    found = _joined(parts)
    aside = _one_year(file.name, found, wanted)
    back = refused_back(sheets) if chosen[0].format == ECRF else []
    return Reported(
        name=file.name,
        format=chosen[0].format,
        frame=_frame(found.kept),
        refused=pl.DataFrame([*found.refused, *misfits, *back], schema=refused_schema()),
        findings=[*told, *hidden, *aside, *found.findings],
        rows_read=found.read + len(misfits) + len(back),
        unanswered=found.unanswered,
        total_rows=found.totals,
        about=read_about([one for one in sheets if one not in [layout.cells for layout in chosen]]),
        files={file.name: sha256(file)},
        letters={layout.cells.sheet: _letters(layout) for layout in shown},
    )


def _letters(layout: Layout) -> dict[str, str]:
    """The letter of the column of each gas, and of the emission of all gases."""
    kinds = {name: layout.columns[name].kind for name in layout.places}
    gases = {name.upper(): place for name, place in layout.places.items() if kinds[name] == "gas"}
    found = {**gases, "": layout.places["emission"]}
    return {name: column_letters(place + 1) for name, place in found.items()}


def _shown(chosen: Sequence[Layout], wanted: Sequence[str]) -> list[Layout]:
    """The sheets to read: those asked for, else the one that is not hidden."""
    named = {layout.cells.sheet: layout for layout in chosen}
    for name in wanted:
        if name not in named:
            known = ", ".join(named)
            raise NotFound(what_zh="工作表", what_en="sheet", name=name, known=known)
    if wanted:
        return [named[name] for name in dict.fromkeys(wanted)]
    shown = [layout for layout in chosen if not layout.cells.hidden] or list(chosen)
    if len(shown) > 1:
        names = ", ".join(layout.cells.sheet for layout in shown)
        raise SeveralInventories(entities=shown[0].cells.file, periods=names, options="--sheet")
    return shown


def _one_year(name: str, found: Checked, year: str | None) -> list[Finding]:
    """Refuse rows of several years, and a year of which there is none; note what was left out for the year chosen."""
    known = [one for one in sorted(found.years) if one]
    if year is None:
        if len(known) > 1:
            raise SeveralInventories(entities=name, periods=", ".join(known), options="--year")
        return []
    if year not in known:
        raise NotFound(what_zh="年份", what_en="year", name=year, known=", ".join(known) or "–")
    left = sum(found.years.values()) - found.years[year]
    return [Finding("I-221", {"year": year, "count": left}, (), left)] if left else []


def _joined(parts: Sequence[Checked]) -> Checked:
    return Checked(
        [row for part in parts for row in part.kept],
        [row for part in parts for row in part.refused],
        [finding for part in parts for finding in part.findings],
        sum(part.read for part in parts),
        sum(part.unanswered for part in parts),
        sum(part.totals for part in parts),
        sum((part.years for part in parts), Counter()),
    )


def _frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows under one schema: texts are never null, numbers are where there are none."""
    columns = schema()
    filled = [
        {name: row.get(name, "" if kind == pl.String else None) for name, kind in columns.items()}
        for row in rows
    ]
    return pl.DataFrame(filled, schema=columns)


def _misfits(shown: Sequence[Layout]) -> tuple[list[Row], list[Finding]]:
    """Rows that are no row of cells, and what was noted of the file."""
    rows: list[Row] = []
    findings: list[Finding] = []
    for layout in shown:
        cells: Cells = layout.cells
        findings += cells.findings + apart(cells.file, cells.sheet, cells.bad, layout.width)[1]
        for number, code, text, _ in cells.bad:
            rows.append(refused_row(number, cells.sheet, code, {"text": one_line(text, 60)}, {}))
    return rows, findings


def _hidden(layout: Layout) -> Finding:
    count = len(layout.cells.rows) - layout.header - 1
    return Finding("A-127", {"file": layout.cells.file, "value": layout.cells.sheet, "count": count})


def _grams(masses: pl.Series) -> int:
    return sum(masses.drop_nulls().to_list())


def _tonnes(masses: pl.Series) -> float:
    return _grams(masses) / GRAMS


def _order(code: str) -> tuple[int, list[int]]:
    """GPC references in printed order: I to VI, then by number."""
    sector, *rest = code.split(".")
    return ("I", "II", "III", "IV", "V", "VI").index(sector), [int(part) for part in rest]
