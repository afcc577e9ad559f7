"""Matching one text, and runs over the demands of a survey, as they go over the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from app.catalogue.schemas import Dated
from app.demand.matching.deciding import Zone
from app.demand.runs.outcomes import Outcome
from app.demand.runs.rules import DEFAULT_HITS, MOST_HITS, Verdict
from app.jobs.rules import Status
from app.patterns import DIVISION
from app.schema import Body

AsOf = Annotated[str | None, Field(description="哪一天的清单（年-月-日），默认今天", max_length=10)]
KnownAt = Annotated[
    str | int | None,
    Field(description="按何时所知：一天、带时区的时刻或版次号，默认最新", union_mode="left_to_right"),
]
Semantic = Annotated[bool | None, Field(description="是否也按意思比对；默认装了语义扩展就比。false 只比文字")]
Hits = Annotated[int, Field(description="最多给出几个事项", ge=1, le=MOST_HITS)]


class NewMatch(Body):
    """A demand in somebody's own words, and the lists that may meet it."""

    text: Annotated[str, Field(description="诉求，最多 2,000 个字", examples=["食品经营许可证快到期了怎么办"])]
    within: Annotated[
        str | None, Field(description="在哪个行政区划（含下级）的清单里找，默认全部", pattern=DIVISION)
    ] = None
    as_of: AsOf = None
    known_at: KnownAt = None
    limit: Hits = DEFAULT_HITS
    semantic: Semantic = None


class NewRun(Body):
    """The lists that the demands of a survey are matched with."""

    within: Annotated[
        str | None, Field(description="在哪个行政区划（含下级）的清单里找，默认为调查的区划", pattern=DIVISION)
    ] = None
    as_of: AsOf = None
    known_at: KnownAt = None
    limit: Hits = DEFAULT_HITS
    semantic: Semantic = None


class SharedOut(BaseModel):
    """What demand and item share: its share of what the demand says, and its places in both texts, from 0, end excluded."""

    text: str | None
    share: float
    demand: list[tuple[int, int]]
    item: list[tuple[int, int]]


class SynonymOut(BaseModel):
    """A row of the thesaurus that was used."""

    term: str
    phrase: str


class ReasonsOut(BaseModel):
    """Why an item was found."""

    part: Annotated[Literal["name", "alias", "main_item"], Field(description="最相近的是名称、别名还是主项名称")]
    text: Annotated[str | None, Field(description="最相近的那段文字")]
    shared: list[SharedOut]
    thesaurus: Annotated[list[SynonymOut], Field(description="用到的同义词")]
    action: Annotated[int, Field(description="办理动作：1 一致；-1 事项是别的动作；0 事项没写动作")]
    asked: Annotated[list[str], Field(description="诉求里的动作")]
    named: Annotated[list[str], Field(description="事项名称里的动作")]
    persons_only: Annotated[bool, Field(description="事项只对自然人")]
    cosine: Annotated[float | None, Field(description="意思有多近；没有用语义比对时为空")]
    by_meaning: Annotated[bool, Field(description="没有相同的文字，是按意思找到的")]


class ItemNamed(BaseModel):
    """An item as it was on the day."""

    code: str
    name: str
    division_code: str


class HitOut(ItemNamed):
    """An item that may meet the demand, as it was on the day."""

    rank: int
    department_code: str
    department_name: str | None
    is_online: Annotated[bool | None, Field(description="能否网办；null 为没有填")]
    url: str
    score: Annotated[float, Field(description="分数，只能与同一诉求的其他事项比")]
    reasons: Annotated[ReasonsOut | None, Field(description="为什么找到它；诉求的文字隐去后为空")]


class ElsewhereOut(BaseModel):
    """What no district grants, and who does."""

    granted_by: Annotated[str | None, Field(description="由谁办；null 为不是要办事，如投诉")]
    note: str | None


