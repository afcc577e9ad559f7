"""The agreement of lists as it goes over the wire. These models only describe; answers are written straight to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from app.catalogue.schemas import Dated
from app.changes.rules import Status
from app.lists.conformity.comparing import Side
from app.lists.conformity.mending import Follow
from app.lists.conformity.taking_over import State


class EditionInForce(BaseModel):
    """An edition (batch) in force on the day."""

    code: str
    name: str
    document_number: str | None
    batch: int | None
    issued_by: str | None
    issued_on: str | None
    valid_from: str
    valid_to: str | None
    entries: Annotated[int, Field(description="条目数")]


class ListInForce(BaseModel):
    """A list with its editions in force."""

    code: str
    name: str
    list_kind: str
    division_code: str
    editions: list[EditionInForce]


class Counted(BaseModel):
    """How many, and the address of the very rows."""

    count: int
    url: str


class TakeOverCounts(BaseModel):
    """Entries by what became of them."""

    claimed: Annotated[Counted, Field(description="上级清单有，本级清单已承接")]
    unclaimed: Annotated[Counted, Field(description="上级清单有，本级写明理由不承接")]
    unexplained: Annotated[Counted, Field(description="上级清单有，本级既没有承接也没有写理由：要查明")]
    extra: Annotated[Counted, Field(description="本级清单有，上级清单没有：如地方设定的")]
    unknown: Annotated[Counted, Field(description="本级清单有，查不到基本编码，无从对照")]


class CatalogueCoverage(BaseModel):
    """The list take-over rate: entries of the list above that ours takes over. It counts entries, not items."""

    numerator: Annotated[int, Field(description="上级清单里本级已承接的条目数")]
    denominator: Annotated[int, Field(description="上级清单当日生效的条目数")]
    value: Annotated[float | None, Field(description="比值；分母为 0 时为空")]
    percent: Annotated[float | None, Field(description="百分数，四舍五入到两位小数；分母为 0 时为空")]
    numerator_url: str
    denominator_url: str


class UpperEntry(BaseModel):
    """The entry of the list above."""

    edition: Annotated[str, Field(description="上级清单的版本编码")]
    supervising_department: str | None
    implementing_body: str | None
    basis: str | None


class OurEntry(BaseModel):
    """An entry of our list, and the item that it names where it is in force on the day."""

    edition: Annotated[str, Field(description="本级清单的版本编码")]
    code: Annotated[str | None, Field(description="事项编码")]
    name: str | None
    url: Annotated[str | None, Field(description="事项的地址；当日没有这个事项时为空")]


class TakeOverRow(BaseModel):
    """A basic code of either list, and what became of it."""

    state: State
    catalog_code: Annotated[str | None, Field(description="基本编码")]
    name: str | None
    reason: Annotated[str | None, Field(description="未认领的理由")]
    upper: UpperEntry | None
    ours: list[OurEntry]


class TakeOverContradiction(BaseModel):
    """What an edition says of the taking over that contradicts itself, or the list above."""

    rule: Annotated[str, Field(description="claimed-and-unclaimed：承接了又写不承接；not-in-upper-list：上级清单没有")]
    edition: str
    catalog_code: str
    message: str


class TakeOverPage(Dated):
    """How far a list takes over the list above it."""

    ours: Annotated[ListInForce, Field(description="本级清单")]
    upper: Annotated[ListInForce, Field(description="上级清单")]
    counts: TakeOverCounts
    catalogue_coverage: CatalogueCoverage
    contradictions: list[TakeOverContradiction]
    items: list[TakeOverRow]
    total: int
    next: str | None


class MismatchCount(BaseModel):
    """How many items, with their address."""

    count: int
    items_url: Annotated[str, Field(description="正好这些事项的地址")]


class MismatchCounts(BaseModel):
    """Items that contradict the list, by side."""

    listed: Annotated[MismatchCount, Field(description="清单列入，事项却不是这样（或没有填）")]
    unlisted: Annotated[MismatchCount, Field(description="事项是这样，清单却没有列入")]


class MismatchRow(BaseModel):
    """An item that contradicts the list, and what it says."""

    side: Side
    code: str
    name: str
    division_code: str
    department_code: str
    value: Annotated[JsonValue, Field(description="事项填的值，空为没有填")]
    url: str


class EndedRow(BaseModel):
    """An item that an edition in force names, though the item is not in force any more."""

    edition: Annotated[str, Field(description="清单版本的编码")]
    code: Annotated[str, Field(description="事项最后的编码")]
    name: str
    ended_on: Annotated[str, Field(description="从哪天起不再有效：取消、并入、拆分、下放")]
    url: Annotated[str, Field(description="事项最后的内容的地址")]


class MismatchPage(Dated):
    """Where a list and the items contradict each other."""

    ours: Annotated[ListInForce, Field(description="这个清单")]
    element: Annotated[str, Field(description="与清单对照的要素")]
    label: Annotated[str, Field(description="要素的名称")]
    counts: MismatchCounts
    ended: Annotated[list[EndedRow], Field(description="仍列在生效的版本里、当日已经失效的事项，前 1000 项")]
    ended_total: int
    items: list[MismatchRow]
    total: int
    next: str | None


class SideCounts(BaseModel):
    """What contradicts the list, by side."""

    listed: int
    unlisted: int


class LeftRow(BaseModel):
    """An item that can't be mended like this, and why."""

    side: Side
    code: str
    name: str
    value: JsonValue
    reason: Annotated[str, Field(description="为什么改不了，要怎么办")]
    url: str


class ReconciledOut(BaseModel):
    """What mends the contradictions of a list and its items; without anything to mend there is no change set."""

    list_code: str
    follow: Follow
    as_of: Annotated[str, Field(description="对照的是哪一天，也是改动生效的日期")]
    mended: Annotated[SideCounts, Field(description="起草了多少项改正")]
    left: Annotated[list[LeftRow], Field(description="改不了的，前 1000 项")]
    left_total: int
    change_set: Annotated[int | None, Field(description="变更单号；没有可改的为空")]
    status: Status | None
    title: str | None
    url: Annotated[str | None, Field(description="变更单的地址")]
    preview_url: str | None
