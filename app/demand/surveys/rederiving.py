"""The demands that came from the answers of a response, after it was corrected."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.db import Record
from app.demand.surveys.models import demand
from app.demand.surveys.questions import Questionnaire
from app.demand.surveys.responding import Response
from app.demand.surveys.taking import Into, demand_row, demands_in, take_demands
from app.errors import Conflict, Message


class DemandInUse(Conflict):
    slug, title = "demand-in-use", Message("诉求已经用过", "The demand was used already")


def rederive(
    connection: Connection,
    into: Into,
    response_id: int,
    before: Sequence[Record],
    read: Response,
    questionnaire: Questionnaire,
) -> None:
    """What is asked for in other words is another demand under the same number; what is no longer asked for goes.

    Raises DemandInUse where a run, a judgement or a splitting tells of it: these are records.
    """
    was = {each.question: each for each in before if each.choice == ""}
    wanted = {each.question: each for each in demands_in(read, response_id, questionnaire)}
    for key, part in questionnaire.asked.items():
        now, said = wanted.get(key), was.get(key)
        if not part.asks or (said.text if said else None) == (now.text if now else None):
            continue
        old = None if said is None else _derived(connection, said)
        if old is not None:
            _forget(connection, old)
        if now is None:
            continue
        if old is None:
            take_demands(connection, into, [now])
        else:
            connection.execute(insert(demand), [demand_row(into, now, old.number)])


def _derived(connection: Connection, said: Record) -> Record | None:
    """The demand that is the answer itself, word by word; of one that was redacted the first from its question."""
    mine = [demand.c.response_id == said.response_id, demand.c.question == said.question, demand.c.part_of.is_(None)]
    mine += [] if said.is_redacted else [demand.c.text == said.text]
    return connection.execute(select(demand).where(*mine).order_by(demand.c.number).limit(1)).one_or_none()


def _forget(connection: Connection, old: Record) -> None:
    """Whether anything tells of it, the database knows."""
    try:
        with connection.begin_nested():
            connection.execute(delete(demand).where(demand.c.id == old.id))
    except IntegrityError:
        zh = (
            f"答卷的这一问已是第 {old.number} 条诉求，它已经拆分、匹配或评判过，不能改。请另加一条诉求，"
            "或者保留原来的文字。"
        )
        raise DemandInUse(Message(zh, f"Demand {old.number} was split, matched or judged already.")) from None
