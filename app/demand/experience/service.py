"""What a question about promise and experience means: its survey, its run, its day, its item."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.catalogue.moments import resolve
from app.catalogue.objects import ITEM
from app.catalogue.reads import holders_ever
from app.demand.experience.comparing import Asked, measuring
from app.demand.runs.chosen import chosen_run
from app.demand.runs.outcomes import view_of
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import Questionnaire
from app.errors import Conflict, Message, refused


class NothingMeasured(Conflict):
    slug, title = "nothing-measured", Message("问卷没有问办的是哪个事项", "The questionnaire measures no item")


@dataclass(frozen=True, slots=True)
class Wanted:
    """As the request says it."""

    run: int | None = None
    as_of: str | None = None
    known_at: str | None = None
    item: str | None = None


def ask(connection: Connection, survey: Survey, wanted: Wanted, now: datetime) -> Asked:
    """The day is the last one of the survey unless another is given, the run's where the survey has none; what is known is
    what the run knew. Raises NothingMeasured, NotMatched, or what can be wrong with a run, a day, an item.
    """
    item, parts = survey.questionnaire.measuring("item"), measuring(survey.questionnaire)
    if item is None or not parts:
        raise _nothing_measured(survey.questionnaire)
    run = chosen_run(connection, survey.id, wanted.run)
    day = wanted.as_of or str(survey.row.held_to or run.as_of)
    moment = resolve(connection, now, day, wanted.known_at or str(run.revision))
    only = None if wanted.item is None else _items(connection, wanted.item)
    return Asked(survey.id, item, parts, view_of(connection, run, moment, now), only)


def _items(connection: Connection, code: str) -> frozenset[int]:
    """All that ever had the code: a local one may be of several divisions."""
    found = holders_ever(connection, ITEM, [code]).get(code, {})
    if not found:
        zh = f"没有编码为“{code[:60]}”的事项，从来没有过。各事项的编码见不带 item 时的 items。"
        en = f"There is no item {code[:60]!r}, and never was."
        raise refused("item", code, "unknown-item", Message(zh, en))
    return frozenset(found.values())


def _nothing_measured(questionnaire: Questionnaire) -> NothingMeasured:
    if questionnaire.measuring("item") is None:
        zh = f"问卷“{questionnaire.title}”没有一题问办的是哪个事项（measures: item），没有可以与承诺相比的。"
        return NothingMeasured(Message(zh, "No question asks which item the respondent came for (measures: item)."))
    zh = f"问卷“{questionnaire.title}”没有一题问跑动、时间、费用、重复提交或纸质件（measures），没有可以与承诺相比的。"
    return NothingMeasured(Message(zh, "No question measures visits, days, fees, resubmission or paper."))
