"""What tests of alerts share."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from app.db import Database
from tests.metrics.alerts.desk import Receiver, fill, receiving


@pytest.fixture
def receiver(application: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A server on this machine, which the operator allows; nothing of the only item is online."""
    fill(database, False)
    monkeypatch.setattr(application.state.settings, "webhook_private_hosts", ("127.0.0.0/8",))
    with receiving() as found:
        yield found
