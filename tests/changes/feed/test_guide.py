"""The program of the guide keeps a copy as it says."""

from typing import Any

from fastapi.testclient import TestClient

from tests.changes.feed.copies import copied, walked
from tests.databases import ROOT
from tests.factories import START, amend, department, draft, item, publish
from tests.pages import HOST, blocks
from tests.serving import serving


def test_the_program_of_the_guide_keeps_a_copy(client: TestClient, database: Any) -> None:
    (program,) = (text for language, text in blocks(ROOT / "docs/guide/feed.md") if language == "python")
    publish(database, department(), item("HZ-001"), item("HZ-002"))
    with serving(client.app) as port:  # type: ignore[arg-type]  # a FastAPI
        names: dict[str, Any] = {}
        exec(program.replace(HOST, f"http://127.0.0.1:{port}"), names)
        copy, address = names["begin"]()
        publish(database, amend("HZ-001", START, is_online=True), draft("cancel", "HZ-002", start=START))
        address = names["follow"](copy, address)
    assert address == "/v1/feed?after=2-2&wait=30"
    assert copy == copied(walked(client, "/v1/feed")).objects
