"""Where the pack of code lists lies and how its tables are read."""

from __future__ import annotations

import csv
import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.errors import NotFound

PACK = Path(str(files("tanheng"))) / "packs" / "codes"


def read_rows(name: str, folder: Path = PACK) -> list[dict[str, str]]:
    """Rows of one table of the pack, as text.

    Parameters
    ----------
    name : str
        Path of the table below the pack, as ``ipcc2006.csv``.
    folder : Path
        The pack; the one that ships unless told.

    Returns
    -------
    list of dict
        One dict a row, all values text, empty where the table is empty.

    Raises
    ------
    NotFound
        The pack has no such table.

    Examples
    --------
    >>> read_rows("zones.csv")[0]["code"]
    'GLOBAL'
    """
    path = folder / name
    if not path.is_file():
        known = ", ".join(sorted(p.name for p in folder.glob("*.csv")))
        raise NotFound(what_zh="代码表文件", what_en="table of codes", name=name, known=known)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def descriptor() -> dict[str, Any]:
    """What the pack says of itself: one resource a table, with source, licence, rows and hash.

    Examples
    --------
    >>> descriptor()["name"]
    'codes'
    """
    described: dict[str, Any] = json.loads((PACK / "datapackage.json").read_text(encoding="utf-8"))
    return described
