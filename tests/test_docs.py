"""What the README and the guide say is so: every command is sent, every figure compared."""

import json
import re
import tomllib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from app.access.service import NewKey, create_key
from app.catalogue.properties import item_filters
from app.changes.rules import EntryKind
from app.cli import app as command_line
from app.files.mapping import SECTIONS, read_mapping
from app.filters import expressions, tokens
from app.imports.columns import known_fields
from app.imports.report import Severity
from app.imports.service import Status
from app.metrics import definitions
from app.settings import Settings
from tests.conftest import AFTER_THE_DEMO
from tests.jobs.desk import app_of, run_pending
from tests.pages import BLOCK, HEREDOC, blocks, read_curl, rows, send, stands_in

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
GUIDE = sorted((ROOT / "docs/guide").glob("*.md"))
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
PAGES = [
    *READMES,
    *GUIDE,
    *DECISIONS,
    ROOT / "docs/decisions/README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
]
REPORT_DAY = "2024-06-30"


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def guide(name: str) -> str:
    return (ROOT / "docs/guide" / f"{name}.md").read_text("utf-8")


def walk(page: Path, client: TestClient, keys: Mapping[str, str] = MappingProxyType({})) -> int:
    """Send every curl of a page in order (without a key, those that need none); how many answers were compared.

    Whoever looks at something, looks after all jobs were done.
    """
    files, answer, compared = {"list.xlsx": a_list()}, None, 0
    for language, text in blocks(page):
        if language == "json":
            assert answer is not None
            quoted = json.loads(text)
            assert stands_in(quoted, answer.json()), f"{text} is not in {answer.text[:3000]}"
            failed = quoted.get("type", "").startswith("/problems/")
            assert answer.status_code < 400 or failed, answer.text
            compared, answer = compared + 1, None
        if language != "sh":
            continue
        for name, content in HEREDOC.findall(text):
            files[name] = content.encode()
        for line in HEREDOC.sub("", text).splitlines():
            if line.startswith("curl ") and (keys or 'KEY"' not in line):
                call = read_curl(line)
                if call.method == "GET":
                    run_pending(app_of(client))
                answer = send(client, call, keys, files)
                if call.output:
                    files[call.output] = answer.content
                assert answer.status_code not in (401, 404, 500), answer.text
    return compared


def a_list() -> bytes:
    """The workbook that the README speaks of."""
    workbook, written = Workbook(), BytesIO()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["事项编码", "事项名称", "行政区划代码", "实施主体编码", "实施主体"])
    sheet.append(["TSG-001", "读者证办理", "440106", "12990101TSG00001XA", "图书馆"])
    workbook.save(written)
    return written.getvalue()


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_the_readme_quotes_what_either_database_answers(page: Path, demo: TestClient) -> None:
    assert walk(page, demo) == 6


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("page", [READMES[0], *GUIDE], ids=name_of)
def test_a_page_can_be_followed_step_by_step(page: Path, own_demo: TestClient) -> None:
    state = own_demo.app.state  # type: ignore[attr-defined]  # a FastAPI
    state.settings.four_eyes = True
    with state.database.write() as connection:
        people = {"KEY": "Wang Min", "REVIEWER_KEY": "Li Wei"}
        named = [each for each in people if f"${each}" in page.read_text("utf-8")] or ["KEY"]
        keys = {each: create_key(connection, NewKey(people[each]), AFTER_THE_DEMO) for each in named}
    assert walk(page, own_demo, keys)


def test_a_quoted_figure_that_is_not_in_the_answer_is_found() -> None:
    assert stands_in({"values": [{"percent": 88.45}]}, {"values": [{"percent": 88.45, "unknown": 0}, {}]})
    assert not stands_in({"values": [{"percent": 88.46}]}, {"values": [{"percent": 88.45}]})
    assert not stands_in({"total": 1}, {"items": []})


def test_both_readmes_say_the_same() -> None:
    english, chinese = (page.read_text("utf-8") for page in READMES)
    levels = [re.findall(r"^(#+) ", BLOCK.sub("", text), re.MULTILINE) for text in (english, chinese)]
    links = [sorted(re.findall(r"\]\(((?!README)[^)]+)\)", text)) for text in (english, chinese)]
    assert levels[0] == levels[1]
    assert links[0] == links[1]
    assert blocks(READMES[0]) == blocks(READMES[1])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets
    groups = {each.name for each in command_line.registered_groups}
    assert set(re.findall(r"(?:bin/|`|exec shixiang )shixiang ([a-z-]+)", text)) <= {*commands(), *groups}


def commands() -> set[str]:
    """Each as it is typed, with its group before it."""
    grouped = [("", command_line), *((f"{each.name} ", each.typer_instance) for each in command_line.registered_groups)]
    return {
        f"{group}{each.name or each.callback.__name__}"
        for group, registered in grouped
        if registered is not None
        for each in registered.registered_commands
        if each.callback
    }


