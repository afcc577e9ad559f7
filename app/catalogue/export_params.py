"""Whether a request asks for a file, of which kind, and how much of the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from starlette.datastructures import QueryParams

from app.catalogue.moments import BASE_AS_OF
from app.errors import Malformed, Message, refused
from app.negotiation import checked_form, preferred

FileKind: TypeAlias = Literal["csv", "ndjson", "xlsx"]
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# As the contract lists them beside JSON.
FILES: Mapping[str, dict[str, Any]] = {
    media_type: {"schema": {"type": "string", **({"format": "binary"} if kind == "xlsx" else {})}}
    for kind, media_type in MEDIA_TYPES.items()
    if kind != "json"
}
MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wish:
    """A file of items: its kind, at most how many rows, and its dates."""

    kind: FileKind
    limit: int | None = None
    as_of: str | None = None
    known_at: str | None = None
    base_as_of: str | None = None


def read_wish(query: QueryParams, accept: str) -> Wish | None:
    """The file that is asked for, by `format` or else by Accept; None where it is a page of JSON.

    Raises Malformed for another format, a limit that is no number from 1 on, or what only pages have.
    """
    kind = checked_form(query.get("format"), MEDIA_TYPES) or preferred(accept, MEDIA_TYPES, "json")
    if kind == "json":
        if "sections" in query:
            raise _no_sections(query["sections"])
        return None
    if "cursor" in query:
        raise no_pages(kind)
    if "facets" in query:
        raise _no_counts(kind)
    return Wish(
        cast("FileKind", kind),
        limit=read_most(query.get("limit")),
        as_of=query.get("as_of"),
        known_at=query.get("known_at"),
        base_as_of=query.get(BASE_AS_OF),
    )


def read_most(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 10 and 1 <= int(text) <= MOST:
        return int(text)
    zh = f"参数 limit 的值“{text[:40]}”不对：文件要么不写 limit（全部行），要么写 1 以上的整数。"
    en = f"limit = {text[:40]!r} must be a whole number from 1 on; without it a file has all rows."
    raise refused("limit", text, "limit", Message(zh, en))


def _no_sections(text: str) -> Malformed:
    zh = "sections 只用于文件（csv、ndjson、xlsx）。JSON 清单请用 fields 逐个写要素。"
    en = "Only files take sections; of a page of JSON name the elements by fields."
    return refused("sections", text, "only-files", Message(zh, en))


def no_pages(kind: str) -> Malformed:
    zh = f"{kind} 一次给出全部行，不分页，不能带 cursor。请去掉 cursor；只要前几行请写 limit。"
    en = f"A {kind} file has all rows and no pages: leave the cursor out. For the first rows alone give a limit."
    return refused("cursor", kind, "no-pages", Message(zh, en))


def _no_counts(kind: str) -> Malformed:
    zh, en = f"{kind} 文件里没有计数，请去掉 facets。", f"A {kind} file has no counts: leave facets out."
    return refused("facets", kind, "no-pages", Message(zh, en))
