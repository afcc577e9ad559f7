"""Content that breaks a rule, and content that passes."""

from collections.abc import Mapping
from typing import Any

RIGHT: Mapping[str, Any] = {"consultation_contact": "020-84411234", "promised_limit": 5}
LIMITS = {"promised_limit_unit": "1", "statutory_limit_unit": "1", "statutory_limit": 20}

CASES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "promised-over-statutory": ({**LIMITS, "promised_limit": 30}, {**LIMITS, "promised_limit": 20}),
    "online-without-depth": ({"is_online": True}, {"is_online": True, "online_depths": ["5"]}),
    "no-phone": ({"consultation_contact": None}, {}),
}
