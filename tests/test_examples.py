"""Every operation has an example, and it is true: what the demonstration answers, as the contract describes it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator

from tests.conftest import copied
from tests.databases import ROOT
from tests.examples import RECORDED, Call, as_recorded, described, record, with_key

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")

Told = list[tuple[Call, int, Any]]


@pytest.fixture(scope="module")
def told(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with copied(demo_url, tmp_path_factory.mktemp("examples") / "shixiang.db") as client:
        yield list(record(with_key(client.app)))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The contract, in which what it does not name is an error."""
    contract: dict[str, Any] = json.loads((ROOT / "docs/openapi.json").read_text("utf-8"))
    for schema in contract["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return contract


def faults(document: Mapping[str, Any], schema: Mapping[str, Any], value: object) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [f"{each.instance_path}: {each.message}" for each in Draft202012Validator(whole).iter_errors(value)]


def test_the_examples_are_what_the_demonstration_answers(told: Told) -> None:
    if as_recorded(told) != json.loads(RECORDED.read_text("utf-8")):
        pytest.fail("The answers differ from app/examples.json. If that is meant, run make examples openapi.")


def test_whole_answers_are_as_the_contract_says_and_nothing_else(told: Told, document: dict[str, Any]) -> None:
    operations = {each["operationId"]: each for path in document["paths"].values() for each in path.values()}
    wrong = {
        call.operation: found[:5]
        for call, status, answer in told
        for content in answered(operations[call.operation], status)
        if (found := faults(document, content["schema"], answer))
    }
    assert wrong == {}


def answered(operation: Mapping[str, Any], status: int) -> list[dict[str, Any]]:
    """What the operation answers first; other formats stand after it."""
    return list(operation["responses"][str(status)]["content"].values())[:1]


def test_every_operation_has_an_example_that_is_valid(client: TestClient, document: dict[str, Any]) -> None:
    for _, _, operation in described(client):
        name = operation["operationId"]
        status = min(set(operation["responses"]) - {"default", "304"})
        (content, *_) = answered(operation, int(status))
        assert faults(document, content["schema"], content["examples"]["demonstration"]["value"]) == [], name
        for body in operation.get("requestBody", {}).get("content", {}).values():
            assert faults(document, body["schema"], body["example"]) == [], name
        for parameter in operation.get("parameters", ()):
            assert "example" in parameter or not parameter["required"], (name, parameter["name"])
            if "example" in parameter:
                assert faults(document, parameter["schema"], parameter["example"]) == [], (name, parameter["name"])
