"""Integrated matters as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated
from app.changes.schemas import Stated
from app.lists.bodies import ItemNow

One = bool | None


class Matter(BaseModel):
    """An integrated matter in force on a day, with the six ones (六个一)."""

    code: str
    name: str
    division_code: str
    department_code: Annotated[str, Field(description="牵头部门")]
    department_name: str | None
    document_number: str | None
    member_count: Annotated[int, Field(description="有多少个成员事项")]
    item_count: Annotated[int, Field(description="其中当日在目录里的，即 items_url 的 total")]
    told_once: Annotated[One, Field(description="一次告知；空为未填")]
    one_form: Annotated[One, Field(description="一表申报")]
    one_acceptance: Annotated[One, Field(description="一口受理")]
    one_network: Annotated[One, Field(description="一网审批")]
    one_issuing_window: Annotated[One, Field(description="一窗发证")]
    one_management: Annotated[One, Field(description="一体管理")]
    valid_from: str
    valid_to: str | None
    items_url: str
    url: str


class MatterPage(Dated):
    items: list[Matter]
    total: int
    next: str | None


class MemberOut(BaseModel):
    """A member with what it takes by itself on the day."""

    code: Annotated[str, Field(description="一件事里写的事项编码")]
    name: Annotated[str | None, Field(description="当日的名称；当日不在目录里的，是一件事里写的名称")]
    after: Annotated[list[str], Field(description="要等哪些成员办完")]
    stage: Annotated[int, Field(description="第几批开始：1 一开始就办，同一批并联")]
    item: Annotated[ItemNow | None, Field(description="事项当日的情况；当日不在目录里为空")]
    promised_limit: int | None
    promised_limit_unit: str | None
    promised_limit_unit_label: str | None
    onsite_visits: int | None
    material_count: int | None
    process_step_count: int | None


class MergedMaterial(BaseModel):
    """A material of the merged list."""

    name: str
    necessity: Annotated[str | None, Field(description="各成员中最严的：必要、未填、容缺后补、非必要")]
    necessity_label: str | None
    needed_by: Annotated[list[str], Field(description="哪些成员要它")]


class Reduction(BaseModel):
    """1 − after ÷ before."""

    exact: Annotated[str, Field(description="约分后的精确分数")]
    value: float
    percent: Annotated[float, Field(description="百分数，由精确分数四舍五入到两位小数")]


class Lacking(BaseModel):
    """A member because of which a figure is unknown, or the matter itself."""

    code: Annotated[str, Field(description="成员事项的编码；一件事自己没有填的，是一件事的编码")]
    name: str | None
    reason: str


class BeforeAndAfter(BaseModel):
    """What it takes to handle the members one by one, and as one."""

    before: Annotated[int | None, Field(description="逐个办理的合计；有成员没有填时为空，不按 0 算")]
    after: Annotated[int | None, Field(description="合在一起办的；成员或一件事自己没有填时为空")]
    reduction: Annotated[Reduction | None, Field(description="压缩率；合计为 0 或未知时为空")]
    unknown: Annotated[list[Lacking], Field(description="为什么算不出来：哪些成员没有填，或一件事自己没有填")]


class MatterFigures(BaseModel):
    """Computed from the members on the day; nothing of it is stored."""

    steps: Annotated[BeforeAndAfter, Field(description="环节：合并环节只算一次；没有填合并环节的，之后为空")]
    materials: Annotated[
        BeforeAndAfter, Field(description="材料（份）：之后是合并材料的份数；没有填共享材料的，之后为空")
    ]
    days: Annotated[BeforeAndAfter, Field(description="承诺时限（工作日）：之前依次相加，之后是最长的一条路径")]
    visits: Annotated[
        BeforeAndAfter,
        Field(description="跑动次数：一口受理的，之后取成员中最多的；不是的仍是合计；没有填的，之后为空"),
    ]


class MatterDetail(Matter, Dated):
    note: Annotated[str | None, Field(description="一件事的说明；没有这一日的记录时说明从何时起才有")] = None
    members: Annotated[list[MemberOut], Field(description="按开始的先后")]
    merged_form: str | None
    merged_steps: list[str] | None
    shared_materials: list[str] | None
    merged_materials: Annotated[
        list[MergedMaterial], Field(description="各成员材料按名称合并，减去共享材料；没有填共享材料的，没有减")
    ]
    figures: MatterFigures
    critical_path: Annotated[list[str] | None, Field(description="决定总时限的成员，按先后；时限未知时为空")]


class NewMatter(Stated):
    """An integrated matter by the names or labels of its elements (code, name, division_code, department_code, members,
    merged_form, shared_materials, merged_steps, the six ones, …).
    """
