"""The commands about users, keys and the log. The command line belongs to the operator, who needs no token."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from app.access.rules import OPERATOR, Remit, Role
from app.access.service import remove_keys
from app.accounts import keys, queries, users
from app.accounts.keys import Wish
from app.accounts.schemas import LONGEST_KEY, LONGEST_NAME, folded
from app.accounts.users import Person
from app.audit import log
from app.audit.chain import Head
from app.catalogue.moments import in_shanghai
from app.db import Database
from app.errors import Malformed, Message
from app.main import make_clock
from app.pages import MAX_LIMIT
from app.patterns import LINE, LOGIN, SAID
from app.settings import Settings

key = typer.Typer(no_args_is_help=True, help="密钥")
user = typer.Typer(no_args_is_help=True, help="用户")
audit = typer.Typer(no_args_is_help=True, help="日志")
GROUPS = {"key": key, "user": user, "audit": audit}
out = Console(soft_wrap=True, highlight=False)

Login = Annotated[str, typer.Argument(help="登录名：小写字母、数字、点、下划线、减号")]
Departments = Annotated[list[str] | None, typer.Option("--department", help="编辑能编辑的部门编码，可重复")]
Division = Annotated[str | None, typer.Option(help="审核人管哪个区划，含下级；不写为全部")]


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction of the operator's, and its time."""

    connection: Connection
    now: datetime


@contextmanager
def at_the_desk(*, writes: bool = True) -> Iterator[Desk]:
    settings = Settings()
    now = make_clock(settings).now()
    with closing(Database(settings.database_url)) as database, opened(database, writes=writes) as connection:
        yield Desk(connection, now)


def opened(database: Database, *, writes: bool) -> AbstractContextManager[Connection]:
    return database.write() if writes else database.read()


@user.command("add")
def add_user(
    login: Login,
    name: Annotated[str, typer.Option(help="姓名，会写进历史")],
    role: Annotated[Role, typer.Option(help="角色")],
    department: Departments = None,
    division: Division = None,
    subject: Annotated[str | None, typer.Option(help="身份提供者的 sub；不写则首次单点登录时按登录名认定")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="密码从标准输入读一行")] = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="不设密码，只用单点登录")] = False,
) -> None:
    """建立用户；在终端里会询问密码。"""
    remit = Remit(role, tuple(department or ()), division)
    given = None if no_password else asked_password(from_stdin=password_stdin)
    who = Person(read_login(login), read_name(name), remit, users.hashed(given), subject)
    with at_the_desk() as desk:
        users.add(desk.connection, who, OPERATOR, desk.now)
    out.print(f"已建立用户 {who.login}（{who.name}）。", markup=False)


@user.command("remove")
def remove_user(login: Login) -> None:
    """停用用户，其令牌和密钥立即失效。"""
    with at_the_desk() as desk:
        users.remove(desk.connection, read_login(login), OPERATOR, desk.now)
    out.print(f"已停用用户 {login}。", markup=False)


@user.command("list")
def list_users() -> None:
    """列出用户，停用的也在内。"""
    with at_the_desk(writes=False) as desk:
        show(("登录名", "姓名", "角色", "部门", "区划", "密码", "最近使用", "停用"), each_user(desk.connection))


def each_user(connection: Connection) -> Iterator[Sequence[object]]:
    after = 0
    while rows := queries.users_page(connection, after, MAX_LIMIT, removed=True)[0][:MAX_LIMIT]:
        held = queries.departments_of_each(connection, [row.id for row in rows])
        for row in rows:
            departments, password = " ".join(held[row.id]), "有" if row.password else "无"
            yield row.login, row.name, row.role, departments, row.division_code, password, row.used_on, row.removed_at
        after = rows[-1].id


@key.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="给谁用，会写进历史")],
    role: Annotated[Role, typer.Option(help="角色")] = "admin",
    department: Departments = None,
    division: Division = None,
    days: Annotated[int | None, typer.Option(help="有效天数，默认不过期", min=1, max=10 * LONGEST_KEY)] = None,
) -> None:
    """新建一个密钥，只显示这一次。"""
    remit = Remit(role, tuple(department or ()), division)
    wish = Wish(read_name(name), "write", None if days is None else timedelta(days=days), remit)
    with at_the_desk() as desk:
        made = keys.caller_key(desk.connection, wish, remit, OPERATOR, desk.now)
    sys.stdout.write(made + "\n")


