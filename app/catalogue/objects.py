"""What the catalogue keeps versions of: items, departments, windows and basic items. One declaration each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import BaseModel
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Named, Table, Text, TypedColumns, text
from sqlalchemy.schema import SchemaItem

from app.catalogue.element import Element, columns_of, elements_of
from app.catalogue.elements import ItemContent
from app.catalogue.sublists import Content, LegalBasis
from app.db import PlainText, metadata
from app.errors import Message
from app.patterns import DIVISION_CODE, ITEM_CODE

OPEN_REVISION = 2_147_483_647
OPEN_DAY = date(9999, 12, 31)
NOW = "superseded_in = 2147483647"
ENDS_LATER = "valid_from < valid_to"


class DepartmentContent(Content):
    """实施主体: the body that handles items. Its code never changes; names, nature and successors are dated."""

    section: ClassVar[str] = "部门"

    code: Annotated[str, Element("部门编码", "dept_code", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("部门名称", "dept_name", required=True, summary=True)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    nature: Annotated[str | None, Element("实施主体性质", "dept_type", codes="dept_type", summary=True)] = None
    short_name: Annotated[str | None, Element("部门简称")] = None
    successor_code: Annotated[str | None, Element("承继部门编码", summary=True)] = None


class WindowContent(Content):
    """窗口: a window of a department in a service hall."""

    section: ClassVar[str] = "窗口"

    code: Annotated[str, Element("窗口编号", "WINDOW_CODE", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("窗口名称", "NAME", required=True, summary=True)]
    department_code: Annotated[str, Element("部门编码", required=True, summary=True)]
    hall_name: Annotated[str | None, Element("大厅名称", summary=True)] = None
    address: Annotated[str | None, Element("窗口地址", "ADDRESS")] = None
    hours: Annotated[str | None, Element("办公时间", "TIME")] = None
    phone: Annotated[str | None, Element("窗口电话", "TEL")] = None
    is_comprehensive: Annotated[bool | None, Element("是否综合窗口", summary=True)] = None


class BasicItemContent(Content):
    """基本目录: the item as law sets it, shared by all levels (up_task_directory)."""

    section: ClassVar[str] = "基本目录"

    catalog_code: Annotated[str, Element("基本编码", "catalog_code", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("事项名称", "task_name", required=True, summary=True)]
    local_catalog_code: Annotated[str | None, Element("地方基本编码", "local_catalog_code")] = None
    task_type: Annotated[str | None, Element("事项类型", "task_type", codes="task_type", summary=True)] = None
    legal_basis: Annotated[tuple[LegalBasis, ...] | None, Element("设定依据", "by_law", required=True)] = None
    use_levels: Annotated[tuple[str, ...] | None, Element("行使层级", "use_level", codes="use_level")] = None
    status: Annotated[str | None, Element("事项状态", "task_state", codes="task_state")] = None
    central_department: Annotated[str | None, Element("业务指导部门", "central_dept", summary=True)] = None
    has_sub_items: Annotated[bool | None, Element("是否存在子项", "has_child")] = None
    in_national_catalogue: Annotated[bool | None, Element("是否纳入国家目录")] = None
    parent_code: Annotated[str | None, Element("主项编码", "parent_matterid")] = None
    main_item_name: Annotated[str | None, Element("主项名称")] = None


# Elements of the dictionary that are not stored again, since the version says them: read-only under these names.
VERSION_ELEMENTS: Mapping[str, Element] = {
    element.name: element
    for element in (
        Element(
            "事项版本", "task_version", derived=True, name="version", kind="number", section="版本",
            note="这个事项的第几个版本，从 1 起",
        ),
        Element(
            "计划生效日期", "plan_effective_date", derived=True, also=("生效日期",), name="effective_from", kind="date",
            section="版本", note="这一版本从哪天起有效",
        ),
        Element(
            "计划取消日期", "plan_cancel_date", derived=True, also=("取消日期",), name="effective_to", kind="date",
            section="版本", note="从哪天起这一版本不再有效；没有截止日的为空",
        ),
        Element(
            "实施主体", "dept_name", derived=True, name="department_name", section="版本",
            note="实施主体编码那个部门当日的名称",
        ),
        Element(
            "实施主体统一社会信用代码", derived=True, name="department_uscc", section="版本",
            note="就是实施主体编码",
        ),
    )
}  # fmt: skip


# What people confirmed of an item and what became of its links, as verifications and checks of links say it.
VERIFICATION_ELEMENTS = (
    Element(
        "最近核实日期", derived=True, name="verified_on", kind="date", section="核实",
        note="最近哪天有人核实过；从未核实为空",
    ),
    Element(
        "距上次核实天数", derived=True, name="days_since_verification", kind="number", section="核实",
        note="as_of 减最近核实日期；从未核实为空",
    ),
    Element(
        "有无失效链接", derived=True, name="has_dead_link", kind="flag", section="核实",
        note="事项的网址，或最近佐证的网址，在三个不同的日子都打不开，此后也没有再通；不会为空",
    ),
    Element(
        "网办有无佐证", derived=True, name="has_online_evidence", kind="flag", section="核实",
        note="是否网办最近的佐证，与现在填的值一致；不会为空",
    ),
)  # fmt: skip


# What filters may ask of an item, though neither lists nor files say it.
ASKED_ELEMENTS = (
    Element(
        "部门内是否重名", derived=True, name="shares_name", kind="flag", section="对照",
        note="同一部门当日还有没有同名的事项；不会为空",
    ),
    Element(
        "基本编码是否属于主项", derived=True, name="is_of_its_main_item", kind="flag", section="对照",
        note="基本编码与主项编码的前 9 位相同；其中一个没有填，或不是 12 位，为空",
    ),
)  # fmt: skip


# What lists and files may say of an item beside its elements. None of their names is a header that an import would act
# on: a row with an effective date rewrites the past, one with a cancellation date cancels the item.
BESIDE_ELEMENTS = (
    Element("内部编号", derived=True, name="id", kind="number", section="版本"),
    Element("版本起始日", derived=True, name="valid_from", kind="date", section="版本"),
    Element("版本截止日", derived=True, name="valid_to", kind="date", section="版本"),
    Element("版本写入版次", derived=True, name="made_in", kind="number", section="版本"),
    *VERIFICATION_ELEMENTS,
)


class VersionColumns(TypedColumns):
    """What `id` is from a day until a day, and which revision of the catalogue learned and replaced it.

    `made_in` is the revision whose change gave the version its content; one that is cut later keeps it.
    valid_from ≤ day < valid_to and recorded_in ≤ revision < superseded_in; open ends are 9999-12-31 and 2147483647.
    """

    version_id = Column(Integer, primary_key=True)
    id = Column(Integer, ForeignKey("catalogue_object.id"), nullable=False)
    version: Named[int]
    valid_from: Named[date]
    valid_to: Named[date]
    made_in: Named[int]
    recorded_in: Named[int]
    superseded_in: Named[int]


catalogue_object = Table(
    "catalogue_object",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("object", Text, nullable=False),
)


def version_table(name: str, content: type[BaseModel], key: str, *extra: SchemaItem) -> Table:
    """A bitemporal table. That no two versions of one object hold at once is held by the database (see migrations)."""
    table = f"{name}_version"
    return Table(
        table,
        metadata,
        VersionColumns,
        *columns_of(content),
        CheckConstraint(ENDS_LATER, name="valid_order"),
        CheckConstraint("recorded_in < superseded_in", name="recorded_order"),
        _now_index(f"ux_{table}_now", "id", "valid_from", unique=True),
        Index(f"ix_{table}_history", "id", "recorded_in"),
        Index(f"ix_{table}_by_{key}", key, "superseded_in", "valid_to", "valid_from", "id"),
        Index(f"ix_{table}_recorded", "recorded_in"),
        *extra,
    )


# What the shipped metrics look at, in the order of the index that covers them: figures are counted along it.
FIGURE_COLUMNS = (
    "department_code", "status", "task_type", "is_online", "onsite_visits", "cross_region_scope", "is_in_service_hall",
    "must_be_in_service_hall", "supports_deficiency_tolerance", "online_depths", "case_type",
    "accepts_at_comprehensive_window", "result_types", "result_is_e_licence", "completeness", "division_code",
    "statutory_limit_unit", "promised_limit_unit", "statutory_limit", "promised_limit", "material_count",
    "process_step_count",
)  # fmt: skip
# Lists are filtered by the first three and come in order of code. SQLite takes a partial index for covering only where
# `superseded_in` itself is in it; this one also serves what was known earlier.
LIST_COLUMNS = (
    "department_code", "task_type", "is_online", "code", "id", "valid_from", "valid_to", "recorded_in", "superseded_in",
    "status",
)  # fmt: skip
# Counted by the same three, past the versions that have ended. Only a count names the condition of this index, which
# always holds, so that nothing else is led to it: lists would read far too many items in the wrong order.
COUNT_COLUMNS = ("department_code", "task_type", "is_online", "valid_to", "valid_from", "superseded_in")
# Who bears a name in a department, at whatever revision: a filter that asks for it is the same for each.
NAME_COLUMNS = ("department_code", "name", "superseded_in", "valid_to", "valid_from", "recorded_in", "id")
SPAN_COLUMNS = ("id", "valid_from", "valid_to", "superseded_in")


def _now_index(name: str, *columns: str, unique: bool = False, where: str = NOW) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def search_column() -> Column[str]:
    """What words are looked for in (see search.py)."""
    return Column("search_text", PlainText)


item_version = version_table(
    "item",
    ItemContent,
    "code",
    search_column(),
    Index("ix_item_version_list", *LIST_COLUMNS),
    _now_index("ix_item_version_count", *COUNT_COLUMNS, where=f"{NOW} AND {ENDS_LATER}"),
    _now_index("ix_item_version_figures", *FIGURE_COLUMNS, "valid_from", "valid_to", "superseded_in"),
    _now_index("ix_item_version_code_order", "code", *SPAN_COLUMNS, "division_code"),
    _now_index("ix_item_version_division", "division_code", "code", *SPAN_COLUMNS),
    Index("ix_item_version_catalog_code", "catalog_code"),
    Index("ix_item_version_names", *NAME_COLUMNS),
)
department_version = version_table("department", DepartmentContent, "code", search_column())
window_version = version_table("window", WindowContent, "code")
basic_item_version = version_table("basic_item", BasicItemContent, "catalog_code")


@dataclass(frozen=True)
class ObjectType:
    """One kind of catalogued object: its name in the API, what a clerk calls it, its elements, its table, its key."""

    name: str
    label: Message
    content: type[BaseModel]
    table: Table
    key: str

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        return {element.name: element for element in elements_of(self.content)}

    @cached_property
    def by_label(self) -> Mapping[str, Element]:
        """The given elements by their Chinese labels."""
        return {element.label: element for element in self.given.values()}

    @cached_property
    def demanded(self) -> tuple[str, ...]:
        """The elements without which there is no object: its key, its name, where it belongs."""
        return tuple(name for name, field in self.content.model_fields.items() if field.is_required())

    @cached_property
    def given(self) -> Mapping[str, Element]:
        """The elements that are given, not derived."""
        return {name: element for name, element in self.elements.items() if not element.derived}


ITEM = ObjectType("item", Message("事项", "item"), ItemContent, item_version, "code")
DEPARTMENT = ObjectType("department", Message("部门", "department"), DepartmentContent, department_version, "code")
WINDOW = ObjectType("window", Message("窗口", "window"), WindowContent, window_version, "code")
BASIC_ITEM = ObjectType(
    "basic_item", Message("基本目录事项", "basic item"), BasicItemContent, basic_item_version, "catalog_code"
)
OBJECT_TYPES: Mapping[str, ObjectType] = {kind.name: kind for kind in (DEPARTMENT, BASIC_ITEM, WINDOW, ITEM)}
