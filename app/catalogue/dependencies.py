"""What routes ask for: a snapshot to read from, the one writer's transaction, the time, the moment of an answer."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Annotated, Literal, TypeAlias

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BeforeValidator
from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.clock import Clock
from app.files.csv_writing import csv_pieces
from app.negotiation import checked_form, preferred
from app.schema import wants_english
from app.validators import knows, not_modified, tag_of, tagged

OpenSnapshot: TypeAlias = Callable[[], AbstractContextManager[Connection]]


async def get_snapshot(request: Request) -> OpenSnapshot:
    """Opened by the route itself, so that a read costs one hop to a thread and not three."""
    opened: OpenSnapshot = request.app.state.database.read
    return opened


async def answer(
    request: Request,
    read: Callable[[Connection, datetime], Response],
    *,
    brief: bool,
    glance: Callable[[Connection, datetime], Response | None] | None = None,
) -> Response:
    """What `read` says from one snapshot, unless `glance` can say it with a single statement.

    A brief read of an embedded database is done at once, since handing it to a thread would cost more than the read;
    one that may take longer, or that waits for a network, waits in a thread.
    """
    database, now = request.app.state.database, request.app.state.clock.now()

    def say() -> Response:
        if glance is not None:
            with database.glance() as connection:
                said = glance(connection, now)
            if said is not None:
                return said
        with database.read() as connection:
            return read(connection, now)

    return say() if brief and database.embedded else await run_in_threadpool(say)


RESOLVED = ("as_of", "known_at")


def kept(
    request: Request, *moments: Moment, make: Callable[[], Response], resolved: Container[str] = RESOLVED
) -> Response:
    """The answer that `make` gives, with its tag. For a client that has it nothing is made."""
    tag = dated_tag(request, *moments, resolved=resolved)
    return not_modified(tag) if knows(request, tag) else tagged(request, make(), tag)


def dated_tag(request: Request, *moments: Moment, resolved: Container[str] = RESOLVED) -> str:
    """The tag of an answer from published content: the revisions and days it is about, and all that was asked.

    An item that starts tomorrow changes answers at midnight without a new revision, so the day itself counts. What the
    `resolved` parameters say is in the moments. Another edition of the software may say the same in other words. Names
    of divisions stand in no revision: they are filled in once, before anything is published.
    """
    dates = [(moment.newest, moment.revision, moment.as_of, moment.known_at) for moment in moments]
    asked = sorted(each for each in request.query_params.multi_items() if each[0] not in resolved)
    edition, accept = request.app.state.edition, request.headers.get("accept")
    return tag_of(edition, dates, request.url.path, asked, accept, wants_english(request))


def wants_csv(request: Request, form: str | None) -> bool:
    """Whether a table is asked for, by `format` or else by Accept."""
    return (form or preferred(request.headers.get("accept", ""), JSON_OR_CSV, "json")) == "csv"


def csv_answer(
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    name: str,
) -> Response:
    """A whole table as a file; what is null is empty, lists are joined by `|`."""
    listed = list(rows)
    content = b"".join(csv_pieces(columns, [[[_cell(row.get(column)) for row in listed] for column in columns]]))
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=disposition)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return "|".join(map(str, value)) if isinstance(value, list) else value


def get_write_session(request: Request) -> Iterator[Connection]:
    with request.app.state.database.write() as connection:
        yield connection


def get_trial_session(request: Request) -> Iterator[Connection]:
    with request.app.state.database.trial() as connection:
        yield connection


async def get_clock(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


async def get_now(request: Request) -> datetime:
    now: datetime = request.app.state.clock.now()
    return now


Snapshot = Annotated[OpenSnapshot, Depends(get_snapshot)]
WriteSession = Annotated[Connection, Depends(get_write_session, scope="function")]
TrialSession = Annotated[Connection, Depends(get_trial_session, scope="function")]
ServiceClock = Annotated[Clock, Depends(get_clock)]
Now = Annotated[datetime, Depends(get_now)]

JSON_OR_CSV: Mapping[str, str] = {"json": "application/json", "csv": "text/csv"}
Format = Annotated[
    Literal["json", "csv"] | None,
    BeforeValidator(partial(checked_form, offered=JSON_OR_CSV)),
    Query(alias="format", description="json 或 csv；不给则看 Accept 头，默认 json"),
]
AsOf = Annotated[str | None, Query(description="哪一天（年-月-日），默认今天", examples=["2024-06-30"])]
KnownAt = Annotated[
    str | None, Query(description="按何时所知：一天、带时区的时刻或版次号，默认最新", examples=["2020-12-08"])
]
