"""Shares of respondents as the API says them: their parts, what they are, and how far they can be trusted."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.shares import percent, ratio
from app.demand.intervals import wilson

SHARE = ("numerator", "denominator", "value", "percent", "low", "high")


class ShareOut(BaseModel):
    """A share with the interval in which that of all enterprises like those asked lies, as far as chance goes."""

    numerator: Annotated[int | None, Field(description="分子；只公布了比例的，不知道，为空")]
    denominator: Annotated[int | None, Field(description="分母；没有公布的为空")]
    value: Annotated[float | None, Field(description="未舍入的值，0 到 1；分母为零时为空")]
    percent: Annotated[
        float | None, Field(description="百分数，由精确分数四舍五入到两位小数；只公布了比例的，照公布的")
    ]
    low: Annotated[
        float | None,
        Field(description="95% 置信区间（Wilson）的下限，0 到 1；没有分子或分母、分母为零时为空"),
    ]
    high: Annotated[float | None, Field(description="95% 置信区间（Wilson）的上限")]


def share_out(count: int | None, base: int | None) -> dict[str, float | int | None]:
    """Of what isn't known there is neither a share nor an interval; nor one where more were printed than answered."""
    parts: dict[str, float | int | None] = {"numerator": count, "denominator": base}
    if count is None or base is None:
        return parts | dict.fromkeys(SHARE[2:])
    interval = wilson(count, base) if count <= base else None
    low, high = (None, None) if interval is None else interval
    return parts | {"value": ratio(count, base), "percent": percent(count, base), "low": low, "high": high}
