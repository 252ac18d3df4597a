"""The store: versions of data sets in one catalogue, with what was true when and what was known when.

A version is a manifest: parts by hash, versions that it was made from, the version that it follows, the time that it is
about (valid) and the time since which it is known. Manifests and parts are `Objects`; the catalogue is an index of the
manifests in a database, so that it can be searched, and `Store.problems` compares the two.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.errors import NotFound
from tanheng.record.catalogue import ABOUT, CATALOGUE_FORMAT, LINEAGE, PART, VERSION, open_catalogue
from tanheng.record.days import day, until
from tanheng.record.objects import Objects
from tanheng.record.problems import Problem, altered, misfiled, renumbered
from tanheng.record.versions import VersionAltered

FORMAT = "tanheng-version/1"
_HEAD = b'{"about":'
"""How the canonical JSON of a manifest begins."""
_KEYS = ("kind", "name", "number", "valid_from", "valid_to", "known_from", "by", "why", "previous")


@dataclass(frozen=True)
class Entry:
    """One version of a data set; ``sha256`` is the hash of its manifest and its name for ever.

    ``parts`` maps names to hashes; ``parents`` maps roles to the versions that this one was made from; ``valid_from``
    and ``valid_to`` are days, ``known_from`` a time (UTC).
    """

    sha256: str
    kind: str
    name: str
    number: int
    valid_from: str
    valid_to: str
    known_from: str
    by: str
    why: str
    previous: str
    parts: Mapping[str, str]
    parents: Mapping[str, str]
    about: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Name and number, as ``sichuan-2021@2``."""
        return f"{self.name}@{self.number}"

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {**{key: getattr(self, key) for key in _KEYS}, "id": self.label, "sha256": self.sha256,
                "parts": dict(self.parts), "parents": dict(self.parents), "about": dict(self.about)}  # fmt: skip


