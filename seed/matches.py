"""Matching the demonstration's surveys with its lists through the services, and judging some of what was found."""

from collections.abc import Collection, Iterator
from datetime import datetime
from threading import Event

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.divisions import below
from app.catalogue.objects import ITEM
from app.catalogue.versions import versions
from app.clock import FrozenClock
from app.db import Database
from app.demand.runs import judging, service
from app.demand.runs.background import match_demands
from app.demand.runs.entries import Scope
from app.demand.runs.judgement_schemas import NewJudgement
from app.demand.runs.queries import get_run, leaves, scope_of
from app.demand.surveys.queries import get_survey
from app.jobs.service import take
from app.jobs.work import Work
from app.settings import Settings
from seed.demo.surveys import Matching
from seed.studies import RESEARCHER

JUDGE = Caller("演示判断人（虚构）")
BY_WORDS = Settings(thesaurus="", semantic_matching=False)
"""With what is shipped alone, so that every machine finds the same."""


def match(database: Database, survey: int, matching: Matching, now: datetime) -> int:
    """The number of a run over the demands of a survey, which is done here and now."""
    day = None if matching.as_of is None else matching.as_of.isoformat()
    with database.read() as connection:
        plan = service.plan(connection, get_survey(connection, survey), service.Wish(as_of=day), BY_WORDS, now)
    with database.write() as connection:
        run, _ = service.start(connection, plan, by=RESEARCHER, now=now)
        taken = take(connection, [service.KIND], now)
    if taken is not None:
        match_demands(Work(taken, database, FrozenClock(now), BY_WORDS, Event()))
    return run


def judge(connection: Connection, survey: int, run: int, matching: Matching, now: datetime) -> None:
    """Raises NotJudgeable where there is no such demand or item, or the run has not ended."""
    wishes = list(_wishes(connection, survey, run, matching))
    judging.judge(connection, get_survey(connection, survey), wishes, by=JUDGE, now=now)


def _wishes(connection: Connection, survey: int, run: int, matching: Matching) -> Iterator[judging.Wish]:
    numbers = {row.text: row.number for row in connection.execute(leaves(survey))}
    named = {each.item for each in matching.judgements if each.item is not None}
    codes = _codes(connection, scope_of(get_run(connection, survey, run)), named)
    for each in matching.judgements:
        code = None if each.item is None else codes[each.item]
        stated = {"demand": numbers[each.demand], "verdict": each.verdict, "item": code, "note": each.note, "run": run}
        body = NewJudgement.model_validate(stated)
        yield judging.Wish(body.demand, body.verdict, body.item, body.division_code, body.note, body.run)


def _codes(connection: Connection, scope: Scope, names: Collection[str]) -> dict[str, str]:
    """Of the items of the run's lists that have the names."""
    item = ITEM.table.c
    held = versions(ITEM, scope.moment(connection), [item.name, item.code])
    held = held.where(item.name.in_(names), below(item.division_code, scope.within))
    return {row.name: row.code for row in connection.execute(held)}
