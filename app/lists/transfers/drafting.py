"""From a wish to hand items over to the drafts of one change set: the batch, and the transfer of each item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import ITEM, TRANSFER
from app.catalogue.reads import holdings, sharing
from app.changes.drafted import Drafted, draft_all, first_day
from app.changes.drafting import read_content
from app.changes.item_params import Drafting
from app.changes.reform.sizes import MOST_HANDED_OVER
from app.changes.rules import Draft
from app.db import Record
from app.errors import Fault, Malformed, Message, fault
from app.lists.settling import settle
from app.lists.transfers import queries, rules
from app.lists.transfers.schemas import NewHandOver, NewTransfer

OF_BATCH = (
    "name", "department_code", "document_number", "batch", "issued_by", "issued_on", "posts_moved", "filter", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandOver:
    """An item that is handed over: where the wish names it, what is wished of it, and what holds of it on the day."""

    place: str
    wish: NewHandOver
    held: Record
    to: str

    @property
    def changes(self) -> dict[str, str]:
        return rules.changes(self.held._asdict(), self.to, self.wish.new_code)

    @property
    def code(self) -> str:
        """The code that it will have."""
        return self.changes.get("code") or str(self.held.code)

    @property
    def supervisor(self) -> str:
        """Who gave it away, unless the wish says otherwise."""
        return self.wish.supervising_department_code or str(self.held.department_code)

    def entry(self, duties: str | None) -> dict[str, object]:
        """As the batch names it."""
        said = {
            "code": self.held.code,
            "name": self.held.name,
            "from_department_code": self.held.department_code,
            "supervising_department_code": self.supervisor,
            "supervising_duties": self.wish.supervising_duties or duties,
            "note": self.wish.note,
        }
        return {name: value for name, value in said.items() if value is not None}


def draft_transfer(
    connection: Connection, body: NewTransfer, wish: Drafting, *, by: Caller, now: datetime
) -> tuple[Drafted, Sequence[str]]:
    """The batch and the transfer of its items; what is to be told of these. Raises Malformed with every fault at once, or what `draft_all` raises."""
    day = first_day(connection, wish, now.date())
    moment = resolve(connection, now, day.isoformat())
    division = _division(connection, body, moment)
    found, told, faults = _found(connection, body, division, moment)
    faults += [*_taken(connection, body.code, moment), *_refused(connection, found, moment)]
    if faults:
        raise _malformed(faults)
    if wish.change_set is None and wish.document_number is None and body.document_number:
        wish = wish.model_copy(update={"document_number": body.document_number})
    drafts = _drafts(body, division, found, day)
    return draft_all(connection, drafts, f"划转 {body.code} {body.name}", wish, by=by, now=now), told


def close(connection: Connection, code: str, wish: Drafting, *, by: Caller, now: datetime) -> Drafted:
    """That all of a batch is handed over. Raises Malformed where it is closed already, or what `draft_all` raises."""
    day = first_day(connection, wish, now.date())
    draft = Draft(TRANSFER, "amend", code, {"is_closed": True}, day)
    drafted = draft_all(connection, [draft], f"办结划转批次 {code}", wish, by=by, now=now)
    if not drafted.entries:
        zh, en = f"划转批次 {code} 在 {day} 已经办结，没有可变更的。", f"The batch {code} is closed by {day} already."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, value=code, rule="unchanged")])
    return drafted


def _malformed(faults: Sequence[Fault]) -> Malformed:
    count, first = len(faults), faults[0].detail
    zh, en = f"有 {count} 处错误，什么都没有写入：{first.zh}", f"{count} faults, nothing was written: {first.en}"
    return Malformed(Message(zh, en), faults=faults)


def _division(connection: Connection, body: NewTransfer, moment: Moment) -> str:
    """Where the batch belongs. Raises Malformed where the department that takes over does not stand."""
    code, department = body.department_code, queries.get_department(connection, body.department_code, moment)
    if department is None:
        zh = f"划入部门 {code} 在 {moment.as_of} 没有登记或已经撤销。请核对编码，或先新增它。"
        en = f"The department {code} does not stand on {moment.as_of}."
        raise _malformed([fault(zh, en, pointer="/department_code", value=code, rule="department-missing")])
    return body.division_code or str(department.division_code)


def _taken(connection: Connection, code: str, moment: Moment) -> Iterator[Fault]:
    if holdings(connection, TRANSFER, [code], moment):
        zh = f"批次编码 {code} 已有划转批次使用。每一批用自己的编码；要改已有的一批，请在变更单里加 amend 条目。"
        en = f"There is a batch {code} already. Each has a code of its own."
        yield fault(zh, en, pointer="/code", value=code, rule="already-exists")


def _found(
    connection: Connection, body: NewTransfer, division: str, moment: Moment
) -> tuple[list[HandOver], Sequence[str], list[Fault]]:
    if (body.filter is None) == (not body.items):
        zh, en = "请写 items（逐项）或 filter（条件），两者写一个。", "Give either items or a filter."
        return [], (), [fault(zh, en, pointer="/items", rule="items-or-filter")]
    if body.filter is None:
        found, faults = _named(connection, body, division, moment)
        return found, (), faults
    elsewhere = ITEM.table.c.department_code != body.department_code
    try:
        settled = settle(connection, body.filter, division, moment, elsewhere, most=MOST_HANDED_OVER)
    except Malformed as error:
        return [], (), [*error.faults]
    rows = settled.rows
    found = [HandOver("/filter", NewHandOver(code=row.code), row, body.department_code) for row in rows]
    return found, [*settled.told], []


def _named(
    connection: Connection, body: NewTransfer, division: str, moment: Moment
) -> tuple[list[HandOver], list[Fault]]:
    """By their codes on the day, items of the batch's division."""
    held: dict[str, list[Record]] = {}
    for row in queries.held_under(connection, {wish.code for wish in body.items}, moment):
        held.setdefault(row.code, []).append(row)
    unknown = {wish.code for wish in body.items} - held.keys()
    called = queries.called_now(connection, unknown, division, moment) if unknown else {}
    found: list[HandOver] = []
    faults: list[Fault] = []
    for place, wish in enumerate(body.items):
        rows = held.get(wish.code, [])
        mine = [row for row in rows if row.division_code == division]
        if mine:
            found.append(HandOver(f"/items/{place}", wish, mine[0], body.department_code))
        else:
            unknown_here = _unknown(place, wish.code, called.get(wish.code), moment.as_of)
            faults.append(_elsewhere(place, rows, division) if rows else unknown_here)
    return found, faults


