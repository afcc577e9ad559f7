"""Change sets as they go over the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, StringConstraints

from app.catalogue.differences import FieldChange
from app.catalogue.objects import OPEN_DAY
from app.changes.rules import EntryKind, Status
from app.patterns import CODE, DIVISION, LINE, LINES
from app.schema import NO_NUMBER, Body, Day, alternative

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=LINE)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=CODE)]
Start = Annotated[date, Field(lt=OPEN_DAY), NO_NUMBER]
ObjectName = Literal[
    "item", "department", "window", "basic_item", "hall", "list", "edition", "transfer", "agreement", "integrated_matter"
]  # fmt: skip


class Stated(BaseModel):
    """Elements of an object with their values, by name or label; codes or what they are called."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    @property
    def content(self) -> Mapping[str, JsonValue]:
        return self.__pydantic_extra__


class NewChangeSet(Body):
    """A draft: what is to change, why, by which document, from which day."""

    title: Annotated[Line, Field(description="标题", examples=["下放 3 项许可的网办信息更新"])]
    reason: Annotated[str | None, Field(description="变更原因", max_length=4000, pattern=LINES)] = None
    document_number: Annotated[Line | None, Field(description="文号", examples=["X政办发〔2024〕12号"])] = None
    effective_on: Annotated[Start, Field(description="生效日期；将来的日期即计划变更，过去的日期即更正")]
    retroactive: Annotated[bool, Field(description="生效日期可以早于今天：更正过去，已公布的数字会变")] = False


class ChangedCover(Body):
    """What is given is changed; null takes a reason or a document number away."""

    title: Annotated[Line | None, Field(description="标题")] = None
    reason: Annotated[str | None, Field(description="变更原因", max_length=4000, pattern=LINES)] = None
    document_number: Annotated[Line | None, Field(description="文号")] = None
    retroactive: Annotated[bool | None, Field(description="生效日期可以早于今天：更正过去")] = None


MOST_OF_ONE_ACT = 500
MOST_AT_ONCE = 20_000  # Entries of one request.


class NewPart(Body):
    """An item that comes from another: its code, and what is different about it."""

    code: Annotated[Code, Field(description="拆分出来的、下放给下级的事项的编码")]
    content: dict[str, JsonValue] = Field({}, description="与原事项不同的要素 = 新值")


class NewEntry(Body):
    """One change of one object. `content` holds the new values; the old ones are noted by the catalogue.

    A split, a merger, an item taken over or delegated is an act about several items: each becomes an entry.
    """

    object: Annotated[ObjectName, Field(description="对象种类，默认为事项")] = "item"
    kind: Annotated[
        EntryKind,
        Field(
            description="create 新增、amend 修改、suspend 暂停、resume 恢复、cancel 取消；"
            "事项还有 split 拆分、merge 合并、take_over 承接、delegate 下放、transfer 划转"
        ),
    ]
    code: Annotated[
        Code, Field(description="对象的编码（基本目录事项为基本编码）；合并、承接时是合并成的、承接下来的事项的编码")
    ]
    content: dict[str, JsonValue] = Field({}, description="要素 = 新值；代码或中文名称都可以")
    into: list[NewPart] = Field([], description="拆分成、下放为哪些事项", max_length=MOST_OF_ONE_ACT)
    from_: list[Code] = Field(
        [], alias="from", description="由哪些事项合并、承接上级的哪个事项", max_length=MOST_OF_ONE_ACT
    )
    keeps: Annotated[bool, Field(description="下放之后原事项是否保留（只下放给一部分下级时）")] = False
    effective_on: Annotated[Start | None, Field(description="这一条的生效日期，默认为变更单的")] = None
    until: Annotated[Day | None, Field(description="到哪一天为止（不含），默认不限")] = None
    division_code: Annotated[
        str | None, Field(description="地方编码在多个区划使用时，指明是哪个区划的", pattern=DIVISION)
    ] = None


ONE, MANY = alternative("one"), alternative("many")


# Told apart before it is read, so that a fault in one entry is not followed by "this is no list".
OneOrMany = Annotated[
    Annotated[NewEntry, ONE] | Annotated[list[NewEntry], Field(max_length=MOST_AT_ONCE), MANY],
    Discriminator(lambda body: (MANY if isinstance(body, list) else ONE).tag),
]


class ChangeSetOut(BaseModel):
    """A change set and how many entries it has of each kind."""

    id: int
    title: str
    reason: str | None
    document_number: str | None
    effective_on: date
    retroactive: Annotated[bool, Field(description="是否可以更正过去")]
    status: Status
    edition: Annotated[int, Field(description="第几稿：条目、封面改过一次就加一")]
    author: str
    created_at: str
    submitted_by: str | None
    submitted_at: str | None
    approved_by: str | None
    second_person: Annotated[bool | None, Field(description="是否由起草人以外的人批准；未发布或不清楚时为空")]
    undoes: Annotated[int | None, Field(description="撤销的是哪张变更单")]
    revision: Annotated[int | None, Field(description="发布后的版次；未发布时为空")]
    entries: Annotated[dict[str, int], Field(description="各类条目的条数")]
    entries_url: str
    preview_url: str


class EventOut(BaseModel):
    """What somebody did with a change set, or said of one of its entries."""

    action: str
    label: Annotated[str, Field(description="动作的名称")]
    by: str
    at: str
    comment: str | None
    position: Annotated[int | None, Field(description="说的是第几条；说整张变更单时为空")]


class ChangeSetDetail(ChangeSetOut):
    """A change set with what was done with it, in order."""

    history: list[EventOut]
    undone_by: Annotated[int | None, Field(description="撤销它的变更单；撤回的不算")]


class CommentOut(BaseModel):
    """What was said of an entry."""

    by: str
    at: str
    text: str


class EntryOut(BaseModel):
    """One entry: which object, what changes, from when until when."""

    position: int
    act: Annotated[int, Field(description="同一次拆分、合并、承接、下放的条目有同一个号：其中第一条的序号")]
    object: ObjectName
    kind: EntryKind
    code: str
    name: str | None
    effective_on: date
    until: date | None
    base_revision: int
    predecessors: Annotated[list[str], Field(description="由哪些事项（编码）而来；不是拆分、合并、承接、下放的为空")]
    changes: list[FieldChange]
    comments: Annotated[list[CommentOut], Field(description="审核人的批注")]


class EntriesAdded(ChangeSetOut):
    """The change set after entries were added; what would change nothing was left out and is counted."""

    unchanged: Annotated[int, Field(description="与现有内容相同、没有加入的条数")]


class ChangeSetPage(BaseModel):
    """Change sets in order of number."""

    items: list[ChangeSetOut]
    total: int
    next: str | None


class EntryPage(BaseModel):
    """Entries in their order."""

    items: list[EntryOut]
    total: int
    next: str | None
