"""What the routes about the agreement of lists may be asked."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.changes.item_params import Drafting
from app.lists.conformity.comparing import Side
from app.lists.conformity.mending import Follow
from app.lists.conformity.taking_over import State


class Reconciling(Drafting):
    """Whether the list or the items are right, and into which change set what mends the others goes."""

    follow: Annotated[
        Follow, Field(description="以谁为准：list 按清单改事项（默认）；items 按事项修订清单生效的版本")
    ] = "list"


class OfMoment(BaseModel):
    """A page of what is so on a day, as known at a moment."""

    as_of: Annotated[str | None, Field(description="哪一天（年-月-日），默认今天", examples=["2024-06-30"])] = None
    known_at: Annotated[
        str | None, Field(description="按何时所知：一天、带时区的时刻或版次号，默认最新", examples=["2024-12-31"])
    ] = None
    limit: Annotated[str | None, Field(description="每页条数")] = None
    cursor: Annotated[str | None, Field(description="上一页给出的游标")] = None


STATE = (
    "只要哪些：claimed 已承接、unclaimed 写明理由未承接、unexplained 没有承接也没有理由、extra 本级另有的、"
    "unknown 查不到基本编码的；可重复，不写为全部"
)


class TakingOver(OfMoment):
    """Which rows are shown; the counts are of all."""

    state: Annotated[list[State], Field(description=STATE)] = []


class Mismatching(OfMoment):
    """Which rows are shown; the counts are of both sides."""

    side: Annotated[
        Side | None, Field(description="只要哪一边：listed 列入却不是的、unlisted 是却没有列入的；不写为两边")
    ] = None
