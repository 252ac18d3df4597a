"""Runs on disk: an inventory kept with all that its proofs need."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.activity.reading.filled import Filled
from tanheng.engine import Parquet
from tanheng.errors import NotFound
from tanheng.inventory.accounting.records import Records
from tanheng.inventory.coded import coded
from tanheng.inventory.inventory import Inventory
from tanheng.record import MANIFEST, Version, VersionAltered, read_version, write_version

FORMAT = "tanheng-run/1"
_TAIL = 64 * 1024
_WIDE = ("nano", "amount_micro")
_TEXTS = ("check", "quality")
"""Columns whose texts are looked into: they are no codes."""
_MEND = {
    "mend_zh": "请写运行编号、其文件夹，或先用 `tanheng account` 核算。",
    "mend_en": "Name a run by its id or folder, or account first with `tanheng account`.",
}


def save_run(inventory: Inventory, folder: Path) -> Path:
    """Write an inventory with all that its proofs need; nothing that is there is overwritten.

    Raises
    ------
    VersionExists
        When the folder already holds a run.
    """
    activity = inventory.activity
    tables = {
        "emissions": inventory.emissions.with_columns(pl.col(_WIDE).cast(pl.Decimal(38, 0))),
        "sheet": inventory.sheet,
        "unmatched": inventory.unmatched,
        "activity": activity.frame if activity.frame is not None else pl.DataFrame(),
        "refused": activity.refused,
    }
    about = {
        "run": {**inventory.run, **_parts(activity)},
        "method": dict(inventory.method),
        "gwp": {
            "name": inventory.gwp_name,
            "values": {name: dict(values) for name, values in inventory.gwp_values.items()},
            "sources": {name: dict(found) for name, found in inventory.gwp_sources.items()},
        },
        "activity": {
            "name": activity.name,
            "extra": activity.extra,
            "files": activity.files,
            "parquet": str(activity.parquet.path.resolve()) if activity.parquet else None,
            "mapping": activity.mapping,
            "headings": activity.headings,
            "letters": activity.letters,
        },
        "findings": [
            {"code": f.code, "fields": _plain(f.fields), "rows": [dict(r) for r in f.rows], "count": f.count}
            for f in inventory.findings
        ],
        "refused": inventory.refused,
        "rows_read": inventory.rows_read,
        "total": inventory.total,
        "gas": inventory.gas,
        "digest": inventory.digest,
        "circumstances": dict(inventory.circumstances),
    }
    return write_version(folder, FORMAT, tables, {"coefficients": _document(inventory.records)}, about)


def part_mark(path: Path) -> dict[str, Any] | None:
    """Size and SHA-256 of the last 64 kB of a Parquet part, which hold its footer; None where it is gone.

    Enough to tell that a part was written anew, and cheap however large it is; no proof that no byte differs.
    """
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(size - _TAIL, 0))
            return {"size": size, "tail_sha256": hashlib.sha256(stream.read()).hexdigest()}
    except OSError:
        return None


def part_path(data: Parquet, name: str) -> Path:
    """Where a part stands that `Activity.files` names."""
    return data.path / name if data.path.is_dir() or name != data.path.name else data.path


def _parts(activity: Activity) -> dict[str, Any]:
    if activity.parquet is None:
        return {}
    return {"parts": {name: part_mark(part_path(activity.parquet, name)) for name in activity.files}}


def _document(records: Any) -> Any:
    return records.to_document() if isinstance(records, Records) else records


def _plain(fields: Any) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}


def find_run(name: str | Path) -> Path:
    """The folder of a run: a folder, or an id below ``./tanheng-runs``.

    Raises
    ------
    NotFound
        Listing the runs that are there.
    """
    here = Path("tanheng-runs")
    for folder in (Path(name), here / str(name), Path(name) / "run"):
        if (folder / MANIFEST).is_file():
            return folder
    known = sorted(path.parent.name for path in here.glob(f"*/{MANIFEST}"))
    raise NotFound(
        what_zh="运行", what_en="run", name=str(name), known=", ".join(known[-10:]) or "–", **_MEND
    )


def load_run(name: str | Path) -> Inventory:
    """Open a saved run; its parts must have the hashes of the manifest.

    Raises
    ------
    NotFound
        When there is no such run.
    VersionAltered
        When a part or the manifest was changed.
    """
    folder = find_run(name)
    kept = read_version(folder, FORMAT)
    try:
        inventory = inventory_of(kept)
        same = (inventory.digest, inventory.total) == (kept.about["digest"], kept.about["total"])
    except (KeyError, TypeError, pl.exceptions.PolarsError) as cause:
        raise VersionAltered(file=str(folder / MANIFEST)) from cause
    if not same:
        raise VersionAltered(file=str(folder / MANIFEST))
    return inventory


def load_coded(name: str | Path) -> Inventory:
    """A saved run for a report or a workbook of it: texts of its rows are codes (`coded`), which take a tenth of the memory.

    Its digest is the one that was kept with it: its parts have the hashes of the manifest.

    Raises
    ------
    NotFound, VersionAltered
        As `load_run`.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> inventory = th.account(table, "sichuan-park-2022")
    >>> found = load_coded(inventory.save(tempfile.mkdtemp()))
    >>> found.by("item").to_dicts() == inventory.by("item").to_dicts(), found.digest == inventory.digest
    (True, True)
    """
    kept = read_version(find_run(name), FORMAT)
    scans = [part_of(kept, part) for part in ("emissions", "activity") if kept.has(part)]
    names = [scan.collect_schema().names() for scan in scans]
    columns: list[list[pl.DataFrame]] = [[] for _ in scans]
    for column in dict.fromkeys(name for own in names for name in own):
        having = [place for place, own in enumerate(names) if column in own]
        read = [scans[place].select(column).collect() for place in having]
        texts = column not in _TEXTS and all(one.schema[column] == pl.String for one in read)
        for place, one in zip(having, coded(read, [column]) if texts else read, strict=True):
            columns[place].append(one)
    frames = [
        pl.concat(parts, how="horizontal").select(own) for parts, own in zip(columns, names, strict=True)
    ]
    found = inventory_of(kept, emissions=exact(frames[0]), rows=frames[1] if len(frames) > 1 else None)
    vars(found)["digest"] = kept.about["digest"]
    return found


def inventory_of(
    kept: Version,
    *,
    emissions: pl.DataFrame | None = None,
    rows: pl.DataFrame | None = None,
    unmatched: pl.DataFrame | None = None,
) -> Inventory:
    """The inventory of a run that was kept, or of some of its emissions, activity rows and unmatched activity."""
    about, made = kept.about["activity"], kept.about.get("circumstances", {})
    template = made.get("template")
    activity = Activity(
        name=about["name"],
        frame=rows if rows is not None else kept.table("activity") if kept.has("activity") else None,
        parquet=Parquet(Path(about["parquet"])) if about["parquet"] else None,
        mapping=about["mapping"],
        extra=about["extra"],
        refused=kept.table("refused"),
        files=about["files"],
        headings=about.get("headings", {}),
        letters=about.get("letters", {}),
        filled=Filled.from_dict(template) if template else None,
    )
    return Inventory(
        method=kept.about["method"],
        gwp_values=kept.about["gwp"]["values"],
        activity=activity,
        emissions=exact(kept.table("emissions")) if emissions is None else emissions,
        sheet=kept.table("sheet"),
        records=Records.read(kept.document("coefficients")),
        unmatched=kept.table("unmatched") if unmatched is None else unmatched,
        findings=[_finding(one) for one in kept.about["findings"]],
        refused=kept.about["refused"],
        rows_read=kept.about["rows_read"],
        gwp_name=kept.about["gwp"]["name"],
        gwp_sources=kept.about["gwp"]["sources"],
        run=kept.about["run"],
        circumstances=made,
    )


def without_rows(kept: Version) -> Inventory:
    """The inventory of a run that was kept, with none of its emissions and activity rows: what is known of it as a whole."""
    return inventory_of(
        kept, emissions=exact(part_of(kept, "emissions").head(0).collect()), rows=pl.DataFrame()
    )


def part_of(kept: Version, name: str) -> pl.LazyFrame:
    """A table of a run as it is kept, read as it is asked for."""
    return pl.scan_parquet(kept.folder / f"{name}.parquet", hive_partitioning=False)


def exact(emissions: pl.DataFrame) -> pl.DataFrame:
    """Emissions as they are computed with, from how they are kept."""
    return emissions.with_columns(pl.col(_WIDE).cast(pl.Int128))


def _finding(kept: dict[str, Any]) -> Finding:
    fields = {
        key: tuple(value) if isinstance(value, list) else value for key, value in kept["fields"].items()
    }
    return Finding(kept["code"], fields, tuple(kept["rows"]), kept["count"])
