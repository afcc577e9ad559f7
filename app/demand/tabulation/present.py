"""A table as the API says it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.demand.intervals import CONFIDENCE
from app.demand.shares import share_out
from app.demand.surveys.contradictions import Counts, contradictions
from app.demand.surveys.design import CONDITIONS, Design
from app.demand.surveys.present import path_of
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import Attribute
from app.demand.tabulation import links
from app.demand.tabulation.counting import Chosen, Counted, Group
from app.demand.tabulation.questions import Table
from app.demand.tabulation.rules import FEW
from app.errors import Message

NO_DESIGN = Design.model_validate({})
INTERVAL = {"method": "wilson", "confidence": CONFIDENCE}


def table_out(counted: Counted, *, english: bool) -> dict[str, Any]:
    table = counted.table
    return {
        "survey": survey_out(table.survey),
        "question": _question_out(table),
        "by": table.by,
        "basis": counted.basis,
        "interval": INTERVAL,
        "notes": [note.said(english=english) for note in _notes(counted)],
        "values": [_group_out(counted, group, english=english) for group in counted.groups],
    }


def survey_out(survey: Survey) -> dict[str, object]:
    """Which survey an answer is about."""
    named = {"id": survey.id, "title": survey.row.title, "is_synthetic": survey.row.is_synthetic}
    return {**named, "url": path_of(survey.id)}


def _question_out(table: Table) -> dict[str, object]:
    part, head = table.part, table.head
    return {
        "key": part.key,
        "number": None if head is None else head.number,
        "text": table.text,
        "kind": part.kind,
        "most": part.most,
        "unit": part.unit,
        "attribute": part.attribute,
    }


def _notes(counted: Counted) -> Iterator[Message]:
    table, survey = counted.table, counted.table.survey
    if survey.row.is_synthetic:
        yield Message(
            "这是合成的演示数据，不是真实企业的回答。", "These are synthetic answers, not those of enterprises."
        )
    if table.part.kind == "multiple":
        yield Message(
            "可以选几项：各项占答题企业的比例合计可以超过 100%。",
            "Several options may be chosen: their shares of respondents may add up to more than 100 %.",
        )
    if counted.basis == "responses" and _mixes_strata(survey.design, table.by):
        yield Message(
            "样本是分层抽取的，这里没有按各层的企业数加权，区间按简单随机抽样计算，只是近似；请同时看分组的结果。",
            "The sample is stratified; nothing is weighted here and the intervals are those of simple random sampling.",
        )
    if counted.basis == "published":
        figures = [each for each in table.survey.published if each.question == table.part.key]
        yield from (each.message for each in contradictions(survey.questionnaire, NO_DESIGN, figures, Counts()))


def _mixes_strata(design: Design, by: Attribute | None) -> bool:
    """Whether a group may hold enterprises of several strata, unless each stratum is told by nothing but `by`."""
    return any([name for name in CONDITIONS if getattr(each, name)] != [by] for each in design.strata)


def _group_out(counted: Counted, group: Group, *, english: bool) -> dict[str, object]:
    table, note, is_counted = counted.table, _note(group), counted.basis == "responses"
    return {
        "group": table.group(group.value),
        "responses": group.responses,
        "answered": group.answered,
        "unanswered": group.unanswered,
        "answers": group.answers,
        "options": [_option_out(counted, group, option) for option in group.options],
        "numbers": None if group.spread is None else asdict(group.spread),
        "responses_url": links.of_group(table, group.value) if is_counted else None,
        "answered_url": links.of_answered(table, group.value) if is_counted else None,
        "unanswered_url": links.of_unanswered(table, group.value) if is_counted else None,
        "note": note and note.said(english=english),
    }


def _note(group: Group) -> Message | None:
    if group.answered is None or group.answered >= FEW:
        return None
    if not group.answered:
        return Message("没有企业回答这一题。", "Nobody answered.")
    zh = f"只有 {group.answered} 家企业回答，数字只说明这几家，不能推及其他企业。"
    return Message(zh, f"Only {group.answered} answered: the figures are about them and nobody else.")


def _option_out(counted: Counted, group: Group, option: Chosen) -> dict[str, object]:
    table = counted.table
    of_answers = share_out(option.respondents, group.answers) if table.part.kind == "multiple" else None
    is_counted = counted.basis == "responses"
    return {
        "code": option.code,
        "label": table.options[option.code],
        "respondents": option.respondents,
        "share_of_respondents": _of_respondents(option),
        "share_of_answers": of_answers and of_answers | {"low": None, "high": None},
        "published_percent": option.published,
        "responses_url": links.of_option(table, group.value, option.code) if is_counted else None,
    }


def _of_respondents(option: Chosen) -> Mapping[str, float | int | None]:
    """By the counts; where only the percentage was printed, that."""
    counted = share_out(option.respondents, option.base)
    if counted["value"] is not None or option.published is None:
        return counted
    return counted | {"value": option.published / 100, "percent": option.published}
