from collections.abc import Mapping
from typing import Any

from app.catalogue.objects import INTEGRATED_MATTER
from app.changes.checks import CatalogueInconsistent
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, draft, item, publish


def test_what_members_of_a_matter_may_be(database: Database) -> None:
    publish(database, department(), *(item(f"HZ-00{number}") for number in (1, 2, 3)))
    cases: list[tuple[Mapping[str, list[str]], list[str]]] = [
        ({"HZ-001": []}, ["too-few-members"]),
        ({}, ["too-few-members"]),
        ({"HZ-001": ["HZ-003"], "HZ-002": []}, ["unknown-member"]),
        ({"HZ-001": ["HZ-001"], "HZ-002": []}, ["circle-of-members"]),
        ({"HZ-001": ["HZ-003"], "HZ-002": ["HZ-001"], "HZ-003": ["HZ-002"]}, ["circle-of-members"]),
        ({"HZ-001": [], "HZ-002": ["HZ-001"], "HZ-003": ["HZ-001", "HZ-002"]}, []),
    ]
    for members, rules in cases:
        named = [{"code": code, "after": after} for code, after in members.items()]
        said: dict[str, Any] = {"name": "养老一件事", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
        found: dict[str | None, str] = {}
        try:
            publish(database, draft("create", "HZ-yjs-01", said | {"members": named}, kind=INTEGRATED_MATTER))
        except CatalogueInconsistent as refused:
            found = {each.rule: each.detail.zh for each in refused.faults}
        assert list(found) == rules
        if len(members) == 3 and rules:
            assert "HZ-001 → HZ-002 → HZ-003 → HZ-001" in found["circle-of-members"]
