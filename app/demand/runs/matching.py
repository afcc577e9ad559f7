"""Matching one text for whoever asks: what may meet it, how sure that is, and with what it was found."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalogue.divisions import NATION, demand_division
from app.catalogue.moments import Moment, resolve
from app.demand.matching.matcher import MATCHER_VERSION
from app.demand.matching.text import NotADemand, read_demand, text_hash
from app.demand.runs import judged
from app.demand.runs.entries import Scope, items_of
from app.demand.runs.finding import find
from app.demand.runs.hits import Shown, found_out, items_in
from app.demand.runs.matchers import Matchers
from app.demand.runs.methods import Method, method_now
from app.demand.runs.rules import WHY_NOT_SEMANTIC, NothingToMatch
from app.errors import Malformed, Message, fault


@dataclass(frozen=True, slots=True)
class Question:
    """A text, and the lists that it is looked for in."""

    text: str
    within: str | None
    as_of: str | None
    known_at: str | None
    limit: int
    semantic: bool | None


def answer(
    matchers: Matchers, asked: Question, now: datetime, *, english: bool, with_judgements: bool
) -> dict[str, Any]:
    """Raises NotADemand, NothingToMatch, TooManyItems, IndexBuilding, or Malformed for a date or a division that isn't."""
    demand_text(asked.text)
    with matchers.database.read() as connection:
        moment = moment_of(connection, asked.within, asked.as_of, asked.known_at, now)
        method = method_now(connection, matchers.settings, semantic=asked.semantic)
    scope = Scope.of(moment, asked.within or NATION)
    matcher = matchers.get(scope, method)
    found = find(matcher, asked.text, asked.limit)
    with matchers.database.read() as connection:
        shown = Shown(scope, items_of(connection, scope, items_in([found.hits])))
        said = judged.about_text(connection, text_hash(asked.text), now) if with_judgements else None
    return {
        "text": asked.text,
        **found_out(found.values, shown, asked.text, english=english),
        **({} if said is None else {"judgements": said}),
        **method_out(method, english=english),
        "within": scope.within,
        **moment.stated,
    }


def demand_text(text: str) -> None:
    """Raises NotADemand, which points at the text."""
    try:
        read_demand(text)
    except NotADemand as wrong:
        told = fault(*wrong.detail, pointer="/text", value=text[:60] or None, rule=NotADemand.slug)
        raise NotADemand(wrong.detail, faults=[told]) from None


def moment_of(
    connection: Connection, within: str | None, as_of: str | None, known_at: str | None, now: datetime
) -> Moment:
    """Raises NothingToMatch where the catalogue knows nothing of the day, Malformed for what is no date or no division."""
    try:
        demand_division(connection, within)
        moment = resolve(connection, now, as_of, known_at)
    except Malformed as error:
        error.faults = tuple(replace(each, pointer=f"/{each.parameter}", parameter=None) for each in error.faults)
        raise
    if moment.note is not None:
        en = f"The catalogue knows nothing of {moment.as_of} at revision {moment.revision}."
        raise NothingToMatch(Message(f"无从比对：{moment.note}", en))
    return moment


def method_out(method: Method, *, english: bool) -> dict[str, Any]:
    why = WHY_NOT_SEMANTIC[method.semantic]
    return {
        "matcher_version": MATCHER_VERSION,
        "weights": method.known.checksum,
        "weights_origin": method.known.origin,
        "thesaurus": method.thesaurus.checksum,
        "semantic": method.semantic == "used",
        "semantic_model": method.model,
        "semantic_note": None if why is None else why.said(english=english),
    }
