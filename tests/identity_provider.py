"""A small OpenID provider in the test's own process: discovery, keys, authorization with PKCE, tokens."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey


class IdentityProvider:
    """Vouches for ``subject``; ``claims`` are put over those of an honest identity token, ``None`` takes one out."""

    client_id, secret = "tanheng", "the-secret-of-the-client"

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.subject = "u-1001"
        self.claims: dict[str, Any] = {}
        self.key = ECKey.generate_key("P-256", parameters={"kid": "one"})
        self.signs_with: Any = self.key
        self.algorithm = "ES256"
        self.described: dict[str, Any] = {}
        self.redirects = ""
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, address: str) -> str:
        """What the browser does at the provider: the address to which it is sent back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert (asked["client_id"], asked["code_challenge_method"]) == (self.client_id, "S256")
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint; a code is good once."""
        asked = self._codes.pop(form.get("code", ""), None)
        known = b64decode(authorization.removeprefix("Basic ")).decode() == f"{self.client_id}:{self.secret}"
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or not known or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": self.client_id, "nonce": asked["nonce"],
            "iat": int(time.time()), "exp": int(time.time()) + 300, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(
            {"alg": self.algorithm, "kid": "one"}, claims, self.signs_with, algorithms=[self.algorithm]
        )
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def description(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys", **self.described,
        }  # fmt: skip


@contextlib.contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            if found.redirects:
                self.send_response(302)
                self.send_header("Location", found.redirects)
                self.end_headers()
            elif self.path == "/.well-known/openid-configuration":
                self._say(200, found.description())
            elif self.path == "/keys":
                self._say(200, {"keys": [found.key.as_dict(private=False)]})
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*found.token(form, self.headers.get("authorization", "")))

        def _say(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def shared_secret_key() -> OctKey:
    """A key of HMAC, with which a forger signs what the provider's public key would have to verify."""
    return OctKey.generate_key(256)