class JudgementOut(BaseModel):
    """What a person judged of a text: it holds for every demand of the same normalised text, about the same lists."""

    id: int
    survey: int
    demand: Annotated[int, Field(description="诉求在调查里的序号")]
    text: Annotated[str | None, Field(description="诉求的文字；隐去后为空")]
    within: Annotated[str, Field(description="说的是哪个行政区划的清单")]
    verdict: Verdict
    item: ItemNamed | None
    note: str | None
    judge: str
    at: datetime
    run: int | None
    revision: Annotated[int, Field(description="判断时目录的版次")]
    matcher_version: str | None
    counts: Annotated[bool, Field(description="是否现在起作用；被后来的判断取代的为 false")]


class MethodOut(BaseModel):
    """What the demands were matched with."""

    matcher_version: str
    weights: Annotated[str, Field(description="权重的校验值")]
    weights_origin: Annotated[str, Field(description="shipped 自带；fitted 按判断重新拟合")]
    thesaurus: Annotated[str, Field(description="同义词表的校验值")]
    semantic: Annotated[bool, Field(description="是否也按意思比对")]
    semantic_model: str | None
    semantic_note: Annotated[str | None, Field(description="没有按意思比对时，为什么")]


class ZoneOut(BaseModel):
    zone: Annotated[Zone, Field(description="matched 有对应事项；review 待人工判断；unmet 没有对应事项")]
    zone_label: str
    zone_meaning: str
    probability: Annotated[
        float | None, Field(description="清单里有事项满足它的概率；不能比对的（文字已隐去、不是中文）为空，计入 review")
    ]
    hits: list[HitOut]
    parts: Annotated[list[str], Field(description="诉求里像是几件事时，可以分开比对的各部分；要不要拆，由人决定")]
    elsewhere: Annotated[ElsewhereOut | None, Field(description="可能不归区里办的提示，不影响判断")]
    why_not_matched: Annotated[str | None, Field(description="不能比对时，为什么")]


class MatchOut(ZoneOut, MethodOut, Dated):
    """What may meet a demand, how sure that is, and with what it was found."""

    text: str
    within: str
    judgements: Annotated[
        list[JudgementOut] | None, Field(description="对同样文字的判断；能用调查数据的人才看得到")
    ] = None


class Counted(BaseModel):
    """So many demands, and the enterprises behind them."""

    demands: int
    weight: int


class Summary(BaseModel):
    """What a run came to."""

    demands: int
    weight: Annotated[int, Field(description="背后的企业数之和")]
    zones: dict[Zone, Counted]
    not_matched: Annotated[int, Field(description="不能比对的诉求（隐去的、太长的），计入 review")]


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
    verify_url: str


class RunPage(BaseModel):
    """Runs in order of number."""

    items: list[RunOut]
    total: int
    next: str | None


class Agreement(BaseModel):
    """How far judges agree who judged the same texts."""

    judges: int
    texts: Annotated[int, Field(description="至少两人判断过的文字")]
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
        dict[Outcome, Counted] | None,
        Field(
            description="现在算下来：met_online 网上能办、met_at_counter 只能到窗口办、met_online_unknown 能否网办没有填、unmet 没有、review 待判断"
        ),
    ]
    agreement: Annotated[Agreement | None, Field(description="判断者之间有多一致；没有两人判断过同样文字时 pairs 为 0")]


class ResultOut(ZoneOut):
    """What a run found of a demand, what people judged of its text, and what counts now."""

    demand: Annotated[int, Field(description="诉求在调查里的序号")]
    text: str | None
    weight: int
    question: str | None
    judgements: list[JudgementOut]
    outcome: Annotated[Outcome, Field(description="算上判断，现在的结论")]
    decided_by: Annotated[Literal["judgement", "run"], Field(description="结论出自人的判断还是比对")]
    reason: Annotated[str | None, Field(description="结论为 review 而比对不这么说时，为什么")]
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
