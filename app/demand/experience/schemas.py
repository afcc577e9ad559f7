"""Promise against experience as it goes over the wire. These models describe; answers are written from rows."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated
from app.demand.shares import ShareOut
from app.demand.surveys.questions import Measure
from app.demand.tabulation.schemas import IntervalNamed, SurveyNamed


class CountedResponses(BaseModel):
    """How many responses, and which."""

    count: int
    responses: Annotated[list[str], Field(description="答卷编号；每份见 {survey.url}/responses/{编号}")]


class RunBehind(BaseModel):
    """The matching run that says which item each response is about."""

    id: int
    within: Annotated[str, Field(description="与哪个区划的清单比对")]
    as_of: str
    revision: int
    url: str


class ResponsesApart(BaseModel):
    """The responses that are about no item, by why; none of them is compared."""

    no_item_named: Annotated[CountedResponses, Field(description="没有写办的是什么事项")]
    not_in_run: Annotated[CountedResponses, Field(description="写了，但比对之后才录入，这次比对里没有")]
    to_review: Annotated[CountedResponses, Field(description="写的是哪个事项待人工判断")]
    unmet: Annotated[CountedResponses, Field(description="清单里没有对应的事项")]
    several_items: Annotated[CountedResponses, Field(description="写了几件事，不知道回答说的是哪一件")]


class NotCompared(BaseModel):
    """The responses about an item that are not compared, by why."""

    not_answered: Annotated[CountedResponses, Field(description="没有回答")]
    answer_unclear: Annotated[CountedResponses, Field(description="回答说不清好坏，如“其他”；或者单位不能折算")]
    promise_not_stated: Annotated[CountedResponses, Field(description="事项没有写明")]
    promise_not_comparable: Annotated[CountedResponses, Field(description="承诺时限是自然日，不折算为工作日")]


class MeasureOut(BaseModel):
    """One question: what those who answered met with, beside the promise. All that are about an item are in one part."""

    measure: Measure
    question: str
    text: str
    unit: str | None
    compared: Annotated[int, Field(description="比较了几份：worse + equal + better")]
    worse: Annotated[CountedResponses, Field(description="实际比承诺差")]
    equal: CountedResponses
    better: CountedResponses
    not_compared: NotCompared
    share_worse: Annotated[ShareOut, Field(description="worse ÷ compared")]


class ItemMeasure(MeasureOut):
    """Of one item."""

    promised: Annotated[
        float | bool | None, Field(description="承诺：次数、工作日；费用、重复提交、纸质件为要不要；没有写明为空")
    ]


class SharedMaterial(BaseModel):
    """A material that need not be handed in."""

    material: str
    matter_code: Annotated[str, Field(description="哪个一件事写明由数据共享取得")]
    matter_name: str


class PromiseOut(BaseModel):
    """What the item says on the day; null is not stated."""

    visits: Annotated[int | None, Field(description="到办事现场次数")]
    working_days: Annotated[int | None, Field(description="承诺办结时限，折算为工作日；自然日不折算，为空")]
    promised_limit: int | None
    promised_limit_unit: str | None
    promised_limit_unit_label: str | None
    is_charged: Annotated[bool | None, Field(description="收不收费；两处写得矛盾的为空")]
    fees: Annotated[list[dict[str, str | bool | None]] | None, Field(description="收费项目")]
    is_submitted_once: Annotated[bool | None, Field(description="是不是只应提交一次")]
    accepts_at_comprehensive_window: bool | None
    online_depths: list[str] | None
    joint_departments: str | None
    shared_materials: list[SharedMaterial]
    needs_paper: Annotated[bool | None, Field(description="要不要纸质件")]
    material_formats: Annotated[list[str | None] | None, Field(description="各材料的形式")]


class PromisingItem(BaseModel):
    """The item as it was on the day."""

    code: str
    name: str
    division_code: str
    department_code: str
    department_name: str | None
    url: str


class ItemExperience(BaseModel):
    """An item's promise, and what those who came for it met with."""

    item: PromisingItem
    promise: PromiseOut
    responses: CountedResponses
    judged: Annotated[CountedResponses, Field(description="其中由人判断、不是比对程序认出的")]
    measures: list[ItemMeasure]


class ExperienceOut(Dated):
    """Promise against experience, in sum and by item, those with most responses first."""

    survey: SurveyNamed
    run: RunBehind
    interval: IntervalNamed
    caveats: Annotated[list[str], Field(description="各项怎么比")]
    responses: Annotated[int, Field(description="全部答卷")]
    apart: ResponsesApart
    about_items: Annotated[int, Field(description="认出事项的答卷；写了 item 时只是这个事项的")]
    measures: Annotated[list[MeasureOut], Field(description="合计")]
    items: list[ItemExperience]
