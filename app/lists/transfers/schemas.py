"""Batches of transfers as they go over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated
from app.changes.reform.sizes import MOST_HANDED_OVER
from app.changes.schemas import Code, Line
from app.filters.tokens import MAX_LENGTH
from app.lists.bodies import ItemNow
from app.patterns import DIVISION, LINES
from app.schema import Body, Day

Duties = Annotated[
    str | None, Field(description="监管职责（审管联动）：谁审批谁监管之外怎样衔接", max_length=4000, pattern=LINES)
]
OF_FILTER = (
    "按条件划转（CQL2），如 department_code = 'X' AND task_type = '01'：本区划里移交日符合条件、还不属于划入部门的事项，"
    "结果当场定下，以后不再变；与 items 二选一"
)


class NewHandOver(Body):
    """An item that is handed over, by the code that it has the day before."""

    code: Annotated[Code, Field(description="事项编码：移交之前的")]
    new_code: Annotated[
        Code | None, Field(description="移交之后的编码；不写时，国家编码换上划入部门的信用代码，地方编码不变")
    ] = None
    from_department_code: Annotated[Code | None, Field(description="划出部门，默认为当日的实施主体")] = None
    supervising_department_code: Annotated[Code | None, Field(description="监管部门，默认为划出部门")] = None
    supervising_duties: Duties = None
    note: Annotated[Line | None, Field(description="备注")] = None


class NewTransfer(Body):
    """A batch, and the items that are handed over with it, enumerated or found by a filter."""

    code: Annotated[Code, Field(description="批次编码", examples=["HZ-transfer-4"])]
    name: Annotated[Line, Field(description="批次名称", examples=["第四批划转行政审批局事项"])]
    department_code: Annotated[Code, Field(description="划入部门编码")]
    division_code: Annotated[
        str | None, Field(description="行政区划代码，默认为划入部门的；地方编码也按它找", pattern=DIVISION)
    ] = None
    document_number: Annotated[Line | None, Field(description="文号；新变更单也用它")] = None
    batch: Annotated[int | None, Field(description="第几批", ge=1, le=9999)] = None
    issued_by: Annotated[Line | None, Field(description="发布机关")] = None
    issued_on: Annotated[Day | None, Field(description="发布日期")] = None
    posts_moved: Annotated[int | None, Field(description="随转编制数（人随编走）", ge=0, le=100_000)] = None
    note: Annotated[str | None, Field(description="说明", max_length=4000, pattern=LINES)] = None
    supervising_duties: Duties = None
    items: list[NewHandOver] = Field([], description="划转事项", max_length=MOST_HANDED_OVER)
    filter: Annotated[str | None, Field(description=OF_FILTER, max_length=MAX_LENGTH)] = None


class TransferOut(BaseModel):
    """A batch in force."""

    code: str
    name: str
    division_code: str
    department_code: Annotated[str, Field(description="划入部门")]
    department_name: str | None
    document_number: str | None
    batch: int | None
    issued_by: str | None
    issued_on: str | None
    is_closed: Annotated[bool | None, Field(description="是否已办结移交，空为没有写")]
    posts_moved: int | None
    filter: Annotated[str | None, Field(description="按条件定稿的：当时的条件")]
    note: str | None
    handed_over_on: Annotated[str, Field(description="移交日：批次从这一天起生效")]
    valid_to: Annotated[str | None, Field(description="到哪一天为止（不含），空为长期")]
    entry_count: Annotated[int, Field(description="划转事项数，后来取消的也在内；逐项见 url")]
    item_count: Annotated[int, Field(description="其中当日仍有效的，即 items_url 的 total")]
    items_url: Annotated[str, Field(description="其中当日仍有效的事项")]
    department_count: Annotated[int, Field(description="划出部门数")]
    url: str


class TransferTotals(BaseModel):
    """All batches in force together."""

    batches: int
    departments: Annotated[int, Field(description="划出部门数，几批都有的只算一个")]
    items: Annotated[int, Field(description="已划转而当日仍有效的事项数，几批都有的只算一个")]
    items_url: Annotated[str, Field(description="这些事项")]


class TransferPage(Dated):
    """Batches in force, in order of code."""

    items: list[TransferOut]
    total: int
    next: str | None
    totals: TransferTotals


class HandedOver(BaseModel):
    """An item of a batch: as the document names it, and as it is now."""

    code: Annotated[str, Field(description="移交之前的编码")]
    name: str | None
    from_department_code: str
    from_department_name: str | None
    supervising_department_code: str | None
    supervising_department_name: str | None
    supervising_duties: str | None
    note: str | None
    handed_over_on: Annotated[str, Field(description="这一项的移交日：批次从这一天起写有它，后来加入的晚于批次的")]
    item: Annotated[ItemNow | None, Field(description="事项当日的情况；已取消的为空")]


class TransferDetail(TransferOut, Dated):
    """A batch with the items that it hands over, in the order of its document."""

    entries: list[HandedOver]


class ItemTransfer(BaseModel):
    """One hand-over of an item."""

    batch_code: str
    batch_name: str
    batch: int | None
    document_number: str | None
    handed_over_on: str
    valid_to: Annotated[str | None, Field(description="批次到哪一天为止（不含），空为长期")]
    is_closed: bool | None
    code: Annotated[str, Field(description="事项移交之前的编码")]
    from_department_code: str
    from_department_name: str | None
    to_department_code: str
    to_department_name: str | None
    supervising_department_code: str | None
    supervising_department_name: str | None
    supervising_duties: str | None
    url: Annotated[str, Field(description="批次")]


class ItemTransfers(Dated):
    """The hand-overs of an item until a day, the first one first."""

    id: int
    items: list[ItemTransfer]
    total: int
