"""档 Record: what is kept, and never overwritten.

Versions on disk (immutable parts with a manifest of their hashes), and the `Store` that catalogues them with what was
true when and known when. Uses `errors`; knows nothing of inventories. `Store` needs SQLAlchemy: import it from
`tanheng.record.store`. Tenants, users, jobs and the audit chain come here.
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
