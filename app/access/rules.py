"""Who may do what: roles, permissions, and whose second pair of eyes counts. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.errors import Fault, Forbidden, Message, fault

Role = Literal["reader", "researcher", "editor", "reviewer", "admin"]
Permission = Literal["read", "account", "survey", "follow", "draft", "review", "define", "administer"]
Scope = Literal["read", "write"]
Kind = Literal["user", "key", "operator"]

# `account` is to change one's own password and keys, `follow` to see change sets and imports. Editors draft for their
# departments, reviewers within their division.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "reader": frozenset({"read", "account"}),
    "researcher": frozenset({"read", "account", "survey"}),
    "editor": frozenset({"read", "account", "follow", "draft"}),
    "reviewer": frozenset({"read", "account", "follow", "draft", "review", "define"}),
    "admin": frozenset({"read", "account", "survey", "follow", "draft", "review", "define", "administer"}),
}
# What one defines changes everybody's figures, so whoever acts within a division only can't.
EVERYWHERE: frozenset[Permission] = frozenset({"define"})
READING: frozenset[Permission] = frozenset({"read", "follow", "survey"})
# What is needed to see something and to write it: with a token that only reads it is seen.
SEEN_AND_WRITTEN: frozenset[Permission] = frozenset({"survey"})
ROLE_NAMES: Mapping[Role, Message] = {
    "reader": Message("读者", "reader"),
    "researcher": Message("研究人员", "researcher"),
    "editor": Message("编辑", "editor"),
    "reviewer": Message("审核人", "reviewer"),
    "admin": Message("管理员", "administrator"),
}
PERMISSION_NAMES: Mapping[Permission, Message] = {
    "read": Message("查看", "reading"),
    "account": Message("改自己的密码和密钥", "changing one's own password and keys"),
    "survey": Message("使用调查数据", "using surveys"),
    "follow": Message("查看变更单和导入", "seeing change sets and imports"),
    "draft": Message("起草变更", "drafting changes"),
    "review": Message("审核变更", "reviewing changes"),
    "define": Message(
        "定义指标、质量规则和预警规则、冻结报告",
        "defining metrics, quality rules and alert rules, freezing reports",
    ),
    "administer": Message("管理用户和密钥、查看日志", "administering users and keys, reading the log"),
}


class NotPermitted(Forbidden):
    slug, title = "not-permitted", Message("没有这项权限", "Not permitted")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the name that history keeps, and what they may do.

    `id` is the account, null for the operator at the command line. A reviewer or an administrator without a division
    acts everywhere; an editor's departments are kept in the database, where they are checked.
    """

    name: str
    role: Role = "admin"
    kind: Kind = "operator"
    id: int | None = None
    made_by: int | None = None
    division_code: str | None = None
    scope: Scope = "write"
    token_id: int | None = None
    expires_at: datetime | None = None

    @property
    def account(self) -> str:
        """As the log names it."""
        return "operator" if self.id is None else f"{self.kind}/{self.id}"

    @property
    def is_operator(self) -> bool:
        return self.id is None

    @property
    def person(self) -> int | None:
        """The account behind a key, else the caller's own; null for the operator."""
        return (self.made_by if self.kind == "key" else None) or self.id

    @property
    def permissions(self) -> frozenset[Permission]:
        allowed = PERMISSIONS[self.role] if self.division_code is None else PERMISSIONS[self.role] - EVERYWHERE
        return allowed if self.scope == "write" else allowed & READING

    def may(self, permission: Permission, *, to_read: bool = False) -> bool:
        only_reads = self.scope == "read" and permission in SEEN_AND_WRITTEN
        return permission in self.permissions and (to_read or not only_reads)

    def demand(self, permission: Permission, *, to_read: bool = False) -> None:
        """Raises NotPermitted, which names the permission and what the caller is."""
        if not self.may(permission, to_read=to_read):
            raise NotPermitted(self._why_not(permission), permission=permission)

    def _why_not(self, permission: Permission) -> Message:
        wanted, role = PERMISSION_NAMES[permission], ROLE_NAMES[self.role]
        if permission not in PERMISSIONS[self.role]:
            zh = f"需要“{wanted.zh}”（{permission}）的权限，“{self.name}”的角色是{role.zh}（{self.role}）。请找管理员。"
            return Message(zh, f"This needs the permission {permission} ({wanted.en}); {self.name!r} is a {role.en}.")
        if permission in EVERYWHERE and self.division_code is not None:
            zh = (
                f"{wanted.zh}关系到所有区划，“{self.name}”只管区划 {self.division_code}。请找管理员或不限区划的审核人。"
            )
            en = f"{wanted.en} concerns every division; {self.name!r} acts within {self.division_code}."
            return Message(zh, en[0].upper() + en[1:])
        return Message(f"这个令牌只能读，不能{wanted.zh}。", f"This token only reads; {wanted.en} needs another one.")


OPERATOR = Caller("operator")


@dataclass(frozen=True, slots=True)
class Hand:
    """An account that had a hand in something; `makers` made it, made whoever made it, and so on."""

    id: int
    kind: Kind
    makers: frozenset[int]

    def is_same_person(self, other: "Hand") -> bool:
        """Where a second one is needed: one made the other. A key stands for its makers, a user for nobody else."""
        return not (
            self._stands_for.isdisjoint(other.makers | {other.id})
            and other._stands_for.isdisjoint(self.makers | {self.id})
        )

    @property
    def _stands_for(self) -> frozenset[int]:
        return self.makers | {self.id} if self.kind == "key" else frozenset({self.id})


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who gave a name that nobody has."""

    name: str
    account: str = "stranger"


@dataclass(frozen=True, slots=True)
class Remit:
    """What an account may do, and where: an editor in departments, a reviewer in a division or everywhere."""

    role: Role
    departments: Collection[str] = ()
    division_code: str | None = None

    def faults(self) -> Iterator[Fault]:
        """Where it would say something that is never looked at, or leave an editor without anything to edit."""
        if self.departments and self.role != "editor":
            zh = f"只有编辑（editor）按部门；角色是 {self.role} 时不要写部门。"
            yield fault(zh, f"Only an editor has departments, no {self.role}.", pointer="/departments", rule="not-here")
        if self.role == "editor" and not self.departments:
            zh = "编辑（editor）要写明能编辑哪些部门，至少一个部门编码。"
            yield fault(zh, "An editor needs at least one department.", pointer="/departments", rule="missing")
        if self.division_code is not None and self.role != "reviewer":
            zh = f"只有审核人（reviewer）按区划；角色是 {self.role} 时不要写区划。"
            yield fault(
                zh, f"Only a reviewer has a division, no {self.role}.", pointer="/division_code", rule="not-here"
            )
