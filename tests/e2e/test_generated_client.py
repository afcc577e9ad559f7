"""A client generated from docs/openapi.json calls the service and reads its answers."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from app.access.service import NewKey, create_key
from app.catalogue.export_params import MEDIA_TYPES
from app.metrics.openmetrics import MEDIA_TYPE
from tests.conftest import AFTER_THE_DEMO
from tests.databases import ROOT

pytestmark = pytest.mark.one_database

DAY = "2024-06-30"
CODE = "11990101MB9900013F4000104001000"
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the generated package, which can be imported."""
    directory = tmp_path_factory.mktemp("generated")
    remarks = generate(
        config=Config.from_sources(
            ConfigFile(
                post_hooks=[],
                content_type_overrides={
                    MEDIA_TYPE: "text/plain",
                    MEDIA_TYPES["ndjson"]: "text/plain",
                    MEDIA_TYPES["xlsx"]: "application/octet-stream",
                },
            ),
            MetaType.NONE,
            document_source=ROOT / "docs/openapi.json",
            file_encoding="utf-8",
            overwrite=False,
            output_path=Path(directory, "shixiang_client"),
        )
    )
    assert [f"{each.header} {each.detail}" for each in remarks] == []
    sys.path.insert(0, str(directory))
    yield "shixiang_client"
    sys.path.remove(str(directory))


@pytest.fixture(scope="session")
def ask(package: str, demo: TestClient) -> Ask:
    return asking(package, demo, key="")


def asking(package: str, served: TestClient, key: str) -> Ask:
    """Calls an operation of a tag and gives the model that the client made of the answer."""
    made = import_module(package).AuthenticatedClient(
        base_url="http://city.example",
        token=key,
        raise_on_unexpected_status=True,
        httpx_args={"transport": httpx.ASGITransport(app=served.app)},
    )

    def call(tag: str, operation: str, *path: Any, **given: Any) -> Any:
        function = import_module(f"{package}.api.{tag}.{operation}").asyncio
        asked: Coroutine[Any, Any, Any] = function(*path, client=made, **given)
        return asyncio.run(asked)

    return call


def test_a_list_with_filters(ask: Ask) -> None:
    page = ask("事项", "list_items", as_of=DAY, filter_="is_online = false", task_type=["01", "10"], limit="3")
    assert type(page).__name__ == "ItemSummaryPage"
    assert page.total > len(page.items) == 3
    assert {each.is_online for each in page.items} == {False}
    assert page.next_.startswith("/v1/items?")


def test_a_list_of_some_elements_with_counts(ask: Ask) -> None:
    page = ask("事项", "list_items", as_of=DAY, fields="code,name,materials", facets="is_online", limit="2")
    listed, counted = page.items[0].to_dict(), page.facets.to_dict()["is_online"]
    assert listed.keys() == {"code", "name", "materials"}
    assert counted["label"] == "是否网办"
    assert sum(each["count"] for each in counted["values"]) == page.total


def test_one_item_with_its_sublists(ask: Ask) -> None:
    code = ask("事项", "list_items", as_of=DAY, limit="1").items[0].code
    item = ask("事项", "get_item", code=code, as_of=DAY)
    assert (item.code, item.as_of, item.valid_to) == (code, DAY, None)
    assert item.legal_basis[0].law_name
    assert ask("事项", "list_item_versions", code=code).items[0].version == 1


def test_the_rate_by_department_and_what_it_means(ask: Ask) -> None:
    answer = ask("指标", "list_metric_values", metric=["online_rate"], group_by=["department_code"], as_of=DAY)
    assert sum(row.numerator for row in answer.values) == 1263
    assert answer.values[0].group["department_code_label"] == "X区行政审批服务局（X区数据局）"
    metrics = ask("指标", "list_metrics")
    assert {type(each).__name__ for each in metrics.items} == {"MetricDefinition"}
    assert metrics.total == len(metrics.items)
    assert ask("指标", "get_metric", key="authority_change_timeliness").reason


def test_figures_before_the_catalogue_began_carry_a_note(ask: Ask) -> None:
    answer = ask("指标", "list_metric_values", metric=["online_rate"], known_at="2018-01-01")
    assert "2019-06-10" in answer.note
    assert answer.values[0].value is None


def test_a_failure_is_a_problem_document(ask: Ask) -> None:
    problem = ask("事项", "get_item", code="HZ-404")
    assert (type(problem).__name__, problem.status, problem.type_) == ("Problem", 404, "/problems/item-not-found")


@pytest.mark.parametrize("operation", ["list_departments", "list_windows", "list_basic_items", "list_divisions"])
def test_collections(ask: Ask, operation: str) -> None:
    page = ask("目录", operation, as_of=DAY, limit="5")
    assert page.total >= len(page.items) > 0
    assert page.revision == 40


@pytest.mark.parametrize("operation", ["list_elements", "list_code_lists"])
def test_lists_of_what_is_declared(ask: Ask, operation: str) -> None:
    answer = ask("目录", operation)
    assert answer.total == len(answer.items)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_staff_publish_with_it(package: str, own_demo: TestClient) -> None:
    models = import_module(f"{package}.models")
    with own_demo.app.state.database.write() as connection:  # type: ignore[attr-defined]  # a FastAPI
        staff = asking(package, own_demo, create_key(connection, NewKey("Wang Min"), AFTER_THE_DEMO))
    cover = models.NewChangeSet(title="承诺时限再压缩", effective_on=date(2026, 12, 1))
    number = staff("变更单", "create_change_set", body=cover).id
    content = models.NewEntryContent.from_dict({"promised_limit": 5})
    entry = models.NewEntry(kind=models.NewEntryKind.AMEND, code=CODE, content=content)
    assert staff("变更单", "add_entries", number, body=entry).entries.to_dict() == {"amend": 1}
    (previewed,) = staff("审核", "preview_change_set", number).entries
    assert (previewed.changes[0].old, previewed.changes[0].new) == (8, 5)
    assert staff("审核", "submit_change_set", number).status == "submitted"
    seen = staff("审核", "preview_change_set", number).etag
    assert staff("审核", "approve_change_set", number, if_match=seen).revision == 41
    rows = f"事项编码,事项名称,行政区划代码,实施主体编码\n{CODE},固定资产投资项目核准,990101,11990101MB9900013F\n"
    file = import_module(f"{package}.types").File(payload=BytesIO(rows.encode()), file_name="三月.csv")
    done = staff("导入", "create_import", body=models.BodyCreateImport(file=file))
    assert (done.status, done.file_name, done.rows, done.amended) == ("checked", "三月.csv", 1, 1)