class Store:
    """A folder with objects and a catalogue (SQLite in the folder, or a database of your own).

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    url : str, optional
        SQLAlchemy address of another catalogue, such as ``postgresql+psycopg://…``.

    Examples
    --------
    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> with store.publishing(by="王工", why="first") as batch:
    ...     entry = batch.add("activity", "park", {"rows.csv": b"a,b"}, valid=("2021-01-01", "2021-12-31"))
    >>> store.find("activity", "park").label, store.read(entry, "rows.csv"), store.problems(entry)
    ('park@1', b'a,b', [])
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.objects = Objects(folder / "objects")
        self.engine = open_catalogue(folder, url)

    @contextlib.contextmanager
    def publishing(self, *, by: str, why: str) -> Iterator[Batch]:
        """Add versions in one transaction: all of them are published, or none."""
        with self.engine.execution_options(writes=True).begin() as connection:
            yield self.batch(connection, by=by, why=why)

    def batch(self, connection: sa.Connection, *, by: str, why: str) -> Batch:
        """Versions that are published with the rest of a transaction."""
        return Batch(self, connection, by, why)

    def entries(
        self, kind: str, name: str | None = None, *, known: str | None = None, valid: str | None = None
    ) -> list[Entry]:
        """Versions of a kind, oldest first.

        Parameters
        ----------
        kind : str
        name : str, optional
            Of one data set only.
        known : str, optional
            What was known at this day or time (UTC): later versions are left out.
        valid : str, optional
            Only versions that are about this day.

        Raises
        ------
        DayUnreadable
            For what is no day, and for ``known`` no time either.
        """
        query = sa.select(VERSION.c.manifest).where(VERSION.c.kind == kind)
        query = query.where(VERSION.c.name == name) if name is not None else query
        if known is not None:
            query = query.where(VERSION.c.known_from <= until(known))
        if valid is not None:
            on = day(valid)
            query = query.where(VERSION.c.valid_from <= on, VERSION.c.valid_to >= on)
        with self.engine.connect() as connection:
            found = connection.execute(query.order_by(VERSION.c.known_from, VERSION.c.name, VERSION.c.number))
            return [self.entry(row.manifest) for row in found]

    def find(self, kind: str, name: str, number: int | None = None, *, known: str | None = None) -> Entry:
        """One version: the one of a number, else the newest that was known.

        Raises
        ------
        NotFound
            Listing what there is.
        """
        found = [one for one in self.entries(kind, name, known=known) if number in (None, one.number)]
        if not found:
            with self.engine.connect() as connection:
                rows = connection.execute(
                    sa.select(VERSION.c.name, VERSION.c.number).where(VERSION.c.kind == kind)
                ).all()
            known_ones = ", ".join(f"{row.name}@{row.number}" for row in rows[-10:])
            shown = name if number is None else f"{name}@{number}"
            raise NotFound(what_zh="版本", what_en="version", name=shown, known=known_ones or "–")
        return max(found, key=lambda one: one.number)

    def labels(self, kind: str) -> dict[str, str]:
        """Hash of the manifest of every version of a kind, to its label, as the catalogue has them."""
        query = sa.select(VERSION.c.manifest, VERSION.c.name, VERSION.c.number).where(VERSION.c.kind == kind)
        with self.engine.connect() as connection:
            found = connection.execute(query.order_by(VERSION.c.name, VERSION.c.number))
            return {row.manifest: f"{row.name}@{row.number}" for row in found}

    def entry(self, sha256: str) -> Entry:
        """A version by the hash of its manifest.

        Raises
        ------
        VersionAltered
            When the manifest is missing or was changed.
        """
        if not self.objects.sound(sha256):
            raise VersionAltered(file=str(self.objects.path(sha256)))
        return _entry(sha256, json.loads(self.objects.read(sha256)))

    def read(self, entry: Entry, part: str) -> bytes:
        """The bytes of one part.

        Raises
        ------
        VersionAltered
            When they are missing or are not those that were written.
        """
        sha256 = entry.parts[part]
        if not self.objects.sound(sha256):
            raise VersionAltered(file=f"{entry.label}: {part}")
        return self.objects.read(sha256)

    def lay(self, entry: Entry, part: str, place: Path) -> Path:
        """Write one part to a file, however large it is.

        Raises
        ------
        VersionAltered
            As `read`.
        """
        sha256 = entry.parts[part]
        if not self.objects.sound(sha256):
            raise VersionAltered(file=f"{entry.label}: {part}")
        place.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(self.objects.path(sha256), place))

    def ancestors(self, entry: Entry) -> list[Entry]:
        """Every version that this one was made from, nearest first, each once."""
        found: dict[str, Entry] = {}
        waiting = list(entry.parents.values())
        while waiting:
            sha256 = waiting.pop(0)
            if sha256 not in found:
                found[sha256] = self.entry(sha256)
                waiting += found[sha256].parents.values()
        return list(found.values())

    def problems(self, entry: Entry | str) -> list[Problem]:
        """Compare a version, what it was made from and what it follows, with hashes and the catalogue."""
        found: list[Problem] = self._misnumbered()
        waiting = [entry if isinstance(entry, str) else entry.sha256]
        seen: set[str] = set()
        while waiting:
            sha256 = waiting.pop(0)
            if sha256 in seen or not sha256:
                continue
            seen.add(sha256)
            if not self.objects.sound(sha256):
                found.append(altered(sha256, "manifest", self.objects.path(sha256)))
                continue
            one = self.entry(sha256)
            broken = {part for part, digest in one.parts.items() if not self.objects.sound(digest)}
            found += [altered(one.label, part, self.objects.path(one.parts[part])) for part in sorted(broken)]
            found += self._unlisted(one, broken)
            waiting += [*one.parents.values(), one.previous]
        return found

    def _misnumbered(self) -> list[Problem]:
        """Whether the catalogue says another format of itself than its tables have."""
        with self.engine.connect() as connection:
            said = connection.execute(sa.select(ABOUT.c.format)).scalars().all()
        return [] if said == [CATALOGUE_FORMAT] else [renumbered(said, CATALOGUE_FORMAT)]

    def _unlisted(self, entry: Entry, broken: Collection[str]) -> list[Problem]:
        """What the catalogue says otherwise than the manifest and the parts that are sound."""
        here = (
            VERSION.c.manifest == entry.sha256,
            PART.c.manifest == entry.sha256,
            LINEAGE.c.manifest == entry.sha256,
        )
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(VERSION).where(here[0])).first()
            parts = connection.execute(
                sa.select(PART.c.name, PART.c.sha256, PART.c.size).where(here[1])
            ).all()
            parents = connection.execute(sa.select(LINEAGE.c.role, LINEAGE.c.parent).where(here[2])).all()
        listed = (
            row is not None
            and all(getattr(row, key) == getattr(entry, key) for key in _KEYS)
            and {part.name: part.sha256 for part in parts} == dict(entry.parts)
            and all(part.size == self.objects.size(part.sha256) for part in parts if part.name not in broken)
            and {link.role: link.parent for link in parents} == dict(entry.parents)
        )
        return [] if listed else [misfiled(entry.label)]

    def lost(self, kind: str) -> list[Entry]:
        """Versions of a kind whose manifests are kept, and of which the catalogue knows nothing."""
        listed = self.labels(kind)
        unlisted = (sha256 for sha256 in self.objects.names() if sha256 not in listed)
        manifests = (one for one in unlisted if self.objects.begins(one, _HEAD) and self.objects.sound(one))
        said = ((one, json.loads(self.objects.read(one))) for one in manifests)
        found = [
            _entry(one, text) for one, text in said if text.get("format") == FORMAT and text["kind"] == kind
        ]
        return sorted(found, key=lambda one: (one.name, one.number))


@dataclass
class Batch:
    """Versions that are being published together."""

    store: Store
    connection: sa.Connection
    by: str
    why: str

    def newest(self, kind: str, name: str) -> Entry | None:
        """The newest version of a data set, also of this batch."""
        query = sa.select(VERSION.c.manifest).where(VERSION.c.kind == kind, VERSION.c.name == name)
        found = self.connection.execute(query.order_by(VERSION.c.number.desc()).limit(1)).scalar()
        return None if found is None else self.store.entry(found)

    def add(
        self,
        kind: str,
        name: str,
        parts: Mapping[str, bytes | Path],
        *,
        about: Mapping[str, Any] | None = None,
        parents: Mapping[str, Entry] | None = None,
        valid: tuple[str, str] = ("", ""),
        repeat: bool = False,
        after: int = 0,
    ) -> Entry:
        """Add a version of a data set; where the newest one says the same, that one is returned.

        Parameters
        ----------
        kind, name : str
            The data set.
        parts : mapping of str to bytes or Path
            What it consists of.
        about : mapping, optional
            What else the manifest says; plain data.
        parents : mapping of str to Entry, optional
            By role, what it was made from.
        valid : tuple of str
            First and last day that it is about.
        repeat : bool
            Make a new version even where nothing changed.
        after : int
            A number that was given before, so that the new version has a greater one.
        """
        last = self.newest(kind, name)
        said = {
            "parts": {part: self.store.objects.put(content) for part, content in sorted(parts.items())},
            "parents": {role: parent.sha256 for role, parent in sorted((parents or {}).items())},
            "about": json.loads(json.dumps(dict(about or {}), default=str)),
            "valid_from": valid[0],
            "valid_to": valid[1],
        }
        if (
            last is not None
            and not repeat
            and all(getattr(last, key) == value for key, value in said.items())
        ):
            return last
        manifest = {
            "format": FORMAT,
            "kind": kind,
            "name": name,
            "number": max(last.number if last else 0, after) + 1,
            "previous": last.sha256 if last else "",
            "known_from": _now(last),
            "by": self.by,
            "why": self.why,
            **said,
        }
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        sha256 = self.store.objects.put(text)
        assert sha256 == hashlib.sha256(text).hexdigest()
        entry = _entry(sha256, manifest)
        self.connection.execute(
            sa.insert(VERSION), {"manifest": sha256, **{key: getattr(entry, key) for key in _KEYS}}
        )
        rows = [
            {"manifest": sha256, "name": part, "sha256": digest, "size": self.store.objects.size(digest)}
            for part, digest in entry.parts.items()
        ]
        links = [
            {"manifest": sha256, "role": role, "parent": parent} for role, parent in entry.parents.items()
        ]
        for table, values in ((PART, rows), (LINEAGE, links)):
            if values:
                self.connection.execute(sa.insert(table), values)
        return entry


def _now(last: Entry | None) -> str:
    """The time (UTC), after that of the version before even where the clock was set back."""
    now = dt.datetime.now(dt.UTC)
    if last is not None:
        now = max(now, dt.datetime.fromisoformat(last.known_from) + dt.timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def _entry(sha256: str, manifest: Mapping[str, Any]) -> Entry:
    return Entry(
        sha256=sha256,
        **{key: manifest[key] for key in _KEYS},
        parts=manifest["parts"],
        parents=manifest["parents"],
        about=manifest["about"],
    )
