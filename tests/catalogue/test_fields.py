"""What a list says of each item: the elements that were asked for, in that order."""

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import ITEM
from app.db import Database
from tests.factories import department, item, publish

MATERIALS = [{"name": "申请表", "necessity": "1"}, {"name": "身份证", "necessity": "3"}]


@pytest.fixture
def guide(database: Database) -> None:
    publish(database, department(), item("A-1", materials=MATERIALS, online_depths="5", aliases=["敬老院备案"]))


@pytest.mark.usefixtures("guide")
@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("name,code", {"name": "养老机构备案", "code": "A-1"}),
        ("事项名称,别名", {"name": "养老机构备案", "aliases": ["敬老院备案"]}),
        ("materials,material_count", {"materials": MATERIALS, "material_count": 2}),
        ("online_depths,is_online", {"online_depths": ["5"], "is_online": None}),
        ("department_name,version,valid_to", {"department_name": "海珠区民政局", "version": 1, "valid_to": None}),
        ("url", {"url": "/v1/items/A-1?as_of=2026-03-02&known_at=1&division_code=440105"}),
    ],
)
def test_exactly_the_fields_asked_for(client: TestClient, fields: str, shown: dict[str, object]) -> None:
    (found,) = client.get(f"/v1/items?fields={fields}").json()["items"]
    assert list(found.items()) == list(shown.items())


@pytest.mark.usefixtures("guide")
def test_all_elements_at_once(client: TestClient) -> None:
    (found,) = client.get(f"/v1/items?fields={','.join(ITEM.elements)}").json()["items"]
    whole = client.get("/v1/items/A-1").json()
    assert found == {name: whole[name] for name in ITEM.elements}


@pytest.mark.usefixtures("guide")
def test_the_fields_stay_from_page_to_page(client: TestClient, database: Database) -> None:
    publish(database, item("A-2"))
    first = client.get("/v1/items?fields=code,url&limit=1").json()
    second = client.get(first["next"]).json()
    assert [list(page["items"][0]) for page in (first, second)] == [["code", "url"], ["code", "url"]]


@pytest.mark.parametrize(("fields", "suggestion"), [("names", "name"), ("", None), ("name,", None), ("事项名", "name")])
def test_a_field_that_is_none(client: TestClient, fields: str, suggestion: str | None) -> None:
    answer = client.get(f"/v1/items?fields={fields}")
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["parameter"], fault.get("suggestion")) == (422, "fields", suggestion)
