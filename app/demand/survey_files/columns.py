"""Which column of a file is which question, attribute of the enterprise, or part of a demand. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.demand.survey_files.headers import Headers, Meant
from app.demand.survey_files.mapping import SurveyMapping
from app.demand.survey_files.personal import is_personal, not_read
from app.demand.surveys.questions import Questionnaire
from app.errors import Message, fault
from app.files.errors import BadColumns
from app.files.headers import folded
from app.files.mapping import ColumnMapping
from app.files.plans import Field, Plan, plan
from app.files.remarks import Remark
from app.files.tables import Table

NUMBER = Field("number", ("问卷编号", "答卷编号", "编号", "问卷号", "答卷号"), "问卷编号")
STRATUM = Field("stratum", ("层", "样本层", "分层", "抽样层"), "层")
ANSWERED_ON = Field(
    "answered_on",
    ("填写日期", "答卷日期", "填表日期", "调查日期", "提交日期", "提交答卷时间", "提交时间", "结束答题时间"),
    "填写日期",
)
ATTRIBUTES = (
    Field("size", ("企业规模", "规模"), "企业规模"),
    Field("industry", ("行业代码", "行业", "所属行业", "行业类别", "行业门类"), "行业代码"),
    Field("ownership", ("企业性质", "性质", "所有制", "企业类型"), "企业性质"),
    Field("zone", ("片区", "区域", "园区", "所在片区", "所在区域", "所在园区"), "片区"),
)
OF_RESPONSES = (NUMBER, STRATUM, *ATTRIBUTES, ANSWERED_ON)
TEXT = Field("text", ("诉求", "诉求内容", "诉求原文", "需求", "需求内容", "服务需求", "内容", "意见建议"), "诉求")
WEIGHT = Field("weight", ("企业数", "提出企业数", "企业数量", "家数"), "企业数")
QUESTION = Field("question", ("题", "题号", "来源题", "来自哪一题", "问题"), "题")
OF_DEMANDS = (TEXT, WEIGHT, QUESTION, NUMBER)
SERIAL = "序号"
# What survey tools and clerks write beside the answers.
BESIDE = (
    "所用时间", "答题时长", "填写时长", "开始答题时间", "来源", "来源详情", "总分", "状态", "备注", "调查员", "录入员", "复核人",
)  # fmt: skip
LISTED = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a file feed: `plan` gives raw values by field, `answers` says which field is which answer."""

    plan: Plan
    answers: Mapping[str, Meant]
    remarks: Sequence[Remark] = ()

    def column(self, field: str) -> str | None:
        """As the file calls it."""
        return self.plan.column(field)


def response_columns(table: Table, headers: Headers, mapping: SurveyMapping) -> Columns:
    """Raises BadMapping, NoHeader or BadColumns."""
    named = {**_named(OF_RESPONSES), **{folded(each): name for each in table.headers if (name := headers.field(each))}}
    if NUMBER.name not in _fed(table, named, mapping.columns):
        named[SERIAL] = NUMBER.name
    asked = [Field(each.key, (each.text,)) for each in headers.questionnaire.asked.values() if not each.attribute]
    others = {name for name in (*named.values(), *mapping.columns.fields()) if headers.meant(name)}
    fields = {each.name: each for each in (*OF_RESPONSES, *map(Field, others), *asked)}
    planned = _plan(table, list(fields.values()), named, mapping.columns, BESIDE)
    _demand(planned, NUMBER, "没有它，同一份答卷再导入时认不出来，会重复")
    answers = {
        name: meant for name in planned.fields if name not in _names(OF_RESPONSES) and (meant := headers.meant(name))
    }
    _refuse_both(planned, answers)
    remarks = [*_personal(table), *_serial(planned), *_not_asked(planned, answers, headers.questionnaire)]
    return Columns(planned, answers, remarks)


def demand_columns(table: Table, mapping: ColumnMapping) -> Columns:
    """Raises BadMapping, NoHeader or BadColumns."""
    of_enterprises = [name for each in (*ATTRIBUTES, STRATUM) for name in each.names]
    planned = _plan(table, OF_DEMANDS, _named(OF_DEMANDS), mapping, (*BESIDE, *of_enterprises))
    _demand(planned, TEXT, "一行是一条诉求")
    return Columns(planned, {}, [*_personal(table), *_of_enterprises(planned, set(map(folded, of_enterprises)))])


