"""Evaluating what is due: each rule at each revision that came since, and once more when the day has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from app.catalogue.moments import Moment, in_shanghai, latest_revision, resolve, revision
from app.errors import AppError, Message
from app.jobs.service import demand_going
from app.jobs.work import Work
from app.logs import log
from app.metrics.alerts.evaluating import Reading, Turn, readings, turn
from app.metrics.alerts.figures import former_figure, kept_figure
from app.metrics.alerts.findings import (
    NO_GROUP,
    Ending,
    Found,
    Occasion,
    close_findings,
    open_findings,
    standing,
    trouble,
)
from app.metrics.alerts.held import Rule, get_rule
from app.metrics.alerts.models import alert_rule, alert_state
from app.metrics.alerts.rules import Seen
from app.schema import internal

MOST_STEPS = 200  # Of one job: imports and previews get their turn in between, and the next job goes on.
NEWEST = func.coalesce(select(func.max(revision.c.number)).scalar_subquery(), 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One evaluation: at a revision, about a day."""

    revision: int
    day: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an evaluation found, or why it could not be made."""

    moment: Moment
    before: Mapping[str, Seen]
    found: Sequence[Reading] = ()
    broken: Message | None = None


def is_behind(today: date) -> ColumnElement[bool]:
    """Whether a rule has not been evaluated at the newest revision, or not today."""
    held = alert_rule.c
    behind = or_(held.evaluated_in.is_(None), held.evaluated_in < NEWEST, held.evaluated_on < today)
    return and_(held.is_on, behind)


def evaluate_due(work: Work) -> int:
    """How many evaluations that were. A rule that can't be evaluated says so, and hinders no other."""
    today, done = work.clock.now().date(), 0
    with work.database.read() as connection:
        behind = select(alert_rule.c.id).where(is_behind(today)).order_by(alert_rule.c.id)
        numbers = connection.execute(behind).scalars().all()
    for number in numbers:
        while done < MOST_STEPS and evaluate_next(work, number):
            done += 1
            work.progress(done)
    return done


def evaluate_next(work: Work, number: int) -> bool:
    """The next evaluation of a rule, kept at once; whether there was one. What another process did is not done again."""
    now = work.clock.now()
    with work.database.read() as connection:
        rule = get_rule(connection, number)
        step = next_step(connection, rule, now.date())
        if step is None:
            return False
        verdict = judge(connection, rule, step, now)
    with work.database.write() as connection:
        demand_going(connection, work.taken)
        if not _advance(connection, rule, step):
            return False
        _keep(connection, rule, verdict, Occasion(step.revision, step.day, now))
    return True


def next_step(connection: Connection, rule: Rule, today: date) -> Step | None:
    """A rule that is new begins with now. Each revision is evaluated about the day on which it was published."""
    if not rule.is_on:
        return None
    if rule.evaluated_in is None or rule.evaluated_on is None:
        return Step(latest_revision(connection), today)
    later = select(revision.c.number, revision.c.published_at).where(revision.c.number > rule.evaluated_in)
    row = connection.execute(later.order_by(revision.c.number).limit(1)).one_or_none()
    if row is not None:
        return Step(row.number, max(rule.evaluated_on, min(in_shanghai(row.published_at).date(), today)))
    return Step(rule.evaluated_in, today) if rule.evaluated_on < today else None


def judge(connection: Connection, rule: Rule, step: Step, now: datetime) -> Verdict:
    """Whatever is wrong with one rule is said of it, and only of it."""
    moment = resolve(connection, now, step.day.isoformat(), str(step.revision))
    before = states(connection, rule)
    try:
        return Verdict(moment, before, readings(connection, rule.watched, moment, before.values()))
    except AppError as error:
        return Verdict(moment, before, broken=error.detail)
    except OperationalError:
        raise  # The database is away: nothing is wrong with the rule.
    except Exception as error:  # noqa: BLE001 - the others are evaluated all the same
        log.error("alert rule could not be evaluated", rule=rule.id, exc_info=error)
        return Verdict(moment, before, broken=internal().detail)


def states(connection: Connection, rule: Rule) -> dict[str, Seen]:
    """What is last known of each group, as far as anything is."""
    kept = alert_state.c
    known = select(alert_state).where(kept.rule_id == rule.id, kept.seen_in.is_not(None))
    rows = connection.execute(known)
    return {row.group_key: Seen(*(row._mapping[name] for name in KNOWN)) for row in rows}


