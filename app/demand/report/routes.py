"""Asking over HTTP how far the lists meet what enterprises ask for, and which demands and items are behind a figure."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BeforeValidator
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Now, Snapshot
from app.demand.report import listing, schemas
from app.demand.report.asking import Asked, Subject, subject_of
from app.demand.report.figures import BY_KEY
from app.demand.report.forms import in_form
from app.demand.report.groups import read_group
from app.demand.report.item_queries import WantedItems
from app.demand.report.present import report_out
from app.demand.report.queries import WantedDemands
from app.demand.runs.outcomes import Decider
from app.demand.surveys.questions import Attribute
from app.metrics.reports.forms import MEDIA_TYPES, OTHERS, base_of
from app.negotiation import checked_form, preferred
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes
from app.schema import wants_english
from app.validators import validated

router = APIRouter(tags=["调查"], route_class=GuardedRoute)

PRINTED = ("html", "xlsx")
MOST_SHOWN = 200
BIGGEST = 2**31 - 1
Form = Annotated[
    Literal["json", "html", "csv", "xlsx"] | None,
    BeforeValidator(partial(checked_form, offered=MEDIA_TYPES)),
    Query(alias="format", description="json、html、csv 或 xlsx；不给则看 Accept 头，默认 json"),
]
By = Annotated[
    list[Attribute] | None,
    Query(description="按企业的什么分组，可重复（几个时另有一张交叉表）；不写为四个方面各一张表", examples=[["size"]]),
]
Limit = Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)]


class AskedReport:
    """The run, the day and the judgements that any answer here is about."""

    def __init__(
        self,
        request: Request,
        now: Now,
        number: Annotated[int, Path(description="调查号", ge=1, le=BIGGEST)],
        *,
        run: Annotated[int | None, Query(description="哪次比对；默认最近做完的", ge=1, le=BIGGEST)] = None,
        as_of: Annotated[
            str | None,
            Query(description="按哪一天的清单看（年-月-日），默认比对时的那一天", examples=["2020-12-08"]),
        ] = None,
        known_at: Annotated[
            str | None, Query(description="按何时所知：一天、带时区的时刻或版次号，默认比对时的那一版", examples=["12"])
        ] = None,
        judged_until: Annotated[
            str | None,
            Query(description="计到什么时候为止的人工判定：一天或带时区的时刻，默认现在", examples=["2026-03-31"]),
        ] = None,
    ) -> None:
        self._asked, self._now = Asked(number, run, as_of, known_at, judged_until, wants_english(request)), now

    def subject(self, connection: Connection, form: str = "json") -> Subject:
        """Files that people read are in Chinese."""
        asked = replace(self._asked, english=False) if form in PRINTED else self._asked
        return subject_of(connection, asked, self._now)


@router.get(
    "/surveys/{number}/report",
    summary="需求满足情况报告",
    operation_id="get_survey_report",
    responses={200: {"model": schemas.SurveyReport, "content": OTHERS}},
)
def get_survey_report(
    request: Request,
    _: Researcher,
    snapshot: Snapshot,
    asked: Annotated[AskedReport, Depends()],
    *,
    by: By = None,
    top: Annotated[int, Query(description="未满足的诉求、问得最多的事项各列多少条", ge=1, le=MOST_SHOWN)] = 20,
    format_: Form = None,
) -> Response:
    """How many demands are met online, at the counter only, not at all, or are to be reviewed: by demands and weighted by
    enterprises, in all and by size, industry, ownership and zone, with Wilson intervals; what nothing meets, and how much of
    it the thesaurus takes for no gap in the services; which items
    demands come to, and which nobody asked for.

    What is to be reviewed is neither met nor unmet: `value` leaves it out, `value_max` counts it. Each figure has the address
    of the very demands or items behind it. Judgements of the same words go before the run. With `as_of` an item counts as it
    was on that day; what the run can't know of that day's lists is to be reviewed, and `notes` says how to make one for it.
    """
    form = format_ or preferred(request.headers.get("accept", ""), MEDIA_TYPES, "json")
    with snapshot() as connection:
        body = report_out(connection, asked.subject(connection, form), list(dict.fromkeys(by or ())), top)
    return validated(request, in_form(form, body, base_of(form, request)))


@router.get(
    "/surveys/{number}/report/demands",
    summary="报告里的诉求",
    operation_id="list_reported_demands",
    responses={200: {"model": schemas.ReportedDemands}},
)
def list_reported_demands(
    request: Request,
    _: Researcher,
    snapshot: Snapshot,
    asked: Annotated[AskedReport, Depends()],
    *,
    outcome: Annotated[list[schemas.Line] | None, Query(description="哪些结果，可重复；met 为前三种")] = None,
    reason: Annotated[list[schemas.Why] | None, Query(description="为什么待复核，可重复")] = None,
    by: Annotated[list[Attribute] | None, Query(description="按企业的什么，可重复，与 group 一一对应")] = None,
    group: Annotated[
        list[str] | None, Query(description="哪一组，可重复；没有填的写 null", examples=[["1"]], max_length=4)
    ] = None,
    same_as: Annotated[int | None, Query(description="与这个编号的诉求文字相同（归一后）", ge=1, le=BIGGEST)] = None,
    item: Annotated[int | None, Query(description="由这个事项满足（内部编号）", ge=1, le=BIGGEST)] = None,
    hint: Annotated[
        list[schemas.Hint] | None,
        Query(
            description="同义词表的提示，可重复；none 为没有提示，not-compared 为没有比对过，无从提示",
            examples=[["none"]],
        ),
    ] = None,
    decided_by: Annotated[
        Decider | None, Query(description="只看结论出自人的判断（judgement）或出自比对（run）的")
    ] = None,
    several: Annotated[bool | None, Query(description="true 只看像是几件事、还没有拆分的，false 只看其余的")] = None,
    after: Annotated[int, Query(description="从这个编号以后开始", ge=0, le=BIGGEST)] = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """The demands behind a figure of the report, in order of number: what became of each, who decided it, which item meets it."""
    outcomes = {each for key in outcome or () for each in BY_KEY[key].outcomes}
    dimensions = tuple(by or ())
    chosen = (tuple(sorted(outcomes)), tuple(reason or ()), dimensions, read_group(dimensions, group or ()))
    with snapshot() as connection:
        subject = asked.subject(connection)
        wanted = WantedDemands(*chosen, same_as, item, tuple(hint or ()), decided_by, several)
        page = listing.demands_page(connection, subject, wanted, after, limit)
    return paged(request, page)


@router.get(
    "/surveys/{number}/report/items",
    summary="有人问和没人问的事项",
    operation_id="list_reported_items",
    responses={200: {"model": schemas.ReportedItems}},
)
def list_reported_items(
    request: Request,
    _: Researcher,
    snapshot: Snapshot,
    asked_report: Annotated[AskedReport, Depends()],
    *,
    asked: Annotated[
        list[Literal["true", "false", "null"]] | None,
        Query(description="true 满足了诉求的，false 没人问的，null 只在待复核的诉求里排第一的；可重复，不写为全部"),
    ] = None,
    department_code: Annotated[str | None, Query(description="部门编码", max_length=64)] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(description="上一页给出的游标")] = None,
) -> Response:
    """The items in use on the day in the lists that were looked through, in order of code, with how many demands each meets."""
    with snapshot() as connection:
        wanted = WantedItems(tuple(asked or ()), department_code)
        page = listing.items_page(connection, asked_report.subject(connection), wanted, cursor, limit)
    return paged(request, page)


def paged(request: Request, page: dict[str, object]) -> Response:
    following = {"Link": f'<{page["next"]}>; rel="next"'} if page["next"] else None
    return validated(request, JsonBytes(page, headers=following))
