"""One request of one role about one department, with all that has to be there for those who may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.access.rules import Caller, Role
from app.access.service import caller_of_account
from app.accounts import users
from app.changes import service
from app.changes.service import Cover
from app.db import Database
from tests.access.people import add_user, token_of, with_token
from tests.clients import Client
from tests.conftest import NOW
from tests.examples import sent
from tests.factories import amend, department, item, publish
from tests.imports.uploads import xlsx_file

ROLES = ("none", "reader", "researcher", "editor", "reviewer", "admin")
TODAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Side:
    """A department with its division and an item of its."""

    department: str
    division: str
    item: str


OWN = Side("11440100007482532A", "440105", "HZ-001")
OTHER = Side("11440106MB2C9012XA", "440106", "TH-001")


def fill(database: Database) -> None:
    publish(
        database,
        *(department(each.department, division_code=each.division) for each in (OWN, OTHER)),
        *(item(each.item, division_code=each.division, department_code=each.department) for each in (OWN, OTHER)),
    )


@dataclass(frozen=True)
class Asked:
    """What an operation is given."""

    path: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Case:
    """Who asks, about whom: an editor of OWN, a reviewer of its division, each somebody new."""

    app: FastAPI
    role: str
    side: Side
    number: int

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found

    @cached_property
    def login(self) -> str:
        return self.somebody(self.role, OWN, "caller")

    def somebody(self, role: str, side: Side, called: str) -> str:
        """The login of a new user."""
        login, asked = f"{called}-{self.number}", ROLE_OF[role]
        departments = (side.department,) if asked == "editor" else ()
        add_user(self.database, login, asked, departments, side.division if asked == "reviewer" else None)
        return login

    @cached_property
    def client(self) -> TestClient:
        if self.role == "none":
            return Client(self.app, raise_server_exceptions=False)
        return with_token(self.app, token_of(self.database, self.login))

    @cached_property
    def admin(self) -> TestClient:
        return with_token(self.app, token_of(self.database, self.somebody("admin", self.side, "admin")))

    @property
    def author(self) -> Caller:
        """Of what is one's own, the caller where they can write at all; else a colleague."""
        mine = self.side is OWN and self.role in ("editor", "reviewer", "admin")
        return self.caller(self.login) if mine else self.colleague

    @cached_property
    def colleague(self) -> Caller:
        return self.caller(self.somebody("editor", self.side, "colleague"))

    @cached_property
    def chief(self) -> str:
        return self.somebody("admin", self.side, "chief")

    def caller(self, login: str) -> Caller:
        with self.database.read() as connection:
            return caller_of_account(users.get_user(connection, login))

    def change_set(self, by: Caller, *, entries: bool = True, submitted: bool = False) -> int:
        """Of one entry, about the item of the side."""
        with self.database.write() as connection:
            number = service.create(connection, Cover("更新办事指南", TODAY), by=by, now=NOW)
            if entries:
                change = amend(self.side.item, TODAY, promised_limit=self.number)
                service.add(connection, number, [change], by=by, now=NOW)
            if submitted:
                service.submit(connection, number, by=by, now=NOW)
        return number

    def made(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """What an administrator made."""
        return checked(self.admin.post(path, json=body))

    def imported(self, **form: str) -> dict[str, Any]:
        """What an administrator imported."""
        return checked(self.admin.post("/v1/imports", files={"file": ("三月.csv", self.file().encode())}, data=form))

    def workbook(self) -> dict[str, Any]:
        """What an administrator imported as xlsx."""
        content = xlsx_file(*(line.split(",") for line in self.file().splitlines()))
        return checked(self.admin.post("/v1/imports", files={"file": ("三月.xlsx", content)}))

    def file(self) -> str:
        """A new item of the side's department."""
        head = "事项编码,事项名称,行政区划代码,实施主体编码"
        return f"{head}\nN-{self.number},养老机构备案,{self.side.division},{self.side.department}\n"

    def status(self, operations: Mapping[str, Any], operation: str, asked: "Asks") -> int:
        """What is answered."""
        given = asked(self)
        verb, path, described = operations[operation]
        answer = self.client.request(
            verb,
            path.format_map(given.path),
            params=dict(given.query),
            headers=dict(given.headers),
            **sent(described, given.body),
        )
        return answer.status_code


Asks = Callable[[Case], Asked]
ROLE_OF: Mapping[str, Role] = {
    "none": "reader",
    "reader": "reader",
    "researcher": "researcher",
    "editor": "editor",
    "reviewer": "reviewer",
    "admin": "admin",
}


def checked(answer: Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201, 202), answer.text
    body: dict[str, Any] = answer.json()
    return body
