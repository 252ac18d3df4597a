"""Objects: bytes named by their hash, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tanheng.record.versions import file_sha256


@dataclass(frozen=True)
class Objects:
    """A folder of objects; two that are equal are kept once.

    Examples
    --------
    >>> import tempfile
    >>> objects = Objects(Path(tempfile.mkdtemp()))
    >>> name = objects.put(b"abc")
    >>> objects.read(name), objects.sound(name), objects.size(name)
    (b'abc', True, 3)
    """

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where the object of a hash stands."""
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, content: bytes | Path) -> str:
        """Keep bytes, or a copy of a file, and return their SHA-256."""
        whole = content if isinstance(content, bytes) else None
        name = file_sha256(content) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()
        place = self.path(name)
        if self.sound(name):
            return name
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=place.parent, prefix=".half-")
        try:
            with os.fdopen(handle, "wb") as target:
                if whole is not None:
                    target.write(whole)
                else:
                    with Path(str(content)).open("rb") as source:
                        shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
            Path(half).chmod(0o444)
            Path(half).replace(place)
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise
        return name

    def take(self, half: Path, sha256: str) -> None:
        """Keep a file that was written on the same disk, of which the hash is known, by moving it."""
        place = self.path(sha256)
        if self.sound(sha256):
            half.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        half.chmod(0o444)
        half.replace(place)

    def names(self) -> Iterator[str]:
        """Hashes of all objects, in order."""
        for path in sorted(self.folder.glob("??/*")):
            if not path.name.startswith("."):
                yield path.parent.name + path.name

    def begins(self, sha256: str, head: bytes) -> bool:
        """Whether an object begins with some bytes."""
        with self.path(sha256).open("rb") as stream:
            return stream.read(len(head)) == head

    def read(self, sha256: str) -> bytes:
        """The bytes of an object."""
        return self.path(sha256).read_bytes()

    def size(self, sha256: str) -> int:
        """Bytes of an object."""
        return self.path(sha256).stat().st_size

    def sound(self, sha256: str) -> bool:
        """Whether the object is there and has the hash of its name."""
        place = self.path(sha256)
        return place.is_file() and file_sha256(place) == sha256
