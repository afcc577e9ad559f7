"""Changes of figures as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.metrics.changes.rules import ChangeKind
from app.metrics.schemas import BaseDay, MetricValue

Points = Annotated[float | None, Field(description="对变化的贡献，与 value 同单位；没有变化值时为空")]
PercentagePoints = Annotated[float | None, Field(description="同上，以百分点计；只有占比和压缩率有")]
Exact = Annotated[str | None, Field(description="同上，约分后的精确分数")]
Change = Annotated[int | None, Field(description="之后减之前；计数和总和没有分母")]
GroupOut = Annotated[dict[str, str | int | bool | None], Field(description="分组要素及其名称；不分组为空")]


class MovedTogether(BaseModel):
    """The items of one kind of change, and what they moved together."""

    label: Annotated[str, Field(description="这一类的名称")]
    items: Annotated[int, Field(description="事项数，即 items_url 的 total")]
    numerator_change: int
    denominator_change: Change
    unknown_change: int
    points: Points
    points_exact: Exact
    percentage_points: PercentagePoints
    items_url: str


class KindOfChange(MovedTogether):
    """The items of one kind of change, and what they moved together."""

    kind: ChangeKind


class ComparedFigure(BaseModel):
    """The figure of one group before and after."""

    group: GroupOut
    before: MetricValue
    after: MetricValue
    change: Annotated[float | None, Field(description="之后的 value 减之前的 value")]
    change_exact: Annotated[str | None, Field(description="同上，约分后的精确分数；等于各类 points_exact 之和")]
    percentage_points: PercentagePoints
    numerator_change: int
    denominator_change: Change
    unknown_change: int
    note: Annotated[str | None, Field(description="没有变化值的原因")]


class MetricChange(ComparedFigure):
    """The figure of one group before and after, and why it moved."""

    kinds: Annotated[list[KindOfChange], Field(description="有事项的各类变化，按判定的先后")]


class Compared(BaseModel):
    """What is compared."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    known_from: Annotated[str | None, Field(description="起始日按何时所知")]
    known_to: Annotated[str | None, Field(description="终止日按何时所知")]
    revision_from: int
    revision_to: int
    base_as_of: BaseDay = None
    metric: str
    definition_version_from: int
    definition_version_to: int
    note: Annotated[str | None, Field(description="两边按不同的定义计算时的说明；相同时没有这一项")] = None


class MetricChanges(Compared):
    """Why a figure moved, group by group."""

    additive: Annotated[bool, Field(description="各组相加是否等于总数；按多值要素分组时为 false")]
    values: list[MetricChange]


class ItemThen(BaseModel):
    """What an item counted for on one side."""

    numerator: int
    denominator: int | None
    unknown: int
    group: Annotated[dict[str, str | int | bool | list[str] | None], Field(description="分组要素当时的值和名称")]
    status: str | None
    status_label: str | None
    department_code: str
    department_name: str | None
    url: Annotated[str | None, Field(description="这个事项当时的地址；还没有发布的一边为空")]


class ChangedItem(BaseModel):
    """An item that counts otherwise than before."""

    id: int
    code: str
    name: str
    department_code: str
    department_name: str | None
    kind: ChangeKind
    label: Annotated[str, Field(description="这一类的名称")]
    before: Annotated[ItemThen | None, Field(description="之前；那时没有这个事项则为空")]
    after: Annotated[ItemThen | None, Field(description="之后；那时没有这个事项则为空")]
    points: Points
    points_exact: Exact
    percentage_points: PercentagePoints


class ChangedItemPage(Compared):
    """A page of the items, in order of code."""

    items: list[ChangedItem]
    total: int
    next: str | None
