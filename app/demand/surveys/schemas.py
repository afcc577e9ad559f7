"""Surveys as they go over the wire."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Discriminator, Field, StringConstraints

from app.demand.surveys.design import Design
from app.demand.surveys.published import PublishedFigure
from app.demand.surveys.questions import Questionnaire
from app.patterns import DIVISION, LINE, LINES
from app.schema import Body, Day, alternative

MOST_PUBLISHED = 5_000

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=LINE)]
Area = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=LINE)]
Text = Annotated[str, Field(max_length=4000, pattern=LINES)]
Published = Annotated[list[PublishedFigure], Field(max_length=MOST_PUBLISHED)]

NOT_GIVEN: Any = Field(default_factory=lambda: None)  # Of what can't be taken away.
DIVISION_OF = "应由哪个区划的清单满足诉求（GB/T 2260）"
PUBLISHED = "只知道公布数字的调查：各选项的企业数、占比，照原文"


class FromTemplate(Body):
    """A questionnaire that is shipped (`/v1/questionnaires`)."""

    template: Annotated[str, Field(description="现成问卷的名称", max_length=200, examples=["enterprise-2020"])]


GIVEN, TEMPLATE = alternative("questionnaire"), alternative("template")
# Told apart before it is read, so that a fault in a questionnaire is not followed by "it names no template".
AskedBy = Annotated[
    Annotated[Questionnaire, GIVEN] | Annotated[FromTemplate, TEMPLATE],
    Discriminator(lambda body: (TEMPLATE if _names_template(body) else GIVEN).tag),
]


def _names_template(body: object) -> bool:
    return isinstance(body, FromTemplate) or (isinstance(body, dict) and "template" in body)


class NewSurvey(Body):
    """Who is asked, where, when, and what."""

    title: Annotated[Title, Field(description="名称", examples=["宿迁市“一网、一门、一次”改革企业调查"])]
    division_code: Annotated[str, Field(description=DIVISION_OF, pattern=DIVISION)]
    area: Annotated[Area | None, Field(description="调查的地方，照原文")] = None
    held_from: Annotated[Day | None, Field(description="开始的日期")] = None
    held_to: Annotated[Day | None, Field(description="结束的日期")] = None
    about: Annotated[Text | None, Field(description="说明")] = None
    source: Annotated[Text | None, Field(description="出处")] = None
    is_synthetic: Annotated[bool, Field(description="回答是编造的，只供演示")] = False
    design: Design = Field(default_factory=lambda: Design.model_validate({}), description="抽样设计")
    questionnaire: Annotated[AskedBy, Field(description='问卷全文，或现成的：{"template": "enterprise-2020"}')]
    published: Published = Field([], description=PUBLISHED)


class ChangedSurvey(Body):
    """What is given is changed; null takes away what may be left out. Design, questionnaire and figures are given whole."""

    title: Annotated[Title, Field(description="名称")] = NOT_GIVEN
    division_code: Annotated[str, Field(description=DIVISION_OF, pattern=DIVISION)] = NOT_GIVEN
    area: Annotated[Area | None, Field(description="调查的地方")] = None
    held_from: Annotated[Day | None, Field(description="开始的日期")] = None
    held_to: Annotated[Day | None, Field(description="结束的日期")] = None
    about: Annotated[Text | None, Field(description="说明")] = None
    source: Annotated[Text | None, Field(description="出处")] = None
    is_synthetic: Annotated[bool, Field(description="回答是编造的，只供演示")] = NOT_GIVEN
    design: Annotated[Design, Field(description="抽样设计")] = NOT_GIVEN
    questionnaire: Annotated[AskedBy, Field(description="问卷；已有回答的题不能改变意思")] = NOT_GIVEN
    published: Annotated[Published, Field(description=PUBLISHED)] = NOT_GIVEN


class SurveySummary(BaseModel):
    """A survey as lists show it."""

    id: int
    title: str
    division_code: str
    area: str | None
    held_from: date | None
    held_to: date | None
    source: str | None
    is_synthetic: Annotated[bool, Field(description="回答是编造的，只供演示")]
    planned: Annotated[int | None, Field(description="计划的样本数；没有计划的为空")]
    responses: Annotated[int, Field(description="收到的答卷数")]
    demands: Annotated[int, Field(description="诉求数：拆分了的算各条，不算原来的")]
    demand_weight: Annotated[int, Field(description="这些诉求的企业数合计")]
    version: Annotated[int, Field(description="改过一次加一，即 ETag")]
    url: str


class SurveyPage(BaseModel):
    """Surveys in order of number."""

    items: list[SurveySummary]
    total: int
    next: str | None


class StratumOut(BaseModel):
    """Planned against answered."""

    key: str
    label: str
    planned: int | None
    responses: int
    responses_url: str


class WarningOut(BaseModel):
    """What doesn't add up; nothing was changed because of it."""

    rule: Literal[
        "shares-off-100", "counts-over-base", "count-over-base", "count-against-share", "shares-of-no-count",
        "bases-differ", "plan-off-total", "more-than-planned", "fewer-than-planned", "outside-strata",
        "outside-period", "weight-over-sample", "weight-of-one",
    ]  # fmt: skip
    message: str
    question: Annotated[str | None, Field(description="哪一题")]
    stratum: Annotated[str | None, Field(description="哪一层")]
    demands: Annotated[list[int], Field(description="哪些诉求（号），最多列出前 20 条")]


class SurveyOut(SurveySummary):
    """A survey with its design, its questions, and what doesn't add up."""

    about: str | None
    by: str
    at: str
    design: Design
    questionnaire: Questionnaire
    published: list[PublishedFigure]
    strata: Annotated[list[StratumOut], Field(description="各层计划的与收到的")]
    outside_strata: Annotated[int, Field(description="不在任何一层的答卷数")]
    warnings: Annotated[list[WarningOut], Field(description="对不上的数字：只提示，不改动")]
    responses_url: str
    demands_url: str
    imports_url: str
    matching_runs_url: str
    judgements_url: str
    report_url: Annotated[str, Field(description="比对以后才有")]
    experience_url: Annotated[str, Field(description="比对以后才有")]


class QuestionnairePage(BaseModel):
    """The questionnaires that are shipped."""

    items: list[Questionnaire]
    total: int


class IndustryOut(BaseModel):
    """A section or a division of GB/T 4754-2017."""

    code: Annotated[str, Field(description="门类的字母，或大类的两位数字")]
    section: Annotated[str, Field(description="所属门类")]
    name: str
    level: Literal["section", "division"]


class IndustryList(BaseModel):
    """Sections, each before its divisions."""

    items: list[IndustryOut]
    total: int
    standard: str
    note: Annotated[str, Field(description="更细的代码怎样写")]
