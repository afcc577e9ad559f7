"""What a monthly report says of the cases of an item. All counts are of the cases accepted in that month."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from app.catalogue.element import Element, elements_of
from app.catalogue.sublists import Content
from app.patterns import DIVISION_CODE, ITEM_CODE

Count = int | None

OF_CODE = "事项现在或那时的编码"
OF_MONTH = "办件受理的月份，如 2024-06"
OF_KIND = "一个事项分几类业务时的类别，如企业登记事项下的 变更、注销；不分的不填"
OF_CLOSED = "当月受理的办件里到报送时已办结的，所以不多于受理件数；后来办结的，重报这个月"
OF_ON_TIME = "办结日期不晚于承诺日期的（当天办结的算按期）"
OF_REVIEWED = "当月受理、已办结的办件里有有效评价的件数"
OF_SATISFIED = "非常满意、满意、基本满意三级之和；三级都填了就不用填（国办发〔2019〕51号：后两级为差评）"
OF_VERIFIED = "差评里实名并核实的"
OF_FIXED = "核实的差评里 15 个工作日内整改完毕的"


class CaseCounts(Content):
    """办件统计: of one item (or a kind of business within it), one month and one channel."""

    section: ClassVar[str] = "办件统计"

    code: Annotated[str, Element("事项编码", required=True, pattern=ITEM_CODE, note=OF_CODE)]
    division_code: Annotated[
        str | None, Element("行政区划代码", pattern=DIVISION_CODE, note="地方编码在几个区划都有时要填")
    ] = None
    month: Annotated[str, Element("月份", required=True, also=("统计月份",), note=OF_MONTH)]
    channel: Annotated[str, Element("办理渠道", codes="case_channel", required=True, also=("渠道", "申请渠道"))]
    business_kind: Annotated[str | None, Element("业务类别", also=("业务类型",), note=OF_KIND)] = None
    accepted: Annotated[int, Element("受理件数", required=True, also=("受理量", "受理数"))]
    closed: Annotated[Count, Element("办结件数", also=("办结量", "办结数"), note=OF_CLOSED)] = None
    closed_on_time: Annotated[Count, Element("按期办结件数", also=("按时办结件数",), note=OF_ON_TIME)] = None
    reviewed: Annotated[Count, Element("评价件数", also=("有效评价件数",), note=OF_REVIEWED)] = None
    very_satisfied: Annotated[Count, Element("非常满意件数", also=("非常满意",))] = None
    fairly_satisfied: Annotated[Count, Element("满意件数", also=("满意",))] = None
    basically_satisfied: Annotated[Count, Element("基本满意件数", also=("基本满意",))] = None
    dissatisfied: Annotated[Count, Element("不满意件数", also=("不满意",))] = None
    very_dissatisfied: Annotated[Count, Element("非常不满意件数", also=("非常不满意",))] = None
    satisfied: Annotated[Count, Element("好评件数", also=("满意以上件数",), note=OF_SATISFIED)] = None
    bad_reviews_verified: Annotated[Count, Element("核实差评件数", note=OF_VERIFIED)] = None
    bad_reviews_fixed: Annotated[Count, Element("按期整改差评件数", note=OF_FIXED)] = None


ELEMENTS: Mapping[str, Element] = {each.name: each for each in elements_of(CaseCounts)}
KEY = ("code", "month", "channel", "business_kind")
COUNTS = tuple(name for name, each in ELEMENTS.items() if each.kind == "number")
GOOD = ("very_satisfied", "fairly_satisfied", "basically_satisfied")
BAD = ("dissatisfied", "very_dissatisfied")
