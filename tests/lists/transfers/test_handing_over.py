"""POST /v1/transfers: a batch and the transfer of its items become one change set."""

from typing import Any

from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import item, publish
from tests.lists.transfers.desk import BUREAU, CIVIL, HOUSING, MOVED, ON, REGISTRATION, hand_over, published, rules


def test_a_batch_and_its_items_become_one_change_set(staff: TestClient) -> None:
    duties = "审批结果当日推送，民政局负责事中事后监管"
    first = {"code": REGISTRATION, "supervising_duties": duties}
    answer = hand_over(staff, first, "HZ-003", document_number="海编办〔2026〕3号", batch=1, posts_moved=6)
    drafted = answer.json()
    assert drafted["title"] == "划转 HZ-transfer-1 第一批划转事项"
    assert [(each["object"], each["kind"], each["code"]) for each in drafted["entries"]] == [
        ("item", "transfer", REGISTRATION),
        ("item", "transfer", "HZ-003"),
        ("transfer", "create", "HZ-transfer-1"),
    ]
    assert staff.get(drafted["url"]).json()["document_number"] == "海编办〔2026〕3号"
    published(staff, answer)
    told = staff.get(f"/v1/items/{REGISTRATION}?as_of={ON}").json()
    assert (told["code"], told["task_code"], told["department_name"]) == (MOVED, MOVED, "海珠区行政审批局")
    assert told["catalog_code"] == "000111002000"
    batch = staff.get(f"/v1/transfers/HZ-transfer-1?as_of={ON}").json()
    assert batch["entries"][0] == {
        "code": REGISTRATION,
        "name": "社会团体成立登记",
        "from_department_code": CIVIL,
        "from_department_name": "海珠区民政局",
        "supervising_department_code": CIVIL,
        "supervising_department_name": "海珠区民政局",
        "supervising_duties": duties,
        "note": None,
        "handed_over_on": ON,
        "item": {
            "code": MOVED,
            "name": "社会团体成立登记",
            "division_code": "440105",
            "department_code": BUREAU,
            "department_name": "海珠区行政审批局",
            "status": "1",
            "url": f"/v1/items/{MOVED}?as_of={ON}&known_at=2",
        },
    }


def test_a_filter_is_settled_when_it_is_drafted(staff: TestClient, database: Database) -> None:
    publish(database, item("HZ-006", department_code=HOUSING), item("HZ-007", department_code=BUREAU))
    licences = "task_type = '01' AND department_code <> '11440105007482532C'"
    answer = hand_over(staff, filter=licences, supervising_duties="住建局负责现场检查")
    assert [each["code"] for each in answer.json()["entries"]] == ["HZ-003", "HZ-004", "HZ-transfer-1"]
    assert [each[:11] for each in answer.json()["told"]] == ["另有 1 个事项没有填"], "HZ-006"
    publish(database, item("HZ-005", department_code=HOUSING, task_type="01"))
    published(staff, answer)
    told = staff.get(f"/v1/transfers/HZ-transfer-1?as_of={ON}").json()
    assert told["filter"] == licences
    assert [(each["code"], each["supervising_duties"]) for each in told["entries"]] == [
        ("HZ-003", "住建局负责现场检查"),
        ("HZ-004", "住建局负责现场检查"),
    ]


def test_everything_that_is_wrong_is_told_at_once(staff: TestClient, database: Database) -> None:
    publish(
        database,
        item(MOVED, name="社会团体成立登记（审批局）", department_code=BUREAU),
        item("TH-001", division_code="440106", department_code=HOUSING),
        item("TH-001", division_code="440103", department_code=HOUSING),
        item("TH-002", division_code="440106", department_code=HOUSING),
    )
    answer = hand_over(
        staff,
        "HZ-009",
        {"code": "HZ-002", "from_department_code": HOUSING},
        {"code": "HZ-003", "supervising_department_code": "QQQ"},
        "HZ-003",
        MOVED,
        REGISTRATION,
        "TH-001",
        "TH-002",
    )
    assert rules(answer) == [
        ("unknown-item", "/items/0/code"),
        ("ambiguous-code", "/items/6/code"),
        ("not-ours", "/items/7/code"),
        ("item-twice", "/items/3/code"),
        ("not-theirs", "/items/1/from_department_code"),
        ("transfer-to-itself", "/items/4/code"),
        ("department-missing", "/items/2/supervising_department_code"),
        ("code-held-twice", "/items/5/new_code"),
    ]
    assert answer.json()["errors"][4]["value"] == HOUSING
    assert answer.json()["detail"].startswith("有 8 处错误，什么都没有写入：2026-04-01 没有编码为 HZ-009 的有效事项。")
    assert staff.get("/v1/change-sets").json()["total"] == 2, "those that were published before"


def test_what_a_batch_cannot_be(staff: TestClient) -> None:
    assert rules(hand_over(staff)) == [("items-or-filter", "/items")]
    assert rules(hand_over(staff, "HZ-002", filter="task_type = '01'")) == [("items-or-filter", "/items")]
    no_object = hand_over(staff, items=["HZ-002"])
    assert rules(no_object) == [("model_attributes_type", "/items/0")]
    assert "items.0 应为 JSON 对象" in no_object.text
    assert rules(hand_over(staff, filter="task_type = '09'")) == [("filter-finds", "/filter")]
    assert rules(hand_over(staff, filter="A_CONTAINS(lists, ('licencing'))")) == [("unknown-list", "/filter")]
    assert rules(hand_over(staff, filter="task_tipe = '01'")) == [("unknown-property", "/filter")]
    unknown = hand_over(staff, "HZ-002", department_code="11440105MB2C0002XR")
    assert rules(unknown) == [("department-missing", "/department_code")]
    published(staff, hand_over(staff, "HZ-002"))
    again = hand_over(staff, "HZ-003", "HZ-009", on="2026-05-01")
    assert rules(again) == [("unknown-item", "/items/1/code"), ("already-exists", "/code")]


def test_a_new_code_may_be_given(staff: TestClient) -> None:
    published(staff, hand_over(staff, {"code": REGISTRATION, "new_code": "SP-001"}, {"code": "HZ-002"}))
    told = staff.get(f"/v1/items/SP-001?as_of={ON}").json()
    assert (told["code"], told["task_code"]) == ("SP-001", "SP-001")
    said: dict[str, Any] = {"code": "HZ-transfer-2", "on": "2026-05-01"}
    former = hand_over(staff, REGISTRATION, **said)
    assert rules(former) == [("unknown-item", "/items/0/code")]
    assert "这个事项那天的编码是 SP-001。请改用 SP-001。" in former.json()["detail"]
    one_code = hand_over(staff, *({"code": code, "new_code": "SP-002"} for code in ("HZ-003", "HZ-004")), **said)
    assert rules(one_code) == [("code-held-twice", "/items/1/new_code")]
    assert "SP-002 同一批的 HZ-003 也用" in one_code.json()["detail"]


def test_a_code_that_keeps_the_former_body_is_a_finding(staff: TestClient) -> None:
    """As where a bureau goes on under the old codes for a while: told by the rules, not refused."""
    published(staff, hand_over(staff, {"code": REGISTRATION, "new_code": REGISTRATION}))
    found = staff.get(f"/v1/items?filter=A_CONTAINS(code_faults, ('code-body'))&as_of={ON}").json()
    assert [each["code"] for each in found["items"]] == [REGISTRATION]
