"""Weights are fitted to what people judged, measured on what was held back, and used once somebody adopts them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from app.access.rules import OPERATOR
from app.audit.models import audit_entry
from app.clock import FrozenClock
from app.db import Database
from app.demand.matching import weights
from app.demand.runs.adopting import adopt, all_weights
from app.demand.runs.judged import settled
from app.demand.runs.judging import Wish, judge
from app.demand.runs.methods import weights_in_use
from app.demand.runs.refitting import LEAST_JUDGED, LEAST_UNMET, TooFewJudged, refit
from app.demand.surveys.queries import get_survey
from app.settings import Settings
from seed import load
from tests.conftest import NOW, NewDatabase
from tests.demand.runs.lists import ask_for
from tests.factories import DIVISION, TESTER, department, item, publish

TRADES = (
    "食品经营", "药品零售", "公共场所卫生", "道路货物运输", "烟草专卖零售", "劳务派遣经营", "人力资源服务", "旅馆业特种行业",
    "危险化学品经营", "医疗器械经营",
)  # fmt: skip
ACTS = {"": "想办{}的证", "变更": "{}那个证要改地址", "注销": "不做了，{}的证怎么销", "延续": "{}许可证快到期了"}
LISTED = {f"{n}-{m}": f"{trade}许可{act}" for (n, trade), (m, act) in product(enumerate(TRADES), enumerate(ACTS))}
ASKED = {code: list(ACTS.values())[int(code[-1])].format(TRADES[int(code[0])]) for code in LISTED}
NOT_LISTED = [
    f"{what}{n}类怎么办"
    for n in range(1, 6)
    for what in ("会计师事务所执业", "证券从业资格", "外国人签证延期", "律师执业证", "民航驾驶执照", "船员适任证书")
]


@pytest.fixture(scope="module")
def judged_url(migrated_url: Callable[[str], str], new_database: NewDatabase, database_kind: str) -> str:
    """A district in which all demands were judged."""
    url = new_database(database_kind, migrated_url(database_kind))
    with closing(Database(url)) as database:
        load.reference(database)
        publish(database, department(), *(item(code, name=name) for code, name in LISTED.items()))
        survey = ask_for(database, *ASKED.values(), *NOT_LISTED)
        met = [Wish(n, "confirm", code, None, None, None) for n, code in enumerate(ASKED, 1)]
        unmet = [
            Wish(n, "unmet", None, None, None, None) for n in range(len(ASKED) + 1, len(ASKED) + len(NOT_LISTED) + 1)
        ]
        with database.write() as connection:
            judge(connection, get_survey(connection, survey), [*met, *unmet], by=TESTER, now=NOW)
    return url


@pytest.fixture
def judged(judged_url: str, new_database: NewDatabase, database_kind: str) -> Iterator[Database]:
    with closing(Database(new_database(database_kind, judged_url))) as database:
        yield database


SETTINGS = Settings(database_url="sqlite:///never-opened.db", frozen_clock=NOW)


def fitted(database: Database) -> Any:
    return refit(database, SETTINGS, by=OPERATOR, clock=FrozenClock(NOW))


def test_it_is_fitted_to_all_and_measured_on_what_was_held_back(judged: Database) -> None:
    fit = fitted(judged)
    assert (fit.judged, fit.unmet, fit.left_out, fit.calibrated, fit.seen) == (70, 30, 0, True, False)
    for measured in (fit.lexical.before, fit.lexical.after):
        assert measured.demands == 70
        assert all(0 <= value <= 1 for value in (measured.recall_at_1, measured.recall_at_5, measured.mrr_at_10))
        assert measured.recall_at_1 <= measured.mrr_at_10
    assert fit.lexical.after.brier < 0.25  # That of whoever always says one half.
    assert fit.lexical.mode.ranker != weights.shipped().lexical.ranker
    assert fit.lexical.mode.calibrator != weights.shipped().lexical.calibrator


def test_the_same_judgements_give_the_same_weights(judged: Database) -> None:
    first, again = fitted(judged), fitted(judged)
    assert (first.id, first.checksum) == (again.id, again.checksum)
    with judged.read() as connection:
        assert [row.origin for row in all_weights(connection)] == ["fitted"]
        told = select(audit_entry.c.action).where(audit_entry.c.action.like("matcher-weights%"))
        assert connection.execute(told).scalars().all() == ["matcher-weights.fit"] * 2


def test_nothing_is_used_before_it_is_adopted_and_then_it_is(judged: Database) -> None:
    fit = fitted(judged)
    with judged.write() as connection:
        assert weights_in_use(connection).origin == "shipped"
        adopt(connection, fit.id, by=OPERATOR, now=NOW)
        assert weights_in_use(connection).weights.lexical == fit.lexical.mode
    assert fitted(judged).seen


@pytest.mark.one_database
def test_without_a_model_the_semantic_weights_stay(judged: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.demand.runs.refitting.installed_encoder", lambda: None)
    fit = fitted(judged)
    with judged.write() as connection:
        adopt(connection, fit.id, by=OPERATOR, now=NOW)
        assert weights_in_use(connection).weights.semantic == weights.shipped().semantic
    assert fit.semantic is None


@pytest.mark.one_database
def test_few_unmet_demands_leave_the_calibrator_as_it_is(judged: Database) -> None:
    """Those that are found to be met after all are no examples of unmet ones."""
    with judged.write() as connection:
        survey = get_survey(connection, 1)
        later = [
            Wish(len(ASKED) + n, "better", "0-0", None, None, None) for n in range(1, len(NOT_LISTED) - LEAST_UNMET + 2)
        ]
        judge(connection, survey, later, by=TESTER, now=NOW)
    fit = fitted(judged)
    assert (fit.judged, fit.unmet, fit.calibrated) == (70, LEAST_UNMET - 1, False)
    shipped = weights.shipped().lexical
    assert (fit.lexical.mode.calibrator, fit.lexical.mode.thresholds) == (shipped.calibrator, shipped.thresholds)
    assert fit.lexical.mode.ranker != shipped.ranker


@pytest.mark.one_database
def test_less_than_forty_judged_demands_are_too_few(lists: Database) -> None:
    survey = ask_for(lists, *(f"办理{n}类食品经营许可" for n in range(LEAST_JUDGED - 1)))
    with lists.write() as connection:
        wishes = [Wish(n, "confirm", "SP-1", None, None, None) for n in range(1, LEAST_JUDGED)]
        judge(connection, get_survey(connection, survey), wishes, by=TESTER, now=NOW)
    with pytest.raises(TooFewJudged, match="只有 39 条，至少要 40 条"):
        fitted(lists)


def test_a_demand_is_read_beside_the_list_that_it_was_judged_about(lists: Database) -> None:
    """What nobody offered then may be offered by now."""
    survey = ask_for(lists, "会计师事务所执业许可", "食品经营许可")
    with lists.write() as connection:
        wishes = [Wish(1, "unmet", None, None, None, None), Wish(2, "reject", "SP-2", None, None, None)]
        judge(connection, get_survey(connection, survey), wishes, by=TESTER, now=NOW)
    publish(lists, item("KJ-1", name="会计师事务所执业许可"), on=NOW.date())
    with lists.read() as connection:
        (said,) = settled(connection, NOW)
    assert (said.text, said.item) == ("会计师事务所执业许可", None)
    assert (said.scope.within, said.scope.as_of, said.scope.revision) == (DIVISION, NOW.date(), 1)
