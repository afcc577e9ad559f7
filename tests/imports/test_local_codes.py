"""A local code names an item in its division only."""

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import DIVISION, department, item, publish
from tests.imports.uploads import COLUMNS, checked, counts, csv_file, imported, rejection


@pytest.fixture(autouse=True)
def twins(database: Database) -> None:
    publish(
        database,
        department(),
        item("HZ-001"),
        department("YX-MZ", name="越秀区民政局", division_code="440104"),
        item("HZ-001", division_code="440104", department_code="YX-MZ"),
    )


def test_each_division_has_its_own(staff: TestClient) -> None:
    header = ["code", "division_code", "promised_limit"]
    report = imported(staff, csv_file(header, ["HZ-001", "440104", "7"], ["HZ-001", DIVISION, "8"]))
    assert counts(report) == {"amended": 2}
    found = staff.get("/v1/items", params={"filter": "code = 'HZ-001'"}).json()["items"]
    assert {(each["division_code"], each["promised_limit"]) for each in found} == {("440104", 7), (DIVISION, 8)}


def test_a_new_one_in_a_third_division(staff: TestClient) -> None:
    header = [*COLUMNS, "实施主体"]
    report = imported(staff, csv_file(header, ["HZ-001", "养老机构备案", "440103", "LW-MZ", "荔湾区民政局"]))
    assert counts(report) == {"added": 1}


def test_without_its_division_it_means_nobody(staff: TestClient) -> None:
    problem = rejection(staff, csv_file(["code", "promised_limit"], ["HZ-001", "7"]))
    assert (problem["rule"], problem["column"]) == ("ambiguous-code", "code")
    assert problem["message"] == "编码 HZ-001 在 440104、440105 都有，无法知道是哪一个。请加上“行政区划代码”一列。"


def test_the_end_of_one_is_not_the_end_of_the_other(staff: TestClient) -> None:
    content = csv_file(["code", "division_code", "事项状态"], ["HZ-001", "440104", "取消"])
    imported(staff, content)
    assert counts(checked(staff, csv_file(["code", "division_code"], ["HZ-001", DIVISION])))["unchanged"] == 1
    assert rejection(staff, csv_file(["code", "division_code"], ["HZ-001", "440104"]))["rule"] == "not-in-force"
