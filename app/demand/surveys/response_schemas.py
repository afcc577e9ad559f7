"""Responses as they go over the wire. They have no names and no contacts: no member takes any."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Discriminator, Field, JsonValue, StringConstraints
from pydantic_core import InitErrorDetails

from app.demand.surveys.questions import ATTRIBUTE_NAMES
from app.demand.surveys.responding import Stated
from app.errors import Message
from app.patterns import CODE, LINE
from app.schema import Body, Day, alternative, said_of

MOST_AT_ONCE = 5_000
PERSONAL = re.compile(
    "name|phone|mobile|tel|mail|contact|wechat|id_?card|姓名|名称|电话|手机|联系|邮箱|微信|身份证", re.IGNORECASE
)
NO_CONTACTS = Message(
    "调查不收企业和人的名称、联系方式，请去掉", "surveys keep no names and no contacts of anybody: leave it out"
)

Written = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=LINE)]
ANSWERS = (
    "题的名称 = 回答：选项的代码，多选写成列表，数字，文字；选项后写了字的写成 "
    '{"choice": "6", "text": "…"}；没有答的不写'
)


class CorrectedResponse(Body):
    """What an enterprise answered. What it did not state or answer is left out."""

    stratum: Annotated[Written | None, Field(description="哪一层；不写就按条件放进唯一符合的一层")] = None
    size: Annotated[Written | None, Field(description="企业规模：代码或名称")] = None
    industry: Annotated[Written | None, Field(description="行业：GB/T 4754 的门类、大类或更细的代码")] = None
    ownership: Annotated[Written | None, Field(description="企业性质：代码或名称")] = None
    zone: Annotated[Written | None, Field(description="片区，须在抽样设计的 zones 里")] = None
    answered_on: Annotated[Day | None, Field(description="答卷的日期")] = None
    answers: dict[str, JsonValue] = Field({}, description=ANSWERS, max_length=1_000)

    @classmethod
    def refusals(cls, body: Mapping[str, object], others: Sequence[str]) -> list[InitErrorDetails]:
        """What says who somebody is has no place here, and is not repeated."""
        personal = [name for name in others if PERSONAL.search(name)]
        wrong = super().refusals(body, [name for name in others if name not in personal])
        return [said_of(name, None, "personal-data", NO_CONTACTS) for name in personal] + wrong

    def stated(self, number: str) -> Stated:
        enterprise = {str(name): getattr(self, name) for name in ATTRIBUTE_NAMES}
        return Stated(number, enterprise, self.answers, self.stratum, self.answered_on)


class NewResponse(CorrectedResponse):
    """A response under the number that the researchers gave it, which is nobody's name."""

    number: Annotated[
        str,
        StringConstraints(strip_whitespace=True, pattern=CODE),
        Field(description="答卷的编号，在这次调查里唯一；不要写企业或人的名称", examples=["S-001"]),
    ]


ONE, MANY = alternative("one"), alternative("many")
OneOrMany = Annotated[
    Annotated[NewResponse, ONE] | Annotated[list[NewResponse], Field(min_length=1, max_length=MOST_AT_ONCE), MANY],
    Discriminator(lambda body: (MANY if isinstance(body, list) else ONE).tag),
]


class ResponseOut(BaseModel):
    """A response. `answers` are as they are stated; what was written and redacted since is not there."""

    id: int
    number: str
    stratum: str | None
    size: str | None
    size_label: str | None
    industry: str | None
    industry_label: str | None
    ownership: str | None
    ownership_label: str | None
    zone: str | None
    answered_on: date | None
    answers: Annotated[dict[str, JsonValue], Field(description="题的名称 = 回答")]
    redacted: Annotated[list[str], Field(description="写的文字已经隐去的题")]
    import_id: Annotated[int | None, Field(description="由哪次导入而来；直接写入的为空")]
    demands_url: Annotated[str, Field(description="由它而来的诉求")]
    url: str


class ResponsesAdded(BaseModel):
    """What was taken in."""

    responses: Annotated[int, Field(description="答卷数")]
    demands: Annotated[int, Field(description="由写诉求的题（asks）而来的诉求数")]
    responses_url: str
    demands_url: str


class ResponsePage(BaseModel):
    """Responses in the order in which they came."""

    items: list[ResponseOut]
    total: int
    next: str | None


class AnswerRedaction(Body):
    """Of which question what was written goes, and why; the reason doesn't repeat it."""

    question: Annotated[str, Field(description="题的名称", min_length=1, max_length=40, examples=["q18"])]
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=LINE),
        Field(description="原因，不要写出要隐去的内容", examples=["写了经办人姓名"]),
    ]


class ResponseRedacted(ResponseOut):
    """The response after it, and what else may still say the text."""

    still_said_in: Annotated[list[int], Field(description="由同一份答卷的同一题而来、文字还在的诉求（号）：请分别隐去")]
