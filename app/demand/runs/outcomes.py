"""What became of each demand of a run: what was found, what people judged of its words, and the item as it is on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import product
from typing import Any, Final, Literal, TypeAlias, get_args

from sqlalchemy import ColumnElement, Connection, FromClause, Subquery, Text, and_, case, cast, func, not_, or_, select

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.properties import within_division
from app.catalogue.versions import Asked, versions
from app.db import Record, Statement
from app.demand.runs.models import match_result
from app.demand.runs.rules import TEXTS
from app.demand.runs.standing import items_named, rejections, unmets
from app.demand.surveys.models import demand

Outcome = Literal["met_online", "met_at_counter", "met_online_unknown", "unmet", "review"]
Decider = Literal["judgement", "run"]
Reason = Literal["rejected", "not-in-list-that-day", "list-not-searched", "item-not-judged"]
# Of an item on a day: in use and handled online, only at the counter, without saying so; or not in use there.
State = Literal["online", "counter", "unknown", "absent"]
# That no item meets it: of the very lists that are looked at, of others that had the first hit of the run, or hadn't it.
JudgedUnmet = Literal["unmet-here", "unmet", "unmet-unaware"]
Judged: TypeAlias = State | Literal["none"] | JudgedUnmet
Found: TypeAlias = State | Literal["review", "unmet", "rejected"]

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
MET: Final[Mapping[str, Outcome]] = {
    "online": "met_online",
    "counter": "met_at_counter",
    "unknown": "met_online_unknown",
}
STATES: Final[tuple[State, ...]] = get_args(State)
UNMET: Final[tuple[JudgedUnmet, ...]] = get_args(JudgedUnmet)
JUDGED: Final[tuple[Judged, ...]] = ("none", *UNMET, *STATES)
FOUND: Final[tuple[Found, ...]] = ("review", "unmet", "rejected", *STATES)
GONE: Final[Mapping[Found, Reason]] = {"rejected": "rejected", "absent": "not-in-list-that-day"}
"""Why a first hit can't meet the demand any more."""
IN_USE: Final = "1"


@dataclass(frozen=True, slots=True)
class Effect:
    """What counts of a demand, who decided it, and why it is to be reviewed where the run didn't say so itself."""

    outcome: Outcome
    decided_by: Decider = "run"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A run seen at a moment, with the judgements made until an instant.

    `is_own_moment`: it is the day and the revision that the run was made for. `is_all_searched`: the run saw all items that
    are in use at the moment, so that what it found unmet is unmet then too.
    """

    run: Record
    moment: Moment
    judged_until: datetime
    is_own_moment: bool
    is_all_searched: bool


def effect(judged: Judged, found: Found, *, is_own_moment: bool, is_all_searched: bool) -> Effect:
    """A judgement goes before the run, unless its item isn't in the list that the run was made for.

    At another moment nobody looked for another item: that is to be reviewed, and so is what was looked for in other lists.
    """
    if judged in UNMET:
        return _effect_of_unmet(judged, found, is_all_searched=is_all_searched)
    if judged in MET:
        return Effect(MET[judged], "judgement")
    if judged == "absent" and not is_own_moment:
        return Effect("review", "judgement", GONE[judged])
    return _effect_of_run(found, is_all_searched=is_all_searched)


def _effect_of_unmet(judged: JudgedUnmet, found: Found, *, is_all_searched: bool) -> Effect:
    """It holds as far as somebody looked: of items that neither the judge nor the run saw nobody knows, and one that the run
    found and the judge couldn't see has to be judged.
    """
    if judged == "unmet-here":
        return Effect("unmet", "judgement")
    if not is_all_searched:
        return Effect("review", "judgement", "list-not-searched")
    if judged == "unmet" or found in ("unmet", "rejected"):
        return Effect("unmet", "judgement")
    return Effect("review", "judgement", GONE.get(found, "item-not-judged"))


def _effect_of_run(found: Found, *, is_all_searched: bool) -> Effect:
    if found == "absent":
        return Effect("review", reason=GONE[found])
    if found == "rejected":
        return Effect("review", "judgement", GONE[found])
    if found == "unmet":
        return Effect("unmet") if is_all_searched else Effect("review", reason="list-not-searched")
    return Effect(MET.get(found, "review"))


def view_of(connection: Connection, run: Record, moment: Moment, judged_until: datetime) -> View:
    """`run` is a row of `matching_run`."""
    is_own = (moment.as_of, moment.revision) == (run.as_of, run.revision)
    is_all_searched = is_own or (moment.note is None and not _is_more_in_use(connection, run, moment))
    return View(run, moment, judged_until, is_own, is_all_searched)


def _is_more_in_use(connection: Connection, run: Record, moment: Moment) -> bool:
    """Whether any item is in use at the moment that was not when the run was made, or was called something else."""
    read, now = _read_by(run, moment), _words(run.within, moment).subquery("now")
    new = select(now.c.id).outerjoin(read, and_(read.c.id == now.c.id, _is_called_alike(read, now)))
    return connection.execute(new.where(read.c.id.is_(None)).limit(1)).first() is not None


def _read_by(run: Record, moment: Moment) -> Subquery:
    """The items in the lists that a run was made for, with the words that it read."""
    return _words(run.within, Moment(run.as_of, None, run.revision, moment.newest)).subquery("read_by_run")


def _words(within: str, moment: Moment) -> Statement:
    item = ITEM.table.c
    return in_use(within, moment, [item.id, *(item[name] for name in TEXTS)])


def _is_called_alike(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether all that the matcher reads is the same."""
    return and_(*(cast(one.c[name], Text).is_not_distinct_from(cast(other.c[name], Text)) for name in TEXTS))


