"""What verifying a report answers."""

from typing import Annotated

from pydantic import BaseModel, Field, JsonValue


class RowDifference(BaseModel):
    """Where a row is not what was frozen."""

    group: dict[str, JsonValue]
    field: Annotated[str, Field(description="哪一栏；row 为整行有无")]
    frozen: JsonValue
    found: JsonValue


class LiveFigure(BaseModel):
    """The figure of the same day as it is known now."""

    revision: int
    differs: bool
    differences: Annotated[list[RowDifference], Field(description="与冻结的数不同的地方，最多 100 处")]
    change: Annotated[float | None, Field(description="不分组时：现在的值 − 冻结的值")]
    note: Annotated[str | None, Field(description="为什么现在算不出来，或不能与冻结的数比")]
    changes_url: Annotated[str | None, Field(description="为什么不同：按变化种类，逐项；没有不同时为空")]


class VerifiedFigure(BaseModel):
    """A figure recomputed at its own day and revision, and beside it the live one."""

    position: int
    label: str
    metric: str
    agrees: Annotated[
        bool | None, Field(description="重算是否一样；null：条件用到的文字后来隐去了，不一样也不说明报告有误")
    ]
    differences: Annotated[list[RowDifference], Field(description="重算与冻结不同的地方，最多 100 处")]
    note: Annotated[str | None, Field(description="为什么不能重算")]
    live: LiveFigure


class ChecksumVerified(BaseModel):
    """Whether what is kept is what was frozen."""

    stored: str
    computed: str
    altered: Annotated[
        list[str], Field(description="报告显示的哪些栏与保存的文本不一样：编号、标题、版次、何时由谁冻结、取代关系")
    ]
    agrees: Annotated[bool, Field(description="校验值相符，且没有不一样的栏")]


class Verification(BaseModel):
    """Whether a report still holds: what is kept, and what its figures come to from the versions."""

    id: int
    number: str
    revision: int
    agrees: Annotated[
        bool | None,
        Field(description="校验值相符，且每个数字重算都一样；null：没有不符的，但有数字在隐去以后不能重算"),
    ]
    checksum: ChecksumVerified
    live_revision: Annotated[int, Field(description="目录现在是第几版")]
    live_differs: Annotated[int, Field(description="有多少个数字与现在所知的不同")]
    figures: list[VerifiedFigure]
