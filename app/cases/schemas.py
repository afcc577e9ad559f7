"""Reports of cases as they go over the wire. These models describe; answers are written from rows."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, create_model

from app.cases.elements import COUNTS, ELEMENTS
from app.patterns import LINES
from app.schema import Body

CaseCountsOut: type[BaseModel] = create_model(
    "CaseCountsOut",
    __doc__="Counts of cases; null is not stated.",
    **{name: (Annotated[int | None, Field(description=ELEMENTS[name].described)], ...) for name in COUNTS},  # type: ignore[call-overload]
)


class CaseProblem(BaseModel):
    """What is wrong with a row, numbered as the spreadsheet shows it (header = 1)."""

    row: int
    column: str | None
    value: str | None
    rule: str
    message: str
    suggestion: str | None


class CaseRuleCount(BaseModel):
    """A rule, and how often it was broken."""

    rule: str
    count: int


class CaseSummary(BaseModel):
    """What a file comes to."""

    rows: Annotated[int, Field(description="文件的行数")]
    added: Annotated[int, Field(description="新报的条数")]
    restated: Annotated[int, Field(description="重报的条数：同一事项、月份、渠道以前报过别的数")]
    unchanged: Annotated[
        int,
        Field(description="与已报的相同的条数：文件里没有新报和重报的，什么都不写入；有的，一起写入，算这次又报了一遍"),
    ]
    rejected: Annotated[int, Field(description="有问题的行数")]
    empty_rows: Annotated[
        int, Field(description="没有填一种件数的行，如模板里没有动过的：不算有问题，不写入，也不改已报的数")
    ]
    months: Annotated[list[str], Field(description="新报和重报各条的月份；撤销的为不再算数各条的")]
    sums: Annotated[CaseCountsOut, Field(description="新报和重报各条的合计；撤销的为恢复各条的")]  # type: ignore[valid-type]
    rules: Annotated[list[CaseRuleCount], Field(description="违反了哪些规则，各几次")]


class CaseImportOut(CaseSummary):
    """A report that was taken in, or the undoing of one: it read no file, so its `rows` and the like are 0."""

    id: int
    file_name: Annotated[str, Field(description="文件名；撤销的为被撤销那次的")]
    reason: Annotated[str | None, Field(description="重报或撤销的原因")]
    by: str
    at: str
    revision: Annotated[int, Field(description="从目录的第几版起算数")]
    undoes: Annotated[int | None, Field(description="撤销了第几次报送；不是撤销的为空")]
    undone_by: Annotated[int | None, Field(description="被第几次记录撤销；没有撤销的为空")]
    withdrawn: Annotated[int | None, Field(description="撤销的：不再算数的条数；不是撤销的为空")]
    restored: Annotated[int | None, Field(description="撤销的：恢复算数的条数；不是撤销的为空")]
    url: str
    records_url: Annotated[str, Field(description="正好这次写入的各条")]
    reports_url: Annotated[
        str | None, Field(description="引用了这些月份办件数的报告：写入以后，现在的数可能与它们不同；没有变的月份为空")
    ]


class CaseUndo(Body):
    """Why a report is undone."""

    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=LINES),
        Field(description="撤销的原因"),
    ]


class CaseRestatement(BaseModel):
    """A row that says otherwise than what was reported before: the counts that differ."""

    row: int
    code: str
    month: str
    channel: str
    business_kind: str | None
    replaces: Annotated[int, Field(description="取代几条已报的；整个事项取代各业务类别时不止一条")]
    before: Annotated[dict[str, int | None], Field(description="以前报的数（几条的为合计）")]
    after: Annotated[dict[str, int | None], Field(description="写入后的数")]
    becomes_unstated: Annotated[list[str], Field(description="以前报过、现在成了没有填的")]


class CaseBeside(BaseModel):
    """A new kind of business of a slot in which others stand: they go on counting beside it."""

    row: int
    code: str
    month: str
    channel: str
    business_kind: str
    standing: Annotated[dict[str, int], Field(description="已报的各类别及其受理件数，仍然算数")]


class CaseWarning(BaseModel):
    """What deserves a look and keeps no row out: names of other items, hidden rows and columns, sheets not read."""

    rule: str
    count: Annotated[int, Field(description="多少行、多少列或多少张工作表")]
    message: Annotated[str, Field(description="要核对什么；几处的以第一处为例")]
    rows: Annotated[list[int], Field(description="哪些行，最多列出前 20 行；说的不是行的为空")]


class CaseImportResult(CaseSummary):
    """What a file would do, or did."""

    status: Annotated[
        Literal["checked", "unchanged", "recorded"],
        Field(description="checked 只检查；unchanged 与已报的相同，没有写入；recorded 已写入"),
    ]
    problem_count: int
    problems: Annotated[list[CaseProblem], Field(description="按行排列的问题，最多列出前 1000 处")]
    reports_url: Annotated[
        str | None, Field(description="引用了这些月份办件数的报告：写入以后，现在的数可能与它们不同；没有变的月份为空")
    ]
    warnings: Annotated[list[CaseWarning], Field(description="请核对的，不妨碍写入：按规则合计")]
    needs_reason: Annotated[bool, Field(description="有重报的，或在已报的类别旁新增类别的，写入时必须写 reason")]
    restatements: Annotated[list[CaseRestatement], Field(description="重报的各条，最多列出前 1000 条")]
    beside: Annotated[
        list[CaseBeside],
        Field(description="新增的类别，而文件没有提到的其他类别仍然算数：换了名称会重复计数；最多列出前 1000 条"),
    ]
    recorded: Annotated[CaseImportOut | None, Field(description="写入后的记录；没有写入为空")]


class CaseImportPage(BaseModel):
    """Reports, the newest first."""

    items: list[CaseImportOut]
    total: int
    next: str | None


class CaseRecord(CaseCountsOut):  # type: ignore[valid-type,misc]
    """The counts of an item, month and channel as they were reported, and whether they were reported again since."""

    id: int
    code: Annotated[str, Field(description="事项最后的编码")]
    name: str
    month: str
    channel: str
    channel_label: str
    business_kind: Annotated[str | None, Field(description="业务类别；整个事项为空")]
    recorded_in: Annotated[int, Field(description="从目录的第几版起算数")]
    superseded_in: Annotated[
        int | None, Field(description="从第几版起由后来又报的（相同的或更正的）取代，或被撤销；仍算数的为空")
    ]
    reported_at: str
    reported_by: str
    reason: Annotated[str | None, Field(description="那次报送写的重报原因，或撤销的原因")]
    import_url: str
    restores_url: Annotated[str | None, Field(description="撤销后恢复的：原来是哪次报送的；其余为空")]


class CaseRecordPage(BaseModel):
    """What was reported, in the order in which it was."""

    items: list[CaseRecord]
    total: int
    next: str | None


class DepartmentCoverage(BaseModel):
    """How much of its items a department reported of a month."""

    department_code: str
    department_name: Annotated[str | None, Field(description="那一天的名称；没有登记的为空")]
    item_count: Annotated[int, Field(description="那个月最后一天在清单中的事项数")]
    reported_item_count: Annotated[int, Field(description="其中报了这个月的，不论哪个渠道；报 0 件的也是报了")]
    unreported_item_count: Annotated[int, Field(description="其中没有报的：不知道有没有办件，不是零")]
    items_url: Annotated[str, Field(description="这些事项")]
    counts_url: Annotated[str | None, Field(description="报了的，按事项列出；一条都没有报的为空")]
    template_url: Annotated[str, Field(description="预先填好这些事项的工作簿")]


class CaseCoverage(BaseModel):
    """Who has reported a month."""

    month: str
    as_of: Annotated[str, Field(description="那个月的最后一天")]
    known_at: str | None
    revision: int
    note: Annotated[str | None, Field(description="目录还没有内容时的说明")] = None
    department_count: Annotated[int, Field(description="那一天有事项在清单中的部门数")]
    reported_department_count: Annotated[int, Field(description="其中报了的部门数，哪怕只报了一项")]
    values: list[DepartmentCoverage]
