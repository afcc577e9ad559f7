"""What a write to an item may say beside its body: into which change set, from when until when, which item is meant."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.changes.schemas import Line, Start
from app.patterns import DIVISION, LINES
from app.schema import Day

OF_COVER = ("title", "reason", "document_number", "retroactive")


class Drafting(BaseModel):
    """An open change set to add to, or what a new one says of itself."""

    change_set: Annotated[
        int | None, Field(description="加到哪张变更单（草稿或退回的）；不写就新建一张", ge=1, le=2**31 - 1)
    ] = None
    title: Annotated[Line | None, Field(description="新变更单的标题，默认如“修改 HZ-001 养老机构备案”")] = None
    reason: Annotated[str | None, Field(description="新变更单的变更原因", max_length=4000, pattern=LINES)] = None
    document_number: Annotated[Line | None, Field(description="新变更单的文号")] = None
    effective_on: Annotated[Start | None, Field(description="生效日期，默认为变更单的；新变更单默认今天")] = None
    retroactive: Annotated[bool, Field(description="新变更单的生效日期可以早于今天：更正过去")] = False

    @property
    def of_cover(self) -> list[str]:
        """What was given that only a new change set can say of itself."""
        return [name for name in OF_COVER if name in self.model_fields_set]


class DraftingOfItem(Drafting):
    """As before, and the division of a local code that several use."""

    division_code: Annotated[str | None, Field(description="地方编码在多个区划使用时，指明区划", pattern=DIVISION)] = (
        None
    )


class DraftingForAWhile(DraftingOfItem):
    """As before, and the day on which it ends."""

    until: Annotated[Day | None, Field(description="到哪一天为止（不含），默认不限")] = None
