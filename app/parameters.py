"""What a request says in vain: query parameters that are unknown, repeated or hold a NUL; a body where none is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute

from app.errors import Fault, Malformed, Message, UnknownParameter, fault

# What a schema in the contract says of the names that its text may hold.
NAMES = "x-names"
# How other services call what turns pages.
OF_PAGES = frozenset(
    {"page", "pageno", "pagenum", "pagesize", "perpage", "size", "offset", "skip", "start", "count", "top"}
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """Whether it may be repeated, what the contract calls it in Chinese, and which names its text may hold."""

    repeats: bool
    label: str
    names: frozenset[str]


async def refuse_odd_addresses(request: Request) -> None:
    """A query parameter that the route does not know is 422 with the nearest name: a misspelt filter is no filter.

    So is one given twice that takes one value, since only the last would count, and a NUL, which no code holds.
    """
    if "\0" in request.scope["path"]:
        raise Malformed(Message("地址里有看不见的字符（U+0000），请删去。", "The address holds a NUL character."))
    given = request.query_params
    if not given:
        return
    route: APIRoute = request.scope["route"]
    known: Mapping[str, Parameter] = request.app.state.parameters.get(route.operation_id or route.unique_id, {})
    unknown = [_unknown(name, known) for name in given if name not in known]
    if unknown:
        raise UnknownParameter(unknown[0].detail, faults=unknown)
    odd = [_twice(name) for name in given if not known[name].repeats and len(given.getlist(name)) > 1]
    odd += [_nul(name) for name, value in given.multi_items() if "\0" in value]
    if odd:
        raise Malformed(odd[0].detail, faults=odd)


async def refuse_unread_body(request: Request) -> None:
    """What is sent to an address that reads no body would be lost: 422 with its members. An empty object says nothing."""
    body = (await request.body()).strip()
    if body in (b"", b"{}", b"null"):
        return
    names = _members(body)
    told = [_unread(name) for name in names]
    listed = f"其中的 {'、'.join(names[:12])} 不会起作用，" if names else ""
    zh, en = f"这个地址不带请求体，{listed}请去掉。", "This address takes no body: leave it out."
    raise Malformed(Message(zh, en), faults=told or [fault(zh, en, pointer="", rule="no-body")])


def _members(body: bytes) -> list[str]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    return [name[:60] for name in said] if isinstance(said, dict) else []


def _unread(name: str) -> Fault:
    return fault(f"这个地址不读 {name}，请去掉", f"{name} is not read here", pointer=f"/{name}", rule="no-body")


def _twice(name: str) -> Fault:
    return fault(
        f"参数 {name} 只能给一个值，请去掉多余的。",
        f"{name} takes one value; it was given more than once.",
        parameter=name,
        rule="repeated-parameter",
    )


def _nul(name: str) -> Fault:
    return fault(
        f"参数 {name} 含有看不见的字符（U+0000），请删去。",
        f"{name} holds a NUL character.",
        parameter=name,
        rule="control-character",
    )


def _unknown(name: str, known: Mapping[str, Parameter]) -> Fault:
    hint, suggestion = _hint(name, known)
    return fault(
        f"没有名为 {name[:60]} 的参数。{hint.zh}",
        f"There is no parameter {name[:60]!r}. {hint.en}",
        parameter=name[:60],
        rule="unknown-parameter",
        suggestion=suggestion,
    )


def _hint(name: str, known: Mapping[str, Parameter]) -> tuple[Message, str | None]:
    """What to write in place of an unknown name, and the parameter that is meant."""
    options = sorted(known, key=lambda option: (known[option].repeats, option))
    if takers := [option for option in options if name in known[option].names]:
        listed = "、".join(takers)
        return Message(f"它可以写在 {listed} 里。", f"It may stand in {', '.join(takers)}."), takers[0]
    if name.casefold().replace("_", "") in OF_PAGES and "cursor" in known:
        zh = "翻页用 limit 和回答里的 next（cursor）。"
        return Message(zh, "Pages are turned by limit and by next in the answer (cursor)."), "limit"
    called = [option for option in options if known[option].label == name]
    for near in called or get_close_matches(name[:60], options, 1, 0.68):
        return Message(f"是否为 {near}？", f"Did you mean {near!r}?"), near
    if not options:
        return Message("这个地址不带参数。", "This address takes none."), None
    listed = "、".join(options[:12]) + (" 等" if len(options) > 12 else "")
    return Message(f"可用：{listed}。", f"Known: {', '.join(options[:12])}."), None


def declared_parameters(app: FastAPI) -> Mapping[str, Mapping[str, Parameter]]:
    """The query parameters that the contract lists, by operation."""
    operations = [each for path in app.openapi()["paths"].values() for each in path.values()]
    return {
        each["operationId"]: {p["name"]: _parameter(p) for p in each.get("parameters", ()) if p["in"] == "query"}
        for each in operations
    }


def _parameter(declared: Mapping[str, Any]) -> Parameter:
    label, schema = declared.get("description", "").partition("，")[0], declared["schema"]
    return Parameter(_repeats(schema), label, frozenset(schema.get(NAMES, ())))


def _repeats(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "array" or any(map(_repeats, schema.get("anyOf", ())))
