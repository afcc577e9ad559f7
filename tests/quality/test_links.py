"""A link is dead after three failures on different days without an answer in between, never after one."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app import cli
from app.audit.log import entries, verify
from app.catalogue.verification import dead_link, link_check
from app.db import Database
from app.quality.looking import look_at
from app.quality.off_limits import OFF_LIMITS
from tests.conftest import NOW
from tests.factories import department, item, publish

CheckLinks = Callable[..., tuple[int, str, str]]


class Site:
    """A web site whose pages answer what they are told to, and which notes how it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    class Pages(BaseHTTPRequestHandler):
        def answer(self) -> None:
            found.asked.append((self.command, self.path))
            found.agents.add(self.headers["User-Agent"])
            status = found.answers.get(f"{self.command} {self.path}", found.answers.get(self.path, 200))
            target = found.moved.get(self.path)
            self.send_response(302 if target else status)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = answer  # noqa: N815 - named by the base class

        def log_message(self, *_: Any) -> None:
            """Nothing: the test says what was asked."""

    with running(Pages) as found.port:
        yield found


@contextmanager
def running(pages: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), pages) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture(autouse=True)
def off_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sites of the tests are on this machine: all else that is off limits stays so."""
    elsewhere = [each for each in OFF_LIMITS if each.compressed != "127.0.0.0/8"]
    monkeypatch.setattr("app.quality.off_limits.OFF_LIMITS", elsewhere)


@pytest.fixture
def check_links(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CheckLinks:
    """The command on a day after today."""
    monkeypatch.setattr("app.cli.logs.set_up", lambda: None)
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*words: str, day: int = 0) -> tuple[int, str, str]:
        monkeypatch.setenv("FROZEN_CLOCK", (NOW + timedelta(days=day)).isoformat())
        monkeypatch.setattr("sys.argv", ["shixiang", "check-links", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def rows(database: Database) -> list[tuple[str, int, int]]:
    """The dead links: since when they fail, and between which revisions that is all that is known."""
    with database.read() as connection:
        lasting = select(dead_link).where(dead_link.c.alive_since.is_(None))
        found = connection.execute(lasting.order_by(dead_link.c.id)).all()
    return [(str(each.failing_since), each.recorded_in, each.superseded_in) for each in found]


def checks(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(link_check)).scalar_one())


OPEN = 2**31 - 1


def drip(server: socket.socket) -> None:
    """Answer with a header that takes three seconds, a byte at a time."""
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(30):
            connection.sendall(b"x")
            time.sleep(0.1)


class TestDays:
    @pytest.fixture(autouse=True)
    def catalogue(self, database: Database, site: Site) -> None:
        publish(database, department(), item(online_url=site.url("/apply")), item("HZ-002", mobile_url=site.url("/m")))

    def test_three_failures_make_a_dead_link_and_an_answer_ends_it(
        self, client: TestClient, database: Database, site: Site, check_links: CheckLinks
    ) -> None:
        site.answers["/apply"] = 404
        for day in (0, 1):
            code, out, _ = check_links(day=day)
            assert (code, "失效链接 0 个，没有变化" in out) == (0, True)
            assert f"{site.url('/apply')}：HTTP 404" in out
        assert rows(database) == []
        _, out, _ = check_links(day=2)
        assert "查了 2 个网址：打得开 1 个，打不开 1 个。\n失效链接 1 个：新增 1 个，恢复 0 个，从第 2 版起。" in out
        assert rows(database) == [("2026-03-02", 2, OPEN)]
        check_links(day=3)
        assert rows(database) == [("2026-03-02", 2, OPEN)]
        site.answers.clear()
        _, out, _ = check_links(day=4)
        assert "失效链接 0 个：新增 0 个，恢复 1 个，从第 3 版起。" in out
        assert rows(database) == [("2026-03-02", 2, 3)]

        def has_dead_link(**asked: Any) -> list[str]:
            params = {"filter": "has_dead_link = true", "as_of": "2026-03-06", **asked}
            return [each["code"] for each in client.get("/v1/items", params=params).json()["items"]]

        assert (has_dead_link(known_at=1), has_dead_link(known_at=2), has_dead_link()) == ([], ["HZ-001"], [])
        assert has_dead_link(known_at=2, as_of="2026-03-01") == []
        days = [f"2026-03-{day:02}" for day in range(1, 8)]
        assert [len(has_dead_link(as_of=day)) for day in days] == [0, 1, 1, 1, 1, 0, 0]
        with database.read() as connection:
            assert verify(connection) == []
            last = entries(connection, {}, 0, 100)[-1]
        assert (last.action, last.about, last.details["revived"]) == ("links.check", "links/2026-03-06", 1)

    def test_often_on_one_day_is_once(self, database: Database, site: Site, check_links: CheckLinks) -> None:
        site.answers["/apply"] = 500
        for day in (0, 0, 0, 1):
            check_links(day=day)
        assert rows(database) == []
        assert checks(database) == 8
        check_links(day=2)
        assert rows(database) == [("2026-03-02", 2, OPEN)]

    def test_an_answer_in_between_begins_anew(self, database: Database, site: Site, check_links: CheckLinks) -> None:
        for day, status in enumerate((404, 404, 200, 404, 404)):
            site.answers["/apply"] = status
            check_links(day=day)
        assert rows(database) == []
        site.answers["/apply"] = 200
        check_links(day=5)
        for day in (5, 6, 9):
            site.answers["/apply"] = 404
            check_links(day=day)
        assert rows(database) == [("2026-03-07", 2, OPEN)]

    def test_one_that_dies_again_was_dead_twice(
        self, client: TestClient, database: Database, site: Site, check_links: CheckLinks
    ) -> None:
        for day, status in enumerate((404, 404, 404, 200, 404, 404, 404)):
            site.answers["/apply"] = status
            check_links(day=day)
        assert rows(database) == [("2026-03-02", 2, 3), ("2026-03-06", 4, OPEN)]
        asked = {"filter": "has_dead_link = true"}
        days = [f"2026-03-{day:02}" for day in range(1, 9)]
        found = [client.get("/v1/items", params={**asked, "as_of": day}).json()["total"] for day in days]
        assert found == [0, 1, 1, 1, 0, 1, 1, 1]

    def test_where_nothing_answers_nothing_is_kept(
        self, database: Database, site: Site, check_links: CheckLinks
    ) -> None:
        site.answers |= {"/apply": 503, "/m": 503}
        for day in range(4):
            code, _, err = check_links(day=day)
            assert (code, "2 个地址一个都打不开" in err) == (1, True)
        assert (checks(database), rows(database)) == (0, [])

    def test_where_most_are_not_reached_nothing_is_kept(
        self, database: Database, site: Site, check_links: CheckLinks
    ) -> None:
        """Though some answer: behind a wall that lets nothing out, the pages of the house itself are still there."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
            publish(database, *(item(f"GZ-{number}", online_url=f"{closed}/{number}") for number in range(8)))
            for day in range(3):
                code, _, err = check_links(day=day)
                assert (code, "10 个地址里有 8 个连都连不上" in err, "--anyway" in err) == (1, True, True)
            assert (checks(database), rows(database)) == (0, [])
            for day in range(3):
                assert check_links("--anyway", day=day)[0] == 0
        assert (checks(database), len(rows(database))) == (30, 8)

    def test_where_most_say_that_they_are_gone_that_is_kept(
        self, database: Database, site: Site, check_links: CheckLinks
    ) -> None:
        publish(database, *(item(f"GZ-{number}", online_url=site.url(f"/{number}")) for number in range(8)))
        site.answers |= {f"/{number}": 404 for number in range(8)}
        assert check_links()[0] == 0
        assert checks(database) == 10

    def test_only_items_in_use_and_of_the_division_are_looked_at(
        self, database: Database, staff: TestClient, site: Site, check_links: CheckLinks
    ) -> None:
        publish(database, item("HZ-003", status="2", online_url=site.url("/suspended")))
        publish(database, item("TH-001", division_code="440106", online_url=site.url("/tianhe")))
        publish(database, item("HZ-004", online_url="在线办理见公众号", online_handling_url=site.url("/apply")))
        evidence = [{"element": "status", "url": site.url("/seen")}]
        assert staff.post("/v1/items/HZ-001/verify", json={"evidence": evidence}).status_code == 201
        _, out, _ = check_links("--within", "440105")
        assert sorted(path for _, path in site.asked) == ["/apply", "/m", "/seen"]
        assert "另有 1 个不是 http(s) 网址或者太长，没有查。" in out

    def test_evidence_that_is_gone_is_a_dead_link_too(
        self, client: TestClient, staff: TestClient, site: Site, check_links: CheckLinks
    ) -> None:
        for path in ("/old", "/seen"):
            said = {"evidence": [{"element": "status", "url": site.url(path)}]}
            assert staff.post("/v1/items/HZ-002/verify", json=said).status_code == 201
        site.answers |= {"/old": 404, "/seen": 404}
        for day in range(3):
            check_links(day=day)
        assert "/old" not in {path for _, path in site.asked}
        found = client.get("/v1/items", params={"filter": "有无失效链接 = true", "fields": "code,has_dead_link"}).json()
        assert found["items"] == [{"code": "HZ-002", "has_dead_link": True}]

    def test_an_empty_catalogue_has_nothing_to_look_at(self, site: Site, check_links: CheckLinks) -> None:
        code, out, _ = check_links("--within", "110000")
        assert (code, site.asked) == (0, [])
        assert "查了 0 个网址" in out


