"""The application: settings, database, routes, and one way to answer every failure."""

from asyncio import Event, create_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException
from starlette.types import Lifespan

from app import logs
from app.access.closed import Closed
from app.access.oidc import Provider
from app.access.refusals import tell
from app.api import PREFIX, add_routes
from app.browsers import admit, place_below
from app.catalogue.code_lists import code_lists
from app.changes.feed.waiting import Publications
from app.clock import Clock, FrozenClock, SystemClock
from app.db import Database
from app.demand.runs.matchers import Matchers
from app.demand.runs.preparing import keep_prepared
from app.engines import Busy
from app.errors import AppError, Conflict, Message, Unavailable
from app.examples import with_examples
from app.jobs.worker import Worker
from app.logs import log
from app.metrics.definitions import metrics as load_definitions
from app.metrics.openmetrics import Exposition
from app.metrics.recording import record_release
from app.parameters import declared_parameters, refuse_odd_addresses
from app.schema import (
    LimitedBody,
    Problem,
    from_http,
    internal,
    problem_response,
    with_problems,
)
from app.settings import Settings
from app.validation import from_validation
from app.validators import HeadAsGet, tag_of, with_tags

VERSION = "0.1.0"
DESCRIPTION = """政务服务事项目录：事项清单、任意日期的一网通办率等指标，以及组成每个数字的事项。

Every figure names its numerator, denominator and dates, links to its items, and can be asked for any past day."""


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    logs.set_up()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(record_release, app.state.database, app.state.clock)
        worker = Worker(app.state.database, app.state.clock, settings)
        worker.start()
        stop = Event()
        preparing = create_task(keep_prepared(app.state.matchers, app.state.clock, stop))
        yield
        stop.set()
        await preparing
        await run_in_threadpool(worker.stop)
        await run_in_threadpool(app.state.matchers.close)
        app.state.database.close()

    load_definitions()
    app = _routed(lifespan)
    app.openapi = contract  # type: ignore[method-assign] # FastAPI's own way to extend it
    app.state.settings = settings
    app.state.database = Database(settings.database_url)
    app.state.publications = Publications(app.state.database)
    app.state.clock = make_clock(settings)
    app.state.matchers = Matchers(app.state.database, settings)
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.state.exposition = Exposition(app.version)
    app.state.parameters = declared_parameters(app)
    app.state.edition = _edition(app)
    app.add_middleware(LimitedBody, megabytes=settings.max_upload_mb)
    if not settings.public_read:
        app.add_middleware(Closed, failed=failed)
    app.add_middleware(HeadAsGet)
    admit(app, settings.cors_origins)
    place_below(app, settings.root_path)
    for kind in FAILURES:
        app.add_exception_handler(kind, failed)
    return app


def _routed(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    app = FastAPIOffline(
        title="事项 Shixiang",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it looks for exporters at every request
        dependencies=[Depends(refuse_odd_addresses)],
        responses={"default": {"model": Problem, "description": "失败：RFC 9457 问题说明，中文在先"}},
    )
    add_routes(app)
    return app


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document. It takes seconds to write, and is the same for every application of the process."""
    return with_examples(with_tags(with_problems(_routed().openapi()), PREFIX))


def _edition(app: FastAPI) -> str:
    """What the software says the same content in: its contract with its version, its labels of codes."""
    return tag_of(app.openapi(), [each.labels for each in code_lists().values()])


def make_clock(settings: Settings) -> Clock:
    return SystemClock() if settings.frozen_clock is None else FrozenClock(settings.frozen_clock)


FAILURES = (
    AppError, RequestValidationError, HTTPException, IntegrityError, OperationalError, NoConnection, Busy, Exception,
)  # fmt: skip


async def failed(request: Request, error: Exception) -> Response:
    """The answer to a failure. A refusal is told in the log; nothing else waits, while every thread is at work too."""
    problem = problem_of(request, error)
    await tell(request, problem)
    return problem_response(request, problem)


def problem_of(request: Request, error: Exception) -> AppError:
    """What a failure means to whoever asked."""
    match error:
        case AppError():
            return error
        case RequestValidationError():
            return from_validation(error)
        case HTTPException():
            return from_http(request, error)
    known = of_the_database(request, error)
    if known is None:
        log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return known or internal()


def of_the_database(request: Request, error: Exception) -> AppError | None:
    """None for a failure that nobody expects."""
    match error:
        case IntegrityError():
            log.warning("refused by the database", path=request.url.path, error=type(error.orig).__name__)
            zh = "与已有内容冲突，什么都没有写入。请刷新后再试。"
            return Conflict(Message(zh, "It conflicts with what is there; nothing was written."))
        case NoConnection():
            zh = "所有数据库连接都在使用，什么都没有改动。请过几秒再试。"
            return Unavailable(Message(zh, "All connections are in use. Try again."))
        case Busy():
            return too_busy()
        case OperationalError() if any(sign in str(error.orig) for sign in WAITED_TOO_LONG):
            return too_busy()
    return None


# What SQLite and PostgreSQL say when another writer kept its lock.
WAITED_TOO_LONG = ("database is locked", "lock timeout")


def too_busy() -> Unavailable:
    return Unavailable(
        Message("正有别人在写入，什么都没有改动。请过几秒再试。", "Others are writing; nothing was changed. Try again.")
    )
