"""Change sets as they go over the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Discriminator, Field, JsonValue, StringConstraints

from app.catalogue.differences import FieldChange
from app.catalogue.objects import OPEN_DAY
from app.changes.rules import EntryKind, Status
from app.schema import Body, alternative

WITHOUT_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=WITHOUT_CONTROLS)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z._-]{1,64}$")]
Start = Annotated[date, Field(lt=OPEN_DAY)]
ObjectName = Literal["item", "department", "window", "basic_item"]


class NewChangeSet(Body):
    """A draft: what is to change, why, by which document, from which day."""

    title: Annotated[Line, Field(description="标题", examples=["下放 3 项许可的网办信息更新"])]
    reason: Annotated[str | None, Field(description="变更原因", max_length=4000, pattern=WITHOUT_CONTROLS)] = None
    document_number: Annotated[Line | None, Field(description="文号", examples=["X政办发〔2024〕12号"])] = None
    effective_on: Annotated[Start, Field(description="生效日期；将来的日期即计划变更，过去的日期即更正")]
    retroactive: Annotated[bool, Field(description="生效日期可以早于今天：更正过去，已公布的数字会变")] = False


class ChangedCover(Body):
    """What is given is changed; null takes a reason or a document number away."""

    title: Annotated[Line | None, Field(description="标题")] = None
    reason: Annotated[str | None, Field(description="变更原因", max_length=4000, pattern=WITHOUT_CONTROLS)] = None
    document_number: Annotated[Line | None, Field(description="文号")] = None
    retroactive: Annotated[bool | None, Field(description="生效日期可以早于今天：更正过去")] = None


class NewEntry(Body):
    """One change of one object. `content` holds the new values; the old ones are noted by the catalogue."""

    object: Annotated[ObjectName, Field(description="对象种类，默认为事项")] = "item"
    kind: Annotated[EntryKind, Field(description="create 新增、amend 修改、suspend 暂停、resume 恢复、cancel 取消")]
    code: Annotated[Code, Field(description="对象的编码（基本目录事项为基本编码）")]
    content: dict[str, JsonValue] = Field({}, description="要素 = 新值；代码或中文名称都可以")
    effective_on: Annotated[Start | None, Field(description="这一条的生效日期，默认为变更单的")] = None
    until: Annotated[date | None, Field(description="到哪一天为止（不含），默认不限")] = None
    division_code: Annotated[
        str | None, Field(description="地方编码在多个区划使用时，指明是哪个区划的", pattern=r"^\d{6}$")
    ] = None


ONE, MANY = alternative("one"), alternative("many")


# Told apart before it is read, so that a fault in one entry is not followed by "this is no list".
OneOrMany = Annotated[
    Annotated[NewEntry, ONE] | Annotated[list[NewEntry], MANY],
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
    edition: Annotated[int, Field(description="条目改过几次")]
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
    object: ObjectName
    kind: EntryKind
    code: str
    name: str | None
    effective_on: date
    until: date | None
    base_revision: int
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
