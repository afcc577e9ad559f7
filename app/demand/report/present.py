"""The report as it is answered: every figure with its parts, and the address of the demands or items behind it."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from app.demand.report import queries
from app.demand.report.asking import PATH, Subject
from app.demand.report.figures import LINES, REASONS, Cell, Count, Counts, counts_by, reasons_of, shares_of, total_of
from app.demand.report.groups import DIMENSIONS, Key, in_order, shown, written
from app.demand.report.items import asked_items, coverage
from app.demand.report.meaning import MEANING, Meaning, of_enterprises, of_left_out, of_other_surveys, of_several_needs
from app.demand.report.unmet import unmet_demands
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Attribute

Row = dict[str, Any]


def report_out(connection: Connection, subject: Subject, by: Sequence[Attribute], top: int) -> Row:
    """All of it. Of a run that is named it is the same for ever, for the same dates and judgements; where none was, it
    says how many demands the latest one hasn't.
    """
    cells = queries.cells(connection, subject)
    whole = total_of(counts_by(cells, ())[()])
    left_out = queries.left_out(connection, subject) if subject.is_latest else None
    return {
        "survey": _survey(subject),
        **subject.stated,
        "notes": _notes(connection, subject, whole, left_out or 0),
        "tables": [_table(subject, cells, each) for each in crossings(by)],
        "unmet": unmet_demands(connection, subject, whole, top),
        "review": _review(subject, cells),
        "asked_items": asked_items(connection, subject, top),
        "items": coverage(connection, subject),
        "meaning": [_meaning(subject, each) for each in MEANING],
        "demands_not_in_run": left_out,
        "url": subject.address(by=list(by) or None, top=top),
    }


def _notes(connection: Connection, subject: Subject, whole: Count, left_out: int) -> list[str]:
    known, several = queries.respondents(connection, subject), queries.unsplit(connection, subject)
    told = [of_enterprises(*whole, known)] if whole.demands else []
    unsplit = subject.address("/demands", several="true", decided_by="run")
    told += [of_several_needs(several, unsplit)] if several else []
    others, synthetic = queries.judged_elsewhere(connection, subject)
    told += [of_other_surveys(others, synthetic)] if others else []
    told += [of_left_out(left_out)] if left_out else []
    return [*map(subject.said, told), *subject.stated["notes"]]


def _meaning(subject: Subject, meaning: Meaning) -> Row:
    return {"term": subject.said(meaning.term), "text": subject.said(meaning.text)}


def crossings(by: Sequence[Attribute]) -> Iterator[tuple[Attribute, ...]]:
    """All together, then by each dimension that is asked for, or by every one; then by all that are asked for at once."""
    yield ()
    for each in by or DIMENSIONS:
        yield (each,)
    if len(by) > 1:
        yield tuple(by)


def _survey(subject: Subject) -> Row:
    survey = subject.survey.row
    named = {name: getattr(survey, name) for name in ("id", "title", "division_code", "is_synthetic")}
    return {**named, "url": f"{PATH}/{survey.id}"}


def _table(subject: Subject, cells: Sequence[Cell], by: tuple[Attribute, ...]) -> Row:
    counted = counts_by(cells, by)
    keys = in_order(list(counted), by, subject.survey)
    rows = [_group(subject, by, key, counted[key]) for key in keys]
    return {"by": list(by), "label": " × ".join(ATTRIBUTE_NAMES[name] for name in by) or None, "rows": rows}


def _group(subject: Subject, by: tuple[Attribute, ...], key: Key, counts: Counts) -> Row:
    of, whole = {"by": list(by) or None, "group": written(key) or None}, total_of(counts)
    figures = [
        {
            "outcome": line.key,
            "label": subject.said(line.label),
            **shares_of(line, counts, whole),
            "demands_url": subject.address("/demands", **of, outcome=line.key),
        }
        for line in LINES
    ]
    return {
        "group": shown(by, key, subject.survey),
        **counted(whole),
        "figures": figures,
        "demands_url": subject.address("/demands", **of),
    }


def _review(subject: Subject, cells: Sequence[Cell]) -> Row:
    """What is neither met nor unmet, and why."""
    counts = reasons_of(cells)
    reasons = [
        {
            "reason": reason,
            "label": subject.said(REASONS[reason]),
            **counted(count),
            "demands_url": subject.address("/demands", reason=reason),
        }
        for reason, count in counts.items()
    ]
    total = total_of(counts_by(cells, ())[()], ["review"])
    return {**counted(total), "reasons": reasons, "demands_url": subject.address("/demands", outcome="review")}


def counted(count: Count) -> dict[str, int]:
    return count._asdict()
