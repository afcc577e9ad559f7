"""Tokens of the one identity provider (OpenID Connect): its keys are fetched, its signature and claims are checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry, extract_compact

from app.clock import SHANGHAI
from app.errors import Message, Unauthorized, Unavailable
from app.logs import log

# Signed with a key that only the provider has. With HS256 its public key would serve as the secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
LEEWAY = 30  # seconds that two clocks may differ
TIMEOUT = 5.0  # seconds
SOONEST, STALE = timedelta(minutes=1), timedelta(hours=1)
DISCOVERY = "/.well-known/openid-configuration"


class ProviderAway(Unavailable):
    slug, title = "identity-provider-away", Message("单点登录不可用", "The identity provider is away")


class ForeignToken(Unauthorized):
    slug, title = "identity-token-refused", Message("单点登录的令牌无效", "The identity token is refused")


def ended() -> ForeignToken:
    zh = "单点登录的令牌已过期，请回到单点登录的页面重新登录。"
    return ForeignToken(Message(zh, "The identity token has expired. Sign in again at the identity provider."))


class Wanted(Protocol):
    """What the operator says of the provider."""

    oidc_issuer: str
    oidc_audience: str
    oidc_login_claim: str
    oidc_jwks_url: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token of the provider means, and until when it is taken."""

    subject: str
    login: str | None
    expires_at: datetime

    @property
    def called(self) -> str:
        return self.login or self.subject[:100]


class Provider:
    """Knows the provider's keys: they are fetched when they are first needed, hourly, and where one is unknown."""

    def __init__(self, settings: Wanted) -> None:
        self.issuer, self.audience = settings.oidc_issuer, settings.oidc_audience
        self.login_claim, self.keys_url = settings.oidc_login_claim, settings.oidc_jwks_url
        self._keys: KeySet | None = None
        self._asked_at: datetime | None = None
        self._away = False
        self._asking = Lock()

    def identify(self, given: str, now: datetime) -> Identity:
        """Raises ForeignToken where it is none of the provider's for us or has ended, ProviderAway without its keys."""
        try:
            header = extract_compact(given.encode(), registry=REGISTRY).headers()
            said = jwt.decode(given, self._keys_for(header.get("kid"), now), registry=REGISTRY).claims
            self._demanded(now).validate(said)
            return self._identity(said)
        except ExpiredTokenError:
            raise ended() from None
        except (JoseError, ValueError, OverflowError) as error:
            log.warning("identity token refused", error=str(error)[:200])
            raise ForeignToken(
                Message(
                    "这个令牌不是本单位的身份提供者发给本服务的，或者被改过。请重新登录。",
                    "This token is not one that the identity provider gave for this service, or it was changed.",
                )
            ) from None

    def _demanded(self, now: datetime) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def _identity(self, said: Mapping[str, Any]) -> Identity:
        login = said.get(self.login_claim)
        known = login.casefold()[:100] if isinstance(login, str) else None
        return Identity(said["sub"], known, datetime.fromtimestamp(said["exp"] + LEEWAY, SHANGHAI))

    def _keys_for(self, kid: str | None, now: datetime) -> KeySet:
        if not self._serves(kid, now):
            with self._asking:
                if not self._serves(kid, now):
                    self._ask(now)
        if self._keys is None or (self._away and not self._has(kid)):
            zh = f"单点登录的身份提供者（{self.issuer}）现在连不上，令牌无法核对。请稍后再试，或用密码登录。"
            raise ProviderAway(Message(zh, f"The identity provider ({self.issuer}) can't be reached. Try again later."))
        return self._keys

    def _has(self, kid: str | None) -> bool:
        return self._keys is not None and (kid is None or any(each.kid == kid for each in self._keys))

    def _serves(self, kid: str | None, now: datetime) -> bool:
        """Whether there is no need to ask, or it was asked too short a time ago."""
        since = STALE if self._has(kid) and not self._away else SOONEST
        return self._asked_at is not None and now - self._asked_at < since

    def _ask(self, now: datetime) -> None:
        """Old keys serve as long as the provider is away."""
        self._asked_at = now
        try:
            self._keys, self._away = fetch_keys(self.issuer, self.keys_url), False
        except (httpx.HTTPError, httpx.InvalidURL, JoseError, ValueError, KeyError, TypeError) as error:
            log.error("identity provider away", issuer=self.issuer, error=f"{type(error).__name__}: {error}"[:300])
            self._away = True


def fetch_keys(issuer: str, keys_url: str = "") -> KeySet:
    """The provider's public keys. Redirects are not followed: they might lead to somebody else's."""
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
        return KeySet.import_key_set(_read(client, keys_url or _discovered(client, issuer)))


def _discovered(client: httpx.Client, issuer: str) -> str:
    """Raises ValueError where what is found there speaks of another issuer."""
    document = _read(client, issuer.rstrip("/") + DISCOVERY)
    if document["issuer"] != issuer:
        raise ValueError(f"the provider calls itself {document['issuer']}")
    return str(document["jwks_uri"])


def _read(client: httpx.Client, url: str) -> Any:
    return orjson.loads(client.get(url).raise_for_status().content)
