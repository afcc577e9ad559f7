"""The one door as it goes over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated


class LinkedCount(BaseModel):
    """A number, and the address of exactly what it counts, both dates pinned."""

    count: int
    url: str


class CodedCount(LinkedCount):
    """The number of one code; what is not stated has the code null."""

    code: str | None
    label: str


class DoorTotal(BaseModel):
    """A number of the whole place, and what it counts."""

    count: int
    definition: Annotated[str, Field(description="数的是什么")]


class DoorTotals(BaseModel):
    """The numbers that reports quote. Items in use and items entered are two numbers, even where they are equal."""

    items_in_use: DoorTotal
    items_entered: DoorTotal
    departments: DoorTotal
    departments_with_entered_item: DoorTotal
    departments_with_window: DoorTotal
    departments_in_hall: DoorTotal
    windows: DoorTotal
    comprehensive_windows: DoorTotal


class DoorEntry(BaseModel):
    """Items in use by whether they entered the hall and whether they should; what is not stated is counted apart."""

    in_use: Annotated[LinkedCount, Field(description="在用事项")]
    entered: Annotated[LinkedCount, Field(description="已进驻")]
    not_entered: Annotated[LinkedCount, Field(description="未进驻")]
    not_stated: Annotated[LinkedCount, Field(description="没有填是否进驻")]
    should_enter: Annotated[LinkedCount, Field(description="应进驻：进驻率（hall_entry_rate）的分母")]
    should_and_entered: Annotated[LinkedCount, Field(description="应进驻、已进驻：进驻率的分子")]
    should_and_not_entered: Annotated[LinkedCount, Field(description="应进驻、未进驻")]
    should_and_not_stated: Annotated[LinkedCount, Field(description="应进驻、没有填是否进驻")]
    need_not_enter: Annotated[LinkedCount, Field(description="可以不进驻")]
    need_not_stated: Annotated[LinkedCount, Field(description="没有填是否应进驻")]


class WindowStaff(BaseModel):
    """The people at the windows that state how many they are."""

    count: Annotated[int | None, Field(description="填了人数的窗口的人员合计；都没有填时为空，不是 0")]
    stated_by: Annotated[int, Field(description="填了人数的窗口数")]
    not_stated: Annotated[LinkedCount, Field(description="没有填人数的窗口")]


class DoorWindows(BaseModel):
    """Windows by whether they are comprehensive, by kind, and their staff."""

    total: LinkedCount
    comprehensive: Annotated[LinkedCount, Field(description="综合窗口")]
    not_comprehensive: Annotated[LinkedCount, Field(description="不是综合窗口")]
    comprehensive_not_stated: Annotated[LinkedCount, Field(description="没有填是否综合窗口")]
    kinds: list[CodedCount]
    staff: WindowStaff


class DoorHall(BaseModel):
    """A hall with its windows; the one without a code are the windows that state no hall."""

    code: str | None
    name: str
    division_code: str | None
    hall_kind: str | None
    hall_kind_label: str | None
    address: str | None
    url: str | None
    windows: DoorWindows


class DoorDepartment(BaseModel):
    """What a department has in the hall: its items and its windows."""

    code: str
    name: Annotated[str | None, Field(description="当天的名称")]
    url: str
    in_hall: Annotated[bool, Field(description="有事项进驻或有窗口")]
    in_use: LinkedCount
    entered: LinkedCount
    not_entered: LinkedCount
    not_stated: LinkedCount
    should_enter: LinkedCount
    should_and_entered: LinkedCount
    windows: LinkedCount
    comprehensive_windows: LinkedCount


class OneDoor(Dated):
    """The one door of a place at a moment."""

    totals: DoorTotals
    entry: DoorEntry
    not_entered_by_reason: Annotated[list[CodedCount], Field(description="未进驻的事项按原因，没有填原因的在最后")]
    windows: DoorWindows
    halls: list[DoorHall]
    departments: Annotated[list[DoorDepartment], Field(description="有在用事项或有窗口的部门，按编码")]
