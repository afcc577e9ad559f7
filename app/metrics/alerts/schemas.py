"""Alert rules and what they find, as they go over the wire."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Discriminator, Field, StringConstraints, model_validator

from app.changes.schemas import Line
from app.errors import Message
from app.metrics.alerts.rules import TESTS, Closing, DeliveryStatus, FindingKind, MessageType, Test
from app.metrics.groups import MOST
from app.metrics.own.schemas import DEFINITION, WITHDRAWAL, Withdrawal, which
from app.patterns import LINE, LINES
from app.schema import Body, said

LONGEST_FILTER, LONGEST_URL = 2_000, 2_000
Limit = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_URL, pattern=LINE)]
Filter = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_FILTER, pattern=LINES)]
ONE_TEST = Message(
    '要写一项，也只写一项：below、above、changes_by、rises_by、falls_by，如 {"below": 0.85}',
    'give one of below, above, changes_by, rises_by, falls_by, as {"below": 0.85}',
)


class ConditionBody(Body):
    """One test of the value: in the metric's own unit, of a share between 0 and 1."""

    below: Annotated[Limit | None, Field(description="低于多少（不含），如 0.85 是 85%")] = None
    above: Annotated[Limit | None, Field(description="高于多少（不含）")] = None
    changes_by: Annotated[Limit | None, Field(description="与上一次检查相比，升或降达到多少；0.02 是两个百分点")] = None
    rises_by: Annotated[Limit | None, Field(description="与上一次检查相比，上升达到多少")] = None
    falls_by: Annotated[Limit | None, Field(description="与上一次检查相比，下降达到多少")] = None

    @model_validator(mode="after")
    def _demand_one(self) -> Self:
        if len(self.given) != 1:
            raise said("one-condition", ONE_TEST)
        return self

    @property
    def given(self) -> dict[Test, float]:
        named = {test: getattr(self, test) for test in TESTS}
        return {test: limit for test, limit in named.items() if limit is not None}


class AlertRuleBody(Body):
    """A figure to watch, the condition, and where to tell of it."""

    name: Annotated[Line, Field(description="名称", examples=["一网通办率低于 85%"])]
    metric: Annotated[Line, Field(description="指标的 key", examples=["online_rate"])]
    group_by: list[Line] = Field([], description="每个组各自检查：按什么分组，最多三个", max_length=MOST)
    group: Annotated[
        list[Line] | None,
        Field(description="只检查一个组：与 group_by 一一对应的代码，没有填的组写 null", max_length=MOST),
    ] = None
    within: Annotated[Line | None, Field(description="行政区划代码：该区划及其下级全部")] = None
    filter: Annotated[Filter | None, Field(description="CQL2 文本：只计符合条件的事项")] = None
    months: Annotated[
        int | None,
        Field(description="数办件的指标：看最近几个已经结束的月份；数事项的不写", ge=1, le=24, strict=True),
    ] = None
    condition: Annotated[ConditionBody, Field(description="什么时候预警", examples=[{"below": 0.85}])]
    enabled: Annotated[bool, Field(strict=True, description="是否检查；false 为暂停")] = True
    webhook_url: Annotated[
        Url | None,
        Field(description="出现和结束时向哪里发通知（Standard Webhooks）", examples=["https://oa.example/hooks"]),
    ] = None


# Told apart before it is read, as definitions of metrics are.
NextRule = Annotated[
    Annotated[AlertRuleBody, DEFINITION] | Annotated[Withdrawal, WITHDRAWAL],
    Discriminator(lambda body: which(body).tag),
]


class WatchedOut(BaseModel):
    """What a rule watches."""

    metric: str
    group_by: list[str]
    group: list[str] | None
    within: str | None
    filter: str | None
    months: Annotated[int | None, Field(description="数办件的：最近几个已经结束的月份")]
    condition: Annotated[dict[Test, float], Field(description="什么时候预警")]


class RuleVersion(WatchedOut):
    """A version of a rule; findings name the one that they came of."""

    version: int
    name: str
    enabled: bool
    webhook_url: Annotated[
        str | None, Field(description="通知地址；没有 define 权限的人只看到主机，因为地址里可能有口令")
    ]
    withdrawn: Annotated[bool, Field(description="已停用，不再检查")]
    recorded_at: str
    recorded_by: str


class WebhookOut(BaseModel):
    """How the webhook stands, by its last message."""

    status: Annotated[
        Literal["untried", "delivered", "failing", "failed", "gone"],
        Field(
            description="untried 还没有发过（或对方答 410 后重新写了规则，还没有再发）、delivered 上一条已送达、failing 没有送达还会再试、"
            "failed 试完仍没有送达、gone 对方答 410，已停止发送"
        ),
    ]
    last_attempt_at: str | None
    last_error: Annotated[str | None, Field(description="上一次为何没有送达")]
    waiting: Annotated[int, Field(description="还要发的消息数")]
    deliveries_url: str


