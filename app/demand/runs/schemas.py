"""Matching one text, as it goes over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated
from app.demand.matching.deciding import Zone
from app.demand.matching.thesaurus import HintKind
from app.demand.runs.rules import DEFAULT_HITS, MOST_HITS, Verdict
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


class SharedOut(BaseModel):
    """What demand and item share: its share of what the demand says, and its places in both texts, from 0, end excluded."""

    text: str | None
    share: float
    demand: list[tuple[int, int]]
    item: list[tuple[int, int]]


class SynonymOut(BaseModel):
    """A row of the thesaurus that led here, and what of its phrase the item has."""

    term: Annotated[str, Field(description="诉求里的说法")]
    phrase: Annotated[str, Field(description="它在清单里的说法")]
    demand: tuple[int, int]
    item: list[tuple[int, int]]


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
    """What the thesaurus says of words in the demand: who grants what no district does, or why nobody does. No finding."""

    kind: Annotated[
        HintKind,
        Field(
            description="elsewhere 由别处办理；not-a-request 不是办事需求；abolished 已取消，不再办理；forbidden 法律法规禁止"
        ),
    ]
    label: str
    granted_by: Annotated[str | None, Field(description="由谁办；没有人办的，可以找谁，或为空")]
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
    as_of: Annotated[date, Field(description="判断时看的是哪一天的清单：那次比对的，没有写 run 的是判断的那一天")]
    revision: Annotated[int, Field(description="判断时看的清单是按目录第几版所知")]
    matcher_version: str | None
    counts: Annotated[
        bool, Field(description="是否是同样文字的最后一条；被后来的判断取代的为 false，回看别的清单时仍可能算数")
    ]


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
    elsewhere: Annotated[
        ElsewhereOut | None, Field(description="同义词表的提示：可能不归区里办，或不是办事。不是判断，也不影响判断")
    ]
    why_not_matched: Annotated[str | None, Field(description="不能比对时，为什么")]


class MatchOut(ZoneOut, MethodOut, Dated):
    """What may meet a demand, how sure that is, and with what it was found."""

    text: str
    within: str
    judgements: Annotated[
        list[JudgementOut] | None, Field(description="对同样文字的判断；能用调查数据的人才看得到")
    ] = None
