"""The command that looks whether the links of items still lead somewhere."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Lock
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.access.rules import OPERATOR
from app.catalogue.moments import resolve
from app.db import Database
from app.main import make_clock
from app.quality.links import Addresses, Outcome, addresses, demand_network, keep
from app.quality.looking import Look, look_at
from app.settings import Settings

out = Console(soft_wrap=True, highlight=False)
CHECKING = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
LINE_EVERY = 500  # Addresses, in a log.
SHOWN = 50


def check_links(
    within: Annotated[str | None, typer.Option(help="只查这个行政区划及其下级的事项")] = None,
    timeout: Annotated[float, typer.Option(help="一个网址最多等几秒", min=0.1, max=300)] = 10,
    anyway: Annotated[bool, typer.Option("--anyway", help="多半打不开也照样记录")] = False,
) -> None:
    """查看在用事项和佐证里的网址是否打得开，要在能上网的机器上运行；三个不同的日子都打不开的，记为失效链接。"""
    settings = Settings()
    clock = make_clock(settings)
    with closing(Database(settings.database_url)) as database:
        with database.read() as connection:
            found = addresses(connection, resolve(connection, clock.now()), within)
        with counting(len(found.urls)) as seen:
            looks = look_at(found.urls, timeout=timeout, seen=seen)
        for look in [look for look in looks if not look.is_alive][:SHOWN]:
            out.print(f"  · {look.url}：{look.reason or f'HTTP {look.status}'}", markup=False)
        if not anyway:
            demand_network(looks)
        with database.write() as connection:
            done = keep(connection, looks, by=OPERATOR, clock=clock)
    out.print(*told(found, looks, done), sep="\n", markup=False)


@contextmanager
def counting(total: int) -> Iterator[Callable[[Look], None]]:
    """A bar on a terminal, a line now and then in a log. Told by several threads."""
    lock, done = Lock(), 0
    with Progress(*CHECKING, console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task("查看网址", total=total)

        def seen(_: Look) -> None:
            nonlocal done
            with lock:
                done += 1
                bar.advance(task)
                if not out.is_terminal and done % LINE_EVERY == 0:
                    out.print(f"已查 {done} / {total} 个网址", markup=False)

        yield seen


def told(found: Addresses, looks: Sequence[Look], done: Outcome) -> Iterator[str]:
    """What it came to, in a few lines."""
    alive = sum(look.is_alive for look in looks)
    yield f"查了 {len(looks)} 个网址：打得开 {alive} 个，打不开 {len(looks) - alive} 个。"
    if found.left_out:
        yield f"另有 {found.left_out} 个不是 http(s) 网址或者太长，没有查。"
    if done.revision is None:
        yield f"失效链接 {done.dead} 个，没有变化。"
    else:
        yield f"失效链接 {done.dead} 个：新增 {done.died} 个，恢复 {done.revived} 个，从第 {done.revision} 版起。"
