"""Dead links as they go over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field


class ItemWithDeadLink(BaseModel):
    """An item that leads to a dead address, and by which element."""

    code: Annotated[str, Field(description="事项编码")]
    name: Annotated[str, Field(description="事项名称")]
    division_code: Annotated[str, Field(description="行政区划代码")]
    department_code: Annotated[str, Field(description="部门编码")]
    department_name: Annotated[str | None, Field(description="部门今天的名称")]
    element: Annotated[str, Field(description="哪个要素的网址；佐证的，是它证明的要素")]
    label: Annotated[str, Field(description="要素的名称")]
    is_evidence: Annotated[bool, Field(description="是不是佐证里的网址")]
    url: Annotated[str, Field(description="这个事项的地址")]


class DeadLink(BaseModel):
    """An address that failed on three different days and has not answered since, with the items that have it today."""

    id: Annotated[int, Field(description="编号，翻页用")]
    address: Annotated[str, Field(description="打不开的网址")]
    failing_since: Annotated[str, Field(description="从哪天起打不开")]
    reason: Annotated[str | None, Field(description="判定失效那次为什么打不开")]
    revision: Annotated[int, Field(description="从第几版起算失效")]
    count: Annotated[int, Field(description="有它的事项和要素共几处")]
    items: Annotated[list[ItemWithDeadLink], Field(description="这些地方，最多列出前 100 处")]


class DeadLinkPage(BaseModel):
    """Dead links that items of today have, in the order in which they were found dead."""

    items: list[DeadLink]
    total: Annotated[int, Field(description="失效的网址共几个")]
    next: str | None
