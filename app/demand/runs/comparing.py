"""Where two runs of a survey differ: demands whose zone or first item is another, and in what the runs were made otherwise."""

from typing import Any

from sqlalchemy import Connection, FromClause, and_, case, func, or_, select

from app.db import Record
from app.demand.runs.entries import items_of
from app.demand.runs.hits import Shown
from app.demand.runs.models import match_result
from app.demand.runs.present import run_url
from app.demand.runs.queries import is_same, scope_of
from app.demand.surveys.models import demand
from app.pages import link

PARAMETERS = ("within", "as_of", "revision", "weights", "thesaurus", "semantic_model", "matcher_version")
this, other = match_result.alias("this"), match_result.alias("other")

is_only_this, is_only_other = other.c.demand_id.is_(None), this.c.demand_id.is_(None)
zone_differs = this.c.zone != other.c.zone
item_differs = and_(this.c.zone == other.c.zone, ~is_same(this.c.item_id, other.c.item_id))
differs = or_(is_only_this, is_only_other, zone_differs, item_differs)


def compare(connection: Connection, run: Record, with_: Record, after: int, limit: int) -> dict[str, Any]:
    """The differing demands after a number, and how many there are of each kind. Three statements and the items."""
    both = _both(run, with_)
    found = and_(demand.c.survey_id == run.survey_id, or_(~is_only_this, ~is_only_other))
    kinds = {
        "same": ~differs,
        "zone_differs": zone_differs,
        "item_differs": item_differs,
        "only_this": is_only_this,
        "only_other": is_only_other,
    }
    sums = [func.coalesce(func.sum(case((each, 1), else_=0)), 0).label(name) for name, each in kinds.items()]
    counts = dict(connection.execute(select(*sums).select_from(both).where(found)).one()._mapping)
    of_both = [
        each.c[name].label(f"{side}_{name}") for side, each in SIDES for name in ("zone", "probability", "item_id")
    ]
    page = select(demand.c.number, demand.c.text, demand.c.weight, *of_both).select_from(both).where(found, differs)
    rows = connection.execute(page.where(demand.c.number > after).order_by(demand.c.number).limit(limit + 1)).all()
    more = {"with": with_.id, "after": rows[limit - 1].number, "limit": limit} if len(rows) > limit else None
    return {
        "this": run.id,
        "other": with_.id,
        "differs_in": differs_in(run, with_),
        **counts,
        "items": _shown(connection, run, with_, list(rows[:limit])),
        "total": sum(counts.values()) - counts["same"],
        "next": link(f"{run_url(run.survey_id, run.id)}/compare", **more) if more else None,
    }


SIDES = (("this", this), ("other", other))


def _both(run: Record, with_: Record) -> FromClause:
    mine = and_(this.c.demand_id == demand.c.id, this.c.run_id == run.id)
    theirs = and_(other.c.demand_id == demand.c.id, other.c.run_id == with_.id)
    return demand.outerjoin(this, mine).outerjoin(other, theirs)


def differs_in(run: Record, with_: Record) -> list[dict[str, Any]]:
    """Why they may differ."""
    sides = [
        {**{name: each._mapping[name] for name in PARAMETERS}, "limit": each.parameters["limit"]}
        for each in (run, with_)
    ]
    one, another = ({**side, "as_of": side["as_of"].isoformat()} for side in sides)
    return [{"what": name, "this": one[name], "other": another[name]} for name in one if one[name] != another[name]]


def _shown(connection: Connection, run: Record, with_: Record, rows: list[Record]) -> list[dict[str, Any]]:
    """Each item as it was for the run that found it."""
    named = {}
    for (side, _), each in zip(SIDES, (run, with_), strict=True):
        scope, column = scope_of(each), f"{side}_item_id"
        ids = {row._mapping[column] for row in rows if row._mapping[column]}
        named[side] = Shown(scope, items_of(connection, scope, ids))
    return [
        {"demand": row.number, "text": row.text, "weight": row.weight}
        | {side: said(row._mapping, shown, f"{side}_") for side, shown in named.items()}
        for row in rows
    ]


def said(found: Any, shown: Shown, prefix: str = "") -> dict[str, Any] | None:
    """Zone, probability and first item; None where a run didn't have the demand."""
    zone, probability, item = (found[f"{prefix}{name}"] for name in ("zone", "probability", "item_id"))
    if zone is None:
        return None
    return {"zone": zone, "probability": probability, "item": None if item is None else shown.named(item)}
