"""With what a demand is matched: the tables that the staff keep, and the weights that are in use."""

import json
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.access.rules import OPERATOR
from app.audit.models import audit_entry
from app.db import Database
from app.demand.matching import weights
from app.demand.matching.matcher import MATCHER_VERSION
from app.demand.matching.thesaurus import Elsewhere, HintKind, Synonym, Thesaurus
from app.demand.runs.adopting import WeightsNotFound, adopt
from app.demand.runs.methods import (
    ThesaurusUnreadable,
    checksum_of,
    known_weights,
    method_now,
    record_method,
    record_weights,
    thesaurus_from,
    thesaurus_in_use,
    thesaurus_text,
    weights_in_use,
)
from app.demand.runs.models import matcher_weights
from app.settings import Settings
from tests.conftest import NOW

OWN = Settings(database_url="sqlite:///never-opened.db")
TABLE = "terms\tphrases\tscope\tnote\tadded_by\n"

WORDS = st.text(min_size=1, max_size=6)
KINDS = st.sampled_from(get_args(HintKind))
ROWS = st.builds(
    Synonym, st.lists(WORDS, max_size=3).map(tuple), st.lists(WORDS, max_size=3).map(tuple), st.just("person"), WORDS
)


@pytest.mark.one_database
@given(
    st.lists(ROWS, max_size=4),
    st.lists(st.builds(Elsewhere, st.lists(WORDS, max_size=2).map(tuple), WORDS, WORDS, KINDS), max_size=3),
)
def test_a_thesaurus_comes_back_as_it_was_kept(synonyms: list[Synonym], elsewhere: list[Elsewhere]) -> None:
    kept = Thesaurus(tuple(synonyms), tuple(elsewhere))
    back = thesaurus_from(thesaurus_text(kept))
    assert (back, back.checksum) == (kept, kept.checksum)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("granted_by", "kind"),
    [
        ("省级财政部门", "elsewhere"),
        ("不是办事需求", "not-a-request"),
        ("无须许可", "not-a-request"),
        ("已取消，不再办理", "abolished"),
        ("国家明令禁止", "forbidden"),
        ("法律禁止", "forbidden"),
        ("不予登记", "forbidden"),
    ],
)
def test_a_thesaurus_recorded_before_kinds_were_told_apart_is_read_by_its_words(granted_by: str, kind: str) -> None:
    row = {"terms": ["物业资质"], "granted_by": granted_by, "note": "备注"}
    (read,) = thesaurus_from(json.dumps({"synonyms": [], "elsewhere": [row]})).elsewhere
    assert (read.kind, read.granted_by) == (kind, granted_by if kind == "elsewhere" else "")


@pytest.mark.one_database
def test_tables_of_ones_own_are_read_again_when_they_were_edited(tmp_path: Path) -> None:
    own = OWN.model_copy(update={"thesaurus": str(tmp_path)})
    assert thesaurus_in_use(own) == Thesaurus()
    table = tmp_path / "food.tsv"
    table.write_text(f"{TABLE}开饭店\t食品经营许可\t\t\t王敏\n", "utf-8")
    first = thesaurus_in_use(own)
    assert [row.phrases for row in first.synonyms] == [("食品经营许可",)]
    assert thesaurus_in_use(own) is first
    table.write_text(f"{TABLE}开饭店\t食品经营许可|公共场所卫生许可\t\t\t王敏\n", "utf-8")
    assert thesaurus_in_use(own).checksum != first.checksum


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("own.tsv", f"{TABLE}开饭店\t\n".encode(), "own.tsv 第 2 行", id="a row without a phrase"),
        pytest.param("own.tsv", f"{TABLE}开饭店\t\n".encode("gbk"), "不是 UTF-8", id="saved by a spreadsheet"),
        pytest.param(None, b"", "没有同义词表的文件夹", id="no folder"),
    ],
)
def test_a_wrong_table_is_no_fault_of_who_asks(tmp_path: Path, name: str | None, content: bytes, said: str) -> None:
    folder = tmp_path / "tables"
    if name is not None:
        folder.mkdir()
        (folder / name).write_bytes(content)
    with pytest.raises(ThesaurusUnreadable) as raised:
        thesaurus_in_use(OWN.model_copy(update={"thesaurus": str(folder)}))
    assert (raised.value.status, said in raised.value.detail.zh) == (503, True)


def test_the_shipped_weights_are_in_use_until_others_are_adopted(database: Database) -> None:
    shipped = weights.shipped()
    other = weights.Weights("other", shipped.lexical, shipped.semantic, {"matcher": MATCHER_VERSION})
    with database.write() as connection:
        assert weights_in_use(connection).checksum == checksum_of(shipped)
        first = record_method(connection, method_now(connection, OWN, semantic=False), NOW)
        fitted = record_weights(connection, other, "fitted", by=OPERATOR, now=NOW)
        assert record_weights(connection, other, "fitted", by=OPERATOR, now=NOW) == fitted
        assert record_method(connection, method_now(connection, OWN, semantic=False), NOW) == first
        adopt(connection, fitted, by=OPERATOR, now=NOW)
        assert weights_in_use(connection).weights == other
        outdated = weights.Weights("old", shipped.lexical, shipped.semantic, {"matcher": "0"})
        former = record_weights(connection, outdated, "fitted", by=OPERATOR, now=NOW)
        adopt(connection, former, by=OPERATOR, now=NOW + timedelta(hours=1))
        assert weights_in_use(connection).id == fitted  # The other ones weigh what this matcher doesn't measure.
        adopt(connection, first, by=OPERATOR, now=NOW + timedelta(days=1))
        assert weights_in_use(connection).origin == "shipped"
        told = select(audit_entry.c.about).where(audit_entry.c.action == "matcher-weights.adopt")
        assert connection.execute(told).scalars().all() == [f"matcher-weights/{n}" for n in (fitted, former, first)]
        with pytest.raises(WeightsNotFound):
            adopt(connection, 99, by=OPERATOR, now=NOW)


def test_weights_are_kept_to_the_last_digit(database: Database) -> None:
    """They come back from both databases with the checksum that they had."""
    shipped = weights.shipped().as_json()
    shipped["lexical"]["ranker"]["weights"] = {"fused": 0.1 + 0.2, "tiny": 1e-17, "large": 123456789.123456789}
    with database.write() as connection:
        number = record_weights(connection, weights.Weights.from_json(shipped), "fitted", by=OPERATOR, now=NOW)
        row = connection.execute(select(matcher_weights).where(matcher_weights.c.id == number)).one()
        assert checksum_of(known_weights(row).weights) == row.checksum
