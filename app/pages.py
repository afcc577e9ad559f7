"""Pages of lists: limits, opaque cursors that hold the whole question, links, and answers as bytes."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi.responses import JSONResponse

from app.errors import Malformed, Message, fault

DEFAULT_LIMIT, MAX_LIMIT = 50, 1000
MAX_CURSOR = 2000
MOST_IN_LINKS = 64 * 2**20  # Bytes of an answer that its links may take by repeating the question.


class CursorOfAnotherQuery(Malformed):
    slug, title = "wrong-cursor", Message("游标不属于这个查询", "The cursor belongs to another query")


class LinksTooLong(Malformed):
    slug, title = "links-too-long", Message("回答里的链接太长", "The links of the answer are too long")


class JsonBytes(JSONResponse):
    """JSON written straight to bytes; no model stands between the row and the reader."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)


def fingerprint(question: Mapping[str, object]) -> str:
    """What a cursor must match: the canonical question, shortened."""
    return hashlib.blake2b(orjson.dumps(question, option=orjson.OPT_SORT_KEYS), digest_size=9).hexdigest()


def write_cursor(question: str, position: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([question, *position])).rstrip(b"=").decode()


def read_cursor(cursor: str, question: str, parts: Sequence[type]) -> list[Any]:
    """The position a cursor stands for. Raises CursorOfAnotherQuery where it was not made by this very question."""
    try:
        padded = cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4)
        made_by, *position = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        made_by, position = "", []
    if made_by != question or [type(part) for part in position] != list(parts) or not all(map(_storable, position)):
        raise other_query()
    return list(position)


def other_query() -> CursorOfAnotherQuery:
    zh = "这个 cursor 不是由同一个查询给出的（条件、日期或排序变了），请从第一页重新开始。"
    en = "This cursor was not given by this query (its filters, dates or order differ). Start from the first page."
    return CursorOfAnotherQuery(Message(zh, en), faults=[fault(zh, en, parameter="cursor", rule="wrong-cursor")])


def _storable(part: str | int) -> bool:
    return "\0" not in part if isinstance(part, str) else 0 <= part < 2**31


def link(path: str, **parameters: object) -> str:
    """An absolute path with its query; what is None is left out, a list repeats its name."""
    given = [(name, value) for name, value in parameters.items() if value is not None]
    return f"{path}?{urlencode(given, doseq=True, quote_via=quote)}" if given else path


def refuse_long_links(count: int, length: int, fewer: Message) -> None:
    """Raises LinksTooLong where so many links repeat so many bytes of the question; `fewer` says how to get less."""
    if count * length <= MOST_IN_LINKS:
        return
    most = MOST_IN_LINKS // 2**20
    zh = f"回答里的链接每个都要重复 {length} 字节的条件，{count} 个合计超过 {most} MB。请缩短 filter 等条件，或{fewer.zh}。"
    en = f"{count} links, each repeating {length} bytes of conditions, exceed {most} MB. Shorten the filter, or {fewer.en}."
    raise LinksTooLong(Message(zh, en), faults=[fault(zh, en, parameter="filter", rule="links-too-long")])
