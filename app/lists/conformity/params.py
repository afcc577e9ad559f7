"""What the routes about the agreement of lists may be asked."""

from typing import Annotated

from pydantic import Field

from app.changes.item_params import Drafting
from app.lists.bodies import DatedPage
from app.lists.conformity.comparing import Side
from app.lists.conformity.mending import Follow
from app.lists.conformity.taking_over import State


class Reconciling(Drafting):
    """Whether the list or the items are right, and into which change set what mends the others goes."""

    follow: Annotated[
        Follow, Field(description="以谁为准：list 按清单改事项（默认）；items 按事项修订清单生效的版本")
    ] = "list"


STATE = (
    "只要哪些：claimed 已承接、unclaimed 写明理由未承接、unexplained 没有承接也没有理由、extra 本级另有的、"
    "unknown 查不到基本编码的；可重复，不写为全部"
)


class TakingOver(DatedPage):
    """Which rows are shown; the counts are of all."""

    state: list[State] = Field([], description=STATE)


class Mismatching(DatedPage):
    """Which rows are shown; the counts are of both sides."""

    side: Annotated[
        Side | None, Field(description="只要哪一边：listed 列入却不是的、unlisted 是却没有列入的；不写为两边")
    ] = None
