"""The workbook that was uploaded: kept with its import for some days, so that it can be given back with marks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, exists, insert, select

from app.catalogue.moments import in_shanghai
from app.files.kinds import is_workbook
from app.imports.models import import_file, import_run

PART = 2**20


def keep_file(connection: Connection, number: int, path: Path, file_name: str, days: int, now: datetime) -> None:
    """Keeps the file of this import if it is a workbook, and lets go of those that are older than so many days."""
    if days and is_workbook(file_name):
        with path.open("rb") as file:
            for part, piece in enumerate(iter(lambda: file.read(PART), b"")):
                values = {"import_id": number, "part": part, "content": piece}
                connection.execute(insert(import_file).values(values))
    old = select(import_run.c.id).where(import_run.c.at < in_shanghai(now) - timedelta(days=days))
    connection.execute(delete(import_file).where(import_file.c.import_id.in_(old)))


def is_kept(connection: Connection, number: int) -> bool:
    return bool(connection.execute(select(exists().where(import_file.c.import_id == number))).scalar_one())


def kept_parts(connection: Connection, number: int) -> Iterator[bytes]:
    """The file in order, one part in memory at a time."""
    parts = select(import_file.c.content).where(import_file.c.import_id == number).order_by(import_file.c.part)
    yield from connection.execute(parts.execution_options(yield_per=1)).scalars()


def forget_files(connection: Connection) -> None:
    """All of them: nobody can tell in which one a text stands, and who needs one uploads it again."""
    connection.execute(delete(import_file))
