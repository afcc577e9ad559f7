"""The command that writes items to a file."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Annotated, cast
from uuid import uuid4

import typer

from app.catalogue.export_columns import read_columns
from app.catalogue.export_params import MEDIA_TYPES, FileKind, Wish, read_most
from app.catalogue.exports import Export, prepare
from app.catalogue.listing import ItemList
from app.catalogue.ordering import read_order
from app.catalogue.params import ItemQuestion
from app.catalogue.search import read_words
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
    words: Annotated[str | None, typer.Option("--q", help="要找的词，空格分开为都要有")] = None,
    sort: Annotated[str | None, typer.Option(help="排序，如 -promised_limit,name；减号为从大到小")] = None,
    fields: Annotated[str | None, typer.Option(help="只要哪些要素，如 code,name；默认为可以再导入的全部")] = None,
    sections: Annotated[str | None, typer.Option(help="只要哪些节，如 标识,子清单；不与 --fields 同时写")] = None,
    limit: Annotated[str | None, typer.Option(help="只要前几行，默认全部")] = None,
    base_as_of: Annotated[str | None, typer.Option(help="比较日：…_before 的要素说的是哪一天")] = None,
) -> None:
    """把事项清单写成 csv、ndjson 或 xlsx，可以再导入。"""
    question = ItemQuestion(within=within, filter=condition, words=read_words(words))
    wanted = ItemList(question, read_order(sort), read_columns(fields, sections))
    wish = Wish(kind or kind_of(output), read_most(limit), as_of, known_at, base_as_of)
    if wish.kind == "xlsx" and output is None:
        raise Malformed(Message("xlsx 要写到文件：请加 --output 清单.xlsx。", "An xlsx needs a file: give --output."))
    settings = Settings()
    with closing(Database(settings.database_url)) as database:
        prepared = prepare(database, wanted, wish, make_clock(settings).now())
        with closing(prepared.body(database)) as body, written(output) as file:
            file.writelines(body)
        typer.echo(told(prepared, prepared.count(database)), err=True)


def kind_of(output: Path | None) -> FileKind:
    suffix = "csv" if output is None else output.suffix[1:].lower()
    if suffix not in MEDIA_TYPES or suffix == "json":
        zh = f"看不出“{output}”要写成什么：文件名请以 .csv、.ndjson 或 .xlsx 结尾，或者用 --format 指明。"
        raise Malformed(Message(zh, f"Name {output} .csv, .ndjson or .xlsx, or give --format."))
    return cast("FileKind", suffix)


def told(prepared: Export, count: int) -> str:
    moment = prepared.moment
    return f"已写出 {count} 行：{moment.as_of} 的情况，按第 {moment.revision} 版所知。{moment.note or ''}"


@contextmanager
def written(output: Path | None) -> Iterator[IO[bytes]]:
    """Where the file goes: it takes the place of what is there once it is whole. A device or a pipe is written to."""
    if output is None:
        yield sys.stdout.buffer
        return
    target = output.resolve()
    if not target.parent.is_dir():
        zh = f"没有文件夹 {output.parent}。请先建立，或换一个位置。"
        raise Malformed(Message(zh, f"There is no folder {output.parent}: make it, or choose another."))
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    beside = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
