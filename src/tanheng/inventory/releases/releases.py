"""Releases: an inventory frozen with all that it was made from, so that it can be recomputed and proven years later."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng import __version__
from tanheng.activity import Activity, first_day, last_day
from tanheng.activity.worklist import Worklist, read_worklist
from tanheng.codes import EntityTree
from tanheng.factors import FactorLibrary, load_factors
from tanheng.factors.model import Factor
from tanheng.factors.release import open_release as open_factors
from tanheng.inventory.accounting.account import account
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.methods.loading import method_of
from tanheng.inventory.problems import invalid
from tanheng.inventory.releases.inputs import files_beside, raw_files
from tanheng.inventory.releases.runs import FORMAT, load_run, part_of, save_run, without_rows
from tanheng.inventory.reported.as_activity import read_kept
from tanheng.inventory.views.comparison import Comparison
from tanheng.inventory.views.listings import doubts_of
from tanheng.record.problems import Problem, dropped
from tanheng.record.store import Batch, Entry, Store
from tanheng.record.versions import MANIFEST, Version, manifest_with, read_version

KIND = "release"
PARTS = {
    "activity": ("activity.parquet", "refused.parquet"),
    "sheet": ("sheet.parquet", "coefficients.json"),
    "result": ("emissions.parquet", "unmatched.parquet", "manifest.json"),
}
"""What of a run each version of a release holds."""


_ABOVE = {
    "activity": ("file", "parameters"),
    "sheet": ("activity", "factors", "method", "pack"),
    "result": ("activity", "sheet", "entities", "parts", "claims"),
}
_NUMBERED = re.compile(r"@\d+$")
_OF_RUN = {"run", "tanheng"}


@dataclass(frozen=True)
class Verification:
    """What verifying a release found: bytes and records as they were written, and the same number computed anew.

    ``released`` and ``digest`` are the digests of the masses as they were frozen and as they were computed anew,
    ``released_total`` and ``total`` [t] what they weigh by the GWP set of the release. Where ``problems`` name bytes or
    records that changed, nothing was computed: ``digest`` is empty and the totals are None.
    """

    label: str
    released: str
    problems: tuple[Problem, ...]
    digest: str
    released_total: float | None = None
    total: float | None = None

    @property
    def ok(self) -> bool:
        """Whether all is as it was written, and computing anew gave the same masses and the same total."""
        return not self.problems and self.digest == self.released and self.total == self.released_total

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "release": self.label,
            "ok": self.ok,
            "digest": self.released,
            "recomputed": self.digest,
            "total": self.released_total,
            "recomputed_total": self.total,
            "problems": [one.to_dict() for one in self.problems],
        }


def create_release(
    inventory: Inventory,
    store: Store,
    name: str,
    *,
    by: str,
    why: str,
    doubts: Worklist | None = None,
    again: bool = False,
) -> Entry:
    """Freeze an inventory with its files, factors, method, activity, coefficient sheet and result.

    Parameters
    ----------
    inventory : Inventory
        As it was computed or opened from its run; the files that it was made from must be as they were.
    store : Store
    name : str
        The series; a release of the same series gets the next number and follows the one before.
    by, why : str
        Who freezes it, and for what.
    doubts : Worklist, optional
        The worklist as it stands; unless told, every doubt of the inventory is open. It is frozen with the release.
    again : bool
        Make a new release also where the newest of the series says the same.

    Returns
    -------
    Entry
        The release; its manifest's hash stands for everything below it. Where the newest of the series was made from the
        same files, factors, method and answers and says the same, it is that one.

    Raises
    ------
    InputChanged
        When a file is not the one that was read.
    ArgumentInvalid
        When a name is blank, ends like that of a release, or a text has control characters.

    Examples
    --------
    >>> import tempfile
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"]}
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> release = create_release(account(table, "sichuan-park-2022"), store, "四川省", by="王工", why="初稿")
    >>> release.label, verify_release(release, store).ok
    ('四川省@1', True)
    """
    with tempfile.TemporaryDirectory() as folder, store.publishing(by=by, why=why) as batch:
        return freeze_run(save_run(inventory, Path(folder) / "run"), batch, name, doubts=doubts, again=again)


def freeze_run(
    run: Path,
    batch: Batch,
    name: str,
    *,
    doubts: Worklist | None = None,
    again: bool = False,
    circumstances: Mapping[str, Any] | None = None,
) -> Entry:
    """Freeze a run on disk as it stands there: none of its rows is read into memory; see `create_release`.

    Parameters
    ----------
    run : Path
        Folder of a run; its parts must have the hashes of its manifest.
    batch : Batch
        Tells who freezes it, and for what.
    name, doubts, again
        As for `create_release`.
    circumstances : mapping, optional
        Those of the run, where its files stand elsewhere now.

    Raises
    ------
    VersionAltered
        When a part of the run was changed.
    InputChanged, ArgumentInvalid
        As `create_release`.
    """
    _plain("name", name, needed=True)
    _plain("by", batch.by)
    _plain("why", batch.why)
    kept = read_version(run, FORMAT)
    made = kept.about["circumstances"] if circumstances is None else circumstances
    inventory = replace(without_rows(kept), circumstances=made)
    files = raw_files(inventory)
    periods = sorted(_seen(kept, "period") | set(_column(inventory, "period")))
    valid = (
        (min(map(first_day, periods)).isoformat(), max(map(last_day, periods)).isoformat())
        if periods
        else ("", "")
    )
    worklist = doubts or Worklist.of(doubts_of(inventory))
    before = max((one.number for one in batch.store.lost(KIND) if one.name == name), default=0)
    factors = open_factors(Path(made["release"]))
    pack = str(inventory.run["release"]["name"])
    parents = {
        "factors": batch.add("factors", factors.name, factors.files),
        "method": batch.add("method", str(inventory.method["id"]), {"method.json": _json(made["method"])}),
    }
    if files:
        parents["file"] = batch.add("file", f"{name}/{inventory.activity.name}", files, valid=valid)
    for role, path in files_beside(inventory).items():
        parents[role] = batch.add("file", f"{name}/{path.name}", {path.name: path}, valid=valid)
    if made["factors"]:
        parents["pack"] = batch.add("pack", pack, {"factors.json": _json(made["factors"])})
    if made["entities"]:
        parents["entities"] = batch.add("entities", name, {"entities.json": _json(made["entities"])})
    if worklist.frame.height:
        with tempfile.TemporaryDirectory() as folder:
            file = worklist.to_csv(Path(folder) / "doubts.csv")
            parents["doubts"] = batch.add("doubts", name, {"doubts.csv": file})

    def add(kind: str) -> Entry:
        parts: dict[str, bytes | Path] = {one: run / one for one in PARTS[kind] if (run / one).is_file()}
        if MANIFEST in parts:
            parts[MANIFEST] = manifest_with(kept, circumstances=made)
        above = {role: parents[role] for role in _ABOVE[kind] if role in parents}
        return batch.add(kind, name, parts, parents=above, valid=valid)

    parents["activity"] = add("activity")
    parents["sheet"] = add("sheet")
    about = {
        "total": kept.about["total"],
        "unit": "t",
        "gas": inventory.gas,
        "gwp": inventory.gwp_name,
        "complete": inventory.complete,
        "method": f"{inventory.method['id']} {inventory.method['version']}",
        "factors": pack,
        "periods": periods,
        "entities": sorted(_seen(kept, "entity"))[:20],
        "digest": kept.about["digest"],
        "doubts": worklist.counts(),
        "open_errors": worklist.open().filter(pl.col("severity") == "error").height,
        "run": inventory.run["id"],
        "tanheng": __version__,
    }
    newest = batch.newest(KIND, name)
    if newest is not None and not again and _same(newest, about, parents):
        return newest
    parents["result"] = add("result")
    return batch.add(KIND, name, {}, about=about, parents=parents, valid=valid, repeat=True, after=before)


def _seen(kept: Version, column: str) -> set[str]:
    """The values that a column of the emissions has."""
    return set(part_of(kept, "emissions").select(pl.col(column).unique()).collect().to_series())


def _same(newest: Entry, about: Mapping[str, Any], parents: Mapping[str, Entry]) -> bool:
    """Whether a release says the same and was made from the same, whichever run computed it."""
    before = {role: sha256 for role, sha256 in newest.parents.items() if role != "result"}
    said = {key: value for key, value in about.items() if key not in _OF_RUN}
    return before == {role: one.sha256 for role, one in parents.items()} and all(
        newest.about.get(key) == value for key, value in said.items()
    )


def _plain(what: str, text: str, *, needed: bool = False) -> None:
    """Refuse a text that a terminal or a reader could take for another, and a name that reads as that of a release."""
    hidden = any(unicodedata.category(one) in {"Cc", "Cf"} for one in text)
    if hidden or (needed and (not text.strip() or _NUMBERED.search(text))):
        zh, en = (
            "不含控制字符、不以 @数字 结尾的文字",
            "a text without control characters that does not end in @number",
        )
        raise invalid(what, ascii(text)[1:-1], zh, en)


def _column(inventory: Inventory, name: str) -> list[str]:
    left = inventory.unmatched
    return [one for one in left.get_column(name).to_list() if one] if name in left.columns else []


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()


def open_release(release: Entry, store: Store) -> Inventory:
    """The inventory of a release, as it was frozen.

    Raises
    ------
    VersionAltered
        When a part was changed.

    Examples
    --------
    >>> import tempfile
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"]}
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> made = create_release(account(table, "sichuan-park-2022"), store, "四川省", by="王工", why="初稿")
    >>> open_release(made, store).digest == made.about["digest"]
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        for kind in PARTS:
            entry = store.entry(release.parents[kind])
            for part in entry.parts:
                store.lay(entry, part, Path(folder) / part)
        return load_run(folder)


