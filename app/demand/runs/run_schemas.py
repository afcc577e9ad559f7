"""Runs over the demands of a survey, as they go over the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from app.catalogue.schemas import Dated
from app.demand.matching.deciding import Zone
from app.demand.runs.outcomes import Decider, Outcome, Reason
from app.demand.runs.rules import DEFAULT_HITS
from app.demand.runs.schemas import AsOf, Hits, ItemNamed, JudgementOut, KnownAt, MethodOut, Semantic, ZoneOut
from app.jobs.rules import Status
from app.patterns import DIVISION
from app.schema import Body


class NewRun(Body):
    """The lists that the demands of a survey are matched with."""

    within: Annotated[
        str | None, Field(description="在哪个行政区划（含下级）的清单里找，默认为调查的区划", pattern=DIVISION)
    ] = None
    as_of: AsOf = None
    known_at: KnownAt = None
    limit: Hits = DEFAULT_HITS
    semantic: Semantic = None


class DemandsCounted(BaseModel):
    """So many demands, and the enterprises behind them."""

    demands: int
    weight: int


class Summary(BaseModel):
    """What a run came to."""

    demands: int
    weight: Annotated[int, Field(description="背后的企业数之和")]
    zones: dict[Zone, DemandsCounted]
    not_matched: Annotated[
        int, Field(description="不能比对的诉求（隐去的、太长的，只比文字时没有汉字或多半是外文的），计入 review")
    ]


class RunOut(MethodOut):
    """A run is a record: with the same inputs it finds the same."""

    id: int
    survey: int
    status: Annotated[Status, Field(description="任务的状态；done 才有结果")]
    within: str
    as_of: str
    revision: int
    limit: Annotated[int, Field(description="每个诉求最多记下几个事项")]
    by: str
    at: datetime
    ended_at: datetime | None
    summary: Summary | None
    url: str
    job_url: str | None
    results_url: str
    report_url: str
    experience_url: str
    verify_url: str


class RunPage(BaseModel):
    """Runs in order of number."""

    items: list[RunOut]
    total: int
    next: str | None


class JudgesAgreement(BaseModel):
    """How far judges agree who judged the same texts of the same lists."""

    judges: int
    texts: Annotated[int, Field(description="至少两人按同一天、同一版的清单判断过的文字")]
    pairs: Annotated[int, Field(description="两人一对，共多少对判断")]
    agreeing: Annotated[int, Field(description="其中一样的：同一个事项，或都认为没有")]
    share: Annotated[float | None, Field(description="agreeing ÷ pairs")]
    kappa: Annotated[
        float | None,
        Field(description="只看有没有事项满足，除去碰巧一致的部分（Scott 的 pi，即 Cohen 的 kappa 用合并的边际）"),
    ]


class RunDetail(RunOut):
    """A run, and what counts of its demands by now, judgements included."""

    outcomes: Annotated[
        dict[Outcome, DemandsCounted] | None,
        Field(
            description="现在算下来：met_online 网上能办、met_at_counter 只能到窗口办、met_online_unknown 能否网办没有填、unmet 没有、review 待判断"
        ),
    ]
    agreement: Annotated[
        JudgesAgreement | None, Field(description="判断者之间有多一致；没有两人判断过同样文字时 pairs 为 0")
    ]


class ResultOut(ZoneOut):
    """What a run found of a demand, what people judged of its text, and what counts now."""

    demand: Annotated[int, Field(description="诉求在调查里的序号")]
    text: str | None
    weight: int
    question: str | None
    judgements: list[JudgementOut]
    outcome: Annotated[Outcome, Field(description="算上判断，现在的结论")]
    decided_by: Annotated[Decider, Field(description="结论出自人的判断还是比对")]
    reason: Annotated[
        Reason | None,
        Field(
            description="结论为 review 而比对不这么说时，为什么：rejected 排在第一的事项被人否定；item-not-judged 人判断没有时，看的清单里没有排在第一的事项；not-in-list-that-day 对应的事项那天不在清单里；list-not-searched 那天的清单里有没有找过的事项"
        ),
    ]
    met_by: Annotated[ItemNamed | None, Field(description="满足它的事项")]


class ResultPage(Dated):
    """Results in the order of the demands."""

    run: int
    items: list[ResultOut]
    total: int
    next: str | None


class Said(BaseModel):
    """What a run found of a demand, in short."""

    zone: Zone
    probability: float | None
    item: ItemNamed | None


class DifferenceOut(BaseModel):
    """A demand of which two runs found something else; null where a run didn't have it."""

    demand: int
    text: str | None
    weight: int
    this: Said | None
    other: Said | None


class Parameter(BaseModel):
    """In what two runs differ."""

    what: Annotated[
        str, Field(description="within、as_of、revision、weights、thesaurus、semantic_model、matcher_version、limit")
    ]
    this: JsonValue
    other: JsonValue


class Comparison(BaseModel):
    """Where two runs of a survey differ, and in what they were made otherwise."""

    this: int
    other: Annotated[int, Field(description="与哪一次比")]
    differs_in: list[Parameter]
    same: Annotated[int, Field(description="档和第一个事项都一样的诉求")]
    zone_differs: int
    item_differs: Annotated[int, Field(description="档一样，第一个事项不一样")]
    only_this: int
    only_other: int
    items: Annotated[list[DifferenceOut], Field(description="不一样的诉求，按序号")]
    total: int
    next: str | None


class Recomputed(BaseModel):
    """A demand of which matching again finds something else."""

    demand: int
    what: Annotated[list[Literal["zone", "probability", "hits"]], Field(description="哪里不一样")]
    recorded: Said
    found: Said


class RunVerified(BaseModel):
    """Whether a run, repeated with what it recorded, finds the same."""

    run: int
    agrees: Annotated[bool | None, Field(description="是否一样；null：不能重算")]
    note: Annotated[str | None, Field(description="为什么不能重算")]
    checked: Annotated[int, Field(description="重算了多少诉求")]
    redacted: Annotated[int, Field(description="文字已隐去、不能重算的诉求")]
    differing: int
    differences: Annotated[list[Recomputed], Field(description="不一样的诉求，最多 100 个")]
