"""Reviewing as it goes over the wire: previews with their effect on the figures, returns, rebasing, undoing."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from app.changes.rules import Status
from app.changes.schemas import ChangeSetOut, EntryOut
from app.metrics.changes.schemas import ChangedItem, MetricChange
from app.patterns import LINES
from app.quality.rules import Severity
from app.quality.verdicts import State
from app.schema import Body


class KeptValue(BaseModel):
    """A planned version that keeps its own value."""

    field: str
    label: str
    valid_from: date
    value: JsonValue


class PreviewEntry(EntryOut):
    """An entry with what publishing now would leave as it is, and why it can't be published."""

    kept: list[KeptValue]
    refusals: list[str]


class Remark(BaseModel):
    """What is worth knowing of an item, and no rule on it. It does not stand in the way."""

    code: str
    rule: str
    severity: Literal["error", "warning", "advice"]
    element: str
    message: str


class FindingCounts(BaseModel):
    """Findings of a severity, by what becomes of them."""

    new: Annotated[int, Field(description="这次改出来的")]
    unchanged: Annotated[int, Field(description="原来就有、还在的")]
    fixed: Annotated[int, Field(description="这次改好的")]


class SeverityCounts(BaseModel):
    """Findings by severity."""

    error: FindingCounts
    warning: FindingCounts
    advice: FindingCounts


class DraftFinding(BaseModel):
    """A finding of an item on the first day of what the draft makes of it."""

    code: str
    on: Annotated[date, Field(description="说的是事项哪一天的内容：改动生效，或其中已计划的版本开始的那天")]
    position: Annotated[int, Field(description="第几条改的它")]
    rule: Annotated[str, Field(description="规则的 key")]
    severity: Severity
    state: Annotated[State, Field(description="new 改出来的、unchanged 原来就有的、fixed 改好的")]
    blocks: Annotated[bool, Field(description="是否妨碍提交")]
    is_exempt: Annotated[bool, Field(description="是否已获豁免")]
    elements: Annotated[list[str], Field(description="规则所说的要素里，这张变更单写到的")]
    message: str
    remedy: Annotated[str, Field(description="怎么改")]


class DraftFindings(BaseModel):
    """Findings of the items that the draft writes, known and as it would have them: how many, and the first ones."""

    total: int
    blocking: Annotated[int, Field(description="有多少条妨碍提交：为 0 才能提交")]
    exempt: Annotated[int, Field(description="有多少条已获豁免")]
    counts: SeverityCounts
    first: Annotated[list[DraftFinding], Field(description="前 200 条，妨碍提交的在前，其中改出来的在前")]


class RivalOut(BaseModel):
    """Another open change set about the same objects."""

    change_set: int
    title: str
    author: str
    status: Status
    objects: Annotated[int, Field(description="共同涉及的对象数")]
    codes: Annotated[list[str], Field(description="它们的编码，最多 100 个")]
    url: str


class EffectOut(MetricChange):
    """A figure on the day as it is known, as it would be, and what moves it."""

    metric: str
    name: Annotated[str, Field(description="指标名称")]
    unit: Annotated[str, Field(description="计量单位")]


class FigureParts(BaseModel):
    """A figure in short."""

    numerator: int
    denominator: int | None
    unknown: int
    value: float | int | None
    percent: float | None


class PastFigure(BaseModel):
    """A figure of a past day that would be another."""

    metric: str
    as_of: str
    before: FigureParts
    after: FigureParts


class FrozenRow(BaseModel):
    """A group of a figure that a report cites: as it was frozen, as it is known now, and as it would be."""

    group: dict[str, JsonValue]
    frozen: FigureParts | None
    now: FigureParts | None
    after: FigureParts | None


class DisturbedFigure(BaseModel):
    """A figure of a report that live figures would no longer match."""

    position: Annotated[int, Field(description="报告的第几个数字")]
    label: str
    metric: str
    as_of: str
    period: Annotated[str | None, Field(description="数办件的：哪些月份")]
    values: Annotated[list[FrozenRow], Field(description="会变的组，最多 100 个")]


class DisturbedReport(BaseModel):
    """A report in force that live figures would no longer match; it stays as it was frozen."""

    id: int
    number: Annotated[str, Field(description="编号或文号")]
    title: str
    url: str
    figures: list[DisturbedFigure]


