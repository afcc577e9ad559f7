"""A bureau's own metrics as they go over the wire."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from app.changes.schemas import WITHOUT_CONTROLS, Line
from app.filters.tokens import MAX_LENGTH
from app.metrics.definitions import Better
from app.metrics.rules import Kind
from app.metrics.schemas import MetricHistory
from app.schema import Body

KEY = "[a-z][a-z0-9_]{2,63}"
Condition = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH, pattern=WITHOUT_CONTROLS)]
Days = Annotated[int, Field(ge=0, le=1000)]


class QuantityBody(Body):
    """A number to sum; with a unit it is converted to working days, and limits in other units are not stated."""

    element: Annotated[Line, Field(description="要素", examples=["promised_limit"])]
    unit: Annotated[Line | None, Field(description="单位要素", examples=["promised_limit_unit"])] = None
    working_days: dict[str, Days] = Field(
        {}, description="单位代码 = 合多少个工作日；0 为当场", max_length=20, examples=[{"1": 1, "4": 0}]
    )


def _with_element(given: object) -> object:
    return {"element": given} if isinstance(given, str) else given


Summed = Annotated[QuantityBody, BeforeValidator(_with_element, json_schema_input_type=str | QuantityBody)]


class Definition(Body):
    """What a metric means. A share needs denominator and numerator, a count numerator, a mean denominator and value,
    a reduction denominator, before and after; nothing else. Filters are CQL2 over items.
    """

    name_zh: Annotated[Line, Field(description="名称")]
    name_en: Annotated[Line | None, Field(description="英文名称")] = None
    kind: Annotated[Kind, Field(description="share 占比、count 计数、mean 平均数、reduction 压缩率")]
    denominator: Annotated[Condition | None, Field(description="分母条件：指标说的是哪些事项")] = None
    numerator: Annotated[Condition | None, Field(description="分子条件")] = None
    value: Annotated[Summed | None, Field(description="求平均的要素")] = None
    before: Annotated[Summed | None, Field(description="压缩前")] = None
    after: Annotated[Summed | None, Field(description="压缩后")] = None
    unit: Annotated[
        Line | None, Field(description="单位；占比和压缩率是 %，计数默认为“项”，平均数必须写", max_length=20)
    ] = None
    better: Annotated[Better, Field(description="越高越好、越低越好、视情况")] = "context"
    source: Annotated[Line | None, Field(description="依据")] = None
    caveats: list[Line] = Field([], description="注意事项", max_length=20)


class NewMetric(Definition):
    """A metric of the bureau's own, under a key that nobody uses yet."""

    key: Annotated[
        str,
        Field(description="以后在地址里用的名称，不能改", max_length=200, json_schema_extra={"pattern": f"^{KEY}$"}),
    ]


class Withdrawal(Body):
    """The metric is in force no more; as known before it still is."""

    withdrawn: Annotated[Literal[True], Field(description="停用")]


def _which(body: object) -> str:
    return (
        "Withdrawal"
        if isinstance(body, Withdrawal) or (isinstance(body, dict) and "withdrawn" in body)
        else "Definition"
    )


# Told apart before it is read, so that a fault in a definition is not followed by "it withdraws nothing".
NextVersion = Annotated[
    Annotated[Definition, Tag("Definition")] | Annotated[Withdrawal, Tag("Withdrawal")], Discriminator(_which)
]


class MetricRecorded(MetricHistory):
    """The metric as it was recorded, and what its filters come to today where that looks like an oversight."""

    warnings: Annotated[list[str], Field(description="提醒：按今天的目录，条件什么都没排除，或一个事项都不符合")]
