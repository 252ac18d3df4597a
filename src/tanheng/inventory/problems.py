"""What can go wrong with inventories alone; the general errors stand in `tanheng.errors`."""

from __future__ import annotations

from tanheng.errors import TanhengError


class RunExists(TanhengError):
    """A folder that holds a run already; nothing is overwritten."""

    code = "I-002"
    zh = "文件夹 {folder} 中已有一次运行，不会覆盖。"
    en = "Folder {folder} holds a run already, and nothing is overwritten."
    remedy_zh = "请换一个文件夹。"
    remedy_en = "Choose another folder."


class RunAltered(TanhengError):
    """A saved run whose parts are not what its manifest says."""

    code = "I-003"
    zh = "运行文件 {file} 与运行清单的哈希不符，已缺失或被改动。"
    en = "Part {file} of the run differs from the manifest's hash: it is missing or was changed."
    remedy_zh = "请重新核算。"
    remedy_en = "Run the account again."
    exit_code = 1
