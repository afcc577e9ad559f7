"""What a report is to cite, as it is asked for."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.changes.schemas import Line, Start
from app.filters.tokens import MAX_LENGTH
from app.patterns import DIVISION, LINES
from app.schema import Body

MOST_FIGURES = 100
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=LINES)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
DAY = "哪一天（年-月-日），默认今天，不能是将来"
PERIOD = "哪些月份，如 2024-01..2024-06（两头都算）；办件数才有"


class StatedFigure(Body):
    """A figure that is to be cited: of which metric, by which groups, over which items, on which day."""

    metric: Annotated[Line, Field(description="指标的 key", examples=["online_rate"])]
    group_by: list[Line] = Field([], description="按什么分组，最多三个", max_length=10, examples=[["department_code"]])
    within: Annotated[str | None, Field(description="行政区划代码：该区划及其下级全部", max_length=100)] = None
    filter: Annotated[str | None, Field(description="CQL2 文本：只计符合条件的事项", max_length=MAX_LENGTH)] = None
    as_of: Annotated[Start | None, Field(description=DAY)] = None
    period: Annotated[Line | None, Field(description=PERIOD)] = None
    base_as_of: Annotated[Start | None, Field(description="与更早的哪一天对比")] = None
    label: Annotated[Line | None, Field(description="在报告里叫什么，默认为指标的名称")] = None


class StatedTemplate(Body):
    """A ready-made report, for a division, a day and some months."""

    key: Annotated[Line, Field(description="模板的 key，见 /v1/report-templates", examples=["district"])]
    within: Annotated[str | None, Field(description="行政区划代码", pattern=DIVISION)] = None
    as_of: Annotated[Start | None, Field(description=DAY)] = None
    period: Annotated[Line | None, Field(description=PERIOD)] = None


class NewReport(Body):
    """What is to be frozen, under which title and number; in place of which earlier edition, and why."""

    title: Annotated[Line, Field(description="标题", examples=["X区政务服务事项情况（2024 年 6 月 30 日）"])]
    number: Annotated[Line, Field(description="编号或文号，一份报告一个", examples=["X政数〔2024〕15号"])]
    figures: list[StatedFigure] = Field([], description="要引用的数字", max_length=MOST_FIGURES)
    template: Annotated[StatedTemplate | None, Field(description="现成的报告")] = None
    known_at: Annotated[
        str | None, Field(description="按何时所知：一天、带时区的时刻或版次号，默认最新", max_length=100)
    ] = None
    supersedes: Annotated[Number | None, Field(description="取代哪一份报告（它的 id）")] = None
    reason: Annotated[Text | None, Field(description="为什么要取代；取代时必须写")] = None
    note: Annotated[Text | None, Field(description="说明")] = None
