"""Surveys are made and edited; what was answered goes on meaning what it meant."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.divisions import division
from app.demand.surveys import queries
from app.demand.surveys.design import Design, place
from app.demand.surveys.meaning import changed_meanings
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.models import response, survey
from app.demand.surveys.published import PublishedFigure, misfits_of_published
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Questionnaire
from app.demand.surveys.refusing import DesignInUse, QuestionsAnswered, SurveyRefused, refused
from app.demand.surveys.respondents import Respondent
from app.demand.surveys.schemas import FromTemplate
from app.demand.surveys.templates import find_template
from app.errors import Message, PreconditionFailed, PreconditionRequired
from app.validators import ANY, versions_named

WHOLE = ("design", "questionnaire", "published")


class SurveyChanged(PreconditionFailed):
    slug, title = "survey-changed", Message("调查已被别人改过", "The survey was changed meanwhile")


def create(connection: Connection, stated: Mapping[str, Any], *, by: Caller, now: datetime) -> int:
    """The number of a new survey. Raises SurveyRefused."""
    stated = _resolved(stated)
    _demand_sense(connection, stated)
    values = {**_kept(stated), "version": 1, "by": by.name, "account_id": by.id, "at": now}
    number = int(connection.execute(insert(survey).values(values).returning(survey.c.id)).scalar_one())
    told = {name: stated[name] for name in ("title", "division_code")}
    record(connection, by, Deed("survey.create", about(number)), now, **told)
    return number


def change(
    connection: Connection, number: int, stated: Mapping[str, Any], if_match: str | None, *, by: Caller, now: datetime
) -> None:
    """What is stated is changed; nothing where it is so already.

    Raises SurveyNotFound, PreconditionRequired, SurveyChanged, SurveyRefused, QuestionsAnswered or DesignInUse.
    """
    held = queries.get_survey(connection, number)
    demand_match(held, if_match)
    stated = _resolved(stated)
    _demand_sense(connection, {**_as_stated(held), **stated})
    kept = _kept(stated)
    changed = {name: value for name, value in kept.items() if value != held.row._mapping[name]}
    if not changed:
        return
    if "questionnaire" in changed:
        _demand_meaning(connection, held, stated["questionnaire"])
    if "design" in changed:
        _fit_responses(connection, held, stated["design"])
    values = {**changed, "version": held.row.version + 1}
    connection.execute(update(survey).where(survey.c.id == number).values(values))
    record(
        connection, by, Deed("survey.change", about(number)), now, changed=sorted(changed), version=values["version"]
    )


def about(number: int) -> str:
    """As the log names it."""
    return f"survey/{number}"


def demand_match(held: Survey, if_match: str | None) -> None:
    path = f"/v1/surveys/{held.id}"
    if if_match is None:
        zh = f"修改调查要带请求头 If-Match：先取 {path}，把回答里的 ETag 放进去，免得盖掉别人的修改。"
        raise PreconditionRequired(Message(zh, f"A survey is changed with If-Match: read {path} and send its ETag."))
    if not versions_named(if_match) & {ANY, str(held.row.version)}:
        zh = f"第 {held.id} 号调查现在是第 {held.row.version} 稿，不是 {if_match}：别人已经改过。请重新取 {path} 再改。"
        raise SurveyChanged(Message(zh, f"Survey {held.id} is at version {held.row.version}. Read {path} again."))


def _resolved(stated: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the questionnaire that is named. Raises SurveyRefused where it is not shipped."""
    named = stated.get("questionnaire")
    if not isinstance(named, FromTemplate):
        return stated
    found = find_template(named.template)
    if isinstance(found, Misfit):
        raise refused(SurveyRefused, [found.below("questionnaire", "template")])
    return {**stated, "questionnaire": found}


def _kept(stated: Mapping[str, Any]) -> dict[str, Any]:
    """As columns take it."""
    kept = {**stated}
    for name in WHOLE:
        if name in stated:
            whole = stated[name]
            kept[name] = [each.kept for each in whole] if isinstance(whole, list) else whole.kept
    return kept


def _as_stated(held: Survey) -> dict[str, Any]:
    return {**held.row._mapping, **{name: getattr(held, name) for name in WHOLE}}


def _demand_sense(connection: Connection, stated: Mapping[str, Any]) -> None:
    found = [
        *_of_period(stated["held_from"], stated["held_to"]),
        *_of_division(connection, stated["division_code"]),
        *_of_figures(stated["published"], stated["questionnaire"]),
    ]
    if found:
        raise refused(SurveyRefused, found)


def _of_period(start: date | None, end: date | None) -> Iterator[Misfit]:
    if start is not None and end is not None and end < start:
        zh = f"结束的日期 {end} 早于开始的日期 {start}"
        yield misfit("period-reversed", zh, f"held_to {end} is before held_from {start}", end).below("held_to")


def _of_division(connection: Connection, code: str) -> Iterator[Misfit]:
    known = select(division.c.code).where(division.c.code == code).limit(1)
    if connection.execute(known).scalar() is None:
        zh = f"没有区划 {code}。请核对 GB/T 2260 代码（见 /v1/divisions）"
        yield misfit("unknown-division", zh, f"There is no division {code}.", code).below("division_code")


def _of_figures(figures: list[PublishedFigure], questionnaire: Questionnaire) -> Iterator[Misfit]:
    for each in misfits_of_published(figures, questionnaire):
        yield each.below("published")


def _demand_meaning(connection: Connection, held: Survey, wanted: Questionnaire) -> None:
    answered = queries.answered_questions(connection, held)
    found = [each.below("questionnaire") for each in changed_meanings(held.questionnaire, wanted, answered)]
    if found:
        raise refused(QuestionsAnswered, found)


def _fit_responses(connection: Connection, held: Survey, design: Design) -> None:
    """Responses stay where they are, if they may; those in no stratum come into the one that they meet now."""
    found: list[Misfit] = []
    for kind in queries.kinds_of_respondents(connection, held.id):
        respondent = Respondent(**{name: kind._mapping[name] for name in ATTRIBUTE_NAMES})
        placed = place(design, respondent, kind.stratum)
        if respondent.zone is not None and respondent.zone not in design.zones:
            zh = f"片区“{respondent.zone}”有答卷（如 {kind.number}），不能去掉"
            found.append(
                misfit("zone-in-use", zh, f"responses lie in {respondent.zone!r}", respondent.zone).below("zones")
            )
        elif placed.misfit is not None:
            message = Message(
                f"答卷 {kind.number} {placed.misfit.message.zh}", f"{kind.number}: {placed.misfit.message.en}"
            )
            found.append(placed.misfit._replace(message=message, at=("strata",)))
        elif placed.stratum != kind.stratum:
            _move(connection, held.id, respondent, placed.stratum)
    if found:
        raise refused(DesignInUse, [each.below("design") for each in found])


def _move(connection: Connection, number: int, respondent: Respondent, stratum: str | None) -> None:
    alike: list[ColumnElement[bool]] = [
        response.c[name].is_not_distinct_from(getattr(respondent, name)) for name in ATTRIBUTE_NAMES
    ]
    mine = (response.c.survey_id == number, response.c.stratum.is_(None))
    connection.execute(update(response).where(*mine, *alike).values(stratum=stratum))