class TestLooking:
    @pytest.mark.parametrize(
        ("status", "is_alive"),
        [
            *((there, True) for there in (200, 204, 401, 403, 429)),
            *((gone, False) for gone in (400, 404, 410, 500, 503)),
        ],
    )
    def test_what_an_answer_means(self, site: Site, status: int, *, is_alive: bool) -> None:
        site.answers["/"] = status
        (look,) = look_at([site.url("/")], timeout=5)
        assert (look.is_alive, look.status) == (is_alive, status)
        assert site.agents == {"shixiang-check-links (checks the links of a government service-item catalogue)"}

    @pytest.mark.parametrize("refused", [400, 404, 405, 500, 501])
    def test_a_page_that_answers_head_wrongly_is_got(self, site: Site, refused: int) -> None:
        site.answers |= {"HEAD /": refused, "GET /gone": 404, "HEAD /gone": refused}
        assert [look.is_alive for look in look_at([site.url("/"), site.url("/gone")], timeout=5)] == [True, False]
        assert site.asked[:2] == [("HEAD", "/"), ("GET", "/")]

    def test_redirects_lead_to_the_page(self, site: Site) -> None:
        site.moved |= {"/old": "/new", "/round": "/round", "/away": "ftp://127.0.0.1/"}
        site.answers["/lost"] = 404
        site.moved["/to-lost"] = "/lost"
        looks = look_at([site.url(path) for path in ("/old", "/to-lost", "/round", "/away")], timeout=5)
        assert [look.is_alive for look in looks] == [True, False, False, False]
        assert [look.reason for look in looks] == [None, None, "重定向太多", "网址写得不对"]

    def test_where_nobody_answers(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{taken.getsockname()[1]}/"
            (refused,) = look_at([closed], timeout=5)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            (late,) = look_at([f"http://127.0.0.1:{silent.getsockname()[1]}/"], timeout=0.3)
        (unknown, malformed) = look_at(["http://zwfw.invalid/", "http://[::1/"], timeout=5)
        assert [each.reason for each in (refused, late, unknown, malformed)] == [
            "拒绝连接", "应答超时", "找不到这个域名", "网址写得不对",
        ]  # fmt: skip

    @pytest.mark.parametrize("host", ["www..gov.cn", "a" * 64 + ".gov.cn", "xn--", "a:99999"])
    def test_a_host_that_cannot_be_is_a_dead_address(self, site: Site, host: str) -> None:
        site.moved["/"] = f"http://{host}/"
        looks = look_at([f"http://{host}/x", site.url("/"), site.url("/there")], timeout=5)
        assert [look.is_alive for look in looks] == [False, False, True]
        assert {look.reason for look in looks[:2]} <= {"网址写得不对", "找不到这个域名"}

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0", "169.254.169.254", "[fe80::1]"]
    )  # fmt: skip
    def test_the_machine_and_its_own_wire_are_not_looked_at(
        self, site: Site, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        monkeypatch.setattr("app.quality.off_limits.OFF_LIMITS", OFF_LIMITS)
        (look,) = look_at([f"http://{host}:{site.port}/"], timeout=5)
        assert (look.is_alive, look.reason, site.asked) == (False, "本机或链路本地的地址，不查", [])

    def test_nor_where_a_page_leads_there(self, site: Site) -> None:
        site.moved["/"] = "http://169.254.169.254/latest/meta-data/"
        (look,) = look_at([site.url("/")], timeout=5)
        assert (look.is_alive, look.reason) == (False, "本机或链路本地的地址，不查")

    def test_whoever_sends_byte_by_byte_is_not_waited_for(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            Thread(target=drip, args=[server]).start()
            began = time.monotonic()
            (look,) = look_at([f"http://127.0.0.1:{server.getsockname()[1]}/"], timeout=0.5)
            took = time.monotonic() - began
        assert (look.is_alive, look.reason) == (False, "应答超时")
        assert took < 1.5

    def test_what_is_no_certificate(self, site: Site) -> None:
        (look,) = look_at([site.url("/").replace("http:", "https:")], timeout=5)
        assert (look.is_alive, look.reason) == (False, "证书或加密连接有误")

    def test_a_host_is_asked_one_thing_at_a_time(self) -> None:
        now: list[int] = []
        most: list[int] = []

        class Slow(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                now.append(1)
                time.sleep(0.01)
                most.append(len(now))
                now.pop()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        with running(Slow) as port:
            looks = look_at([f"http://127.0.0.1:{port}/{number}" for number in range(30)], timeout=5)
        assert (len(looks), max(most)) == (30, 1)

    def test_a_host_that_is_away_is_not_waited_for_again_and_again(self) -> None:
        seen: list[str] = []
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            urls = [f"http://127.0.0.1:{taken.getsockname()[1]}/{number}" for number in range(50)]
            looks = look_at(urls, timeout=5, seen=lambda look: seen.append(look.url))
        assert [look.url for look in looks] == seen == urls
        assert {look.reason for look in looks} == {"拒绝连接"}
