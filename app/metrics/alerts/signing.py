"""Messages as Standard Webhooks 1.0 has them: an id, the time of the attempt, and a signature over both and the body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

SECRET_PREFIX, ID_PREFIX, SCHEME = "whsec_", "msg_", "v1"


def new_secret() -> str:
    """256 random bits as `whsec_` and Base64, as the libraries of receivers take it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def new_id() -> str:
    """Of a message, the same however often it is sent."""
    return ID_PREFIX + secrets.token_hex(16)


def signed_headers(keys: Iterable[str], webhook_id: str, at: datetime, body: str) -> dict[str, str]:
    """One signature for each secret: while a new one is handed over, the one before is still known to the receiver."""
    seconds = str(int(at.timestamp()))
    signed = f"{webhook_id}.{seconds}.{body}".encode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"{SCHEME},{_signature(key, signed)}" for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    raw = base64.b64decode(key.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
