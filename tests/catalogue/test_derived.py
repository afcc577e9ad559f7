"""What is computed of an item when a version of it is written, and found again over HTTP."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.catalogue.derived import derived
from app.db import Database
from tests.catalogue.test_codes import AGREEING, BODY, CATALOG_CODE, GUANGDONG_SERVICE, HANDLING, MISTYPED
from tests.factories import amend, department, item, publish

FORM, WHATEVER = {"name": "养老机构备案申请书"}, {"name": "法律法规规定的其他材料"}
LAW = {"law_name": "《中华人民共和国老年人权益保障法》", "clause": "第四十三条"}
NOTICE = {"law_name": "《民政部关于贯彻落实新修改的老年人权益保障法的通知》（民函〔2019〕1号）"}


@pytest.mark.parametrize(
    ("materials", "catch_all"),
    [(None, None), ([], False), ([FORM], False), ([WHATEVER], True), ([FORM, WHATEVER], True)],
)
def test_one_catch_all_material_is_enough(materials: object, catch_all: bool | None) -> None:  # noqa: FBT001
    assert derived({"materials": materials})["has_catch_all_material"] is catch_all


@pytest.mark.parametrize(
    ("bases", "statutory", "count"),
    [
        (None, None, None),
        ([], None, 0),
        ([LAW], True, 1),
        ([NOTICE], False, 1),
        ([NOTICE, LAW], True, 2),
        ([NOTICE, NOTICE], False, 2),
    ],
)
def test_one_basis_that_is_more_than_a_notice_is_enough(
    bases: object,
    statutory: bool | None,  # noqa: FBT001
    count: int | None,
) -> None:
    found = derived({"legal_basis": bases})
    assert (found["has_statutory_basis"], found["legal_basis_count"]) == (statutory, count)


@pytest.mark.parametrize(("stated", "count"), [(None, None), ([], 0), ([{"name": "证照工本费"}], 1)])
def test_fees_and_questions_are_counted_where_they_are_stated(stated: object, count: int | None) -> None:
    assert derived({"fees": stated})["fee_count"] == count
    assert derived({"questions": stated})["question_count"] == count


@pytest.mark.parametrize(
    ("stated", "faults"),
    [
        ({}, ()),
        ({"code": HANDLING[:-2]}, ()),
        ({"code": "HZ-MZ-2024.001"}, None),
        ({"code": HANDLING.lower()}, ("code-shape",)),
        ({"code": f"{BODY}8{CATALOG_CODE}"}, ("code-shape",)),
        ({"use_level": None, "task_type": None, "catalog_code": None}, ()),
        ({"use_level": "3"}, ("code-use-level",)),
        ({"task_type": "20", "use_level": "2"}, ("code-task-type", "code-use-level")),
        ({"department_code": "11440106007506516N"}, ("code-body",)),
        ({"code": f"{MISTYPED}4{CATALOG_CODE}"}, ("code-body", "credit-code-check-digit")),
        ({"code": f"{GUANGDONG_SERVICE}02", "catalog_code": GUANGDONG_SERVICE[19:], "task_type": "20"}, ()),
    ],
)
def test_what_a_national_code_has_against_it(stated: dict[str, object], faults: tuple[str, ...] | None) -> None:
    assert derived({**AGREEING, **stated})["code_faults"] == faults


def codes(client: TestClient, **query: str) -> list[str]:
    answer = client.get("/v1/items", params=query)
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["items"]]


@pytest.fixture
def guides(database: Database) -> None:
    """A guide that rests on a law, one that rests on a notice and asks for whatever else, and one that says nothing."""
    publish(
        database,
        department(),
        item("HZ-001", legal_basis=[LAW], materials=[FORM], questions=[], fees=[]),
        item("HZ-002", legal_basis=[NOTICE], materials=[FORM, WHATEVER], use_level="4"),
        item(HANDLING, use_level="3", catalog_code=CATALOG_CODE),
    )


@pytest.mark.usefixtures("guides")
@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("有无法定设定依据 = false", ["HZ-002"]),
        ("has_statutory_basis IS NULL", [HANDLING]),
        ("有无兜底材料 = true", ["HZ-002"]),
        ("question_count = 0 AND fee_count = 0", ["HZ-001"]),
        ("legal_basis_count = 1", ["HZ-001", "HZ-002"]),
        ("A_CONTAINS(code_faults, ('code-use-level'))", [HANDLING]),
        ("A_OVERLAPS(编码问题, ('实施主体与编码不一致', '编码结构不对'))", [HANDLING]),
        ("code_faults IS NULL", ["HZ-001", "HZ-002"]),
        ("completeness < 9", ["HZ-001"]),
        ("指南完整度 BETWEEN 9 AND 99", [HANDLING, "HZ-002"]),
        ("catalogue_completeness = 33 AND extended_completeness = 0", [HANDLING, "HZ-001", "HZ-002"]),
    ],
)
def test_derived_elements_are_filtered_by_both_names(client: TestClient, condition: str, found: list[str]) -> None:
    assert codes(client, filter=condition) == found


@pytest.mark.usefixtures("guides")
def test_an_amendment_computes_them_again_from_its_day_on(client: TestClient, database: Database) -> None:
    publish(database, amend("HZ-002", date(2024, 1, 1), materials=[FORM], legal_basis=[NOTICE, LAW]))
    then, now = ("has_catch_all_material=true&as_of=2023-12-31", "has_catch_all_material=true&as_of=2024-01-01")
    assert [client.get(f"/v1/items?{query}").json()["total"] for query in (then, now)] == [1, 0]
    assert client.get("/v1/items/HZ-002").json()["has_statutory_basis"] is True


@pytest.mark.usefixtures("guides")
def test_they_follow_in_a_diff_and_are_nobodys_change(
    client: TestClient, database: Database, staff: TestClient
) -> None:
    """The diff marks them as derived; versions, change sets and the feed tell only what was given."""
    publish(database, amend("HZ-002", date(2024, 1, 1), materials=[FORM], is_online=True))
    changes = client.get("/v1/items/HZ-002/diff?from=2023-12-31&to=2024-01-01").json()["changes"]
    assert {each["field"]: each["derived"] for each in changes} == {
        "is_online": False,
        "materials": False,
        "material_count": True,
        "has_catch_all_material": True,
        "completeness": True,
        "extended_completeness": True,
    }
    assert client.get("/v1/items/HZ-002/versions").json()["items"][-1]["changed"] == ["is_online", "materials"]
    event = client.get("/v1/feed").json()["items"][-1]
    entry = staff.get(f"/v1/change-sets/{event['change_set']['number']}/entries").json()["items"][0]
    for told in (event, entry):
        assert [each["field"] for each in told["changes"]] == ["is_online", "materials"]
    assert not {"completeness", "material_count", "code_faults"} & event["versions"][-1]["content"].keys()


def test_they_are_never_given(staff: TestClient, database: Database) -> None:
    publish(database, department(), item("HZ-001"))
    for name in ("completeness", "指南完整度", "code_faults", "has_statutory_basis"):
        answer = staff.patch("/v1/items/HZ-001", json={name: None}, headers={"If-Match": "*"})
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["rule"] == "derived-element"
