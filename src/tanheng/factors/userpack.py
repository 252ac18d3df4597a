"""A user's own factors: read, completed, checked by the rules of a release, refused whole when one row breaks them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tanheng.codes import codelist, items, region
from tanheng.errors import NotFound, PackInvalid, TanhengError
from tanheng.factors.model import ITEM_COLUMNS, Factor, columns, factor
from tanheng.factors.query import default_of, resolve_item
from tanheng.factors.tables import Row, number_text, read_rows
from tanheng.factors.validate import Problem, problems
from tanheng.quantities import gases, parse_unit

if TYPE_CHECKING:
    from tanheng.factors.library import FactorLibrary

_T = TypeVar("_T")
_MASS_OF = re.compile(r"\[mass_(\w+)\]")

#: files of a pack folder that hold no factors
BESIDE = {"items.csv", "sources.csv", "exceptions.csv"}


def read_pack(path: Path) -> tuple[str, list[Row]]:
    """Name of a user pack and its rows, completed but not yet checked.

    Parameters
    ----------
    path : Path
        One CSV or XLSX file with the item columns inline, or a folder of CSV files with an `items.csv`.

    Returns
    -------
    tuple of str and list of Row
        Rows have every column of a factor pack.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When a file is no table of factors.
    NotFound
        When there is nothing at the path.
    """
    if not path.exists():
        raise NotFound(what_zh="因子包", what_en="factor pack", name=str(path), known=_beside(path))
    name = _name(path)
    rows = _folder_rows(path) if path.is_dir() else read_rows(path)
    _refuse_unread(rows)
    return name, [Row(row.file, row.line, _complete(row.cells, name)) for row in rows]


def _refuse_unread(rows: Sequence[Row]) -> None:
    """Refuse a column that no factor has: what stands in it would change nothing."""
    known = columns()
    for row in rows:
        for name, text in row.cells.items():
            if text and name not in known:
                near = difflib.get_close_matches(name, known, n=3) or list(known)
                raise PackInvalid(
                    file=row.file, line=row.line, key=name,
                    detail_zh=f"没有“{name}”这一列，所填“{text}”不起作用",
                    detail_en=f"no column is called '{name}'; its '{text}' would change nothing",
                    mend_zh=f"请改名或删去；可用：{'、'.join(near)}。",
                    mend_en=f"Rename or delete it; known: {', '.join(near)}.",
                )  # fmt: skip


def check_pack(path: Path, *, over: FactorLibrary) -> tuple[str, list[Row], list[Problem]]:
    """Name, rows and every broken rule of a user pack that is to be laid over a library.

    Raises
    ------
    InputUnreadable, ColumnMissing, NotFound
        As `read_pack`.
    """
    name, rows = read_pack(path)
    taken = {row.id: row.pack for row in over}
    return name, rows, problems(rows, taken=taken, properties=over.properties)


def load_pack(path: Path, *, over: FactorLibrary) -> list[Factor]:
    """Factors of a user pack that is laid over a library.

    Raises
    ------
    PackInvalid
        When a row breaks a rule; the first one is told with file, row, column, what is expected and the mend.
    """
    name, rows, broken = check_pack(path, over=over)
    if broken:
        raise broken[0].error()
    return [factor(row.cells, pack=name, user=True) for row in rows]


def _beside(path: Path) -> str:
    folder = path.parent if path.parent.is_dir() else Path()
    return (
        ", ".join(sorted(entry.name for entry in folder.iterdir() if entry.suffix in {".csv", ".xlsx"})[:8])
        or "–"
    )


def _name(path: Path) -> str:
    descriptor = path / "datapackage.json"
    if descriptor.is_file():
        return str(json.loads(descriptor.read_text(encoding="utf-8")).get("name", path.name))
    return path.name if path.is_dir() else path.stem


def _folder_rows(folder: Path) -> list[Row]:
    """Rows of a folder's factor files with the item columns of its `items.csv` filled in."""
    required = [name for name, column in columns().items() if column.need == "required"]
    described = folder / "items.csv"
    if described.is_file():
        told = read_rows(described, heads=["id", "item"])
        _refuse_unread(told)
        extra = {row.cells["id"]: row.cells for row in told}
        required = [name for name in required if name not in ITEM_COLUMNS]
    else:
        extra = {}
    files = sorted(entry for entry in folder.iterdir() if entry.suffix == ".csv" and entry.name not in BESIDE)
    if not files:
        raise NotFound(what_zh="因子文件", what_en="factor file", name=str(folder / "factors.csv"), known="–")
    rows = [row for file in files for row in read_rows(file, heads=required)]
    return [Row(row.file, row.line, _with_item(row.cells, extra)) for row in rows]


def _with_item(cells: Mapping[str, str], extra: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    described = extra.get(cells["id"], {})
    return {**cells, **{name: described[name] for name in ITEM_COLUMNS if described.get(name)}}


def _complete(cells: Mapping[str, str], pack: str) -> dict[str, str]:
    """Cells of every column: codes for names, defaults for what was left out."""
    row = {name: cells.get(name, "") or column.default for name, column in columns().items()}
    for name in ("value", "low", "high", "year_valid_from", "year_valid_to"):
        row[name] = number_text(row[name])
    row["item"], kind = _known(resolve_item, row["item"]) or (row["item"], "")
    row["region"] = _known(lambda text: region(text).code, row["region"]) or row["region"]
    gas = _gas(row["gas"], row["unit"], row["property"])
    methane = gases().get(gas, {}).get("family") == "CH4"
    row["gas"] = "CH4" if methane else gas
    row["origin"] = row["origin"] or (_origin(gas, row["item"]) if methane else "")
    row["name_zh"] = row["name_zh"] or row["name_en"] or row["id"]
    row["name_en"] = row["name_en"] or row["name_zh"]
    row["activity"] = row["activity"] or default_of(kind, row["property"], "activity") or row["item"]
    row["category"] = row["category"] or default_of(kind, row["property"], "category") or "property"
    row["source_check"] = row["source_check"] or ("read" if row["source_title"] else "recalled")
    row["source_title"] = row["source_title"] or f"用户数据包 {pack} / user pack {pack}"
    return row


def _known(call: Callable[[str], _T], text: str) -> _T | None:
    """What a lower room makes of a name; None when it does not know it, so that the check can say so."""
    try:
        return call(text)
    except TanhengError:
        return None


def _gas(text: str, unit: str, property: str) -> str:
    """Gas code of a cell; an emission factor without a gas takes it from its unit (tCO2/MWh)."""
    if text:
        return _known(lambda name: codelist("gases").find(name)["code"], text) or text
    parsed = _known(parse_unit, unit) if property == "emission_factor" else None
    found = _MASS_OF.match(parsed.dimension) if parsed else None
    return found[1] if found and found[1] in gases() else ""


def _origin(gas: str, item: str) -> str:
    """Origin of methane: from the gas code, else from the carbon of the item."""
    origin = gases()[gas]["origin"]
    carbon = items().get(item).carbon_origin if item in items() else ""
    return carbon if origin == "unknown" and carbon in {"fossil", "biogenic"} else origin
