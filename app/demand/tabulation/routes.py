"""Asking how many respondents of a survey answered what, over HTTP."""

from collections.abc import Mapping
from functools import partial
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Snapshot, csv_answer
from app.catalogue.export_params import FILES, MEDIA_TYPES
from app.demand.surveys.naming import NAMED
from app.demand.surveys.queries import get_survey
from app.demand.surveys.questions import Attribute
from app.demand.surveys.routes import After, Limit, SurveyNumber
from app.demand.tabulation import schemas, tables, texts
from app.demand.tabulation.counting import count
from app.demand.tabulation.present import table_out
from app.demand.tabulation.questions import Table, table_of
from app.downloads import Download, Spooled
from app.negotiation import checked_form, preferred
from app.pages import DEFAULT_LIMIT, JsonBytes
from app.schema import wants_english

router = APIRouter(tags=["调查"], route_class=GuardedRoute)

FORMS: Mapping[str, str] = {kind: MEDIA_TYPES[kind] for kind in ("json", "csv", "xlsx")}
OTHERS: Mapping[str, Any] = {FORMS[kind]: FILES[FORMS[kind]] for kind in ("csv", "xlsx")}
XLSX = "xlsx"
Form = Annotated[
    Literal["json", "csv", "xlsx"] | None,
    BeforeValidator(partial(checked_form, offered=FORMS)),
    Query(alias="format", description="json、csv 或 xlsx；不给则看 Accept 头，默认 json"),
]


@router.get(
    "/surveys/{number}/tabulation",
    summary="一题的统计",
    operation_id="tabulate_answers",
    responses={200: {"model": schemas.Tabulation, "content": OTHERS}},
)
def tabulate_answers(
    request: Request,
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    question: Annotated[
        str,
        Query(description=NAMED, examples=["q15"], max_length=100),
    ],
    *,
    by: Annotated[Attribute | None, Query(description="按什么分组：规模、行业门类、性质或片区")] = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
    format_: Form = None,
) -> Response:
    """Of each option how many chose it, as a share of those who answered (with a 95 % Wilson interval) and of all options
    chosen; of numbers mean, median and quartiles; what was written, a page at a time. Who didn't answer is counted apart.

    With `by` a row for each group and no row for all; who did not state it is a group of its own. Of a question of which
    only totals were published these are told (`basis: published`): what was not printed is null. Files have all texts.
    """
    form = format_ or preferred(request.headers.get("accept", ""), FORMS, "json")
    with snapshot() as connection:
        table = table_of(get_survey(connection, number), question, by)
        body = table_out(count(connection, table), english=wants_english(request))
        if form == XLSX:
            return _workbook(request, connection, table, body)
        if form == "csv":
            return csv_answer(tables.flat(body), list(tables.columns_of(table)), _name(table))
        return JsonBytes({**body, "texts": texts.page(connection, table, after, limit)})


def _workbook(request: Request, connection: Connection, table: Table, body: Mapping[str, Any]) -> Response:
    def write(file: IO[bytes]) -> None:
        pages = texts.everything(connection, table)
        written = (tables.text_columns([texts.text_out(table, row) for row in rows], table.by) for rows in pages)
        tables.write(file, table, body, written)

    made, name = Spooled.written(write), _name(table)
    return Download(
        lambda: made,
        request.app.state.database.downloads,
        media_type=FORMS[XLSX],
        name=f"{table.survey.row.title}-{table.part.key}.xlsx",
        plain_name=f"{name}.xlsx",
    )


def _name(table: Table) -> str:
    by = f"-by-{table.by}" if table.by else ""
    return f"survey-{table.survey.id}-{table.part.key}{by}"
