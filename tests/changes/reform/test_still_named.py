from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import decided, drafted, previewed
from tests.lists.editions.lists import fill

ENDED = {"kind": "cancel", "code": "HZ-001"}


def test_the_preview_says_which_documents_go_on_naming_what_ends(database: Database, staff: TestClient) -> None:
    """HZ-001 is in the deficiency list's batch in force; of the edition that ended nothing is told."""
    fill(database)
    path = drafted(staff, ENDED)
    (remark,) = previewed(staff, path)["remarks"]
    assert (remark["code"], remark["rule"], remark["element"]) == ("HZ-001", "still-named", "lists")
    assert "清单版本 deficiency-1 仍列着它" in remark["message"]
    assert decided(staff, path).status_code == 200


def test_what_is_amended_with_it_is_not_told(database: Database, staff: TestClient) -> None:
    fill(database)
    rest = {"entries": [{"code": "HZ-002"}]}
    mended = {"object": "edition", "kind": "amend", "code": "deficiency-1", "content": rest}
    assert previewed(staff, drafted(staff, ENDED, mended))["remarks"] == []