class RuleOut(RuleVersion):
    """A rule as it stands."""

    id: int
    evaluated_in: Annotated[int | None, Field(description="已检查到第几版；为空是还没有按现在的写法检查过")]
    evaluated_on: Annotated[str | None, Field(description="检查的是哪一天")]
    broken: Annotated[str | None, Field(description="为何检查不了，如指标已停用，或由占比改成了计数")]
    open_findings: Annotated[int, Field(description="正在预警的有几个")]
    unknown_groups: Annotated[int, Field(description="现在没有值的组数：既不预警，也不结束")]
    webhook: WebhookOut | None
    findings_url: str


class RuleHistory(RuleOut):
    """A rule with all its versions, the first one first."""

    versions: list[RuleVersion]


class RuleRecorded(RuleHistory):
    """A rule as it was recorded."""

    secret: Annotated[str | None, Field(description="验证签名用的密钥，只显示这一次；没有新的就是空")]
    warnings: Annotated[list[str], Field(description="提醒，如通知地址的主机现在找不到")]


class RulePage(BaseModel):
    """Rules in order of number."""

    items: list[RuleOut]
    total: int
    next: str | None


class SecretOut(BaseModel):
    """The new secret. The one before signs as well for a day."""

    secret: Annotated[str, Field(description="验证签名用的新密钥，只显示这一次")]
    former_until: Annotated[str | None, Field(description="到何时为止，通知同时带旧密钥的签名")]


class FigureOut(BaseModel):
    """A figure as it was seen; of a rule that could not be evaluated, or a webhook that is not reached, only why."""

    revision: int
    as_of: str
    period: Annotated[str | None, Field(description="数办件的：哪些月份")]
    value: float | None = None
    value_max: Annotated[float | None, Field(description="占比的上限：把未填都当作是")] = None
    percent: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    unknown: Annotated[int | None, Field(description="未填的事项数")] = None
    certain: Annotated[bool | None, Field(description="未填的事项无论是不是，条件都成立；结束时的为空")] = None
    definition_version: int | None = None
    figure_url: Annotated[str | None, Field(description="就是这个数，两个日期都已固定")] = None
    changes_url: Annotated[
        str | None, Field(description="从以前的值到这个数，哪些事项使它变了；没有以前的值，或数的不是事项的，为空")
    ] = None
    message: Annotated[str | None, Field(description="为何检查不了，或为何没有送达")] = None


class FindingOut(BaseModel):
    """From when a condition held, until when; or what is wrong with the rule itself."""

    id: int
    kind: Annotated[
        FindingKind, Field(description="figure 指标达到条件；broken 规则检查不了；undelivered 通知没有送达")
    ]
    rule_id: int
    rule_version: int
    rule_name: str
    message: Annotated[str, Field(description="一句话")]
    open: bool
    condition: dict[Test, float]
    group: Annotated[dict[str, str | int | bool | None], Field(description="哪个组，及其当时的名称；不分组为空")]
    opened_at: str
    opened: FigureOut
    previous: Annotated[FigureOut | None, Field(description="出现以前最后知道的值")]
    closed_at: str | None
    closed: Annotated[FigureOut | None, Field(description="结束时的值；不是因为值而结束的为空")]
    closed_because: Annotated[
        Closing | None,
        Field(
            description="recovered 不再达到条件（或又能检查、已送达）、no_items 这个组没有事项了、"
            "rule_changed 规则改了、rule_stopped 规则暂停或停用"
        ),
    ]
    unknown_since: Annotated[int | None, Field(description="从第几版起没有值；既不预警，也不结束")]
    rule_url: str


class FindingPage(BaseModel):
    """Findings in order of number."""

    items: list[FindingOut]
    total: int
    next: str | None


class DeliveryOut(BaseModel):
    """A message, and what became of it."""

    id: int
    webhook_id: Annotated[str, Field(description="请求头 webhook-id：重发时不变，接收方据此不重复处理")]
    type: MessageType
    finding_id: int | None
    status: Annotated[
        DeliveryStatus,
        Field(description="waiting 待发或待重发、delivered 已送达、failed 没有送达、dropped 不再发送（规则不再通知）"),
    ]
    attempts: int
    created_at: str
    last_attempt_at: str | None
    last_status: Annotated[int | None, Field(description="对方回答的 HTTP 状态")]
    last_error: Annotated[str | None, Field(description="为何没有送达")]
    next_attempt_at: str | None


class DeliveryPage(BaseModel):
    """Messages in order of number."""

    items: list[DeliveryOut]
    total: int
    next: str | None
