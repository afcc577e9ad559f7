"""Every operation has an example, and it is true: what the demonstration answers, as the contract describes it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator, Registry

from tests.conftest import copied
from tests.databases import ROOT
from tests.examples import RECORDED, Call, as_recorded, described, record, with_key

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")

Told = list[tuple[Call, int, Any]]
CONTRACT = "urn:contract"


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


@pytest.fixture(scope="module")
def registry(document: dict[str, Any]) -> Registry:
    """Read once: each schema would take the whole contract with it."""
    return Registry([(CONTRACT, document)])


def faults(registry: Registry, schema: Mapping[str, Any], value: object) -> list[str]:
    whole = json.loads(json.dumps(schema).replace('"#/', f'"{CONTRACT}#/'))
    found = Draft202012Validator(whole, registry=registry).iter_errors(value)
    return [f"{each.instance_path}: {each.message}" for each in found]


def test_the_examples_are_what_the_demonstration_answers(told: Told) -> None:
    if as_recorded(told) != json.loads(RECORDED.read_text("utf-8")):
        pytest.fail("The answers differ from app/examples.json. If that is meant, run make examples openapi.")


def test_whole_answers_are_as_the_contract_says_and_nothing_else(
    told: Told, document: dict[str, Any], registry: Registry
) -> None:
    operations = {each["operationId"]: each for path in document["paths"].values() for each in path.values()}
    wrong = {
        call.operation: found[:5]
        for call, status, answer in told
        for content in answered(operations[call.operation], status)
        if (found := faults(registry, content["schema"], answer))
    }
    assert wrong == {}


def answered(operation: Mapping[str, Any], status: int) -> list[dict[str, Any]]:
    """What the operation answers first; other formats stand after it."""
    return list(operation["responses"][str(status)]["content"].values())[:1]


def test_every_operation_has_an_example_that_is_valid(client: TestClient, registry: Registry) -> None:
    for _, _, operation in described(client):
        name = operation["operationId"]
        status = min(set(operation["responses"]) - {"default", "304"})
        (content, *_) = answered(operation, int(status))
        assert faults(registry, content["schema"], content["examples"]["demonstration"]["value"]) == [], name
        for body in operation.get("requestBody", {}).get("content", {}).values():
            assert faults(registry, body["schema"], body["example"]) == [], name
        for parameter in operation.get("parameters", ()):
            assert "example" in parameter or not parameter["required"], (name, parameter["name"])
            if "example" in parameter:
                assert faults(registry, parameter["schema"], parameter["example"]) == [], (name, parameter["name"])
