"""Integrated matters at a moment."""

from typing import Any

from sqlalchemy import ColumnElement

from app.catalogue.objects import INTEGRATED_MATTER, ITEM
from app.catalogue.properties import department_name
from app.catalogue.versions import Asked, in_force
from app.lists.named_items import held_count, named_count

MATTER = INTEGRATED_MATTER.table.c
ONES = ("told_once", "one_form", "one_acceptance", "one_network", "one_issuing_window", "one_management")
HEADS = (
    MATTER.id, MATTER.code, MATTER.name, MATTER.division_code, MATTER.department_code, MATTER.document_number,
    *(MATTER[name] for name in ONES),
)  # fmt: skip
# What the figures of a matter are computed from, of each member.
OF_MEMBERS = tuple(
    ITEM.table.c[name]
    for name in (
        "promised_limit", "promised_limit_unit", "onsite_visits", "material_count", "process_step_count", "materials",
        "process_steps",
    )
)  # fmt: skip


def heads(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """What a list says of each matter."""
    lead = department_name(asked, INTEGRATED_MATTER).label("department_name")
    counts = (
        named_count(INTEGRATED_MATTER).label("member_count"),
        held_count(INTEGRATED_MATTER, asked).label("item_count"),
    )
    return *HEADS, *in_force(INTEGRATED_MATTER, asked), lead, *counts


def whole(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    merged = MATTER.merged_form, MATTER.shared_materials, MATTER.merged_steps
    return *heads(asked), MATTER.version_id, MATTER.members, *merged, MATTER.note
