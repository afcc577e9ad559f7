"""Which weights are in use: those that were fitted are listed, and one is adopted when somebody says so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.runs.methods import weights_in_use
from app.demand.runs.models import matcher_weights
from app.errors import Message, NotFound


class WeightsNotFound(NotFound):
    slug, title = "weights-not-found", Message("没有这组权重", "No such weights")


def get_weights(connection: Connection, number: int) -> Record:
    """Raises WeightsNotFound."""
    row = connection.execute(select(matcher_weights).where(matcher_weights.c.id == number)).one_or_none()
    if row is None:
        raise WeightsNotFound(Message(f"没有第 {number} 组权重。", f"There are no weights {number}."))
    return row


def adopt(connection: Connection, number: int, *, by: Caller, now: datetime) -> None:
    """From now on runs use them; runs that were made keep theirs. Raises WeightsNotFound."""
    row, before = get_weights(connection, number), weights_in_use(connection)
    adopted = update(matcher_weights).where(matcher_weights.c.id == number).values(adopted_at=in_shanghai(now))
    connection.execute(adopted)
    told = {"checksum": row.checksum, "instead_of": before.checksum}
    record(connection, by, Deed("matcher-weights.adopt", f"matcher-weights/{number}"), now, **told)


def all_weights(connection: Connection) -> Sequence[Record]:
    return connection.execute(select(matcher_weights).order_by(matcher_weights.c.id)).all()
