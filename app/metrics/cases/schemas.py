"""Counts of cases as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.cases.schemas import CaseCountsOut
from app.metrics.cases.movement import CaseChangeKind
from app.metrics.changes.schemas import ComparedFigure, Exact, MovedTogether, PercentagePoints, Points


class CaseStatistic(CaseCountsOut):  # type: ignore[valid-type,misc]
    """The counts of one group over all months of the period; null where no report states them."""

    group: Annotated[
        dict[str, str | int | bool | None],
        Field(description="分组及其名称：{要素: 代码, 要素_label: 名称}；按事项分组时 item 为内部编号；不分组为空"),
    ]
    code: Annotated[str | None, Field(description="按事项分组时：事项的编码")]
    name: Annotated[str | None, Field(description="按事项分组时：事项的名称")]
    url: Annotated[str | None, Field(description="按事项分组时：事项的地址")]
    unstated: Annotated[
        dict[str, int], Field(description="没有报某种件数的那些报送，各受理了多少件；都报了的没有这一项")
    ]
    item_count: Annotated[int, Field(description="涉及的事项数；同一事项在几组里都有时，各组都计")]
    report_count: Annotated[int, Field(description="由几条报送（事项、月份、渠道、业务类别）加起来")]
    items_url: Annotated[str, Field(description="正好这些办件：按事项列出；已按事项分组的，按月份、渠道、业务类别")]


class CaseStatistics(BaseModel):
    """Counts of cases over the months of a period."""

    period: Annotated[str, Field(description="哪些月份，两头都算")]
    as_of: Annotated[str, Field(description="最后一个月的最后一天")]
    known_at: str | None
    revision: int
    note: Annotated[str | None, Field(description="目录还没有内容时的说明")] = None
    additive: Annotated[bool, Field(description="各组的件数相加等于总数")]
    unreported_months: Annotated[list[str], Field(description="一条都没有报送的月份：不在各数里，不是零")]
    values: list[CaseStatistic]


class KindOfCaseChange(MovedTogether):
    """The items of one kind of change, and what they moved together."""

    kind: Annotated[
        CaseChangeKind,
        Field(
            description="同样的月份：restated 重报、added 新报、gone 报送被撤销、reclassified 事项的范围或分组改变；"
            "不同的月份：added 以前没有办件、gone 不再有、changed 办件数变化"
        ),
    ]


class CaseChange(ComparedFigure):
    """The figure of one group on both sides, and why it moved."""

    kinds: list[KindOfCaseChange]


class CaseReport(BaseModel):
    """A report of counts between the two revisions, or the undoing of one, and why it restated what stood."""

    id: int
    revision: int
    at: str
    by: str
    reason: Annotated[str | None, Field(description="重报的原因，或撤销的原因")]
    undoes: Annotated[int | None, Field(description="撤销了第几次报送；不是撤销的为空")]
    url: str


class CasesCompared(BaseModel):
    """What is compared: two periods, or the same months as known before and after."""

    base_period: str
    period: str
    known_from: str | None
    known_to: str | None
    revision_from: int
    revision_to: int
    metric: str
    definition_version_from: int
    definition_version_to: int
    note: Annotated[str | None, Field(description="两边的月份不一样多时的说明")]


class CaseChanges(CasesCompared):
    """Why a figure of cases moved, group by group."""

    additive: Annotated[bool, Field(description="各组相加是否等于总数")]
    reports: Annotated[list[CaseReport], Field(description="两个版次之间报送了这些月份的，以及重报的原因")]
    values: list[CaseChange]


class CasesThen(BaseModel):
    """What the cases of an item count for on one side."""

    numerator: int
    denominator: int | None
    unknown: int
    url: Annotated[str, Field(description="这个事项在这一组里的办件，按月份和渠道")]


class CaseChangedItem(BaseModel):
    """An item whose cases count otherwise."""

    id: int
    code: str
    name: str
    kind: CaseChangeKind
    label: str
    before: Annotated[CasesThen | None, Field(description="之前；没有办件为空")]
    after: Annotated[CasesThen | None, Field(description="之后；没有办件为空")]
    points: Points
    points_exact: Exact
    percentage_points: PercentagePoints


class CaseChangedItems(CasesCompared):
    """A page of the items, in order of code."""

    items: list[CaseChangedItem]
    total: int
    next: str | None
