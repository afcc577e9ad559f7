"""Items that keep all rules, or break one, and what a preview finds of a draft about them."""

from typing import Any

from fastapi.testclient import TestClient

from app.changes.rules import Draft
from tests.changes.desk import previewed
from tests.factories import CIVIL_AFFAIRS, DIVISION, item
from tests.quality.cases import RIGHT

RULE = "promised-over-statutory"
LIMITS = {"promised_limit": 20, "promised_limit_unit": "1", "statutory_limit": 20, "statutory_limit_unit": "1"}
OVER = LIMITS | {"promised_limit": 30}


def content(code: str, **stated: object) -> dict[str, Any]:
    """What keeps all rules, but for what is stated."""
    own = {"name": f"养老机构备案 {code}", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
    return {name: value for name, value in {**RIGHT, **own, **stated}.items() if name != "code"}


def right(code: str, **stated: object) -> Draft:
    return item(code, **content(code, **stated))


def created(code: str, **stated: object) -> dict[str, Any]:
    return {"kind": "create", "code": code, "content": content(code, **stated)}


def found(staff: TestClient, path: str, *rules: str) -> list[tuple[str, str, str, bool]]:
    """Code, day, state and whether it blocks, of each finding of the rules in a preview; of limits unless told."""
    told = previewed(staff, path)["findings"]["first"]
    wanted = rules or (RULE,)
    return [(each["code"], each["on"], each["state"], each["blocks"]) for each in told if each["rule"] in wanted]
