from datetime import date

import pytest

from app.db import Database
from tests.factories import department, item, publish

START = date(2024, 1, 1)


@pytest.fixture
def catalogue(database: Database) -> None:
    """Two departments with four items each: three of eight are online, of one nobody knows."""
    publish(database, department(), department("D-2", name="<b>海珠区教育局</b>"), on=date(2026, 1, 2))
    flags = (True, True, False, False, True, False, None, False)
    publish(
        database,
        *(
            item(f"HZ-{place}", start=START, is_online=flag, department_code=code, task_type="01", onsite_visits=place)
            for place, (flag, code) in enumerate(zip(flags, ["11440100007482532A", "D-2"] * 4, strict=True))
        ),
        on=date(2026, 1, 3),
    )
