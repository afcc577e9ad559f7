"""Statements about the demands that a run takes, runs, and what they found."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select

from app.db import Record, Statement
from app.demand.runs.entries import Scope
from app.demand.runs.judged import judged_texts
from app.demand.runs.models import match_result, matcher_weights, matching_run
from app.demand.runs.outcomes import outcomes, view_of
from app.demand.runs.result_params import WantedResults
from app.demand.runs.rules import RunUnfinished, unknown_run
from app.demand.surveys.models import demand
from app.errors import Message
from app.jobs.models import job
from app.jobs.rules import STATUS_NAMES

# As the run read it, unless a person has split it since.
LOOKS_LIKE_SEVERAL: Final = and_(match_result.c.remarks["parts"].as_string() != "[]", demand.c.is_split.is_(False))


def leaves(survey: int) -> Statement:
    """The demands of a survey that count: one that was split is its parts."""
    shown = (demand.c.id, demand.c.number, demand.c.text, demand.c.text_hash, demand.c.weight)
    counted = select(*shown).where(demand.c.survey_id == survey, demand.c.is_split.is_(False))
    return counted.order_by(demand.c.number)


def _runs() -> Statement:
    of_job = (job.c.status, job.c.done, job.c.total)
    weights = (matcher_weights.c.checksum.label("weights"), matcher_weights.c.origin.label("weights_origin"))
    joined = matching_run.join(matcher_weights).outerjoin(job, job.c.id == matching_run.c.job_id)
    return select(*matching_run.c, *of_job, *weights).select_from(joined)


def get_run(connection: Connection, survey: int, number: int) -> Record:
    """With how far its job is and the checksum of its weights. Raises RunNotFound."""
    mine = _runs().where(matching_run.c.id == number, matching_run.c.survey_id == survey)
    row = connection.execute(mine).one_or_none()
    if row is None:
        raise unknown_run(number, survey)
    return row


def ended_run(connection: Connection, survey: int, number: int) -> Record:
    """Raises RunNotFound, or RunUnfinished where it found nothing yet or never will."""
    row = get_run(connection, survey, number)
    if row.ended_at is None:
        zh, en = STATUS_NAMES[row.status]
        raise RunUnfinished(
            Message(
                f"第 {number} 次比对的任务（第 {row.job_id} 号）{zh}，没有结果可看。",
                f"The job of run {number} ({row.job_id}) is {en}; there are no results.",
            ),
            job_url=f"/v1/jobs/{row.job_id}",
        )
    return row


def scope_of(run: Record) -> Scope:
    return Scope(run.within, run.as_of, run.revision)


def runs_page(connection: Connection, survey: int, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 runs after a number, and how many there are."""
    mine = matching_run.c.survey_id == survey
    page = _runs().where(mine, matching_run.c.id > after).order_by(matching_run.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(matching_run).where(mine)).scalar_one()
    return connection.execute(page).all(), total


def results_page(
    connection: Connection, run: Record, wanted: WantedResults, now: datetime
) -> tuple[Sequence[Record], int]:
    """One result more than wanted, each with the outcome that counts now, and how many there are."""
    moment = scope_of(run).moment(connection)
    counted = outcomes(view_of(connection, run, moment, now)).subquery("counted")
    conditions = [match_result.c.run_id == run.id, *_conditions(run, wanted, counted)]
    joined = match_result.join(demand).join(counted, counted.c.demand_id == match_result.c.demand_id)
    effect = (counted.c.outcome, counted.c.decided_by, counted.c.reason, counted.c.item_id.label("met_by"))
    of_demand = (demand.c.number, demand.c.text, demand.c.text_hash, demand.c.weight, demand.c.question)
    of_run = (match_result.c.zone, match_result.c.probability, match_result.c.hits, match_result.c.remarks)
    page = select(*of_demand, *of_run, *effect).select_from(joined).where(*conditions, demand.c.number > wanted.after)
    total = connection.execute(select(func.count()).select_from(joined).where(*conditions)).scalar_one()
    return connection.execute(page.order_by(demand.c.number).limit(wanted.limit + 1)).all(), total


def _conditions(run: Record, wanted: WantedResults, counted: FromClause) -> Iterable[ColumnElement[bool]]:
    if wanted.zone:
        yield match_result.c.zone.in_(wanted.zone)
    if wanted.outcome:
        yield counted.c.outcome.in_(wanted.outcome)
    if wanted.question is not None:
        yield demand.c.question == wanted.question
    if wanted.decided_by is not None:
        yield counted.c.decided_by == wanted.decided_by
    if wanted.several is not None:
        yield LOOKS_LIKE_SEVERAL if wanted.several else ~LOOKS_LIKE_SEVERAL
    if wanted.judged is not None:
        about = judged_texts(run.within)
        yield about if wanted.judged else ~about


def outcome_counts(connection: Connection, run: Record, now: datetime) -> dict[str, tuple[int, int]]:
    """By the outcome that counts now: demands, and the enterprises behind them."""
    counted = outcomes(view_of(connection, run, scope_of(run).moment(connection), now)).subquery("counted")
    sums = (counted.c.outcome, func.count(), func.sum(demand.c.weight))
    joined = counted.join(demand, demand.c.id == counted.c.demand_id)
    rows = connection.execute(select(*sums).select_from(joined).group_by(counted.c.outcome))
    return {outcome: (count, int(weight)) for outcome, count, weight in rows}


def results_of(run: int) -> Statement:
    """What a run found of each demand, in the order of their numbers."""
    shown = (demand.c.id, demand.c.number, demand.c.text, demand.c.is_redacted)
    found = (match_result.c.zone, match_result.c.probability, match_result.c.item_id, match_result.c.hits)
    joined = match_result.join(demand)
    return select(*shown, *found).select_from(joined).where(match_result.c.run_id == run).order_by(demand.c.number)


def is_same(one: ColumnElement[int | None], other: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Equal, or both none."""
    return func.coalesce(one, 0) == func.coalesce(other, 0)
