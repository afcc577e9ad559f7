"""Sending what waits: some messages at once, outside of any transaction, and noting what became of each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from time import monotonic

from app.jobs.service import demand_going
from app.jobs.work import Work
from app.metrics.alerts import messages
from app.metrics.alerts.hosts import Reach
from app.metrics.alerts.messages import Letter
from app.metrics.alerts.noting import Answered, note, note_silent

AT_ONCE = 16
# Seconds after which no batch begins. One may take ten, in which this process does no other job: what is left is due again.
LONGEST = 5.0


def deliver_due(work: Work) -> int:
    """How many messages were sent, arrived or not."""
    end, sent = monotonic() + LONGEST, 0
    while count := _deliver_batch(work):
        sent += count
        work.progress(sent)
        if monotonic() >= end:
            break
    return sent


def _deliver_batch(work: Work) -> int:
    reach, now = Reach.of(work.settings.webhook_private_hosts), work.clock.now()
    with work.database.read() as connection:
        letters = messages.due(connection, now, AT_ONCE)
    if letters:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            outcomes = list(threads.map(partial(Letter.send, now=now, reach=reach), letters))
        _note(work, list(zip(letters, outcomes, strict=True)), now)
    return len(letters)


def _note(work: Work, sent: Sequence[Answered], sent_at: datetime) -> None:
    with work.database.write() as connection:
        demand_going(connection, work.taken)
        for letter, outcome in sent:
            note(connection, letter, outcome, work.clock.now())
        note_silent(connection, sent, sent_at, work.clock.now())
