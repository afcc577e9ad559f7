"""Two reviewers, and a catalogue in which somebody's telephone number was published."""

from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.catalogue.objects import WINDOW
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish
from tests.review.redaction.desk import CONTACT, LATER, PHONE, reviewer


@pytest.fixture
def first(application: FastAPI, database: Database) -> TestClient:
    return reviewer(application, database, "审批局 王敏")


@pytest.fixture
def second(application: FastAPI, database: Database) -> TestClient:
    return reviewer(application, database, "审批局 李华")


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """HZ-001 said whom to call on his own telephone from the beginning, and otherwise from 2023 on."""
    window = {"name": "1号窗口", "phone": PHONE, "code": "W-1"}
    publish(
        database,
        department(),
        draft("create", "W-01", {"name": "1号窗口", "department_code": CIVIL_AFFAIRS, "phone": PHONE}, kind=WINDOW),
        item("HZ-001", consultation_contact=CONTACT, is_online=True, task_type="01", windows=[window], fee_basis="无"),
        item("HZ-002", consultation_contact="12345", is_online=False, task_type="01"),
    )
    publish(database, amend("HZ-001", date(2023, 1, 1), consultation_contact=LATER, promised_limit=5))
    publish(database, amend("HZ-001", date(2027, 1, 1), aliases=["欧阳建国养老院备案"], main_item_name="欧阳建国"))
