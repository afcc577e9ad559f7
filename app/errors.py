"""Every failure the service can answer with: a class with a status, raised anywhere, rendered once (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple


class Message(NamedTuple):
    """One sentence in both languages; Chinese is what a clerk reads first."""

    zh: str
    en: str

    def said(self, *, english: bool) -> str:
        return self.en if english else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One entry of `errors[]`: where it is (pointer, parameter, sheet, row, column), the value, the rule it breaks."""

    detail: Message
    pointer: str | None = None
    parameter: str | None = None
    position: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    rule: str | None = None
    suggestion: str | None = None

    def rendered(self, *, english: bool) -> dict[str, object]:
        places = {name: getattr(self, name) for name in PLACES if getattr(self, name) is not None}
        return {"detail": self.detail.said(english=english), **places}


PLACES = ("pointer", "parameter", "position", "sheet", "row", "column", "value", "rule", "suggestion")


class AppError(Exception):
    """A failure with a status, a stable `type` and a sentence that says what to do."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title: ClassVar[Message] = Message("服务内部错误", "Internal error")
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, detail: Message, *, faults: Sequence[Fault] = (), **members: object) -> None:
        super().__init__(detail.zh)
        self.detail, self.faults, self.members = detail, tuple(faults), members

    def document(self, *, english: bool) -> dict[str, Any]:
        """The problem document; `members` name the objects concerned (a code, a change set, a link)."""
        title, detail = (self.title.en, self.detail.en) if english else (self.title.zh, self.detail.zh)
        body: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": title,
            "status": self.status,
            "detail": detail,
        }
        if self.faults:
            body["errors"] = [fault.rendered(english=english) for fault in self.faults]
        return body | {name: value for name, value in self.members.items() if value is not None}


class Malformed(AppError):
    status, slug, title = 422, "malformed", Message("请求有误", "Malformed request")


class UnknownParameter(Malformed):
    slug, title = "unknown-parameter", Message("没有这个参数", "Unknown parameter")


class NotFound(AppError):
    status, slug, title = 404, "not-found", Message("没有找到", "Not found")


class MethodNotAllowed(AppError):
    status, slug, title = 405, "method-not-allowed", Message("不支持这种请求方法", "Method not allowed")


class Gone(AppError):
    status, slug, title = 410, "gone", Message("已取消", "Gone")


class Conflict(AppError):
    status, slug, title = 409, "conflict", Message("与现状冲突", "Conflict with the present state")


class PreconditionFailed(AppError):
    status, slug, title = 412, "changed-meanwhile", Message("已被别人改过", "Changed meanwhile")


class PreconditionRequired(AppError):
    status, slug, title = 428, "if-match-required", Message("需要 If-Match", "If-Match is required")


class Unauthorized(AppError):
    status, slug, title = 401, "unauthorized", Message("需要密钥", "A key is needed")
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class Forbidden(AppError):
    status, slug, title = 403, "forbidden", Message("没有权限", "Forbidden")


class TooLarge(AppError):
    status, slug, title = 413, "too-large", Message("内容过大", "Content too large")


class Unavailable(AppError):
    status, slug, title = 503, "busy", Message("服务正忙", "The service is busy")
    headers = MappingProxyType({"Retry-After": "5"})


class InternalError(AppError):
    """What a reader sees when the service itself is at fault; the log has the rest."""


def fault(zh: str, en: str, **places: Any) -> Fault:
    return Fault(detail=Message(zh, en), **places)


def refused(parameter: str, value: str, rule: str, message: Message, suggestion: str | None = None) -> Malformed:
    """A query parameter whose value can't be taken, with the rule it breaks and the nearest right value."""
    told = fault(*message, parameter=parameter, value=value[:60], rule=rule, suggestion=suggestion)
    return Malformed(message, faults=[told])
