"""Pages of a dated list: the cursor pins both dates and the total, so that a walk is one list; a base day is part of the question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import QueryParams

from app.catalogue.moments import Moment
from app.errors import Malformed, Message, fault
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, CursorOfAnotherQuery, JsonBytes, link, read_cursor, write_cursor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins; `total` is known from the second page on."""

    question: str
    limit: int
    as_of: str | None
    known_at: str | None
    after: Sequence[object] = ()
    total: int | None = None

    def total_of(self, rows: int, count: Callable[[], int]) -> int:
        """Counted only where it must be: a later page brings the total along, a single page is all there is."""
        if self.total is not None:
            return self.total
        return rows if rows <= self.limit else count()

    def part(self, rows: Sequence[T]) -> tuple[Sequence[T], tuple[int] | None]:
        """Of all rows, counted out, those of the page, and where the next begins if there are more."""
        start = int(str(self.after[0])) if self.after else 0
        end = start + self.limit
        return rows[start:end], (end,) if end < len(rows) else None

    def following(
        self, path: str, parameters: Mapping[str, object], moment: Moment, total: int, last: Sequence[object] | None
    ) -> str | None:
        """The address of the next page, or None after the last."""
        if last is None:
            return None
        pinned = {"as_of": moment.as_of.isoformat(), "known_at": str(moment.revision)}
        cursor = write_cursor(self.question, [*pinned.values(), total, *last])
        return link(path, **parameters, **pinned, base_as_of=moment.base, limit=self.limit, cursor=cursor)

    @staticmethod
    def answer(shown: Sequence[object], total: int, following: str | None, moment: Moment, **more: object) -> JsonBytes:
        """A page with its total, its dates, and the next page in the body and as a Link header."""
        following_header = {"Link": f'<{following}>; rel="next"'} if following else {}
        body = {"items": shown, "total": total, "next": following, **moment.stated, **more}
        return JsonBytes(body, headers=following_header)


def read_page(query: QueryParams, question: str, *, parts: Sequence[type]) -> Page:
    """The page a request asks for; `parts` are the types of what the list is ordered by.

    Raises Malformed for a limit out of range or a cursor of another query.
    """
    limit, cursor = read_limit(query.get("limit")), query.get("cursor")
    as_of, known_at = query.get("as_of"), query.get("known_at")
    if cursor is None:
        return Page(question, limit, as_of, known_at)
    day, revision, total, *after = read_cursor(cursor, question, (str, str, int, *parts))
    if as_of not in (None, day) or known_at not in (None, revision):
        zh = f"这个 cursor 属于 as_of={day}、known_at={revision} 的清单，请去掉或改回这两个日期。"
        en = f"This cursor belongs to as_of={day} and known_at={revision}. Leave the dates out or restore them."
        raise CursorOfAnotherQuery(Message(zh, en), faults=[fault(zh, en, parameter="cursor", rule="wrong-cursor")])
    return Page(question, limit, day, revision, after, total)


def read_limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    zh = f"参数 limit 的值“{text[:40]}”不对：应为 1 到 {MAX_LIMIT} 的整数。"
    en = f"limit = {text[:40]!r} must be a whole number from 1 to {MAX_LIMIT}."
    raise Malformed(Message(zh, en), faults=[fault(zh, en, parameter="limit", value=text[:40], rule="limit")])
