"""Which links are dead, since when, why, and whose they are."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.access.dependencies import Follower, GuardedRoute
from app.catalogue.addresses import item_url
from app.catalogue.collections import Within
from app.catalogue.dependencies import Now, Snapshot
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import ITEM
from app.db import Record
from app.pages import DEFAULT_LIMIT, JsonBytes, link
from app.quality.dead_links import queries
from app.quality.dead_links.schemas import DeadLinkPage

router = APIRouter(tags=["质量"], route_class=GuardedRoute)

MOST = 200  # Each has up to a hundred items.


@router.get("/dead-links", summary="失效链接", operation_id="list_dead_links", responses={200: {"model": DeadLinkPage}})
def list_dead_links(
    _: Follower,
    snapshot: Snapshot,
    now: Now,
    within: Within = None,
    after: Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="条数", ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> Response:
    """Each with the day since which it fails, the reason, and the items that lead there today, suspended ones too.

    What no item has any more is left out. `shixiang check-links` finds them.
    """
    with snapshot() as connection:
        moment = resolve(connection, now)
        demand_division(connection, within)
        rows, total = queries.dead_links_page(connection, moment, within, after, limit)
        found = queries.items_with(connection, [row.url for row in rows[:limit]], moment, within)
    following = None
    if len(rows) > limit:
        following = link("/v1/dead-links", within=within, after=rows[limit - 1].id, limit=limit)
    shown = [_dead_link(row, found[row.url], moment) for row in rows[:limit]]
    return JsonBytes({"items": shown, "total": total, "next": following})


def _dead_link(row: Record, items: Sequence[Record], moment: Moment) -> dict[str, object]:
    return {
        "id": row.id,
        "address": row.url,
        "failing_since": row.failing_since,
        "reason": row.reason,
        "revision": row.recorded_in,
        "count": items[0].count,
        "items": [_item(each, moment) for each in items],
    }


def _item(row: Record, moment: Moment) -> dict[str, object]:
    told = ("code", "name", "division_code", "department_code", "department_name", "element")
    return {
        **{name: row._mapping[name] for name in told},
        "label": ITEM.elements[row.element].label,
        "is_evidence": bool(row.is_evidence),
        "url": item_url(row, moment.as_of, moment),
    }
