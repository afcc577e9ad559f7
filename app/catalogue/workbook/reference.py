"""The sheets that explain the others: the help, and the code lists that drop-downs name."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from app.catalogue.code_lists import code_lists
from app.catalogue.workbook import layout
from app.catalogue.workbook.columns import range_of
from app.catalogue.workbook.descriptions import Described, notes
from app.files.worksheets import Column, Sheet, absolute

HELP = (("工作表", 12), ("列名", 32), ("含义", 72), ("可填内容", 72), ("要求", 10), ("国家交换字段", 28))
EVERYWHERE = "全部"
WIDTH = 24


def help_sheet(described: Mapping[str, Sequence[Described]], everywhere: Sequence[str] | None = None) -> Sheet:
    """What holds everywhere (of nothing: of items), then a row for each column of each sheet."""
    told = notes() if everywhere is None else everywhere
    said: list[tuple[object, ...]] = [(EVERYWHERE, None, note, None, None, None) for note in told]
    for name, columns in described.items():
        for each in columns:
            element = each.element
            said.append((name, element.label, each.meaning, each.takes, each.duty, element.exchange))
    return Sheet(layout.HELP, [Column(*each) for each in HELP], [list(zip(*said, strict=True))], frozen=2)


def used_codes(described: Mapping[str, Sequence[Described]]) -> Sequence[str]:
    """The code lists that any column takes its values from."""
    elements = (each.element for columns in described.values() for each in columns)
    return tuple(dict.fromkeys(element.codes for element in elements if element.codes))


def code_sheet(used: Sequence[str]) -> Sheet:
    """Two columns for each code list: the codes, and what they are called."""
    lists = [code_lists()[key] for key in used]
    columns = [Column(name, WIDTH) for each in lists for name in (f"{each.name_zh}代码", each.name_zh)]
    cells = [values for each in lists for values in (list(each.labels), list(each.labels.values()))]
    as_long = list(zip(*zip_longest(*cells), strict=True))
    return Sheet(layout.CODES, columns, [as_long], visibility="hidden")


def ranges(used: Sequence[str], sheets: Sequence[Sheet]) -> Mapping[str, str]:
    """Where the labels of the code lists stand that a drop-down names."""
    named = {each.validation.choices for sheet in sheets for each in sheet.columns if each.validation}
    return {
        range_of(key): absolute(layout.CODES, 2 * place, 2, 2 * place, len(code_lists()[key].codes) + 1)
        for place, key in enumerate(used, 1)
        if range_of(key) in named
    }
