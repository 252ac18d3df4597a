"""What can be refused at the door; nothing here tells which of login and password was wrong."""

from __future__ import annotations

from tanheng.errors import TanhengError


class SignInRefused(TanhengError):
    """A login and password, or a second factor, that do not fit."""

    code = "P-001"
    zh = "登录名、密码或验证码不对。"
    en = "Login, password or code do not fit."
    remedy_zh = "连续 {limit} 次不对将锁定 {minutes} 分钟。"
    remedy_en = "After {limit} failures in a row the account is locked for {minutes} minutes."


class SignedOut(TanhengError):
    """No session or token, or one that has ended."""

    code = "P-002"
    zh = "尚未登录，或登录已失效。"
    en = "Not signed in, or the session has ended."
    remedy_zh = "请登录；程序访问请用 `tanheng token create` 生成令牌。"
    remedy_en = "Sign in; programs use a token of `tanheng token create`."


class NotAllowed(TanhengError):
    """Something that none of a person's roles may do."""

    code = "P-003"
    zh = "您的角色没有“{permission}”权限。"
    en = "None of your roles has the permission '{permission}'."
    remedy_zh = "请向安全管理员申请。"
    remedy_en = "Ask the security administrator."


class PasswordWeak(TanhengError):
    """A password that the policy refuses."""

    code = "P-004"
    zh = "密码不符合要求：{detail_zh}。"
    en = "The password does not fit the policy: {detail_en}."


class RolesApart(TanhengError):
    """Two roles that one person must not hold."""

    code = "P-005"
    zh = "{name} 不能同时是{first_zh}和{second_zh}：{why_zh}。"
    en = "{name} cannot be both {first_en} and {second_en}: {why_en}."


class LoginTaken(TanhengError):
    """A login that another person has."""

    code = "P-006"
    zh = "登录名“{login}”已被使用。"
    en = "Login '{login}' is taken."


class RoleUnknown(TanhengError):
    """A role that does not exist."""

    code = "P-007"
    zh = "没有角色“{role}”，应为：{known}。"
    en = "There is no role '{role}'; expected one of {known}."


class CsrfMissing(TanhengError):
    """A write by a session without the session's own mark."""

    code = "P-008"
    zh = "请求缺少本会话的 X-CSRF-Token。"
    en = "The request lacks this session's X-CSRF-Token."
    remedy_zh = "请刷新页面后重试。"
    remedy_en = "Reload the page and try again."


class OutsideArea(TanhengError):
    """A place that does not lie in somebody's area of responsibility."""

    code = "P-009"
    zh = "“{place}”不在您的责任范围（{areas}）内。"
    en = "'{place}' is not in your area of responsibility ({areas})."
    remedy_zh = "请写范围内的地区或单位。"
    remedy_en = "Name a region or entity inside it."
