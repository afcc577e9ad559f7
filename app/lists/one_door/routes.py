"""只进一扇门: what is in the service hall, what is not, and why."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from app.catalogue.collections import Within
from app.catalogue.dependencies import AsOf, Format, KnownAt, Now, Snapshot, csv_answer, kept, wants_csv
from app.catalogue.moments import Moment, resolve
from app.lists.one_door.present import COLUMNS, departments_table, one_door
from app.lists.one_door.queries import Place
from app.lists.one_door.schemas import OneDoor
from app.lists.one_door.service import look
from app.pages import JsonBytes

router = APIRouter(tags=["一门"])

Exactly = Annotated[str | None, Query(description="行政区划代码：正好是这个区划的", examples=["440105"])]


@router.get(
    "/one-door",
    summary="只进一扇门",
    operation_id="get_one_door",
    response_class=JsonBytes,
    responses={200: {"model": OneDoor, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def get_one_door(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    within: Within = None,
    division_code: Exactly = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: Format = None,
) -> Response:
    """Which items in use entered the service hall, which did not and why; halls, windows and departments.

    Every number has the address of what it counts. What is not stated is counted apart, never as a no. As csv it is the
    table of the departments.
    """
    place = Place(within, division_code)
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        make = partial(_answer, connection, place, moment, as_csv=wants_csv(request, format_))
        return kept(request, moment, make=make)


def _answer(connection: Connection, place: Place, moment: Moment, *, as_csv: bool) -> Response:
    door = look(connection, place, moment)
    return csv_answer(departments_table(door), COLUMNS, "one-door") if as_csv else JsonBytes(one_door(door))
