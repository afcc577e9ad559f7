"""The report as it goes over the wire. These models describe; answers are written from rows."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.demand.matching.deciding import Zone
from app.demand.matching.thesaurus import HintKind
from app.demand.report.figures import NoHint, Unsure
from app.demand.runs.outcomes import Decider, Outcome, Reason
from app.demand.runs.rules import Verdict
from app.demand.runs.schemas import ElsewhereOut
from app.demand.shares import ShareOut
from app.demand.surveys.questions import Attribute

Line = Literal["met", Outcome]
Hint = Literal[NoHint, HintKind]
Why = Literal[Unsure, Reason]
Text = Annotated[str | None, Field(description="诉求的文字；已隐去的为空")]
Url = Annotated[str, Field(description="正好是这些诉求或事项")]
GroupNames = Annotated[
    dict[str, str | None],
    Field(description="分组及其名称：{size: 代码, size_label: 名称}；没有填的为 null；合计为空"),
]


class SurveyReported(BaseModel):
    """The survey that the report is of."""

    id: int
    title: str
    division_code: str
    is_synthetic: Annotated[bool, Field(description="是不是合成的演示数据")]
    url: str


class RunReported(BaseModel):
    """The run that the figures are of, and the lists that it looked through."""

    id: int
    as_of: str
    revision: int
    within: Annotated[str, Field(description="找的是哪个区划及其下级的清单")]
    url: str


class Dated(BaseModel):
    """The run, the dates and the judgements that an answer is about."""

    run: RunReported
    as_of: Annotated[str, Field(description="按哪一天的清单看；不写为比对时的那一天")]
    known_at: str | None
    revision: Annotated[int, Field(description="按目录第几版所知；不写为比对时的那一版")]
    judged_until: Annotated[str, Field(description="计到什么时候为止的人工判定")]
    notes: Annotated[list[str], Field(description="看这些数字要知道的")]


class Bounded(ShareOut):
    """A share of all; what is to be reviewed is not counted in it."""

    value: Annotated[float | None, Field(description="下限：待复核的不计；分母为零时为空")]
    value_max: Annotated[float | None, Field(description="上限：待复核的都计；分网上、线下时未填能否网办的也计")]
    percent_max: float | None


class OutcomeFigure(BaseModel):
    """Demands of one outcome, by demands and by the enterprises that make them."""

    outcome: Annotated[Line, Field(description="met 为前三种合计")]
    label: str
    demands: Bounded
    enterprises: Annotated[Bounded, Field(description="按提出的企业数加权")]
    demands_url: Url


class Counted(BaseModel):
    """How many demands, of how many enterprises."""

    demands: int
    enterprises: Annotated[int, Field(description="提出它们的企业数，一家提几项计几次")]


class GroupOut(Counted):
    """One group of enterprises, or all."""

    group: GroupNames
    figures: list[OutcomeFigure]
    demands_url: Url


class TableOut(BaseModel):
    """The demands by group; the groups of a table add up to all."""

    by: list[Attribute]
    label: Annotated[str | None, Field(description="按什么分组；合计为空")]
    rows: list[GroupOut]


class JudgementNamed(BaseModel):
    """What a person judged."""

    id: int
    verdict: Verdict
    note: str | None
    judge: str
    at: str
    as_of: Annotated[str, Field(description="判断时看的是哪一天的清单")]


class Worded(Counted):
    """Demands of equal words, or for the same item: the first ten by number, and how these are worded."""

    numbers: Annotated[list[int], Field(description="诉求的编号，前十条")]
    wordings: Annotated[list[str], Field(description="这些诉求的不同写法；已隐去的没有")]
    demands_url: Url


class UnmetOut(Worded):
    """Demands of equal words that nothing meets."""

    decided_by: Decider
    probability: Annotated[float | None, Field(description="比对认为有事项满足它的概率；人工判定的为空")]
    judgement: JudgementNamed | None
    elsewhere: Annotated[ElsewhereOut | None, Field(description="同义词表的提示，不是判断")]


class HintFigure(BaseModel):
    """Unmet demands of which the thesaurus says this, as a share of all demands."""

    hint: Annotated[
        Hint,
        Field(description="none 没有提示；not-compared 没有比对过，无从提示；其余见 ElsewhereOut 的 kind"),
    ]
    label: str
    demands: Annotated[Bounded, Field(description="上限：待复核的里提示相同的都计")]
    enterprises: Annotated[Bounded, Field(description="按提出的企业数加权")]
    demands_url: Url


class TopUnmet(BaseModel):
    """What most enterprises ask for in vain."""

    total: Annotated[int, Field(description="不同文字的条数")]
    hints: Annotated[
        list[HintFigure],
        Field(description="没有事项可办的诉求，按同义词表的提示分开，合起来就是 unmet；提示只看诉求里的词，不是判断"),
    ]
    rows: list[UnmetOut]
    demands_url: Url


class ReasonOut(Counted):
    """Why demands are to be reviewed."""

    reason: Why
    label: str
    demands_url: Url


class ReviewOut(Counted):
    """The demands of which nobody knows yet."""

    reasons: list[ReasonOut]
    demands_url: Url


class ItemOut(BaseModel):
    """An item as it is on the day."""

    code: str
    name: str
    division_code: str
    department_code: str
    department_name: str | None
    is_online: bool | None
    url: str


class AskedItem(ItemOut, Worded):
    """An item with the demands that it meets."""


class AskedItems(BaseModel):
    """The items of most enterprises."""

    total: Annotated[int, Field(description="满足了诉求的事项数")]
    rows: list[AskedItem]
    items_url: Url


class ItemNumbers(BaseModel):
    """Items in use by whether anybody asked for them; the three add up."""

    total: Annotated[int, Field(description="在用事项数")]
    asked: Annotated[int, Field(description="满足了至少一条诉求的")]
    perhaps_asked: Annotated[int, Field(description="没有满足诉求，但在待复核的诉求里排第一的")]
    not_asked: Annotated[int, Field(description="没人问的")]
    items_url: Url
    asked_url: Url
    perhaps_asked_url: Url
    not_asked_url: Url


class DepartmentItems(ItemNumbers):
    """The items in use of a department."""

    department_code: str
    department_name: str | None


class Coverage(ItemNumbers):
    """The items in use."""

    departments: list[DepartmentItems]


class TermMeaning(BaseModel):
    """What a word of the report means."""

    term: str
    text: str


class SurveyReport(Dated):
    """How far the lists meet what enterprises ask for."""

    survey: SurveyReported
    tables: Annotated[list[TableOut], Field(description="合计、按每个方面、（by 有几个时）交叉")]
    unmet: TopUnmet
    review: ReviewOut
    asked_items: AskedItems
    items: Coverage
    meaning: list[TermMeaning]
    demands_not_in_run: Annotated[
        int | None, Field(description="没有写 run 时：比对以后才有、或比对以后拆开的诉求数；写了的为空")
    ]
    url: Annotated[str, Field(description="同一份报告，以后也一样")]


class ReportedDemand(BaseModel):
    """A demand with what became of it."""

    number: int
    text: Text
    enterprises: int
    respondent: Annotated[str | None, Field(description="答卷编号")]
    group: GroupNames
    outcome: Outcome
    label: str
    decided_by: Decider
    reason: Annotated[Why | None, Field(description="为什么待复核；不待复核的为空")]
    zone: Annotated[Zone, Field(description="比对的结论")]
    probability: float | None
    judgement: JudgementNamed | None
    item: Annotated[ItemOut | None, Field(description="满足它的事项")]
    elsewhere: Annotated[ElsewhereOut | None, Field(description="同义词表的提示，不是判断")]


class ReportedDemands(Dated):
    """A page of demands, in order of number."""

    items: list[ReportedDemand]
    total: int
    enterprises: Annotated[int, Field(description="全部这些诉求的企业数")]
    next: str | None


class ReportedItem(ItemOut, Counted):
    """An item in use, and what it meets."""

    asked: Annotated[bool | None, Field(description="有没有人问；null：只在待复核的诉求里排第一")]
    demands_url: Url


class ReportedItems(Dated):
    """A page of items, in order of code."""

    items: list[ReportedItem]
    total: int
    next: str | None
