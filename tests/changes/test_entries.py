"""Drafting entries: contents are read as people write them, and every fault is told at once."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import ITEM, WINDOW
from app.db import Database
from tests.changes.desk import Entry, act, add, amend, contents, decided, drafted, opened
from tests.factories import CIVIL_AFFAIRS, department, draft, item, publish

pytestmark = pytest.mark.one_database

NEW = {"name": "社会团体登记", "division_code": "440105", "department_code": CIVIL_AFFAIRS}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    window = draft("create", "W-01", {"name": "1号窗口", "department_code": CIVIL_AFFAIRS}, kind=WINDOW)
    publish(database, department(), window, item("HZ-001", is_online=False, promised_limit=20), item("HZ-002"))


def create(code: str = "HZ-009", /, **content: object) -> Entry:
    return {"kind": "create", "code": code, "content": NEW | content}


CONTENT_FAULTS: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({"is_onlin": True}, "is_onlin", "unknown-element", "is_online"),
    ({"是否网上办": True}, "是否网上办", "unknown-element", "是否网办"),
    ({"is_online": True, "是否网办": False}, "是否网办", "given-twice", None),
    ({"material_count": 3}, "material_count", "derived-element", None),
    ({"department_name": "民政局"}, "department_name", "unknown-element", None),
    ({"task_type": "行政许克"}, "task_type", "unknown-code", "行政许可"),
    ({"task_type": "1"}, "task_type", "unknown-code", "01"),
    ({"online_depths": ["5", "55"]}, "online_depths", "unknown-code", None),
    ({"promised_limit": "五天"}, "promised_limit", "not-a-number", None),
    ({"promised_limit": "5工作日"}, "promised_limit", "number-with-unit", "5"),
    ({"promised_limit": -1}, "promised_limit", "not-a-number", None),
    ({"promised_limit": 1.5}, "promised_limit", "not-a-number", None),
    ({"promised_limit": True}, "promised_limit", "not-text", None),
    ({"promised_limit": 10**12}, "promised_limit", "number-too-large", None),
    ({"promised_limit": [5]}, "promised_limit", "not-text", None),
    ({"is_online": "maybe"}, "is_online", "not-a-flag", None),
    ({"is_online": 2}, "is_online", "not-a-flag", None),
    ({"name": None}, "name", "required", None),
    ({"name": "　 "}, "name", "required", None),
    ({"name": {"zh": "名称"}}, "name", "not-text", None),
    ({"name": "登记\u0007"}, "name", "control-character", None),
    ({"division_code": "44010"}, "division_code", "pattern", None),
    ({"code": "含空格 与中文"}, "code", "pattern", None),
    ({"code": "4.40102E+11"}, "code", "code-became-number", None),
    ({"is_classified": True}, "is_classified", "refused", None),
    ({"is_classified": "是"}, "is_classified", "refused", None),
    ({"status": "3"}, "status", "use-cancel", None),
    ({"status": "取消"}, "status", "use-cancel", None),
    ({"materials": "申请表"}, "materials", "not-a-list", None),
    ({"materials": ["申请表"]}, "materials", "not-a-list", None),
    ({"materials": [{"necessity": "1"}]}, "materials", "required", None),
    ({"materials": [{"name": "申请表", "necessity": "必须"}]}, "materials", "unknown-code", None),
    ({"materials": [{"name": "申请表", "copies": 1}]}, "materials", "unknown-element", None),
    ({"questions": [{"answer": "可以"}]}, "questions", "required", None),
    ({"legal_basis": [{"clause": "第八条"}]}, "legal_basis", "required", None),
    (
        {"legal_basis": [{"law_name": "社会团体登记管理条例", "effective_on": "昨天"}]},
        "legal_basis",
        "not-a-date",
        None,
    ),
]


def test_a_wrong_content_names_the_element_and_the_nearest(staff: TestClient, database: Database) -> None:
    path = opened(staff)
    before = contents(database)
    for content, element, rule, suggestion in CONTENT_FAULTS:
        answer = add(staff, path, amend("HZ-002", aliases=["备案"]), amend("HZ-001", **content))
        assert answer.status_code == 422, content
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["rule"]) == (f"/1/content/{element}", rule), content
        assert fault.get("suggestion") == suggestion or suggestion is None, content
    assert contents(database) == before


def test_half_a_character_and_no_number_are_refused(staff: TestClient, database: Database) -> None:
    path, before = opened(staff), contents(database)
    for written in (r'"\ud83d"', "NaN", "Infinity", "1e999"):
        body = f'{{"kind": "amend", "code": "HZ-001", "content": {{"name": {written}}}}}'
        answer = staff.post(f"{path}/entries", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, written
    assert contents(database) | {"change_set": 0} == before | {"change_set": 0}


def test_all_faults_of_an_entry_are_told_at_once(staff: TestClient) -> None:
    answer = add(staff, opened(staff), amend("HZ-001", is_onlin=1, task_type="99", promised_limit="x", status="3"))
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        f"/0/content/{name}" for name in ("is_onlin", "task_type", "promised_limit", "status")
    ]
    assert answer.json()["detail"].startswith("内容里有 4 处错误：")


def test_a_single_entry_is_pointed_at_as_it_was_sent(staff: TestClient) -> None:
    path = opened(staff)
    one = staff.post(f"{path}/entries", json=amend("HZ-001", is_onlin=True))
    assert one.json()["errors"][0]["pointer"] == "/content/is_onlin"
    unfinished = staff.post(f"{path}/entries", json={"code": "HZ-001"})
    assert [(fault["pointer"], fault["rule"]) for fault in unfinished.json()["errors"]] == [("/kind", "missing")]
    many = staff.post(f"{path}/entries", json=[amend("HZ-001", is_online=True), {"code": "HZ-001"}])
    assert [(fault["pointer"], fault["rule"]) for fault in many.json()["errors"]] == [("/1/kind", "missing")]


@pytest.mark.parametrize(
    ("entry", "status", "slug"),
    [
        pytest.param(amend("HZ-404", is_online=True), 404, "object-not-found", id="amend an unknown code"),
        pytest.param(act("cancel", "HZ-404"), 404, "object-not-found", id="cancel an unknown code"),
        pytest.param(amend("W-01", is_online=True), 404, "object-not-found", id="a window is no item"),
        pytest.param(amend("HZ-001", on="2019-12-31", is_online=True), 409, "not-in-force", id="before it began"),
        pytest.param(amend("HZ-001", is_online=False), 422, "malformed", id="nothing would change"),
        pytest.param(act("resume", "HZ-001"), 422, "malformed", id="in use already"),
        pytest.param(amend("HZ-001"), 422, "malformed", id="amend without content"),
        pytest.param(amend("HZ-001", name=[10**30]), 422, "malformed-content", id="a number no database holds"),
        pytest.param(amend("HZ-001", promised_limit=10**30), 422, "malformed-content", id="a limit beyond all limits"),
        pytest.param(amend("HZ-001", status=None), 422, "malformed-content", id="an item without a status"),
        pytest.param(
            act("suspend", "HZ-001") | {"content": {"name": "改"}}, 422, "malformed", id="suspend with content"
        ),
        pytest.param(act("cancel", "HZ-001", until="2027-01-01"), 422, "malformed", id="cancel until a day"),
        pytest.param(amend("HZ-001", until="2026-03-02", is_online=True), 422, "malformed", id="ends as it starts"),
        pytest.param(amend("HZ-001", until="2025-01-01", is_online=True), 422, "malformed", id="ends before it starts"),
        pytest.param(create() | {"effective_on": "9999-12-31"}, 422, "malformed", id="starts with the end of days"),
        pytest.param(create(code="HZ-010"), 422, "malformed", id="two codes"),
        pytest.param(create(事项编码="HZ-010"), 422, "malformed", id="two codes, one by its label"),
        pytest.param({"kind": "create", "code": "HZ-009"}, 422, "malformed-content", id="create nothing"),
        pytest.param(create("HZ 009"), 422, "malformed", id="a blank in the code"),
        pytest.param(create("9" * 65), 422, "malformed", id="a code too long"),
        pytest.param(amend("HZ-001", x=1) | {"kind": "delete"}, 422, "malformed", id="an unknown kind"),
        pytest.param(act("cancel", "HZ-001") | {"object": "licence"}, 422, "malformed", id="an unknown object"),
        pytest.param(act("cancel", "HZ-001", on="2026-02-30"), 422, "malformed", id="no such day"),
        pytest.param(act("cancel", "HZ-001") | {"reason": "x"}, 422, "malformed", id="an unknown field"),
        pytest.param(
            act("suspend", "W-01") | {"object": "window"}, 422, "malformed-content", id="a window has no status"
        ),
        pytest.param(
            amend(CIVIL_AFFAIRS, code="HZ-MZ") | {"object": "department"},
            422,
            "malformed-content",
            id="a department keeps its code",
        ),
    ],
)
def test_an_entry_that_cannot_be_meant(
    staff: TestClient, database: Database, entry: Entry, status: int, slug: str
) -> None:
    path = opened(staff)
    before = contents(database)
    answer = staff.post(f"{path}/entries", json=entry)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")
    assert contents(database) == before


def test_a_creation_lacks_what_it_lacks(staff: TestClient) -> None:
    answer = add(staff, opened(staff), {"kind": "create", "code": "HZ-009", "content": {"division_code": "440105"}})
    assert answer.json()["detail"] == "新增事项 HZ-009 缺少：事项名称、实施主体编码。"
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/content/name", "/content/department_code"]


READINGS: list[tuple[str, object, object]] = [
    ("is_online", "有", True),
    ("是否网办", "否", False),
    ("is_online", 1, True),
    ("is_online", "无", False),
    ("is_online", None, None),
    ("task_type", "行政许可", "01"),
    ("task_type", "administrative licensing", "01"),
    ("promised_limit", "１２", 12),
    ("promised_limit", " 12 ", 12),
    ("promised_limit", 12.0, 12),
    ("name", "  社会团体\u200b登记 ", "社会团体登记"),
    ("online_depths", "互联网办理、6", ["5", "6"]),
    ("online_depths", ["6", "5", "6"], ["5", "6"]),
    ("online_depths", [], []),
    ("online_depths", None, None),
    ("aliases", "社团登记；社团备案", ["社团登记", "社团备案"]),
    ("aliases", [], []),
    ("materials", [{"name": "申请表", "necessity": "容缺后补", "paper_copies": "2"}],
     [{"name": "申请表", "necessity": "3", "paper_copies": 2}]),
    ("legal_basis", [{"law_name": "社会团体登记管理条例", "effective_on": "2016年2月6日"}],
     [{"law_name": "社会团体登记管理条例", "effective_on": "2016-02-06"}]),
    ("cross_region", [{"scope": "全省", "divisions": ["440000"]}], [{"scope": "2", "divisions": ["440000"]}]),
    ("is_classified", "否", False),
    ("status", "暂停", "2"),
]  # fmt: skip


def test_contents_are_read_as_people_write_them(staff: TestClient, client: TestClient) -> None:
    entries = [create(f"HZ-{place}", **{name: written}) for place, (name, written, _) in enumerate(READINGS, 100)]
    path = drafted(staff, *entries)
    assert decided(staff, path).status_code == 200
    for place, (name, written, held) in enumerate(READINGS, 100):
        assert (
            client.get(f"/v1/items/HZ-{place}").json()[ITEM.by_label[name].name if name in ITEM.by_label else name]
            == held
        ), (name, written)


def test_amending_with_the_same_lists_changes_nothing(staff: TestClient) -> None:
    lists: dict[str, Any] = {name: written for name, written, _ in READINGS if isinstance(written, list)}
    path = drafted(staff, create("HZ-100", **lists))
    again = add(staff, path, amend("HZ-100", **lists))
    assert again.json()["errors"][0]["rule"] == "unchanged"
    decided(staff, path)
    assert add(staff, opened(staff), amend("HZ-100", **lists)).json()["errors"][0]["rule"] == "unchanged"


def test_entries_that_change_nothing_are_left_out(staff: TestClient) -> None:
    answer = add(staff, opened(staff), amend("HZ-001", is_online=False), amend("HZ-001", is_online=True))
    assert (answer.status_code, answer.json()["entries"]) == (201, {"amend": 1})


def test_one_wrong_entry_keeps_all_out(staff: TestClient, database: Database) -> None:
    path, before = opened(staff), contents(database)
    answer = add(staff, path, amend("HZ-001", is_online=True), create(), amend("HZ-404", is_online=True))
    assert answer.status_code == 404
    assert contents(database) | {"change_set": 0} == before | {"change_set": 0}
    assert staff.get(path).json()["entries"] == {}


def test_an_entry_shows_old_and_new_with_their_labels(staff: TestClient) -> None:
    path = drafted(
        staff,
        amend("HZ-001", is_online=True, promised_limit=None, task_type="01", online_depths=["5", "6"], aliases=[]),
    )
    (entry,) = staff.get(f"{path}/entries").json()["items"]
    assert (entry["position"], entry["kind"], entry["code"], entry["object"]) == (1, "amend", "HZ-001", "item")
    assert (entry["effective_on"], entry["until"], entry["base_revision"]) == ("2026-03-02", None, 1)
    changes = {change["field"]: change for change in entry["changes"]}
    assert changes["is_online"] == {
        "field": "is_online",
        "label": "是否网办",
        "old": False,
        "new": True,
        "old_label": "否",
        "new_label": "是",
    }
    assert labels(changes["promised_limit"]) == (20, None, "20", None)
    assert labels(changes["task_type"]) == (None, "01", None, "行政许可")
    assert labels(changes["online_depths"]) == (None, ["5", "6"], None, "互联网办理、互联网办理结果信息反馈")
    assert labels(changes["aliases"]) == (None, [], None, "无")


def test_fields_are_shown_and_refused_in_the_order_in_which_elements_are_declared(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", is_online=True, promised_limit=10, name="养老机构设立备案"))
    (entry,) = staff.get(f"{path}/entries").json()["items"]
    assert [each["field"] for each in entry["changes"]] == ["name", "promised_limit", "is_online"]
    decided(staff, drafted(staff, amend("HZ-001", is_online=None, promised_limit=5)))
    (fault,) = decided(staff, path).json()["errors"]
    assert fault["pointer"] == "/entries/1/content/promised_limit"


def labels(change: dict[str, Any]) -> tuple[object, object, str | None, str | None]:
    return change["old"], change["new"], change["old_label"], change["new_label"]


def test_entries_are_listed_in_their_order_page_by_page(staff: TestClient) -> None:
    path = drafted(staff, *(create(f"HZ-{number}") for number in range(100, 107)))
    add(staff, path, act("suspend", "HZ-100"))
    positions: list[int] = []
    following = f"{path}/entries?limit=3"
    while following:
        page = staff.get(following).json()
        assert page["total"] == 8
        positions += [each["position"] for each in page["items"]]
        following = page["next"]
    assert positions == list(range(1, 9))
    assert staff.get(f"{path}/entries?limit=0").status_code == 422
    assert staff.get(f"{path}/entries?after=-1").status_code == 422
    assert staff.get(f"{path}/entries?after=8").json()["items"] == []
