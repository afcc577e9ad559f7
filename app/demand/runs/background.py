"""A run as a job: every demand is matched beside the database, and all results are written at once or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from sqlalchemy import Connection, insert, update

from app.access.rules import Caller
from app.catalogue.reads import chunks
from app.db import Record
from app.demand.matching.matcher import Matcher
from app.demand.runs.finding import Finding, find
from app.demand.runs.matchers import build
from app.demand.runs.methods import method_of
from app.demand.runs.models import match_result, matching_run
from app.demand.runs.present import run_url
from app.demand.runs.queries import ended_run, get_run, leaves, scope_of
from app.demand.runs.rules import ZONES, RunOutdated
from app.demand.runs.service import KIND
from app.demand.runs.verifying import verify
from app.errors import Message
from app.jobs.service import enqueue
from app.jobs.work import Work, register

VERIFYING = "matching-run-verify"
ROWS_AT_ONCE = 200
PREPARING = Message("正在为清单建立索引。", "The index of the lists is being built.")
MATCHING = Message("正在逐条比对。", "The demands are being matched.")


def match_demands(work: Work) -> None:
    """Stopped anywhere, it leaves nothing. Raises NothingToMatch, TooManyItems, ModelNotInstalled or RunOutdated."""
    work.caller().demand("survey")
    asked = work.parameters
    with work.database.read() as connection:
        run = get_run(connection, asked["survey"], asked["run"])
        method = method_of(connection, run)
        demands = connection.execute(leaves(run.survey_id)).all()
    beat = partial(work.progress, 0, len(demands), PREPARING)
    beat()
    matcher = build(work.database, work.settings, scope_of(run), method, beat)
    with TemporaryFile(prefix="shixiang-run-") as kept:
        summary = _match(work, run, matcher, demands, kept)
        kept.seek(0)
        with work.database.write() as connection:
            _demand_unchanged(connection, run, demands)
            _write(connection, run, kept, summary, work)


def _match(work: Work, run: Record, matcher: Matcher, demands: Sequence[Record], kept: IO[bytes]) -> "Summing":
    """Results go to a file, a line each, so that memory doesn't grow with the survey. Equal texts are matched once."""
    limit, sums = run.parameters["limit"], Summing()
    found: dict[str | None, Finding] = {}
    for done, each in enumerate(demands, 1):
        if each.text not in found:
            found = {} if len(found) >= ROWS_AT_ONCE else found
            found[each.text] = find(matcher, each.text, limit)
        finding = found[each.text]
        sums.add(finding, each.weight)
        kept.write(orjson.dumps({"run_id": run.id, "demand_id": each.id, **finding.values}) + b"\n")
        work.progress(done, len(demands), MATCHING)
    return sums


@dataclass
class Summing:
    """Demands, and the enterprises behind them, by zone."""

    zones: dict[str, list[int]] = field(default_factory=lambda: {zone: [0, 0] for zone in ZONES})
    not_matched: int = 0

    def add(self, finding: Finding, weight: int) -> None:
        counted = self.zones[finding.zone]
        counted[0] += 1
        counted[1] += weight
        self.not_matched += finding.probability is None

    @property
    def summary(self) -> dict[str, Any]:
        by_zone = {zone: {"demands": count, "weight": weight} for zone, (count, weight) in self.zones.items()}
        totals = {name: sum(each[name] for each in by_zone.values()) for name in ("demands", "weight")}
        return {**totals, "zones": by_zone, "not_matched": self.not_matched}


def _demand_unchanged(connection: Connection, run: Record, demands: Sequence[Record]) -> None:
    """What was redacted, split or added meanwhile must not be passed over. To be called where nobody else writes."""
    if connection.execute(leaves(run.survey_id)).all() == demands:
        return
    zh = f"比对时第 {run.survey_id} 号调查的诉求变了（新增、拆分或隐去），这次的结果没有保留。请再比对一次。"
    en = f"The demands of survey {run.survey_id} changed meanwhile, so nothing was kept. Ask for another run."
    raise RunOutdated(Message(zh, en))


def _write(connection: Connection, run: Record, kept: IO[bytes], sums: Summing, work: Work) -> None:
    for chunk in chunks(_rows(kept), ROWS_AT_ONCE):
        connection.execute(insert(match_result), chunk)
    ended = {"ended_at": work.clock.now(), "summary": sums.summary}
    connection.execute(update(matching_run).where(matching_run.c.id == run.id).values(ended))
    url = run_url(run.survey_id, run.id)
    work.finish(connection, {"run": run.id, **sums.summary, "result_url": url})


def _rows(kept: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    yield from map(orjson.loads, kept)


def enqueue_verification(connection: Connection, survey: int, run: int, *, by: Caller, now: datetime) -> int:
    return enqueue(connection, VERIFYING, {"survey": survey, "run": run}, by=by, now=now)


def verify_run(work: Work) -> Mapping[str, Any]:
    """What `GET …/verify` answers."""
    work.caller().demand("survey")
    with work.database.read() as connection:
        run = ended_run(connection, work.parameters["survey"], work.parameters["run"])
    return verify(work.database, run, partial(build, work.database, work.settings), work.progress)


register(KIND, match_demands)
register(VERIFYING, verify_run)