def recompute(release: Entry, store: Store) -> Inventory:
    """Account anew from the kept files with the kept factors and method."""
    old = open_release(release, store)
    if "file" in release.parents:  # what was computed is not held while it is computed anew
        old = replace(old, emissions=old.emissions.clear(), activity=replace(old.activity, frame=None))
    made = old.circumstances
    with tempfile.TemporaryDirectory() as folder:
        library = load_factors(_unpacked(store, release, "factors", Path(folder) / "factors"))
        rows = [Factor(**row) for row in made["factors"]]
        return account(
            _activity(release, store, old, Path(folder) / "files"),
            method_of(made["method"]["data"], made["method"]["overrides"]),
            factors=FactorLibrary([*library, *rows], release=library.release),
            gwp=old.gwp_name,
            by=old.run["by"],
            region=old.run["region"],
            entities=EntityTree(made["entities"]) if made["entities"] else None,
        )


def _unpacked(store: Store, release: Entry, role: str, folder: Path) -> Path:
    entry = store.entry(release.parents[role])
    for part in entry.parts:
        store.lay(entry, part, folder / part)
    return folder


def _activity(release: Entry, store: Store, old: Inventory, folder: Path) -> Activity:
    """The activity read anew from the kept files; a table that came from memory is taken as it was kept."""
    if "file" not in release.parents:
        return old.activity
    _unpacked(store, release, "file", folder)
    whole = Path(old.circumstances["source"])
    single = list(old.activity.files) == [whole.name]
    place, recipe = folder / whole.name if single else folder, old.circumstances.get("recipe", {})
    return read_kept(place, recipe, sheet=old.circumstances["sheet"])


