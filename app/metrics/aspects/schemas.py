"""Groups of metrics as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.metrics.schemas import MetricValue


class ScoreLevel(BaseModel):
    """What an evaluation calls a total score."""

    name_zh: str
    at_least: int
    below: Annotated[int | None, Field(description="不含；最高一级为空")]
    standing: Annotated[str, Field(description="核实到什么程度")]


class Evaluation(BaseModel):
    """The evaluation that a group belongs to: whose choice it is, how far it is verified, why there is no score."""

    key: str
    name_zh: str
    name_en: str
    source: str
    standing: Annotated[str, Field(description="哪些是核实的，哪些是本系统的取法")]
    no_score: Annotated[str, Field(description="为什么不给分")]
    levels: Annotated[list[ScoreLevel], Field(description="评估对总分的等级；没有见到的为空")]


class MetricGroupMember(BaseModel):
    """A metric of a group, or what the evaluation looks at and a catalogue can't compute."""

    metric: Annotated[str | None, Field(description="指标的 key；没有这个指标时为空")]
    metric_url: str | None
    sub_indicator: Annotated[str | None, Field(description="评估里的子指标名称；没有见到的为空")]
    note: str | None
    name_zh: str
    name_en: str | None
    computable: bool
    reason: Annotated[str | None, Field(description="为什么算不出来")]
    waits_for: Annotated[str | None, Field(description="需要什么才能算")]


class MetricGroupMemberFigure(MetricGroupMember):
    """A member with its figure, as `GET /v1/metric-values` gives it."""

    figure: Annotated[MetricValue | None, Field(description="算不出来的为空")]


class MetricGroup(BaseModel):
    """An aspect or an index of an evaluation, and the metrics it is seen by."""

    key: str
    name_zh: str
    name_en: str
    direction: str | None
    framework: Evaluation
    computable: Annotated[int, Field(description="成员中能算的个数")]
    members: list[MetricGroupMember]
    url: str


class MetricGroups(BaseModel):
    """All groups, by the definitions in force at a revision."""

    known_at: str | None
    revision: int
    items: list[MetricGroup]
    total: int


class MetricGroupFigures(MetricGroup):
    """A group with the figures of its members at one moment. There is no score: no weights were published."""

    as_of: str
    period: Annotated[str | None, Field(description="办件口径的成员：哪些月份；没有问时没有这一项")] = None
    known_at: str | None
    revision: int
    note: Annotated[str | None, Field(description="目录还没有内容时的说明")] = None
    members: list[MetricGroupMemberFigure]  # type: ignore[assignment]  # each is a member
