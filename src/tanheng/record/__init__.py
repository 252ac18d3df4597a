"""档 Record: what is kept, and never overwritten. Versions on disk: immutable parts with a manifest of their hashes.

Uses `errors` and below; knows nothing of inventories. Releases, tenants, users, jobs and the audit chain come here.
"""

from tanheng.record.versions import (
    MANIFEST,
    Version,
    VersionAltered,
    VersionExists,
    file_sha256,
    read_version,
    write_version,
)

__all__ = [
    "MANIFEST",
    "Version",
    "VersionAltered",
    "VersionExists",
    "file_sha256",
    "read_version",
    "write_version",
]
