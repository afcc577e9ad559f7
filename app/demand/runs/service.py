"""Asking for a run: all that decides what it finds is settled and recorded before it begins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import in_shanghai
from app.demand.matching.matcher import MATCHER_VERSION
from app.demand.runs.entries import Scope, count_entries
from app.demand.runs.matchers import nothing
from app.demand.runs.matching import moment_of
from app.demand.runs.methods import Method, method_now, record_method
from app.demand.runs.models import matching_run
from app.demand.runs.rules import NothingToMatch
from app.demand.surveys.models import demand
from app.demand.surveys.queries import Survey
from app.errors import Message
from app.jobs.service import enqueue
from app.settings import Settings

KIND = "matching-run"


@dataclass(frozen=True, slots=True)
class Wish:
    """The lists to match with, where they aren't those of the survey today."""

    within: str | None = None
    as_of: str | None = None
    known_at: str | None = None
    limit: int = 10
    semantic: bool | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is made of."""

    survey: int
    scope: Scope
    method: Method
    limit: int


def plan(connection: Connection, survey: Survey, wish: Wish, settings: Settings, now: datetime) -> Plan:
    """Raises NothingToMatch where there is no demand or no item, or the catalogue knows nothing of the day; Malformed."""
    moment = moment_of(connection, wish.within or survey.row.division_code, wish.as_of, wish.known_at, now)
    if not connection.execute(select(exists().where(demand.c.survey_id == survey.id))).scalar():
        zh = f"第 {survey.id} 号调查还没有诉求。请先导入或录入。"
        raise NothingToMatch(Message(zh, f"Survey {survey.id} has no demands yet."))
    scope = Scope.of(moment, wish.within or survey.row.division_code)
    if not count_entries(connection, scope):
        raise nothing(scope)
    return Plan(survey.id, scope, method_now(connection, settings, semantic=wish.semantic), wish.limit)


def start(connection: Connection, planned: Plan, *, by: Caller, now: datetime) -> tuple[int, int]:
    """The numbers of the run and of its job. Raises TooManyJobs."""
    scope, method = planned.scope, planned.method
    values = {
        "survey_id": planned.survey,
        "within": scope.within,
        "as_of": scope.as_of,
        "revision": scope.revision,
        "matcher_version": MATCHER_VERSION,
        "semantic_model": method.model,
        "weights_id": record_method(connection, method, in_shanghai(now)),
        "thesaurus": method.thesaurus.checksum,
        "parameters": {"limit": planned.limit, "semantic": method.semantic},
        "by": by.name,
        "account_id": by.id,
        "at": in_shanghai(now),
    }
    number = int(connection.execute(insert(matching_run).values(values).returning(matching_run.c.id)).scalar_one())
    asked = {"survey": planned.survey, "run": number}
    job = enqueue(connection, KIND, asked, by=by, now=now)
    connection.execute(update(matching_run).where(matching_run.c.id == number).values(job_id=job))
    told = {"within": scope.within, "as_of": scope.as_of.isoformat(), "revision": scope.revision}
    record(connection, by, Deed("matching-run.start", f"survey/{planned.survey}/matching-run/{number}"), now, **told)
    return number, job
