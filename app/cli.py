"""The command line: the same services as the API, for whoever operates the installation."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
import uvicorn
from alembic import command
from alembic.config import Config
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app import logs
from app.access.service import create_key
from app.changes import service as change_sets
from app.db import Database, Record
from app.errors import AppError
from app.files.mapping import ColumnMapping, read_mapping
from app.files.rows import Limits
from app.imports import service as imports
from app.imports.columns import shipped_mapping
from app.imports.queries import get_import
from app.imports.service import Upload, Wish
from app.main import create_app, make_clock
from app.settings import Settings

ROOT = Path(__file__).parents[1]
OPERATOR = "operator"

app = typer.Typer(no_args_is_help=True, add_completion=False, help="事项 Shixiang：政务服务事项目录")
key = typer.Typer(no_args_is_help=True, help="密钥")
app.add_typer(key, name="key")
out = Console(soft_wrap=True, highlight=False)


def main() -> None:
    """Failures that the service words itself are printed as a sentence, not as a traceback."""
    logs.set_up()
    try:
        app()
    except AppError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            error.detail.zh, *_faults(error), sep="\n", markup=False
        )
        sys.exit(1)


def _faults(error: AppError) -> list[str]:
    return [f"  · {each.detail.zh}" for each in error.faults[:20] if each.detail != error.detail]


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
    for path in WORTH_OPENING:
        out.print(f"  {address}{path}", markup=False)
    uvicorn.run("app.main:create_app", factory=True, host=host, port=port, workers=workers, access_log=False)


WORTH_OPENING = (
    "/v1/metric-values?metric=online_rate&metric=one_visit_rate&as_of=2024-06-30",
    "/v1/items?is_online=false&as_of=2024-06-30",
    "/docs",
)


@app.command()
def openapi() -> None:
    """把 OpenAPI 文档写到标准输出。"""
    document = create_app(Settings(database_url="sqlite://")).openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx、csv 或 ndjson")],
    mapping: Annotated[str | None, typer.Option(help="自带映射的名称，或 TOML 文件")] = None,
    effective_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="生效日期，默认今天")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="检查通过即发布")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="跳过不对的行")] = False,
) -> None:
    """导入一个事项文件，生成变更单；--publish 直接发布。"""
    settings = Settings()
    database, now = Database(settings.database_url), make_clock(settings).now()
    upload = Upload(file, file.name, *chosen_mapping(mapping))
    day = now.date() if effective_on is None else effective_on.date()
    wish = Wish(day, dry_run, "skip" if skip_invalid else "refuse")
    with Progress(*COUNTING, console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task(file.name, total=None)
        limits = Limits(bytes=settings.max_upload_mb * 2**20, rows=settings.max_import_rows)
        number = imports.run(
            database, upload, wish, by=OPERATOR, now=now, limits=limits, progress=lambda rows: bar.advance(task, rows)
        )
    with database.read() as connection:
        done = get_import(connection, number)
    tell(done)
    if publish and done.change_set is not None:
        with database.write() as connection:
            change_sets.submit(connection, done.change_set, by=OPERATOR, now=now)
            applied = change_sets.approve(connection, done.change_set, by=OPERATOR, now=now)
        out.print(f"已发布为第 {applied.revision} 版（由操作员发布，未经第二人审核）。", markup=False)
    database.close()


COUNTING = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} 行"), TimeElapsedColumn())


def chosen_mapping(name: str | None) -> tuple[ColumnMapping | None, str | None]:
    if name is None:
        return None, None
    path = Path(name)
    return (
        (read_mapping(path.read_text("utf-8")), path.name) if path.suffix == ".toml" else (shipped_mapping(name), name)
    )


def tell(done: Record) -> None:
    """The report in a few lines: what would change, and each rule that was broken."""
    found = done.report
    counts = (("新增", "added"), ("修改", "amended"), ("不变", "unchanged"), ("拒绝", "rejected"), ("未列出", "absent"))
    out.print(f"第 {done.id} 次导入：" + "，".join(f"{label} {found[name]}" for label, name in counts), markup=False)
    if found["new_departments"]:
        out.print(f"新部门 {len(found['new_departments'])} 个", markup=False)
    for rule in (*found["rejections"], *found["findings"]):
        out.print(f"  · {rule['severity']} {rule['rule']} {rule['count']} 次，如：{rule['message']}", markup=False)
    if done.change_set is not None:
        out.print(f"变更单 {done.change_set}", markup=False)


@key.command("create")
def create(name: Annotated[str, typer.Option(help="给谁用，会写进历史")]) -> None:
    """新建一个密钥，只显示这一次。"""
    settings = Settings()
    database = Database(settings.database_url)
    with database.write() as connection:
        made = create_key(connection, name, make_clock(settings).now())
    sys.stdout.write(made + "\n")


@app.command()
def seed(what: Annotated[Literal["reference", "demo"], typer.Argument()] = "reference") -> None:
    """填充空数据库：reference 只有行政区划，demo 另有演示区。已有事项的库不会改动。"""
    from seed import load  # noqa: PLC0415 - the demonstration is not loaded by other commands

    settings = Settings()
    database = Database(settings.database_url)
    load.reference(database)
    if what == "demo":
        load.demo(database, progress=out)
    database.close()
