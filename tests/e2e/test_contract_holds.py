"""Whatever is asked, whether it fits the contract or not, is answered as the contract says: never by a 500."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks
from starlette.types import ASGIApp, Receive, Scope, Send

from app.catalogue.comparing import BEFORE
from tests.examples import with_key

EACH = 4
Sent: TypeAlias = Case[Any]
KEPT = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
REFUSED = [*KEPT, checks.negative_data_rejection]

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def staff(own_demo: TestClient) -> TestClient:
    return with_key(own_demo.app)


def test_requests_that_fit_the_contract(staff: TestClient) -> None:
    assert asked(staff, with_names(staff.get("/openapi.json").json()), GenerationMode.POSITIVE, KEPT) > 200


def test_lists_of_any_elements_with_counts_fit_the_contract(staff: TestClient) -> None:
    """With nothing else in the question, so that most of it is answered."""
    document = with_names(staff.get("/openapi.json").json())
    listed = document["paths"]["/v1/items"]["get"]
    listed["parameters"] = [each for each in listed["parameters"] if each["name"] in ("fields", "facets", "sort")]
    document["paths"] = {"/v1/items": {"get": listed}}
    assert asked(staff, document, GenerationMode.POSITIVE, [*KEPT, answered]) == EACH


def answered(_: Any, response: Any, case: Sent) -> None:
    assert response.status_code == 200, (case.query, response.text)


def with_names(document: dict[str, Any]) -> dict[str, Any]:
    """Text at random names no element; the words that do are in the contract too, but for those that need a base day.
    And nobody here waits for long.
    """
    parameters = {each["name"]: each for each in document["paths"]["/v1/items"]["get"]["parameters"]}
    named = {
        "fields": list(document["components"]["schemas"]["ItemSummary"]["properties"]),
        "facets": ["task_type", "is_online", "department_code", "online_depths", "status"],
        "sort": [name for name in parameters["sort"]["schema"]["x-names"] if name not in BEFORE],
    }
    for name, words in named.items():
        pairs = [f"{one},{other}" for one, other in pairwise(words)]
        parameters[name]["schema"] = {"type": "string", "enum": words + pairs}
    feed = {each["name"]: each for each in document["paths"]["/v1/feed"]["get"]["parameters"]}
    feed["wait"]["schema"]["maximum"] = 1
    return document


def test_requests_that_do_not_fit_are_refused(staff: TestClient) -> None:
    assert asked(staff, staff.get("/openapi.json").json(), GenerationMode.NEGATIVE, REFUSED) > 150


def test_a_contract_that_says_something_else_is_found_out(staff: TestClient) -> None:
    document = staff.get("/openapi.json").json()
    document["paths"] = {"/healthz": document["paths"]["/healthz"]}
    document["components"]["schemas"]["Health"]["properties"]["status"] = {"type": "integer"}
    with pytest.raises(FailureGroup):
        asked(staff, document, GenerationMode.POSITIVE, KEPT)


def asked(staff: TestClient, document: dict[str, Any], mode: GenerationMode, kept: list[Any]) -> int:
    """Sends requests of every operation that can be asked so; how many there were. Raises FailureGroup."""
    contract = schemathesis.openapi.from_dict(document)
    contract.app = without_lifespan(staff.app)
    sent = 0

    def send(case: Sent) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(checks=kept, headers=dict(staff.headers))

    for each in contract.get_all_operations():
        assert isinstance(each, Ok)
        operation = each.ok()
        if operation.definition.raw["operationId"] == "sign_out":  # the rest would be asked with a token that ended
            continue
        if mode is GenerationMode.POSITIVE or may_be_wrong(operation.definition.raw):
            some(send, operation.as_strategy(generation_mode=mode))
    return sent


def without_lifespan(app: ASGIApp) -> ASGIApp:
    """What is started here would run until the process ends, its worker too, and be counted by other tests."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)

    return answer


def may_be_wrong(operation: dict[str, Any]) -> bool:
    """Whether it takes anything that can be malformed; a key that is any text can't."""
    typed = [each for each in operation.get("parameters", ()) if each["in"] == "query" or "pattern" in each["schema"]]
    return bool(typed) or "requestBody" in operation or "security" in operation


def some(send: Callable[[Sent], None], cases: Any) -> None:
    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def run(case: Sent) -> None:
        send(case)

    run()
