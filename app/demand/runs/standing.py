"""Which judgements hold at an instant: of several about the same words and the lists of the same division the last one."""

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from app.db import Statement
from app.demand.runs.models import judgement

REJECT, UNMET = "reject", "unmet"


def settlements(within: str, until: datetime) -> Statement:
    """By `text_hash` the judgement (`judgement_id`) that says which item meets the words, or with a null `item_id` that none
    does, and the lists that it was made about (`as_of`, `revision`).

    It is the last one that doesn't reject. Where its very item was rejected later there is none.
    """
    return _settled(within, until, judgement.c.verdict != REJECT)


def items_named(within: str, until: datetime) -> Statement:
    """As `settlements`, of those that name an item alone."""
    return _settled(within, until, judgement.c.verdict.not_in((REJECT, UNMET)))


def unmets(within: str, until: datetime) -> Statement:
    """As `settlements`, of those that say that none does alone."""
    return _settled(within, until, judgement.c.verdict == UNMET)


def _settled(within: str, until: datetime, kind: ColumnElement[bool]) -> Statement:
    last = _last(and_(_made(within, until), kind), judgement.c.text_hash)
    rejected = rejections(within, until).subquery("rejected_later")
    again = and_(rejected.c.text_hash == judgement.c.text_hash, rejected.c.item_id == judgement.c.item_id)
    joined = judgement.join(last, last.c.id == judgement.c.id).outerjoin(rejected, again)
    return _shown(joined).where(rejected.c.judgement_id.is_(None))


def rejections(within: str, until: datetime) -> Statement:
    """By `text_hash` and `item_id` the judgement (`judgement_id`) that the item doesn't meet the words, unless a later one
    says that it does.
    """
    last = _last(_made(within, until), judgement.c.text_hash, judgement.c.item_id)
    joined = judgement.join(last, last.c.id == judgement.c.id)
    return _shown(joined).where(judgement.c.verdict == REJECT)


def _made(within: str, until: datetime) -> ColumnElement[bool]:
    return and_(judgement.c.within == within, judgement.c.at <= until)


def _last(made: ColumnElement[bool], *about: ColumnElement[str] | ColumnElement[int]) -> FromClause:
    return select(func.max(judgement.c.id).label("id")).where(made).group_by(*about).subquery("last")


def _shown(joined: FromClause) -> Statement:
    shown = (judgement.c.text_hash, judgement.c.item_id, judgement.c.as_of, judgement.c.revision)
    return select(judgement.c.id.label("judgement_id"), *shown).select_from(joined)
