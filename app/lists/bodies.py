"""What requests and answers about lists, agreements and matters have in common."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.changes.item_routes import DraftedOut


class DatedPage(BaseModel):
    """A page of what is so on a day, as known at a moment. The page itself is read from these by `read_page`."""

    as_of: Annotated[str | None, Field(description="哪一天（年-月-日），默认今天", examples=["2024-06-30"])] = None
    known_at: Annotated[
        str | None, Field(description="按何时所知：一天、带时区的时刻或版次号，默认最新", examples=["2020-12-08"])
    ] = None
    limit: Annotated[str | None, Field(description="每页条数")] = None
    cursor: Annotated[str | None, Field(description="上一页给出的游标")] = None


class PageAsked(DatedPage):
    """A page of a dated list, of a division where one is named."""

    within: Annotated[str | None, Field(description="行政区划代码：该区划及其下级全部")] = None


class ItemNow(BaseModel):
    """An item as it is on the day."""

    code: Annotated[str, Field(description="现在的编码")]
    name: str
    division_code: str
    department_code: str
    department_name: str | None
    status: str | None
    url: str


class DraftedSettled(DraftedOut):
    """The change set with a document, the items that it names enumerated or found by a filter."""

    told: Annotated[list[str], Field(description="要知道的：有几个事项条件无从判断，没有列入")]
