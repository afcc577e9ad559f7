"""What an operator may set, by environment variable."""

import json
import re
from datetime import datetime
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ORIGIN = re.compile(r"\*|https?://[^\s/?#,]+")
ROOT_PATH = re.compile(r"(/[^\s/?#]+)*")


def read_origins(given: object) -> object:
    """Separated by commas, or a JSON list. Raises ValueError for what no browser sends as its origin."""
    if not isinstance(given, str):
        return given
    text = given.strip()
    try:
        origins = json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",")]
    except ValueError:
        raise ValueError("JSON 列表写得不对。") from None
    listed = [origin.lower() for origin in map(str, origins) if origin]
    wrong = next((origin for origin in listed if not ORIGIN.fullmatch(origin)), None)
    if wrong is not None:
        raise ValueError(
            f"“{wrong}”不是网页的来源，应写成 https://dashboard.example：协议和域名，不带路径和末尾的斜线。"
        )
    return listed


def read_root_path(given: str) -> str:
    """Begins with a slash and ends without one. Raises ValueError where it is no path."""
    path = given.rstrip("/")
    if not ROOT_PATH.fullmatch(path):
        raise ValueError("应写成 /shixiang 这样以斜线开头的路径，不带协议和域名。")
    return path


HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


def read_private_hosts(given: object) -> object:
    """Separated by commas: host names, addresses, networks, or `*`. Raises ValueError for what is none of them."""
    if not isinstance(given, str):
        return given
    listed = [part.strip().lower() for part in given.split(",") if part.strip()]
    wrong = next((part for part in listed if part != "*" and not _is_network(part) and not HOST.fullmatch(part)), None)
    if wrong is not None:
        raise ValueError(f"“{wrong}”不是主机名或网段，应写成 oa.bureau.local、10.20.0.0/16 或 *，多个用逗号隔开。")
    return listed


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def demand_audience(given: str, others: ValidationInfo) -> str:
    """Raises ValueError where an identity provider is named but not for whom its tokens have to be meant."""
    if others.data.get("oidc_issuer") and not given:
        raise ValueError("设了 OIDC_ISSUER 就必须设它，即令牌的 aud：否则发给别的系统的令牌在这里也能用。")
    return given


class Settings(BaseSettings):
    """Read once when the application is made; every name is an environment variable in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    database_url: Annotated[str, Field(description="SQLAlchemy URL: sqlite:///file or postgresql+psycopg://…")] = (
        "sqlite:///shixiang.db"
    )
    frozen_clock: Annotated[
        datetime | None, Field(description="Hold the clock at this instant (tests and demonstrations only)")
    ] = None
    max_upload_mb: Annotated[int, Field(description="Largest file an import takes, in MB", ge=1)] = 50
    max_import_rows: Annotated[int, Field(description="Most rows an import takes", ge=1)] = 300_000
    keep_uploads_days: Annotated[
        int,
        Field(description="How long an imported workbook is kept to be given back with marks, in days", ge=0, le=3650),
    ] = 30
    four_eyes: Annotated[bool, Field(description="Whoever wrote a change set may not approve it")] = True
    public_read: Annotated[
        bool, Field(description="Whether published content and figures are read without a token")
    ] = True
    token_hours: Annotated[int, Field(description="How long a sign-in lasts at most, in hours", ge=1, le=24 * 31)] = 12
    oidc_issuer: Annotated[str, Field(description="The identity provider whose bearer tokens are taken")] = ""
    oidc_audience: Annotated[
        str,
        AfterValidator(demand_audience),
        Field(description="For whom its tokens have to be meant", validate_default=True),
    ] = ""
    oidc_login_claim: Annotated[str, Field(description="The claim that holds a user's login", min_length=1)] = (
        "preferred_username"
    )
    oidc_jwks_url: Annotated[str, Field(description="Where its keys are, if it doesn't say that itself")] = ""
    cors_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(read_origins),
        Field(description="Origins whose pages may call the API, separated by commas or as a JSON list; * for all"),
    ] = ()
    root_path: Annotated[
        str, BeforeValidator(read_root_path), Field(description="The path below which a proxy offers the service")
    ] = ""
    thesaurus: Annotated[str, Field(description="A folder of thesaurus tables to use instead of the shipped ones")] = ""
    # At least as many as are indexed before anybody asks.
    max_indexed_items: Annotated[
        int, Field(description="Most items that indexes of matching hold in memory", ge=20_000, le=5_000_000)
    ] = 200_000
    semantic_matching: Annotated[
        bool, Field(description="Whether demands are matched by meaning too, where the extra is installed")
    ] = True
    webhook_private_hosts: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(read_private_hosts),
        Field(
            description="Hosts and networks of one's own that webhooks may go to, separated by commas; * for all private"
        ),
    ] = ()
