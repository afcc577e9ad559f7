"""Taking a report of cases back: nothing counts that it said, and what stood before it stands again."""

from collections.abc import Sequence

from sqlalchemy import Connection

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.cases import queries, restoring
from app.cases.remit import Remit
from app.cases.service import Taken
from app.catalogue.moments import Moment, resolve
from app.changes.permits import NotYours
from app.changes.publish import conclude, take_revision
from app.clock import Clock
from app.db import Record
from app.errors import Conflict, Message


class RestatedSince(Conflict):
    slug, title = "restated-since", Message("后来又报过", "Reported again since")


class UndoneAlready(Conflict):
    slug, title = "undone-already", Message("已经撤销", "Undone already")


class IsAnUndoing(Conflict):
    slug, title = "is-an-undoing", Message("这是一次撤销", "It is an undoing itself")


def undo(connection: Connection, number: int, reason: str, by: Caller, clock: Clock) -> Taken:
    """In a revision of its own.

    Raises CaseImportNotFound, IsAnUndoing, UndoneAlready, RestatedSince naming the reports that have to be undone before,
    or NotYours naming the first item that the caller may not report of.
    """
    report = queries.get_import(connection, number)
    _demand_undoable(report)
    _demand_own(connection, report, by, resolve(connection, clock.now()))
    _demand_last(connection, report)
    told = restoring.turned_back(connection, report)
    revision = take_revision(connection, clock)
    restoring.withdraw(connection, report, revision)
    said = {"file_name": report.file_name, "reason": reason, "by": by.name, "account_id": by.id, "undoes": number}
    made = queries.add_import(connection, {**said, "at": clock.now(), "recorded_in": revision, "report": told})
    restoring.restore(connection, report, made, revision)
    deed = Deed("cases.undo", f"case-import/{number}")
    counted = {name: told[name] for name in ("withdrawn", "restored")}
    record(connection, by, deed, clock.now(), revision=revision, reason=reason, undone_by=made, **counted)
    conclude(connection, revision, clock)
    return Taken(made, revision)


def _demand_undoable(report: Record) -> None:
    if report.undoes is not None:
        zh = (
            f"第 {report.id} 次是撤销第 {report.undoes} 次报送的记录，撤销不能再撤销。要恢复那些数，请重新报送"
            f"“{report.file_name}”。"
        )
        en = f"Record {report.id} undid report {report.undoes}; an undoing can't be undone. Report the file again."
        raise IsAnUndoing(Message(zh, en), undoes=f"/v1/case-imports/{report.undoes}")
    if report.undone_by is not None:
        zh = f"第 {report.id} 次报送已由第 {report.undone_by} 次记录撤销，不能再撤销一遍。要恢复那些数，请重新报送。"
        en = f"Report {report.id} was undone by record {report.undone_by}. To have the counts again, report them again."
        raise UndoneAlready(Message(zh, en), undone_by=f"/v1/case-imports/{report.undone_by}")


def _demand_own(connection: Connection, report: Record, by: Caller, moment: Moment) -> None:
    """As for reporting: whose the item was in the month, or was last where it is not known to have been in force then."""
    rows, remit = restoring.held(connection, report), Remit.of(connection, by, moment)
    lives = queries.lives(connection, {row.item_id for row in rows}, moment)
    for row in rows:
        known, first_day = lives[row.item_id], row.last_day.replace(day=1)
        then = [each for each in known if each.valid_from <= row.last_day and each.valid_to > first_day]
        if (refusal := remit.refusal((then or known)[-1])) is not None:
            raise _not_yours(report, row, refusal)


def _not_yours(report: Record, row: Record, why: Message) -> NotYours:
    zh = f"第 {report.id} 次报送不全是你的：{row.month} 的一条，{why.zh}请找报送的人，或不限部门的人撤销。"
    en = f"Report {report.id} is not all yours, one of {row.month}: {why.en} Ask who reported it."
    return NotYours(Message(zh, en), month=row.month)


def _demand_last(connection: Connection, report: Record) -> None:
    """Raises RestatedSince naming all reports that have to be undone before, the newest first."""
    found: dict[int, Record] = {}
    while len(found) < len(more := {each.id: each for each in restoring.over(connection, [report, *found.values()])}):
        found = more
    if found:
        raise _restated(report, list(found.values()))


def _restated(report: Record, over: Sequence[Record]) -> RestatedSince:
    listed = "、".join(f"第 {each.id} 次（{each.file_name}）" for each in over[:20])
    zh = (
        f"第 {report.id} 次报送的数后来又报过（相同的或更正的），不能直接撤销：会连后来报的一起丢掉。请先依次撤销 {listed}，再撤销这一次；"
        "或者不撤销，把不对的数重报。"
    )
    numbers = ", ".join(str(each.id) for each in over[:20])
    en = f"What report {report.id} said was reported again since, the same or corrected. Undo these first, in this order: {numbers}; or restate it."
    return RestatedSince(Message(zh, en), reports=[f"/v1/case-imports/{each.id}" for each in over])