def outcomes(view: View) -> Statement:
    """A row for each demand of the run: `demand_id, outcome, decided_by, reason`; `item_id` that meets it, else null;
    `judgement_id` that decided, else null; `zone`, `probability` and `found_item` (its first hit) as the run has them.
    """
    facts = _facts(view).cte("facts").prefix_with("MATERIALIZED")  # Else each case of the rule works them out again.
    said = select(facts, *_by_rule(view, facts.c.judged + "/" + facts.c.found)).subquery("said").c
    is_judged, is_met = said.decided_by == "judgement", said.outcome.in_(MET.values())
    item = case((and_(is_met, is_judged), said.judged_item), (is_met, said.found_item))
    by = case((said.reason == "rejected", said.rejection_id), (is_judged, said.judgement_id))
    decided = (said.outcome, said.decided_by, said.reason, item.label("item_id"), by.label("judgement_id"))
    return select(said.demand_id, *decided, said.zone, said.probability, said.found_item)


def _by_rule(view: View, facts: ColumnElement[str]) -> list[ColumnElement[str]]:
    """The parts of an effect. The rule as SQL has as many cases as there are facts to decide by."""
    own, searched = view.is_own_moment, view.is_all_searched
    effects = {
        f"{judged}/{found}": effect(judged, found, is_own_moment=own, is_all_searched=searched)
        for judged, found in product(JUDGED, FOUND)
    }

    def part(name: str) -> ColumnElement[str]:
        by_value: dict[str, list[str]] = {}
        for key, each in effects.items():
            by_value.setdefault(getattr(each, name), []).append(key)
        return case(*((facts.in_(keys), value) for value, keys in by_value.items() if value)).label(name)

    return [part(each.name) for each in fields(Effect)]


