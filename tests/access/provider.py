"""A small identity provider of our own, which really listens: discovery, keys, and tokens as they should or shouldn't be."""

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

AUDIENCE = "shixiang"
HOUR = 3600


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class IdentityProvider:
    """What it answers can be changed while it runs; `asked` counts how often its keys were read."""

    address: str
    key: ECKey | RSAKey = field(default_factory=lambda: new_key("march"))
    issuer: str = ""
    away: bool = False
    redirects: bool = False
    asked: int = 0

    def __post_init__(self) -> None:
        self.issuer = self.address

    def answers(self) -> dict[str, Any]:
        return {
            "/.well-known/openid-configuration": {"issuer": self.issuer, "jwks_uri": f"{self.address}/keys"},
            "/keys": KeySet([self.key]).as_dict(private=False),
        }

    def token(self, login: str, now: datetime, **other: object) -> str:
        """As it is given after a sign-in; what is named otherwise is otherwise, None leaves it out."""
        return signed(self.claims(login, now, **other), self.key, "RS256" if isinstance(self.key, RSAKey) else "ES256")

    def claims(self, login: str, now: datetime, **other: object) -> dict[str, Any]:
        at = int(now.timestamp())
        said = {
            "iss": self.address,
            "aud": ["account", AUDIENCE],
            "sub": f"id-of-{login}",
            "preferred_username": login,
            "iat": at,
            "exp": at + HOUR,
        }
        return {name: value for name, value in (said | other).items() if value is not None}

    def signed_with_the_public_key(self, login: str, now: datetime) -> str:
        """HS256 with the public key as its secret, which a careless service would take."""
        said = written({"alg": "HS256", "kid": self.key.kid}, self.claims(login, now))
        return f"{said}.{encoded(hmac.digest(self.key.as_pem(private=False), said.encode(), 'sha256'))}"

    def unsigned(self, login: str, now: datetime) -> str:
        return written({"alg": "none", "kid": self.key.kid}, self.claims(login, now)) + "."


def written(*parts: dict[str, Any]) -> str:
    return ".".join(encoded(json.dumps(each).encode()) for each in parts)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signed(claims: dict[str, Any], key: ECKey | RSAKey, algorithm: str = "ES256") -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, [algorithm])


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += self.path == "/keys"
            body = json.dumps(provider.answers().get(self.path)).encode()
            self.send_response(503 if provider.away else 302 if provider.redirects else 200)
            self.send_header("Location", "http://elsewhere.example/keys")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    running = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        running.join()
