"""Reports as they are answered."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from app.metrics.cases.movement import CaseChangeKind
from app.metrics.changes.rules import ChangeKind
from app.metrics.reports.templates import About, Part
from app.metrics.schemas import Limit, Url

PART = "句子里写的是占比的哪一部分（numerator 为分子，单位是项）；为空写数值本身"

GROUP = "句子里写的是哪一组的数；为空不分组，或见整张表"


class Edition(BaseModel):
    """Another edition of a report."""

    id: int
    number: str
    title: str
    url: str


class ReportSummary(BaseModel):
    """A report as lists show it."""

    id: int
    number: Annotated[str, Field(description="编号或文号")]
    title: str
    revision: Annotated[int, Field(description="冻结在目录的第几版")]
    frozen_at: str
    frozen_by: str
    checksum: Annotated[str, Field(description="被引用的全部内容的 SHA-256")]
    supersedes: Annotated[int | None, Field(description="取代哪一份（id）")]
    superseded_by: Annotated[Edition | None, Field(description="已被哪一份取代")]
    url: str
    verify_url: Annotated[str, Field(description="在这里核对")]


class ReportPage(BaseModel):
    """Reports, the last one first."""

    items: list[ReportSummary]
    total: int
    next: str | None


class ReportRow(BaseModel):
    """A frozen row of metric-values; each address leads to the items it counted, with both dates pinned."""

    group: Annotated[dict[str, JsonValue], Field(description="分组要素及其名称；不分组为空")]
    numerator: int | None
    denominator: int | None
    unknown: int | None
    excluded: int | None
    item_count: int | None
    value: float | None
    value_max: float | None
    percent: float | None
    note: Annotated[str | None, Field(description="这一组为什么没有数，或数里缺什么；没有要说的没有这一项")] = None
    numerator_url: Url = None
    denominator_url: Url = None
    unknown_url: Url = None
    items_url: Url = None


class CitedMeaning(BaseModel):
    """What the metric meant at the revision of the report."""

    kind: str
    name_zh: str
    name_en: str | None
    formula: str
    basis: str
    definition_version: int
    denominator: str | None
    numerator: str | None
    value: Limit | None
    before: Limit | None
    after: Limit | None
    part: Annotated[str | None, Field(description="办件口径：分子是哪种件数")]
    whole: Annotated[str | None, Field(description="办件口径：分母是哪种件数")]
    unit: str
    better: Literal["up", "down", "context"]
    rounding: str
    source: Annotated[str, Field(description="依据")]
    standing: Annotated[str, Field(description="公式核实到什么程度")]
    caveats: list[str]


class CitedFigure(BaseModel):
    """A figure with its question, its meaning and its rows."""

    position: int
    label: str
    metric: str
    group_by: list[str]
    within: str | None
    within_name: str | None
    filter: str | None
    as_of: str
    period: str | None
    base_as_of: str | None
    note: Annotated[str | None, Field(description="为什么没有数")]
    additive: Annotated[bool, Field(description="各组相加是否等于总数")]
    meaning: CitedMeaning
    values: list[ReportRow]
    values_url: Annotated[str, Field(description="同一个问题、同两个日期的指标数值")]
    metric_url: str


class FilledPlace(BaseModel):
    """A place of a sentence: the figure that stands in it, or why there is none."""

    name: str
    label: str
    metric: str
    part: Annotated[Part | None, Field(description=PART)]
    group: Annotated[str | None, Field(description=GROUP)]
    figure: Annotated[int | None, Field(description="第几个数字")]
    why: Annotated[str | None, Field(description="为什么没有引用数字；引用了的见 note")]
    note: Annotated[str | None, Field(description="为什么没有数，或数里缺什么")]


class FilledSentence(BaseModel):
    """A sentence of a ready-made report with its figures."""

    text: Annotated[str, Field(description="带占位的句子")]
    said: Annotated[str, Field(description="填好数字的句子")]
    places: list[FilledPlace]
    absent: Annotated[str | None, Field(description="不在本系统：为什么")]


class FilledSection(BaseModel):
    """Sentences under a heading."""

    title: str
    sentences: list[FilledSentence]


class FilledTemplate(BaseModel):
    """Which ready-made report it is, and for what it was made."""

    key: str
    name: str
    source: str
    within: str | None
    as_of: str
    period: str | None


class CitedKindOfChange(BaseModel):
    """How much one kind of change moved a figure, and the items of it."""

    kind: Literal[ChangeKind, CaseChangeKind]
    label: str
    items: int
    numerator_change: int
    denominator_change: int | None
    unknown_change: int
    points_exact: str | None
    items_url: str


class MovedRow(BaseModel):
    """A group of a figure in both editions: before, after, and what moved it."""

    group: dict[str, JsonValue]
    before: Annotated[dict[str, JsonValue], Field(description="被取代的报告里的数")]
    after: Annotated[dict[str, JsonValue], Field(description="这份报告里的数")]
    change: float | None
    change_exact: str | None
    percentage_points: float | None
    note: str | None
    kinds: list[CitedKindOfChange]


class MovedFigure(BaseModel):
    """A figure that is another than in the edition before."""

    position: Annotated[int, Field(description="这份报告的第几个数字")]
    label: str
    metric: str
    note: Annotated[str | None, Field(description="两边的定义不同、其间有隐去，或不能逐项比较的原因")]
    changes_url: Annotated[str, Field(description="为什么变了")]
    values: list[MovedRow]


class OnlyInOne(BaseModel):
    """A figure that only one of the two editions has."""

    position: int
    label: str
    metric: str


class EditionChanges(BaseModel):
    """What differs from the edition that this one replaces."""

    reason: str
    unchanged: Annotated[int, Field(description="有多少个数字与原来一样")]
    moved: list[MovedFigure]
    only_before: Annotated[list[OnlyInOne], Field(description="只在被取代的报告里的数字")]
    only_after: Annotated[list[OnlyInOne], Field(description="只在这份报告里的数字")]


class ReportOut(ReportSummary):
    """A report with all that it cites."""

    note: str | None
    known_at: str | None
    replaces: Annotated[Edition | None, Field(description="被取代的报告")]
    template: FilledTemplate | None
    sections: list[FilledSection]
    figures: list[CitedFigure]
    changes: EditionChanges | None
    cited_url: Annotated[str, Field(description="checksum 所指的那段文本本身")]


class TemplatePlace(BaseModel):
    """A figure of a sentence, with what its metric means."""

    name: str
    label: str
    metric: str
    about: Annotated[About, Field(description="as_of 某一天；period 某些月份")]
    group_by: list[str]
    filter: str | None
    part: Annotated[Part | None, Field(description=PART)]
    group: Annotated[str | None, Field(description=GROUP)]
    formula: Annotated[str | None, Field(description="公式；指标还没有定义时为空")]
    source: str | None
    metric_url: str


class TemplateSentence(BaseModel):
    """A sentence with its places."""

    text: str
    places: list[TemplatePlace]
    absent: Annotated[str | None, Field(description="不在本系统：为什么")]


class TemplateSection(BaseModel):
    """Sentences under a heading."""

    title: str
    sentences: list[TemplateSentence]


class TemplateOut(BaseModel):
    """A ready-made report: its sentences, and what each figure in them is."""

    key: str
    name: str
    about: str
    source: str
    needs: Annotated[list[str], Field(description="必须给的参数")]
    sections: list[TemplateSection]
    url: str


class Templates(BaseModel):
    """The ready-made reports."""

    items: list[TemplateOut]
    total: int
