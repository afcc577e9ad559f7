"""Alert rules over HTTP, and a receiver of their messages that checks signatures as the specification writes them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from app.db import Database
from app.metrics.alerts import schemas
from tests.factories import amend, department, item, publish
from tests.jobs.desk import app_of, run_pending

OTHER = "11440105MB2C9012XA"
ONLINE: dict[str, Any] = {"name": "一网通办率低于八成", "metric": "online_rate", "condition": {"below": 0.8}}


def fill(database: Database, *online: bool | None) -> int:
    """Items of one department that are online or not, or don't say."""
    drafts = [item(f"HZ-{place:03}", is_online=each) for place, each in enumerate(online, 1)]
    return publish(database, department(), department(OTHER, name="海珠区教育局"), *drafts)


def offices_of(database: Database, count: int) -> None:
    """Departments with an item each that is not online."""
    codes = [f"D-{place:03}" for place in range(count)]
    publish(database, *[department(code, name=f"部门 {code}") for code in codes])
    publish(database, *[item(f"X-{code}", department_code=code, is_online=False) for code in codes])


def set_online(database: Database, code: str, is_online: bool | None, on: Any) -> int:  # noqa: FBT001 - the element
    return publish(database, amend(code, on, is_online=is_online), on=on)


def post(staff: TestClient, **other: object) -> Response:
    return staff.post("/v1/alert-rules", json={**ONLINE, **other})


def created(staff: TestClient, **other: object) -> dict[str, Any]:
    """A rule, not evaluated yet."""
    answer = post(staff, **other)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def put(staff: TestClient, rule: dict[str, Any], said: dict[str, Any], **headers: str) -> Response:
    return staff.put(f"/v1/alert-rules/{rule['id']}", json=said, headers=headers)


def got(staff: TestClient, path: str, **asked: object) -> Any:
    answer = staff.get(path, params={name: str(value) for name, value in asked.items()} or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def attend(staff: TestClient) -> int:
    """What workers have to do is done; how many jobs that were."""
    return run_pending(app_of(staff))


def findings(staff: TestClient, **asked: object) -> list[dict[str, Any]]:
    attend(staff)
    found: list[dict[str, Any]] = got(staff, "/v1/alert-findings", **asked)["items"]
    return found


def figure(client: TestClient, url: str) -> dict[str, Any]:
    """The one row that an address leads to."""
    (row,) = got(client, url)["values"]
    found: dict[str, Any] = row
    return found


def deliveries(staff: TestClient, rule: dict[str, Any]) -> list[dict[str, Any]]:
    page = got(staff, f"/v1/alert-rules/{rule['id']}/deliveries")
    schemas.DeliveryPage.model_validate(page)
    found: list[dict[str, Any]] = page["items"]
    return found


def standing(staff: TestClient, rule: dict[str, Any]) -> tuple[str, int]:
    webhook = got(staff, f"/v1/alert-rules/{rule['id']}")["webhook"]
    return webhook["status"], webhook["waiting"]


@dataclass
class Receiver:
    """Somebody's server: answers the given statuses in turn, then the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [204])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?key=Geheim"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def signed(self, place: int, secret: str) -> bool:
        """Whether one of the signatures is that of the secret: v1, base64(HMAC-SHA256(id.timestamp.body))."""
        headers, body = self.got[place]
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return expected in headers["webhook-signature"].split(" ")


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Hooks(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing: the test says what arrived."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hooks) as server:
        receiver.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
