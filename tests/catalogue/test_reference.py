"""Departments, windows, basic items, divisions and code lists, each with its dates."""

import csv
from datetime import date
from itertools import product

import pytest
from fastapi.testclient import TestClient

from app.catalogue.code_lists import code_lists
from app.catalogue.objects import BASIC_ITEM, DEPARTMENT, HALL, WINDOW
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, department, draft, item, publish

MARKET = "11440106007506516N"
PLANNED = date(2027, 1, 1)
IN_THE_HALL = {
    "name": "综合窗口",
    "is_comprehensive": "是",
    "hall_code": "TH-HALL",
    "hall_name": "天河区政务服务中心",
    "window_kind": "受理窗口",
    "staff_count": 2,
}


@pytest.fixture
def hall(database: Database) -> None:
    """Two departments in two districts, a window each, one of them in a hall; the first and the hall are renamed next year."""
    publish(
        database,
        department(),
        department(MARKET, name="天河区市场监督管理局", division_code="440106"),
        draft("create", "TH-HALL", {"name": "天河区政务服务中心", "division_code": "440106"}, kind=HALL),
        draft("create", "W-01", {"name": "1号窗口", "department_code": CIVIL_AFFAIRS}, kind=WINDOW),
        draft("create", "W-02", IN_THE_HALL | {"department_code": MARKET}, kind=WINDOW),
        draft(
            "create",
            "000111003000",
            {"name": "养老机构设立许可", "task_type": "行政许可", "use_levels": ["县级", "3"]},
            kind=BASIC_ITEM,
        ),
        item("HZ-001"),
    )
    publish(
        database,
        draft("amend", CIVIL_AFFAIRS, {"name": "海珠区民政和养老局"}, kind=DEPARTMENT, start=PLANNED),
        draft("amend", "TH-HALL", {"name": "天河区市民中心"}, kind=HALL, start=PLANNED),
    )


@pytest.mark.usefixtures("hall")
def test_collections_are_in_order_of_code(client: TestClient) -> None:
    for path, codes in (
        ("/v1/departments", [CIVIL_AFFAIRS, MARKET]),
        ("/v1/departments?within=440105", [CIVIL_AFFAIRS]),
        ("/v1/departments?within=440100", [CIVIL_AFFAIRS, MARKET]),
        ("/v1/departments?within=110000", []),
        ("/v1/windows", ["W-01", "W-02"]),
        ("/v1/windows?within=440106", ["W-02"]),
        ("/v1/windows?within=440000", ["W-01", "W-02"]),
        ("/v1/windows?division_code=440106&division_code=440105", ["W-01", "W-02"]),
        ("/v1/windows?division_code=440100", []),
        (f"/v1/windows?department_code={MARKET}", ["W-02"]),
        ("/v1/windows?hall_code=TH-HALL&is_comprehensive=true&window_kind=acceptance&staff_count=2", ["W-02"]),
        ("/v1/windows?hall_code=null&is_comprehensive=null", ["W-01"]),
        ("/v1/windows?hall_code=null&hall_code=TH-HALL", ["W-01", "W-02"]),
        ("/v1/halls", ["TH-HALL"]),
        ("/v1/halls?within=440105", []),
        ("/v1/basic-items", ["000111003000"]),
        ("/v1/departments?as_of=2019-12-31", []),
        ("/v1/departments?known_at=0", []),
    ):
        answer = client.get(path).json()
        assert [each.get("code", each.get("catalog_code")) for each in answer["items"]] == codes, path
        assert answer["total"] == len(codes)


