"""What filters over items may name."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, get_args

from sqlalchemy import ColumnElement, Date, and_, case, exists, func, literal, type_coerce

from app.catalogue.before import said_before
from app.catalogue.code_lists import labels
from app.catalogue.divisions import below, checked_division
from app.catalogue.element import Element
from app.catalogue.membership import has_value, said_by_lists
from app.catalogue.objects import DEPARTMENT, HALL, ITEM, OPEN_DAY, WINDOW, ObjectType
from app.catalogue.verified import said_by_verification
from app.catalogue.versions import Asked, holding, versions
from app.catalogue.virtual import (
    ASKED_ELEMENTS,
    BEFORE_ELEMENTS,
    LIST_ELEMENTS,
    VERIFICATION_ELEMENTS,
    VERSION_ELEMENTS,
)
from app.filters import Filters, Kind, Property

BASIC_CODE, MAIN_ITEM = 12, 9  # Characters of a 基本编码, and how many of them say which main item it is.
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


@cache
def item_filters() -> Filters:
    """CQL2 over items: every filterable element, the version's own columns, verification, `within_division('440000')`."""
    elements = [_property(element) for element in ITEM.elements.values()]
    return Filters([*elements, *_version_properties()], {"within_division": within_division})


def filterable_names() -> list[str]:
    return [name for name, each in item_filters().properties.items() if each.kind != "list"]


def _property(element: Element) -> Property:
    """Lists are known too, so that a filter that names one is told what can be filtered in its place."""
    column = ITEM.table.c[element.name]
    if not element.filterable:
        return Property(element.name, element.label, column, "list", instead=COUNTS.get(element.name))
    return Property(element.name, element.label, column, KINDS[element.kind], _codes(element))


def _codes(element: Element) -> Mapping[str, str] | None:
    return labels(element.codes) if element.codes else None


COUNTS = {"materials": "material_count", "process_steps": "process_step_count", "aliases": "name"}


def _version_properties() -> list[Property]:
    columns = ITEM.table.c
    asked = Asked(latest=False)
    compared = {"shares_name": shares_name(asked), "is_of_its_main_item": is_of_its_main_item()}
    said = {**said_by_version(asked), **said_by_verification(asked), **said_by_lists(asked), **said_before()}
    said |= compared
    beside = (*VERIFICATION_ELEMENTS, *LIST_ELEMENTS, *ASKED_ELEMENTS, *BEFORE_ELEMENTS)
    declared = (*VERSION_ELEMENTS.values(), *beside)
    tests = has_value(asked)
    named = [Property(e.name, e.label, said[e.name], KINDS[e.kind], _codes(e), has=tests.get(e.name)) for e in declared]
    return [
        *named,
        Property("id", "内部编号", columns.id, "number"),
        Property("valid_from", "生效日期", columns.valid_from, "date"),
        Property("valid_to", "失效日期", valid_until(), "date"),
    ]


def said_by_version(asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What the version says in place of an element, at the moment that `versions.at` fills in."""
    columns = ITEM.table.c
    return {
        "version": columns.version,
        "effective_from": columns.valid_from,
        "effective_to": valid_until(),
        "department_name": department_name(asked),
        "department_uscc": columns.department_code,
    }


def valid_until() -> ColumnElement[date | None]:
    """The day an item's version ends; an open end is null."""
    return type_coerce(func.nullif(ITEM.table.c.valid_to, literal(OPEN_DAY, Date())), Date())


def department_name(asked: Asked, kind: ObjectType = ITEM) -> ColumnElement[str]:
    """The name of the department of an item, or of another object, at the moment that `versions.at` fills in."""
    department = DEPARTMENT.table.c
    named = versions(DEPARTMENT, asked, [department.name])
    mine = named.where(department.code == kind.table.c.department_code).correlate(kind.table)
    return mine.limit(1).scalar_subquery()


def hall_name(asked: Asked) -> ColumnElement[str]:
    """The name of the hall of a window at the moment; of one that names no hall by its code, what it says itself."""
    hall, window = HALL.table.c, WINDOW.table.c
    named = versions(HALL, asked, [hall.name]).where(hall.code == window.hall_code).correlate(WINDOW.table)
    return func.coalesce(named.limit(1).scalar_subquery(), window.hall_name)


def shares_name(asked: Asked) -> ColumnElement[bool]:
    """Whether another item of the department bears the same name at the moment that `versions.at` fills in."""
    mine, namesake = ITEM.table, ITEM.table.alias("namesake")
    same = and_(namesake.c.department_code == mine.c.department_code, namesake.c.name == mine.c.name)
    return exists().where(same, namesake.c.id != mine.c.id, holding(namesake, asked)).correlate(mine)


def is_of_its_main_item() -> ColumnElement[bool]:
    """Whether main item and item agree up to the main item's own number: 9 of the 12 characters of both basic codes.

    Null where either is no basic code, since provinces also name a main item in other ways.
    """
    main, own = ITEM.table.c.parent_code, ITEM.table.c.catalog_code
    both = and_(func.length(main) == BASIC_CODE, func.length(own) == BASIC_CODE)
    return case((both, func.substr(main, 1, MAIN_ITEM) == func.substr(own, 1, MAIN_ITEM)))


def within_division(code: str) -> ColumnElement[bool]:
    """Items of a division and of all below it."""
    return below(ITEM.table.c.division_code, checked_division(code))
