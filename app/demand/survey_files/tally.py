"""What a file comes to: its rows by what becomes of them, what is wrong with them, and what deserves a look."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.errors import Message
from app.files.problems import RowProblem
from app.files.remarks import SHOWN, Remark

KEPT = 100
MOST_NAMED = 20


@dataclass(slots=True)
class Noted:
    """How many rows a remark is about, and the first of them."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def note(self, row: int) -> None:
        self.count += 1
        if len(self.rows) < SHOWN:
            self.rows.append(row)


@dataclass(slots=True)
class Tally:
    """`added` and `unchanged` are rows; `demands` those that come of them. Of the problems the first are kept, and of all
    of them their rules. `strata`, `outside_period`, `heavy` and `of_one` are of what is added, for what doesn't add up.
    """

    kept: int = KEPT
    rows: int = 0
    added: int = 0
    unchanged: int = 0
    rejected: int = 0
    demands: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)
    strata: Counter[str | None] = field(default_factory=Counter)
    outside_period: int = 0
    heavy: list[tuple[int, int]] = field(default_factory=list)
    of_one: list[tuple[int, int]] = field(default_factory=list)
    noted: dict[str, Noted] = field(default_factory=dict)

    def reject(self, problems: Sequence[RowProblem]) -> None:
        """Of some rows, in order."""
        self.rejected += len({each.row for each in problems})
        self.rules.update(each.rule for each in problems)
        self.problems += problems[: max(0, self.kept - len(self.problems))]

    def note(self, rule: str, row: int) -> None:
        self.noted.setdefault(rule, Noted()).note(row)

    def weigh(self, number: int, weight: int, sample: int | None, *, of_one: bool) -> None:
        """A demand of more enterprises than were asked, or of more than the one whose response it comes from."""
        if sample is not None and weight > sample and len(self.heavy) < MOST_NAMED:
            self.heavy.append((number, weight))
        if of_one and weight > 1 and len(self.of_one) < MOST_NAMED:
            self.of_one.append((number, weight))

    @property
    def is_news(self) -> bool:
        return bool(self.added or self.demands)

    @property
    def is_all_wrong(self) -> bool:
        """Whether no row is left that says anything, be it the same as stands."""
        return bool(self.rejected) and not self.added and not self.unchanged

    @property
    def remarks(self) -> list[Remark]:
        return [
            Remark(rule, Message(*(each.format(count=noted.count) for each in NOTES[rule])), noted.count, noted.rows)
            for rule, noted in self.noted.items()
        ]

    @property
    def summary(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "added": self.added,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "demands": self.demands,
            "rules": [{"rule": rule, "count": count} for rule, count in self.rules.most_common()],
        }


NOTES = {
    "asks-nothing": Message(
        "{count} 行在取诉求的地方写的是“无”“没有”之类，或者只有标点，没有成为诉求；答卷里的回答照样保留。",
        "{count} rows say that nothing is asked for: no demand was made of that, answers of responses are kept.",
    ),
    "taken-for-the-same": Message(
        "{count} 行没有问卷编号，而已有题、文字、企业数都相同的诉求：当作同一条，没有再写入。是别的企业提的，请写上问卷编号，"
        "或者合成一行，企业数写合计。",
        "{count} rows without a response say what a demand says already and were taken for it. If others ask for it, give "
        "their responses, or one row with the sum of enterprises.",
    ),
    "redacted": Message(
        "{count} 行没有写入：这份答卷的这一题有隐去过的诉求，而隐去的文字无从核对，免得又写回来。确实是另一条诉求的，请用 POST …/demands 写入。",
        "{count} rows were not taken: a demand of that response and question was redacted, and its words must not come "
        "back. What is another demand is added by POST …/demands.",
    ),
    "same-text": Message(
        "{count} 行没有问卷编号，文字与已有的诉求相同，而题、企业数或条数不同：当作别的企业提的，算新增。如果是同一条，请删去这些行。",
        "{count} rows without a response have the text of a demand that there is, and were added beside it: another "
        "question, number of enterprises, or more rows than before.",
    ),
}
