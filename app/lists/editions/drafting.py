"""A new edition as a change set: its entries enumerated or frozen from a filter, the edition that it replaces ended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.moments import resolve
from app.catalogue.objects import EDITION, OPEN_DAY
from app.changes.drafted import Drafted, draft_all, first_day
from app.changes.drafting import read_content
from app.changes.reform.sizes import faults_of_count
from app.changes.rules import Draft
from app.errors import Conflict, Malformed, Message, fault
from app.lists.editions import queries, service
from app.lists.editions.checking import EntryProblem, Said, Target, problems, told_of_others
from app.lists.editions.rules import Edition
from app.lists.editions.schemas import DraftingEdition
from app.lists.settling import settle

SHOWN = 200


class EditionExists(Conflict):
    slug, title = "edition-exists", Message("版本编码已经用过", "The code of the edition is taken")


class EditionPlanned(Conflict):
    slug, title = "edition-planned", Message("另有一版已经安排", "Another edition is planned")


class EntriesRefused(Malformed):
    slug, title = "entries-refused", Message("条目有误", "Entries are not right")


def target_of(connection: Connection, code: str, wish: DraftingEdition, now: datetime) -> Target:
    """The list on the first day, as known now. Raises ObjectNotFound, InThePast, or Malformed for an `until` before it."""
    day = first_day(connection, wish, now.date())
    if wish.until is not None and wish.until <= day:
        zh, en = f"截止日期 {wish.until} 要晚于生效日期 {day}。", f"until ({wish.until}) must be later than {day}."
        told = fault(zh, en, parameter="until", value=str(wish.until), rule="misfit")
        raise Malformed(Message(zh, en), faults=[told])
    moment = resolve(connection, now, day.isoformat())
    return Target(service.get_list(connection, code, moment), moment, wish.until, wish.change_set)


def ended_by(connection: Connection, target: Target) -> Sequence[Edition]:
    """Of a replaced list the edition in force ends as the new one begins. Raises EditionPlanned where others begin then.

    What the change set ends already is taken as ended.
    """
    if target.kept.succession != "replaced":
        return ()
    start, end = target.days
    ends = queries.drafted_ends(connection, target.change_set)
    published = service.editions_of(connection, target.kept.code, target.moment)
    known = [replace(each, ends=ends.get(each.id, OPEN_DAY)) for each in published]
    planned = next((each for each in known if start <= each.start < min(end, each.ends)), None)
    if planned is not None:
        raise _planned(planned, target)
    return [each for each in known if each.on(start) is not None]


def told_of_end(edition: Edition, target: Target, *, drafted: bool) -> str:
    was = "长期有效" if edition.end == OPEN_DAY else f"到 {edition.end} 为止"
    document = edition.nearest(target.day).document_number
    named = f"{edition.code}（{document}）" if document else f"{edition.code} "
    done = "已加" if drafted else "起草时会加上它的"
    return f"前一版 {named}从 {target.day} 起停止，原定{was}；同一张变更单里{done}取消条目。"


def _planned(edition: Edition, target: Target) -> EditionPlanned:
    day = target.day
    remedy = (
        f"请换一个生效日期，或先在变更单里取消 {edition.code}（再写 change_set=变更单号）。"
        if edition.start == day
        else f"新版要在它之前结束的，请写 until={edition.start}；要取代它的，请先在变更单里取消 {edition.code}（再写 change_set=变更单号）。"
    )
    zh = f"清单 {target.kept.code} 从 {edition.start} 起已经安排了 {edition.code}，新版从 {day} 起会和它同时生效。{remedy}"
    en = f"The edition {edition.code} is planned from {edition.start} on. Let the new one end then, or cancel it first in the same change set."
    told = fault(zh, en, value=edition.code, rule="edition-planned")
    return EditionPlanned(Message(zh, en), faults=[told], code=edition.code)


def refuse_taken(connection: Connection, code: str, target: Target) -> None:
    """An edition that has ended is not opened again under its code. Raises EditionExists."""
    rows = queries.editions_called(connection, code, target.moment)
    if rows:
        zh = f"版本编码 {code} 已经用过：是清单 {rows[0].list_code} 的“{rows[0].name}”。请换一个编码。"
        en = f"The code {code} is taken: {rows[0].name} of the list {rows[0].list_code}. Take another."
        told = fault(zh, en, pointer="/code", value=code, rule="edition-exists")
        raise EditionExists(Message(zh, en), faults=[told], code=code)


def frozen(connection: Connection, text: str, target: Target) -> tuple[list[Said], Sequence[str]]:
    """What a filter finds in the list's division on the first day, in order of code; who supervises, as was last said.
    What is to be told of it.

    Raises Malformed where the filter is wrong, finds nothing or too much, or the list names no items.
    """
    if not target.of_items:
        zh = "这个清单的条目是基本目录事项，不能按条件定稿；请逐条列出基本编码。"
        message = Message(zh, "This list names no items: enumerate its entries.")
        told = fault(*message, pointer="/filter", value=text[:200], rule="filter-of-items")
        raise Malformed(message, faults=[told])
    settled = settle(connection, text, target.kept.division_code, target.moment)
    known = service.in_force(service.editions_of(connection, target.kept.code, target.moment), target.day)
    before = {each.item_id: each.said for each in service.entries_of(connection, known)}
    carried = ("supervising_department",)
    entries: list[Said] = [
        {name: getattr(row, name) for name in ("code", "catalog_code", "name") if getattr(row, name)}
        | {name: before[row.id][name] for name in carried if name in before.get(row.id, {})}
        for row in settled.rows
    ]
    return entries, [*settled.told]


def refuse(found: Sequence[EntryProblem], text: str | None = None) -> None:
    """Raises EntriesRefused with all that is wrong with the entries, as far as it can be read, or with what a filter found."""
    if found:
        faults = [each.fault if text is None else each.fault_of_filter for each in found[:SHOWN]]
        zh, en = faults[0].detail
        raise EntriesRefused(
            Message(f"{len(found)} 条有问题，什么都没有写入。{zh}", f"{len(found)} entries are not right. {en}"),
            faults=faults,
        )


def refuse_count(code: str, count: int) -> None:
    """Raises EntriesRefused for none, and for more than one edition takes."""
    for each in faults_of_count(EDITION, code, count, "/entries"):
        raise EntriesRefused(each.detail, faults=[each])


def draft_edition(
    connection: Connection,
    target: Target,
    said: Mapping[str, object],
    wish: DraftingEdition,
    *,
    by: Caller,
    now: datetime,
) -> tuple[Drafted, Sequence[str]]:
    """The change set with the new edition, and with the end of the one before it; what is to be told of that.

    Raises EditionExists, EditionPlanned, MalformedContent, or what `changes.service.add` raises.
    """
    kept, code = target.kept, str(said["code"])
    refuse_taken(connection, code, target)
    ended = ended_by(connection, target)
    of_list = {"list_code": kept.code, "division_code": kept.division_code, "department_code": kept.department_code}
    content = read_content(EDITION, {**said, **of_list}, "")
    ends = [Draft(EDITION, "cancel", each.code, {}, target.day) for each in ended]
    new = Draft(EDITION, "create", code, content, target.day, target.until)
    title = f"{kept.name}：{said['name']}"
    drafted = draft_all(connection, [*ends, new], title, _covered(wish, said), by=by, now=now)
    return drafted, [told_of_end(each, target, drafted=True) for each in ended]


def _covered(wish: DraftingEdition, said: Mapping[str, object]) -> DraftingEdition:
    """A new change set is under the document of the edition, unless it is said to be under another."""
    if wish.change_set is not None or wish.document_number is not None:
        return wish
    return wish.model_copy(update={"document_number": said.get("document_number")})


def drafted_from(
    connection: Connection,
    target: Target,
    said: Mapping[str, object],
    wish: DraftingEdition,
    *,
    by: Caller,
    now: datetime,
) -> tuple[Drafted, Sequence[str], int]:
    """As `draft_edition`, of entries that are enumerated or found by a filter; how many these are.

    Raises Malformed for both or neither of them, and EntriesRefused.
    """
    entries, text = said.get("entries"), said.get("filter")
    if bool(entries) == bool(text):
        zh = "entries（逐条列出）和 filter（按条件定稿）要写一个，也只能写一个。"
        either = Message(zh, "Give either entries or a filter.")
        raise Malformed(either, faults=[fault(*either, pointer="/entries", rule="entries-or-filter")])
    listed, unknown = frozen(connection, str(text), target) if text else (list(entries), ())  # type: ignore[call-overload]
    refuse(problems(connection, target, listed), str(text) if text else None)
    drafted, told = draft_edition(connection, target, {**said, "entries": listed}, wish, by=by, now=now)
    return drafted, [*told, *unknown, *told_of_others(connection, target, listed)], len(listed)
