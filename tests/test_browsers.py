"""Pages of other origins, and a proxy that offers the service below a path."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.failures import explained
from app.main import create_app
from app.settings import Settings
from tests.clients import Client
from tests.databases import migrate, sqlite_database
from tests.test_contract import Addresses

DASHBOARD = "https://dashboard.example"
Served = Callable[[str, str], TestClient]


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with sqlite_database() as url:
        migrate(url)
        yield url


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Served]:
    """The service with a setting of the environment."""
    clients: list[TestClient] = []

    def serve(variable: str, value: str) -> TestClient:
        monkeypatch.setenv(variable, value)
        clients.append(Client(create_app(Settings(database_url=database_url)), raise_server_exceptions=False))
        return clients[-1]

    yield serve
    for client in clients:
        client.app.state.database.close()  # type: ignore[attr-defined]  # the client knows only an ASGI callable


class TestPagesOfOtherOrigins:
    @pytest.mark.parametrize(
        "listed", [f"http://a.example:3000, {DASHBOARD}", f'["{DASHBOARD}"]', "HTTPS://Dashboard.example"]
    )
    def test_a_listed_one_reads_the_answer_and_its_headers(self, served: Served, listed: str) -> None:
        answer = served("CORS_ORIGINS", listed).get("/v1/items", headers={"Origin": DASHBOARD})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, DASHBOARD)
        assert {"Link", "ETag", "Content-Disposition"} <= set(
            answer.headers["Access-Control-Expose-Headers"].split(", ")
        )
        assert "Origin" in answer.headers["Vary"]

    def test_a_failure_is_read_too(self, served: Served) -> None:
        answer = served("CORS_ORIGINS", DASHBOARD).get("/v1/items?is_onlin=true", headers={"Origin": DASHBOARD})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (422, DASHBOARD)
        assert {"Accept-Language", "Origin"} <= set(answer.headers["Vary"].split(", "))

    def test_so_is_a_failure_of_the_service_itself(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        client = served("CORS_ORIGINS", DASHBOARD)
        monkeypatch.setattr("app.catalogue.queries.item_now", lambda *_: 1 / 0)
        answer = client.get("/v1/items/HZ-001", headers={"Origin": DASHBOARD})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (500, DASHBOARD)

    def test_others_are_not_admitted_and_without_the_setting_nobody_is(self, served: Served) -> None:
        listed = served("CORS_ORIGINS", DASHBOARD).get("/healthz", headers={"Origin": "https://other.example"})
        none = served("CORS_ORIGINS", "").get("/healthz", headers={"Origin": DASHBOARD})
        assert "Access-Control-Allow-Origin" not in {*listed.headers, *none.headers}

    def test_everybody_may_be(self, served: Served) -> None:
        answer = served("CORS_ORIGINS", "*").get("/healthz", headers={"Origin": DASHBOARD})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_a_page_may_ask_with_a_key_and_an_etag(self, served: Served) -> None:
        asked = {
            "Origin": DASHBOARD,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, if-none-match",
        }
        answer = served("CORS_ORIGINS", DASHBOARD).options("/v1/change-sets", headers=asked)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, DASHBOARD)


@pytest.mark.parametrize("taken_off", [True, False], ids=["the proxy takes it off", "the proxy leaves it"])
class TestBelowAPath:
    @pytest.fixture
    def outside(self, served: Served, taken_off: bool) -> Callable[[str], str]:  # noqa: FBT001
        """What somebody outside gets for an address of the proxy."""
        client = served("ROOT_PATH", "/shixiang/")

        def get(address: str) -> str:
            assert address.startswith("/shixiang/"), address
            answer = client.get(address.removeprefix("/shixiang") if taken_off else address, follow_redirects=False)
            if answer.is_redirect:
                return get(answer.headers["Location"])
            assert answer.status_code == 200, (address, answer.text)
            return answer.text

        return get

    def test_the_first_page_is_the_documentation_with_all_it_loads(self, outside: Callable[[str], str]) -> None:
        page = outside("/shixiang/")
        parser = Addresses()
        parser.feed(page)
        assert "/shixiang/openapi.json" in page
        assert len(parser.found) > 2
        for address in parser.found:
            assert len(outside(address)) > 100

    def test_the_contract_names_the_path_and_the_routes_answer(self, outside: Callable[[str], str]) -> None:
        assert '"servers":[{"url":"/shixiang"}]' in outside("/shixiang/openapi.json")
        assert '"total":0' in outside("/shixiang/v1/items")
        assert outside("/shixiang/metrics").endswith("# EOF\n")


def test_a_path_that_only_begins_alike_is_another(served: Served) -> None:
    assert served("ROOT_PATH", "/v").get("/v1/items").status_code == 200


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("CORS_ORIGINS", "dashboard.example", "“dashboard.example”不是网页的来源"),
        ("CORS_ORIGINS", f"{DASHBOARD}/", "不带路径和末尾的斜线"),
        ("CORS_ORIGINS", '["https://a', "JSON 列表写得不对。"),
        ("ROOT_PATH", "shixiang", "应写成 /shixiang 这样以斜线开头的路径"),
        ("ROOT_PATH", "https://city.example/shixiang", "不带协议和域名"),
    ],
)
def test_a_wrong_setting_is_explained(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    sentence = explained(raised.value)
    assert sentence is not None
    assert sentence.startswith(f"环境变量 {variable} 的值“{value}”不对，")
    assert says in sentence