@pytest.mark.usefixtures("hall")
def test_a_department_is_named_as_on_the_day(client: TestClient) -> None:
    for day, name in [("2026-12-31", "海珠区民政局"), ("2027-01-01", "海珠区民政和养老局")]:
        assert client.get(f"/v1/departments/{CIVIL_AFFAIRS}?as_of={day}").json()["name"] == name
        assert client.get(f"/v1/items/HZ-001?as_of={day}").json()["department_name"] == name
        assert client.get(f"/v1/items?as_of={day}").json()["items"][0]["department_name"] == name
        asked = {"as_of": day, "filter": f"department_name = '{name}'"}
        assert client.get("/v1/items", params=asked).json()["total"] == 1
    assert client.get(f"/v1/departments/{CIVIL_AFFAIRS}?as_of=2027-01-01&known_at=1").json()["name"] == "海珠区民政局"


@pytest.mark.usefixtures("hall")
def test_a_window_names_its_hall_as_on_the_day(client: TestClient) -> None:
    """Whatever it says itself."""
    for asked, name in (
        ("as_of=2026-12-31", "天河区政务服务中心"),
        ("as_of=2027-01-01", "天河区市民中心"),
        ("as_of=2027-01-01&known_at=1", "天河区政务服务中心"),
    ):
        assert client.get(f"/v1/windows/W-02?{asked}").json()["hall_name"] == name
        assert [each["hall_name"] for each in client.get(f"/v1/windows?{asked}").json()["items"]] == [None, name]


@pytest.mark.usefixtures("hall")
def test_what_is_not_there_says_when_it_is(client: TestClient) -> None:
    for asked, told in (
        ("TH-HALL?as_of=2019-12-31", "2019-12-31 没有大厅 TH-HALL：它从 2020-01-01 起有效。"),
        ("TH-HALL?known_at=0", "大厅 TH-HALL 在第 0 版还没有登记，后来才补录：去掉 known_at 就能看到。"),
        ("HZ-HALL", "没有编码为 HZ-HALL 的大厅。请核对编码。"),
    ):
        answer = client.get(f"/v1/halls/{asked}")
        assert (answer.status_code, answer.json()["detail"]) == (404, told)


def test_a_window_follows_its_department_from_the_day_it_moves(client: TestClient, database: Database) -> None:
    publish(
        database,
        department(),
        draft("create", "W-01", {"name": "1号窗口", "department_code": CIVIL_AFFAIRS}, kind=WINDOW),
    )
    publish(database, draft("amend", CIVIL_AFFAIRS, {"division_code": "440106"}, kind=DEPARTMENT, start=PLANNED))
    for day, within, total in [
        ("2026-12-31", "440105", 1), ("2026-12-31", "440106", 0), ("2027-01-01", "440105", 0), ("2027-01-01", "440106", 1),
    ]:  # fmt: skip
        assert client.get(f"/v1/windows?within={within}&as_of={day}").json()["total"] == total


@pytest.mark.usefixtures("hall")
def test_every_address_in_a_collection_holds(client: TestClient) -> None:
    for path in ("/v1/departments", "/v1/halls", "/v1/windows", "/v1/basic-items"):
        for listed in client.get(f"{path}?as_of=2026-12-31").json()["items"]:
            alone = client.get(listed["url"]).json()
            assert {name: alone[name] for name in listed} == listed
            assert (alone["as_of"], alone["revision"]) == ("2026-12-31", 2)


@pytest.mark.usefixtures("hall")
def test_a_collection_is_walked_by_its_next(client: TestClient) -> None:
    first = client.get("/v1/departments?limit=1&within=440100").json()
    second = client.get(first["next"]).json()
    assert [page["items"][0]["code"] for page in (first, second)] == [CIVIL_AFFAIRS, MARKET]
    assert (first["total"], second["total"], second["next"]) == (2, 2, None)
    other = client.get(first["next"].replace("/departments", "/windows"))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/wrong-cursor")


@pytest.mark.usefixtures("hall")
def test_what_windows_cannot_be_asked_for(client: TestClient) -> None:
    for asked, rule in (
        ("is_comprehensive=也许", "not-a-flag"),
        ("hall_code=", "no-value"),
        ("halls_code=TH-HALL", "unknown-parameter"),
    ):
        answer = client.get(f"/v1/windows?{asked}")
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)


