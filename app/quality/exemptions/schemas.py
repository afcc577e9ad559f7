"""Exemptions as they go over the wire."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.changes.schemas import Code, Line
from app.patterns import DIVISION, LINES
from app.quality.exemptions.rules import Decision, Status
from app.schema import Body, Day

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=LINES)]


class NewExemption(Body):
    """An item need not keep a rule for a while: which, why, and until when."""

    rule: Annotated[Line, Field(description="规则的 key", examples=["promised-over-statutory"])]
    code: Annotated[Code, Field(description="事项编码；还在变更单里的新事项也可以")]
    division_code: Annotated[
        str | None, Field(description="地方编码在多个区划使用时，指明是哪个区划的", pattern=DIVISION)
    ] = None
    reason: Annotated[Reason, Field(description="为什么不能遵守", examples=["省里统一设定时限，正在申请调整"])]
    until: Annotated[Day, Field(description="到哪一天为止（不含）：要晚于今天，最长 2 年")]


class ExemptionOut(BaseModel):
    """An exemption with what has become of it: who asked, who decided, who ended it."""

    id: int
    rule: Annotated[str, Field(description="规则的 key")]
    rule_version: Annotated[int, Field(description="对规则的第几个定义；规则改了，豁免就不再有效")]
    code: Annotated[str, Field(description="事项现在的编码")]
    name: Annotated[str, Field(description="事项现在的名称")]
    division_code: str
    reason: str
    until: Annotated[date, Field(description="不再有效的第一天")]
    status: Annotated[
        Status,
        Field(
            description="asked 待批准、in_force 有效、refused 未批准、ended 已终止、expired 已到期、outdated 规则已改"
        ),
    ]
    asked_by: str
    asked_at: str
    decision: Decision | None
    decided_by: str | None
    decided_at: str | None
    ended_by: str | None
    ended_at: str | None


class ExemptionPage(BaseModel):
    """Exemptions in order of number."""

    items: list[ExemptionOut]
    total: int
    next: str | None
