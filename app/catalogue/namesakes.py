"""Which items bear a name: names slip against codes where a column is sorted without the others."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.versions import versions


class Namesake(NamedTuple):
    """An item that bears a name on a day."""

    code: str
    division_code: str
    department_code: str


Namesakes: TypeAlias = Mapping[str, Sequence[Namesake]]


def namesakes(
    connection: Connection, names: Collection[str], departments: Collection[str], moment: Moment
) -> Namesakes:
    """Who bears these names at the moment, among the items of the departments."""
    found: dict[str, list[Namesake]] = {}
    columns = ITEM.table.c
    shown = [columns.name, *(columns[name] for name in Namesake._fields)]
    of_departments = versions(ITEM, moment, shown).where(columns.department_code.in_(departments))
    for chunk in chunks(sorted(names)):
        bearing = of_departments.where(columns.name.in_(chunk)).order_by(columns.code)
        for name, *bearer in connection.execute(bearing):
            found.setdefault(name, []).append(Namesake(*bearer))
    return found
