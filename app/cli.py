"""The command line: the same services as the API, for whoever operates the installation."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
import uvicorn
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import cli_access, cli_matching, cli_survey, logs
from app.access.rules import OPERATOR
from app.catalogue.divisions import division
from app.catalogue.moments import parse_day
from app.changes import service as change_sets
from app.cli_export import export_items
from app.cli_links import check_links
from app.cli_redact import redact
from app.clock import Clock
from app.db import Database, Record
from app.errors import AppError, Malformed, Message
from app.failures import explained
from app.files.mapping import ColumnMapping
from app.files.rows import Limits
from app.imports import service as imports
from app.imports.books import OnConflict
from app.imports.columns import own_mapping, shipped_mapping
from app.imports.queries import get_import, problems_page
from app.imports.service import Upload, Wish
from app.main import create_app, make_clock
from app.metrics.basis import moment_of
from app.metrics.figures import figures
from app.metrics.groups import grouping
from app.server import Protocol
from app.settings import Settings

ROOT = Path(__file__).parents[1]

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="事项 Shixiang：政务服务事项目录"
)
for name, commands in (cli_access.GROUPS | cli_matching.GROUPS | cli_survey.GROUPS).items():
    app.add_typer(commands, name=name)
app.command("export")(export_items)
app.command("redact")(redact)
app.command("check-links")(check_links)
out = Console(soft_wrap=True, highlight=False)


def main() -> None:
    """What an operator can put right is told in a sentence, not in a traceback."""
    logs.set_up()
    try:
        app()
    except AppError as error:
        fail(error.detail.zh, *faults(error))
    except (SQLAlchemyError, CommandError, ValidationError, OSError) as error:
        sentence = explained(error)
        if sentence is None:
            raise
        fail(sentence)


def fail(*lines: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True, highlight=False).print(*lines, sep="\n", markup=False)
    sys.exit(1)


def faults(error: AppError) -> Iterator[str]:
    """Where else it is wrong, the first few."""
    elsewhere = [placed(each.row, each.column, each.detail.zh) for each in error.faults if each.detail != error.detail]
    yield from elsewhere[:SHOWN]
    if "problems_url" in error.members:
        yield f"全部问题：{error.members['problems_url']}"


def placed(row: int | None, column: str | None, message: str) -> str:
    place = "" if row is None else f"第 {row} 行" + (f"“{column}”列" if column else "") + "："
    return f"  · {place}{message}"


SHOWN = 20


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


@app.command()
def migrate() -> None:
    """建立或升级数据库结构（Alembic）。"""
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = Settings().database_url
    command.upgrade(config, "head")


@app.command()
def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """启动服务。"""
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"  # noqa: S104 - only compared
    out.print("打开这些地址：", markup=False)
    for path in worth_opening(Settings()):
        out.print(f"  {address}{path}", markup=False)
    uvicorn.run(
        "app.main:create_app", factory=True, host=host, port=port, workers=workers, access_log=False, http=Protocol
    )


def worth_opening(settings: Settings) -> Iterator[str]:
    """The rates, the items that are not online, the manual; of the demonstration on the day of its report."""
    with opened(settings) as database, database.read() as connection:
        shown = connection.execute(select(division.c.code).where(division.c.code == DEMONSTRATION)).scalar()
    day = "&as_of=2024-06-30" if shown else ""
    yield f"/v1/metric-values?metric=online_rate&metric=one_visit_rate{day}"
    yield f"/v1/items?is_online=false{day}"
    yield "/docs"


DEMONSTRATION = "990101"


@app.command()
def openapi() -> None:
    """把 OpenAPI 文档写到标准输出。"""
    document = create_app(Settings(database_url="sqlite:///never-opened.db")).openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


@app.command("figures")
def show_figures(
    metrics: Annotated[list[str], typer.Argument(help="指标，如 online_rate one_visit_rate")],
    group_by: Annotated[list[str] | None, typer.Option(help="分组，可重复，如 department_code")] = None,
    as_of: Annotated[str | None, typer.Option(help="哪一天，默认今天")] = None,
    period: Annotated[str | None, typer.Option(help="数办件的指标：哪些月份，如 2024-01..2024-06")] = None,
    known_at: Annotated[str | None, typer.Option(help="按何时所知，默认最新")] = None,
    within: Annotated[str | None, typer.Option(help="行政区划代码，含下级")] = None,
    condition: Annotated[str | None, typer.Option("--filter", help="CQL2 条件：只计符合条件的事项")] = None,
    base_as_of: Annotated[str | None, typer.Option(help="与哪一天比较：比较两个日期的指标要写")] = None,
) -> None:
    """查看指标：分子、分母、未填、比率。"""
    settings = Settings()
    with opened(settings) as database, database.read() as connection:
        moment = moment_of(connection, make_clock(settings).now(), as_of, known_at, period, base_as_of=base_as_of)
        rows = figures(connection, metrics, group_by or (), moment, within, condition)
    told = moment.period or moment.as_of
    out.print(f"{told} 的情况，按第 {moment.revision} 版所知。{moment.note or ''}", markup=False)
    dimensions = grouping(group_by or (), "cases" if moment.period else "items")
    table = Table("指标", *(each.label for each in dimensions), "分子", "分母", "未填", "值")
    for row in rows:
        table.add_row(*as_cells(row, [each.name for each in dimensions]))
    out.print(table)


def as_cells(row: Mapping[str, Any], groups: Sequence[str]) -> list[str]:
    named = [row["group"][f"{name}_label"] for name in groups]
    cells = (row["metric"], *named, row["numerator"], row["denominator"], row["unknown"], shown(row))
    return ["" if cell is None else str(cell) for cell in cells]


def shown(row: Mapping[str, Any]) -> str | int | None:
    """A percentage or a mean to two decimals, a count as it is."""
    if row["percent"] is not None:
        return f"{row['percent']:.2f} %"
    value: int | float | None = row["value"]
    return f"{value:.2f}" if isinstance(value, float) else value


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx、csv 或 ndjson")],
    mapping: Annotated[str | None, typer.Option(help="自带映射的名称，或 TOML 文件")] = None,
    effective_on: Annotated[str | None, typer.Option(help="生效日期（年-月-日），默认今天")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="文件无误就发布，不经第二人，质量规则也不拦")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入；有不能导入的行时以 1 退出")] = False,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="跳过不对的行")] = False,
    on_conflict: Annotated[
        OnConflict, typer.Option(help="导出之后别人也改过的格子：refuse 拒绝这一行，mine 按文件的，theirs 保留现在的")
    ] = "refuse",
) -> None:
    """导入一个事项文件，生成变更单；--publish 直接发布。"""
    if publish and dry_run:
        raise Malformed(Message("--publish 和 --dry-run 只能选一个。", "Choose --publish or --dry-run."))
    settings = Settings()
    clock = make_clock(settings)
    now = clock.now()
    day = now.date() if effective_on is None else parse_day(effective_on, "effective_on")
    upload = Upload(file, file.name, OPERATOR, *chosen_mapping(mapping), settings.keep_uploads_days)
    with opened(settings) as database:
        wish = Wish(day, dry_run, "skip" if skip_invalid else "refuse", on_conflict)
        done = imported(database, upload, wish, settings, now)
        if publish and done.change_set is not None:
            publish_import(database, done.change_set, clock)
        elif done.change_set is not None:
            out.print(f"已生成变更单 {done.change_set}，还没有发布。", markup=False)
    if done.status == "refused":
        raise typer.Exit(1)


def imported(database: Database, upload: Upload, wish: Wish, settings: Settings, now: datetime) -> Record:
    """The import, told as it went."""
    limits = Limits(bytes=settings.max_upload_mb * 2**20, rows=settings.max_import_rows)
    with Progress(*COUNTING, console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task(upload.name, total=None)
        number = imports.run(
            database, upload, wish, now=now, limits=limits, progress=lambda rows: bar.advance(task, rows)
        )
    with database.read() as connection:
        done = get_import(connection, number)
        rejected, _ = problems_page(connection, number, "rejected", 0, SHOWN)
    tell(done, rejected[:SHOWN])
    return done


def publish_import(database: Database, change_set: int, clock: Clock) -> None:
    with database.write() as connection:
        change_sets.submit(connection, change_set, by=OPERATOR, now=clock.now())
        applied = change_sets.approve(connection, change_set, by=OPERATOR, clock=clock)
    out.print(f"变更单 {change_set} 已发布为第 {applied.revision} 版（由操作员发布，未经第二人审核）。", markup=False)


COUNTING = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} 行"), TimeElapsedColumn())


def chosen_mapping(name: str | None) -> tuple[ColumnMapping | None, str | None]:
    if name is None:
        return None, None
    path = Path(name)
    return (
        (own_mapping(path.read_bytes()), path.name) if path.suffix.lower() == ".toml" else (shipped_mapping(name), name)
    )


def tell(done: Record, rejected: Sequence[Record]) -> None:
    """The report in a few lines: what would change, the rows that cannot be imported, each rule that was broken."""
    found = done.report
    counts = "，".join(f"{label} {found[name]}" for label, name in COUNTS)
    lines = [f"第 {done.id} 次导入（{STATUSES[done.status]}）：{counts}；生效日期 {done.effective_on}"]
    if found["ignored_sheets"]:
        lines.append(f"只读了工作表“{found['sheet']}”，没有读：{'、'.join(found['ignored_sheets'])}")
    if found["new_departments"]:
        lines.append(f"新部门 {len(found['new_departments'])} 个")
    lines += [placed(row.row, row.column, row.message_zh) for row in rejected]
    lines += [
        f"  · {SEVERITIES[rule['severity']]} {rule['count']} 处（{rule['rule']}），如：{rule['message']}"
        for rule in found["findings"]
    ]
    out.print(*lines, sep="\n", markup=False)


COUNTS = (("新增", "added"), ("修改", "amended"), ("不变", "unchanged"), ("拒绝", "rejected"), ("未列出", "absent"))
STATUSES = {
    "checked": "只检查，没有写入",
    "refused": "有不能导入的行，没有写入",
    "unchanged": "没有变化，没有写入",
    "drafted": "已生成变更单",
}
SEVERITIES = {"error": "错误", "warning": "警告", "advice": "建议"}


@app.command()
def seed(what: Annotated[Literal["reference", "demo"], typer.Argument()] = "reference") -> None:
    """填充空数据库：reference 只有行政区划，demo 另有演示区。已有事项的库不会改动。"""
    from seed import load  # noqa: PLC0415 - the demonstration is not loaded by other commands

    with opened(Settings()) as database:
        load.reference(database)
        if what == "demo":
            load.demo(database, progress=out)
