"""Lists and editions as they go over the wire. Those of answers only describe."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.objects import LIST
from app.catalogue.present import object_model
from app.catalogue.schemas import Dated
from app.changes.item_params import Drafting
from app.changes.reform.sizes import MOST_ENTRIES
from app.changes.schemas import Code, Line
from app.patterns import LINES
from app.schema import Body, Day

Text = Annotated[str, Field(max_length=4000, pattern=LINES)]
ListModel: type[BaseModel] = object_model(LIST)


class ListOut(ListModel):  # type: ignore[valid-type,misc]
    """A list, and how much of it is in force on the day."""

    edition_count: Annotated[int, Field(description="当日生效的版本（批次）数")]
    editions_url: Annotated[str, Field(description="全部版本的地址")]
    entry_count: Annotated[int, Field(description="当日生效的条目数")]
    entries_url: Annotated[str, Field(description="正好这些条目的地址")]
    item_count: Annotated[int | None, Field(description="条目所指的、当日有效的事项数；条目是基本目录事项的清单为空")]
    items_url: Annotated[str | None, Field(description="正好这些事项的地址")]


class EditionOut(BaseModel):
    """An edition (batch) as it is on the day, or was last by then, or will be; from when until when it is in force."""

    code: Annotated[str, Field(description="版本编码")]
    name: Annotated[str, Field(description="版本名称")]
    list_code: Annotated[str, Field(description="清单编码")]
    division_code: Annotated[str, Field(description="行政区划代码")]
    department_code: Annotated[str | None, Field(description="编制部门编码")]
    document_number: Annotated[str | None, Field(description="文号")]
    batch: Annotated[int | None, Field(description="批次")]
    issued_by: Annotated[str | None, Field(description="发布机关")]
    issued_on: Annotated[str | None, Field(description="发布日期")]
    filter: Annotated[str | None, Field(description="按条件定稿的：当时的条件")]
    note: Annotated[str | None, Field(description="说明")]
    valid_from: Annotated[str, Field(description="从哪天起生效")]
    valid_to: Annotated[str | None, Field(description="到哪天为止（不含），空为长期")]
    is_in_force: Annotated[bool, Field(description="当日是否生效")]
    entry_count: Annotated[int, Field(description="条目数")]
    entries_url: Annotated[str, Field(description="这一版的条目的地址")]
    url: Annotated[str, Field(description="这一版的地址")]


class ListPage(Dated):
    """Lists in order of code."""

    items: list[ListOut]
    total: int
    next: str | None


class ListDetail(ListOut, Dated):
    """One list with the editions in force."""

    editions: Annotated[list[EditionOut], Field(description="当日生效的版本")]


class EditionList(Dated):
    """The editions of a list, in order of their start."""

    items: list[EditionOut]
    total: int


class UnclaimedOut(BaseModel):
    """What a level doesn't take over from the list above it, and why."""

    catalog_code: str
    name: str | None = None
    reason: Annotated[str, Field(description="未认领理由")]


class EditionPage(EditionList):
    """Editions in force, in order of code."""

    next: str | None


class EditionDetail(EditionOut, Dated):
    """One edition; its entries are at `entries_url`."""

    unclaimed: Annotated[list[UnclaimedOut], Field(description="未认领事项")]


class ItemOfEntry(BaseModel):
    """The item that an entry names, as it is on the day."""

    id: int
    code: Annotated[str, Field(description="当日的编码，可与清单所写的不同")]
    name: Annotated[str, Field(description="当日的名称")]
    division_code: str
    department_code: Annotated[str | None, Field(description="当日的部门")]
    department_name: str | None
    url: str


class EntryOfEdition(BaseModel):
    """An entry as it was issued, with its item."""

    edition: Annotated[str, Field(description="版本编码")]
    position: Annotated[int, Field(description="第几条，从 1 起")]
    code: Annotated[str | None, Field(description="清单所写的事项编码")]
    catalog_code: Annotated[str | None, Field(description="基本编码")]
    name: Annotated[str | None, Field(description="清单所写的事项名称")]
    supervising_department: Annotated[str | None, Field(description="主管部门")]
    implementing_body: Annotated[str | None, Field(description="实施机关")]
    basis: Annotated[str | None, Field(description="设定和实施依据")]
    note: Annotated[str | None, Field(description="备注")]
    item: Annotated[ItemOfEntry | None, Field(description="所指的事项；当日无效的、不指事项的为空")]


class ListEntryPage(Dated):
    """Entries edition by edition, in their order."""

    items: list[EntryOfEdition]
    total: int
    next: str | None


