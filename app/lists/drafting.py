"""Drafting a whole agreement or matter from one body, told all that is wrong with it at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.objects import ObjectType
from app.changes import checks
from app.changes.drafted import Drafted, draft_all, first_day
from app.changes.drafting import MalformedContent, demand_whole, read_content
from app.changes.item_params import Drafting
from app.changes.publish import apply_change_set
from app.changes.rules import KIND_LABELS, Draft
from app.errors import Fault, Message


def draft_whole(
    connection: Connection,
    kind: ObjectType,
    content: Mapping[str, object],
    wish: Drafting,
    *,
    by: Caller,
    now: datetime,
) -> Drafted:
    """A new object of a kind, in a change set that could be published as far as this object goes.

    Raises MalformedContent with all that the catalogue would be broken by, or what `draft_all` raises.
    """
    day = first_day(connection, wish, now.date())
    known = [] if wish.change_set is None else faults_of(connection, wish.change_set, now)
    code = str(content["code"])
    title = f"{KIND_LABELS['create']}{kind.label.zh} {code} {content['name']}"
    drafted = draft_all(connection, [Draft(kind, "create", code, content, day)], title, wish, by=by, now=now)
    refuse([each for each in faults_of(connection, drafted.change_set.id, now) if each not in known])
    return drafted


def read_whole(kind: ObjectType, body: Mapping[str, object]) -> tuple[dict[str, object], list[Fault]]:
    """The content as far as it can be read, and all that is wrong with the rest of it."""
    faults = faults_in(lambda: read_content(kind, body, ""))
    wrong = {each.pointer for each in faults}
    content = read_content(kind, {name: value for name, value in body.items() if f"/{name}" not in wrong}, "")
    stated = {kind.by_label[name].name if name in kind.by_label else name: True for name in body}
    return content, [*faults, *faults_in(lambda: demand_whole(kind, stated, ""))]


def faults_in(read: Callable[[], object]) -> list[Fault]:
    try:
        read()
    except MalformedContent as error:
        return [*error.faults]
    return []


def faults_of(connection: Connection, number: int, now: datetime) -> list[Fault]:
    """What would stand in the way of publishing a change set: applied by the code that publishes, and rolled back."""
    attempt = connection.begin_nested()
    try:
        applied = apply_change_set(connection, number, now)
        return [_in_body(each) for each in checks.broken(connection, applied.revision, applied.kinds)]
    finally:
        attempt.rollback()


def _in_body(found: Fault) -> Fault:
    return replace(found, pointer=found.pointer and found.pointer.removeprefix("/content"))


def refuse(faults: Sequence[Fault]) -> None:
    if faults:
        zh, en = faults[0].detail
        many = Message(f"有 {len(faults)} 处错误：{zh}", f"{len(faults)} faults: {en}")
        raise MalformedContent(many if len(faults) > 1 else faults[0].detail, faults=faults)
