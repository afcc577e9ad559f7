"""The feed as it goes over the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.catalogue.differences import FieldChange
from app.changes.feed.versions import KnownVersion
from app.changes.rules import EntryKind
from app.changes.schemas import ObjectName


class PublishedBy(BaseModel):
    """The change set that an event is part of."""

    number: int
    title: str
    document_number: Annotated[str | None, Field(description="文号")]


class Predecessor(BaseModel):
    """An object from which another came."""

    id: int
    code: Annotated[str | None, Field(description="变更之前的编码")]


class FeedEvent(BaseModel):
    """One published change of one object, or that a text of it was made unreadable."""

    position: Annotated[str, Field(description="位置：版次-条目", examples=["30-12"])]
    revision: Annotated[int, Field(description="目录的版次")]
    published_at: str
    change_set: Annotated[PublishedBy | None, Field(description="由哪张变更单公布；隐去不是变更单，为空")]
    object: ObjectName
    kind: Annotated[EntryKind | Literal["redact"], Field(description="做了什么；redact 是隐去误公布的个人信息")]
    id: Annotated[int, Field(description="对象的永久编号：编码改了它也不变")]
    code: Annotated[str, Field(description="变更所用的编码")]
    effective_on: Annotated[date | None, Field(description="从哪一天起；隐去改写所有日期，为空")]
    until: Annotated[date | None, Field(description="到哪一天为止（不含），空为长期")]
    changes: Annotated[list[FieldChange], Field(description="各要素由什么改为什么；隐去不写原文，old 为空")]
    predecessors: Annotated[list[Predecessor], Field(description="由哪些对象而来（分立、合并等）")]
    versions: Annotated[
        list[KnownVersion] | None,
        Field(
            description="这一版之后所知的全部版本，用来替换自己存的；空数组表示从未有过。同一版里后面还有这个对象的条目时为 null"
        ),
    ]


class FeedPage(BaseModel):
    """Events in the order in which they were published."""

    items: Annotated[list[FeedEvent], Field(description="按发布先后；空的表示暂时没有更新的")]
    position: Annotated[str, Field(description="到此为止的位置，下次放在 after 里")]
    next: Annotated[str, Field(description="接着取的地址，已到最新时也有")]
    revision: Annotated[int, Field(description="回答时目录的版次")]
