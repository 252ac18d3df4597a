"""Signing in by an identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

Somebody is known by the provider's verified subject alone, which the security administrator has tied to a person that
exists; nobody is made by signing in. Source: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 9700.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.access.people import ACTIVE
from tanheng.access.problems import OidcFailed
from tanheng.access.sessions import Rules, open_session, who
from tanheng.record.chain import append
from tanheng.record.platform import Platform
from tanheng.record.tables import PERSON

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that are believed: those with a public key of the provider, never ``none`` or a shared secret."""
_STRONG = {"mfa", "otp", "hwk", "sc"}
_PATIENCE = 10.0
_CLOCK = 60
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that a translator turns into version 4 ones, inner ones among them (RFC 6052)."""


@dataclass(frozen=True)
class Provider:
    """An identity provider as set: its issuer, and our name and secret there."""

    issuer: str
    client_id: str
    secret: str

    def subject(self, sub: str) -> str:
        """A subject as it is kept: together with who vouches for it."""
        return f"{self.issuer} {sub}"


@dataclass(frozen=True)
class Journey:
    """What the browser keeps between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Journey:
        """Three random texts."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


def leave(provider: Provider, journey: Journey, back: str) -> str:
    """The provider's address to which the browser is sent.

    Raises
    ------
    OidcFailed
    """
    with _client(provider, back) as client:
        address, _ = client.create_authorization_url(
            _described(client, provider)["authorization_endpoint"],
            state=journey.state,
            nonce=journey.nonce,
            code_verifier=journey.verifier,
        )
    return str(address)


def arrive(provider: Provider, journey: Journey, back: str, *, code: str, state: str) -> dict[str, Any]:
    """The claims of the identity token for a code, once all of it is verified.

    Raises
    ------
    OidcFailed
    """
    if not hmac.compare_digest(state.encode(), journey.state.encode()):
        raise OidcFailed(detail_zh="状态不符", detail_en="the state does not fit")
    with _client(provider, back) as client:
        described = _described(client, provider)
        try:
            told = client.fetch_token(
                described["token_endpoint"], code=code, code_verifier=journey.verifier, grant_type="authorization_code"
            )  # fmt: skip
            keys = _get(client, described["jwks_uri"])
        except OidcFailed:
            raise
        except Exception as error:
            raise OidcFailed(detail_zh="换取令牌失败", detail_en="the code was not exchanged") from error
    return _verified(provider, journey, str(told.get("id_token", "")), keys)


def sign_in_by(
    platform: Platform, provider: Provider, claims: dict[str, Any], *, source: str, agent: str, rules: Rules
) -> tuple[str, Viewer]:
    """A session for the person who is tied to the subject.

    Somebody with a second factor of ours, or who needs one, comes in only where the provider tells (``amr``) that it
    asked for one.

    Raises
    ------
    OidcFailed
        For a subject that is tied to nobody, or to somebody who is not let in.
    """
    subject = provider.subject(str(claims["sub"]))
    strong = bool(_STRONG.intersection(claims.get("amr") or ()))
    secret = ""
    with platform.writing() as connection:
        row = connection.execute(sa.select(PERSON).where(PERSON.c.subject == subject)).first()
        if row is None or row.state != ACTIVE or (row.second_factor and not strong):
            why = "subject" if row is None else "state" if row.state != ACTIVE else "code"
            append(
                connection, "session.refused", row.login if row else subject[:200], tenant=row.tenant if row else "",
                login=row.login if row else "", source=source, detail={"why": why, "how": "oidc"},
            )  # fmt: skip
        else:
            secret = open_session(
                connection, row, source=source, agent=agent, rules=rules, by_second=strong, how="oidc"
            )
    if not secret:
        raise OidcFailed(
            detail_zh="该身份未关联到可登录的用户", detail_en="the identity is tied to nobody who may sign in"
        )
    return secret, who(platform, secret, source=source, rules=rules)


def _client(provider: Provider, back: str) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        provider.client_id,
        provider.secret or None,
        scope="openid",
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if provider.secret else "none",
        timeout=_PATIENCE,
        follow_redirects=False,
    )


def _described(client: Any, provider: Provider) -> dict[str, Any]:
    """The provider's own description, which must be of this issuer and lead to protected addresses, none of them inside."""
    if not is_protected(provider.issuer):
        raise OidcFailed(detail_zh="签发者地址不是 HTTPS", detail_en="the issuer's address is not HTTPS")
    found = _get(client, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise OidcFailed(detail_zh="签发者不符", detail_en="the issuer is another")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_protected(str(found.get(name, ""))):
            raise OidcFailed(detail_zh=f"{name} 不是 HTTPS", detail_en=f"{name} is not HTTPS")
    for name in ("token_endpoint", "jwks_uri"):  # where this server goes by itself
        if not leads_nowhere_inside(str(found[name]), provider.issuer):
            raise OidcFailed(detail_zh=f"{name} 指向内网", detail_en=f"{name} leads inside this network")
    return found


def is_protected(address: str) -> bool:
    """Whether an address is HTTPS, or of this machine.

    Examples
    --------
    >>> is_protected("https://id.example.gov.cn"), is_protected("http://id.example.gov.cn")
    (True, False)
    """
    found = urlsplit(address)
    return found.scheme == "https" or (
        found.scheme == "http" and found.hostname in ("127.0.0.1", "localhost", "::1")
    )


def leads_nowhere_inside(address: str, issuer: str) -> bool:
    """Whether an address that the issuer names is on the issuer's own host, or public by every answer of the name server.

    A name that answers otherwise a moment later leads to a host that has no certificate for it: but for the issuer's own
    host, plain HTTP is not public.

    Examples
    --------
    >>> leads_nowhere_inside("https://id.example.gov.cn/keys", "https://id.example.gov.cn/realm")
    True
    >>> leads_nowhere_inside("https://2130706433/keys", "https://id.example.gov.cn"), 2130706433 == 0x7F000001
    (False, True)
    """
    found, own = urlsplit(address), urlsplit(issuer)
    if (found.scheme, found.hostname) == (own.scheme, own.hostname):
        return True
    try:
        answers = socket.getaddrinfo(found.hostname, found.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        return False
    return found.scheme == "https" and all(_public(str(one[4][0])) for one in answers)


def _public(text: str) -> bool:
    """Whether an address is of the public internet; a version 4 address within a version 6 one counts as itself."""
    found = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        return (inner or found).is_global and found not in _TRANSLATED
    return found.is_global


def _get(client: Any, address: str) -> dict[str, Any]:
    try:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        found = answer.json()
    except Exception as error:
        raise OidcFailed(
            detail_zh="无法访问身份提供方", detail_en="the identity provider cannot be reached"
        ) from error
    if not isinstance(found, dict):
        raise OidcFailed(
            detail_zh="身份提供方的答复无法识别", detail_en="the identity provider's answer is not understood"
        )
    return found


def _verified(provider: Provider, journey: Journey, token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Claims of an identity token: signature, issuer, audience, time and nonce."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS)).claims  # type: ignore[arg-type]
        rules = jwt.JWTClaimsRegistry(
            leeway=_CLOCK,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": journey.nonce},
        )
        rules.validate(found)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise OidcFailed(detail_zh="身份令牌无效", detail_en="the identity token is not valid") from error
    several = isinstance(found["aud"], list) and len(found["aud"]) > 1
    if found.get("azp", None if several else provider.client_id) != provider.client_id:
        raise OidcFailed(detail_zh="身份令牌另有所属", detail_en="the identity token is for somebody else")
    return dict(found)
