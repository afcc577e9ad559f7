"""Metrics as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.metrics.definitions import Basis
from app.metrics.rules import Kind

Url = str | None
BaseDay = Annotated[str | None, Field(description="比较日：与哪一天相比；没有给时没有这一项")]


class MetricValue(BaseModel):
    """A figure of one group with its parts; each address leads to exactly as many items as the part says."""

    metric: str
    definition_version: int
    group: Annotated[
        dict[str, str | int | bool | None],
        Field(description="分组要素及其名称：{要素: 代码, 要素_label: 名称}；未填为 null；不分组为空"),
    ]
    numerator: Annotated[int, Field(description="分子；平均数和总和为加起来的数，压缩率为减少的总和")]
    denominator: Annotated[int | None, Field(description="分母，含未填的事项；计数和总和没有分母")]
    unknown: Annotated[
        int,
        Field(description="在范围内、但没有填所需要素的事项数（办件口径为办件数，登记对象口径为不知道是不是的对象数）"),
    ]
    excluded: Annotated[
        int, Field(description="不在这个指标范围内的事项数（办件口径为受理的办件数，登记对象口径为对象数）")
    ]
    item_count: Annotated[int, Field(description="这个数字涉及的事项数；登记对象口径不数事项，为 0")]
    value: Annotated[
        float | None,
        Field(description="未舍入的值；分母为零时、从来没有登记过所数的对象时为空。占比把未填当作否，是下限"),
    ]
    value_max: Annotated[float | None, Field(description="占比的上限：把未填都当作是")]
    percent: Annotated[float | None, Field(description="百分数，由精确分数四舍五入到两位小数")]
    numerator_url: Url
    denominator_url: Url
    unknown_url: Url
    items_url: Url
    note: Annotated[
        str | None,
        Field(description="登记对象口径：从来没有登记过时的说明；办件口径：哪些月份没有报送，或为什么没有值"),
    ] = None


class MetricValues(BaseModel):
    """Figures at one moment, or over the months of a period."""

    as_of: Annotated[str, Field(description="哪一天；办件口径为最后一个月的最后一天")]
    period: Annotated[str | None, Field(description="办件口径：哪些月份，两头都算；事项口径没有这一项")] = None
    known_at: str | None
    revision: int
    base_as_of: BaseDay = None
    note: Annotated[str | None, Field(description="目录还没有内容时的说明")] = None
    additive: Annotated[bool, Field(description="各组相加是否等于总数；按多值要素分组时为 false")]
    values: list[MetricValue]


class Limit(BaseModel):
    """A number that a metric sums; with a unit it is converted to working days, zero being 当场."""

    element: str
    unit: str | None
    working_days: dict[str, int]


class Meaning(BaseModel):
    """What a metric means. The filters are CQL2 over items, as `GET /v1/items?filter=` takes them; of basis `cases` over
    counts of cases, as `GET /v1/case-statistics?filter=` takes them.
    """

    key: str
    computable: Literal[True]
    kind: Annotated[
        Kind,
        Field(
            description="share 占比、count 计数、mean 平均数、reduction 压缩率、total 总和；"
            "case_share 办件之比、case_count 办件数；object_count 登记对象数"
        ),
    ]
    name_zh: str
    name_en: str | None
    formula: str
    basis: Annotated[
        Basis,
        Field(
            description="items 事项口径，按一天（as_of）；cases 办件口径，按月份（period）；objects 登记对象口径，数窗口、部门、"
            "批次等，按一天（as_of），不能分组和过滤。办件口径不与另两种混用"
        ),
    ]
    definition_version: int
    denominator: Annotated[str | None, Field(description="分母条件：指标说的是哪些事项")]
    numerator: Annotated[str | None, Field(description="分子条件")]
    value: Annotated[Limit | None, Field(description="求平均或总和的要素")]
    before: Annotated[Limit | None, Field(description="压缩前")]
    after: Annotated[Limit | None, Field(description="压缩后")]
    part: Annotated[str | None, Field(description="办件口径：分子是哪种件数之和")]
    whole: Annotated[str | None, Field(description="办件口径：分母是哪种件数之和；办件数没有分母")]
    counted: Annotated[str | None, Field(description="登记对象口径：数的是什么")]
    unit: str
    better: Annotated[Literal["up", "down", "context"], Field(description="越高越好、越低越好、视情况")]
    rounding: str
    source: str
    standing: Annotated[str, Field(description="公式核实到什么程度")]
    caveats: list[str]
    needs_base: Annotated[bool, Field(description="比较两个日期：请求时要用 base_as_of 写明较早的那一天")]
    values_url: Annotated[
        str | None, Field(description="今天的数值；比较两个日期的要先定比较日，办件口径的要写 period：为空")
    ]


class Record(BaseModel):
    """Since when a definition holds, and who recorded it."""

    released: Annotated[bool, Field(description="随软件发布的；否则是本单位自定义的")]
    withdrawn: Annotated[bool, Field(description="已停用：按停用以前所知仍可计算")]
    recorded_in: Annotated[int, Field(description="从目录的第几版起有效；0 为一直有效")]
    recorded_at: str | None
    recorded_by: Annotated[str | None, Field(description="由谁记录；shixiang 为随软件发布")]


RECORD = tuple(Record.model_fields)


class MetricDefinition(Meaning, Record):
    """What a metric means. The filters are CQL2 over items, as `GET /v1/items?filter=` takes them."""


class DefinitionVersion(Record):
    """One version of a definition."""

    version: int
    definition: Meaning


class MetricHistory(MetricDefinition):
    """The last version of a definition, and all versions, the first one first."""

    versions: list[DefinitionVersion]


class WaitingMetric(BaseModel):
    """An indicator of the field that can't be computed: why, and what it waits for."""

    key: str
    computable: Literal[False]
    name_zh: str
    name_en: str
    basis: str
    numerator: str
    denominator: str | None
    unit: str
    better: Literal["up", "down", "context"]
    source: str
    standing: str
    reason: Annotated[str, Field(description="为什么算不出来")]
    waits_for: Annotated[str, Field(description="需要什么才能算")]


class Metrics(BaseModel):
    """The definitions in force at a revision, and what the catalogue can't compute."""

    known_at: str | None
    revision: int
    items: list[MetricDefinition]
    total: int
    not_computable: list[WaitingMetric]