def _elsewhere(place: int, rows: Sequence[Record], division: str) -> Fault:
    """An item of one other division, or a local code that several others use."""
    code, used = rows[0].code, "、".join(sorted(row.division_code for row in rows))
    pointer = f"/items/{place}/code"
    if len(rows) > 1:
        zh = f"地方编码 {code} 在多个区划使用：{used}。请写明 division_code。"
        return fault(zh, f"{code} is used in {used}.", pointer=pointer, value=code, rule="ambiguous-code")
    zh = (
        f"{code} 是区划 {used} 的事项，不是批次的区划（{division}）的。一批只划转本区划的事项："
        "请改 division_code，或去掉这一条。"
    )
    en = f"{code} is an item of {used} and not of {division}."
    return fault(zh, en, pointer=pointer, value=code, rule="not-ours")


def _unknown(place: int, code: str, called: str | None, day: date) -> Fault:
    """`called` is the code that the item, which has this one on other days, has on the day."""
    pointer = f"/items/{place}/code"
    if called is not None:
        zh = f"{day} 没有编码为 {code} 的有效事项：这个事项那天的编码是 {called}。请改用 {called}。"
        en = f"On {day} the item that had the code {code} has the code {called}."
        return fault(zh, en, pointer=pointer, value=code, rule="unknown-item", suggestion=called)
    zh = f"{day} 没有编码为 {code} 的有效事项。请用事项移交之前的编码，核对生效日期。"
    en = f"On {day} no item has the code {code}. Use the code that it has before."
    return fault(zh, en, pointer=pointer, value=code, rule="unknown-item")


