"""Integrated matters as the API answers them: all is computed from the members as they are on the day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.code_lists import labels
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment
from app.catalogue.objects import INTEGRATED_MATTER
from app.catalogue.paging import Page
from app.catalogue.places import lies_in
from app.catalogue.precedence import stages
from app.catalogue.present import open_end
from app.catalogue.queries import get_object, objects_page
from app.catalogue.shares import percent, ratio
from app.catalogue.versions import Asked
from app.changes.drafted import Drafted
from app.changes.item_params import Drafting
from app.db import Record
from app.lists.drafting import draft_whole, read_whole, refuse
from app.lists.matters import queries, rules
from app.lists.matters.rules import Material, Member, Merged, Taken
from app.lists.named_items import item_out, named_at
from app.pages import link

PATH = "/v1/integrated-matters"
Out = dict[str, object]


def page_of(
    connection: Connection, moment: Moment, within: str | None, page: Page
) -> tuple[list[Out], int, str | None]:
    """The matters of a page, how many there are, and the address of the next page. Raises Malformed for no division."""
    demand_division(connection, within)
    wanted = lies_in(INTEGRATED_MATTER, moment, within)
    shown = queries.heads(Asked(moment.latest))
    found = objects_page(connection, INTEGRATED_MATTER, moment, wanted, page, shown)
    following = page.following(PATH, {"within": within}, moment, found.total, found.last)
    return [_head(row, moment) for row in found.rows], found.total, following


HEAD = (
    "code", "name", "division_code", "department_code", "department_name", "document_number", "member_count", "item_count",
    *queries.ONES, "valid_from",
)  # fmt: skip


def _head(row: Record, moment: Moment) -> Out:
    return {
        **{name: row._mapping[name] for name in HEAD},
        "valid_to": open_end(row.valid_to),
        "items_url": link("/v1/items", filter=f"A_CONTAINS(integrated_matters, ('{row.code}'))", **moment.pinned),
        "url": link(f"{PATH}/{row.code}", **moment.pinned),
    }


def one(connection: Connection, moment: Moment, code: str) -> Out:
    """A matter with its members in order, what it takes before and after, and why. Raises ObjectNotFound."""
    row = get_object(connection, INTEGRATED_MATTER, moment, code, queries.whole(Asked(moment.latest)))
    items = named_at(connection, INTEGRATED_MATTER, row.version_id, moment, *queries.OF_MEMBERS)
    named: Sequence[Mapping[str, Any]] = row.members or ()
    members = [_member(entry, items.get(place)) for place, entry in enumerate(named)]
    merged = Merged(row.merged_steps, row.shared_materials, row.one_acceptance)
    return {
        **_head(row, moment),
        "note": row.note,
        "members": _members(members, items, moment),
        "merged_form": row.merged_form,
        "merged_steps": row.merged_steps,
        "shared_materials": row.shared_materials,
        "merged_materials": _materials(members, merged),
        "figures": {name: _figure(figure(members, merged), row) for name, figure in rules.FIGURES.items()},
        "critical_path": rules.critical_path(members),
        **moment.stated,
    }


def _member(entry: Mapping[str, Any], item: Record | None) -> Member:
    code, after = entry["code"], tuple(entry.get("after") or ())
    if item is None:
        return Member(code=code, name=entry.get("name"), after=after, there=False)
    return Member(
        code=code,
        name=item.name,
        after=after,
        steps=_listed(item.process_steps, lambda each: each["name"]),
        materials=_listed(item.materials, lambda each: Material(each["name"], each.get("necessity"))),
        limit=item.promised_limit,
        limit_unit=item.promised_limit_unit,
        visits=item.onsite_visits,
    )


def _listed(entries: Sequence[Mapping[str, Any]] | None, read: Any) -> list[Any] | None:
    return None if entries is None else [read(each) for each in entries]


def _members(members: Sequence[Member], items: Mapping[int, Record], moment: Moment) -> list[Out]:
    """In order of their stages; of one stage as the matter names them."""
    stage = stages({member.code: member.after for member in members})
    shown = [_member_out(member, stage[member.code], items.get(place), moment) for place, member in enumerate(members)]
    return sorted(shown, key=lambda each: int(str(each["stage"])))


def _member_out(member: Member, stage: int, item: Record | None, moment: Moment) -> Out:
    told = dict.fromkeys(TOLD) if item is None else {name: item._mapping[name] for name in TOLD}
    unit = told["promised_limit_unit"]
    return {
        "code": member.code,
        "name": member.name,
        "after": list(member.after),
        "stage": stage,
        "item": item_out(item, moment),
        **told,
        "promised_limit_unit_label": labels("limit_unit").get(str(unit)) if unit else None,
    }


TOLD = ("promised_limit", "promised_limit_unit", "onsite_visits", "material_count", "process_step_count")


def _materials(members: Sequence[Member], merged: Merged) -> list[Out]:
    needs = labels("material_need")
    return [
        {
            "name": each.name,
            "necessity": each.necessity,
            "necessity_label": needs.get(each.necessity) if each.necessity else None,
            "needed_by": each.needed_by,
        }
        for each in rules.merged_materials(members, merged)
    ]


def _figure(taken: Taken, matter: Record) -> Out:
    unknown = [_lacking(each.member or matter, each.reason) for each in taken.unknown]
    return {"before": taken.before, "after": taken.after, "reduction": _reduction(taken.reduction), "unknown": unknown}


def _lacking(one: Member | Record, reason: str) -> Out:
    return {"code": one.code, "name": one.name, "reason": reason}


def _reduction(reduction: Fraction | None) -> Out | None:
    if reduction is None:
        return None
    top, bottom = reduction.numerator, reduction.denominator
    return {"exact": f"{top}/{bottom}", "value": ratio(top, bottom), "percent": percent(top, bottom)}


def draft(connection: Connection, body: Mapping[str, object], wish: Drafting, *, by: Caller, now: datetime) -> Drafted:
    """A new matter. Raises MalformedContent with all that is wrong at once, or what drafting raises."""
    content, faults = read_whole(INTEGRATED_MATTER, body)
    refuse(faults)
    return draft_whole(connection, INTEGRATED_MATTER, content, wish, by=by, now=now)
