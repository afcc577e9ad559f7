"""The command line: the same services as the API, for whoever operates the installation."""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
import uvicorn
from alembic import command
from alembic.config import Config
from rich.console import Console

from app import logs
from app.access.service import create_key
from app.db import Database
from app.errors import AppError
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
