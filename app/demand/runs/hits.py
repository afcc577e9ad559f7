"""Hits as a run keeps them, and as answers show them: kept, they quote neither the demand nor the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.catalogue.addresses import item_address
from app.db import Record
from app.demand.matching.matcher import Hit, Match, Matcher
from app.demand.runs.entries import Scope
from app.demand.runs.hints import hint_out, kept_hint
from app.demand.runs.rules import ZONES

Kept: TypeAlias = Mapping[str, Any]


def kept_hits(match: Match, matcher: Matcher) -> list[Kept]:
    """In order, with where in both texts they agree; which alias it was by its place among those of the item."""
    wanted = {hit.item for hit in match.hits}
    aliases = {entry.id: entry.aliases for entry in matcher.index.entries if entry.id in wanted}
    return [_kept(hit, aliases[hit.item]) for hit in match.hits]


def _kept(hit: Hit, aliases: Sequence[str]) -> Kept:
    why = hit.reasons
    alias = next((place for place, alias in enumerate(aliases) if alias == why.text), None)
    listed = {name: [_members(each) for each in getattr(why, name)] for name in ("shared", "thesaurus")}
    reasons = {**_members(why), **listed, "alias": alias if why.part == "alias" else None}
    return {"item": hit.item, "score": hit.score, "reasons": reasons}


def _members(of: Any) -> dict[str, Any]:
    """Of a dataclass, without what quotes a text."""
    return {name: getattr(of, name) for name in of.__slots__ if name != "text"}


def kept_remarks(match: Match) -> dict[str, Any]:
    """What is offered beside the hits: needs to be asked for singly, and what the thesaurus says of its words."""
    hint = None if match.elsewhere is None else kept_hint(match.elsewhere)
    return {"parts": list(match.parts), "elsewhere": hint, "unmatched": None}


@dataclass(frozen=True, slots=True)
class Shown:
    """How hits of a scope are shown: by the items as they were on its day, known at its revision."""

    scope: Scope
    items: Mapping[int, Record]

    def hits(self, hits: Sequence[Kept], demand: str | None) -> list[dict[str, Any]]:
        return [self._hit(rank, hit, demand) for rank, hit in enumerate(hits, 1)]

    def _hit(self, rank: int, hit: Kept, demand: str | None) -> dict[str, Any]:
        reasons = hit["reasons"] and _said(hit["reasons"], self.items[hit["item"]], demand)
        return {"rank": rank, **self.item(hit["item"]), "score": hit["score"], "reasons": reasons or None}

    def named(self, number: int) -> dict[str, Any]:
        row = self.items[number]
        return {"code": row.code, "name": row.name, "division_code": row.division_code}

    def item(self, number: int) -> dict[str, Any]:
        row = self.items[number]
        dates = f"?as_of={self.scope.as_of}&known_at={self.scope.revision}"
        return {
            **self.named(number),
            "department_code": row.department_code,
            "department_name": row.department_name,
            "is_online": row.is_online,
            "url": item_address(row.code, row.division_code, dates),
        }


def found_out(found: Mapping[str, Any], shown: Shown, demand: str | None, *, english: bool) -> dict[str, Any]:
    """What was found of a demand; `found` has the columns of `match_result`."""
    label, meaning = ZONES[found["zone"]]
    why = found["remarks"]["unmatched"]
    return {
        "zone": found["zone"],
        "zone_label": label.said(english=english),
        "zone_meaning": meaning.said(english=english),
        "probability": found["probability"],
        "hits": shown.hits(found["hits"], demand),
        "parts": found["remarks"]["parts"],
        "elsewhere": hint_out(found["remarks"]["elsewhere"], english=english),
        "why_not_matched": why and why["en" if english else "zh"],
    }


def items_in(many: Sequence[Sequence[Kept]]) -> set[int]:
    return {hit["item"] for hits in many for hit in hits}


def _said(reasons: Kept, item: Record, demand: str | None) -> dict[str, Any]:
    """The reasons with the words they point at; of a demand that was redacted none are left."""
    named = {"name": item.name, "main_item": item.main_item_name, "alias": _alias(item, reasons["alias"])}
    shared = [{"text": _pieces(demand, each["demand"]), **each} for each in reasons["shared"]]
    shown = {name: value for name, value in reasons.items() if name != "alias"}
    return {**shown, "text": named[reasons["part"]], "shared": shared}


def _alias(item: Record, place: int | None) -> str | None:
    return None if place is None or place >= len(item.aliases or ()) else item.aliases[place]


def _pieces(demand: str | None, places: Sequence[Sequence[int]]) -> str | None:
    """What stands at the first of the places."""
    return None if demand is None or not places else demand[places[0][0] : places[0][1]]