def _facts(view: View) -> Statement:
    """What the rule decides by, in its words."""
    asked = view.run.within, view.judged_until
    named, unmet, rejected = (each(*asked).subquery(each.__name__) for each in (items_named, unmets, rejections))
    of_named, of_found = (states(view.run.within, view.moment).subquery(name) for name in ("of_named", "of_found"))
    read, result, words = _read_by(view.run, view.moment), match_result.c, demand.c.text_hash
    stands = and_(named.c.judgement_id.is_not(None), _is_not_refused(view.run.within, named, unmet))
    is_named = or_(and_(stands, of_named.c.state.is_not(None)), unmet.c.judgement_id.is_(None))
    judged = case(
        (and_(is_named, named.c.judgement_id.is_not(None)), func.coalesce(of_named.c.state, "absent")),
        (unmet.c.judgement_id.is_(None), "none"),
        else_=_of_unmet(view, unmet, read),
    )
    found = case(
        (result.zone == "unmet", result.zone),
        (rejected.c.judgement_id.is_not(None), "rejected"),
        (result.zone != "matched", result.zone),
        else_=func.coalesce(of_found.c.state, "absent"),
    )
    items = (result.item_id.label("found_item"), named.c.item_id.label("judged_item"))
    settled = case((is_named, named.c.judgement_id), else_=unmet.c.judgement_id).label("judgement_id")
    shown = (result.demand_id, result.zone, result.probability, *items, settled)
    joined = (
        match_result.join(demand, demand.c.id == result.demand_id)
        .outerjoin(named, named.c.text_hash == words)
        .outerjoin(unmet, unmet.c.text_hash == words)
        .outerjoin(rejected, and_(rejected.c.text_hash == words, rejected.c.item_id == result.item_id))
        .outerjoin(of_named, of_named.c.id == named.c.item_id)
        .outerjoin(of_found, of_found.c.id == result.item_id)
        .outerjoin(read, read.c.id == result.item_id)
    )
    facts = (rejected.c.judgement_id.label("rejection_id"), judged.label("judged"), found.label("found"))
    return select(*shown, *facts).select_from(joined).where(result.run_id == view.run.id)


def _is_not_refused(within: str, named: FromClause, unmet: FromClause) -> ColumnElement[bool]:
    """Whether nobody said later, of lists that had the item, that none meets the words."""
    later = and_(unmet.c.judgement_id.is_not(None), unmet.c.judgement_id > named.c.judgement_id)
    return or_(not_(later), not_(_in_judged_lists(within, unmet, ITEM.table.c.id == named.c.item_id)))


def _of_unmet(view: View, unmet: FromClause, read: FromClause) -> ColumnElement[str]:
    """Which lists it was judged about: surely those of the run had its first hit, by the words that the run read."""
    run, moment = view.run, view.moment
    here = and_(unmet.c.as_of == moment.as_of, unmet.c.revision == moment.revision)
    own = and_(unmet.c.as_of == run.as_of, unmet.c.revision == run.revision)
    item = and_(ITEM.table.c.id == match_result.c.item_id, _is_called_alike(ITEM.table, read))
    aware = or_(match_result.c.item_id.is_(None), own, _in_judged_lists(run.within, unmet, item))
    return case((here, "unmet-here"), (aware, "unmet"), else_="unmet-unaware")


def _in_judged_lists(within: str, settled: FromClause, item: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such an item was in use in the lists that a standing judgement was made about."""
    then = Asked(latest=False, as_of=settled.c.as_of, revision=settled.c.revision)
    return in_use(within, then, [ITEM.table.c.id]).where(item).exists()


def states(within: str, moment: Moment) -> Statement:
    """The items (`id`) that are in use at a moment in the lists of a division and below, and their `state`."""
    item = ITEM.table.c
    state = case((item.is_online.is_(True), "online"), (item.is_online.is_(False), "counter"), else_="unknown")
    return in_use(within, moment, (item.id, state.label("state")))


def in_use(within: str, moment: Moment | Asked, shown: Iterable[ColumnElement[Any]]) -> Statement:
    """What may meet a demand: a suspended item can't, nor one of another division."""
    return versions(ITEM, moment, shown).where(ITEM.table.c.status == IN_USE, within_division(within))
