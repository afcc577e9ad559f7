"""What a definition must be before it is taken, and what it should not be."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Column
from sqlalchemy.sql.visitors import iterate

from app.cases.elements import COUNTS
from app.cases.properties import case_filters
from app.catalogue.properties import item_filters
from app.errors import Fault, Malformed, Message, fault
from app.filters import Filters
from app.filters.properties import nearest
from app.metrics.definitions import NEEDED, NOTHING_MORE, OPTIONAL, Basis, Metric, check
from app.metrics.links import room_for
from app.metrics.own import quantities
from app.metrics.own.schemas import KEY, Definition
from app.metrics.rules import Kind

CONDITIONS = ("denominator", "numerator")
QUANTITIES = ("value", "before", "after")
CASES = ("part", "whole")
PARTS = (*CONDITIONS, *QUANTITIES, *CASES)
UNITS: dict[Kind, str | None] = {
    "share": "%", "reduction": "%", "count": "项", "mean": None, "total": None, "case_share": "%", "case_count": "件",
}  # fmt: skip
OWN = "本单位自定义"
PER_CENT = "percent 四舍五入保留两位小数；value 不舍入"
ROUNDING: dict[Kind, str] = {
    "share": PER_CENT,
    "reduction": PER_CENT,
    "count": "整数",
    "mean": "value 不舍入",
    "total": "整数",
    "case_share": PER_CENT,
    "case_count": "整数",
}


class InvalidDefinition(Malformed):
    slug, title = "invalid-definition", Message("指标定义有误", "Invalid definition")


def read(key: str, body: Definition, version: int) -> Metric:
    """The metric that a body defines. Raises InvalidDefinition with all that is wrong and where."""
    form = (*_key_faults(key), *_formula_faults(body), *_unit_faults(body))
    _refuse([*form, *_condition_faults(body), *_quantity_faults(body), *_count_faults(body)])
    metric = Metric(
        key=key,
        definition_version=version,
        kind=body.kind,
        name_zh=body.name_zh,
        name_en=body.name_en,
        basis=basis_of(body),
        unit=body.unit or UNITS[body.kind] or "",
        better=body.better,
        rounding=ROUNDING[body.kind],
        source=body.source or OWN,
        standing=OWN,
        caveats=tuple(body.caveats),
        denominator=body.denominator,
        numerator=body.numerator,
        value=quantities.read(body.value),
        before=quantities.read(body.before),
        after=quantities.read(body.after),
        part=body.part,
        whole=body.whole,
    )
    _refuse(list(_room_faults(metric)))
    check(metric)
    return metric


def basis_of(body: Definition) -> Basis:
    return "cases" if body.kind in ("case_share", "case_count") else "items"


def filters_of(body: Definition) -> Filters:
    """The language of its filters."""
    return case_filters() if basis_of(body) == "cases" else item_filters()


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise InvalidDefinition(faults[0].detail, faults=faults)


def _key_faults(key: str) -> Iterator[Fault]:
    if not re.fullmatch(KEY, key):
        zh = (
            f"key“{key[:70]}”不对：以小写字母开头，只用小写字母、数字和下划线，3 到 64 个字符，如 licence_online_rate。"
        )
        en = f"The key {key[:70]!r} must be 3 to 64 lower-case letters, digits or underscores, a letter first."
        yield fault(zh, en, pointer="/key", value=key[:100], rule="malformed-key")


def _formula_faults(body: Definition) -> Iterator[Fault]:
    needed, more = NEEDED[body.kind], OPTIONAL.get(body.kind, NOTHING_MORE)
    for name in sorted(PARTS):
        given = getattr(body, name) is not None
        if given and name not in needed | more:
            zh = f"{body.kind} 不用 {name}：只要 {'、'.join(sorted(needed))}。请去掉 {name}，或改 kind。"
            en = f"A {body.kind} takes no {name}, only {', '.join(sorted(needed))}."
            yield fault(zh, en, pointer=f"/{name}", rule="misfit")
        elif name in needed and not given:
            zh, en = f"{body.kind} 必须有 {name}。", f"A {body.kind} needs {name}."
            yield fault(zh, en, pointer=f"/{name}", rule="missing")


def _unit_faults(body: Definition) -> Iterator[Fault]:
    usual = UNITS[body.kind]
    if usual == "%" and body.unit not in (None, "%"):
        zh, en = f"{body.kind} 的单位只能是 %，不能是“{body.unit}”。", f"The unit of a {body.kind} is %, nothing else."
        yield fault(zh, en, pointer="/unit", value=body.unit, rule="wrong-unit", suggestion="%")
    if usual is None and body.unit is None:
        yield fault(
            "平均数和总和要写明单位 unit，如 次、份、个工作日。",
            "A mean or a total needs a unit.",
            pointer="/unit",
            rule="missing",
        )


def _condition_faults(body: Definition) -> Iterator[Fault]:
    for name in CONDITIONS:
        text = getattr(body, name)
        if text is None:
            continue
        try:
            condition = filters_of(body).condition(text)
        except Malformed as error:
            yield from (replace(each, parameter=None, pointer=f"/{name}") for each in error.faults)
            continue
        if not any(isinstance(part, Column) for part in iterate(condition)):
            yield _about_nothing(name, text)


def _about_nothing(name: str, text: str) -> Fault:
    shown = text[:60]
    return fault(
        f"条件“{shown}”没有看任何要素：对每个事项都一样（总是成立，或总不成立），算不出指标。"
        "请写出看哪个要素，如 status = '1'。",
        f"The filter {shown!r} looks at no element: it is the same for every item, true for all or for none.",
        pointer=f"/{name}", value=shown, rule="looks-at-nothing",
    )  # fmt: skip


def _room_faults(metric: Metric) -> Iterator[Fault]:
    """Each figure links to its items by the metric's conditions, those of its groups and the asked filter together."""
    if not all(room_for(text, metric.filters) for text in metric.sets.all):
        name = "denominator" if metric.numerator is None else "numerator"
        zh = "条件太长或嵌套太深：数字的链接还要加上分组和查询自己的条件，加上后会超出限制。请缩短，或分成几个指标。"
        en = "The conditions are too long or too deep: links to the items add those of groups and filters to them."
        yield fault(zh, en, pointer=f"/{name}", rule="no-room")


def _count_faults(body: Definition) -> Iterator[Fault]:
    for name in CASES:
        count = getattr(body, name)
        if count is not None and count not in COUNTS:
            near = next(iter(nearest(count, COUNTS)), None)
            zh = f"没有名为“{count[:60]}”的件数。" + (f"是否为 {near}？" if near else f"可用：{'、'.join(COUNTS)}。")
            en = f"There is no count {count[:60]!r}. Known: {', '.join(COUNTS)}."
            yield fault(zh, en, pointer=f"/{name}", value=count[:60], rule="unknown-count", suggestion=near)


def _quantity_faults(body: Definition) -> Iterator[Fault]:
    for name in QUANTITIES:
        said = getattr(body, name)
        if said is not None:
            yield from quantities.faults(said, f"/{name}")
