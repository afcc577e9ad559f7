"""A bureau's own metrics as they go over the wire."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, field_validator
from pydantic_core import InitErrorDetails

from app.changes.schemas import Line
from app.errors import Message
from app.filters.tokens import MAX_LENGTH
from app.metrics.definitions import Better
from app.metrics.rules import CaseKind, ItemKind
from app.metrics.schemas import MetricHistory
from app.patterns import LINES
from app.schema import Body, alternative, said, said_of

# Of what counts items: cases and other objects have no metrics of a bureau's own.
KEY = "[a-z][a-z0-9_]{2,63}"
Condition = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH, pattern=LINES)]
Days = Annotated[int, Field(ge=0, le=1000)]


ONLY_WITHDRAWN = Message(
    '停用只写 {"withdrawn": true}，不带定义；要改定义或恢复，请去掉 withdrawn',
    'to withdraw, send {"withdrawn": true} alone; to define it anew, leave withdrawn out',
)
NOT_WITHDRAWN = Message("要恢复，请 PUT 一个定义", "to put it in force again, PUT a definition")
SHOWN_ONLY = Message("请去掉只在回答里才有的 {names}", "leave out what only answers carry: {names}")


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
    """What a metric means. A share needs denominator and numerator, a count numerator, a mean or a total denominator and
    value, a reduction denominator, before and after; nothing else. Filters are CQL2 over items.

    Of cases a share needs part and whole, a number of them part; filters are CQL2 over counts of cases, and may be left out.
    """

    name_zh: Annotated[Line, Field(description="名称")]
    name_en: Annotated[Line | None, Field(description="英文名称")] = None
    kind: Annotated[
        Literal[ItemKind, CaseKind],
        Field(
            description="share 占比、count 计数、mean 平均数、reduction 压缩率、total 总和；"
            "数办件的：case_share 办件之比、case_count 办件数"
        ),
    ]
    denominator: Annotated[Condition | None, Field(description="分母条件：指标说的是哪些事项")] = None
    numerator: Annotated[Condition | None, Field(description="分子条件")] = None
    value: Annotated[Summed | None, Field(description="求平均或总和的要素")] = None
    before: Annotated[Summed | None, Field(description="压缩前")] = None
    after: Annotated[Summed | None, Field(description="压缩后")] = None
    part: Annotated[Line | None, Field(description="数办件的：分子是哪种件数，如 closed_on_time")] = None
    whole: Annotated[Line | None, Field(description="数办件的：分母是哪种件数，如 closed")] = None
    unit: Annotated[
        Line | None,
        Field(
            description="单位；占比和压缩率是 %，计数默认为“项”，办件数默认为“件”，平均数和总和必须写", max_length=20
        ),
    ] = None
    better: Annotated[Better, Field(description="越高越好、越低越好、视情况")] = "context"
    source: Annotated[Line | None, Field(description="依据")] = None
    caveats: list[Line] = Field([], description="注意事项", max_length=20)

    @classmethod
    def refusals(cls, body: Mapping[str, object], others: Sequence[str]) -> list[InitErrorDetails]:
        """What was read and is sent back is told in one sentence to leave out what answers add."""
        shown = [name for name in others if name in MetricHistory.model_fields]
        wrong = super().refusals(body, [name for name in others if name not in shown])
        if not shown:
            return wrong
        names = Message("、".join(shown), ", ".join(shown))
        told = Message(*(text.format(names=name) for text, name in zip(SHOWN_ONLY, names, strict=True)))
        return [said_of(shown[0], body[shown[0]], "extra_forbidden", told), *wrong]


class NewMetric(Definition):
    """A metric of the bureau's own, under a key that nobody uses yet."""

    key: Annotated[
        str,
        Field(description="以后在地址里用的名称，不能改", max_length=200, json_schema_extra={"pattern": f"^{KEY}$"}),
    ]


class NextDefinition(Definition):
    """What the metric means from now on. It may carry its key along, which never changes."""

    key: Annotated[str | None, Field(description="可不写；写了要与地址里的相同", max_length=200)] = None


class Withdrawal(Body):
    """The metric is in force no more; as known before it still is."""

    withdrawn: Annotated[Literal[True], Field(description="停用")]

    @classmethod
    def refusals(cls, body: Mapping[str, object], others: Sequence[str]) -> list[InitErrorDetails]:
        return [said_of(others[0], body[others[0]], "extra_forbidden", ONLY_WITHDRAWN)]

    @field_validator("withdrawn", mode="before")
    @classmethod
    def _demand_true(cls, given: object) -> object:
        if given is False:
            raise said("not-withdrawn", NOT_WITHDRAWN)
        return given


DEFINITION, WITHDRAWAL = alternative("definition"), alternative("withdrawal")


def which(body: object) -> Tag:
    """A document that says `"withdrawn": false` and more was read, and is sent back as a definition."""
    if isinstance(body, dict) and "withdrawn" in body:
        return DEFINITION if body["withdrawn"] is False and len(body) > 1 else WITHDRAWAL
    return WITHDRAWAL if isinstance(body, Withdrawal) else DEFINITION


# Told apart before it is read, so that a fault in a definition is not followed by "it withdraws nothing".
NextVersion = Annotated[
    Annotated[NextDefinition, DEFINITION] | Annotated[Withdrawal, WITHDRAWAL],
    Discriminator(lambda body: which(body).tag),
]


class MetricRecorded(MetricHistory):
    """The metric as it was recorded, and what its filters come to today where that looks like an oversight."""

    warnings: Annotated[list[str], Field(description="提醒：按今天的目录，条件什么都没排除，或一个事项都不符合")]
