"""Demands as they go over the wire."""

from typing import Annotated

from pydantic import BaseModel, Discriminator, Field

from app.patterns import CODE
from app.schema import Body, alternative

MOST_AT_ONCE = 20_000
MOST_PARTS = 20


class NewDemand(Body):
    """What is asked for, in the words of who asked."""

    text: Annotated[str, Field(description="诉求的原话，最多 2000 个字", examples=["想在网上办理食品经营许可证延续"])]
    weight: Annotated[
        int | None, Field(description="提出它的企业数，默认 1", strict=True, json_schema_extra={"minimum": 1})
    ] = None
    question: Annotated[str | None, Field(description="来自哪一题", max_length=40, examples=["q18"])] = None
    response: Annotated[str | None, Field(description="来自哪份答卷（编号）", pattern=CODE, examples=["S-001"])] = None


ONE, MANY = alternative("one"), alternative("many")
OneOrMany = Annotated[
    Annotated[NewDemand, ONE] | Annotated[list[NewDemand], Field(min_length=1, max_length=MOST_AT_ONCE), MANY],
    Discriminator(lambda body: (MANY if isinstance(body, list) else ONE).tag),
]


class Splitting(Body):
    """The demands that a demand really is."""

    parts: list[str] = Field(
        description="拆成的各条诉求，至少两条",
        max_length=MOST_PARTS,
        examples=[["办理食品经营许可证", "办理公共场所卫生许可证"]],
    )


class DemandOut(BaseModel):
    """A demand. One that was split stays, and its parts count in its place."""

    number: Annotated[int, Field(description="在这次调查里的号")]
    text: Annotated[str | None, Field(description="原话；已经隐去的为空")]
    weight: Annotated[int, Field(description="提出它的企业数")]
    question: Annotated[str | None, Field(description="来自哪一题")]
    response: Annotated[str | None, Field(description="来自哪份答卷")]
    part_of: Annotated[int | None, Field(description="由第几条拆分而来")]
    is_split: Annotated[bool, Field(description="已拆分：由 parts 各条代替它")]
    is_redacted: bool
    parts: Annotated[list[int], Field(description="拆成了第几条")]
    import_id: Annotated[int | None, Field(description="由哪次导入而来；直接写入的为空")]
    url: str


class DemandPage(BaseModel):
    """Demands in order of number."""

    items: list[DemandOut]
    total: int
    next: str | None


class DemandsAdded(BaseModel):
    """What was taken in, numbered on from what there was."""

    demands: Annotated[int, Field(description="诉求数")]
    first: Annotated[int, Field(description="第一条的号")]
    last: Annotated[int, Field(description="最后一条的号")]
    demands_url: str


class DemandSplit(DemandOut):
    """The demand that was split, with what stands in its place."""

    items: Annotated[list[DemandOut], Field(description="拆成的各条")]
