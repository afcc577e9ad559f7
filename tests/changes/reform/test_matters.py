from collections.abc import Mapping
from typing import Any

import pytest

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


def test_what_it_shares_and_merges_its_members_have(database: Database) -> None:
    """As far as all of them state what they have; what was said already stays sayable."""
    stated: dict[str, Any] = {"materials": [{"name": "身份证（复印件）"}], "process_steps": [{"name": "受理"}]}
    publish(database, department(), item("HZ-001", **stated), item("HZ-002", **stated))
    said = {"name": "养老一件事", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
    merged = {"shared_materials": ["身份证(复印件)", "没有的材料"], "merged_steps": ["受理", "没有的环节"]}
    content = {**said, **merged, "members": [{"code": "HZ-001"}, {"code": "HZ-002"}]}
    matter = draft("create", "HZ-yjs-01", content, kind=INTEGRATED_MATTER)
    with pytest.raises(CatalogueInconsistent) as refused:
        publish(database, matter)
    assert [(each.rule, each.pointer) for each in refused.value.faults] == [
        ("unknown-material", "/content/shared_materials/1"),
        ("unknown-step", "/content/merged_steps/1"),
    ]
    publish(database, draft("amend", "HZ-002", {"materials": None, "process_steps": None}))
    publish(database, matter)
    publish(database, draft("amend", "HZ-002", stated))
    publish(database, draft("amend", "HZ-yjs-01", {"note": "第一批"}, kind=INTEGRATED_MATTER))
