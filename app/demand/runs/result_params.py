"""Which results of a run are asked for."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.demand.matching.deciding import Zone
from app.demand.runs.outcomes import Decider, Outcome
from app.pages import DEFAULT_LIMIT, MAX_LIMIT


class WantedResults(BaseModel):
    """Those of which all holds that is given."""

    zone: Annotated[list[Zone], Field(description="只看这几档，可重复")] = []
    outcome: Annotated[list[Outcome], Field(description="只看现在的结论是这几种的，可重复")] = []
    decided_by: Annotated[Decider | None, Field(description="只看结论出自人的判断（judgement）或出自比对（run）的")] = (
        None
    )
    judged: Annotated[bool | None, Field(description="true 只看有人判断过的，false 只看没有的")] = None
    several: Annotated[
        bool | None, Field(description="true 只看像是几件事（parts 不空）、还没有拆分的，false 只看其余的")
    ] = None
    question: Annotated[str | None, Field(description="只看某道题的", max_length=64)] = None
    after: Annotated[int, Field(description="从第几条诉求之后开始", ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Field(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT

    @property
    def asked(self) -> dict[str, object]:
        """As the next page asks again."""
        given = self.model_dump(exclude={"after"})
        return {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
