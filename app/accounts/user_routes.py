"""Users, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BeforeValidator
from sqlalchemy import Connection

from app.access.dependencies import Administrator, GuardedRoute
from app.access.rules import Remit
from app.accounts import present, queries, users
from app.accounts.schemas import NewUser, UserChange, UserOut, UserPage, folded
from app.accounts.users import Person
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.patterns import LOGIN

router = APIRouter(prefix="/users", tags=["账号"], route_class=GuardedRoute)

OfLogin = Annotated[str, BeforeValidator(folded), Path(description="登录名", pattern=LOGIN)]
After = Annotated[int, Query(description="从第几个账号之后开始", ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)]


@router.post("", status_code=201, summary="建立用户", operation_id="create_user", responses={201: {"model": UserOut}})
def create_user(request: Request, body: NewUser, by: Administrator, now: Now) -> Response:
    """Somebody who may sign in. Departments and divisions have to be there today."""
    remit = Remit(body.role, body.departments, body.division_code)
    who = Person(body.login, body.name, remit, users.hashed(body.password), body.subject)
    with request.app.state.database.write() as connection:
        users.add(connection, who, by, now)
        return shown(connection, body.login, status=201)


@router.get("", summary="用户清单", operation_id="list_users", responses={200: {"model": UserPage}})
def list_users(
    _: Administrator,
    snapshot: Snapshot,
    removed: Annotated[bool, Query(description="也列出已停用的")] = False,  # noqa: FBT002
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In the order in which they were made."""
    with snapshot() as connection:
        rows, total = queries.users_page(connection, after, limit, removed=removed)
        departments = queries.departments_of_each(connection, [row.id for row in rows[:limit]])
    more = len(rows) > limit
    following = link("/v1/users", removed=removed or None, after=rows[limit - 1].id, limit=limit) if more else None
    items = [present.user_out(row, departments[row.id]) for row in rows[:limit]]
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get("/{login}", summary="一个用户", operation_id="get_user", responses={200: {"model": UserOut}})
def get_user(login: OfLogin, _: Administrator, snapshot: Snapshot) -> Response:
    """Removed ones too."""
    with snapshot() as connection:
        return shown(connection, login)


@router.patch("/{login}", summary="修改用户", operation_id="change_user", responses={200: {"model": UserOut}})
def change_user(request: Request, login: OfLogin, body: UserChange, by: Administrator, now: Now) -> Response:
    """What is named becomes different at once, for the tokens that the user has too. A new password or subject ends them."""
    given = body.model_dump(exclude_unset=True)
    if "password" in given:
        given["password"] = users.hashed(given["password"])
    with request.app.state.database.write() as connection:
        users.change(connection, login, given, by, now)
        return shown(connection, login)


@router.delete("/{login}", summary="停用用户", operation_id="remove_user", responses={200: {"model": UserOut}})
def remove_user(login: OfLogin, by: Administrator, connection: WriteSession, now: Now) -> Response:
    """Their tokens stop at once. Nothing is deleted: history keeps their name, and the login is given to nobody else."""
    users.remove(connection, login, by, now)
    return shown(connection, login)


def shown(connection: Connection, login: str, status: int = 200) -> Response:
    row = users.get_user(connection, login)
    body = present.user_out(row, queries.departments_of_each(connection, [row.id])[row.id])
    return JsonBytes(body, status_code=status, headers={"Location": f"/v1/users/{login}"} if status == 201 else None)