class Renamed(BaseModel):
    """The same item under another name."""

    before: EntryOfEdition
    after: EntryOfEdition


class DifferenceTotals(BaseModel):
    """`renamed` are among the kept ones."""

    added: int
    removed: int
    kept: Annotated[int, Field(description="两边都有的")]
    renamed: Annotated[int, Field(description="两边都有、名称写法不同的")]


class Compared(BaseModel):
    """What came, what went, what is called otherwise."""

    totals: DifferenceTotals
    added: list[EntryOfEdition]
    removed: list[EntryOfEdition]
    renamed: list[Renamed]


class SideOfDifference(BaseModel):
    """One side: the editions that were in force then, or the one that was named."""

    asked: Annotated[str, Field(description="所问的日期或版本编码")]
    editions: Annotated[list[str], Field(description="版本编码")]


class ListDifference(Compared, Dated):
    """Two days or editions of a list compared; items are shown as they are on `as_of`."""

    list: str
    before: SideOfDifference
    after: SideOfDifference


class NewEntryOfEdition(Body):
    """An entry: the item by its code, or in a list of the level above the basic code."""

    code: Annotated[Code | None, Field(description="事项编码")] = None
    catalog_code: Annotated[Code | None, Field(description="基本编码")] = None
    name: Annotated[Text | None, Field(description="事项名称")] = None
    supervising_department: Annotated[Text | None, Field(description="主管部门")] = None
    implementing_body: Annotated[Text | None, Field(description="实施机关")] = None
    basis: Annotated[Text | None, Field(description="设定和实施依据")] = None
    note: Annotated[Text | None, Field(description="备注")] = None


class NewUnclaimed(Body):
    """What is not taken over from the list above, and why."""

    catalog_code: Annotated[Code, Field(description="基本编码")]
    name: Annotated[Text | None, Field(description="事项名称")] = None
    reason: Annotated[Text, Field(description="未认领理由")]


class NewEdition(Body):
    """An edition: enumerated, or what a filter finds on its first day. Its list says the division and the department."""

    code: Annotated[Code, Field(description="版本编码", examples=["licensing-2026"])]
    name: Annotated[Line, Field(description="版本名称")]
    document_number: Annotated[Line | None, Field(description="文号")] = None
    batch: Annotated[int | None, Field(description="批次", ge=0, le=2**31 - 1)] = None
    issued_by: Annotated[Line | None, Field(description="发布机关")] = None
    issued_on: Annotated[Day | None, Field(description="发布日期")] = None
    note: Annotated[Text | None, Field(description="说明")] = None
    filter: Annotated[str | None, Field(description="按条件定稿（CQL2），与 entries 二选一", max_length=8000)] = None
    entries: Annotated[
        list[NewEntryOfEdition] | None, Field(description="条目，与 filter 二选一", max_length=MOST_ENTRIES)
    ] = None
    unclaimed: Annotated[
        list[NewUnclaimed] | None,
        Field(description="未认领事项；不写的沿用上一版的，没有的写 []", max_length=MOST_ENTRIES),
    ] = None


class DraftingEdition(Drafting):
    """As a write to an item, and the day on which the edition ends."""

    until: Annotated[Day | None, Field(description="到哪一天为止（不含），默认长期")] = None


class RowProblemOut(BaseModel):
    """What is wrong with a row of the file."""

    row: Annotated[int, Field(description="表格里的行号，表头为 1")]
    column: Annotated[str | None, Field(description="列名")]
    value: Annotated[str | None, Field(description="单元格的值")]
    rule: str
    message: str
    suggestion: Annotated[str | None, Field(description="最可能的编码；只是提示，不会自动填")]


class EditionImport(Compared, Dated):
    """A file of entries, checked against the edition in force on the first day; drafted where that was asked for."""

    status: Annotated[str, Field(description="checked 只检查；drafted 已起草")]
    rows: Annotated[int, Field(description="文件里的行数")]
    problem_count: int
    problems: Annotated[list[RowProblemOut], Field(description="有问题的行，最多 1000 个")]
    told: Annotated[
        list[str],
        Field(
            description="要知道的：前一版停在哪天，原定到何时；有几个事项条件无从判断；哪些事项不是本区划的，哪些条目的基本编码与事项的不同；沿用了几项未认领理由"
        ),
    ]
    change_set: Annotated[int | None, Field(description="变更单号；只检查的为空")]
    change_set_url: str | None
    preview_url: str | None
