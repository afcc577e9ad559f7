"""What the catalogue keeps versions of: items, departments, windows, lists, agreements and so on. One declaration each."""

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
from app.catalogue.reform import (
    AgreementContent,
    EditionContent,
    HallContent,
    IntegratedMatterContent,
    ListContent,
    TransferContent,
)
from app.catalogue.sublists import Content, LegalBasis
from app.db import PlainText, metadata
from app.errors import Message
from app.patterns import DIVISION_CODE, ITEM_CODE

OPEN_REVISION = 2_147_483_647
OPEN_DAY = date(9999, 12, 31)
NOW = "superseded_in = 2147483647"
OF_HALL = "写了大厅编码的，查到的是那个大厅当日的名称"
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
    hall_name: Annotated[str | None, Element("大厅名称", summary=True, note=OF_HALL)] = None
    address: Annotated[str | None, Element("窗口地址", "ADDRESS")] = None
    hours: Annotated[str | None, Element("办公时间", "TIME")] = None
    phone: Annotated[str | None, Element("窗口电话", "TEL")] = None
    is_comprehensive: Annotated[bool | None, Element("是否综合窗口", summary=True)] = None
    hall_code: Annotated[str | None, Element("大厅编码", summary=True)] = None
    window_kind: Annotated[str | None, Element("窗口类别", codes="window_kind", summary=True)] = None
    staff_count: Annotated[int | None, Element("窗口人员数", summary=True)] = None


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
hall_version = version_table("hall", HallContent, "code")
list_version = version_table("list", ListContent, "code")
edition_version = version_table(
    "edition", EditionContent, "code", Index("ix_edition_version_list", "list_code", "superseded_in")
)
transfer_version = version_table("transfer", TransferContent, "code")
agreement_version = version_table("agreement", AgreementContent, "code")
integrated_matter_version = version_table("integrated_matter", IntegratedMatterContent, "code")


@dataclass(frozen=True)
class ObjectType:
    """One kind of catalogued object: its name in the API, what a clerk calls it, its elements, its table, its key.

    `naming` is the list in which it names items, each by its code.
    """

    name: str
    label: Message
    content: type[BaseModel]
    table: Table
    key: str
    naming: str | None = None

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
HALL = ObjectType("hall", Message("大厅", "hall"), HallContent, hall_version, "code")
LIST = ObjectType("list", Message("清单", "list"), ListContent, list_version, "code")
EDITION = ObjectType("edition", Message("清单版本", "edition"), EditionContent, edition_version, "code", "entries")
TRANSFER = ObjectType("transfer", Message("划转批次", "transfer"), TransferContent, transfer_version, "code", "entries")
AGREEMENT = ObjectType(
    "agreement", Message("通办协议", "agreement"), AgreementContent, agreement_version, "code", "entries"
)
INTEGRATED_MATTER = ObjectType(
    "integrated_matter", Message("一件事", "integrated matter"), IntegratedMatterContent, integrated_matter_version,
    "code", "members",
)  # fmt: skip
# In the order in which they are applied: what names others comes after them.
OBJECT_TYPES: Mapping[str, ObjectType] = {
    kind.name: kind
    for kind in (
        DEPARTMENT, BASIC_ITEM, HALL, WINDOW, ITEM, LIST, EDITION, TRANSFER, AGREEMENT, INTEGRATED_MATTER,
    )
}  # fmt: skip
NAMING = tuple(kind for kind in OBJECT_TYPES.values() if kind.naming)
