"""A questionnaire as data: questions of four kinds, with parts where one question asks several things. Pure.

It is checked whole as it is read, from a request as from a shipped file: every fault is told at its place.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from app.catalogue.code_lists import labels
from app.errors import Message
from app.files.cleaning import as_compared
from app.patterns import KEY, LINE, LINES
from app.schema import Body, said

Kind = Literal["single", "multiple", "number", "text"]
Attribute = Literal["size", "industry", "ownership", "zone"]
Measure = Literal["item", "visits", "working_days", "fee", "resubmission", "paper"]

CHOICES: frozenset[Kind] = frozenset({"single", "multiple"})
KIND_NAMES: Mapping[Kind, str] = {"single": "单选", "multiple": "多选", "number": "数字", "text": "文字"}
ATTRIBUTE_KINDS: Mapping[Attribute, Kind] = {
    "size": "single",
    "industry": "text",
    "ownership": "single",
    "zone": "text",
}
ATTRIBUTE_NAMES: Mapping[Attribute, str] = {
    "size": "企业规模",
    "industry": "行业",
    "ownership": "企业性质",
    "zone": "片区",
}
# Whose codes are those of a code list of the service.
CODED: Mapping[Attribute, str] = {"size": "enterprise_size", "ownership": "ownership"}
MEASURE_KINDS: Mapping[Measure, Kind] = {
    "item": "text",
    "visits": "number",
    "working_days": "number",
    "fee": "number",
    "resubmission": "single",
    "paper": "single",
}
# What a question may say of itself, and of which kinds.
ONLY_OF: Mapping[str, frozenset[Kind]] = {
    "options": CHOICES,
    "most": frozenset({"multiple"}),
    "unit": frozenset({"number"}),
    "least": frozenset({"number"}),
    "asks": frozenset({"text"}),
}
OF_WHAT_IS_ANSWERED = ("kind", *ONLY_OF, "attribute", "measures")
FEWEST_OPTIONS = 2

Key = Annotated[str, StringConstraints(pattern=KEY)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=LINE)]
Fault: TypeAlias = InitErrorDetails
B = TypeVar("B", bound=Body)


class Option(Body):
    """An answer to choose. `open`: something may be written beside it. `worse`: experience was worse than promised."""

    code: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=20, pattern=LINE),
        Field(description="代码，如题上的圈码 ① 写成 1"),
    ]
    label: Annotated[Line, Field(description="选项的文字")]
    open: Annotated[bool, Field(description="选了可以再写文字，如“其他____”")] = False
    worse: Annotated[bool, Field(description="选它说明比承诺的差（只在 measures 为 resubmission、paper 的题里）")] = (
        False
    )


class Part(Body):
    """What is answered: by an option, by several up to `most`, by a number, or in words."""

    key: Annotated[Key, Field(description="题的名称，在问卷里唯一", examples=["q8.days"])]
    text: Annotated[Line, Field(description="题目")]
    kind: Annotated[
        Kind | None, Field(description="single 单选、multiple 多选、number 数字、text 文字；分问的题不写")
    ] = None
    options: list[Option] = Field([], description="选项（单选、多选）", max_length=100)
    most: Annotated[int | None, Field(description="最多选几项（多选）", ge=1)] = None
    unit: Annotated[Line | None, Field(description="单位（数字）", max_length=20)] = None
    least: Annotated[float | None, Field(description="最小是多少（数字），不写为 0", allow_inf_nan=False)] = None
    attribute: Annotated[
        Attribute | None, Field(description="问的是答卷企业本身：回答写在答卷的 size、industry、ownership、zone 里")
    ] = None
    measures: Annotated[
        Measure | None,
        Field(
            description="与事项的承诺相比的：item 办的事项、visits 跑了几次、working_days 工作日、fee 费用、"
            "resubmission 重复提交、paper 纸质件"
        ),
    ] = None
    asks: Annotated[bool, Field(description="写在这里的是诉求：导入答卷时成为诉求")] = False

    @property
    def least_number(self) -> float:
        return 0.0 if self.least is None else self.least

    @cached_property
    def by_name(self) -> Mapping[str, Option]:
        """Options by whatever people write for them: ①, 1, the label, ①小微企业."""
        found = {as_compared(each.code): each for each in self.options}
        for each in self.options:
            for name in (each.label, each.code + each.label, f"{each.code}.{each.label}", f"{each.code}、{each.label}"):
                found.setdefault(as_compared(name), each)
        return found

    @model_validator(mode="after")
    def _demand_sense(self) -> Self:
        return checked(self, _of_kind, _of_options, _of_measure)


class SurveyQuestion(Part):
    """A question as it stands in the questionnaire; one with parts has no answer of its own."""

    number: Annotated[Line | None, Field(description="题号", max_length=20)] = None
    parts: list[Part] = Field([], description="一题分几问时的各问", max_length=20)

    @property
    def asked(self) -> list[Part]:
        """What is answered of it."""
        return self.parts or [self]

    @model_validator(mode="after")
    def _demand_parts(self) -> Self:
        return checked(self, _of_parts)


class Questionnaire(Body):
    """The questions as they were asked, in order."""

    key: Annotated[Key, Field(description="问卷的名称", examples=["enterprise-2020"])]
    title: Annotated[Line, Field(description="标题")]
    source: Annotated[str | None, Field(description="出处", max_length=2000, pattern=LINES)] = None
    questions: list[SurveyQuestion] = Field(description="各题", min_length=1, max_length=300)

    @cached_property
    def asked(self) -> Mapping[str, Part]:
        """Everything that is answered, by key, in order: questions without parts, and parts."""
        return {part.key: part for question in self.questions for part in question.asked}

    @property
    def attributes(self) -> Mapping[Attribute, Part]:
        """The questions about the enterprise itself."""
        return {part.attribute: part for part in self.asked.values() if part.attribute}

    def measuring(self, measure: Measure) -> Part | None:
        return next((part for part in self.asked.values() if part.measures == measure), None)

    def headed(self, key: str) -> str:
        """The text of what is answered, behind that of the question it is a part of."""
        head = next(each for each in self.questions if key in (part.key for part in each.asked))
        return head.text if head.key == key else f"{head.text}：{self.asked[key].text}"

    @property
    def kept(self) -> dict[str, Any]:
        """As it is stored and answered: without what says nothing."""
        return self.model_dump(exclude_defaults=True)

    @model_validator(mode="after")
    def _demand_distinct(self) -> Self:
        return checked(self, _of_keys, _of_roles)


def checked(body: B, *checks: Callable[[B], Iterable[Fault]]) -> B:
    """The body itself. Raises ValidationError with all that the checks find."""
    found = [each for check in checks for each in check(body)]
    if found:
        raise ValidationError.from_exception_data(type(body).__name__, found)
    return body


def told(at: tuple[str | int, ...], value: object, rule: str, zh: str, en: str) -> Fault:
    return InitErrorDetails(type=said(rule, Message(zh, en)), loc=at, input=value)


def _of_kind(part: Part) -> Iterator[Fault]:
    if part.kind is None:
        if not getattr(part, "parts", ()):
            yield told(("kind",), None, "missing", "要写明题型，或者分问（parts）", "a kind is needed, or parts")
        return
    for name, kinds in ONLY_OF.items():
        if getattr(part, name) not in (None, False, []) and part.kind not in kinds:
            listed = "、".join(KIND_NAMES[kind] for kind in KIND_NAMES if kind in kinds)
            zh = f"只有{listed}题才写，这一题是{KIND_NAMES[part.kind]}（{part.kind}）"
            yield told((name,), getattr(part, name), "not-of-this-kind", zh, f"not of a question of kind {part.kind}")
    wanted = ATTRIBUTE_KINDS.get(part.attribute) if part.attribute else None
    measured = MEASURE_KINDS.get(part.measures) if part.measures else None
    for name, kind in (("attribute", wanted), ("measures", measured)):
        if kind not in (None, part.kind):
            zh = f"{getattr(part, name)} 的题型应为 {kind}，不是 {part.kind}"
            yield told((name,), getattr(part, name), "wrong-kind", zh, f"this needs a question of kind {kind}")


def _of_options(part: Part) -> Iterator[Fault]:
    if part.kind not in CHOICES:
        return
    if len(part.options) < FEWEST_OPTIONS:
        zh = f"{KIND_NAMES[part.kind]}题至少要有 {FEWEST_OPTIONS} 个选项"
        yield told(("options",), len(part.options), "too-few-options", zh, "at least two options are needed")
    if part.most is not None and part.most > len(part.options) > 0:
        zh = f"最多选 {part.most} 项，却只有 {len(part.options)} 个选项"
        yield told(("most",), part.most, "more-than-options", zh, f"there are only {len(part.options)} options")
    for name in ("code", "label"):
        for place, first in repeated(as_compared(getattr(each, name)) for each in part.options):
            written = getattr(part.options[place], name)
            zh = f"“{written}”与第 {first + 1} 个选项的相同"
            yield told(("options", place, name), written, "repeated", zh, f"the same as that of option {first + 1}")
    yield from _of_codes(part)


def _of_codes(part: Part) -> Iterator[Fault]:
    codes = labels(CODED[part.attribute]) if part.attribute and part.attribute in CODED else {}
    for place, each in enumerate(part.options):
        if part.attribute and each.open:
            zh = "问企业本身的题只记选项，没有地方写文字"
            yield told(("options", place, "open"), True, "not-open", zh, "of the enterprise only the option is kept")
        if codes and each.code not in codes:
            listed = "、".join(f"{code} {label}" for code, label in codes.items())
            zh = f"“{each.code}”不是{ATTRIBUTE_NAMES[part.attribute or 'size']}的代码：{listed}"
            yield told(("options", place, "code"), each.code, "unknown-code", zh, f"one of {', '.join(codes)}")


def _of_measure(part: Part) -> Iterator[Fault]:
    compared = part.measures in ("resubmission", "paper")
    worse = [place for place, each in enumerate(part.options) if each.worse]
    if not compared:
        for place in worse:
            zh = "只有 measures 为 resubmission 或 paper 的题才写哪些选项更差"
            yield told(("options", place, "worse"), True, "not-measured", zh, "the question measures nothing")
    elif part.options and len(worse) in (0, len(part.options)):
        zh = "要写明哪些选项更差（worse），不能都是、也不能都不是"
        yield told(("options",), len(worse), "none-worse", zh, "say which options are worse: some, not all")
    if part.attribute and (part.measures or part.asks):
        zh = "问企业本身的题不能同时是与承诺相比的题，也不是诉求"
        en = "a question about the enterprise measures nothing and asks for nothing"
        yield told(("attribute",), part.attribute, "two-roles", zh, en)


def _of_parts(question: SurveyQuestion) -> Iterator[Fault]:
    if not question.parts:
        return
    for name in OF_WHAT_IS_ANSWERED:
        if getattr(question, name) not in (None, False, []):
            zh = "分问的题自己没有回答，请写在各问（parts）里"
            yield told((name,), getattr(question, name), "not-with-parts", zh, "its parts say this")


def _of_keys(questionnaire: Questionnaire) -> Iterator[Fault]:
    """A question with parts has a key too, which none of the others may have."""
    places: list[tuple[tuple[str | int, ...], str]] = []
    for place, question in enumerate(questionnaire.questions):
        places.append((("questions", place, "key"), question.key))
        places += [(("questions", place, "parts", nth, "key"), part.key) for nth, part in enumerate(question.parts)]
    for nth, _ in repeated(key for _, key in places):
        at, key = places[nth]
        yield told(at, key, "repeated", f"“{key}”已是另一题的名称", f"another question is called {key!r}")


def _of_roles(questionnaire: Questionnaire) -> Iterator[Fault]:
    """What a questionnaire asks once only: each attribute, each measure."""
    for name in ("attribute", "measures"):
        places = [
            (("questions", place, *(("parts", nth) if question.parts else ()), name), getattr(part, name))
            for place, question in enumerate(questionnaire.questions)
            for nth, part in enumerate(question.asked)
            if getattr(part, name)
        ]
        for nth, _ in repeated(role for _, role in places):
            at, role = places[nth]
            yield told(at, role, "repeated", f"{role} 已有另一题在问", f"another question is the one of {role}")


def repeated(names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The places of what was there before, each with the place of the first."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        first = seen.setdefault(name, place)
        if first != place:
            yield place, first
