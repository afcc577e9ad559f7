"""The command that takes a file of responses or demands into a survey."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.access.rules import OPERATOR
from app.db import Database
from app.demand.survey_files.annotated import COUNTS
from app.demand.survey_files.mapping import decoded
from app.demand.survey_files.reading import Source
from app.demand.survey_files.schemas import ImportKind
from app.demand.survey_files.service import Outcome, Wish, import_file
from app.files.rows import limits
from app.main import make_clock
from app.settings import Settings

survey = typer.Typer(no_args_is_help=True, help="调查")
GROUPS = {"survey": survey}
out = Console(soft_wrap=True, highlight=False)
COUNTING = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} 行"), TimeElapsedColumn())
STATUSES = {"checked": "只检查，没有写入", "unchanged": "与已有的相同，没有写入", "recorded": "已写入"}
SHOWN = 20


@survey.callback()
def _group() -> None:
    """Keeps the name of the command though there is only one."""


@survey.command("import")
def import_survey_file(
    number: Annotated[int, typer.Argument(metavar="SURVEY", help="调查的编号", min=1)],
    file: Annotated[Path, typer.Argument(help="xlsx、csv 或 ndjson")],
    kind: Annotated[ImportKind, typer.Option(help="responses 一行一份答卷；demands 一行一条诉求")],
    mapping: Annotated[Path | None, typer.Option(help="TOML 文件：哪一列是哪一题，哪些题的回答是诉求")] = None,
    write: Annotated[bool, typer.Option("--write", help="写入；不写只检查，有不能写入的行时以 1 退出")] = False,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="跳过不对的行")] = False,
) -> None:
    """把一个答卷或诉求文件导入调查；不加 --write 只检查。"""
    settings = Settings()
    source = Source(file.name, kind, decoded(mapping.read_bytes()) if mapping else None)
    wish = Wish(number, source, OPERATOR, dry_run=not write, on_invalid="skip" if skip_invalid else "refuse")
    with closing(Database(settings.database_url)) as database, counting(file.name) as progress:
        clock, allowed = make_clock(settings), limits(settings)
        outcome = import_file(database, file, wish, clock=clock, limits=allowed, progress=progress)
    tell(outcome)
    if not write and outcome.tally.rejected:
        raise typer.Exit(1)


@contextmanager
def counting(name: str) -> Iterator[Callable[[int], None]]:
    with Progress(*COUNTING, console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda rows: bar.advance(task, rows)


def tell(outcome: Outcome) -> None:
    """The counts, the first problems, and what deserves a look."""
    tally, recorded = outcome.tally, outcome.recorded
    counts = "，".join(f"{label} {getattr(tally, name)}" for name, label in COUNTS.items())
    lines = [f"{STATUSES[outcome.status]}{f'（第 {recorded.id} 次导入）' if recorded else ''}：{counts}"]
    for each in tally.problems[:SHOWN]:
        lines.append(f"  · 第 {each.row} 行{f'“{each.column}”列' if each.column else ''}：{each.message.zh}")
    lines += [f"  · 提醒 {each.times} 处（{each.rule}）：{each.message.zh}" for each in outcome.remarks]
    out.print(*lines, sep="\n", markup=False)
