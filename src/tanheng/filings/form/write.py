"""A workbook to fill in for a method: the filled one is an input of the account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tanheng.codes import region as find_region
from tanheng.factors import FactorLibrary, load_factors
from tanheng.filings.form.book import write_book
from tanheng.filings.form.rows import chapters
from tanheng.inventory.methods.loading import load_method
from tanheng.inventory.methods.method import Method
from tanheng.inventory.problems import invalid
from tanheng.inventory.writing import writing

_YEAR = re.compile(r"\d{4}")


def write_template(
    method: str | Path | Method,
    path: str | Path,
    *,
    entity: str = "",
    year: str | int = "",
    region: str = "",
    by: str = "year",
    factors: FactorLibrary | None = None,
    packs: Sequence[str | Path] = (),
) -> Path:
    """Write the workbook that an analyst fills in for a method.

    Parameters
    ----------
    method : str, path or Method
        Id of a method pack, a pack file, or a loaded method.
    path : path
        An ``.xlsx`` file; one that exists is not overwritten.
    entity : str
        Whom it is for; it may be filled in later.
    year : str or int
        The period.
    region : str
        Where it is for: a province, city or county by name or code. It decides which parameters must be measured.
    by : str
        ``year``, or ``month``: twelve lines for each, with their months, for which a year must be given.
    factors : FactorLibrary, optional
        Names the equipment by which factors differ; the newest release unless told.
    packs : sequence of path
        Factor packs of the user's own.

    Returns
    -------
    Path
        Instructions, one sheet for each chapter with a line for everything that the method takes, and hidden sheets with
        the options and the marks by which `read_activity` knows it.

    Raises
    ------
    NotFound, PackInvalid
        When the method cannot be loaded.
    ArgumentInvalid
        When the path ends otherwise or is taken, or months are asked for without a year.
    UnknownCode
        When there is no such region.
    CannotWrite
        When it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_template("sichuan-park-2022", f"{folder}/park.xlsx", entity="示例园区", year=2023).name
    'park.xlsx'
    """
    chosen = load_method(method)
    if by not in {"year", "month"}:
        raise invalid("by", by, "year 或 month", "year or month")
    if by == "month" and not _YEAR.fullmatch(str(year)):
        raise invalid("year", str(year), "四位年份，如 2023", "a year of four digits, such as 2023")
    where = find_region(region) if region else None
    with writing(path) as file:
        if file.suffix.lower() != ".xlsx" or (file.exists() and file.stat().st_size):
            raise invalid("path", str(path), "尚不存在的 .xlsx 文件", "an .xlsx file that does not exist yet")
        library = factors or load_factors("latest", [Path(one) for one in packs])
        known = str(year) if _YEAR.fullmatch(str(year)) else ""
        sheets = chapters(chosen, library, region=where.code if where else "", year=known)
        whom = {"entity": entity, "period": str(year), "region": region}
        return write_book(file, chosen, sheets, whom, monthly=by == "month")