def _advance(connection: Connection, rule: Rule, step: Step) -> bool:
    """Whether the rule still stands where it was read: if not, somebody evaluated or changed it meanwhile."""
    held = alert_rule.c
    same = (
        held.id == rule.id,
        held.version == rule.version,
        held.evaluated_in.is_not_distinct_from(rule.evaluated_in),
        held.evaluated_on.is_not_distinct_from(rule.evaluated_on),
    )
    moved = update(alert_rule).where(*same).values(evaluated_in=step.revision, evaluated_on=step.day)
    return connection.execute(moved.returning(held.id)).scalar() is not None


def _keep(connection: Connection, rule: Rule, verdict: Verdict, when: Occasion) -> None:
    _note_broken(connection, rule, verdict.broken, when)
    if verdict.broken is not None:
        return
    turned = turn(verdict.found, rule.watched, verdict.before, standing(connection, rule, "figure"))
    _remember(connection, rule, verdict)
    _note_turn(connection, rule, turned, verdict, when)


def _note_broken(connection: Connection, rule: Rule, broken: Message | None, when: Occasion) -> None:
    """Told once, however long it lasts."""
    if broken != rule.broken:
        said = None if broken is None else broken._asdict()
        connection.execute(update(alert_rule).where(alert_rule.c.id == rule.id).values(broken=said))
    if broken is not None:
        open_findings(connection, rule, "broken", [trouble(broken, when)], when)
    elif rule.broken is not None:
        close_findings(connection, rule, "broken", {NO_GROUP: Ending("recovered")}, when)


def _note_turn(connection: Connection, rule: Rule, turned: Turn, verdict: Verdict, when: Occasion) -> None:
    opened = [Found(_opened(rule, each, verdict), each.kept_key, _group(each)) for each in turned.opened]
    open_findings(connection, rule, "figure", opened, when)
    recovered = {each.kept_key: Ending("recovered", _closed(rule, each, verdict)) for each in turned.recovered}
    gone = {key: Ending("no_items") for key in turned.gone}
    close_findings(connection, rule, "figure", {**recovered, **gone}, when)


def _figure(rule: Rule, reading: Reading, verdict: Verdict) -> dict[str, object]:
    return kept_figure(reading, rule.watched, verdict.moment, verdict.before.get(reading.kept_key))


def _opened(rule: Rule, reading: Reading, verdict: Verdict) -> dict[str, object]:
    """With what was last known before."""
    before = verdict.before.get(reading.kept_key)
    previous = None if before is None else former_figure(before, rule.watched, reading.key)
    return {**_figure(rule, reading, verdict), "previous": previous}


def _closed(rule: Rule, reading: Reading, verdict: Verdict) -> dict[str, object]:
    """The condition holds no longer: there is nothing that could be certain of it."""
    return {**_figure(rule, reading, verdict), "certain": None}


def _group(reading: Reading) -> Mapping[str, object]:
    group = reading.row["group"]
    return dict(group) if isinstance(group, Mapping) else {}


def _remember(connection: Connection, rule: Rule, verdict: Verdict) -> None:
    """The last known figure of each group that there is; where it has none now, since when."""
    mine = alert_state.c.rule_id == rule.id
    asked = select(alert_state.c.group_key, alert_state.c.unknown_in).where(mine)
    unknown = dict(connection.execute(asked).all())
    connection.execute(delete(alert_state).where(mine))
    rows = [
        {"rule_id": rule.id, "group_key": each.kept_key, **_state(each, verdict, unknown.get(each.kept_key))}
        for each in verdict.found
    ]
    if rows:
        connection.execute(insert(alert_state), rows)


def _state(reading: Reading, verdict: Verdict, unknown_in: int | None) -> dict[str, object]:
    known = reading.seen or verdict.before.get(reading.kept_key)
    since = None if reading.seen is not None else unknown_in or verdict.moment.revision
    if known is None:
        return {**dict.fromkeys(KNOWN), "unknown_in": since}
    values = (known.revision, known.day, known.definition_version, known.numerator, known.denominator)
    return {**dict(zip(KNOWN, values, strict=True)), "unknown_in": since}


KNOWN = ("seen_in", "seen_on", "definition_version", "numerator", "denominator")
