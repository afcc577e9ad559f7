"""What routes of figures are asked, and how they answer: as JSON or as a flat table."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from app.catalogue.dependencies import csv_answer, wants_csv
from app.metrics import tables
from app.metrics.groups import Dimension
from app.pages import JsonBytes

Keys = Annotated[
    list[str] | None,
    Query(
        description="指标的 key，可重复；不给为当时有效的全部指标（见 /v1/metrics）：比较两天的只在有 base_as_of 时给出，那时也只给这些",
        examples=[["online_rate"]],
    ),
]
GroupBy = Annotated[
    list[str] | None,
    Query(
        description="按什么分组，可重复，最多三个：department_code、division、province、prefecture、county，"
        "以及代码、是否、次数一类的要素",
        examples=[["department_code"]],
    ),
]
Within = Annotated[str | None, Query(description="行政区划代码：该区划及其下级全部", examples=["440000"])]
FilterText = Annotated[str | None, Query(description="CQL2 文本：只计符合条件的事项", examples=["task_type = '01'"])]
InPeriod = Annotated[
    str | None,
    Query(
        description="办件口径的指标：哪些月份，两头都算（也可以只写一个月）；数事项的指标不用",
        examples=["2024-01..2024-06"],
    ),
]
From = Annotated[
    str | None,
    Query(alias="from", description="从哪一天（年-月-日）；数事项的指标必须写", examples=["2020-12-08"]),
]
To = Annotated[str | None, Query(description="到哪一天（年-月-日），默认今天", examples=["2024-06-30"])]

BaseAsOf = Annotated[
    str | None,
    Query(
        description="比较日，年-月-日，要更早：比较两天的指标（如 material_reduction）与那天相比，按同一 known_at 所知；"
        "不看它的指标不能带",
        examples=["2022-06-30"],
    ),
]

TABLE: Mapping[str, Any] = {"text/csv": {"schema": {"type": "string"}}}


def answer(
    request: Request,
    format_: str | None,
    body: Mapping[str, Any],
    *,
    dimensions: Sequence[Dimension],
    names: Mapping[str, str],
) -> Response:
    """The body, or its values as a table where that was asked for; `names` are those of the metrics."""
    if not wants_csv(request, format_):
        return JsonBytes(body)
    dates = {name: body.get(name) for name in tables.dates(body)}
    rows, name = tables.flat(body["values"], dates, names), request.url.path.rpartition("/")[2]
    return csv_answer(rows, tables.columns(dates, dimensions), name)
