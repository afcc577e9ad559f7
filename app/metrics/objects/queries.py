"""Statements that count objects in force in a place, and say whether any was ever recorded there."""

from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select, true

from app.catalogue.department_facts import SAID
from app.catalogue.divisions import below
from app.catalogue.objects import DEPARTMENT, EDITION, LIST, ObjectType
from app.catalogue.places import PLACE, lies_in
from app.catalogue.versions import Asked, history, versions
from app.db import Statement, built_once
from app.lists.editions.queries import in_force_of
from app.metrics.objects.kinds import COUNTED, Counted


@built_once
def counted(key: str, within: str | None, asked: Asked) -> Statement:
    """Rows of (stated, size): how many are what is counted (true), are not (false), or may be (null).

    Of what has a list of its own there is one row: what is not recorded is no object that is not counted. Where none was
    ever recorded, it is (null, 0).
    """
    what = COUNTED[key]
    return _by_fact(what.fact, within, asked) if what.fact else _in_force(what, within, asked)


def _by_fact(fact: str, within: str | None, asked: Asked) -> Statement:
    department = versions(DEPARTMENT, asked, [SAID[fact](asked).label("stated")])
    stated = department.where(*lies_in(DEPARTMENT, asked, within)).subquery().c.stated
    return select(stated, func.count()).group_by(stated)


def _in_force(what: Counted, within: str | None, asked: Asked) -> Statement:
    held = versions(what.kind, asked, [func.count()]).where(*_wanted(what, within, asked))
    recorded = exists(_ever(what, within, asked).with_only_columns(literal(1)))
    return select(case((recorded, true())), held.scalar_subquery())


def _wanted(what: Counted, within: str | None, asked: Asked) -> list[ColumnElement[bool]]:
    if what.list_kind:
        return in_force_of((what.list_kind,), within, asked)
    return lies_in(what.kind, asked, within)


def _ever(what: Counted, within: str | None, asked: Asked) -> Statement:
    """What is known of the kind in the place, of whatever day; of editions only those that began by the day."""
    known = history(what.kind, asked).where(*_placed_ever(what.kind, within, asked))
    if what.list_kind is None:
        return known
    lists = history(LIST, asked, [LIST.table.c.code]).where(LIST.table.c.list_kind == what.list_kind)
    edition = EDITION.table.c
    return known.where(edition.list_code.in_(lists), edition.valid_from <= asked.as_of)


def _placed_ever(kind: ObjectType, within: str | None, asked: Asked) -> list[Any]:
    """As `lies_in`, whatever day it did."""
    if within is None:
        return []
    if PLACE in kind.elements:
        return [below(kind.table.c[PLACE], within)]
    owners = history(DEPARTMENT, asked, [DEPARTMENT.table.c.code]).where(below(DEPARTMENT.table.c[PLACE], within))
    return [kind.table.c.department_code.in_(owners)]
