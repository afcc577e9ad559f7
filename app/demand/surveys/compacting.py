"""After something was made unreadable an embedded file is written anew, once the answer is sent."""

from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask

from app.db import Database
from app.logs import log


def compacted_afterwards(database: Database) -> BackgroundTask:
    return BackgroundTask(_compact, database)


def _compact(database: Database) -> None:
    """What fails here was overwritten all the same; an operator can do it again."""
    try:
        database.compact()
    except SQLAlchemyError as error:
        log.warning("the database was not written anew after a redaction", error=type(error).__name__)
