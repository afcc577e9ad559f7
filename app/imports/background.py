"""Importing as a job: the files are kept with it, and it ends in the transaction of the import."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from pydantic import TypeAdapter
from sqlalchemy import Connection

from app.access.rules import Caller
from app.errors import AppError
from app.files.mapping import ColumnMapping
from app.files.rows import limits
from app.imports.columns import own_mapping, shipped_mapping
from app.imports.service import Upload, Wish, refuse_days, run
from app.jobs.service import attach, enqueue
from app.jobs.work import Work, register

KIND = "import"
WISH = TypeAdapter(Wish)


def enqueue_import(
    connection: Connection,
    wish: Wish,
    names: Mapping[str, str | None],
    files: Mapping[str, IO[bytes]],
    *,
    by: Caller,
    now: datetime,
) -> int:
    """The number of the job. `files` are the `file` and, where it is their own, the `mapping`; `names` what both are called.

    Raises as `refuse_days` does.
    """
    refuse_days(wish, by, now.date())
    number = enqueue(connection, KIND, {**names, **WISH.dump_python(wish, mode="json")}, by=by, now=now)
    for name, content in files.items():
        attach(connection, number, name, content)
    return number


def import_file(work: Work) -> Mapping[str, object] | None:
    """What the job asks for, as its account may do it now; the import and the end of the job are kept together."""
    caller, asked = work.caller(), dict(work.parameters)
    caller.demand("draft")
    names = asked.pop("file"), asked.pop("mapping")

    def ended(connection: Connection, number: int, refusal: AppError | None) -> None:
        if refusal is not None:
            work.fail(connection, refusal)
        else:
            work.finish(connection, {"import": number, "result_url": f"/v1/imports/{number}"})

    with work.file("file") as path:
        upload = Upload(path, names[0], caller, mapping_of(work, names[1]), names[1], work.settings.keep_uploads_days)
        wish, allowed, progress = WISH.validate_python(asked), limits(work.settings), work.row_counter()
        run(work.database, upload, wish, now=work.clock.now(), limits=allowed, progress=progress, ended=ended)
    return None


def mapping_of(work: Work, name: str | None) -> ColumnMapping | None:
    own = work.content("mapping")
    if own is not None:
        return own_mapping(own)
    return None if name is None else shipped_mapping(name)


register(KIND, import_file)