def test_every_command_is_explained() -> None:
    text = guide("operating")
    assert [name for name in commands() if not re.search(rf"`shixiang {name}\b", text)] == []


@pytest.mark.parametrize("page", [*READMES, ROOT / "docs/guide/operating.md"], ids=name_of)
def test_settings_are_listed_with_their_defaults(page: Path) -> None:
    listed = {cells[0]: cells[1] for cells in rows(page.read_text("utf-8")) if cells[0].isupper()}
    settings = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert listed.keys() == settings.keys()
    for name, default in settings.items():
        assert not default or listed[name] == (str(default).lower() if default is True else str(default))


def test_every_operator_and_function_is_explained() -> None:
    operators = {*tokens.KEYWORDS, *expressions.COMPARISONS, *expressions.ARITHMETIC, *expressions.SET_TESTS, "DATE"}
    text = guide("filters")
    written = text.replace("`true`", "`TRUE`").replace("`false`", "`FALSE`")
    assert [each for each in operators if each not in written] == []
    assert "within_division" in text
    for limit in (tokens.MAX_LENGTH, tokens.MAX_DEPTH, tokens.MAX_TERMS):
        assert str(limit) in text


def test_filters_find_as_many_items_as_the_guide_says(demo: TestClient) -> None:
    counted = [cells for cells in rows(guide("filters")) if cells[1].isdecimal()]
    assert len(counted) > 15
    for text, count, *_ in counted:
        answer = demo.get("/v1/items", params={"filter": text, "as_of": REPORT_DAY, "limit": 1}).json()
        assert (text, answer.get("total")) == (text, int(count)), answer


def test_wrong_filters_break_the_rule_that_the_guide_names(demo: TestClient) -> None:
    refused = [cells for cells in rows(guide("filters")) if not cells[1].isdecimal()]
    assert len(refused) > 5
    for text, rule, *_ in refused:
        answer = demo.get("/v1/items", params={"filter": text})
        assert answer.status_code == 422
        assert (text, answer.json()["errors"][0]["rule"]) == (text, rule)


def test_every_metric_stands_in_the_guide_with_its_figures(demo: TestClient) -> None:
    asked = ({"as_of": REPORT_DAY}, {"as_of": REPORT_DAY, "base_as_of": "2019-12-31"})
    answers = [row for each in asked for row in demo.get("/v1/metric-values", params=each).json()["values"]]
    listed = {cells[0]: cells[1:] for cells in rows(guide("figures")) if len(cells) == 7}
    assert list(listed) == [row["metric"] for row in answers]
    for row in answers:
        name, *figures = listed[row["metric"]]
        parts = [row[part] for part in ("numerator", "denominator", "unknown", "excluded")]
        assert name == definitions.metrics()[row["metric"]].name_zh
        assert figures == [*("—" if part is None else str(part) for part in parts), shown(row)]


def shown(row: dict[str, Any]) -> str:
    if row["percent"] is not None:
        return f"{row['percent']:.2f} %"
    return str(row["value"]) if isinstance(row["value"], int) else f"{row['value']:.2f}"


def test_what_cannot_be_computed_stands_in_the_guide() -> None:
    waiting = definitions.not_computable()
    listed = {cells[0]: cells[1:] for cells in rows(guide("figures")) if cells[0] in waiting}
    assert listed == {key: [metric.name_zh, metric.waits_for] for key, metric in waiting.items()}


def test_fields_of_a_figure_are_explained(demo: TestClient) -> None:
    row = demo.get("/v1/metric-values", params={"metric": "online_rate"}).json()["values"][0]
    text = guide("figures")
    assert [name for name in row if name not in text] == []


def test_the_mapping_of_the_guide_is_one() -> None:
    (text,) = (text for language, text in blocks(ROOT / "docs/guide/importing.md") if language == "toml")
    assert set(tomllib.loads(text)) == set(SECTIONS)
    assert set(read_mapping(text).fields()) <= {field.name for field in known_fields()}


def test_outcomes_of_imports_and_kinds_of_entries_are_explained() -> None:
    importing, changing = guide("importing"), guide("change-sets")
    assert [word for word in (*get_args(Status), *get_args(Severity)) if f"`{word}`" not in importing] == []
    assert [kind for kind in get_args(EntryKind) if f"`{kind}`" not in changing] == []


def test_filters_may_name_what_the_guide_says() -> None:
    named = ("id", "version", "valid_from", "valid_to", "department_name", "material_count")
    assert [name for name in named if name not in item_filters().properties] == []


def test_decisions_are_indexed_and_whole() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for page in DECISIONS:
        text = page.read_text("utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        assert f"[{title}]({page.name})" in index
        assert re.findall(r"^## (.*)", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
