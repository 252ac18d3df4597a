"""What can be refused at the door; nothing here tells which of login and password was wrong."""

from __future__ import annotations

from tanheng.errors import TanhengError


class SignInRefused(TanhengError):
    """A login and password, or a second factor, that do not fit."""

    code = "P-010"
    zh = "登录名、密码或验证码不对。"
    en = "Login, password or code do not fit."
    remedy_zh = "连续 {limit} 次不对将锁定 {minutes} 分钟。"
    remedy_en = "After {limit} failures in a row the account is locked for {minutes} minutes."


class SignedOut(TanhengError):
    """No session or token, or one that has ended."""

    code = "P-011"
    zh = "尚未登录，或登录已失效。"
    en = "Not signed in, or the session has ended."
    remedy_zh = "请登录；程序访问请用 `tanheng token create` 生成令牌。"
    remedy_en = "Sign in; programs use a token of `tanheng token create`."


class NotAllowed(TanhengError):
    """Something that none of a person's roles may do."""

    code = "P-003"
    zh = "您的角色没有“{permission_zh}”权限。"
    en = "None of your roles has the permission '{permission_en}'."
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
    """A write by a session without the session's own mark, or from the page of another site."""

    code = "P-008"
    zh = "请求缺少本会话的 X-CSRF-Token，或来自别的网站。"
    en = "The request lacks this session's X-CSRF-Token, or comes from another site."
    remedy_zh = "请刷新页面后重试；经反向代理访问时请设 public_url。"
    remedy_en = "Reload the page and try again; behind a proxy set public_url."


class OutsideArea(TanhengError):
    """A place that does not lie in somebody's area of responsibility."""

    code = "P-009"
    zh = "“{place}”不在您的责任范围（{areas}）内。"
    en = "'{place}' is not in your area of responsibility ({areas})."
    remedy_zh = "请写范围内的地区或单位。"
    remedy_en = "Name a region or entity inside it."


class NotYet(TanhengError):
    """Anything but what is still to be done first: a new password, or setting up the second factor."""

    code = "P-012"
    zh = "请先{todo_zh}。"
    en = "First {todo_en}."


class Oneself(TanhengError):
    """A change to one's own roles, areas or state."""

    code = "P-013"
    zh = "不能更改自己的角色、责任范围或状态。"
    en = "Nobody changes their own roles, areas or state."
    remedy_zh = "请由另一位管理员操作。"
    remedy_en = "Another administrator does this."


class LastAdministrator(TanhengError):
    """Taking away the last holder of a role that administers."""

    code = "P-014"
    zh = "{name} 是最后一位{role_zh}，不能撤换或停用。"
    en = "{name} is the last {role_en} and cannot be removed or suspended."
    remedy_zh = "请先让另一人担任该角色。"
    remedy_en = "First give the role to somebody else."


class AreaInvalid(TanhengError):
    """An area that is none: an unknown kind or region, or no code."""

    code = "P-015"
    zh = "责任范围“{area}”不可用，应为 all、region:地区代码 或 entity:单位名。"
    en = "Area '{area}' cannot be used; expected all, region:CODE or entity:NAME."


class ScopeInvalid(TanhengError):
    """A scope that its person does not have, or that does not exist."""

    code = "P-016"
    zh = "令牌的范围“{scope}”不在本人的权限之内，可选：{known}。"
    en = "Scope '{scope}' is not among the person's own permissions; expected some of {known}."


class SessionNeeded(TanhengError):
    """Something that a token must not do: it takes a person who signed in."""

    code = "P-017"
    zh = "此操作须本人登录进行，不能用令牌。"
    en = "This takes a person who signed in; a token cannot do it."


class PasswordWrong(TanhengError):
    """The own password, stated again for a change, that does not fit."""

    code = "P-018"
    zh = "原密码或验证码不对。"
    en = "The present password or the code does not fit."


class OidcFailed(TanhengError):
    """A sign-in by another identity provider that did not succeed."""

    code = "P-019"
    zh = "统一身份认证登录未成功：{detail_zh}。"
    en = "Signing in by the identity provider failed: {detail_en}."
    remedy_zh = "请重试；仍不成功请找安全管理员。"
    remedy_en = "Try again; if it fails again ask the security administrator."


class StateUnknown(TanhengError):
    """A state of a person that does not exist."""

    code = "P-020"
    zh = "没有状态“{state}”，应为：{known}。"
    en = "There is no state '{state}'; expected one of {known}."


class ShellNeeded(TanhengError):
    """Something by which one administrator would take over the account of another."""

    code = "P-021"
    zh = "{name} 是管理员：{what_zh}会让另一位管理员独自接管其账号。"
    en = "{name} is an administrator: {what_en} would let another administrator take the account over alone."
    remedy_zh = "请在服务器上用 `tanheng user {command}` 操作。"
    remedy_en = "Use `tanheng user {command}` on the server."


class IdentityTied(TanhengError):
    """Making an administrator of somebody whom a security administrator has tied to an identity, perhaps their own."""

    code = "P-022"
    zh = "{name} 已关联统一身份，不能就此担任管理员：关联者可借此独自接管其账号。"
    en = "{name} is tied to an identity and cannot be made an administrator so: whoever tied it could take the account over alone."
    remedy_zh = "请先取消关联，授予角色后在服务器上用 `tanheng user tie` 关联。"
    remedy_en = "Untie it first; when the role is given, tie it on the server by `tanheng user tie`."


class SetupCodeWrong(TanhengError):
    """A first set-up over the network without the code that the server told on its console."""

    code = "P-023"
    status = 403
    zh = "首次设置的一次性代码不对。"
    en = "The one-time code of the first set-up does not fit."
    remedy_zh = "代码在启动服务的控制台上，也在数据文件夹的 {file} 文件中。"
    remedy_en = (
        "It stands on the console where the server was started and in the file {file} of the data folder."
    )
