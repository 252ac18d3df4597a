"""The files that an inventory was made from, which a release keeps: they must still be the ones that were read."""

from __future__ import annotations

from pathlib import Path

from tanheng.errors import TanhengError
from tanheng.inventory.inventory import Inventory
from tanheng.record import file_sha256


class InputChanged(TanhengError):
    """A file that an inventory was made from is gone or is another one now."""

    code = "R-004"
    zh = "{file} 已不是核算时的那个文件（缺失或已改动）。"
    en = "{file} is not the file that was accounted for any more: it is missing or was changed."
    remedy_zh = "请重新核算，再冻结。"
    remedy_en = "Run the account again, then freeze it."
    exit_code = 1


def raw_files(inventory: Inventory) -> dict[str, Path]:
    """The files that the activity was read from, which must still be the ones that were read."""
    source = inventory.circumstances.get("source")
    if not source:
        return {}
    root = Path(source)
    found = {name: root / name if root.is_dir() else root for name in inventory.activity.files}
    for name, path in found.items():
        said = inventory.activity.files[name]
        if not path.is_file() or (said and file_sha256(path) != said):
            raise InputChanged(file=str(path))
    return found


def files_beside(inventory: Inventory) -> dict[str, Path]:
    """The tables that were checked beside the activity and never added to it, by role."""
    found = inventory.circumstances.get("beside", {})
    for one in found.values():
        if not Path(one["path"]).is_file() or file_sha256(Path(one["path"])) != one["sha256"]:
            raise InputChanged(file=one["path"])
    return {role: Path(one["path"]) for role, one in found.items()}
