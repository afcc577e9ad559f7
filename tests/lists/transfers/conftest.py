"""A district in which the approval bureau takes over from two departments."""

import pytest

from app.db import Database
from tests.factories import department, item, publish
from tests.lists.transfers.desk import BUREAU, CIVIL, HOUSING, national


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(CIVIL, name="海珠区民政局"),
        department(HOUSING, name="海珠区住房和建设局"),
        department(BUREAU, name="海珠区行政审批局"),
        item(
            national(CIVIL, "000111002000"), name="社会团体成立登记", department_code=CIVIL, task_type="01",
            catalog_code="000111002000", use_level="4", task_code=national(CIVIL, "000111002000"),
        ),
        item("HZ-002", name="养老机构备案", department_code=CIVIL, task_type="10"),
        item("HZ-003", name="建筑工程施工许可", department_code=HOUSING, task_type="01"),
        item("HZ-004", name="人防工程拆除审批", department_code=HOUSING, task_type="01"),
    )  # fmt: skip
