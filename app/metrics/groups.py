"""What figures may be grouped by, what each group is called, and the CQL2 that picks its items."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, case, func, select

from app.cases.models import case_count
from app.cases.properties import case_filters
from app.cases.queries import items_then
from app.catalogue.divisions import division_names
from app.catalogue.moments import Moment
from app.catalogue.objects import AGREEMENT, DEPARTMENT, INTEGRATED_MATTER, ITEM, LIST, TRANSFER, ObjectType
from app.catalogue.properties import item_filters
from app.catalogue.versions import versions
from app.catalogue.virtual import LIST_ELEMENTS
from app.errors import Fault, Malformed, Message, fault
from app.filters import Kind, Property, quoted
from app.filters.properties import nearest
from app.metrics.definitions import Basis, Metric
from app.metrics.repeats import not_repeated

Key: TypeAlias = str | int | bool | None
Names: TypeAlias = Callable[[Key], str | None]

MOST = 3
USUAL = "department_code、division、province、prefecture、county、task_type、status、is_online、online_depths、service_objects"
USUAL_OF_CASES = "month、channel、business_kind、department、item、task_type"
NONE = ""  # The group of a multi-valued element that states none: `[]`, which is not the same as not stated.
NOT_STATED, NOTHING, NO_SUCH_LIST, WHOLE_ITEM = "未填", "无", "本区划没有这类清单", "整个事项"


class UnknownGroup(Malformed):
    slug, title = "unknown-group", Message("不能这样分组", "Can't be grouped by this")


class SumsRepeat(Malformed):
    slug, title = "sums-repeat", Message("合计不能这样分组", "A sum can't be grouped by this")


class TooManyGroups(Malformed):
    slug, title = "too-many-groups", Message("分组太多", "Too many groups")


@dataclass(frozen=True, eq=False)
class Dimension:
    """One thing to group by. `condition` is CQL2 for a group that has a key, `no_key` for the one that has none."""

    name: str
    label: str
    column: ColumnElement[Any]
    condition: Callable[[Key], str]
    names: Callable[[Connection, Moment], Names]
    no_key: str
    no_key_label: str = NOT_STATED
    multi_valued: bool = False

    def text(self, key: Key) -> str:
        return self.no_key if key is None else self.condition(key)

    def keys(self, stored: Any) -> Sequence[Key]:
        """The groups that a stored value belongs to."""
        if self.multi_valued:
            return (None,) if stored is None else stored or (NONE,)
        return (stored,)

    def labels(self, connection: Connection, moment: Moment) -> Names:
        """What the groups are called on the day."""
        names = self.names(connection, moment)
        return lambda key: self.no_key_label if key is None else names(key)


def _always(names: Names) -> Callable[[Connection, Moment], Names]:
    return lambda _connection, _moment: names


def _looked_up(labels: Mapping[Any, str]) -> Names:
    return labels.get


def _single(declared: Property, written: Callable[[Key], str], names: Names) -> Dimension:
    name = declared.name
    return Dimension(
        name=name,
        label=declared.label,
        column=declared.column,
        condition=lambda key: f"{name} = {written(key)}",
        names=_always(names),
        no_key=f"{name} IS NULL",
    )


def _code(declared: Property) -> Dimension:
    return _single(declared, quoted, _looked_up(declared.codes or {}))


def _flag(declared: Property) -> Dimension:
    return _single(declared, lambda key: str(key).lower(), _looked_up({True: "是", False: "否"}))


def _number(declared: Property) -> Dimension:
    return _single(declared, str, str)


def _written(declared: Property) -> Dimension:
    return _single(declared, quoted, str)


def _codes(declared: Property) -> Dimension:
    name = declared.name

    def condition(key: Key) -> str:
        return f"A_CONTAINS({name}, ({quoted(key)}))" if key != NONE else f"A_EQUALS({name}, ())"

    labels = {**(declared.codes or {}), NONE: NOTHING}
    return replace(_code(declared), condition=condition, names=_always(_looked_up(labels)), multi_valued=True)


FORMS: Mapping[Kind, Callable[[Property], Dimension]] = {
    "code": _code,
    "flag": _flag,
    "number": _number,
    "codes": _codes,
}


def _names_of(kind: ObjectType) -> Callable[[Connection, Moment], Names]:
    """What objects of a kind are called on the day; those that are none of them are called nothing."""
    columns = kind.table.c

    def names(connection: Connection, moment: Moment) -> Names:
        named = connection.execute(versions(kind, moment, [columns.code, columns.name])).all()
        return _looked_up({NONE: NOTHING, **dict(named)})

    return names


def _division_names(connection: Connection, moment: Moment) -> Names:
    return _looked_up(division_names(connection, moment))


def _item_names(connection: Connection, moment: Moment) -> Names:
    """What the items that have cases in the months were called last by the day, as known at the moment."""
    months = [str(each) for each in moment.period or ()]
    ids = connection.execute(select(case_count.c.item_id).where(case_count.c.month.in_(months)).distinct()).scalars()
    return _looked_up({number: row.name for number, row in items_then(connection, ids, moment).items()})


def _partner_names(connection: Connection, moment: Moment) -> Names:
    return _looked_up({NONE: NOTHING, **division_names(connection, moment)})


def _level(name: str, label: str, digits: int, above: str, own: str) -> Dimension:
    """The division of a level that an item lies in. `above` picks the items of a higher level, `own` names it: they lie in none."""
    code = ITEM.table.c.division_code
    part = func.substr(code, digits - 1, 2)
    return Dimension(
        name=name,
        label=label,
        column=case((part != "00", func.substr(code, 1, digits) + "0" * (6 - digits))),
        condition=lambda key: f"within_division({quoted(key)})",
        names=_division_names,
        no_key=above,
        no_key_label=f"本级（{own}）",
    )


@cache
def dimensions() -> Mapping[str, Dimension]:
    """Everything that figures may be grouped by: departments, divisions, and what has few values."""
    declared = item_filters().properties
    division = replace(_code(declared["division_code"]), names=_division_names)
    gathered = {
        "lists": _names_of(LIST), "agreements": _names_of(AGREEMENT), "transfers": _names_of(TRANSFER),
        "integrated_matters": _names_of(INTEGRATED_MATTER), "agreement_partners": _partner_names,
    }  # fmt: skip
    listed = [
        replace(_code(declared["department_code"]), names=_names_of(DEPARTMENT)),
        division,
        replace(division, name="division", label="行政区划"),
        _level("province", "省级", 2, "division_code = '000000'", "国家级"),
        _level("prefecture", "地级", 4, "division_code LIKE '%0000'", "省级及以上"),
        _level("county", "县级", 6, "division_code LIKE '%00'", "市级及以上"),
    ]
    groupable = [*ITEM.elements.values(), *LIST_ELEMENTS]
    few = [FORMS[declared[each.name].kind](declared[each.name]) for each in groupable if each.kind in FORMS]
    named = [replace(each, names=gathered[each.name]) for each in few if each.name in gathered]
    on_lists = [replace(each, no_key_label=NO_SUCH_LIST) for each in few if each.name.startswith("on_")]
    return {each.name: each for each in [*listed, *few, *named, *on_lists]}


@cache
def case_dimensions() -> Mapping[str, Dimension]:
    """Everything that counts of cases may be grouped by: the items' elements that have one value, and their own."""
    declared = case_filters().properties
    own = [
        _written(declared["month"]),
        _code(declared["channel"]),
        replace(_written(declared["business_kind"]), no_key_label=WHOLE_ITEM),
        replace(_number(declared["id"]), name="item", label="事项", names=_item_names),
    ]
    usual = {"department": dimensions()["department_code"]}
    of_items = {name: each for name, each in dimensions().items() if not each.multi_valued}
    return {**of_items, **usual, **{each.name: each for each in own}}


