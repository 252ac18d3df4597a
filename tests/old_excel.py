"""Makes the two old kinds of file that no installed library writes: an Excel 97 workbook, and a locked one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_END, _FAT, _FREE, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF, 0xFFFFFFFF


def xls(name: str, rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of Excel 97 (BIFF8 in a compound file) with one sheet of text and numbers."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", at, column, 0)
            if isinstance(value, int | float):
                sheet += _record(0x0203, place + struct.pack("<d", value))
            else:
                text = str(value)
                sheet += _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))
    sheet += _record(0x000A, b"")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(
        0x0042, struct.pack("<H", 1200)
    )
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = len(head) + 4 + 6 + len(title) + 4
    book = head + _record(0x0085, struct.pack("<IBB", start, 0, 0) + title) + _record(0x000A, b"") + sheet
    return compound({"Workbook": book})


def locked() -> bytes:
    """What Excel writes when a workbook has a password: a compound file around an encrypted package."""
    return compound(
        {
            "EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + b"<encryption/>",
            "EncryptedPackage": bytes(8192),
        }
    )


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (MS-CFB version 3) of streams, each padded to 4096 bytes so that none needs the mini stream."""
    padded = {
        name: data.ljust(max(4096, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
        for name, data in streams.items()
    }
    fat = [_FAT, _END]
    starts = {}
    for name, data in padded.items():
        starts[name] = len(fat)
        count = len(data) // _SECTOR
        fat += [len(fat) + n + 1 for n in range(count - 1)] + [_END]
    assert len(fat) <= _SECTOR // 4, "one sector of the allocation table is all that this writes"
    table = struct.pack(f"<{_SECTOR // 4}I", *fat, *[_FREE] * (_SECTOR // 4 - len(fat)))
    names = sorted(padded, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, child=1, right=_NONE, start=_END, size=0)]
    for at, name in enumerate(names):
        right = at + 2 if at + 1 < len(names) else _NONE
        entries.append(_entry(name, 2, child=_NONE, right=right, start=starts[name], size=len(padded[name])))
    entries += [bytes(128)] * (4 - len(entries))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    return header + table + b"".join(entries) + b"".join(padded.values())


def _entry(name: str, kind: int, *, child: int, right: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    about = (
        struct.pack("<HBB", len(encoded), kind, 1)
        + struct.pack("<III", _NONE, right, child)
        + bytes(16 + 4 + 16)
    )
    return encoded.ljust(64, b"\0") + about + struct.pack("<IQ", start, size)