@pytest.mark.usefixtures("hall")
def test_what_windows_were_asked_for_is_asked_again_by_next(client: TestClient) -> None:
    first = client.get("/v1/windows?hall_code=null&hall_code=TH-HALL&limit=1").json()
    assert [each["code"] for each in client.get(first["next"]).json()["items"]] == ["W-02"]


@pytest.mark.usefixtures("hall")
def test_basic_items_belong_to_no_division(client: TestClient) -> None:
    assert client.get("/v1/basic-items?within=440105").status_code == 422
    found = client.get("/v1/basic-items/000111003000").json()
    assert (found["task_type"], found["use_levels"]) == ("01", ["3", "4"])


def test_what_is_no_division_code(client: TestClient) -> None:
    paths = ["/v1/items", "/v1/departments", "/v1/windows", "/v1/divisions"]
    for path, within in product(paths, ["44", "44010", "广州", "44010５", "4401056", "null", ""]):
        answer = client.get(path, params={"within": within})
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "not-a-division")


def test_divisions_of_the_national_table(client: TestClient) -> None:
    answer = client.get("/v1/divisions?within=440100").json()
    assert answer["items"][0]["name"] == "广州市"
    assert "440105" in [each["code"] for each in answer["items"]]
    assert all(each["code"].startswith("4401") for each in answer["items"])
    assert client.get("/v1/divisions?within=440105").json()["items"][0]["name"] == "海珠区"
    assert client.get("/v1/divisions?as_of=1949-09-30").json()["total"] == 0


def test_divisions_are_walked_whole(client: TestClient) -> None:
    path, codes = "/v1/divisions?limit=1000", list[str]()
    while path:
        page = client.get(path).json()
        codes += [each["code"] for each in page["items"]]
        path = page["next"]
    assert codes == sorted(set(codes))
    assert len(codes) == page["total"] > 3000


def test_every_code_list_says_how_far_it_is_verified(client: TestClient) -> None:
    answer = client.get("/v1/code-lists").json()
    standing = {each["key"]: each["standing"] for each in answer["items"]}
    assert answer["total"] == len(standing) == len(code_lists())
    assert all(standing.values())
    assert standing["offline_reason"] == standing["not_in_hall_reason"] == "our proposal"
    assert standing["handle_area"] == "rival readings"
    assert standing["task_type"] == "verified"


def test_a_code_from_memory_says_so(client: TestClient) -> None:
    units = {each["code"]: each for each in client.get("/v1/code-lists/limit_unit").json()["codes"]}
    assert (units["1"]["name_zh"], units["1"]["standing"]) == ("工作日", "partly verified")
    assert units["2"]["name_zh"] == "自然日"
    assert "memory" in units["2"]["standing"]


def test_a_provinces_own_type_codes_are_told(client: TestClient) -> None:
    (variant,) = client.get("/v1/code-lists/task_type").json()["variants"]
    assert (variant["region"], variant["national"]) == ("44", {"20": "10", "21": "20"})


@pytest.mark.parametrize("path", ["/v1/code-lists?format=csv", "/v1/code-lists/task_type?format=csv"])
def test_code_lists_open_in_a_spreadsheet(client: TestClient, path: str) -> None:
    rows = list(csv.DictReader(client.get(path).content.decode("utf-8-sig").splitlines()))
    wanted = {"code_list": "task_type", "list_name": "事项类型", "code": "01", "name_zh": "行政许可"}
    assert next(row for row in rows if row["name_zh"] == "行政许可") == wanted | {
        "name_en": "administrative licensing",
        "standing": "verified",
    }


def test_codes_of_a_list_are_unique() -> None:
    for entry in code_lists().values():
        assert len(entry.labels) == len(entry.codes), entry.key


def test_a_misspelt_code_list_names_the_nearest(client: TestClient) -> None:
    assert "是否为 task_type？" in client.get("/v1/code-lists/task_typ").json()["detail"]
