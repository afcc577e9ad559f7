"""The change sets as documents: their order, their dates, their bounds, and that they come out the same every time."""

import os
import subprocess
import sys
from datetime import date

from seed.demo import change_sets
from tests.seed.replay import SURVEY_DAY, TODAY, Model, days_that_matter

DIGEST = """
import hashlib
from seed.demo import change_sets
from seed.demo.cases import reports
from seed.demo.surveys import surveys

print(hashlib.sha256(repr((change_sets(), reports(), surveys())).encode()).hexdigest())
"""


def test_they_stand_in_the_order_of_publication() -> None:
    published = [change_set.published_on for change_set in change_sets()]
    assert published == sorted(published)
    assert date(2019, 6, 1) < published[0] < published[-1] < TODAY


def test_documents_are_marked_as_invented_and_have_numbers_of_their_own() -> None:
    numbers = [change_set.document_number for change_set in change_sets()]
    assert all(number.endswith("（演示）") for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_every_amendment_changes_something() -> None:
    model = Model(days_that_matter(change_sets(), ()))
    for change_set in change_sets():
        for entry in change_set.entries:
            start = entry.effective_on or change_set.effective_on
            if entry.kind == "amend":
                held = next(o for o in model.on(entry.object, start) if o["code"] == entry.code)
                assert all(held.get(name) != value for name, value in entry.content.items()), entry
            model.apply(entry, start)


def test_some_corrections_reach_behind_the_survey_day() -> None:
    late = [
        entry
        for change_set in change_sets()
        if change_set.published_on > SURVEY_DAY
        for entry in change_set.entries
        if (entry.effective_on or change_set.effective_on) <= SURVEY_DAY
    ]
    kinds = {(entry.kind, entry.until is not None) for entry in late if entry.object == "item"}
    assert kinds == {("create", False), ("amend", True), ("amend", False), ("cancel", False)}


def test_nothing_but_amendments_has_content_besides_creations() -> None:
    for change_set in change_sets():
        for entry in change_set.entries:
            assert bool(entry.content) == (entry.kind in ("create", "amend"))


def test_the_history_does_not_depend_on_the_hash_seed() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("0", "1")
    }
    assert len(digests) == 1
