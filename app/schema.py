"""Failures on the wire: every one is a problem document (RFC 9457), in Chinese unless English is asked for."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage

from app.errors import (
    AppError,
    Fault,
    InternalError,
    Malformed,
    Message,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    fault,
)
from app.negotiation import weights

MEDIA_TYPE = "application/problem+json"


class Body(BaseModel):
    """What a request may hold: a member of another name is refused with the nearest that there is."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_other_members(cls, body: object) -> object:
        others = [name for name in body if name not in cls.model_fields] if isinstance(body, dict) else []
        if others:
            raise ValidationError.from_exception_data(cls.__name__, [cls._unknown(str(name)) for name in others])
        return body

    @classmethod
    def _unknown(cls, name: str) -> InitErrorDetails:
        near = next(iter(get_close_matches(name[:60], cls.model_fields, 1)), None)
        error = PydanticCustomError("extra_forbidden", "unknown member", {"suggestion": near})
        return InitErrorDetails(type=error, loc=(name,), input=name)


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


def from_http(error: HTTPException) -> AppError:
    """What the framework itself refuses; what we refused while it read the body is ours."""
    if isinstance(error.__cause__, AppError):
        return error.__cause__
    if error.status_code == 404:
        return NotFound(Message("没有这个地址。接口说明见 /docs。", "There is nothing at this address. See /docs."))
    if error.status_code == 405:
        answer: AppError = MethodNotAllowed(
            Message("这个地址不支持这种请求方法。", "This address does not take this method.")
        )
        answer.headers = dict(error.headers or {})
        return answer
    if error.status_code < 500:
        return Malformed(Message("请求无法解析，请检查格式。", f"The request could not be read: {error.detail}"))
    return internal()


def internal() -> InternalError:
    return InternalError(
        Message(
            "服务内部出错，已记录。请稍后再试，或把时间告诉管理员。",
            "The service failed; it is logged. Try again later.",
        )
    )


def from_validation(error: RequestValidationError) -> Malformed:
    faults = [_validation_fault(each) for each in error.errors()]
    first = faults[0].detail
    return Malformed(
        Message(f"请求有 {len(faults)} 处错误：{first.zh}", f"{len(faults)} faults: {first.en}"), faults=faults
    )


SAYINGS: Mapping[str, Message] = {
    "missing": Message("{name} 必须提供", "{name} is required"),
    "extra_forbidden": Message("没有名为 {name} 的字段", "there is no field {name}"),
    "int_parsing": Message("{name} 应为整数，得到“{value}”", "{name} must be a whole number, not {value!r}"),
    "date_from_datetime_parsing": Message(
        "{name} 应为年-月-日的日期，得到“{value}”", "{name} must be a date, not {value!r}"
    ),
    "date_parsing": Message("{name} 应为年-月-日的日期，得到“{value}”", "{name} must be a date, not {value!r}"),
    "date_from_datetime_inexact": Message(
        "{name} 应为年-月-日的日期，得到“{value}”", "{name} must be a date, not {value!r}"
    ),
    "date_type": Message("{name} 应为年-月-日的日期", "{name} must be a date"),
    "literal_error": Message("{name} 只能是 {expected}，得到“{value}”", "{name} must be {expected}, not {value!r}"),
    "enum": Message("{name} 只能是 {expected}，得到“{value}”", "{name} must be {expected}, not {value!r}"),
    "greater_than_equal": Message("{name} 不能小于 {ge}", "{name} must not be less than {ge}"),
    "less_than": Message("{name} 要早于 {lt}", "{name} must be earlier than {lt}"),
    "less_than_equal": Message("{name} 不能大于 {le}", "{name} must not be greater than {le}"),
    "string_too_long": Message("{name} 最多 {max_length} 个字符", "{name} has at most {max_length} characters"),
    "string_too_short": Message("{name} 不能为空", "{name} must not be empty"),
    "string_pattern_mismatch": Message("{name} 的写法不对：“{value}”", "{name} does not match: {value!r}"),
    "bool_parsing": Message("{name} 应为 true 或 false", "{name} must be true or false"),
    "json_invalid": Message("请求体不是合法的 JSON", "the body is not valid JSON"),
    "model_attributes_type": Message(
        "请求体应为 JSON 对象，请求头为 Content-Type: application/json",
        "the body must be a JSON object with Content-Type: application/json",
    ),
    "string_type": Message("{name} 应为文字，得到“{value}”", "{name} must be text, not {value!r}"),
    "string_unicode": Message("{name} 含有无法识别的字符", "{name} holds characters that are no text"),
    "list_type": Message("{name} 应为列表", "{name} must be a list"),
    "dict_type": Message("{name} 应为对象，即要素与新值", "{name} must be an object"),
}


# How a body is called in the place of a fault where it may be one of several.
ALTERNATIVES = frozenset({"list[NewEntry]", "NewEntry", "Definition", "Withdrawal"})


def _validation_fault(error: Mapping[str, Any]) -> Fault:
    where, *path = error["loc"]
    not_json = error["type"] == "json_invalid"
    steps = [] if not_json else [str(step) for step in path if step not in ALTERNATIVES]
    name = steps[-1] if steps else "请求体"
    saying = SAYINGS.get(error["type"], Message("{name} 有误", "{name}: " + _plain(error["msg"])))
    value = str(error.get("input"))[:100]
    words = {"name": name, "value": value, **(error.get("ctx") or {})}
    if "expected" in words:
        words["expected"] = str(words["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")
    place = {"pointer": "".join(f"/{step}" for step in steps)} if where == "body" else {"parameter": name}
    if not_json:
        place["position"] = path[0]
    zh, en = saying.zh.format_map(words), saying.en.format_map(words)
    if near := words.get("suggestion"):
        zh, en = f"{zh}，是否为 {near}？", f"{en}; did you mean {near}?"
    return fault(zh, en, rule=error["type"], value=value, suggestion=near, **place)


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
