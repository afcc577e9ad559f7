"""What people do with responses: take them in, correct one, make what was written unreadable."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, update

from app.access.passwords import hashed
from app.access.rules import Caller
from app.audit.log import Deed, record
from app.db import Record, wiping
from app.demand.surveys import response_queries as queries
from app.demand.surveys.answers import answers_out, redacted_in
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.models import answer, response
from app.demand.surveys.queries import Survey, get_survey
from app.demand.surveys.questions import repeated
from app.demand.surveys.rederiving import rederive
from app.demand.surveys.refusing import ResponseExists, ResponsesRefused, refuse_personal, refused
from app.demand.surveys.responding import Response, Stated, read_response
from app.demand.surveys.service import about
from app.demand.surveys.taking import Into, answer_rows, take_responses
from app.errors import Conflict, Malformed, Message, PreconditionFailed, PreconditionRequired, fault
from app.validators import ANY, digest, versions_named


class ResponseChanged(PreconditionFailed):
    slug, title = "response-changed", Message("答卷已被别人改过", "The response was changed meanwhile")


class NothingWritten(Conflict):
    slug, title = "nothing-to-redact", Message("没有可隐去的内容", "There is nothing to redact")


def add(
    connection: Connection, number: int, stated: Sequence[Stated], *, by: Caller, now: datetime, listed: bool = True
) -> tuple[int, int]:
    """How many responses and demands were taken in. Faults are told at their place in the list, if it is one.

    Raises SurveyNotFound, ResponsesRefused or ResponseExists; then nothing was written.
    """
    held = get_survey(connection, number)
    read = [read_response(held.questionnaire, held.design, each) for each in stated]
    wrong = [each.below(place) for place, (_, misfits) in enumerate(read) for each in misfits]
    wrong += _twice([each.number for each in stated])
    _refuse(ResponsesRefused, wrong, listed=listed)
    taken = queries.response_ids(connection, number, (each.number for each in stated))
    _refuse(ResponseExists, list(_taken(stated, taken)), listed=listed)
    demands = take_responses(connection, Into(number), held.questionnaire, [each for each, _ in read])
    told = {"responses": len(read), "demands": demands}
    record(connection, by, Deed("survey.respond", about(number)), now, **told)
    return len(read), demands


def correct(
    connection: Connection, number: int, stated: Stated, if_match: str | None, *, by: Caller, now: datetime
) -> None:
    """The response says what is stated from now on; the log keeps what changed, and a hash of what it said.

    What was redacted stays so unless the question is answered anew. Raises SurveyNotFound, ResponseNotFound,
    PreconditionRequired, ResponseChanged, ResponsesRefused or DemandInUse.
    """
    held = get_survey(connection, number)
    row = queries.get_response(connection, number, stated.number)
    before = queries.answers_of(connection, [row.id]).get(row.id, [])
    _demand_match(held, row, before, if_match)
    read, wrong = read_response(held.questionnaire, held.design, stated)
    if wrong:
        raise refused(ResponsesRefused, wrong)
    changed = _differences(held, row, before, read)
    if not changed:
        return
    rederive(connection, Into(number), row.id, before, read, held.questionnaire)
    _write(connection, row, before, read)
    kept = hashlib.sha256(orjson.dumps(_said(held, row, before), option=orjson.OPT_SORT_KEYS)).hexdigest()
    told = {"response": stated.number, "changed": changed, "before": kept}
    record(connection, by, Deed("survey.correct-response", about(number)), now, **told)


def redact(
    connection: Connection, number: int, name: str, question: str, reason: str, *, by: Caller, now: datetime
) -> None:
    """What was written in answer to a question is overwritten for good; the log keeps a slow hash of it.

    Raises SurveyNotFound, ResponseNotFound, NothingWritten, Malformed or TooManySignIns.
    """
    get_survey(connection, number)
    row = queries.get_response(connection, number, name)
    answers = queries.answers_of(connection, [row.id]).get(row.id, [])
    texts = sorted({each.text for each in answers if each.question == question and each.text is not None})
    if not texts:
        zh = f"答卷 {name} 的题 {question[:60]} 没有写文字，或者已经隐去。"
        raise NothingWritten(Message(zh, f"Nothing is written in {question[:60]!r} of response {name}."))
    _refuse_repeating(reason, texts)
    refuse_personal(reason)
    kept = hashed(json.dumps(texts, ensure_ascii=False))
    forget_answer(connection, row.id, question)
    told = {"response": name, "question": question, "reason": reason, "hashes": [kept]}
    record(connection, by, Deed("survey.redact-answer", about(number)), now, **told)


def forget_answer(connection: Connection, response_id: int, question: str) -> None:
    """Overwrites what was written; which options were chosen stays."""
    written = (answer.c.response_id == response_id, answer.c.question == question, answer.c.text.is_not(None))
    with wiping(connection):
        connection.execute(update(answer).where(*written).values(text=None, is_redacted=True))


def tag_of(held: Survey, row: Record, answers: Sequence[Record]) -> str:
    """Of all that a response says."""
    return digest(orjson.dumps(_said(held, row, answers), option=orjson.OPT_SORT_KEYS))


def _said(held: Survey, row: Record, answers: Sequence[Record]) -> dict[str, Any]:
    stated = {name: row._mapping[name] for name in ("number", "stratum", "size", "industry", "ownership", "zone")}
    beside = {"answered_on": row.answered_on, "redacted": redacted_in(answers)}
    return {**stated, **beside, "answers": answers_out(held.questionnaire, answers)}


def _refuse(kind: type[ResponsesRefused | ResponseExists], wrong: Sequence[Misfit], *, listed: bool) -> None:
    if wrong:
        raise refused(kind, wrong if listed else [each._replace(at=each.at[1:]) for each in wrong])


def _twice(numbers: Sequence[str]) -> Iterator[Misfit]:
    for place, first in repeated(numbers):
        zh = f"编号 {numbers[place]} 与第 {first + 1} 份的相同；一家企业只有一份答卷"
        found = misfit("repeated", zh, f"the same number as response {first + 1}", numbers[place])
        yield found.below(place, "number")


def _taken(stated: Sequence[Stated], taken: Collection[str]) -> Iterator[Misfit]:
    for place, each in enumerate(stated):
        if each.number in taken:
            zh = f"已有编号为 {each.number} 的答卷；要更正它，请用 PUT"
            yield misfit("response-exists", zh, f"there is a response {each.number} already", each.number).below(
                place, "number"
            )


def _demand_match(held: Survey, row: Record, answers: Sequence[Record], if_match: str | None) -> None:
    path = f"/v1/surveys/{held.id}/responses/{row.number}"
    if if_match is None:
        zh = f"更正答卷要带请求头 If-Match：先取 {path}，把回答里的 ETag 放进去，免得盖掉别人的更正。"
        raise PreconditionRequired(Message(zh, f"A response is corrected with If-Match: read {path} first."))
    if not versions_named(if_match) & {ANY, tag_of(held, row, answers)}:
        zh = f"答卷 {row.number} 已不是 If-Match 里的 {if_match}：别人已经更正过。请重新取 {path} 再改。"
        raise ResponseChanged(Message(zh, f"Response {row.number} was changed meanwhile. Read {path} again."))


def _differences(held: Survey, row: Record, before: Sequence[Record], read: Response) -> list[str]:
    """The names of what is different: columns, and keys of questions."""
    columns = [name for name, value in read.columns.items() if row._mapping[name] != value]
    was, now = _by_question(before), _by_question(read.answers)
    gone = set(redacted_in(before))
    return columns + [
        key for key in held.questionnaire.asked if was.get(key) != now.get(key) and not (key in gone and key not in now)
    ]


def _by_question(answers: Sequence[Any]) -> Mapping[str, list[tuple[str, float | None, str | None]]]:
    found: dict[str, list[tuple[str, float | None, str | None]]] = {}
    for each in answers:
        found.setdefault(each.question, []).append((each.choice, each.number, each.text))
    return {key: sorted(said, key=lambda each: each[0]) for key, said in found.items()}


def _write(connection: Connection, row: Record, before: Sequence[Record], read: Response) -> None:
    """Redacted texts that are not answered anew stay; an option chosen as before keeps that its text was redacted."""
    answered = {each.question for each in read.answers}
    redacted = {(each.question, each.choice) for each in before if each.is_redacted}
    stay = [each.id for each in before if each.is_redacted and not each.choice and each.question not in answered]
    rows = [
        {**values, "is_redacted": values["text"] is None and (values["question"], values["choice"]) in redacted}
        for values in answer_rows(read, row.id)
    ]
    connection.execute(update(response).where(response.c.id == row.id).values(read.columns))
    connection.execute(delete(answer).where(answer.c.response_id == row.id, answer.c.id.not_in(stay)))
    if rows:
        connection.execute(insert(answer), rows)


def _refuse_repeating(reason: str, texts: Sequence[str]) -> None:
    """A reason is kept for good, in the log."""
    if any(text in reason for text in texts if len(text) > 1):
        zh = "原因里写着要隐去的内容，而原因会一直保留。请换个说法，如“写了经办人姓名”。"
        en = "The reason repeats the text that is to go, and reasons are kept. Say it without."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/reason", rule="repeats-the-text")])
