"""Rules and findings as they go over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.changes.schemas import Line
from app.patterns import LINES
from app.quality.rules import Severity
from app.schema import Body

KEY = "[a-z][a-z0-9-]{2,63}"
LONGEST_FILTER = 2_000  # All rules are asked at once, and a statement takes so many values and no more.

Condition = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_FILTER, pattern=LINES)]
Says = Annotated[str, Field(description="严重程度：error 错误、warning 警告、advice 建议")]


class RuleBody(Body):
    """What a rule of the bureau's own says."""

    name: Annotated[Line, Field(description="名称", max_length=100, examples=["许可没有咨询方式"])]
    severity: Annotated[Severity, Field(description="error 错误、warning 警告、advice 建议")]
    filter: Annotated[Condition, Field(description="CQL2 文本：成立即违反规则；未知不算")]
    message: Annotated[Line, Field(description="哪里不对")]
    remedy: Annotated[Line, Field(description="怎么改")]
    source: Annotated[Line | None, Field(description="依据")] = None


class NewRule(RuleBody):
    """A rule of the bureau's own, under a key that no rule has."""

    key: Annotated[
        str,
        Field(description="以后在地址里用的名称，不能改", max_length=200, json_schema_extra={"pattern": f"^{KEY}$"}),
    ]


class Switch(Body):
    """Whether a rule is to be on, and why."""

    on: Annotated[bool, Field(description="true 启用、false 停用")]
    reason: Annotated[Line, Field(description="为什么", examples=["本市按办结后一日内补录，暂不检查"])]


class RuleDefinition(BaseModel):
    """What a rule says. Its filter is CQL2 over items, as `GET /v1/items?filter=` takes it."""

    key: str
    name: str
    severity: Says
    filter: Annotated[str, Field(description="成立即违反规则；未知不算")]
    message: Annotated[str, Field(description="哪里不对")]
    remedy: Annotated[str, Field(description="怎么改")]
    source: Annotated[str, Field(description="依据；只是某个平台的做法时写明")]
    elements: Annotated[list[str], Field(description="规则看的要素：改了其中一个，就要对规则负责")]
    version: Annotated[int, Field(description="第几个定义")]
    is_own: Annotated[bool, Field(description="本单位自定义的；否则是随软件发布的")]


class QualityRule(RuleDefinition):
    """A rule as it stands now."""

    is_on: Annotated[bool, Field(description="是否启用")]
    items_url: Annotated[str, Field(description="现在违反它的事项")]


class QualityRules(BaseModel):
    """Every rule: those that are shipped first, those that are off included."""

    items: list[QualityRule]
    total: int


class RuleDecision(BaseModel):
    """What somebody decided of a rule."""

    version: int
    is_on: bool
    reason: str | None
    by: str
    at: str
    definition: Annotated[RuleDefinition | None, Field(description="自定义规则的内容；随软件发布的为空")]


class QualityRuleHistory(QualityRule):
    """A rule as it stands now, and all that was decided of it, the first one first."""

    decisions: list[RuleDecision]


class Found(BaseModel):
    """How many items break a rule, exempt ones included, and their address, whose total is that number."""

    count: Annotated[int, Field(description="违反规则的事项数，包括已豁免的")]
    exempted: Annotated[int, Field(description="其中已豁免的")]
    items_url: str


class FoundInDepartment(Found):
    """The items of one department."""

    code: str
    label: Annotated[str | None, Field(description="部门当日的名称")]


class FoundByRule(Found):
    """A rule with the items that break it, in all and by department: where most is left to be done first."""

    rule: str
    name: str
    severity: Says
    message: str
    remedy: str
    departments: list[FoundInDepartment]


class DepartmentFindings(BaseModel):
    """How many findings a department has, exempt ones included; an item that breaks two rules counts twice."""

    code: str
    label: str | None
    error: int
    warning: int
    advice: int
    exempted: Annotated[int, Field(description="三者之中已豁免的")]


class Findings(BaseModel):
    """The work list at a moment, by the rules that are on now: errors first, then where most is left to be done."""

    as_of: str
    known_at: str | None
    revision: int
    note: Annotated[str | None, Field(description="目录还没有内容时的说明")] = None
    items: list[FoundByRule]
    departments: Annotated[list[DepartmentFindings], Field(description="按部门，还要改的错误多的在前")]
    total: Annotated[
        int,
        Field(
            description="发现的问题数，包括已豁免的：一个事项违反两条规则算两个；等于各规则的 count 之和，也等于各部门的数之和"
        ),
    ]
    exempted: Annotated[int, Field(description="其中已豁免的；减去它就是还要改的")]
