"""What people do with demands: take them in, split one that asks for several things."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.demand.surveys import demand_queries as queries
from app.demand.surveys.asking import Demand, misfits_of_parts, read_demand
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.models import demand
from app.demand.surveys.queries import get_survey
from app.demand.surveys.refusing import DemandsRefused, refused
from app.demand.surveys.response_queries import response_ids
from app.demand.surveys.service import about
from app.demand.surveys.taking import Into, take_demands
from app.errors import Conflict, Message


class AlreadySplit(Conflict):
    slug, title = "demand-split", Message("诉求已经拆分", "The demand was split already")


class DemandRedacted(Conflict):
    slug, title = "demand-redacted", Message("诉求已经隐去", "The demand was redacted")


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of a demand; `response` is the number of the response it comes from."""

    text: str
    weight: object = None
    question: str | None = None
    response: str | None = None


def add(
    connection: Connection, number: int, stated: Sequence[Stated], *, by: Caller, now: datetime, listed: bool = True
) -> range:
    """The numbers of the demands. Faults are told at their place in the list, if it is one.

    Raises SurveyNotFound or DemandsRefused; then nothing was written.
    """
    held = get_survey(connection, number)
    ids = response_ids(connection, number, {each.response for each in stated if each.response is not None})
    demands, wrong = list[Demand](), list[Misfit]()
    for place, each in enumerate(stated):
        read, misfits = read_demand(held.questionnaire, each.text, each.weight, each.question)
        if each.response is not None and each.response not in ids:
            misfits.append(_no_response(each.response))
        demands.append(replace(read, response_id=ids.get(each.response or "")))
        wrong += (found.below(place) if listed else found for found in misfits)
    if wrong:
        raise refused(DemandsRefused, wrong)
    numbers = take_demands(connection, Into(number), demands)
    record(connection, by, Deed("survey.add-demands", about(number)), now, demands=len(numbers), first=numbers[0])
    return numbers


def split(
    connection: Connection, number: int, position: int, parts: Sequence[str], *, by: Caller, now: datetime
) -> range:
    """The numbers of the parts, which have the weight, the response and the question of the whole. It stays, and says it is split.

    Raises SurveyNotFound, DemandNotFound, AlreadySplit, DemandRedacted or DemandsRefused.
    """
    get_survey(connection, number)
    whole = queries.get_demand(connection, number, position)
    if whole.is_split:
        zh = f"第 {position} 条诉求已经拆分，不能再拆；要再拆的是拆成的各条。"
        raise AlreadySplit(Message(zh, f"Demand {position} was split already; its parts may be split further."))
    if whole.is_redacted:
        zh = f"第 {position} 条诉求已经隐去，没有文字可以拆分。"
        raise DemandRedacted(Message(zh, f"Demand {position} was redacted: there is nothing to split."))
    if wrong := misfits_of_parts(parts):
        raise refused(DemandsRefused, [each.below("parts") for each in wrong])
    made = [Demand(part.strip(), whole.weight, whole.question, whole.response_id, whole.id) for part in parts]
    connection.execute(update(demand).where(demand.c.id == whole.id).values(is_split=True))
    numbers = take_demands(connection, Into(number, whole.import_id), made)
    record(connection, by, Deed("survey.split-demand", about(number)), now, demand=position, parts=list(numbers))
    return numbers


def _no_response(number: str) -> Misfit:
    zh = f"这次调查里没有答卷 {number[:60]}"
    return misfit("unknown-response", zh, f"There is no response {number[:60]!r}.", number).below("response")
