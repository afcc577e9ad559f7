"""Two people at one terminal, each with a password, make personal data unreadable."""

from collections.abc import Callable
from io import StringIO

import pytest
from sqlalchemy import insert

from app import cli
from app.access.models import account
from app.access.passwords import hashed
from app.accounts.signing_in import MOST_WRONG
from app.audit.log import entries, verify
from app.catalogue.objects import ITEM
from app.catalogue.versions import ever
from app.changes.redactable import MARK
from app.db import Database
from tests.conftest import NOW
from tests.factories import department, item, publish

PHONE = "13800138000"
WHY = "误登个人手机号"
PEOPLE = [("wangmin", "王敏", "reviewer"), ("lihua", "李华", "admin"), ("zhouyang", "周洋", "editor")]
Redact = Callable[..., tuple[int, str, str]]


@pytest.fixture
def redact(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Redact:
    """The command in a catalogue with people; passwords stand in the lines that are typed."""
    publish(database, department(), item("HZ-001", consultation_contact=f"找老周 {PHONE}"))
    with database.write() as connection:
        for login, name, role in PEOPLE:
            person = {"kind": "user", "name": name, "login": login, "role": role, "password": hashed(f"{login} 的密码")}
            connection.execute(insert(account).values(person | {"created_at": NOW}))
    monkeypatch.setattr("app.cli.logs.set_up", lambda: None)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FROZEN_CLOCK", NOW.isoformat())

    def run(
        first: str, second: str, *passwords: str, field: str = "咨询方式", reason: str = WHY
    ) -> tuple[int, str, str]:
        words = ["redact", "HZ-001", "--field", field, "--reason", reason, "--by", first, "--with", second]
        monkeypatch.setattr("sys.argv", ["shixiang", *words, "--passwords-stdin"])
        monkeypatch.setattr("sys.stdin", StringIO("".join(f"{each}\n" for each in passwords)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def said(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(ever([ITEM.table.c.consultation_contact])).scalars())


def actions(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as connection:
        assert verify(connection) == []
        return [(each.by, each.action, each.outcome) for each in entries(connection, {}, 0, 100)][-4:]


def test_two_people_redact(redact: Redact, database: Database) -> None:
    code, out, err = redact("wangmin", "lihua", "wangmin 的密码", "lihua 的密码")
    assert (code, err) == (0, "")
    assert out == "已隐去 HZ-001 的 consultation_contact，第 2 版起生效，以前各版也一样。\n"
    assert said(database) == [MARK]
    assert actions(database) == [
        ("王敏", "login", "done"),
        ("李华", "login", "done"),
        ("王敏", "redaction.request", "done"),
        ("李华", "redaction.confirm", "done"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "passwords", "told"),
    [
        ("wangmin", "wangmin", ("wangmin 的密码", "wangmin 的密码"), "要由另一个人执行"),
        ("wangmin", "lihua", ("wangmin 的密码", "猜的"), "lihua 的登录名或密码不对"),
        ("wangmin", "lihua", ("wangmin 的密码",), "lihua 的登录名或密码不对"),
        ("nobody", "lihua", ("猜的", "lihua 的密码"), "nobody 的登录名或密码不对"),
        ("wangmin", "zhouyang", ("wangmin 的密码", "zhouyang 的密码"), "“周洋”的角色是编辑"),
    ],
)
def test_anything_less_is_refused(
    redact: Redact, database: Database, first: str, second: str, passwords: tuple[str, ...], told: str
) -> None:
    code, out, err = redact(first, second, *passwords)
    assert (code, out) == (1, "")
    assert told in err
    assert said(database) == [f"找老周 {PHONE}"]


def test_a_wrong_password_stands_in_the_log(redact: Redact, database: Database) -> None:
    redact("wangmin", "lihua", "wangmin 的密码", "猜的")
    assert [each for each in actions(database) if each[2] == "refused"] == [("李华", "login", "refused")]


def test_somebody_who_guesses_is_stopped(redact: Redact, database: Database) -> None:
    """After as many wrong passwords as at the service, the right one is taken no more."""
    for _ in range(MOST_WRONG):
        redact("wangmin", "lihua", "猜的", "lihua 的密码")
    code, _, err = redact("wangmin", "lihua", "wangmin 的密码", "lihua 的密码")
    assert (code, "15 分钟内已有 5 次密码不对" in err) == (1, True)
    assert said(database) == [f"找老周 {PHONE}"]


def test_what_is_no_text_is_refused(redact: Redact, database: Database) -> None:
    code, _, err = redact("wangmin", "lihua", "wangmin 的密码", "lihua 的密码", field="是否网办")
    assert code == 1
    assert "不能隐去" in err
    assert said(database) == [f"找老周 {PHONE}"]


def test_there_is_a_reason(redact: Redact, database: Database) -> None:
    code, _, err = redact("wangmin", "lihua", "wangmin 的密码", "lihua 的密码", reason=" ")
    assert (code, "--reason 不能为空" in err) == (1, True)
    assert said(database) == [f"找老周 {PHONE}"]
