"""The service as it really runs: a server of its own on a free port."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI

from app.server import Protocol


@contextmanager
def serving(application: FastAPI) -> Iterator[int]:
    """The port; at the end the server is asked to stop, and has."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, http=Protocol, log_level="critical", lifespan="off"))
    running = Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    running.join()
