"""What a revision is asked about, whatever else lists name."""

from app.catalogue.objects import AGREEMENT, EDITION
from app.changes.reform.belonging import of_others
from app.changes.reform.naming import written
from app.changes.reform.transfers import handed_over, returned
from app.db import Database
from tests.plans import plan


def test_one_change_does_not_go_through_all_that_lists_name(database: Database) -> None:
    others = (of_others(EDITION), of_others(AGREEMENT), handed_over(), returned())
    asked = [each.statement.params(writing=7) for each in others]
    for statement in (*asked, written(EDITION, 7, EDITION.table.c.id)):
        steps = plan(database, statement)
        assert [each for each in steps if each.startswith("SCAN") or each.endswith("(object=?)")] == []
        assert any("_recorded (recorded_in=?)" in each for each in steps)
