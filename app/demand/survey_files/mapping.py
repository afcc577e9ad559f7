"""The mapping of a file of answers: as of any file (app/files/mapping), and which questions hold demands.

demands = ["q18"]            # what is written there asks for something: a demand each

[split]
q18 = ["；", "\\n"]           # several demands in one cell

[columns]
"您最想在网上办什么" = "q10.item"
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.demand.survey_files.headers import Headers
from app.demand.surveys.answering import unknown_question
from app.demand.surveys.questions import Questionnaire
from app.errors import Malformed, Message, fault
from app.files.errors import BadMapping
from app.files.mapping import ColumnMapping, mapping_of, read_toml
from app.files.plans import NO_MAPPING

DEMANDS = "demands"
MAX_MAPPING = 2**18  # Bytes.


@dataclass(frozen=True, slots=True)
class SurveyMapping:
    """`demands` are keys of questions in words whose answers are demands; `split` is what separates them, by question."""

    columns: ColumnMapping = NO_MAPPING
    demands: tuple[str, ...] = ()
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_survey_mapping(text: str | None, questionnaire: Questionnaire) -> SurveyMapping:
    """Of a file of responses; a question may be called by its number or its text as well. Raises BadMapping."""
    document, headers = read_toml(text or ""), Headers(questionnaire)
    demands = _demands(document.pop(DEMANDS, []), headers)
    mapping = mapping_of(_renamed(document, lambda name: headers.field(name) or name))
    words = [part for part in questionnaire.asked.values() if part.kind == "text" and not part.attribute]
    split = {part.key: mapping.split[part.key] for part in words if part.key in mapping.split}
    _refuse_split(split, {*demands, *(part.key for part in words if part.asks)})
    rest = {name: separators for name, separators in mapping.split.items() if name not in split}
    return SurveyMapping(replace(mapping, split=rest), demands, split)


def decoded(content: bytes) -> str | None:
    """The text of a mapping, None of nothing. Raises Malformed for one that is too long, or no text."""
    if len(content) > MAX_MAPPING:
        zh, en = "映射超过 256 KB，不像是映射。请核对选的文件。", "The mapping exceeds 256 KB."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/mapping", rule="mapping-too-large")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        zh, en = "映射文件应是 UTF-8 编码的 TOML 文本；请另存为 UTF-8。", "A mapping must be TOML text in UTF-8."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/mapping", rule="bad-encoding")])
    return text if text.strip() else None


def _renamed(document: Mapping[str, Any], field_of: Callable[[str], str]) -> dict[str, Any]:
    """With fields in place of whatever else they are called."""

    def renamed(section: str, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        if section == "columns":
            return {
                header: field_of(name) if isinstance(name, str) and name else name for header, name in content.items()
            }
        return {field_of(name): value for name, value in content.items()}

    return {section: renamed(section, content) for section, content in document.items()}


def _demands(listed: Any, headers: Headers) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        zh, en = 'demands 应是一组题，如 demands = ["q18"]', 'demands must be a list of questions, as ["q18"]'
        raise BadMapping(zh, en, value=DEMANDS)
    return tuple(dict.fromkeys(_in_words(name, headers) for name in listed))


def _in_words(name: str, headers: Headers) -> str:
    meant = headers.meant(name)
    if meant is None:
        wrong = unknown_question(headers.questionnaire, name)
        told = fault(*wrong.message, value=name[:60], rule=wrong.rule, suggestion=wrong.suggestion)
        raise BadMapping(*wrong.message, faults=[told])
    if meant.part.kind != "text" or meant.part.attribute:
        zh = f"demands 里的 {name}（{meant.part.text}）不是用文字回答的题，没有诉求可取"
        raise BadMapping(zh, f"{name} in demands is no question that is answered in words", value=name)
    return meant.part.key


def _refuse_split(split: Mapping[str, object], asking: set[str]) -> None:
    """An answer in words stays whole; what is split are the demands in it."""
    if wrong := next((name for name in split if name not in asking), None):
        told = Message(
            f'[split] 里的 {wrong} 用文字回答，而它的回答不是诉求。要拆成诉求，请加上 demands = ["{wrong}"]',
            f"{wrong} in [split] is answered in words and asks for nothing; add it to demands",
        )
        raise BadMapping(*told, value=wrong)