class PreviewOut(BaseModel):
    """What publishing now would come to."""

    change_set: int
    revision: Annotated[int, Field(description="发布后会成为第几版；批准以前有人核实了事项的，会更靠后，批准不受影响")]
    etag: Annotated[str, Field(description="批准时写在 If-Match 里；与响应头 ETag 相同")]
    status: Status
    versions: Annotated[int, Field(description="会写入多少条新版本")]
    publishable: bool
    conflicts: Annotated[list[str], Field(description="为什么现在不能发布")]
    also_open: Annotated[list[RivalOut], Field(description="也涉及这些对象、还没有发布的变更单")]
    as_of: Annotated[str, Field(description="指标的变化说的是哪一天")]
    effects: Annotated[
        list[EffectOut] | None, Field(description="会变的指标，以及组成它的事项有变动的指标；只在第一页")
    ]
    past: Annotated[
        list[PastFigure] | None, Field(description="更正过去时会变的往日数字，最近的在前，最多 500 条；只在第一页")
    ]
    past_total: Annotated[int | None, Field(description="往日数字一共有多少个会变；只在第一页")]
    reports: Annotated[
        list[DisturbedReport] | None,
        Field(
            description="哪些没有被取代的报告，现在的数字会与它对不上：冻结时 frozen、现在 now、发布后 after；最多看最近 100 份，只在第一页"
        ),
    ]
    reports_looked_at: Annotated[
        int | None, Field(description="看了几份没有被取代、引用了改动以来日子的报告；只在第一页")
    ]
    reports_more: Annotated[
        int | None, Field(description="还有几份更早的这样的报告没有看，要核对请用 /v1/reports/{id}/verify；只在第一页")
    ]
    remarks: Annotated[list[Remark], Field(description="要留意的事，不妨碍发布；最多列 200 条")]
    findings: Annotated[DraftFindings | None, Field(description="按质量规则检查改动的事项，改前改后对照；只在第一页")]
    total: int
    entries: list[PreviewEntry]
    next: str | None


class ItemEffects(BaseModel):
    """The items of a figure that a draft changes, in order of code."""

    items: list[ChangedItem]
    total: int
    next: str | None


class EntryComment(Body):
    """What is to be mended in an entry."""

    position: Annotated[int, Field(description="第几条", ge=1, le=2**31 - 1)]
    text: Annotated[str, Field(description="要改什么", min_length=1, max_length=2000, pattern=LINES)]


class Return(Body):
    """Why a change set goes back to its author."""

    reason: Annotated[str, Field(description="退回的原因", min_length=1, max_length=4000, pattern=LINES)]
    comments: Annotated[tuple[EntryComment, ...], Field(description="对条目的批注", max_length=1000)] = ()


class FieldPlace(Body):
    """A field of an entry."""

    position: Annotated[int, Field(description="第几条", ge=1, le=2**31 - 1)]
    field: Annotated[str, Field(description="要素")]


class Rebase(Body):
    """Where somebody else's value is to stay; everywhere else this change set's value is wanted still."""

    keep_theirs: Annotated[
        tuple[FieldPlace, ...], Field(description="保留现在的值、从条目里去掉的要素", max_length=10_000)
    ] = ()


class RebasedField(BaseModel):
    """A field that somebody else changed after it was drafted: both values. One that was copied follows its item."""

    position: int
    code: str
    field: str
    label: str
    was: Annotated[JsonValue, Field(description="起草时的值，或照抄来的值")]
    now: Annotated[JsonValue, Field(description="现在的值，别人改的，或照抄的事项现在的")]
    wanted: Annotated[JsonValue, Field(description="这张变更单要改成的值；照抄的跟着改，与 now 相同")]
    kept: Annotated[Literal["mine", "theirs"], Field(description="mine 按这张变更单；theirs 保留别人的")]


class RebaseOut(ChangeSetOut):
    """The change set on what holds now."""

    differences: Annotated[
        list[RebasedField], Field(description="双方都改过的要素，以及因照抄的事项改过而跟着改的要素")
    ]
    dropped: Annotated[list[int], Field(description="没有剩下什么要改、已去掉的条目")]


class Undo(Body):
    """Why a published change set is undone."""

    reason: Annotated[str, Field(description="撤销的原因", min_length=1, max_length=4000, pattern=LINES)]
