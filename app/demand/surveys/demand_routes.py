"""Demands of a survey: take them in, see them, split one that asks for several things."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.db import Record
from app.demand.surveys import demand_queries, demand_schemas, demand_service
from app.demand.surveys.demand_schemas import NewDemand, OneOrMany
from app.demand.surveys.demand_service import Stated
from app.demand.surveys.models import demand, response
from app.demand.surveys.present import demand_out, path_of
from app.demand.surveys.queries import get_survey
from app.demand.surveys.response_queries import get_response
from app.demand.surveys.routes import After, Limit, SurveyNumber
from app.pages import DEFAULT_LIMIT, JsonBytes, link
from app.patterns import CODE

router = APIRouter(prefix="/surveys/{number}/demands", tags=["调查"], route_class=GuardedRoute)

DemandNumber = Annotated[int, Path(alias="demand", description="诉求的号", ge=1, le=2**31 - 1)]


@router.post(
    "",
    status_code=201,
    summary="写入诉求",
    operation_id="add_demands",
    responses={201: {"model": demand_schemas.DemandsAdded}},
)
def add_demands(
    number: SurveyNumber, body: OneOrMany, caller: Researcher, connection: WriteSession, now: Now
) -> Response:
    """One demand or a list of them, all or none: the words of who asked, and how many enterprises ask for it.

    A text needs a word, has at most 2,000 characters, and holds nobody's number or address.
    """
    listed = not isinstance(body, NewDemand)
    bodies = [body] if isinstance(body, NewDemand) else body
    stated = [Stated(each.text, each.weight, each.question, each.response) for each in bodies]
    numbers = demand_service.add(connection, number, stated, by=caller, now=now, listed=listed)
    path = f"{path_of(number)}/demands"
    made = {"demands": len(numbers), "first": numbers[0], "last": numbers[-1]}
    location = link(path, after=numbers[0] - 1) if listed else f"{path}/{numbers[0]}"
    return JsonBytes({**made, "demands_url": path}, status_code=201, headers={"Location": location})


@router.get("", summary="诉求清单", operation_id="list_demands", responses={200: {"model": demand_schemas.DemandPage}})
def list_demands(
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    q: Annotated[str | None, Query(description="原话里有这些词（空格隔开）", max_length=200)] = None,
    question: Annotated[str | None, Query(description="来自哪一题", max_length=40)] = None,
    response_number: Annotated[
        str | None, Query(alias="response", description="来自哪份答卷（编号）", pattern=CODE)
    ] = None,
    split: Annotated[bool | None, Query(description="true 已拆分的，false 没有拆分的：计数时算的是这些")] = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number. One that was split is there beside its parts; only the parts count."""
    wanted = [] if q is None else demand_queries.saying(q)
    wanted += [] if question is None else [demand.c.question == question]
    wanted += [] if split is None else [demand.c.is_split if split else ~demand.c.is_split]
    with snapshot() as connection:
        get_survey(connection, number)
        if response_number is not None:
            wanted.append(response.c.id == get_response(connection, number, response_number).id)
        rows, total = demand_queries.demands_page(connection, number, wanted, after, limit)
        items = _items(connection, number, rows[:limit])
    said = None if split is None else str(split).lower()
    asked = {"q": q, "question": question, "response": response_number, "split": said, "limit": limit}
    following = link(f"{path_of(number)}/demands", **asked, after=items[-1]["number"]) if len(rows) > limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get(
    "/{demand}", summary="一条诉求", operation_id="get_demand", responses={200: {"model": demand_schemas.DemandOut}}
)
def get_demand(number: SurveyNumber, position: DemandNumber, _: Researcher, snapshot: Snapshot) -> Response:
    """The words, how many enterprises ask for it, where it comes from, and what it was split into."""
    with snapshot() as connection:
        get_survey(connection, number)
        return JsonBytes(_items(connection, number, [demand_queries.get_demand(connection, number, position)])[0])


@router.post(
    "/{demand}/split",
    summary="拆分诉求",
    operation_id="split_demand",
    status_code=201,
    responses={201: {"model": demand_schemas.DemandSplit}},
)
def split_demand(
    number: SurveyNumber,
    position: DemandNumber,
    body: demand_schemas.Splitting,
    caller: Researcher,
    connection: WriteSession,
    now: Now,
) -> Response:
    """Into at least two demands, which have its weight, response and question and count in its place. It stays.

    For a demand that asks for several things; nothing is ever split by itself.
    """
    made = demand_service.split(connection, number, position, body.parts, by=caller, now=now)
    whole, *parts = _items(connection, number, demand_queries.demands_numbered(connection, number, [position, *made]))
    return JsonBytes({**whole, "items": parts}, status_code=201, headers={"Location": whole["url"]})


def _items(connection: Connection, number: int, rows: Sequence[Record]) -> list[dict[str, Any]]:
    parts = demand_queries.parts_of(connection, [row.id for row in rows if row.is_split])
    return [demand_out(number, row, parts.get(row.id, [])) for row in rows]
