"""Series as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.metrics.schemas import BaseDay, MetricValue
from app.metrics.series.periods import Every


class SeriesValue(MetricValue):
    """A figure on one day, or over some months: the row that metric-values has then."""

    as_of: Annotated[str, Field(description="哪一天")]
    period: Annotated[str | None, Field(description="办件口径：哪些月份；事项口径没有这一项")] = None
    known_at: Annotated[str | None, Field(description="只在 known_at=as_of 时有：按何时所知")] = None
    revision: Annotated[int | None, Field(description="只在 known_at=as_of 时有：当时的版次")] = None


class MetricSeries(BaseModel):
    """Figures over time, by metric, then group, then day."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    every: Every
    period: Annotated[str | None, Field(description="办件口径：全部月份；事项口径没有这一项")] = None
    as_of: Annotated[str | None, Field(description="办件口径：最后一个月的最后一天；事项口径没有这一项")] = None
    known_at: Annotated[str | None, Field(description="按何时所知；as_of 表示每个点各按当天结束时所知")]
    revision: Annotated[int | None, Field(description="目录的版次；known_at=as_of 时为空，见各行")]
    base_as_of: BaseDay = None
    note: Annotated[str | None, Field(description="第一个点那时目录还不知道什么；知道时没有这一项")] = None
    additive: Annotated[bool, Field(description="各组相加是否等于总数；按多值要素分组时为 false")]
    values: list[SeriesValue]
