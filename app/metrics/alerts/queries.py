"""What stands beside alert rules when they are shown."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select

from app.db import Statement
from app.metrics.alerts import messages
from app.metrics.alerts.models import alert_finding, alert_state
from app.metrics.alerts.present import Beside


def beside(connection: Connection, rules: Sequence[int]) -> Beside:
    """Of all the rules at once."""
    open_ones = _counted(alert_finding, rules).where(alert_finding.c.closed_at.is_(None))
    unknown = _counted(alert_state, rules).where(alert_state.c.unknown_in.is_not(None))
    return Beside(
        dict(connection.execute(open_ones).all()),
        dict(connection.execute(unknown).all()),
        messages.waiting_of(connection, rules),
        messages.last_of(connection, rules),
    )


def _counted(table: Table, rules: Sequence[int]) -> Statement:
    mine = table.c.rule_id
    return select(mine, func.count()).where(mine.in_(rules)).group_by(mine)
