"""Which run of a survey a report is about, as of which day, and the addresses that lead to just that again."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any, Final

from sqlalchemy import CTE, Connection, select

from app.catalogue.moments import Moment, in_shanghai, parse_instant, resolve
from app.db import Record
from app.demand.report.described import described
from app.demand.runs.models import matching_run
from app.demand.runs.outcomes import View, view_of
from app.demand.surveys.queries import Survey, get_survey
from app.errors import Conflict, Message, NotFound, refused
from app.pages import link

PATH: Final = "/v1/surveys"
SYNTHETIC: Final = "这是合成的演示数据，不是真实企业的诉求。"
STRATIFIED: Final = (
    "样本是分层抽取的，这里没有按各层的企业数加权，区间按简单随机抽样计算，只是近似；请同时看分组的结果。"
)


class RunNotFound(NotFound):
    slug, title = "matching-run-not-found", Message("没有这次比对", "No such matching run")


class NotMatched(Conflict):
    slug, title = "not-matched", Message("还没有比对过", "Nothing was matched yet")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of the run, the dates and the judgements; what it leaves out is as the run was made."""

    survey: int
    run: int | None = None
    as_of: str | None = None
    known_at: str | None = None
    judged_until: str | None = None


@dataclass(frozen=True)
class Subject:
    """A run of a survey as it is looked at; `is_latest`: it was not named."""

    survey: Survey
    view: View
    is_latest: bool = False

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
            "notes": self.notes,
        }

    @property
    def notes(self) -> list[str]:
        """What has to be known to read the figures."""
        survey, moment = self.survey, self.moment
        said = [SYNTHETIC] if survey.row.is_synthetic else []
        said += [STRATIFIED] if survey.design.strata else []
        said += [moment.note] if moment.note else []
        return said + ([] if self.view.is_own_moment else [self._of_other_lists()])

    def _of_other_lists(self) -> str:
        """The run was made for other lists than those of the day: what that does, and how to make one for them."""
        run, moment = self.run, self.moment
        unsearched = (
            "" if self.view.is_all_searched else "那天的清单里有它没有找过的事项，所以它判为没有的都改为待复核；"
        )
        return (
            f"这次比对是按 {run.as_of} 的清单（第 {run.revision} 版）做的，这里看的是 {moment.as_of}（第 {moment.revision} 版）："
            f"事项按那天的状态算，那天不在清单里的改为待复核；{unsearched}要按那天的清单重新比对，"
            f'请 POST {PATH}/{self.survey.id}/matching-runs，内容为 {{"as_of": "{moment.as_of}"}}。'
        )

    def address(self, part: str = "", **asked: object) -> str:
        return link(f"{PATH}/{self.survey.id}/report{part}", **self.pinned, **asked)


def subject_of(connection: Connection, asked: Asked, now: datetime) -> Subject:
    """Raises SurveyNotFound, RunNotFound, NotMatched where there are no results, or Malformed."""
    found = get_survey(connection, asked.survey)
    run = _latest(connection, asked.survey) if asked.run is None else _named(connection, asked.survey, asked.run)
    as_of, known_at = asked.as_of or str(run.as_of), asked.known_at or str(run.revision)
    moment = resolve(connection, now, as_of, known_at)
    until = now if asked.judged_until is None else read_until(asked.judged_until, now)
    return Subject(found, view_of(connection, run, moment, in_shanghai(until)), asked.run is None)


def read_until(text: str, now: datetime) -> datetime:
    """A day is its end. Raises Malformed for what lies ahead: nobody knows yet what will be judged."""
    until = parse_instant(text, "judged_until")
    if until <= now or (until.date() == now.date() and until.time() == time.max):
        return min(until, now)
    zh = f"参数 judged_until 的值“{text}”在将来：还不知道会怎么判。最晚到现在。"
    raise refused("judged_until", text, "in-the-future", Message(zh, f"judged_until = {text!r} lies in the future."))


def _named(connection: Connection, of: int, number: int) -> Record:
    run = connection.execute(
        select(matching_run).where(matching_run.c.id == number, matching_run.c.survey_id == of)
    ).one_or_none()
    if run is None:
        zh = f"第 {of} 号调查没有第 {number} 次比对。全部比对见 {PATH}/{of}/matching-runs。"
        raise RunNotFound(Message(zh, f"Survey {of} has no matching run {number}."))
    if run.ended_at is None:
        zh = f"第 {number} 次比对还没有做完，没有结果可以报告。进度见 {PATH}/{of}/matching-runs/{number}。"
        raise NotMatched(Message(zh, f"Matching run {number} has no results yet."))
    return run


def _latest(connection: Connection, of: int) -> Record:
    ended = select(matching_run).where(matching_run.c.survey_id == of, matching_run.c.ended_at.is_not(None))
    run = connection.execute(ended.order_by(matching_run.c.id.desc()).limit(1)).one_or_none()
    if run is None:
        zh = f"第 {of} 号调查还没有做完的比对，没有结果可以报告。请先 POST {PATH}/{of}/matching-runs，做完再来。"
        raise NotMatched(
            Message(zh, f"Survey {of} has no finished matching run: POST {PATH}/{of}/matching-runs first.")
        )
    return run
