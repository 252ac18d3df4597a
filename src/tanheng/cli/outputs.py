"""The folder of an inventory: all of it is written beside and then put in place; nothing that is not ours is overwritten."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.cli.common import writing
from tanheng.errors import CannotWrite
from tanheng.inventory.writing import is_input

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory import Inventory
    from tanheng.record.store import Entry

_RUN = "run"


def write_files(
    inventory: Inventory,
    folder: Path,
    *,
    comparison: pl.DataFrame | None = None,
    parts: Inventory | None = None,
    release: Entry | None = None,
    previous: Inventory | None = None,
) -> list[Path]:
    """Write the run, the workbooks, the Parquet rows, the reports and the proof of every item into a folder.

    What an earlier run wrote there is replaced, and stays whole until the new files stand.

    Raises
    ------
    CannotWrite
        When the folder cannot be made or a file in it cannot be written, is an input of the inventory, or is no file of an
        earlier run.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as beside:
            new = Path(beside)
            inventory.save(new / _RUN)
            written = _write_reports(
                inventory, new, comparison=comparison, parts=parts, release=release, previous=previous
            )
            names = [path.relative_to(new) for path in written]
            _refuse(inventory, folder, names)
            _swap(new / _RUN, folder / _RUN)
            for below in {name.parent for name in names}:
                (folder / below).mkdir(exist_ok=True)
            return [(new / name).replace(folder / name) for name in names]


def _refuse(inventory: Inventory, folder: Path, names: list[Path]) -> None:
    """Raise where something in the folder is no output of an earlier run."""
    taken = [folder / name for name in names if (folder / name).exists()]
    for path in taken:
        if any(one.exists() and path.samefile(one) for one in _inputs(inventory)):
            raise is_input(path)
    run = folder / _RUN
    if run.exists() and not _is_run(run):
        raise _kept(
            run,
            "其中不是或不只是碳衡的运行，不会覆盖",
            "it holds something else than a run of Tanheng and is not overwritten",
        )
    if taken and not run.exists():
        raise _kept(
            taken[0],
            "那里已有同名文件，却没有先前的运行，不会覆盖",
            "there is such a file already, and no earlier run; it is not overwritten",
        )


def _kept(path: Path, zh: str, en: str) -> CannotWrite:
    return CannotWrite(path=str(path), detail_zh=zh, detail_en=en)


def _inputs(inventory: Inventory) -> Iterator[Path]:
    source = inventory.circumstances.get("source")
    if source:
        root = Path(source)
        yield from (root / name if root.is_dir() else root for name in inventory.activity.files)
    for one in inventory.circumstances.get("beside", {}).values():
        yield Path(one["path"])


def _is_run(folder: Path) -> bool:
    """Whether a folder holds a run, or nothing, and no more."""
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        ours = str(manifest["format"]).startswith("tanheng-run/")
        return ours and held <= {"manifest.json", *manifest["parts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return not held


def _swap(new: Path, old: Path) -> None:
    """Put a folder in the place of another, which is removed when the new one stands."""
    with tempfile.TemporaryDirectory(dir=old.parent, prefix=".old-") as beside:
        if old.exists():
            old.replace(Path(beside) / old.name)
        new.replace(old)


def _write_reports(
    inventory: Inventory,
    folder: Path,
    *,
    comparison: pl.DataFrame | None,
    parts: Inventory | None,
    release: Entry | None,
    previous: Inventory | None,
) -> list[Path]:
    from tanheng.errors import language
    from tanheng.filings import html_report
    from tanheng.filings.official.workbook import write_officials
    from tanheng.filings.word.report import docx_report
    from tanheng.inventory.views.workbook import write_workbook

    lang = language()
    codes = sorted(set(inventory.emissions.get_column("item")))
    proofs = {
        "inventory": inventory.to_dict(),
        "cells": [inventory.proof(item=code).to_dict() for code in codes],
    }
    (folder / "proof.json").write_text(
        json.dumps(proofs, ensure_ascii=False, indent=1, default=str), encoding="utf-8"
    )
    return [
        write_workbook(inventory, folder / "inventory.xlsx", comparison=comparison),
        inventory.to_parquet(folder / "inventory.parquet"),
        html_report(
            inventory,
            folder / "report.html",
            comparison=comparison,
            parts=parts,
            lang=lang,
            release=release,
            previous=previous,
        ),
        docx_report(inventory, folder / "report.docx", lang=lang, release=release, previous=previous),
        *write_officials(inventory, folder, lang=lang),
        folder / "proof.json",
    ]
