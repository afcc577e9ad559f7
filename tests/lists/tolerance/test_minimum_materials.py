"""GET /v1/items/{code}/minimum-materials: the least to be accepted, what may follow, until when."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import EDITION, LIST
from app.db import Database
from tests.factories import DIVISION, department, draft, item, publish

FORM = {"name": "社会团体成立登记申请表", "necessity": "1"}
CHARTER = {"name": "章程草案", "necessity": "1"}
REPORT = {"name": "验资报告", "necessity": "3"}
PHOTO = {"name": "办公场所照片", "necessity": "2"}
LEASE = {"name": "场所使用权证明"}
TOLERANT: dict[str, Any] = {
    "name": "社会团体成立登记",
    "supports_deficiency_tolerance": True,
    "case_type": "2",
    "promised_limit": 10,
    "promised_limit_unit": "1",
    "correction_limit": 5,
    "correction_method": "邮寄或网上补交",
    "materials": [FORM, REPORT, CHARTER, PHOTO, LEASE],
}


def minimum(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get("/v1/items/HZ-001/minimum-materials", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def names(told: dict[str, Any]) -> list[list[str]]:
    lists = (told[part] for part in ("needed", "unstated", "optional", "may_follow"))
    return [[material["name"] for material in each] for each in lists]


def given(database: Database, **stated: Any) -> None:
    publish(database, department(), item(**TOLERANT | stated))


ALL_NEEDED = [[FORM["name"], REPORT["name"], CHARTER["name"]], [LEASE["name"]], [PHOTO["name"]], []]


def test_what_may_follow_and_until_when(client: TestClient, database: Database) -> None:
    given(database)
    told = minimum(client)
    assert told["tolerates"] is True
    assert names(told) == [[FORM["name"], CHARTER["name"]], [LEASE["name"]], [PHOTO["name"]], [REPORT["name"]]]
    assert (told["correction_limit"], told["correction_limit_unit"]) == (5, "1")
    assert told["says"] == ["有 1 份材料没有写必要性：没有写可以后补的，受理时要交。"]
    assert told["commitment"] == (
        "本人（本单位）申请办理“社会团体成立登记”，符合办理的基本条件，已提交主要申请材料（《社会团体成立登记申请表》、《章程草案》、"
        "《场所使用权证明》），暂缺下列材料：《验资报告》。本人（本单位）已知悉所缺材料、补正时限和逾期后果，承诺在受理之日起 5 个工作日内"
        "补齐（补正方式：邮寄或网上补交）；所交材料真实有效；逾期没有补齐的，视为撤回申请，由此造成的后果由本人（本单位）承担。"
    )
    assert told["editions"] == []


@pytest.mark.parametrize(
    ("stated", "tolerates", "said"),
    [
        ({"supports_deficiency_tolerance": False}, False, "不容缺受理：材料齐全才能受理。"),
        ({"supports_deficiency_tolerance": None}, None, "是否容缺受理没有填：按不容缺办理，材料齐全才能受理。"),
        ({"case_type": "1", "promised_limit": 0}, False, "即办件当场办结，没有补正的时间，不能容缺受理"),
    ],
    ids=["no", "not stated", "immediate"],
)
def test_where_nothing_may_follow_all_is_needed(
    client: TestClient, database: Database, stated: dict[str, Any], said: str, *, tolerates: bool | None
) -> None:
    given(database, **stated)
    told = minimum(client)
    assert told["tolerates"] is tolerates
    assert told["says"][0].startswith(said)
    assert names(told) == ALL_NEEDED
    assert (told["commitment"], told["correction_limit"]) == (None, None)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"materials": None}, "申请材料没有填：不知道哪些必须先交、哪些可以后补，请部门补填。"),
        ({"materials": [FORM]}, "写着容缺，却没有一份材料是“容缺后补”：全部材料受理时要交。"),
        ({"materials": [REPORT]}, "没有一份材料写明是必要的主要材料：先请部门核对，再容缺受理。"),
        ({"materials": [FORM, REPORT], "correction_limit": None}, "补正时限没有填：受理时请书面告知，并请部门补填。"),
        (
            {"materials": [FORM, REPORT], "correction_limit": 10},
            "补正时限 10 个工作日不短于承诺办结时限 10 个工作日，请部门更正。",
        ),
    ],
    ids=["no materials", "nothing deferrable", "nothing main", "no limit", "too long"],
)
def test_what_an_item_leaves_open_is_told(
    client: TestClient, database: Database, stated: dict[str, Any], said: str
) -> None:
    given(database, **stated)
    told = minimum(client)
    assert told["says"] == [said]
    assert (told["needed"] is None) == (stated["materials"] is None)


def test_the_list_that_names_it_is_told(client: TestClient, database: Database) -> None:
    given(database)
    kept = {"name": "海珠区容缺受理事项清单", "division_code": DIVISION, "succession": "cumulative"}
    batch = {"name": "第二批", "division_code": DIVISION, "batch": 2, "document_number": "海政数〔2024〕8号"}
    publish(
        database,
        draft("create", "deficiency", kept | {"list_kind": "deficiency"}, kind=LIST),
        draft("create", "visits", kept | {"list_kind": "one_visit"}, kind=LIST),
        *(
            draft(
                "create",
                f"{of}-2",
                batch | {"list_code": of, "entries": [{"code": "HZ-001"}]},
                kind=EDITION,
                start=date(2024, 5, 1),
            )
            for of in ("deficiency", "visits")
        ),
    )
    (edition,) = minimum(client)["editions"]
    assert (
        edition
        | {"code": "deficiency-2", "list_name": "海珠区容缺受理事项清单", "document_number": "海政数〔2024〕8号"}
        == edition
    )
    assert minimum(client, as_of="2024-04-30")["editions"] == []
    before = minimum(client, as_of="2024-05-01", known_at=1)
    assert (before["editions"], before["revision"]) == ([], 1), "nobody knew of the list yet"


def test_an_item_that_is_not_there(client: TestClient, database: Database) -> None:
    given(database)
    publish(database, draft("cancel", "HZ-001", start=date(2025, 1, 1)))
    assert client.get("/v1/items/HZ-001/minimum-materials").status_code == 410
    assert minimum(client, as_of="2024-12-31")["code"] == "HZ-001"
    assert client.get("/v1/items/HZ-009/minimum-materials").status_code == 404
