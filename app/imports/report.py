"""What an import found, gathered row by row in bounded memory: problems and drafts wait on disk."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, Literal, TypeAlias

import orjson

from app.catalogue.objects import OBJECT_TYPES
from app.changes.queries import revived
from app.changes.rules import Draft
from app.errors import Fault, Message
from app.files.problems import RowProblem

Severity = Literal["rejected", "error", "warning", "advice", "absent"]
RuleKey: TypeAlias = tuple[Severity, str, Message | None]
SHOWN = 20
IN_MEMORY = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the problem list: a rejected row, a finding on an accepted one, or an absent item."""

    severity: Severity
    rule: str
    message: Message
    row: int | None = None
    column: str | None = None
    value: str | None = None
    code: str | None = None
    suggestion: str | None = None
    together: Message | None = None
    """What is said of all lines that say the same, with {count} for how many."""
    sheet: str | None = None
    """Null for the sheet of the items."""

    @property
    def key(self) -> RuleKey:
        return self.severity, self.rule, self.together

    def fault(self) -> Fault:
        return Fault(
            detail=self.message,
            row=self.row,
            sheet=self.sheet,
            column=self.column,
            value=self.value,
            rule=self.rule,
            suggestion=self.suggestion,
        )


def rejected(problem: RowProblem, code: str) -> Line:
    return Line(
        "rejected",
        problem.rule,
        problem.message,
        problem.row,
        problem.column,
        problem.value,
        code or None,
        problem.suggestion,
        sheet=problem.sheet,
    )


def storable(text: str | None) -> str | None:
    """PostgreSQL keeps no NUL, which a cell may hold that is refused for it."""
    return text and text.replace("\0", "�")


class Spool:
    """Values written one after the other and read back in order; beyond a few megabytes they lie on disk."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the import
        self.count = 0

    def add(self, value: Mapping[str, Any]) -> None:
        self._file.write(orjson.dumps(value) + b"\n")
        self.count += 1

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        return (orjson.loads(line) for line in self._file)

    def close(self) -> None:
        self._file.close()


class Drafts(Spool):
    """The drafts of an import, in the order in which they are to be entered."""

    def add_draft(self, draft: Draft) -> None:
        self.add(
            {
                "object": draft.kind.name,
                "change": draft.change,
                "code": draft.code,
                "content": draft.content,
                "effective_on": draft.effective_on,
                "until": draft.until,
                "division_code": draft.division_code,
            }
        )

    def drafts(self) -> Iterator[Draft]:
        for each in self:
            kind = OBJECT_TYPES[each["object"]]
            until = date.fromisoformat(each["until"]) if each["until"] else None
            content = revived(kind, each["content"])
            start = date.fromisoformat(each["effective_on"])
            yield Draft(kind, each["change"], each["code"], content, start, until, each["division_code"])


class Lines(Spool):
    """The problem list of an import, with its rules counted."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: Counter[RuleKey] = Counter()
        self.first: dict[RuleKey, list[Line]] = {}

    def add_line(self, line: Line, times: int = 1) -> None:
        self.rules[line.key] += times
        first = self.first.setdefault(line.key, [])
        if len(first) < SHOWN:
            first.append(line)
        message = line.message
        self.add(
            {
                "severity": line.severity,
                "sheet": line.sheet,
                "row": line.row,
                "column": line.column,
                "value": storable(line.value),
                "code": line.code,
                "rule": line.rule,
                "message_zh": storable(message.zh),
                "message_en": storable(message.en),
                "suggestion": line.suggestion,
            }
        )

    def summary(self, *severities: Severity) -> list[dict[str, object]]:
        """Each rule with how often it was broken and the first places."""
        return [self._told(key) for key in self.rules if key[0] in severities]

    def _told(self, key: RuleKey) -> dict[str, object]:
        severity, rule, _ = key
        count, first = self.rules[key], self.first[key]
        message = _of_all(first[0], count)
        return {
            "rule": rule,
            "severity": severity,
            "count": count,
            "message": message.zh,
            "message_en": message.en,
            "codes": [line.code for line in first if line.row],
        }


def _of_all(first: Line, count: int) -> Message:
    """What is said of all lines of a rule: their common sentence, or the first as an example."""
    if first.together:
        return Message(*(text.replace("{count}", str(count)) for text in first.together))
    if first.severity != "rejected":
        return first.message
    at_zh, at_en = (f"“{first.column}”列", f", {first.column}") if first.column else ("", "")
    where = f"工作表“{first.sheet}”" if first.sheet else ""
    zh = f"例如{where}第 {first.row} 行{at_zh}：{first.message.zh}"
    return Message(zh, f"For example row {first.row}{at_en}: {first.message.en}")


@dataclass(slots=True)
class Findings:
    """What was found in a file: how many rows of each outcome, the drafts, the problem list, what each row would do."""

    counts: Counter[str] = field(default_factory=Counter)
    drafts: Drafts = field(default_factory=Drafts)
    lines: Lines = field(default_factory=Lines)
    rows: Spool = field(default_factory=Spool)
    departments: list[Draft] = field(default_factory=list)
    absent: int = 0

    def close(self) -> None:
        self.drafts.close()
        self.lines.close()
        self.rows.close()
