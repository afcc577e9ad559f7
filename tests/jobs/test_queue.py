"""Jobs wait in order, are taken by one process, and survive it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.access.rules import Caller
from app.db import Database
from app.errors import Malformed, Message
from app.jobs import queries, service
from app.jobs.models import job, job_file
from app.jobs.rules import Cancelled, Lost, TooManyJobs
from app.jobs.service import Standing, Taken
from tests.conftest import NOW
from tests.factories import TESTER
from tests.jobs.desk import asked, kept

KINDS = ("count",)
LATER = NOW + timedelta(seconds=61)


def taken(database: Database) -> Taken | None:
    with database.aside() as connection:
        return service.take(connection, KINDS, NOW)


def surely_taken(database: Database) -> Taken:
    found = taken(database)
    assert found is not None
    return found


def recovered(database: Database) -> None:
    with database.aside() as connection:
        service.recover(connection, LATER)


def files(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(job_file)).scalar_one()


def with_file(database: Database, content: bytes = b"HZ-001") -> int:
    number = asked(database, "count")
    with database.write() as connection:
        service.attach(connection, number, "file", BytesIO(content))
    return number


def test_whoever_asked_first_is_served_first(database: Database) -> None:
    numbers = [asked(database, "count", place=place) for place in range(3)]
    found = [surely_taken(database) for _ in numbers]
    assert [each.id for each in found] == numbers
    assert [each.parameters for each in found] == [{"place": place} for place in range(3)]
    assert taken(database) is None


def test_what_a_process_does_not_know_is_left_to_others(database: Database) -> None:
    asked(database, "unheard of")
    assert taken(database) is None
    with database.read() as connection:
        assert not queries.is_any_waiting(connection, KINDS, NOW)


def test_many_workers_never_take_the_same_job(database: Database) -> None:
    numbers = [asked(database, "count") for _ in range(40)]
    with ThreadPoolExecutor(8) as workers:
        found = [each.result() for each in [workers.submit(taken, database) for _ in range(60)]]
    assert sorted(each.id for each in found if each) == numbers


def test_a_file_comes_back_as_it_was_and_goes_with_the_end(database: Database) -> None:
    content = bytes(range(256)) * 10_000
    number = with_file(database, content)
    assert files(database) == 3
    with database.read() as connection:
        assert b"".join(queries.parts(connection, number, "file")) == content
        assert list(queries.parts(connection, number, "mapping")) == []
    held = surely_taken(database)
    with database.write() as connection:
        service.finish(connection, held, NOW, standing=Standing(), result=None)
    assert files(database) == 0


def test_an_empty_file_is_one(database: Database) -> None:
    number = with_file(database, b"")
    with database.read() as connection:
        assert list(queries.parts(connection, number, "file")) == [b""]


def test_a_job_whose_process_died_is_tried_once_more_and_then_has_failed(database: Database) -> None:
    number = with_file(database)
    surely_taken(database)
    with database.aside() as connection:
        service.recover(connection, NOW + timedelta(seconds=59))
    assert kept(database, number).status == "running"
    recovered(database)
    again = kept(database, number)
    assert (again.status, again.message["zh"]) == ("queued", "处理它的进程中断了，已重新排队。")
    assert surely_taken(database).attempts == 2
    recovered(database)
    dead = kept(database, number)
    assert (dead.status, dead.problem["zh"]["type"]) == ("failed", "/problems/job-interrupted")
    assert "2 次中断" in dead.problem["zh"]["detail"]
    assert files(database) == 0


def test_a_sign_of_life_keeps_a_job(database: Database) -> None:
    asked(database, "count")
    held = surely_taken(database)
    with database.aside() as connection:
        service.tell(connection, held, Standing(500, None, Message("正在核对", "checking")), LATER)
    recovered(database)
    found = kept(database, held.id)
    assert (found.status, found.done, found.message["en"]) == ("running", 500, "checking")


def test_whoever_was_given_up_writes_nothing_any_more(database: Database) -> None:
    """It wakes up after another process took its job: what it then wants to keep is undone."""
    asked(database, "count")
    late = surely_taken(database)
    recovered(database)
    surely_taken(database)
    with pytest.raises(Lost):
        write_late(database, late)
    with database.read() as connection:
        assert connection.execute(select(job.c.kind).distinct()).scalars().all() == ["count"]
    with database.aside() as connection:
        service.fail(connection, late, LATER, error=Malformed(Message("错", "wrong")))
        service.end_cancelled(connection, late, LATER)
        service.give_back(connection, late, LATER)
    assert (kept(database, late.id).status, kept(database, late.id).attempts) == ("running", 2)


def write_late(database: Database, late: Taken) -> None:
    with database.write() as connection:
        service.enqueue(connection, "written beside", {}, by=TESTER, now=LATER)
        service.finish(connection, late, LATER, standing=Standing(), result={"import": 1})


def test_a_cancelled_job_cannot_be_finished(database: Database) -> None:
    asked(database, "count")
    held = surely_taken(database)
    with database.write() as connection:
        service.cancel(connection, held.id, by=TESTER, now=NOW)
    with pytest.raises(Cancelled), database.write() as connection:
        service.finish(connection, held, NOW, standing=Standing(), result=None)


@pytest.mark.parametrize("died", [True, False])
def test_a_cancelled_job_whose_process_is_gone_is_cancelled(database: Database, *, died: bool) -> None:
    number = with_file(database)
    held = surely_taken(database)
    with database.write() as connection:
        service.cancel(connection, number, by=TESTER, now=NOW)
    with database.aside() as connection:
        if died:
            service.recover(connection, LATER)
        else:
            service.give_back(connection, held, LATER)
    assert (kept(database, number).status, files(database)) == ("cancelled", 0)


def test_what_is_given_back_at_the_end_of_a_process_does_not_count_as_a_try(database: Database) -> None:
    number = asked(database, "count")
    for _ in range(3):
        held = surely_taken(database)
        with database.aside() as connection:
            service.give_back(connection, held, NOW)
    assert (kept(database, number).status, kept(database, number).attempts) == ("queued", 0)


def test_one_person_cannot_fill_the_queue(database: Database, somebody: Caller) -> None:
    for _ in range(20):
        asked(database, "count", somebody)
    with pytest.raises(TooManyJobs, match="20 个任务"):
        asked(database, "count", somebody)
    asked(database, "count")


def test_problems_quote_whatever_was_sent(database: Database) -> None:
    number = asked(database, "count")
    held, error = surely_taken(database), Malformed(Message("“a\0b\ud800”不对", "wrong"), on=NOW.date())
    with database.aside() as connection:
        service.fail(connection, held, NOW, error=error)
    problem = kept(database, number).problem["zh"]
    assert (problem["detail"], problem["on"]) == ("“a�b?”不对", "2026-03-02")
