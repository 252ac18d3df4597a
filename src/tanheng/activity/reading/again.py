"""Reading a file once more as it was read the first time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.balance.reading import read_balance
from tanheng.activity.mapping.files import mapping_of
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.parameter_table import with_parameters


def read_again(path: Path, recipe: Mapping[str, Any], *, sheet: str | None = None) -> Activity:
    r"""Read a file by its recipe.

    Parameters
    ----------
    path : Path
        The file, or a folder of parts.
    recipe : mapping
        `Activity.recipe` of the first reading: an energy balance, a mapping, or nothing for a table of activity.
    sheet : str, optional
        Sheet of a workbook.

    Returns
    -------
    Activity
        The same rows from the same bytes.

    Raises
    ------
    InputUnreadable, ColumnMissing, MappingWrong
        As at the first reading.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text("地区,年份,品种,数量,单位\n四川省,2021,煤品,1,t", encoding="utf-8")
    ...     read_again(file, {}).to_polars().height
    1
    """
    if "stated" in recipe:
        rest = {name: value for name, value in recipe.items() if name != "stated"}
        return with_parameters(
            read_again(path, rest, sheet=sheet),
            pl.DataFrame(recipe["stated"]["rows"], infer_schema_length=None),
        )
    if recipe.get("form") == "energy-balance":
        stated = {name: recipe[name] for name in ("electricity", "parameters")}
        return read_balance(path, recipe["region"], recipe["year"], sheet=sheet, **stated)
    if recipe.get("form") == "mapping":
        return apply_mapping(path, mapping_of(recipe["mapping"]))
    return read_activity(path, sheet=sheet)
