"""What items came from, as a change set is published that says so, or that undoes one which did."""

from sqlalchemy import Connection, insert, select, update

from app.catalogue.lineage import lineage
from app.catalogue.objects import OPEN_REVISION
from app.changes.models import change_set


def turn_lineage_back(connection: Connection, undone: int, revision: int) -> None:
    """What items came from is again what it was before the change set `undone`: for the one that undoes it."""
    of_undone = select(change_set.c.revision).where(change_set.c.id == undone).scalar_subquery()
    ended = select(
        lineage.c.predecessor_id, lineage.c.successor_id, lineage.c.kind, lineage.c.valid_from
    ).where(lineage.c.superseded_in == of_undone)  # fmt: skip
    again = [
        {**each._mapping, "recorded_in": revision, "superseded_in": OPEN_REVISION} for each in connection.execute(ended)
    ]
    begun = update(lineage).where(lineage.c.recorded_in == of_undone, lineage.c.superseded_in == OPEN_REVISION)
    connection.execute(begun.values(superseded_in=revision))
    if again:
        connection.execute(insert(lineage), again)
