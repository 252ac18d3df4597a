"""What can go wrong at the gate with files that are well formed."""

from __future__ import annotations

from tanheng.errors import TanhengError


class GateInvalid(TanhengError):
    """A project and a road that cannot be judged together."""

    code = "L-190"
    zh = "项目“{project}”不能判定：{detail_zh}。"
    en = "Project '{project}' cannot be judged: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class ClaimTaken(TanhengError):
    """Tonnes that another claim holds already: one tonne, one claim."""

    code = "L-191"
    status = 409
    zh = "抵消“{option}”{vintage} 年的量已被占用：{detail_zh}。"
    en = "Offset '{option}' of {vintage} is claimed already: {detail_en}."
    remedy_zh = "一吨只能登记一次：请减少数量、换一个选项，或先释放已有的登记。"
    remedy_en = "One tonne, one claim: take less, take another option, or release the claim that holds it."
    exit_code = 1


class ClaimInvalid(TanhengError):
    """A claim that cannot be: an amount that is no whole number above 0, another limit, an unknown claim."""

    code = "L-192"
    zh = "抵消登记无效：{detail_zh}。"
    en = "This claim cannot be: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class RegisterBroken(TanhengError):
    """A register of claims that is not as it was written; nothing is claimed or released there."""

    code = "L-193"
    status = 500
    zh = "抵消登记簿 {file} 不可信：{detail_zh}。"
    en = "The register of claims {file} cannot be trusted: {detail_en}."
    remedy_zh = "请从备份恢复，用 `tanheng gate claims verify` 核对；不会在其上登记。"
    remedy_en = (
        "Restore it from a backup and check it with `tanheng gate claims verify`; nothing is written to it."
    )
    exit_code = 1


class SteamInvalid(TanhengError):
    """Numbers of a supply of steam that cannot be."""

    code = "L-194"
    zh = "供汽替代不能计算：{name} 为 {value}，{detail_zh}。"
    en = "This supply of steam cannot be computed: {name} is {value}, {detail_en}."
    remedy_zh = "请核对数值与单位。"
    remedy_en = "Check value and unit."


class RegisterBusy(TanhengError):
    """A register of claims that another process holds."""

    code = "L-195"
    zh = "抵消登记簿 {file} 正被另一个进程写入。"
    en = "Another process is writing to the register of claims {file}."
    remedy_zh = "请稍后再试。"
    remedy_en = "Try again later."
    exit_code = 1


def claim_wrong(detail: tuple[str, str], mend: tuple[str, str]) -> ClaimInvalid:
    """The error for one claim."""
    return ClaimInvalid(detail=detail, mend=mend)
