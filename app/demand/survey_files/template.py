"""A workbook to fill in for a survey: its questions as columns, or the columns of demands."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import IO, Final, NamedTuple

from app.catalogue.code_lists import labels
from app.catalogue.export_params import MEDIA_TYPES
from app.catalogue.workbook.columns import TEXT, TITLE
from app.catalogue.workbook.layout import HELP
from app.db import Database
from app.demand.survey_files.columns import ATTRIBUTES
from app.demand.survey_files.headers import Headers, Meant
from app.demand.survey_files.personal import is_personal
from app.demand.survey_files.reading import SHEETS, Kind
from app.demand.surveys.design import Design
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import ATTRIBUTE_NAMES, CODED, Attribute, Part, Questionnaire, SurveyQuestion
from app.demand.surveys.wording import LONGEST
from app.downloads import Download, Spooled
from app.files.rows import Limits
from app.files.workbook_writing import write_workbook
from app.files.worksheets import Column, Sheet, Validation, absolute, inline

CHOICES_SHEET: Final = "选项"
MARKS: Final = ("是",)
LABELS: Final = {each.name: each.label or each.name for each in ATTRIBUTES}
NARROW, USUAL, WIDE = 14, 24, 48
HELP_COLUMNS: Final = (Column("列名", 40), Column("题目", 60), Column("怎样填", 72))
NOTES: Final = {
    "responses": (
        "一行是一家企业的一份答卷。问卷编号由调查的人来编，不要写企业或人的名称。",
        "没有回答的空着，不要写 0 或 无。",
        "不要加姓名、电话、企业名称等列：调查不收，导入时也不读。",
        "请不要改列名，不要合并单元格。填好后存成 xlsx，原样上传。",
    ),
    "demands": (
        "一行是一条诉求：照企业的原话写，一条里不要写几件事。",
        "几家企业提了同一条的，企业数写几；不写就是 1。",
        "知道是哪份答卷的，写上问卷编号：再导入时认得出来，不会重复。",
        "请不要改列名，不要合并单元格。填好后存成 xlsx，原样上传。",
    ),
}


class Asked(NamedTuple):
    """A column of the workbook: its header, what it is about, how it is filled; `choices` are offered, or all there is."""

    header: str
    about: str
    how: str
    choices: Sequence[str] = ()
    is_strict: bool = True
    is_number: bool = False
    is_required: bool = False
    width: int = USUAL


def template(database: Database, held: Survey, kind: Kind) -> Download:
    """The workbook as an answer."""
    return Download(
        lambda: Spooled.written(partial(write_template, held=held, kind=kind)),
        database.downloads,
        media_type=MEDIA_TYPES["xlsx"],
        name=f"{SHEETS[kind]}模板-{held.row.title[:60]}.xlsx",
        plain_name=f"survey-{held.id}-{kind}.xlsx",
    )


def write_template(file: IO[bytes], held: Survey, kind: Kind) -> None:
    asked = of_responses(held) if kind == "responses" else of_demands(held.questionnaire)
    lists = dict.fromkeys(each.choices for each in asked if each.choices and inline(each.choices) is None)
    named = {choices: f"choices_{place}" for place, choices in enumerate(lists, 1)}
    sheets = [Sheet(SHEETS[kind], [_column(each, named) for each in asked], frozen=1), _help(asked, NOTES[kind])]
    if named:
        sheets.append(_choices(list(named)))
    ranges = {
        name: absolute(CHOICES_SHEET, place, 2, place, 1 + len(choices))
        for place, (choices, name) in enumerate(named.items(), 1)
    }
    write_workbook(file, sheets, ranges)


def of_responses(held: Survey) -> list[Asked]:
    """The response itself, the enterprise, then the questions in order."""
    questionnaire, strata = held.questionnaire, tuple(each.label for each in held.design.strata)
    number = Asked("问卷编号", "这份答卷的编号", "字母、数字、点、横线、下划线", is_required=True)
    layer = [Asked("层", "抽样的哪一层", "从下拉列表中选；空着就按企业的情况放", strata)] if strata else []
    day = Asked("填写日期", "答卷的日期", "日期，如 2020-12-08", width=NARROW)
    enterprise = [_attribute(questionnaire, held.design, name) for name in ATTRIBUTE_NAMES]
    headers = Headers(questionnaire)
    answers = [each for question in questionnaire.questions for each in _question(headers, question, spread=True)]
    if len(answers) > Limits().columns - 2 * len(ATTRIBUTES):
        answers = [each for question in questionnaire.questions for each in _question(headers, question, spread=False)]
    return [number, *layer, day, *enterprise, *answers]


def of_demands(questionnaire: Questionnaire) -> list[Asked]:
    words = tuple(each.key for each in questionnaire.asked.values() if each.kind == "text" and not each.attribute)
    return [
        Asked("诉求", "要办什么、要什么服务", f"文字，最多 {LONGEST} 个字", is_required=True, width=WIDE),
        Asked("企业数", "提出它的企业数", "整数，空着是 1", is_number=True, width=NARROW),
        Asked("题", "来自问卷的哪一题", "题的名称，可以空着", words, width=NARROW),
        Asked("问卷编号", "来自哪份答卷", "答卷的编号，不知道就空着"),
    ]


def _attribute(questionnaire: Questionnaire, design: Design, name: Attribute) -> Asked:
    part, label = questionnaire.attributes.get(name), LABELS[name]
    about = part.text if part else label
    if name == "industry":
        return Asked(label, about, "GB/T 4754 的门类（C）、大类（C13、13）或更细的代码（1311），或名称")
    coded = tuple(labels(CODED[name]).values()) if name in CODED else tuple(design.zones)
    choices = tuple(each.label for each in part.options) if part and part.options else coded
    return Asked(label, about, "从下拉列表中选一个" if choices else "文字", choices, width=NARROW)


def _question(headers: Headers, question: SurveyQuestion, *, spread: bool) -> Iterator[Asked]:
    for part in question.asked:
        if part.attribute:
            continue
        if part.kind == "multiple" and spread:
            yield from _options(headers, question, part)
        else:
            yield _whole(headers, question, part)


def _whole(headers: Headers, question: SurveyQuestion, part: Part) -> Asked:
    number = question.number or question.key
    written = f"{number}、{part.text}" if part is question else f"{number}({part.text})"
    header, about = _header(headers, Meant(part), written), headers.questionnaire.headed(part.key)
    if part.kind == "single":
        is_open = any(each.open for each in part.options)
        how = f"从下拉列表中选一个{'；选了可以再写的，写成“其他：…”' if is_open else ''}"
        return Asked(header, about, how, tuple(each.label for each in part.options), is_strict=not is_open)
    if part.kind == "multiple":
        most = f"，最多 {part.most} 个" if part.most else ""
        return Asked(header, about, f"选项的代码，几个用顿号分开{most}：{_listed(part)}", width=WIDE)
    if part.kind == "number":
        return Asked(header, about, f"数字{f'，单位 {part.unit}' if part.unit else ''}", is_number=True)
    return Asked(header, about, f"文字，最多 {LONGEST} 个字", width=WIDE)


def _options(headers: Headers, question: SurveyQuestion, part: Part) -> Iterator[Asked]:
    number = question.number or question.key
    head = number if part is question else part.key
    most = f"；这一题最多选 {part.most} 项" if part.most else ""
    for option in part.options:
        header = _header(headers, Meant(part, option), f"{head}({option.label})")
        about = f"{headers.questionnaire.headed(part.key)}：{option.label}"
        how = "选了写 是，没选空着" + ("；也可以直接写是什么" if option.open else "")
        yield Asked(header, about, how + most, MARKS, is_strict=not option.open, width=NARROW)


def _header(headers: Headers, meant: Meant, written: str) -> str:
    """As people read it, if that is understood again; else the name of the field."""
    found = headers.meant(written)
    return written if found == meant and not is_personal(written) else meant.field


def _listed(part: Part) -> str:
    return "、".join(f"{each.code} {each.label}" for each in part.options)


def _column(asked: Asked, named: Mapping[Sequence[str], str]) -> Column:
    choices = (inline(asked.choices) or named[asked.choices]) if asked.choices else None
    validation = Validation(
        title=asked.header[:TITLE],
        prompt=f"{asked.about}。{asked.how}。"[:TEXT],
        error=f"请{asked.how}。"[:TEXT] if asked.choices and asked.is_strict else None,
        choices=choices,
    )
    return Column(asked.header, asked.width, asked.is_number, asked.is_required, validation)


def _help(asked: Sequence[Asked], notes: Sequence[str]) -> Sheet:
    rows: list[tuple[str, str | None, str]] = [("全部", None, note) for note in notes]
    rows += [(each.header, each.about, each.how) for each in asked]
    return Sheet(HELP, HELP_COLUMNS, [list(zip(*rows, strict=True))], frozen=1)


def _choices(lists: Sequence[Sequence[str]]) -> Sheet:
    """What drop-downs offer that has no room in them."""
    columns = [Column(f"{CHOICES_SHEET}{place}", USUAL) for place in range(1, len(lists) + 1)]
    return Sheet(CHOICES_SHEET, columns, [list(zip(*zip_longest(*lists), strict=True))], visibility="hidden")