@key.command("revoke")
def revoke_keys(name: Annotated[str, typer.Option(help="谁的密钥")]) -> None:
    """停用一个名称的全部密钥，立即生效。"""
    with at_the_desk() as desk:
        stopped = remove_keys(desk.connection, name.strip(), desk.now)
    if not stopped:
        raise Malformed(Message(f"没有名为“{name}”的有效密钥。", f"There is no live key of {name!r}."))
    out.print(f"已停用 {stopped} 个密钥。", markup=False)


@key.command("list")
def list_keys() -> None:
    """列出没有停用的密钥，用户自己建的也在内。"""
    with at_the_desk(writes=False) as desk:
        show(("号", "名称", "账号", "角色", "范围", "建立", "过期", "最近使用"), each_key(desk.connection))


def each_key(connection: Connection) -> Iterator[Sequence[object]]:
    after = 0
    while rows := queries.keys_page(connection, OPERATOR, after, MAX_LIMIT)[0][:MAX_LIMIT]:
        for row in rows:
            whose = f"{row.kind}/{row.account_id}"
            yield row.id, row.name, whose, row.role, row.scope, row.created_at, row.expires_at, row.last_used_on
        after = rows[-1].id


@audit.command("verify")
def verify(
    since: Annotated[str | None, typer.Option(help="以前记下的末条，写成 条号:校验值")] = None,
) -> None:
    """核对日志：有没有被改过、删过、换过位置的。不对时以 1 退出。"""
    noted = None if since is None else read_head(since)
    with at_the_desk(writes=False) as desk:
        broken, head = log.verify(desk.connection, noted), log.head(desk.connection)
    lines = [breach.message.zh for breach in broken]
    told = "日志完整。" if not broken else f"日志有 {len(broken)} 处不对。"
    out.print(*lines, f"{told}共 {head.number} 条，末条 {head}", sep="\n", markup=False)
    if broken:
        raise typer.Exit(1)


def asked_password(*, from_stdin: bool) -> str:
    """Raises Malformed where there is nobody to ask."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        zh = "这里不是终端，问不到密码：请加 --password-stdin 从标准输入给，或加 --no-password。"
        raise Malformed(Message(zh, "There is no terminal to ask for a password: give --password-stdin."))
    answer: str = typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
    return answer


def read_login(given: str) -> str:
    login = str(folded(given))
    if not re.fullmatch(LOGIN, login):
        zh = f"登录名“{given}”不对：{SAID[LOGIN].zh}。"
        raise Malformed(Message(zh, f"{given!r} is no login: {SAID[LOGIN].en}."))
    return login


def read_name(given: str) -> str:
    name = given.strip()
    if not name:
        raise Malformed(Message("--name 不能为空：它会写进历史，说明是谁做的。", "--name must not be empty."))
    if len(name) > LONGEST_NAME:
        zh = f"--name 最多 {LONGEST_NAME} 个字符，这个有 {len(name)} 个。"
        raise Malformed(Message(zh, f"--name has at most {LONGEST_NAME} characters."))
    if not re.fullmatch(LINE, name):
        raise Malformed(Message(f"--name 的写法不对：{SAID[LINE].zh}。", f"--name takes {SAID[LINE].en}."))
    return name


def read_head(given: str) -> Head:
    number, _, noted = given.strip().partition(":")
    if not (number.isdecimal() and re.fullmatch("[0-9a-f]{64}", noted)):
        zh = f"“{given}”不是记下的末条：应写成 条号:校验值，如 shixiang audit verify 打印的那样。"
        raise Malformed(Message(zh, f"{given!r} is no NUMBER:HASH as shixiang audit verify prints it."))
    return Head(int(number), noted)


def show(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on a terminal, lines with tabs elsewhere."""
    table = Table(*headings)
    for row in rows:
        if out.is_terminal:
            table.add_row(*map(cell, row))
        else:
            sys.stdout.write("\t".join(map(cell, row)) + "\n")
    if out.is_terminal:
        out.print(table)


def cell(value: object) -> str:
    """A time to the minute, in Shanghai; nothing for what there is not."""
    if isinstance(value, datetime):
        return f"{in_shanghai(value):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
