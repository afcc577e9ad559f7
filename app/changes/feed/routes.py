"""The feed: every published change in order, for systems that keep a copy."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from orjson import Fragment
from pydantic import BeforeValidator

from app.catalogue.collections import Limit
from app.catalogue.dependencies import kept
from app.catalogue.export_params import FILES, MEDIA_TYPES, read_most
from app.catalogue.moments import Moment, resolve
from app.catalogue.paging import read_limit
from app.changes.feed.dump import Dump, taken
from app.changes.feed.events import Event, page, portions
from app.changes.feed.positions import POSITION, Position, read_position, refuse_future
from app.changes.feed.queries import Part
from app.changes.feed.schemas import FeedPage
from app.changes.feed.waiting import LONGEST_WAIT
from app.changes.schemas import ObjectName
from app.db import Database
from app.downloads import Body, Download, Nothing
from app.negotiation import checked_form, preferred
from app.pages import JsonBytes, link
from app.validators import ANY, knows

router = APIRouter(prefix="/feed", tags=["变更流"])

PATH = "/v1/feed"
NDJSON = MEDIA_TYPES["ndjson"]
FORMS: Mapping[str, str] = {"json": MEDIA_TYPES["json"], "ndjson": NDJSON}
LINES = {NDJSON: FILES[NDJSON]}

After = Annotated[
    str | None,
    Query(
        description="从哪个位置之后开始：上次回答的 position；不给为从头",
        examples=["29-12"],
        json_schema_extra={"pattern": f"^{POSITION}$"},
    ),
]
Wait = Annotated[
    int, Query(description="没有更新的时最多等几秒：一发布就回答，到时仍没有则 items 为空", ge=0, le=LONGEST_WAIT)
]
OfType = Annotated[ObjectName | None, Query(alias="object", description="只要一种对象的，默认全部")]
Form = Annotated[
    Literal["json", "ndjson"] | None,
    BeforeValidator(partial(checked_form, offered=FORMS)),
    Query(alias="format", description="json 或 ndjson（每行一条，默认全部）；不给则看 Accept 头，默认 json"),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The events behind a position, of one type of objects or of all."""

    after: Position
    kind: ObjectName | None
    limit: str | None
    wait: int
    form: str | None

    def read(self, database: Database, now: datetime, limit: int) -> tuple[Moment, list[Event]]:
        """The next events and the revision up to which they go, from one snapshot."""
        with database.read() as connection:
            moment = resolve(connection, now)
            refuse_future(self.after, moment.newest)
            return moment, page(connection, Part(moment.revision, self.kind), self.after, limit)

    def answer(self, moment: Moment, events: list[Event]) -> Response:
        position = str(events[-1].position if events else self.after)
        question = {"object": self.kind, "limit": self.limit, "wait": self.wait or None, "format": self.form}
        following = link(PATH, after=position, **question)
        shown = [Fragment(event.written) for event in events]
        return JsonBytes({"items": shown, "position": position, "next": following, "revision": moment.revision})

    def lines(self, database: Database, moment: Moment, most: int | None) -> Generator[bytes, None, None]:
        """All of them, or the first so many. Each line says where it stands, so that a reader can go on from any."""
        part = Part(moment.revision, self.kind)
        with database.walk() as connection:
            for portion in portions(connection, part, self.after, most):
                yield b"".join(event.written + b"\n" for event in portion)


@router.get(
    "",
    summary="变更流",
    operation_id="read_feed",
    response_class=JsonBytes,
    responses={200: {"model": FeedPage, "content": LINES}},
)
async def read_feed(
    request: Request,
    after: After = None,
    limit: Limit = None,
    wait: Wait = 0,
    kind: OfType = None,
    form: Form = None,
) -> Response:
    """Every published change in order: an event for each entry, by revision and by its place in the change set.

    The last event of an object in a revision carries all versions that are then known of it, so whoever replaces what
    they have by these keeps the same catalogue. `next` always leads on, also from the end; with `wait` the answer comes as
    soon as something is published. A page may hold fewer events than `limit`; only an empty one is the end.
    """
    asked = Asked(read_position(after), kind, limit, wait, form)
    if (form or preferred(request.headers.get("accept", ""), FORMS, "json")) == "ndjson":
        most = read_most(limit)
        moment, _ = await awaited(request, asked, 1)
        write = partial(asked.lines, request.app.state.database, moment, most)
        return file_of_lines(request, moment, write, f"after-{asked.after}")
    moment, events = await awaited(request, asked, read_limit(limit))
    return kept(request, moment, make=partial(asked.answer, moment, events))


@router.get(
    "/dump",
    summary="全量",
    operation_id="dump_feed",
    response_class=Response,
    responses={200: {"content": LINES}},
)
async def dump_feed(request: Request, kind: OfType = None) -> Response:
    """Everything that is known, as NDJSON: the position it is true at, a line for each object, the number of objects.

    Each object has all its versions, ended and planned ones too. The feed goes on from the position: with `after` it
    misses nothing and repeats nothing.
    """
    database, now = request.app.state.database, request.app.state.clock.now()

    def settled() -> Dump:
        with database.read() as connection:
            return taken(connection, now, kind)

    found = await run_in_threadpool(settled)
    return file_of_lines(request, found.moment, partial(found.body, database), f"dump-{found.position}")


async def awaited(request: Request, asked: Asked, limit: int) -> tuple[Moment, list[Event]]:
    """The next events; where there are none yet, as soon as there are, or none when the time is up."""
    state, deadline = request.app.state, monotonic() + asked.wait
    while True:
        moment, events = await run_in_threadpool(asked.read, state.database, state.clock.now(), limit)
        if events or not await state.publications.later_than(moment.newest, deadline, partial(gone, request)):
            return moment, events


async def gone(request: Request) -> bool:
    """Whether the client went away, or the server is about to."""
    closing = getattr(request.state, "closing", None)
    return (closing is not None and closing.is_set()) or await request.is_disconnected()


def file_of_lines(request: Request, moment: Moment, write: Callable[[], Body], name: str) -> Response:
    """The file as an answer; whoever does not read it is told only what it would be."""
    unread = bool(request.scope.get("head")) or knows(request, ANY)

    def make() -> Download:
        return Download(
            Nothing if unread else write,
            request.app.state.database.downloads,
            media_type=NDJSON,
            name=f"变更流-{name}.ndjson",
            plain_name=f"feed-{name}.ndjson",
        )

    return kept(request, moment, make=make)
