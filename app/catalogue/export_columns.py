"""Which elements a file of items has: all that an import reads back, whole sections, or what was named."""

from collections.abc import Mapping, Sequence
from functools import cache

from app.catalogue.element import Element
from app.catalogue.export_params import FileKind
from app.catalogue.listing import URL, read_fields
from app.catalogue.objects import ITEM
from app.catalogue.params import names_in
from app.catalogue.virtual import BESIDE_ELEMENTS, VERSION_ELEMENTS
from app.errors import Malformed, Message, refused
from app.filters.properties import nearest

# What an import takes. The dates of a version are left out: a row with a date is imported for that day, so that whoever
# corrects an exported list would rewrite the past, and a version may end without the item being cancelled.
READ_BACK: Sequence[str] = (*ITEM.given, "department_name", "version")
TEMPLATE: Sequence[str] = tuple(name for name in READ_BACK if name != "version")
COLUMNS: Mapping[str, Element] = {**ITEM.elements, **VERSION_ELEMENTS} | {each.name: each for each in BESIDE_ELEMENTS}
FIRST = ITEM.demanded
IDENTIFYING = ("code", "division_code")


@cache
def sections() -> Mapping[str, Sequence[str]]:
    """The elements of each section, by its name, as far as an import reads them back."""
    named: dict[str, list[str]] = {}
    for name in READ_BACK:
        named.setdefault(COLUMNS[name].section, []).append(name)
    return named


def read_columns(fields: str | None, chosen: str | None) -> tuple[str, ...]:
    """The elements that `fields` or `sections` ask for; of nothing, none: the file has all.

    Whole sections are led by what names an item. Raises Malformed for a name that is unknown, and for both at once.
    """
    if chosen is None:
        return read_fields(fields)
    if fields is not None:
        zh = "fields 和 sections 只能写一个：fields 逐个选要素，sections 整节地选。"
        raise refused("sections", chosen, "fields-or-sections", Message(zh, "Give either fields or sections."))
    names = [name for section in names_in("sections", chosen) for name in _of_section(section)]
    return tuple(dict.fromkeys((*FIRST, *names)))


def _of_section(section: str) -> Sequence[str]:
    known = sections()
    if section in known:
        return known[section]
    near = next(iter(nearest(section, known, 0.3)), None)
    zh = f"没有名为“{section[:60]}”的一节。" + (f"是否为 {near}？" if near else "") + f"可用：{'、'.join(known)}。"
    en = f"There is no section {section[:60]!r}. Known: {', '.join(known)}."
    raise refused("sections", section, "unknown-section", Message(zh, en), near)


def elements_of_file(names: Sequence[str], kind: FileKind) -> list[Element]:
    """What a file says of each item. A workbook begins with what names the item, by which it is read back."""
    if URL in names:
        zh = f"文件里没有 {URL}（地址只在 JSON 清单里）。请从 fields 里去掉它，用编码查即可。"
        en = f"Files have no {URL}: leave it out of fields."
        raise refused("fields", URL, "not-in-files", Message(zh, en))
    wanted = names or READ_BACK
    first = [name for name in FIRST if name in wanted or name in IDENTIFYING] if kind == "xlsx" else []
    return [COLUMNS[name] for name in dict.fromkeys((*first, *wanted))]


def elements_of_template(names: Sequence[str]) -> list[Element]:
    """What a blank workbook asks for. Raises Malformed for what nobody fills in."""
    for name in names:
        if name not in READ_BACK:
            raise _not_filled_in(name)
    return elements_of_file(names or TEMPLATE, "xlsx")


def _not_filled_in(name: str) -> Malformed:
    label = COLUMNS[name].label if name in COLUMNS else name
    zh = f"{label}（{name}）不用填写，空白工作簿里没有这一列。请从 fields 里去掉它。"
    return refused("fields", name, "not-in-template", Message(zh, f"Nobody fills in {name}: leave it out of fields."))
