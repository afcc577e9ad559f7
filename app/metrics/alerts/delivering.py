"""Sending what waits: some messages at once, outside of any transaction, and noting what became of each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from app.jobs.service import demand_going
from app.jobs.work import Work
from app.metrics.alerts import messages
from app.metrics.alerts.hosts import Reach
from app.metrics.alerts.messages import Letter
from app.metrics.alerts.noting import note
from app.metrics.alerts.sending import Outcome

AT_ONCE, MOST_BATCHES = 16, 4  # A batch may take ten seconds, in which this process does no other job.


def deliver_due(work: Work) -> int:
    """How many messages were sent, arrived or not."""
    reach, sent = Reach.of(work.settings.webhook_private_hosts), 0
    for _ in range(MOST_BATCHES):
        now = work.clock.now()
        with work.database.read() as connection:
            letters = messages.due(connection, now, AT_ONCE)
        if not letters:
            break
        work.progress(sent)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            outcomes = list(threads.map(partial(Letter.send, now=now, reach=reach), letters))
        _note(work, letters, outcomes)
        sent += len(letters)
    return sent


def _note(work: Work, letters: Sequence[Letter], outcomes: Sequence[Outcome]) -> None:
    with work.database.write() as connection:
        demand_going(connection, work.taken)
        for letter, outcome in zip(letters, outcomes, strict=True):
            note(connection, letter, outcome, work.clock.now())
