"""The command that writes items to a file."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Annotated, cast

import typer

from app.catalogue.export_params import MEDIA_TYPES, FileKind, Wish
from app.catalogue.exports import prepare
from app.catalogue.listing import ItemList
from app.catalogue.params import ItemQuestion
from app.db import Database
from app.errors import Malformed, Message
from app.main import make_clock
from app.settings import Settings


def export_items(
    output: Annotated[Path | None, typer.Option(help="写到哪个文件；不写则输出到标准输出")] = None,
    kind: Annotated[FileKind | None, typer.Option("--format", help="默认看文件名，没有文件时是 csv")] = None,
    as_of: Annotated[str | None, typer.Option(help="哪一天，默认今天")] = None,
    known_at: Annotated[str | None, typer.Option(help="按何时所知，默认最新")] = None,
    within: Annotated[str | None, typer.Option(help="行政区划代码，含下级")] = None,
    condition: Annotated[str | None, typer.Option("--filter", help="CQL2 条件，如 '是否网办 = true'")] = None,
) -> None:
    """把事项清单写成 csv、ndjson 或 xlsx，可以再导入。"""
    settings, wanted = Settings(), ItemList(ItemQuestion(within=within, filter=condition))
    wish = Wish(kind or kind_of(output), as_of=as_of, known_at=known_at)
    if wish.kind == "xlsx" and output is None:
        raise Malformed(Message("xlsx 要写到文件：请加 --output 清单.xlsx。", "An xlsx needs a file: give --output."))
    with closing(Database(settings.database_url)) as database:
        prepared = prepare(database, wanted, wish, make_clock(settings).now())
        with closing(prepared.body(database)) as body, opened(output) as file:
            file.writelines(body)


def kind_of(output: Path | None) -> FileKind:
    suffix = "csv" if output is None else output.suffix[1:].lower()
    if suffix not in MEDIA_TYPES or suffix == "json":
        zh = f"看不出“{output}”要写成什么：文件名请以 .csv、.ndjson 或 .xlsx 结尾，或者用 --format 指明。"
        raise Malformed(Message(zh, f"Name {output} .csv, .ndjson or .xlsx, or give --format."))
    return cast("FileKind", suffix)


@contextmanager
def opened(output: Path | None) -> Iterator[IO[bytes]]:
    if output is None:
        yield sys.stdout.buffer
        return
    with output.open("wb") as file:
        yield file
