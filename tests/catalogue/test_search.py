"""Finding items by words: the same items as a look at every text, the best first, on any day."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalogue.objects import DEPARTMENT, ITEM
from app.catalogue.search import folded, grams_of, item_search, search_text
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish

HEALTH = "11440100007482540N"


def found(client: TestClient, words: str, query: str = "") -> list[str]:
    """The codes, the best first; all pages."""
    path: str | None = f"/v1/items?q={quote(words)}&{query}&limit=1000".replace("&&", "&")
    codes: list[str] = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        codes += [each["code"] for each in answer.json()["items"]]
        path = answer.json()["next"]
        assert path or answer.json()["total"] == len(codes)
    return codes


@pytest.fixture
def services(database: Database) -> None:
    publish(
        database,
        department(),
        department(HEALTH, name="海珠区卫生健康局"),
        item("A-1", name="养老机构备案", aliases=["敬老院备案", "护理院（民办）登记"]),
        item("A-2", name="老年人优待证办理", main_item_name="养老服务"),
        item("A-3", name="设立养老机构备案变更"),
        item("A-4", name="公共场所卫生许可", department_code=HEALTH),
        item("A-5", name="医疗机构执业登记", department_code=HEALTH, is_online=True, aliases=["ＧＳＰ认证"]),
        item("A-6", name="100%_达标'登记"),
    )


ASKED = [
    ("养老", ["A-1", "A-3", "A-2"]),  # where the word stands in the texts: name, aliases, main item
    ("机构", ["A-1", "A-5", "A-3"]),
    ("备案", ["A-1", "A-3"]),
    ("敬老院", ["A-1"]),
    ("老", ["A-2", "A-1", "A-3"]),
    ("卫生", ["A-4", "A-5"]),  # A-5 is of the health department
    ("卫生 登记", ["A-5"]),  # one word in the name, the other in the department's
    ("登记 养老", ["A-1"]),
    ("养老　备案", ["A-1", "A-3"]),  # a wide blank
    ("养\u200b老\ufeff 备案", ["A-1", "A-3"]),  # what was copied along unseen
    ("gsp", ["A-5"]),
    ("GSP认证", ["A-5"]),
    ("(民办)", ["A-1"]),
    ("（民办）", ["A-1"]),
    ("%", ["A-6"]),
    ("0%_", ["A-6"]),
    ("'登", ["A-6"]),
    ("老养", []),
    ("备案敬老", []),  # not across two texts
    ("海珠", ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"]),
]


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(("words", "codes"), ASKED)
def test_words_are_looked_for_in_names_aliases_main_items_and_departments(
    client: TestClient, words: str, codes: list[str]
) -> None:
    assert sorted(found(client, words)) == sorted(codes)
    if words != "海珠":
        assert found(client, words) == codes


@pytest.mark.usefixtures("services")
def test_words_go_with_every_filter_and_another_order(client: TestClient) -> None:
    assert found(client, "登记", "is_online=true") == ["A-5"]
    assert found(client, "登记", "filter=department_code <> '11440100007482540N'&within=440105") == ["A-6", "A-1"]
    assert found(client, "登记", "sort=-name") == ["A-5", "A-1", "A-6"]
    counted = client.get("/v1/items?q=登记&facets=department_code&fields=code").json()
    assert [(each["label"], each["count"]) for each in counted["facets"]["department_code"]["values"]] == [
        ("海珠区民政局", 2),
        ("海珠区卫生健康局", 1),
    ]


@pytest.mark.usefixtures("services")
def test_a_search_is_walked_page_by_page(client: TestClient) -> None:
    pages, path = [], "/v1/items?q=机构&limit=1"
    while path:
        pages.append(client.get(path).json())
        path = pages[-1]["next"]
    assert [each["code"] for page in pages for each in page["items"]] == ["A-1", "A-5", "A-3"]
    assert {page["total"] for page in pages} == {3}


def test_a_renamed_item_is_found_by_the_name_of_the_day(client: TestClient, database: Database) -> None:
    publish(database, department(), item("A-1", name="养老机构设立许可"))
    publish(database, amend("A-1", date(2021, 1, 1), name="养老机构备案"), on=date(2026, 3, 2))
    assert (found(client, "设立许可"), found(client, "备案")) == ([], ["A-1"])
    assert (found(client, "设立许可", "as_of=2020-12-31"), found(client, "备案", "as_of=2020-12-31")) == (["A-1"], [])
    assert (found(client, "设立许可", "known_at=1"), found(client, "备案", "known_at=1")) == (["A-1"], [])


def test_a_renamed_department_is_found_by_the_name_of_the_day(client: TestClient, database: Database) -> None:
    publish(database, department(name="海珠区卫生局"), item("A-1"))
    renamed = draft("amend", CIVIL_AFFAIRS, {"name": "海珠区卫生健康局"}, kind=DEPARTMENT, start=date(2024, 1, 1))
    publish(database, renamed, on=date(2026, 3, 2))
    assert (found(client, "健康"), found(client, "卫生局")) == (["A-1"], [])
    assert (found(client, "健康", "as_of=2023-12-31"), found(client, "卫生局", "as_of=2023-12-31")) == ([], ["A-1"])


def test_what_was_only_tried_leaves_no_words(staff: TestClient, database: Database) -> None:
    publish(database, department(), item("A-1", name="养老机构备案"))
    number = staff.post("/v1/change-sets", json={"title": "试改", "effective_on": "2026-03-02"}).json()["id"]
    staff.post(
        f"/v1/change-sets/{number}/entries", json={"kind": "amend", "code": "A-1", "content": {"name": "殡葬服务"}}
    )
    assert staff.get(f"/v1/change-sets/{number}/preview").status_code == 200
    with database.read() as connection:
        known = connection.execute(select(item_search.c.rowid, item_search.c.grams)).all()
    assert len(known) == 1
    assert "养老" in str(known[0].grams)
    assert "殡" not in str(known[0].grams)


TEXTS = ["养老", "老养老", "A养ａ", "养 老", "（老）", "a-b", "老\u3000养", "养%老", "ＡＢ老", "ß养", "养。老"]


def test_any_word_finds_what_a_look_at_every_text_finds(client: TestClient, database: Database) -> None:
    drafts = [item(f"A-{place:02}", name=f"{text}{place}", aliases=[text[::-1]]) for place, text in enumerate(TEXTS)]
    publish(database, department(name="民政"), *drafts)
    texts = {each.code: str(search_text(ITEM, each.content)["search_text"]).split("\n") for each in drafts}

    @given(st.text("养老AaＡ（()%-_'\"\\。bＢ0１:&|!*", min_size=1, max_size=3).filter(lambda word: word.strip()))
    def holds(word: str) -> None:
        expected = {code for code, said in texts.items() if any(folded(word) in each for each in said)}
        assert set(found(client, word)) == expected

    holds()


@pytest.mark.parametrize("dates", ["as_of=2024-06-30", "as_of=2020-12-08", "as_of=2021-03-01&known_at=2021-06-30"])
def test_200_two_character_words_find_what_like_finds(demo: TestClient, dates: str) -> None:
    listed = list(everything(demo, dates))
    words = sorted({"".join(pair) for each in listed for pair in pairwise(each["name"]) if "".join(pair).isalpha()})
    texts = {each["code"]: texts_of(each) for each in listed}
    for word in Random(2024).sample(words, 200):
        expected = {code for code, said in texts.items() if any(word in text for text in said)}
        assert set(found(demo, word, dates)) == expected, word


def everything(client: TestClient, dates: str) -> Iterator[dict[str, Any]]:
    path = f"/v1/items?{dates}&fields=code,name,aliases,main_item_name,department_name&limit=1000"
    while path:
        page = client.get(path).json()
        yield from page["items"]
        path = page["next"]


def texts_of(each: dict[str, Any]) -> list[str]:
    named = [each["name"], each["main_item_name"], each["department_name"], *(each["aliases"] or ())]
    return [folded(text) for text in named if text]


@pytest.mark.parametrize("words", ["", "  ", "　", "词" * 201, " ".join("甲乙丙丁戊己庚辛壬癸子")])
def test_what_is_no_search(client: TestClient, words: str) -> None:
    answer = client.get("/v1/items", params={"q": words})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "q")


def test_grams_are_characters_and_bigrams_without_signs() -> None:
    assert grams_of("养老(机构)") == "养 养老 机 机构 构 老 老机"
    assert grams_of("a-b 1").split() == ["1", "a", "ab", "b", "b1"]


def test_the_index_knows_every_item(demo: TestClient) -> None:
    database: Database = demo.app.state.database  # type: ignore[attr-defined]
    with database.read() as connection:
        known = set(connection.execute(select(item_search.c.rowid)).scalars())
        assert known == set(connection.execute(select(ITEM.table.c.id)).scalars())
