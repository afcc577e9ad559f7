"""Where catalogued objects lie."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from app.catalogue.divisions import below
from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ObjectType
from app.catalogue.params import one_of
from app.catalogue.versions import Asked, versions

PLACE = "division_code"


def lies_in(
    kind: ObjectType, moment: Moment | Asked, within: str | None = None, divisions: Sequence[str] = ()
) -> list[ColumnElement[bool]]:
    """Within a division, in one of the divisions. What has no division of its own lies where its department does.

    Raises Malformed for a code that no division can have.
    """
    placed = kind if PLACE in kind.elements else DEPARTMENT
    places = [] if within is None else [below(placed.table.c[PLACE], within)]
    if divisions:
        places.append(one_of(placed.elements[PLACE], divisions, placed))
    if placed is kind or not places:
        return places
    departments = versions(DEPARTMENT, moment, [DEPARTMENT.table.c.code]).where(*places)
    return [kind.table.c.department_code.in_(departments)]
