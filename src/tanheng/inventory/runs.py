"""Runs on disk: a folder of immutable parts and a manifest with their hashes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.activity.activity import sha256
from tanheng.engine import Parquet
from tanheng.errors import NotFound
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.problems import RunAltered, RunExists

MANIFEST = "manifest.json"
FORMAT = "tanheng-run/1"


def save_run(inventory: Inventory, folder: Path) -> Path:
    """Write an inventory with all that its proofs need; nothing that is there is overwritten.

    Raises
    ------
    RunExists
        When the folder already holds a run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / MANIFEST).exists():
        raise RunExists(folder=str(folder))
    parts: dict[str, str] = {}
    _parquet(
        inventory.emissions.with_columns(pl.col("nano", "amount_micro").cast(pl.Decimal(38, 0))),
        folder / "emissions.parquet",
        parts,
    )
    _parquet(inventory.sheet, folder / "sheet.parquet", parts)
    if inventory.unmatched.width:
        _parquet(inventory.unmatched, folder / "unmatched.parquet", parts)
    if inventory.activity.frame is not None:
        _parquet(inventory.activity.frame, folder / "activity.parquet", parts)
    if inventory.activity.refused.width:
        _parquet(inventory.activity.refused, folder / "refused.parquet", parts)
    records = folder / "coefficients.json"
    records.write_text(json.dumps(inventory.records, ensure_ascii=False), encoding="utf-8")
    parts[records.name] = sha256(records)
    activity = inventory.activity
    manifest = {
        "format": FORMAT,
        "run": inventory.run,
        "method": dict(inventory.method),
        "gwp": {
            "name": inventory.gwp_name,
            "values": {name: dict(values) for name, values in inventory.gwp_values.items()},
        },
        "activity": {
            "name": activity.name,
            "extra": activity.extra,
            "files": activity.files,
            "parquet": str(activity.parquet.path.resolve()) if activity.parquet else None,
            "mapping": activity.mapping,
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
        "parts": parts,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return folder


def _parquet(frame: pl.DataFrame, path: Path, parts: dict[str, str]) -> None:
    frame.write_parquet(path)
    parts[path.name] = sha256(path)


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
    raise NotFound(what_zh="运行", what_en="run", name=str(name), known=", ".join(known[-10:]) or "–")


def load_run(name: str | Path) -> Inventory:
    """Open a saved run; its parts must have the hashes of the manifest.

    Raises
    ------
    NotFound
        When there is no such run.
    RunAltered
        When a part or the manifest was changed.
    """
    folder = find_run(name)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for part, digest in manifest["parts"].items():
        if not (folder / part).is_file() or sha256(folder / part) != digest:
            raise RunAltered(file=str(folder / part))
    about = manifest["activity"]
    activity = Activity(
        name=about["name"],
        frame=pl.read_parquet(folder / "activity.parquet")
        if "activity.parquet" in manifest["parts"]
        else None,
        parquet=Parquet(Path(about["parquet"])) if about["parquet"] else None,
        mapping=about["mapping"],
        extra=about["extra"],
        refused=_read(folder, "refused.parquet", manifest),
        files=about["files"],
    )
    inventory = Inventory(
        method=manifest["method"],
        gwp_values=manifest["gwp"]["values"],
        activity=activity,
        emissions=_read(folder, "emissions.parquet", manifest).with_columns(
            pl.col("nano", "amount_micro").cast(pl.Int128)
        ),
        sheet=_read(folder, "sheet.parquet", manifest),
        records=json.loads((folder / "coefficients.json").read_text(encoding="utf-8")),
        unmatched=_read(folder, "unmatched.parquet", manifest),
        findings=[
            Finding(
                f["code"],
                {k: tuple(v) if isinstance(v, list) else v for k, v in f["fields"].items()},
                tuple(f["rows"]),
                f["count"],
            )
            for f in manifest["findings"]
        ],
        refused=manifest["refused"],
        rows_read=manifest["rows_read"],
        gwp_name=manifest["gwp"]["name"],
        run=manifest["run"],
    )
    if (inventory.digest, inventory.total) != (manifest["digest"], manifest["total"]):
        raise RunAltered(file=str(folder / MANIFEST))
    return inventory


def _read(folder: Path, part: str, manifest: dict[str, Any]) -> pl.DataFrame:
    return pl.read_parquet(folder / part) if part in manifest["parts"] else pl.DataFrame()
