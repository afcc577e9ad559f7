"""Reading lists over HTTP: what is in force, every edition, every entry with its item, and what changed between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import ColumnElement, Connection

from app.catalogue import queries as objects
from app.catalogue.code_lists import labels
from app.catalogue.collections import Cursor, Limit, Within
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, kept
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import LIST
from app.catalogue.paging import Page, read_page
from app.catalogue.places import lies_in
from app.errors import Message, refused
from app.filters.properties import nearest_codes
from app.lists.editions import present, queries, service
from app.lists.editions.rules import difference
from app.lists.editions.schemas import EditionDetail, EditionList, ListDetail, ListDifference, ListPage
from app.pages import JsonBytes, fingerprint

router = APIRouter(prefix="/lists", tags=["清单"])

ListCode = Annotated[str, Path(description="清单编码", max_length=64)]
EditionCode = Annotated[str, Path(description="版本编码", max_length=64)]
Kinds = Annotated[list[str] | None, Query(description="清单类别，代码或名称，可重复（或），如 licensing")]


@router.get(
    "", summary="清单", operation_id="list_lists", response_class=JsonBytes, responses={200: {"model": ListPage}}
)
def list_lists(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    list_kind: Kinds = None,
    within: Within = None,
    as_of: AsOf = None,  # noqa: ARG001 - read with the cursor
    known_at: KnownAt = None,  # noqa: ARG001
    limit: Limit = None,  # noqa: ARG001
    cursor: Cursor = None,  # noqa: ARG001
) -> Response:
    """Lists that hold on the day, in order of code, with how many editions, entries and items of each are in force."""
    asked = Lists(read_kinds(list_kind), within)
    page = read_page(request.query_params, fingerprint({"path": present.LISTS, **asked.parameters}), parts=(str, int))
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        demand_division(connection, within)
        return kept(request, moment, make=partial(_lists_at, connection, moment, page, asked))


@dataclass(frozen=True, slots=True)
class Lists:
    """Which lists are asked for: of some kinds, within a division."""

    kinds: tuple[str, ...]
    within: str | None

    @property
    def parameters(self) -> dict[str, object]:
        return {"list_kind": list(self.kinds), "within": self.within}

    def conditions(self, moment: Moment) -> list[ColumnElement[bool]]:
        of_kinds = [LIST.table.c.list_kind.in_(self.kinds)] if self.kinds else []
        return [*lies_in(LIST, moment, self.within), *of_kinds]


def read_kinds(texts: Sequence[str] | None) -> tuple[str, ...]:
    """The codes of kinds of lists, in one order however they were asked for. Raises Malformed."""
    return tuple(sorted(map(_kind, texts or ())))


def _kind(text: str) -> str:
    """The code of a kind of list that is named by its code or its label. Raises Malformed."""
    names = labels("list_kind")
    found = next((code for code, label in names.items() if text in (code, label)), None)
    if found is not None:
        return found
    near = next(iter(nearest_codes(text, names)), None)
    known = "、".join(f"{code} {label}" for code, label in names.items())
    zh = f"没有清单类别“{text[:60]}”。" + (f"是否为 {near}？" if near else f"可用：{known}。")
    raise refused("list_kind", text, "unknown-code", Message(zh, f"There is no list_kind {text[:60]!r}."), near)


def _lists_at(connection: Connection, moment: Moment, page: Page, asked: Lists) -> Response:
    wanted = asked.conditions(moment)
    found = objects.objects_page(connection, LIST, moment, wanted, page)
    codes = [row.code for row in found.rows]
    counted, items = queries.counts(connection, codes, moment), queries.item_counts(connection, codes, moment)
    shown = [present.list_out(row, counted.get(row.code), items.get(row.code), moment) for row in found.rows]
    following = page.following(present.LISTS, asked.parameters, moment, found.total, found.last)
    return page.answer(shown, found.total, following, moment)


@router.get(
    "/{code}",
    summary="一个清单",
    operation_id="get_list",
    response_class=JsonBytes,
    responses={200: {"model": ListDetail}},
)
def get_list(
    request: Request, code: ListCode, snapshot: Snapshot, now: Now, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """The list as it is on the day, and its editions in force: the one, or all batches."""
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        return kept(request, moment, make=partial(_list_at, connection, code, moment))


def _list_at(connection: Connection, code: str, moment: Moment) -> Response:
    row, known = service.get_list(connection, code, moment), service.editions_of(connection, code, moment)
    counted, items = queries.counts(connection, [code], moment), queries.item_counts(connection, [code], moment)
    held = [present.edition_out(each, moment) for each in known if each.on(moment.as_of)]
    shown = present.list_out(row, counted.get(code), items.get(code), moment)
    return JsonBytes({**shown, "editions": held, **moment.stated})


@router.get(
    "/{code}/editions",
    summary="一个清单的全部版本",
    operation_id="list_editions",
    response_class=JsonBytes,
    responses={200: {"model": EditionList}},
)
def list_editions(
    request: Request,
    code: ListCode,
    snapshot: Snapshot,
    now: Now,
    in_force: Annotated[bool | None, Query(description="只要当日生效的（true）或不生效的（false）")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """Every edition known at `known_at`, past and to come, in order of its start; `as_of` says which are in force."""
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        return kept(request, moment, make=partial(_editions_at, connection, code, in_force, moment))


def _editions_at(connection: Connection, code: str, in_force: bool | None, moment: Moment) -> Response:  # noqa: FBT001
    service.get_known_list(connection, code, moment)
    known = service.editions_of(connection, code, moment)
    asked = [each for each in known if in_force in (None, each.on(moment.as_of) is not None)]
    return JsonBytes(
        {"items": [present.edition_out(each, moment) for each in asked], "total": len(asked), **moment.stated}
    )


@router.get(
    "/{code}/editions/{edition}",
    summary="清单的一个版本",
    operation_id="get_edition",
    response_class=JsonBytes,
    responses={200: {"model": EditionDetail}},
)
def get_edition(
    request: Request,
    code: ListCode,
    edition: EditionCode,
    snapshot: Snapshot,
    now: Now,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """An edition, in force on the day or not: as it is then, else as it was last by then, else as it will be."""
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        return kept(request, moment, make=partial(_edition_at, connection, code, edition, moment))


def _edition_at(connection: Connection, code: str, edition: str, moment: Moment) -> Response:
    service.get_known_list(connection, code, moment)
    found = service.get_edition(service.editions_of(connection, code, moment), edition, code)
    unclaimed = queries.unclaimed_of(connection, found.nearest(moment.as_of).version_id)
    return JsonBytes({**present.edition_out(found, moment), "unclaimed": unclaimed, **moment.stated})


@router.get(
    "/{code}/diff",
    summary="清单的两版之间",
    operation_id="diff_list",
    response_class=JsonBytes,
    responses={200: {"model": ListDifference}},
)
def diff_list(
    request: Request,
    code: ListCode,
    snapshot: Snapshot,
    now: Now,
    since: Annotated[str, Query(alias="from", description="哪一天（年-月-日），或版本编码", max_length=64)],
    until: Annotated[
        str | None, Query(alias="to", description="哪一天，或版本编码；默认 as_of 那天", max_length=64)
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """What came, what went, what is called otherwise: between two days, two editions, or a day and an edition.

    An entry is the same where it names the same item, whatever its code or name was. Items are shown as on `as_of`,
    by default the day of `to` where it is one.
    """
    with snapshot() as connection:
        moment = resolve(connection, now, as_of or service.day_of(until), known_at)
        return kept(request, moment, make=partial(_difference_at, connection, code, moment, (since, until)))


def _difference_at(connection: Connection, code: str, moment: Moment, asked: tuple[str, str | None]) -> Response:
    service.get_known_list(connection, code, moment)
    known, since, until = service.editions_of(connection, code, moment), asked[0], asked[1] or str(moment.as_of)
    before = service.side(known, since, code, moment.as_of, "from")
    after = service.side(known, until, code, moment.as_of, "to")
    entries = [service.entries_of(connection, rows) for rows in (before, after)]
    found = difference(*entries)
    ids = {each.item_id for side in entries for each in side if each.item_id}
    sides = {
        "before": {"asked": since, "editions": [row.code for row in before]},
        "after": {"asked": until, "editions": [row.code for row in after]},
    }
    shown = present.difference_out(found, queries.items(connection, ids, moment), moment)
    return JsonBytes({"list": code, **sides, **shown, **moment.stated})
