"""All emission rows of a run on disk as a file, passed on piece by piece: a table of any length in little memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tanheng.inventory.releases.runs import FORMAT, find_run, part_of
from tanheng.inventory.weights import weighted, weights_of
from tanheng.inventory.writing import as_text, writing
from tanheng.record import read_version


def write_rows(run: Path, file: Path) -> Path:
    """Write what `Inventory.to_csv` writes, or `Inventory.to_parquet` where the name of the file ends so.

    Parameters
    ----------
    run : Path
        Folder of a run.
    file : Path

    Raises
    ------
    NotFound, VersionAltered
        As `load_run`.
    CannotWrite
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["甲"], "period": ["2021"], "item": ["石灰"], "amount": [1], "unit": ["t"]}
    >>> made, folder = th.account(table, "cn-provincial-2011"), Path(tempfile.mkdtemp())
    >>> files = made.to_csv(folder / "a.csv"), write_rows(made.save(folder / "run"), folder / "b.csv")
    >>> files[0].read_bytes() == files[1].read_bytes()
    True
    """
    kept = read_version(find_run(run), FORMAT)
    scan = part_of(kept, "emissions")
    gwp = kept.about["gwp"]
    present = [str(one) for one in scan.select(pl.col("gas").unique()).collect().to_series()]
    rows = weighted(scan, weights_of(present, kept.about["gas"], gwp["values"], gwp["name"]))
    with writing(file) as target:
        if target.suffix == ".parquet":
            exact = pl.col("nano", "amount_micro").cast(pl.Decimal(38, 0))
            rows.drop("emission_nano").with_columns(exact).sink_parquet(target)
        else:
            as_text(rows.drop("emission_nano", "nano")).sink_csv(target, include_bom=True)
    return file
