"""What is wrong with the columns of a file, or with the fields of a mapping, one fault each."""

from collections.abc import Sequence

from app.errors import Fault, Message
from app.files.errors import NoHeader
from app.files.header_rows import which_was_read


def unknown_field(section: str, name: str, near: str | None) -> Fault:
    hint_zh, hint_en = (f"；最接近的是 {near}", f"; the nearest is {near}") if near else ("", "")
    return Fault(
        detail=Message(
            f"映射文件 [{section}] 里的 {name} 不是字段名{hint_zh}", f"{name} in [{section}] is not a field{hint_en}"
        ),
        value=name,
        rule="unknown-field",
        suggestion=near,
    )


def unknown_column(header: str, near: str | None, *, mappable: bool) -> Fault:
    hint_zh, hint_en = (f"，最接近的是“{near}”", f", the nearest is '{near}'") if near else ("", "")
    remedy = Message("请改列名、删去该列，或在映射里写明它", "rename it, delete it, or name it in the mapping")
    if not mappable:
        remedy = Message("请改列名，或删去该列", "rename it, or delete it")
    return Fault(
        detail=Message(
            f"不认识“{header}”这一列{hint_zh}；{remedy.zh}", f"the column '{header}' is not known{hint_en}; {remedy.en}"
        ),
        column=header,
        value=header,
        rule="unknown-column",
        suggestion=near,
    )


def derived_column(header: str) -> Fault:
    return Fault(
        detail=Message(
            f"“{header}”由系统算出，请删去该列", f"'{header}' is computed from other columns; delete this one"
        ),
        column=header,
        value=header,
        rule="derived-column",
    )


def nothing_known(
    headers: Sequence[str], unknown: list[Fault], sheet: str | None, others: Sequence[str], *, mappable: bool
) -> NoHeader:
    where_zh, where_en = (f"工作表“{sheet}”的", f" of the sheet '{sheet}'") if sheet else ("", "")
    or_zh, or_en = ("，或指定映射", ", or name a mapping") if mappable else ("", "")
    zh = f"{where_zh}表头里没有一个认得的列名；请确认列名在文件的第一行{or_zh}"
    en = f"no column name of the header{where_en} is known; make sure the names are in the first row{or_en}"
    which = which_was_read(sheet, others)
    if which.zh:
        zh, en = f"{zh}。{which.zh}", f"{en}. {which.en}"
    found = "、".join(header for header in headers if header)[:200]
    return NoHeader(zh, en, faults=[Fault(detail=Message(zh, en), value=found, rule=NoHeader.rule), *unknown])


def twice(name: str, headers: Sequence[str], *, mappable: bool) -> Fault:
    together, remedy = "”“".join(headers), Message("请改列名，或删去多的", "rename or delete the others")
    if mappable:
        remedy = Message("要取先有值的一列，请在映射里用 [first_filled]", "or use [first_filled] in a mapping")
    return Fault(
        detail=Message(
            f"“{together}”这 {len(headers)} 列都是{name}，只能留一列；{remedy.zh}",
            f"{len(headers)} columns are {name}; keep one, {remedy.en}",
        ),
        column=headers[1],
        rule="duplicate-column",
    )


def beside_constant(name: str, header: str) -> Fault:
    return Fault(
        detail=Message(
            f"“{header}”列和映射里的固定值都给出 {name}；请在 [columns] 里把该列设为 false，或去掉固定值",
            f"both the column '{header}' and a constant of the mapping give {name}; ignore the one or drop the other",
        ),
        column=header,
        rule="constant-and-column",
    )
