"""Every rule that is shipped: a guide that breaks it and one that passes, published and asked on both databases."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.catalogue.code_lists import labels
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import versions
from app.clock import FrozenClock
from app.main import create_app
from app.quality import queries
from app.quality.rule_book import elements_of, shipped
from app.quality.rules import SEVERITIES, Rule
from app.quality.schemas import LONGEST_FILTER
from app.settings import Settings
from seed import load
from tests.clients import Client
from tests.conftest import NOW
from tests.databases import migrate
from tests.factories import department, item, publish
from tests.quality import cases
from tests.quality.cases import CASES, numbered

RULES = tuple(shipped().values())
KEYS = list(shipped())


@pytest.fixture(scope="module")
def app(database_kind: str, new_database: Callable[[str], str]) -> Iterator[FastAPI]:
    """A catalogue that holds a right guide, its namesakes, and the guides of all cases; read only."""
    url = new_database(database_kind)
    migrate(url)
    app = create_app(Settings(database_url=url, frozen_clock=NOW))
    load.reference(app.state.database)
    guides = [numbered(0, {}), numbered(999, cases.NAMESAKE)]
    guides += [(code, content) for _, code, content in (*cases.breaking(), *cases.passing())]
    bodies = [department(code) for code in (cases.DEPARTMENT, cases.ANOTHER)]
    publish(app.state.database, *bodies, *(item(code, **content) for code, content in guides))
    publish(app.state.database, *cases.named())
    cases.found_dead(app.state.database, FrozenClock(NOW))
    cases.confirmed(app.state.database, FrozenClock(NOW))
    yield app
    app.state.database.close()


@pytest.fixture(scope="module")
def broken(app: FastAPI) -> dict[str, frozenset[str]]:
    """The rules that each guide breaks, by its code."""
    with app.state.database.read() as connection:
        moment = resolve(connection, NOW)
        codes = dict(connection.execute(versions(ITEM, moment, [ITEM.table.c.id, ITEM.table.c.code])).all())
        of_ids = queries.broken_by(connection, RULES, moment, codes)
    return {code: of_ids.get(number, frozenset()) for number, code in codes.items()}


def test_every_rule_has_a_case() -> None:
    assert list(CASES) == KEYS


def test_a_right_guide_breaks_nothing(broken: dict[str, frozenset[str]]) -> None:
    assert broken[numbered(0, {})[0]] == frozenset()


@pytest.mark.parametrize(("key", "code"), [(key, code) for key, code, _ in cases.breaking()])
def test_the_guide_that_breaks_a_rule_is_found(broken: dict[str, frozenset[str]], key: str, code: str) -> None:
    assert key in broken[code]


@pytest.mark.parametrize(("key", "code"), [(key, code) for key, code, _ in cases.passing()])
def test_the_guide_that_passes_is_not_found(broken: dict[str, frozenset[str]], key: str, code: str) -> None:
    assert key not in broken[code]


@pytest.mark.parametrize("rule", RULES, ids=KEYS)
def test_the_filter_of_a_rule_leads_to_the_same_guides(
    app: FastAPI, broken: dict[str, frozenset[str]], rule: Rule
) -> None:
    asked = {"filter": rule.filter, "limit": "1000", "fields": "code"}
    answer = Client(app).get("/v1/items", params=asked).json()
    assert {each["code"] for each in answer["items"]} == {code for code, keys in broken.items() if rule.key in keys}


def test_chunks_of_items_and_of_rules_make_no_difference(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.state.database.read() as connection:
        moment = resolve(connection, NOW)
        ids = connection.execute(versions(ITEM, moment, [ITEM.table.c.id])).scalars().all()
        at_once = queries.broken_by(connection, RULES, moment, ids), counted(connection, moment)
        monkeypatch.setattr(queries, "RULES_AT_ONCE", 7)
        monkeypatch.setattr(queries, "AT_ONCE", 50)
        assert (queries.broken_by(connection, RULES, moment, ids), counted(connection, moment)) == at_once
        assert queries.broken_by(connection, RULES, moment, ids[:1]).keys() <= {ids[0]}
        assert queries.broken_by(connection, RULES, moment, ()) == {}
        assert queries.broken_by(connection, (), moment, ids) == {}


def counted(connection: Connection, moment: Moment) -> queries.Counts:
    return queries.counts(connection, RULES, moment, ItemQuestion())


class TestRuleBook:
    """What is shipped makes sense."""

    def test_rules_name_elements_that_are_given(self) -> None:
        assert [rule.key for rule in RULES if not set(rule.elements) <= ITEM.given.keys()] == []
        assert [rule.key for rule in RULES if not rule.elements] == [cases.NOT_VERIFIED]

    def test_a_derived_element_stands_for_what_it_is_computed_from(self) -> None:
        assert elements_of("has_catch_all_material = true AND online_level = 'IV'") == ("materials", "online_depths")
        assert set(elements_of("shares_name = true")) == {"department_code", "name"}

    def test_there_are_rules_of_each_severity(self) -> None:
        assert {rule.severity for rule in RULES} == set(SEVERITIES)

    def test_each_is_said_in_both_languages_with_its_source(self) -> None:
        for rule in RULES:
            texts = (*rule.name, *rule.message, *rule.remedy, rule.source)
            assert all(text.strip() for text in texts), rule.key
            assert rule.message.zh.endswith("。"), rule.key
            assert rule.message.en.endswith("."), rule.key

    def test_every_filter_is_as_short_as_an_own_one_has_to_be(self) -> None:
        assert [rule.key for rule in RULES if len(rule.filter) > LONGEST_FILTER] == []

    def test_every_code_fault_has_a_rule(self) -> None:
        assert [code for code in labels("code_fault") if f"'{code}'" not in shipped()[code].filter] == []
