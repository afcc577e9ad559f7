"""Failures on the wire: every one is a problem document (RFC 9457), in Chinese unless English is asked for."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Tag, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage

from app.errors import (
    AppError,
    InternalError,
    Malformed,
    Message,
    MethodNotAllowed,
    NotFound,
    TooLarge,
)
from app.negotiation import weights

MEDIA_TYPE = "application/problem+json"


class Body(BaseModel):
    """What a request may hold: a member of another name is refused with the nearest that there is."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_other_members(cls, body: object) -> object:
        others = [str(name) for name in body if name not in cls.members()] if isinstance(body, dict) else []
        if others and isinstance(body, dict):
            raise ValidationError.from_exception_data(cls.__name__, cls.refusals(body, others))
        return body

    @classmethod
    def members(cls) -> list[str]:
        """The names as they are sent."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def refusals(cls, body: Mapping[str, object], others: Sequence[str]) -> list[InitErrorDetails]:  # noqa: ARG003 - for those that say more
        """What is said of other members."""
        return [cls._unknown(name) for name in others]

    @classmethod
    def _unknown(cls, name: str) -> InitErrorDetails:
        near = next(iter(get_close_matches(name[:60], cls.members(), 1)), None)
        error = PydanticCustomError("extra_forbidden", "unknown member", {"suggestion": near})
        return InitErrorDetails(type=error, loc=(name,), input=name)


def said(rule: str, words: Message) -> PydanticCustomError:
    """A fault in words of a body's own, which follow the name of the member."""
    return PydanticCustomError("said", "{en}", {"rule": rule, "zh": words.zh, "en": words.en})


def said_of(member: str, value: object, rule: str, words: Message) -> InitErrorDetails:
    return InitErrorDetails(type=said(rule, words), loc=(member,), input=value)


def alternative(name: str) -> Tag:
    """What a body of one of several forms is told apart by; no step on the way to a fault."""
    return Tag(f"({name})")


NUMBER = re.compile(r"\s*[-+]?[0-9.]+\s*")


def _no_number(given: object) -> object:
    """What pydantic would take for the seconds since 1970."""
    if isinstance(given, int | float) or (isinstance(given, str) and NUMBER.fullmatch(given)):
        raise PydanticCustomError("date_parsing", "a date is written as YYYY-MM-DD")
    return given


NO_NUMBER = BeforeValidator(_no_number)  # Stands last, behind the bounds of a day.
Day = Annotated[date, NO_NUMBER]


class ProblemFault(BaseModel):
    """Where the fault is (body pointer, parameter, or row and column), the value, the rule, the nearest valid one."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    position: int | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    rule: str | None = None
    suggestion: str | None = None


class Problem(BaseModel):
    """RFC 9457. `type` is stable; `detail` says what to do."""

    type: str = Field(examples=["/problems/malformed"])
    title: str = Field(examples=["请求有误"])
    status: int = Field(examples=[422])
    detail: str
    errors: list[ProblemFault] = []
    code: str | None = Field(None, description="所说的编码")
    division_codes: list[str] | None = Field(None, description="编码在哪些区划使用（409）")
    last_version_url: str | None = Field(None, description="已取消的事项（410）最后的内容")
    change_set_status: str | None = Field(None, description="变更单现在的状态（409）")
    successor_codes: list[str] | None = Field(None, description="拆分、合并、下放之后由哪些事项接替（410）")


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The contract with failures under the media type they really have."""
    for operation in (each for path in document["paths"].values() for each in path.values()):
        content = operation["responses"]["default"]["content"]
        if "application/json" in content:
            content[MEDIA_TYPE] = content.pop("application/json")
    return document


def wants_english(request: Request) -> bool:
    """English where `Accept-Language` prefers it to Chinese."""
    accepted = weights(request.headers.get("accept-language", ""))
    wanted = {language[:2]: weight for language, weight in accepted.items()}
    return wanted.get("en", 0.0) > max(wanted.get("zh", 0.0), wanted.get("*", 0.0))


def problem_response(request: Request, error: AppError) -> Response:
    document = error.document(english=wants_english(request))
    headers = {
        "Content-Language": "en" if wants_english(request) else "zh-CN",
        "Vary": "Accept-Language",
        **error.headers,
    }
    return Response(as_bytes(document), error.status, headers, MEDIA_TYPE)


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """A fault may quote half a character that was sent; only escapes can write that."""
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        return json.dumps(document).encode()


class LimitedBody:
    """Refuses a body larger than an upload may be, before or while it is read, so that nothing fills the disk."""

    def __init__(self, app: ASGIApp, megabytes: int) -> None:
        self.app, self.megabytes = app, megabytes
        self.limit = (megabytes + 2) * 2**20  # a form is a little larger than its file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if stated.isdigit() and int(stated) > self.limit:
            await problem_response(Request(scope), self._too_large())(scope, receive, send)
            return
        read = 0

        async def counted() -> ASGIMessage:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.limit:
                raise self._too_large()
            return message

        await self.app(scope, counted, send)

    def _too_large(self) -> TooLarge:
        megabytes = self.megabytes
        return TooLarge(
            Message(
                f"上传的内容超过 {megabytes} MB。请把文件分成几个再导入，或请管理员调大 MAX_UPLOAD_MB。",
                f"The upload is larger than {megabytes} MB. Split the file, or ask the operator to raise MAX_UPLOAD_MB.",
            )
        )


def from_http(request: Request, error: HTTPException) -> AppError:
    """What the framework itself refuses; what we refused while it read the body is ours."""
    if isinstance(error.__cause__, AppError):
        return error.__cause__
    if error.status_code == 404:
        return NotFound(Message("没有这个地址。接口说明见 /docs。", "There is nothing at this address. See /docs."))
    if error.status_code == 405:
        return _method_refused(request.method, sorted(_methods_at(request)))
    if error.status_code < 500:
        return Malformed(Message("请求无法解析，请检查格式。", f"The request could not be read: {error.detail}"))
    return internal()


def _method_refused(method: str, taken: Sequence[str]) -> MethodNotAllowed:
    zh = f"这个地址不支持 {method[:20]}，可以用 {'、'.join(taken)}。"
    error = MethodNotAllowed(Message(zh, f"This address does not take {method[:20]} but {', '.join(taken)}."))
    error.headers = {"Allow": ", ".join(taken)}
    return error


METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


def _methods_at(request: Request) -> set[str]:
    """All that the address takes, whichever of its routes the framework looked at first."""

    def taken(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(each.matches(asked)[0] is Match.FULL for each in request.app.routes)

    methods = {method for method in METHODS if taken(method)}
    return methods | ({"HEAD"} if "GET" in methods else set())


def internal() -> InternalError:
    return InternalError(
        Message(
            "服务内部出错，已记录。请稍后再试，或把时间告诉管理员。",
            "The service failed; it is logged. Try again later.",
        )
    )
