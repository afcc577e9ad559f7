"""Why a figure moved, and the items that moved it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection

from app.catalogue.collections import Cursor, Limit
from app.catalogue.dependencies import Now, Snapshot, kept
from app.catalogue.moments import Asking, parse_day, resolve
from app.catalogue.paging import read_limit
from app.metrics.basis import base_alone, demand_from, moment_of, refuse_days
from app.metrics.cases import movement as of_cases
from app.metrics.cases.changes import changed_items as changed_case_items
from app.metrics.cases.changes import changes as case_changes
from app.metrics.cases.changes import reports_out
from app.metrics.cases.movement import KINDS as CASE_KINDS
from app.metrics.cases.movement import CaseChangeKind
from app.metrics.cases.schemas import CaseChangedItems, CaseChanges
from app.metrics.changes import schemas
from app.metrics.changes.items import Wanted, changed_items
from app.metrics.changes.rules import KINDS, ChangeKind, among
from app.metrics.changes.service import Movement, Question, changes, movement
from app.metrics.dependencies import BaseAsOf, FilterText, From, GroupBy, InPeriod, To, Within
from app.metrics.figures import additive
from app.metrics.spans import check_order
from app.pages import JsonBytes
from app.validators import validated

router = APIRouter(tags=["指标"])

KNOWN = "一天、带时区的时刻或版次号，默认最新"
Key = Annotated[str, Query(description="指标的 key", examples=["online_rate"])]
KnownFrom = Annotated[str | None, Query(description=f"起始日按何时所知：{KNOWN}", examples=["2020-12-08"])]
BasePeriod = Annotated[
    str | None,
    Query(
        description="办件口径：与哪些月份比；不写为同样的月份，看重报改了什么（写 known_from）",
        examples=["2023-01..2023-06"],
    ),
]
KnownTo = Annotated[str | None, Query(description=f"终止日按何时所知：{KNOWN}")]


class Asked:
    """What both addresses are asked: a metric, two days or two periods, and by when each is known."""

    def __init__(
        self,
        now: Now,
        metric: Key,
        from_: From = None,
        *,
        to: To = None,
        period: InPeriod = None,
        base_period: BasePeriod = None,
        known_from: KnownFrom = None,
        known_to: KnownTo = None,
        base_as_of: BaseAsOf = None,
        group_by: GroupBy = None,
        within: Within = None,
        filter: FilterText = None,  # noqa: A002 - the name of the parameter
    ) -> None:
        self.question = Question(metric, tuple(group_by or ()), within, filter)
        self._now, self._from, self._to, self._known = now, from_, to, (known_from, known_to)
        self.period, self._base_period, self._base = period, base_period or period, base_as_of
        if period is not None:
            refuse_days(from_, to, base=base_as_of)
        elif base_period is not None:
            raise base_alone(base_period)
        else:
            last = now.date() if to is None else parse_day(to, "to")
            check_order(parse_day(demand_from(from_), "from"), last)

    def movement(self, connection: Connection) -> Movement:
        base, now = self._base, self._now
        before = resolve(connection, now, self._from, self._known[0], Asking("from", "known_from"), base)
        after = resolve(connection, now, self._to, self._known[1], Asking("to", "known_to"), base)
        return movement(connection, self.question, before, after)

    def of_cases(self, connection: Connection) -> of_cases.Movement:
        before, after = (
            moment_of(connection, self._now, None, known, months, Asking(name, f"known_{side}"))
            for months, known, name, side in zip(
                (self._base_period, self.period), self._known, ("base_period", "period"), ("from", "to"), strict=True
            )
        )
        return of_cases.movement(connection, self.question, before, after)


@router.get(
    "/metric-changes",
    summary="指标为什么变了",
    operation_id="list_metric_changes",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricChanges | CaseChanges}},
)
def list_metric_changes(request: Request, snapshot: Snapshot, asked: Annotated[Asked, Depends()]) -> Response:
    """A figure on `from` as known at `known_from`, on `to` as known at `known_to`, and what moved it; of cases over
    `base_period` and over `period`.

    Every item that counts otherwise is in one kind of change, the first that applies. The points of the kinds add up to
    the change exactly (`points_exact`, `change_exact`); `items_url` leads to the very items. With `group_by` that holds
    in each group: an item that changes its group leaves the one and enters the other. A metric that compares with an
    earlier day is compared with the same `base_as_of` on both sides.
    """
    with snapshot() as connection:
        moved = asked.of_cases(connection) if asked.period else asked.movement(connection)

        def make() -> Response:
            body = {**moved.stated, "additive": additive(moved.dimensions)}
            if isinstance(moved, Movement):
                return JsonBytes({**body, "values": changes(connection, moved)})
            return JsonBytes({**body, "reports": reports_out(moved), "values": case_changes(connection, moved)})

        return kept(request, moved.before.moment, moved.after.moment, make=make)


@router.get(
    "/metric-changes/items",
    summary="哪些事项使指标变了",
    operation_id="list_metric_change_items",
    response_class=JsonBytes,
    responses={200: {"model": schemas.ChangedItemPage | CaseChangedItems}},
)
def list_metric_change_items(
    request: Request,
    snapshot: Snapshot,
    asked: Annotated[Asked, Depends()],
    kind: Annotated[Literal[ChangeKind, CaseChangeKind] | None, Query(description="哪一类变化；不给为全部")] = None,
    group: Annotated[
        list[str] | None,
        Query(
            description="哪个组：与 group_by 一一对应的代码，可重复；没有填的组写 null",
            examples=[["11440100007482532A"]],
        ),
    ] = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> Response:
    """The items that count otherwise, in order of code: before, after, and the points of each. `next` pins both dates."""
    page_size, one_group = read_limit(limit), tuple(group or ())
    with snapshot() as connection:
        if asked.period:
            of_cases: Wanted[CaseChangeKind] = Wanted(among(kind, CASE_KINDS), one_group, page_size, cursor)
            page = changed_case_items(connection, asked.of_cases(connection), of_cases)
        else:
            wanted: Wanted[ChangeKind] = Wanted(among(kind, KINDS), one_group, page_size, cursor)
            page = changed_items(connection, asked.movement(connection), wanted)
    following = {"Link": f'<{page["next"]}>; rel="next"'} if page["next"] else None
    return validated(request, JsonBytes(page, headers=following))
