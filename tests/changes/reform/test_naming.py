"""What a revision is asked about, whatever else lists name."""

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from app.catalogue.objects import AGREEMENT, EDITION
from app.changes.reform.belonging import of_others
from app.changes.reform.naming import written
from app.changes.reform.transfers import handed_over, returned
from app.db import Database, Statement


@pytest.mark.parametrize(
    "statement",
    [
        of_others(EDITION, 7),
        of_others(AGREEMENT, 7),
        handed_over(7),
        returned(7),
        written(EDITION, 7, EDITION.table.c.id),
    ],
    ids=["editions", "agreements", "handed over", "returned", "written"],
)
def test_one_change_does_not_go_through_all_that_lists_name(database: Database, statement: Statement) -> None:
    if not database.embedded:
        pytest.skip("how PostgreSQL goes about it depends on how much there is")
    asked = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with database.read() as connection:
        plan = [step.detail for step in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert [each for each in plan if each.startswith("SCAN") or each.endswith("(object=?)")] == []
    assert any("_recorded (recorded_in=?)" in each for each in plan)
