"""What an operator types about users, keys and the log."""

import io
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, update

from app.audit.models import audit_entry
from app.db import Database
from app.patterns import LINE, SAID
from tests.access.people import PASSWORD, sign_in, told
from tests.factories import CIVIL_AFFAIRS, department, publish
from tests.test_cli import Answer, Shixiang, run, shixiang

__all__ = ["run", "shixiang"]

ADD = ("user", "add", "Li.Na", "--name", "民政局 李娜", "--role", "editor", "--department", CIVIL_AFFAIRS)


@pytest.fixture(autouse=True)
def civil_affairs(database: Database) -> None:
    publish(database, department())


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password on the standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))


@pytest.mark.usefixtures("typed")
def test_a_user_is_added_and_signs_in(shixiang: Shixiang, client: TestClient, database: Database) -> None:
    answer = shixiang(*ADD, "--password-stdin")
    assert answer == Answer(0, "已建立用户 li.na（民政局 李娜）。\n", "")
    assert sign_in(client, "li.na").json()["departments"] == [CIVIL_AFFAIRS]
    assert ("operator", "user.create", "user/li.na", "done") in told(database)


def test_a_user_may_have_no_password(shixiang: Shixiang, client: TestClient) -> None:
    assert shixiang(*ADD, "--no-password").code == 0
    assert sign_in(client, "li.na").status_code == 401


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ADD,), "这里不是终端，问不到密码：请加 --password-stdin 从标准输入给，或加 --no-password。"),
        ((*ADD[:-1], "HZ-404", "--no-password"), "今天没有编码为 HZ-404 的部门（见 /v1/departments）。"),
        ((*ADD[:-2], "--no-password"), "编辑（editor）要写明能编辑哪些部门，至少一个部门编码。"),
        (("user", "add", "李娜", *ADD[3:], "--no-password"), "登录名“李娜”不对：只能用小写字母、数字、点、横线、下划线，最多 64 个字符。"),
        (("user", "remove", "li.na"), "没有登录名为“li.na”的用户。"),
        (("key", "create", "--name", "大\n屏"), f"--name 的写法不对：{SAID[LINE].zh}。"),
        (("user", "add", "li.na", "--name", "李\u202e娜", *ADD[5:], "--no-password"), f"--name 的写法不对：{SAID[LINE].zh}。"),
        (("key", "create", "--name", "屏" * 101), "--name 最多 100 个字符，这个有 101 个。"),
        (("key", "create", "--name", "大屏", "--division", "440105"), "只有审核人（reviewer）按区划；角色是 admin 时不要写区划。"),
        (("audit", "verify", "--since", "7"), "“7”不是记下的末条：应写成 条号:校验值，如 shixiang audit verify 打印的那样。"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    shixiang: Shixiang, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert shixiang(*words) == Answer(1, "", said + "\n")


def test_a_password_that_is_too_short(shixiang: Shixiang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("太短\n"))
    assert shixiang(*ADD, "--password-stdin").err == "密码要有 10 到 200 个字符，这个有 2 个。\n"


def test_users_are_listed_and_removed(shixiang: Shixiang) -> None:
    shixiang(*ADD, "--no-password")
    assert "li.na" in shixiang("user", "list").out
    assert shixiang("user", "remove", "li.na").out == "已停用用户 li.na。\n"
    assert re.search("li.na.*2026-03-02", shixiang("user", "list").out)


def test_a_key_has_a_role_and_an_end(shixiang: Shixiang, client: TestClient) -> None:
    words = ("key", "create", "--name", "大屏", "--role", "editor", "--department", CIVIL_AFFAIRS, "--days", "30")
    key = shixiang(*words).out.strip()
    me = client.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).json()
    assert (me["name"], me["role"], me["departments"]) == ("大屏", "editor", [CIVIL_AFFAIRS])
    assert me["expires_at"] == "2026-04-01T10:00:00+08:00"
    listed = shixiang("key", "list").out
    assert "大屏" in listed
    assert "2026-04-01 10:00" in listed
    assert key not in listed
    assert shixiang("key", "revoke", "--name", "大屏").out == "已停用 1 个密钥。\n"
    assert "大屏" not in shixiang("key", "list").out


def test_a_key_is_an_administrators_unless_told_otherwise(shixiang: Shixiang, client: TestClient) -> None:
    key = shixiang("key", "create", "--name", "审批局 王敏").out.strip()
    me = client.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).json()
    assert (me["role"], me["expires_at"]) == ("admin", None)


def test_the_log_is_whole_and_its_end_is_told(shixiang: Shixiang, database: Database) -> None:
    shixiang("key", "create", "--name", "大屏")
    answer = shixiang("audit", "verify")
    count = len(told(database))
    found = re.fullmatch(rf"日志完整。共 {count} 条，末条 ({count}:[0-9a-f]{{64}})\n", answer.out)
    assert (answer.code, found is not None) == (0, True)
    assert found is not None
    shixiang("key", "create", "--name", "又一个")
    assert shixiang("audit", "verify", "--since", found[1]).code == 0


def test_where_it_is_broken_is_told(shixiang: Shixiang, database: Database) -> None:
    for name in ("甲", "乙", "丙"):
        shixiang("key", "create", "--name", name)
    last = len(told(database))
    with database.write() as connection:
        connection.execute(delete(audit_entry).where(audit_entry.c.number == 2))
        connection.execute(update(audit_entry).where(audit_entry.c.number == last).values(by="别人"))
    answer = shixiang("audit", "verify")
    assert answer.code == 1
    assert answer.out.splitlines()[:-1] == ["第 2 条不见了。", f"第 {last} 条被改过：内容与校验值不符。"]
    assert answer.out.splitlines()[-1].startswith(f"日志有 2 处不对。共 {last} 条，末条 {last}:")
