"""What the framework finds wrong in parameters and bodies, in words a clerk can act on."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError

from app.errors import Fault, Malformed, Message, fault
from app.patterns import SAID

TOLD = 3


def from_validation(error: RequestValidationError) -> Malformed:
    """All faults, the first three in the detail."""
    faults = [_validation_fault(each) for each in error.errors()]
    details, more = [each.detail for each in faults[:TOLD]], len(faults) > TOLD
    zh, en = "；".join(each.zh for each in details), "; ".join(each.en for each in details)
    count = len(faults)
    return Malformed(
        Message(f"请求有 {count} 处错误：{zh}{'；等' if more else ''}", f"{count} faults: {en}{'; …' if more else ''}"),
        faults=faults,
    )


SAYINGS: Mapping[str, Message] = {
    "missing": Message("{name} 必须提供", "{name} is required"),
    "extra_forbidden": Message("没有名为 {name} 的字段", "there is no field {name}"),
    "int_parsing": Message("{name} 应为整数，得到“{value}”", "{name} must be a whole number, not {value!r}"),
    "int_from_float": Message("{name} 应为整数，得到“{value}”", "{name} must be a whole number, not {value}"),
    "int_type": Message("{name} 应为整数，得到“{value}”", "{name} must be a whole number, not {value!r}"),
    "int_parsing_size": Message("{name} 太大", "{name} is too large"),
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
    "too_long": Message("{name} 最多 {max_length} 条", "{name} has at most {max_length} entries"),
    "too_short": Message("{name} 至少 {min_length} 条", "{name} has at least {min_length} entries"),
    "bool_parsing": Message("{name} 应为 true 或 false", "{name} must be true or false"),
    "bool_type": Message("{name} 应为 true 或 false，得到“{value}”", "{name} must be true or false, not {value!r}"),
    "float_type": Message("{name} 应为数字，得到“{value}”", "{name} must be a number, not {value!r}"),
    "finite_number": Message("{name} 应为有限的数", "{name} must be a finite number"),
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


# Of a part of the body; of the whole one SAYINGS has more to say.
NOT_AN_OBJECT = Message("{name} 应为 JSON 对象", "{name} must be a JSON object")


def _validation_fault(error: Mapping[str, Any]) -> Fault:
    where, *path = error["loc"]
    rule, context = error["type"], error.get("ctx") or {}
    not_json = rule == "json_invalid"
    steps = [] if not_json else [str(step) for step in path if not _is_alternative(step)]
    if where != "body":
        steps = steps[:1]
    value = None if rule in VALUELESS or SECRET & set(steps) else _shown(error.get("input"))
    words = {**context, "name": ".".join(steps) or "请求体", "value": UNSHOWN if value is None else value}
    if "expected" in words:
        words["expected"] = str(words["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")
    place = {"pointer": "".join(f"/{step}" for step in steps)} if where == "body" else {"parameter": words["name"]}
    if not_json:
        place["position"] = path[0]
    saying = NOT_AN_OBJECT if rule == "model_attributes_type" and steps else _saying(error)
    zh, en = saying.zh.format_map(words), saying.en.format_map(words)
    if near := words.get("suggestion"):
        zh, en = f"{zh}，是否为 {near}？", f"{en}; did you mean {near}?"
    return fault(zh, en, rule=context.get("rule", rule), value=value, suggestion=near, **place)


def _saying(error: Mapping[str, Any]) -> Message:
    if error["type"] == "said":
        words = error["ctx"]
        return Message("{name}：" + _plain(words["zh"]), "{name}: " + _plain(words["en"]))
    if error["type"] == "string_pattern_mismatch":
        shape = SAID[error["ctx"]["pattern"]]
        return Message(
            f"{{name}} 不能写成“{{value}}”（{_plain(shape.zh)}）", f"{{name}} takes {_plain(shape.en)}, not {{value!r}}"
        )
    return SAYINGS.get(error["type"], Message("{name} 有误", "{name}: " + _plain(error["msg"])))


def _is_alternative(step: str | int) -> bool:
    return isinstance(step, str) and step.startswith("(") and step.endswith(")")


# Of what isn't there, or can't be read at all, there is no value to show. A whole body may hold what is secret.
VALUELESS = frozenset({"missing", "json_invalid", "model_attributes_type"})
# No answer repeats them.
SECRET = frozenset({"password", "old", "new"})
UNSHOWN = "***"


def _shown(value: object) -> str:
    """As it was sent: texts as they are, the rest as JSON."""
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:100]


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