def grouping(names: Iterable[str], basis: Basis = "items") -> tuple[Dimension, ...]:
    """The dimensions of the names (or Chinese labels), each once.

    Raises UnknownGroup with the nearest name, TooManyGroups beyond three.
    """
    offered = case_dimensions() if basis == "cases" else dimensions()
    known = {**{each.label: each for each in offered.values()}, **offered}
    names = list(dict.fromkeys(names))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise _unknown(unknown[0], known, basis)
    wanted = tuple({known[name].name: known[name] for name in names}.values())
    if len(wanted) > MOST:
        zh = f"最多按 {MOST} 个要素分组，现在有 {len(wanted)} 个。请减少 group_by。"
        en = f"At most {MOST} group_by are taken, not {len(wanted)}."
        raise TooManyGroups(Message(zh, en), faults=[fault(zh, en, parameter="group_by", rule="too-many-groups")])
    return wanted


# A number that counts what the item is grouped by: in each group the whole of it would be counted again.
COUNTS_OF: Mapping[str, Sequence[str]] = {"agreement_partner_count": ("agreement_partners", "agreements")}


def demand_summable(metrics: Iterable[Metric], dimensions: Iterable[Dimension]) -> None:
    """Raises SumsRepeat where a group would be given the sums of other groups too."""
    names = {each.name for each in dimensions}
    for metric in metrics:
        for quantity in metric.sums if metric.kind == "total" else ():
            for name in names.intersection(COUNTS_OF.get(quantity.element, ())):
                raise _repeating(metric, name)


def _repeating(metric: Metric, name: str) -> SumsRepeat:
    zh = (
        f"{metric.name_zh}（{metric.key}）不能按 {name} 分组：一个事项的全部伙伴会在每一组里重复计入。"
        "按伙伴的项次见 /v1/agreements/matrix?partner=。"
    )
    en = f"{metric.key} can't be grouped by {name}: each group would count all partners of its items. See the matrix."
    return SumsRepeat(Message(zh, en), faults=[fault(zh, en, parameter="group_by", value=name, rule="sums-repeat")])


def _unknown(name: str, known: Mapping[str, Dimension], basis: Basis) -> UnknownGroup:
    told = not_repeated("group_by", name, known) or _no_group(name, known, basis)
    return UnknownGroup(told.detail, faults=[told])


def _no_group(name: str, known: Mapping[str, Dimension], basis: Basis) -> Fault:
    usual = USUAL_OF_CASES if basis == "cases" else USUAL
    near = next((known[word].name for word in nearest(name, known)), None)
    hint_zh, hint_en = (f"是否为 {near}？", f"Did you mean {near!r}? ") if near else ("", "")
    shown = name[:60]
    return fault(
        f"不能按“{shown}”分组：{_why(name)}只能按代码、是否、次数一类的要素分组。{hint_zh}常用：{usual}；其余见 /v1/elements。",
        f"Figures can't be grouped by {shown!r}. {hint_en}Usual: {usual.replace('、', ', ')}; for more see /v1/elements.",
        parameter="group_by", value=shown, rule="unknown-group", suggestion=near,
    )  # fmt: skip


def _why(name: str) -> str:
    """What hinders an element that there is."""
    if name in dimensions():
        return "它可以有几个值，办件会重复计入（可以用 filter）；"
    declared = item_filters().properties.get(name)
    if declared is None or declared.name not in ITEM.elements:
        return ""
    return "它是清单，" if declared.kind == "list" else "取值太多，"
