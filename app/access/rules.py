"""Who may do what: roles, permissions, and whose second pair of eyes counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.errors import Forbidden, Message

Role = Literal["reader", "researcher", "editor", "reviewer", "admin"]
Permission = Literal["read", "survey", "follow", "draft", "review", "define", "administer"]
Scope = Literal["read", "write"]
Kind = Literal["user", "key", "operator"]

# `follow` is to see change sets and imports. Editors draft for their departments, reviewers within their division.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "reader": frozenset({"read"}),
    "researcher": frozenset({"read", "survey"}),
    "editor": frozenset({"read", "follow", "draft"}),
    "reviewer": frozenset({"read", "follow", "draft", "review", "define"}),
    "admin": frozenset({"read", "survey", "follow", "draft", "review", "define", "administer"}),
}
READING: frozenset[Permission] = frozenset({"read", "follow"})
ROLE_NAMES: Mapping[Role, Message] = {
    "reader": Message("读者", "reader"),
    "researcher": Message("研究人员", "researcher"),
    "editor": Message("编辑", "editor"),
    "reviewer": Message("审核人", "reviewer"),
    "admin": Message("管理员", "administrator"),
}
PERMISSION_NAMES: Mapping[Permission, Message] = {
    "read": Message("查看", "reading"),
    "survey": Message("使用调查数据", "using surveys"),
    "follow": Message("查看变更单和导入", "seeing change sets and imports"),
    "draft": Message("起草变更", "drafting changes"),
    "review": Message("审核变更", "reviewing changes"),
    "define": Message("定义指标", "defining metrics"),
    "administer": Message("管理用户和密钥", "administering users and keys"),
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

    @property
    def account(self) -> str:
        """As the log names it."""
        return "operator" if self.id is None else f"{self.kind}/{self.id}"

    @property
    def is_operator(self) -> bool:
        return self.id is None

    @property
    def persons(self) -> frozenset[int]:
        """The accounts that count as the same person where a second one is needed."""
        return frozenset(each for each in (self.id, self.made_by) if each is not None)

    def may(self, permission: Permission) -> bool:
        allowed = PERMISSIONS[self.role]
        return permission in (allowed if self.scope == "write" else allowed & READING)

    def demand(self, permission: Permission) -> None:
        """Raises NotPermitted, which names the permission and what the caller is."""
        if self.may(permission):
            return
        wanted, role = PERMISSION_NAMES[permission], ROLE_NAMES[self.role]
        if permission in PERMISSIONS[self.role]:
            zh, en = f"这个令牌只能读，不能{wanted.zh}。", f"This token only reads; {wanted.en} needs another one."
        else:
            zh = f"需要“{wanted.zh}”（{permission}）的权限，“{self.name}”的角色是{role.zh}（{self.role}）。请找管理员。"
            en = f"This needs the permission {permission} ({wanted.en}); {self.name!r} is a {role.en}."
        raise NotPermitted(Message(zh, en), permission=permission)


OPERATOR = Caller("operator")
