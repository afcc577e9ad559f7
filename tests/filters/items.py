"""Ten items with every kind of element, nulls in each column, and the values that break databases."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Column, ColumnElement, Date, Integer, MetaData, Numeric, Table, Text

from app.db import CodeSet, PlainText
from app.errors import Conflict, Fault, Malformed, Message
from app.filters import Filters, Property

TASK_TYPES = {"01": "行政许可", "05": "行政给付", "07": "行政确认", "10": "其他行政权力", "20": "公共服务"}
CASE_TYPES = {"1": "即办件", "2": "承诺件", "8": "其他", "9": "其他"}
DEPTHS = {
    "1": "咨询",
    "2": "收件",
    "3": "预审",
    "4": "受理",
    "5": "办理",
    "6": "结果反馈",
    "7": "电子证照反馈",
    "9": "其他",
}

ITEM = Table(
    "item",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", PlainText),
    Column("alias", Text),
    Column("task_type", PlainText),
    Column("case_type", Text),
    Column("onsite_visits", Integer),
    Column("promised_limit", Integer),
    Column("statutory_limit", Integer),
    Column("fee", Numeric(12, 2, asdecimal=False)),
    Column("is_online", Boolean),
    Column("is_in_hall", Boolean),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("online_depths", CodeSet),
    Column("lists", CodeSet),
)

type_of_row = tuple[object, ...]
MAX, MIN = 2**31 - 1, -(2**31)
ROWS: list[type_of_row] = [
    (1, "食品经营许可", "食品经营许可", "01", "2", 0, 5, 20, 0, True, True, date(2018, 1, 1), date(2020, 1, 1), ("5", "6"), ("a_b",)),
    (2, "食品生产许可", None, "01", "2", 1, 10, 20, 100.1, True, False, date(2019, 6, 30), date(2024, 1, 1), ("2",), ("axb",)),
    (3, "户口登记", "登记户口", "07", "1", 2, 0, None, None, False, True, date(2020, 12, 8), None, (), ("a%b", "1000")),
    (4, "abc", "ABC", "07", "1", 3, 30, 20, 0.3, False, None, date(2017, 12, 31), date(2018, 1, 1), ("1", "9"), ()),
    (5, "ABC", "abc", "10", "9", None, None, 30, 0.1, None, True, None, date(2024, 1, 1), None, None),
    (6, "a%b_c\\d", "axbxcxd", "10", None, 1, 7, 7, 0.2, True, None, date(2024, 2, 29), date(2024, 2, 29), ("5",), ("10",)),
    (7, None, "没有名称", None, "1", None, 15, 0, 2.5, None, False, None, None, None, ()),
    (8, "它's 许可", "\U00020bb7野家", "01", None, -1, 3, 10, 9999999999.99, True, True, date(2018, 1, 1), date(9999, 12, 31), tuple("1234567"), ("a_b", "axb")),
    (9, "", "\uff01", "20", "2", MAX, MIN, MAX, -0.01, False, None, date(2000, 1, 1), date(2000, 1, 1), ("6",), ("10", "1000")),
    (10, *[None] * 14),
]  # fmt: skip
COLUMNS = [column.name for column in ITEM.columns]
ITEMS: list[dict[str, object]] = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]


def exactly(value: object) -> object:
    """What SQL calls a decimal is a float in the rows above."""
    return Decimal(str(value)) if isinstance(value, float) else value


def is_one_of_the_first(argument: str) -> ColumnElement[bool]:
    """A function as features register them: refuses an argument with an error of its own."""
    if argument == "none":
        raise Conflict(Message("没有这样的事项", "There is no such item"))
    if not argument.isdigit():
        detail = Message(f"{argument} 不是数字", f"{argument} is no number")
        raise Malformed(detail, faults=[Fault(detail=detail, rule="not-a-count", suggestion="3")])
    return ITEM.c.id <= int(argument)


PROPERTIES = [
    Property("id", "内部编号", ITEM.c.id, "number"),
    Property("name", "事项名称", ITEM.c.name, "text"),
    Property("alias", "别名、俗称", ITEM.c.alias, "text"),
    Property("task_type", "事项类型", ITEM.c.task_type, "code", TASK_TYPES),
    Property("case_type", "办件类型", ITEM.c.case_type, "code", CASE_TYPES),
    Property("onsite_visits", "到办事现场次数", ITEM.c.onsite_visits, "number"),
    Property("promised_limit", "承诺办结时限", ITEM.c.promised_limit, "number"),
    Property("statutory_limit", "法定办结时限", ITEM.c.statutory_limit, "number"),
    Property("fee", "收费", ITEM.c.fee, "number"),
    Property("fees", "收费项目", ITEM.c.name, "list", instead="fee"),
    Property("is_online", "是否网办", ITEM.c.is_online, "flag"),
    Property("is_in_hall", "是否进驻大厅", ITEM.c.is_in_hall, "flag"),
    Property("valid_from", "生效日期", ITEM.c.valid_from, "date"),
    Property("valid_to", "失效日期", ITEM.c.valid_to, "date"),
    Property("online_depths", "网上办理深度", ITEM.c.online_depths, "codes", DEPTHS),
    Property("lists", "所属清单", ITEM.c.lists, "codes"),
]
FILTERS = Filters(PROPERTIES, {"first": is_one_of_the_first})
