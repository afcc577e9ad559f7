"""The entries of a list over HTTP, page by page or as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator
from sqlalchemy import Connection

from app.catalogue.collections import Cursor, Limit
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, kept
from app.catalogue.export_params import FILES, MEDIA_TYPES, no_pages, read_most
from app.catalogue.moments import Moment, resolve
from app.catalogue.paging import Page, read_page
from app.lists.editions import present, queries, service, tables
from app.lists.editions.routes import ListCode
from app.lists.editions.rules import Entry
from app.lists.editions.schemas import ListEntryPage
from app.negotiation import checked_form, preferred
from app.pages import JsonBytes, fingerprint

router = APIRouter(prefix="/lists", tags=["清单"])

OFFERED = {kind: MEDIA_TYPES[kind] for kind in ("json", "csv", "xlsx")}
LISTED = {media_type: shown for media_type, shown in FILES.items() if media_type in OFFERED.values()}
Form = Annotated[
    Literal["json", "csv", "xlsx"] | None,
    BeforeValidator(partial(checked_form, offered=OFFERED)),
    Query(alias="format", description="json 是一页；csv、xlsx 是全部行的文件；不写则看 Accept，默认 json"),
]


@router.get(
    "/{code}/entries",
    summary="清单的条目",
    operation_id="list_list_entries",
    response_class=JsonBytes,
    responses={200: {"model": ListEntryPage, "content": LISTED}},
)
def list_list_entries(
    request: Request,
    code: ListCode,
    snapshot: Snapshot,
    now: Now,
    *,
    edition: Annotated[str | None, Query(description="只要这一版的，当日生效与否都可以", max_length=64)] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: Cursor = None,
    form: Form = None,
) -> Response:
    """What the editions in force say, in their order, beside each entry its item as it is on the day.

    An item is found whatever its code was when the list was issued. A file has all rows; it can be imported again.
    """
    kind = form or preferred(request.headers.get("accept", ""), OFFERED, "json")
    if kind == "json":
        question = fingerprint({"path": request.url.path, "edition": edition})
        page = read_page(request.query_params, question, parts=(int,))
        as_of, known_at = page.as_of, page.known_at
    elif cursor is not None:
        raise no_pages(kind)
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        asked = Entries(connection, moment, code, edition)
        if kind == "json":
            return kept(request, moment, make=partial(_entries_page, asked, page, form))
        return kept(request, moment, make=partial(_entries_file, request, asked, kind, read_most(limit)))


@dataclass(frozen=True, slots=True)
class Entries:
    """Of which list the entries are asked for, and of which edition."""

    connection: Connection
    moment: Moment
    code: str
    edition: str | None

    def all(self) -> list[Entry]:
        """Raises ObjectNotFound, or Malformed for an edition that there is not."""
        service.get_known_list(self.connection, self.code, self.moment)
        known = service.editions_of(self.connection, self.code, self.moment)
        rows = service.chosen(known, self.edition, self.code, self.moment.as_of)
        return service.entries_of(self.connection, rows)

    def items(self, entries: Sequence[Entry]) -> present.Items:
        return queries.items(self.connection, {each.item_id for each in entries if each.item_id}, self.moment)


def _entries_page(asked: Entries, page: Page, form: str | None) -> Response:
    entries, moment = asked.all(), asked.moment
    shown, last = page.part(entries)
    items = asked.items(shown)
    parameters, path = {"edition": asked.edition, "format": form}, f"{present.LISTS}/{asked.code}/entries"
    following = page.following(path, parameters, moment, len(entries), last)
    return page.answer([present.entry_out(each, items, moment) for each in shown], len(entries), following, moment)


def _entries_file(request: Request, asked: Entries, kind: str, most: int | None) -> Response:
    entries = asked.all()[:most]
    columns = tables.columns_of(entries, asked.items(entries))
    head = bool(request.scope.get("head"))
    return tables.download(request.app.state.database, kind, asked.code, asked.moment, columns, empty=head)
