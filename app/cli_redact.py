"""The command by which two people at one terminal make personal data unreadable."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Annotated, Literal

import typer

from app.access.rules import Caller
from app.accounts.signing_in import sign_in_at_terminal
from app.catalogue.objects import OBJECT_TYPES
from app.changes.redactable import read_target
from app.db import Database
from app.errors import Malformed, Message
from app.main import make_clock
from app.review.redaction import queries, service
from app.review.redaction.said import StillSaid
from app.review.redaction.service import Wish
from app.review.redaction.used import Used, used_by
from app.settings import Settings


def redact(
    code: Annotated[str, typer.Argument(help="对象的编码")],
    field: Annotated[str, typer.Option(help="要素的字段名或名称；清单里的一项写成 windows.phone")],
    reason: Annotated[str, typer.Option(help="原因，不要写出要隐去的内容")],
    by: Annotated[str, typer.Option(help="提出的人的登录名")],
    second: Annotated[str, typer.Option("--with", help="另一个人的登录名，由他执行")],
    kind: Annotated[Literal["item", "department", "window", "basic_item"], typer.Option("--object")] = "item",
    division: Annotated[str | None, typer.Option(help="地方编码在多个区划使用时，指明区划")] = None,
    passwords_stdin: Annotated[bool, typer.Option("--passwords-stdin", help="从标准输入读两行密码，不提示")] = False,
) -> None:
    """隐去误公布的个人信息：在所有版本里改写，两个人各用自己的密码。"""
    if not reason.strip():
        raise Malformed(Message("--reason 不能为空：它会一直保留，说明为什么隐去。", "--reason must not be empty."))
    settings = Settings()
    clock = make_clock(settings)
    passwords = [_password(login, from_stdin=passwords_stdin) for login in (by, second)]
    wish = Wish(code, field, reason.strip(), OBJECT_TYPES[kind], division)
    with closing(Database(settings.database_url)) as database:
        first, other = [
            signed_in(database, login, password, clock.now())
            for login, password in zip((by, second), passwords, strict=True)
        ]
        with database.write() as connection:
            number = service.request(connection, wish, by=first, now=clock.now())
            said = service.confirm(connection, number, by=other, clock=clock)
            done = queries.get_redaction(connection, number)
            also = queries.also_redacted(connection, [number]).get(number)
            used = used_by(connection, read_target(wish.kind, wish.field))
        database.compact()
    typer.echo(f"已隐去 {code} 的 {done.field}，第 {done.revision} 版起生效，以前各版也一样。")
    if also:
        typer.echo(f"来龙去脉相连、有同样文字的也已隐去：{'、'.join(also)}。")
    for told in [*used_lines(used), *still_said_lines(said)]:
        typer.echo(told)


def used_lines(used: Used) -> Iterator[str]:
    """A line for each kind of thing whose figures are chosen by the element."""
    if used.reports:
        yield f"这些报告有数字的条件用到这个要素，可能不能重算，核对时会写明：{'、'.join(map(str, used.reports))}。"
    if used.alert_rules:
        yield f"这些预警规则的条件用到这个要素，请看是否要改：{'、'.join(map(str, used.alert_rules))}。"


def still_said_lines(said: StillSaid) -> Iterator[str]:
    """A line for each kind of thing that still says it."""
    of_each: dict[str, Sequence[object]] = {
        "变更单的标题、原因或意见": said.change_sets,
        "质量规则的文字、过滤条件或启停原因": said.rules,
        "报告的编号、标题或正文": said.reports,
        "办件报送的文件名、原因或业务类别": said.case_imports,
        "预警规则的名称、条件、通知地址或测试通知": said.alert_rules,
        "预警的组、数字或通知": said.alert_findings,
    }
    for what, found in of_each.items():
        if found:
            yield f"这些{what}里还写着：{'、'.join(map(str, found))}。"


def _password(login: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    given: str = typer.prompt(f"{login} 的密码", hide_input=True, err=True)
    return given


def signed_in(database: Database, login: str, password: str, now: datetime) -> Caller:
    """The person, who may review. Raises WrongPassword, TooManyAttempts or NotPermitted."""
    person = sign_in_at_terminal(database, login, password, now)
    person.demand("review")
    return person