def _refused(connection: Connection, found: Sequence[HandOver], moment: Moment) -> Iterator[Fault]:
    seen: set[int] = set()
    for each in found:
        if each.held.id in seen:
            zh, en = f"{each.held.code} 写了两次。请只留一条。", f"{each.held.code} is named twice."
            yield _told(each, "code", "item-twice", zh, en)
        seen.add(each.held.id)
    yield from (told for each in found for told in _of_departments(each))
    yield from _of_supervisors(connection, found, moment)
    yield from _of_codes(connection, found, moment)


def _of_supervisors(connection: Connection, found: Sequence[HandOver], moment: Moment) -> Iterator[Fault]:
    standing = queries.standing(connection, {each.supervisor for each in found}, moment)
    for each in found:
        code = each.supervisor
        if code not in standing:
            zh = f"{each.held.code} 的监管部门 {code} 在 {moment.as_of} 没有登记或已经撤销。请核对编码，或先新增它。"
            en = f"The department {code}, which would supervise {each.held.code}, does not stand on {moment.as_of}."
            yield _told(each, "supervising_department_code", "department-missing", zh, en, code)


def _of_departments(each: HandOver) -> Iterator[Fault]:
    held, said = each.held, each.wish.from_department_code
    if held.department_code == each.to:
        zh = f"不能划转给同一个部门：{held.code} 已经属于 {each.to}。请去掉它。"
        yield _told(each, "code", "transfer-to-itself", zh, f"{held.code} is with {each.to} already. Leave it out.")
    elif said not in (None, held.department_code):
        zh = f"{held.code} 属于 {held.department_code}，不属于写明的划出部门 {said}。请改正，或不写划出部门。"
        en = f"{held.code} is held by {held.department_code}, not by {said}."
        yield _told(each, "from_department_code", "not-theirs", zh, en, said)


def _of_codes(connection: Connection, found: Sequence[HandOver], moment: Moment) -> Iterator[Fault]:
    """The new codes are each item's own: no other of the batch gets it, none that stays has it."""
    given = {each.code for each in found}
    held = holdings(connection, ITEM, given, moment)
    leaving = {each.held.id for each in found if each.code != each.held.code}
    taken: dict[tuple[str, str], int] = {
        (code, span.place): span.id
        for code, spans in held.items()
        for span in spans
        if span.valid_to > moment.as_of and span.id not in leaving
    }
    of_batch = {each.held.id: each.held.code for each in found}
    for each in found:
        key = (each.code, sharing(ITEM, each.code, each.held.division_code))
        holder = taken.setdefault(key, each.held.id)
        if holder != each.held.id:
            who = f"同一批的 {of_batch[holder]} 也用" if holder in of_batch else "已有别的事项使用"
            zh = f"{each.held.code} 划转后的编码 {each.code} {who}。请在 new_code 里另定编码。"
            en = f"The code {each.code}, which {each.held.code} would have, is another item's. Give a new_code."
            yield _told(each, "new_code", "code-held-twice", zh, en, each.code)


def _told(each: HandOver, member: str, rule: str, zh: str, en: str, value: str | None = None) -> Fault:
    pointer = each.place if each.place == "/filter" else f"{each.place}/{member}"
    return fault(zh, en, pointer=pointer, value=value or each.held.code, rule=rule)


def _drafts(body: NewTransfer, division: str, found: Sequence[HandOver], day: date) -> list[Draft]:
    items = [
        Draft(ITEM, "transfer", each.held.code, each.changes, day, division_code=each.held.division_code)
        for each in found
    ]
    said: Mapping[str, Any] = body.model_dump(include=set(OF_BATCH), exclude_none=True, mode="json")
    entries = [each.entry(body.supervising_duties) for each in found]
    content = read_content(TRANSFER, {**said, "division_code": division, "entries": entries}, "")
    return [*items, Draft(TRANSFER, "create", body.code, content, day)]
