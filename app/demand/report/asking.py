"""Which run of a survey a report is about, as of which day, and the addresses that lead to just that again."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any, Final

from sqlalchemy import CTE, Connection

from app.catalogue.moments import Moment, in_shanghai, parse_instant, resolve
from app.db import Record
from app.demand.report.described import described
from app.demand.report.meaning import notes
from app.demand.runs.chosen import chosen_run
from app.demand.runs.outcomes import View, view_of
from app.demand.surveys.queries import Survey, get_survey
from app.errors import Message, refused
from app.pages import link

PATH: Final = "/v1/surveys"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of the run, the dates and the judgements; what it leaves out is as the run was made."""

    survey: int
    run: int | None = None
    as_of: str | None = None
    known_at: str | None = None
    judged_until: str | None = None
    english: bool = False


@dataclass(frozen=True)
class Subject:
    """A run of a survey as it is looked at; `is_latest`: it was not named."""

    survey: Survey
    view: View
    is_latest: bool = False
    english: bool = False

    @property
    def run(self) -> Record:
        return self.view.run

    @property
    def moment(self) -> Moment:
        return self.view.moment

    @cached_property
    def demands(self) -> CTE:
        """What is said of each demand. Built once: that takes longer than to run it."""
        return described(self.view)

    @property
    def pinned(self) -> dict[str, object]:
        """What addresses carry, so that they lead to the same for ever."""
        moment, until = self.moment, self.view.judged_until.isoformat()
        return {"run": self.run.id, "as_of": str(moment.as_of), "known_at": moment.revision, "judged_until": until}

    @property
    def stated(self) -> dict[str, Any]:
        """What every answer says of the run, the dates and the judgements."""
        run, moment = self.run, self.moment
        url = f"{PATH}/{self.survey.id}/matching-runs/{run.id}"
        return {
            "run": {"id": run.id, "as_of": str(run.as_of), "revision": run.revision, "within": run.within, "url": url},
            **{name: moment.stated[name] for name in ("as_of", "known_at", "revision")},
            "judged_until": self.pinned["judged_until"],
            "notes": [*map(self.said, notes(self.survey, self.view))],
        }

    def said(self, words: Message) -> str:
        return words.said(english=self.english)

    def address(self, part: str = "", **asked: object) -> str:
        return link(f"{PATH}/{self.survey.id}/report{part}", **self.pinned, **asked)


def subject_of(connection: Connection, asked: Asked, now: datetime) -> Subject:
    """Raises SurveyNotFound, RunNotFound, RunUnfinished or NotMatched where there are no results, or Malformed."""
    found = get_survey(connection, asked.survey)
    run = chosen_run(connection, asked.survey, asked.run)
    as_of, known_at = asked.as_of or str(run.as_of), asked.known_at or str(run.revision)
    moment = resolve(connection, now, as_of, known_at)
    until = now if asked.judged_until is None else read_until(asked.judged_until, now)
    return Subject(found, view_of(connection, run, moment, in_shanghai(until)), asked.run is None, asked.english)


def read_until(text: str, now: datetime) -> datetime:
    """A day is its end. Raises Malformed for what lies ahead: nobody knows yet what will be judged."""
    until = parse_instant(text, "judged_until")
    if until <= now or (until.date() == now.date() and until.time() == time.max):
        return min(until, now)
    zh = f"参数 judged_until 的值“{text}”在将来：还不知道会怎么判。最晚到现在。"
    raise refused("judged_until", text, "in-the-future", Message(zh, f"judged_until = {text!r} lies in the future."))