def expected_names(fields: Sequence[Field], questionnaire: Questionnaire | None = None) -> Collection[str]:
    """Folded names of columns by which the row of headers is known."""
    asked = questionnaire.asked.values() if questionnaire else ()
    return {*_named(fields), *(folded(each.text) for each in asked), *(folded(each.key) for each in asked)}


def _named(fields: Sequence[Field]) -> dict[str, str]:
    return {folded(name): each.name for each in fields for name in (each.name, *each.names)}


def _names(fields: Sequence[Field]) -> set[str]:
    return {each.name for each in fields}


def _fed(table: Table, named: Mapping[str, str], given: ColumnMapping) -> set[str | None]:
    by_header = {**named, **given.columns}
    return {*given.first_filled, *given.constants, *(by_header.get(folded(each)) for each in table.headers)}


def _plan(
    table: Table, fields: Sequence[Field], named: Mapping[str, str], given: ColumnMapping, beside: Sequence[str]
) -> Plan:
    """Columns by what they are called, unless the mapping says otherwise; personal ones whatever it says."""
    personal = {folded(each) for each in table.headers if is_personal(each)}
    firsts = {name: tuple(each for each in keys if each not in personal) for name, keys in given.first_filled.items()}
    columns = {**named, **given.columns, **dict.fromkeys(personal)}
    mapping = replace(given, columns=columns, first_filled=firsts)
    return plan(table.headers, fields, mapping, beside=beside, sheet=table.sheet, others=table.perhaps_meant)


def _demand(planned: Plan, wanted: Field, why: str) -> None:
    if wanted.name not in planned.fields:
        zh = f"文件里没有“{wanted.label}”这一列：{why}。请加上这一列，或在映射里写明哪一列是 {wanted.name}"
        en = f"The file has no column {wanted.name}: add it, or say in a mapping which one it is"
        raise BadColumns(zh, en, faults=[fault(zh, en, column=wanted.label, rule="missing-column")])


def _refuse_both(planned: Plan, answers: Mapping[str, Meant]) -> None:
    """A question is answered in one column, or in one for each option; what is written beside one may have its own."""
    for name, meant in answers.items():
        whole = meant.part.key
        if meant.option is not None and not meant.is_beside and whole in planned.fields:
            zh = f"{whole}（{meant.part.text}）既有一列“{planned.column(whole)}”，又按选项分了列“{planned.column(name)}”；请只留一种"
            en = f"{whole} has a column of its own and one for each option; keep the one or the others"
            raise BadColumns(zh, en, faults=[fault(zh, en, column=planned.column(name), rule="duplicate-column")])


def _personal(table: Table) -> Iterator[Remark]:
    if found := [each for each in table.headers if is_personal(each)]:
        yield not_read(found)


def _serial(planned: Plan) -> Iterator[Remark]:
    if planned.column(NUMBER.name) == SERIAL:
        zh = "文件没有“问卷编号”列，用“序号”作问卷编号：别的文件里同一个序号会被当作同一份答卷。请确认序号不会重排。"
        en = "The serial numbers were taken for the numbers of the responses: make sure that they stay the same."
        yield Remark("serial-as-number", Message(zh, en), value=SERIAL)


def _not_asked(planned: Plan, answers: Mapping[str, Meant], questionnaire: Questionnaire) -> Iterator[Remark]:
    """Nobody answers what the file has no column for."""
    there = {*planned.fields, *(meant.part.key for meant in answers.values())}
    missing = [part for part in questionnaire.asked.values() if (part.attribute or part.key) not in there]
    if missing:
        listed = "、".join(f"{part.key}（{part.text}）" for part in missing[:LISTED])
        more = f" 等 {len(missing)} 题" if len(missing) > LISTED else ""
        zh = f"文件里没有这些题的列：{listed}{more}，都算没有回答。"
        yield Remark("question-without-column", Message(zh, f"{len(missing)} questions have no column."), len(missing))


def _of_enterprises(planned: Plan, names: set[str]) -> Iterator[Remark]:
    if found := [each for each in planned.ignored if folded(each) in names]:
        listed = "”“".join(found)
        zh = f"“{listed}”说的是企业，没有读：请写在答卷里，用“问卷编号”把诉求和答卷连起来。"
        en = f"{', '.join(found)} describe the enterprise and were not read: they belong to its response."
        yield Remark("belongs-to-response", Message(zh, en), len(found), value=listed[:200])
