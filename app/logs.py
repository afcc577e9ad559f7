"""One line for each request that failed inside, and for what an operator should know."""

import logging
import sys

import structlog


def set_up() -> None:
    """Readable on a terminal, JSON lines elsewhere. Queries and bodies are never logged: they may hold names.

    Tracebacks are plain: one that shows local variables would show the caller's key.
    """
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = plain if sys.stderr.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


log = structlog.get_logger()
