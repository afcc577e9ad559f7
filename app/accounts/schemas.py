"""Users, keys, tokens and entries of the log as they go over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, JsonValue, StringConstraints

from app.access.rules import Permission, Role, Scope
from app.patterns import CODE, DIVISION, LINE, LOGIN
from app.schema import Body

LONGEST_KEY, USUAL_KEY = 366, 90  # days
LONGEST_NAME = 100


def folded(given: object) -> object:
    return given.strip().casefold() if isinstance(given, str) else given


Login = Annotated[str, BeforeValidator(folded), StringConstraints(pattern=LOGIN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME, pattern=LINE)]
Division = Annotated[str, StringConstraints(pattern=DIVISION)]
Password = Annotated[str, StringConstraints(pattern=LINE)]
Department = Annotated[str, StringConstraints(pattern=CODE)]
Departments = Annotated[tuple[Department, ...], Field(description="编辑（editor）能编辑的部门的编码", max_length=500)]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=LINE)]

OF_REVIEWER = "审核人（reviewer）管哪个区划，含下级；不写为全部"


class SignIn(Body):
    """A login and its password, and what the token should be good for."""

    login: Annotated[Login, Field(description="登录名，不分大小写", examples=["wang.min"])]
    password: Annotated[Password, Field(description="密码")]
    scope: Annotated[Scope, Field(description="read 的令牌只能读")] = "write"
    lifetime: Annotated[int | None, Field(description="多少小时后过期；默认且最多为 TOKEN_HOURS", ge=1)] = None


class NewPassword(Body):
    """The password as it was, and as it should be."""

    old: Annotated[Password, Field(description="现在的密码")]
    new: Annotated[Password, Field(description="新密码，10 到 200 个字符")]


class NewUser(Body):
    """Somebody who signs in with a password or through the identity provider."""

    login: Annotated[Login, Field(description="登录名，以后不能改", examples=["wang.min"])]
    name: Annotated[Name, Field(description="姓名，会写进历史", examples=["审批局 王敏"])]
    role: Annotated[Role, Field(description="角色")]
    departments: Departments = ()
    division_code: Annotated[Division | None, Field(description=OF_REVIEWER)] = None
    password: Annotated[Password | None, Field(description="10 到 200 个字符；不写则只能用单点登录")] = None
    subject: Annotated[Subject | None, Field(description="身份提供者的 sub；不写则首次登录时按登录名认定")] = None


class UserChange(Body):
    """What is to be different; what is not named stays."""

    name: Annotated[Name | None, Field(description="姓名")] = None
    role: Annotated[Role | None, Field(description="角色")] = None
    departments: Annotated[Departments | None, Field(description="能编辑的部门的编码，全部写出")] = None
    division_code: Annotated[Division | None, Field(description=OF_REVIEWER)] = None
    password: Annotated[Password | None, Field(description="新密码；null 为不再用密码。该用户的令牌随即失效")] = None
    subject: Annotated[
        Subject | None, Field(description="身份提供者的 sub；null 为重新认定。与原来不同时，该用户的令牌随即失效")
    ] = None


class NewKey(Body):
    """A long token: of one's own account, or with a role a caller of its own."""

    name: Annotated[Name, Field(description="做什么用的；给工具单独用的会写进历史", examples=["大屏"])]
    scope: Annotated[Scope, Field(description="read 的密钥只能读")] = "write"
    days: Annotated[int, Field(description="有效天数", ge=1, le=LONGEST_KEY)] = USUAL_KEY
    role: Annotated[
        Role | None, Field(description="写了角色就是单独的调用者，只有管理员能建；不写则是自己账号的密钥")
    ] = None
    departments: Departments = ()
    division_code: Annotated[Division | None, Field(description=OF_REVIEWER)] = None


class Me(BaseModel):
    """Who is calling, and what this token may do."""

    account: Annotated[str, Field(description="在日志里的称呼")]
    kind: Literal["user", "key"]
    login: Annotated[str | None, Field(description="登录名；密钥没有")]
    name: str
    role: Role
    permissions: Annotated[list[Permission], Field(description="用这个令牌能做什么")]
    departments: list[str]
    division_code: str | None
    scope: Scope
    expires_at: Annotated[str | None, Field(description="令牌什么时候过期；空为不过期")]


class TokenOut(Me):
    """A new token, which is shown this once, and whose it is."""

    token: str


class SignedOut(BaseModel):
    """The token that was used is not taken any more."""

    revoked_at: str


class PasswordChanged(BaseModel):
    """Other tokens of the account are not taken any more."""

    login: str
    changed_at: str


class UserOut(BaseModel):
    """A user, and whether they may still sign in."""

    login: str
    account: Annotated[str, Field(description="在日志里的称呼")]
    name: str
    role: Role
    departments: list[str]
    division_code: str | None
    has_password: Annotated[bool, Field(description="能否用密码登录")]
    subject: Annotated[str | None, Field(description="身份提供者的 sub")]
    created_at: str
    removed_at: Annotated[str | None, Field(description="什么时候停用；在用的为空")]
    last_used_on: Annotated[str | None, Field(description="最近哪一天用过")]


class UserPage(BaseModel):
    """Users in the order in which they were made."""

    items: list[UserOut]
    total: int
    next: str | None


class KeyOut(BaseModel):
    """A key, without what is secret about it."""

    id: int
    name: str
    account: Annotated[str, Field(description="谁的：自己账号的密钥是 user/…，单独的调用者是 key/…")]
    account_name: str
    role: Role
    scope: Scope
    created_at: str
    expires_at: Annotated[str | None, Field(description="空为不过期（操作员建的）")]
    revoked_at: str | None
    last_used_on: str | None


class KeyMade(KeyOut):
    """A new key; the token is shown this once."""

    token: str


class KeyPage(BaseModel):
    """Keys that were not revoked."""

    items: list[KeyOut]
    total: int
    next: str | None


class EntryOfLog(BaseModel):
    """Who did what, or was refused what."""

    number: int
    at: str
    by: Annotated[str, Field(description="当时的姓名或名称")]
    account: str
    action: Annotated[str, Field(examples=["change-set.approve"])]
    about: Annotated[str, Field(examples=["change-set/30"])]
    outcome: Literal["done", "refused"]
    details: dict[str, JsonValue]
    hash: Annotated[str, Field(description="本条的校验值，含前一条的校验值")]


class LogPage(BaseModel):
    """Entries in order. `head` is the last one of all, to be noted elsewhere."""

    items: list[EntryOfLog]
    total: int
    next: str | None
    head: Annotated[str, Field(description="末条：条号和校验值，记在别处，以后用 audit verify --since 核对")]