def verify_release(release: Entry | str, store: Store) -> Verification:
    """Hash every byte that a release stands on, compare the catalogue, and compute its number anew.

    Parameters
    ----------
    release : Entry or str
        A release, or the hash of its manifest as the catalogue has it: the manifest itself may be what was changed.
    store : Store

    Returns
    -------
    Verification
        ``digest`` is empty where bytes were changed: there is nothing to compute from.

    Examples
    --------
    >>> import tempfile
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"]}
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> made = create_release(account(table, "sichuan-park-2022"), store, "四川省", by="王工", why="初稿")
    >>> part = next(path for path in sorted(store.objects.folder.rglob("*")) if path.is_file())
    >>> part.chmod(0o644)
    >>> _ = part.write_bytes(part.read_bytes() + b"x")
    >>> verify_release(made, store).ok
    False
    """
    sha256 = release if isinstance(release, str) else release.sha256
    label = store.labels(KIND).get(sha256, sha256)
    problems = store.problems(sha256)
    if problems:
        return Verification(label, "", tuple(problems), "")
    found = store.entry(sha256)
    anew = recompute(found, store)
    return Verification(label, found.about["digest"], (), anew.digest, found.about["total"], anew.total)


def verify_all(store: Store) -> list[Verification]:
    """Verify every release of a store, also those that its catalogue no longer lists."""
    listed = [verify_release(sha256, store) for sha256 in store.labels(KIND)]
    lost = [Verification(one.label, "", (dropped(one.label),), "") for one in store.lost(KIND)]
    return [*listed, *lost]


def release_doubts(release: Entry, store: Store) -> Worklist:
    """The worklist as it was frozen with a release; empty where there were no doubts."""
    if "doubts" not in release.parents:
        return Worklist.of([])
    with tempfile.TemporaryDirectory() as folder:
        return read_worklist(_unpacked(store, release, "doubts", Path(folder)) / "doubts.csv")


def restatement(new: Entry, old: Entry, store: Store) -> Comparison:
    """What a later release says otherwise than an earlier one, cell by cell with the cause of each difference.

    Examples
    --------
    >>> import tempfile
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"]}
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> old = create_release(account(table, "sichuan-park-2022"), store, "四川省", by="王工", why="初稿")
    >>> corrected = account(table | {"amount": [2]}, "sichuan-park-2022")
    >>> new = create_release(corrected, store, "四川省", by="王工", why="漏报的煤")
    >>> restatement(new, old, store).cells.get_column("cause").to_list()
    ['activity']
    """
    return open_release(new, store).compare(open_release(old, store))
