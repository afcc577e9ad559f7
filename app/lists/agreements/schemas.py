"""Agreements as they go over the wire. These models describe; answers are written from rows to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated
from app.changes.schemas import Stated
from app.filters.tokens import MAX_LENGTH
from app.lists.agreements.rules import Scope
from app.lists.bodies import ItemNow, PageAsked
from app.patterns import LINES


class AgreementsAsked(PageAsked):
    """Which agreements, on which day."""

    partner: Annotated[str | None, Field(description="对方行政区划代码，正好是它")] = None


class MatrixAsked(AgreementsAsked):
    """Which pairs, on which day."""

    mode: Annotated[str | None, Field(description="通办形式，代码或名称均可；没有填的写 null")] = None
    scope: Annotated[
        Scope | None, Field(description="within_city 市内、within_province 省内跨市、across_provinces 跨省")
    ] = None


class Agreement(BaseModel):
    """An agreement in force on a day."""

    code: str
    name: str
    division_code: str
    division_name: str | None
    partner_division_code: str
    partner_name: Annotated[str | None, Field(description="对方行政区划的名称")]
    department_code: str | None
    scope: Annotated[Scope, Field(description="市内、省内跨市或跨省，按双方区划代码判断")]
    scope_label: str
    mode: Annotated[str | None, Field(description="通办形式；各条另写的以各条为准")]
    mode_label: str | None
    document_number: str | None
    signed_on: str | None
    valid_from: str
    valid_to: str | None
    entry_count: Annotated[int, Field(description="协议里写了多少个事项")]
    item_count: Annotated[int, Field(description="其中当日在目录里的，即 items_url 的 total")]
    items_url: str
    url: str


class AgreementPage(Dated):
    items: list[Agreement]
    total: int
    next: str | None


class AgreementEntryOut(BaseModel):
    """An item of an agreement, on both sides."""

    code: Annotated[str, Field(description="协议里写的编码")]
    name: Annotated[str | None, Field(description="协议里写的名称")]
    item: Annotated[ItemNow | None, Field(description="本方事项当日的情况；当日已不在目录里为空")]
    mode: Annotated[str | None, Field(description="本条的通办形式，没有另写的为协议的")]
    mode_label: str | None
    window: str | None
    delivery: str | None
    partner_code: str | None
    partner_name: str | None
    partner_item: Annotated[ItemNow | None, Field(description="对方事项当日的情况；不在本目录里为空")]
    declared_by_partner: Annotated[
        bool | None,
        Field(
            description="对方与本方的协议里是否也有它：列了对方的那个事项，或写明对应本方这个事项；对方不在本目录里为空"
        ),
    ]


class AgreementDetail(Agreement, Dated):
    note: Annotated[str | None, Field(description="协议的说明；没有这一日的记录时说明从何时起才有")] = None
    filter: Annotated[str | None, Field(description="按条件定稿的：当时的条件")]
    entries: list[AgreementEntryOut]


class Pair(ItemNow):
    """An item with a partner: what is counted as one 项次."""

    partner_division_code: str
    partner_name: str | None
    scope: Scope
    scope_label: str
    mode: str | None
    mode_label: str | None
    agreement: Annotated[str, Field(description="协议编码")]
    agreement_url: str


PAIR = tuple(Pair.model_fields)


class PairsPart(BaseModel):
    """Pairs of one mode or scope, and how many items they are about."""

    label: str
    pairs: int
    items: int
    url: Annotated[str, Field(description="正好这些项次")]


class PairsOfMode(PairsPart):
    mode: str | None


class PairsOfScope(PairsPart):
    scope: Scope


class MatrixTotals(BaseModel):
    """What all pairs come to."""

    agreements: Annotated[int, Field(description="有多少份协议")]
    partners: Annotated[int, Field(description="有多少个伙伴（对方行政区划）")]
    items: Annotated[int, Field(description="有多少个事项，即 items_url 的 total")]
    pairs: Annotated[int, Field(description="有多少项次，即各页的行数合计")]
    definition: Annotated[str, Field(description="项次怎样算，为什么不是占比")]
    items_url: Annotated[str | None, Field(description="这些事项；按形式或范围筛选时为空，见各行的 url")]
    agreements_url: Annotated[
        str | None,
        Field(description="这些协议（没有事项在目录里的也列出）；按形式或范围筛选时为空，见各行的 agreement_url"),
    ]
    by_mode: list[PairsOfMode]
    by_scope: list[PairsOfScope]


class Matrix(Dated):
    """A page of pairs, and what all pairs come to."""

    items: list[Pair]
    total: int
    next: str | None
    totals: MatrixTotals


class NewAgreement(Stated):
    """An agreement by the names or labels of its elements (code, name, division_code, partner_division_code, mode,
    document_number, signed_on, …); its items enumerated in `entries`, or those that `filter` finds.
    """

    filter: Annotated[
        str | None,
        Field(
            description="CQL2 条件：生效那天本区划符合的事项写成条目，以后不再变。与 entries 只写一个",
            min_length=1,
            max_length=MAX_LENGTH,
            pattern=LINES,
        ),
    ] = None
