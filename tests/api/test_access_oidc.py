"""Signing in by an identity provider: the whole way round, and every forgery on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey

from identity_provider import IdentityProvider, identity_provider, shared_secret_key
from serving import add, enter, server
from tanheng.access.oidc import leads_nowhere_inside
from tanheng.record.tables import AUDIT, PERSON
from tanheng.serve.settings import SettingInvalid, load_settings

OIDC = "/api/v1/session/oidc"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


@pytest.fixture
def client(tmp_path: Path, provider: IdentityProvider) -> Iterator[TestClient]:
    settings = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": provider.client_id,
        "oidc_secret": provider.secret,
    }
    with server(tmp_path, **settings) as found:
        wang = add(found, "wang", ["analyst"])
        add(found, "sec", ["security_admin"])
        security = TestClient(found.app)
        asked = {"subject": provider.subject}
        tied = security.put(f"/api/v1/people/{wang}/subject", headers=enter(security, "sec"), json=asked)
        assert tied.status_code == 200, tied.text
        yield found


def leave(client: TestClient) -> str:
    sent = client.get(OIDC, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def arrive(client: TestClient, address: str) -> Any:
    return client.get(address, follow_redirects=False)


def refused(client: TestClient, address: str, why: str = "") -> bool:
    answer = arrive(client, address)
    said = answer.status_code == 401 and answer.json()["code"] == "P-019" and why in answer.json()["detail"]
    return said and not client.cookies.get("tanheng_session")


def test_the_whole_way_round(client: TestClient, provider: IdentityProvider) -> None:
    assert client.get("/api/v1/setup").json()["oidc"] is True
    back = provider.authorize(leave(client))
    came = arrive(client, back)
    assert (came.status_code, came.headers["location"]) == (303, "/")
    assert client.get("/api/v1/session").json()["login"] == "wang"
    assert "tanheng_oidc" not in client.cookies
    with client.app.state.platform.reading() as connection:
        last = connection.execute(
            sa.select(AUDIT.c.action, AUDIT.c.detail).order_by(AUDIT.c.number.desc())
        ).first()
    assert (last.action, last.detail["how"]) == ("session.open", "oidc")


def test_a_code_is_good_once_and_only_in_the_browser_that_left(
    client: TestClient, provider: IdentityProvider
) -> None:
    back = provider.authorize(leave(client))
    assert refused(TestClient(client.app), back)
    thief = TestClient(client.app)
    leave(thief)
    assert refused(thief, back)
    assert refused(client, back.replace("state=", "state=x"))
    back = provider.authorize(leave(client))
    assert arrive(client, back).status_code == 303
    leave(client)
    assert arrive(client, back).status_code == 401


def test_a_stranger_is_not_made_a_person(client: TestClient, provider: IdentityProvider) -> None:
    provider.subject = "u-2002"
    assert refused(client, provider.authorize(leave(client)), "未关联")
    with client.app.state.platform.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(PERSON)).scalar_one() == 2


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["tanheng", "another"]},
        {"azp": "another client"},
        {"iss": "https://another.example"},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"sub": None},
        {"iat": int(time.time()) + 86_400},
    ],
)
def test_an_identity_token_that_is_not_for_us_now_is_refused(
    client: TestClient, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert refused(client, provider.authorize(leave(client)), "身份令牌")


def test_a_forged_signature_is_refused(client: TestClient, provider: IdentityProvider) -> None:
    provider.signs_with = ECKey.generate_key("P-256")
    assert refused(client, provider.authorize(leave(client)), "身份令牌无效")
    provider.signs_with, provider.algorithm = shared_secret_key(), "HS256"
    assert refused(client, provider.authorize(leave(client)), "身份令牌无效")


def test_a_provider_that_leads_elsewhere_is_not_followed(
    client: TestClient, provider: IdentityProvider
) -> None:
    for described in (
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
    ):
        provider.described = described
        assert refused(client, OIDC)


INSIDE = [
    "https://127.0.0.1/token",
    "https://2130706433/token",
    "https://0x7f.1/token",
    "https://0177.0.0.1/token",
    "https://[::1]/token",
    "https://[::ffff:127.0.0.1]/token",
    "https://[::ffff:169.254.169.254]/token",
    "https://[2002:7f00:1::]/token",
    "https://[64:ff9b::7f00:1]/token",
    "https://169.254.169.254/latest",
    "https://10.0.0.5/token",
    "https://192.168.1.1/token",
    "https://100.64.0.1/token",
    "https://[fe80::1]/token",
    "https://0/token",
    "https://localhost/token",
    "http://localhost:5432/",
    "https://no.such.host.invalid/token",
    "https://user:pass@127.0.0.1/token",
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_provider_outside_does_not_send_this_server_inside(address: str) -> None:
    assert not leads_nowhere_inside(address, "https://id.example.gov.cn/realm")


def test_a_name_that_answers_with_one_inner_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"outside.example": ["8.8.8.8"], "rebinding.example": ["8.8.8.8", "10.0.0.5"]}

    def asked(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (one, port)) for one in answers[host]]

    monkeypatch.setattr("tanheng.access.oidc.socket.getaddrinfo", asked)
    issuer = "https://id.example.gov.cn"
    assert leads_nowhere_inside("https://outside.example/token", issuer)
    assert not leads_nowhere_inside("http://outside.example/token", issuer)
    assert not leads_nowhere_inside("https://rebinding.example/token", issuer)


def test_a_redirect_of_the_provider_is_not_followed_and_nothing_inside_is_asked(
    client: TestClient, provider: IdentityProvider
) -> None:
    with identity_provider() as inner:
        other = f"http://localhost:{urlsplit(inner.issuer).port}"
        for name in ("token_endpoint", "jwks_uri"):
            provider.described = {name: f"{other}/keys"}
            assert refused(client, OIDC, name)
        provider.described, provider.redirects = {}, f"{other}/keys"
        assert refused(client, OIDC, "无法访问")
        assert inner.asked == []


def test_an_issuer_in_plain_text_is_not_asked(tmp_path: Path) -> None:
    with server(tmp_path, oidc_issuer="http://id.example", oidc_client_id="x") as client:
        assert refused(client, OIDC, "HTTPS")


def test_a_second_factor_of_ours_is_not_walked_around(client: TestClient, provider: IdentityProvider) -> None:
    with client.app.state.platform.writing() as connection:
        connection.execute(
            sa.update(PERSON).where(PERSON.c.login == "wang").values(second_factor=pyotp.random_base32())
        )
    assert refused(client, provider.authorize(leave(client)), "未关联")
    provider.claims = {"amr": ["pwd", "otp"]}
    assert arrive(client, provider.authorize(leave(client))).status_code == 303


def test_without_a_provider_there_is_no_way(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        assert refused(client, OIDC)


def test_the_secret_is_taken_from_the_environment_alone(tmp_path: Path) -> None:
    file = tmp_path / "tanheng.toml"
    file.write_text('oidc_secret = "in a file"\n', encoding="utf-8")
    with pytest.raises(SettingInvalid) as caught:
        load_settings(file, {})
    assert "TANHENG_OIDC_SECRET" in caught.value.message("en")
    assert "in a file" not in str(caught.value.to_dict())
    found = load_settings(None, {"TANHENG_OIDC_SECRET": "hidden"})
    assert found.oidc_secret == "hidden"
    assert "hidden" not in repr(found)


def test_a_browser_that_comes_back_in_vain_sees_a_page(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        path = "/api/v1/session/oidc/callback?code=x&state=y"
        page = client.get(path, headers={"accept": "text/html,*/*;q=0.8", "accept-language": "zh"})
        assert page.headers["content-type"].startswith("text/html")
        assert page.status_code == 401
        assert '<a href="/">' in page.text
        assert client.get(path).headers["content-type"] == "application/problem+json"
