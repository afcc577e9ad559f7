"""Judgements and redactions of demands, as they go over the wire."""

from typing import Annotated

from pydantic import BaseModel, Discriminator, Field, StringConstraints

from app.changes.schemas import Code
from app.demand.runs.rules import Verdict
from app.demand.runs.schemas import JudgementOut
from app.patterns import DIVISION, LINES
from app.schema import Body, alternative

MOST_AT_ONCE = 1_000
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=LINES)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class NewJudgement(Body):
    """What somebody judges of a demand."""

    demand: Annotated[Number, Field(description="诉求在调查里的序号")]
    verdict: Annotated[
        Verdict,
        Field(description="confirm 是这个事项；reject 不是这个事项；better 应是另一个事项；unmet 没有对应事项"),
    ]
    item: Annotated[Code | None, Field(description="事项编码；unmet 不写，其余必须写")] = None
    division_code: Annotated[
        str | None, Field(description="地方编码在多个区划使用时，指明是哪个区划的", pattern=DIVISION)
    ] = None
    note: Annotated[Text | None, Field(description="说明")] = None
    run: Annotated[Number | None, Field(description="看的是哪一次比对；不写则按调查的区划今天的清单")] = None


ONE, MANY = alternative("one"), alternative("many")
OneOrMany = Annotated[
    Annotated[NewJudgement, ONE] | Annotated[list[NewJudgement], Field(min_length=1, max_length=MOST_AT_ONCE), MANY],
    Discriminator(lambda body: (MANY if isinstance(body, list) else ONE).tag),
]


class JudgedOut(JudgementOut):
    """A judgement as it was kept."""

    remark: Annotated[str | None, Field(description="记下的与送来的不同时，为什么")]


class Judged(BaseModel):
    """All that was sent, in its order."""

    items: list[JudgedOut]


class JudgementPage(BaseModel):
    """Judgements in order of number."""

    items: list[JudgementOut]
    total: int
    next: str | None


class NewDemandRedaction(Body):
    """Why the words of a demand are to go."""

    reason: Annotated[Text, Field(description="原因，一直保留；不要写出要隐去的内容", examples=["写了个人姓名和电话"])]


class DemandNamed(BaseModel):
    survey: int
    demand: int


class DemandRedacted(BaseModel):
    """The words are gone; the zone, the items and the judgements stay."""

    survey: int
    demand: int
    same_words: Annotated[
        list[DemandNamed], Field(description="还有哪些诉求写着同样的文字，最多 100 条；要隐去的请逐条隐去")
    ]
    parts: Annotated[list[DemandNamed], Field(description="它拆分成的，或它所属的诉求：也写着其中的文字")]
