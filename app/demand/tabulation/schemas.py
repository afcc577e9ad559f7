"""Tables of answers as they go over the wire. These models describe; answers are written from rows."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.demand.shares import ShareOut
from app.demand.surveys.questions import Attribute, Kind
from app.demand.tabulation.counting import Basis

Url = str | None
GroupNames = Annotated[
    dict[str, str | None],
    Field(description="分组及其名称：{size: 代码, size_label: 名称}；没有填写的为 null；不分组为空"),
]


class SurveyNamed(BaseModel):
    """The survey that an answer is about."""

    id: int
    title: str
    is_synthetic: Annotated[bool, Field(description="是不是合成的演示数据")]
    url: str


class QuestionNamed(BaseModel):
    """The question as it was asked."""

    key: str
    number: Annotated[str | None, Field(description="题号")]
    text: Annotated[str, Field(description="题目；分问的前面是大题的题目")]
    kind: Kind
    most: Annotated[int | None, Field(description="最多选几项")]
    unit: Annotated[str | None, Field(description="单位（数字）")]
    attribute: Annotated[Attribute | None, Field(description="问的是企业本身的什么；各选项是它的代码，行业按门类")]


class IntervalNamed(BaseModel):
    """How `low` and `high` of the shares are computed."""

    method: Literal["wilson"]
    confidence: float


class OptionOut(BaseModel):
    """An option with how many chose it."""

    code: str
    label: Annotated[str, Field(description="选项的文字")]
    respondents: Annotated[int | None, Field(description="选它的企业数；没有公布的为空")]
    share_of_respondents: Annotated[ShareOut, Field(description="占回答了这一题的企业")]
    share_of_answers: Annotated[
        ShareOut | None, Field(description="多选题：占全部所选的项；同一企业的几项不独立，没有区间")
    ]
    published_percent: Annotated[float | None, Field(description="公布的百分数，照原样；按答卷统计的为空")]
    responses_url: Annotated[Url, Field(description="正好是选它的答卷；没有逐份答卷的为空")]


class NumbersOut(BaseModel):
    """The numbers that were given, in the unit of the question."""

    n: Annotated[int, Field(description="填了数的企业数")]
    mean: float
    minimum: float
    lower_quartile: Annotated[float, Field(description="下四分位数，相邻两数间按比例取（QUARTILE.INC）")]
    median: float
    upper_quartile: float
    maximum: float


class TableGroup(BaseModel):
    """One group of respondents, or all of them."""

    group: GroupNames
    responses: Annotated[int | None, Field(description="答卷数")]
    answered: Annotated[int | None, Field(description="回答了这一题的，即各项比例的分母")]
    unanswered: Annotated[int | None, Field(description="没有回答的，不在分母里")]
    answers: Annotated[int | None, Field(description="所选的项数合计；不是选择题、没有全部公布的为空")]
    options: list[OptionOut]
    numbers: Annotated[NumbersOut | None, Field(description="数字题；没有人填数时为空")]
    responses_url: Annotated[Url, Field(description="正好是这些答卷；没有逐份答卷的为空")]
    answered_url: Annotated[Url, Field(description="其中回答了的，数字题即填了数的")]
    unanswered_url: Annotated[Url, Field(description="其中没有回答的")]
    note: Annotated[str | None, Field(description="回答不足 5 家时的说明")]


class WrittenText(BaseModel):
    """What one respondent wrote."""

    response: Annotated[str, Field(description="答卷编号")]
    group: GroupNames
    choice: Annotated[str | None, Field(description="写在哪个选项后面；文字题为空")]
    text: str


class WrittenTexts(BaseModel):
    """A page of what was written."""

    items: list[WrittenText]
    total: Annotated[int, Field(description="写了文字的条数，隐去的不算")]
    redacted: Annotated[int, Field(description="已隐去的条数")]
    next: str | None


class Tabulation(BaseModel):
    """How many answered what to one question."""

    survey: SurveyNamed
    question: QuestionNamed
    by: Annotated[Attribute | None, Field(description="按什么分组")]
    basis: Annotated[Basis, Field(description="responses 按逐份答卷统计；published 只有公布的总数")]
    interval: IntervalNamed
    notes: Annotated[list[str], Field(description="看这些数字要知道的")]
    values: Annotated[list[TableGroup], Field(description="每组一行；不分组时只有一行；没有另外的合计行")]
    texts: Annotated[WrittenTexts | None, Field(description="写的文字，一次一页；没有地方写文字的题为空")]
