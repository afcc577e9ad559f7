"""From what people write (JSON, a spreadsheet cell; a code or its label) to what an element holds."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TypeAlias

from app.catalogue.code_lists import codes_by_name, labels
from app.catalogue.element import Element, Kind, elements_of
from app.errors import Message
from app.files.cleaning import as_code, as_count, as_date, as_flag, as_text
from app.files.problems import CellProblem
from app.patterns import DIVISION_CODE, ITEM_CODE, OF_CODE, OF_DIVISION

Read: TypeAlias = Callable[[object], object]
NONE = "无"  # Written for "none", where the code list has no code of that name.
SEPARATORS = re.compile(r"[,，、;；|^\s]+")
SLASHES = re.compile(r"[/／\\]")  # Which separate nothing here, though many write them.


@cache
def reader(element: Element) -> Read:
    """How the element reads a value. Null and blank are null: not stated. Raises CellProblem with what to do."""
    return MAKERS[element.kind](element)


def _text(element: Element) -> Read:
    shape = element.pattern
    if shape is None:
        return as_text
    pattern = re.compile(shape)

    def read(raw: object) -> object:
        text = as_code(raw)
        if text is None or pattern.fullmatch(text):
            return text
        zh = f"“{text}”不是合法的{element.label}（{PATTERNS[shape].zh}）。"
        raise CellProblem("pattern", Message(zh, f"{text!r} is no {element.name}: {PATTERNS[shape].en}."))

    return read


PATTERNS = {ITEM_CODE: OF_CODE, DIVISION_CODE: OF_DIVISION}


def _flag(element: Element) -> Read:
    if element.never is None:
        return as_flag
    never = element.never

    def read(raw: object) -> object:
        if isinstance(raw, str) and raw.strip().startswith(CLASSES):
            raise CellProblem("refused", never)
        try:
            flag = as_flag(raw)
        except CellProblem as problem:
            raise _not_no(element, never, raw) if problem.rule == "not-a-flag" else problem from None
        if flag:
            raise CellProblem("refused", never)
        return flag

    return read


CLASSES = ("绝密", "机密", "秘密", "涉密")  # Classes of secrecy, which some write for a yes; a period may follow.


def _not_no(element: Element, never: Message, raw: object) -> CellProblem:
    """Who is not sure must not be told to leave this one empty."""
    zh = f"“{raw}”不是是/否。{element.label}只能为否：{never.zh}"
    return CellProblem("not-a-flag", Message(zh, f"{raw!r} is neither yes nor no. {never.en}"))


def _count(_: Element) -> Read:
    return as_count


def _date(_: Element) -> Read:
    def read(raw: object) -> object:
        day = as_date(raw)
        return None if day is None else day.isoformat()

    return read


def _code(element: Element) -> Read:
    key = element.codes or ""
    known = codes_by_name(key)

    def read(raw: object) -> object:
        text = as_text(raw)
        if text is None:
            return None
        code = known.get(text) or known.get(text.casefold())
        if code is None:
            raise unknown_code(element, text)
        return code

    return read


def _codes(element: Element) -> Read:
    read_one, known = _code(element), codes_by_name(element.codes or "")

    def read(raw: object) -> object:
        if raw is None:
            return None
        if raw == NONE and NONE not in known:
            return ()
        parts = raw if isinstance(raw, list | tuple) else SEPARATORS.split(as_text(raw) or "")
        if not parts and isinstance(raw, list | tuple):
            return ()
        codes = {str(code) for code in map(read_one, parts) if code is not None}
        return tuple(sorted(codes)) if codes else None

    return read


def _texts(_: Element) -> Read:
    def read(raw: object) -> object:
        if raw is None:
            return None
        parts = raw if isinstance(raw, list | tuple) else re.split(r"[;；|、]", as_text(raw) or "")
        texts = [text for text in map(as_text, parts) if text]
        return texts if texts or isinstance(raw, list | tuple) else None

    return read


def _list(element: Element) -> Read:
    fields = element.model.model_fields if element.model else {}
    parts = elements_of(element.model) if element.model else ()
    readers = {inner.name: (inner, reader(inner)) for inner in parts}

    def read_one(raw: object) -> dict[str, object]:
        if not isinstance(raw, Mapping):
            raise CellProblem(
                "not-a-list",
                Message(f"{element.label}里的每一项都应是一个对象，得到“{raw}”。", "Each entry must be an object."),
            )
        for name in raw:
            if name not in readers:
                raise unknown_name(name, element.label, readers)
        values = {name: readers[name][1](raw[name]) for name in raw}
        stated = {name: value for name, value in values.items() if value is not None}
        for name, (inner, _) in readers.items():
            if fields[name].is_required() and name not in stated:
                raise CellProblem(
                    "required", Message(f"{element.label}的每一项都要有{inner.label}。", f"Each entry needs {name}.")
                )
        return stated

    def read(raw: object) -> object:
        if raw is None:
            return None
        if not isinstance(raw, list | tuple):
            raise CellProblem(
                "not-a-list", Message(f"{element.label}应是一个列表，得到“{raw}”。", "A list is expected.")
            )
        return [read_one(entry) for entry in raw]

    return read


MAKERS: dict[Kind, Callable[[Element], Read]] = {
    "text": _text,
    "flag": _flag,
    "number": _count,
    "date": _date,
    "code": _code,
    "codes": _codes,
    "texts": _texts,
    "list": _list,
}


def unknown_code(element: Element, text: str) -> CellProblem:
    if element.multi_valued and (apart := _several(element, text)):
        zh = f"“{text}”：{element.label}有几个的，请用顿号分开，写成“{apart}”。"
        return CellProblem("unknown-code", Message(zh, f"Write several of {element.name} as {apart!r}."), apart)
    names = labels(element.codes or "")
    options = (
        "、".join(f"{code} {label}" for code, label in names.items()) if len(names) <= 12 else f"{len(names)} 个代码"
    )
    # A spreadsheet drops leading zeros, so 1 most likely was 01.
    cut = [code for code in names if code.lstrip("0") == text]
    near = cut[:1] or get_close_matches(text, [*names, *names.values()], 1, 0.4)
    hint = f"是否为“{near[0]}”？" if near else f"可填：{options}。"
    return CellProblem(
        "unknown-code",
        Message(
            f"“{text}”不在{element.label}的代码表里。{hint}",
            f"{text!r} is not a code of {element.name}."
            + (f" Did you mean {near[0]!r}?" if near else f" Codes: {', '.join(names)}."),
        ),
        near[0] if near else None,
    )


def _several(element: Element, text: str) -> str | None:
    """What was written with slashes, as it should be; None where it is no codes or names of such."""
    parts, known = [part for part in SLASHES.split(text) if part], codes_by_name(element.codes or "")
    return "、".join(parts) if len(parts) > 1 and all(part in known for part in parts) else None


def unknown_name(name: str, where: str, known: Iterable[str]) -> CellProblem:
    near = get_close_matches(name, list(known), 1, 0.5)
    return CellProblem(
        "unknown-element",
        Message(
            f"{where}没有名为“{name}”的要素。" + (f"是否为 {near[0]}？" if near else ""),
            f"There is no element {name!r}." + (f" Did you mean {near[0]!r}?" if near else ""),
        ),
        near[0] if near else None,
    )


def never_given(derived: Element) -> CellProblem:
    zh = f"{derived.label}（{derived.name}）由系统算出，不能填写，请删去。"
    return CellProblem("derived-element", Message(zh, f"{derived.name} is computed from other elements; leave it out."))


def value_label(element: Element, value: object) -> str | None:
    """What a clerk reads: 是 and 否, the names of codes, otherwise the value itself; None where nothing is stated."""
    if value is None:
        return None
    if element.codes:
        names = labels(element.codes)
        codes = value if isinstance(value, list | tuple) else [value]
        return "、".join(names.get(str(code), str(code)) for code in codes) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if element.kind == "texts" and isinstance(value, list):
        return "；".join(map(str, value)) or "无"
    return f"{len(value)} 条" if isinstance(value, list) else str(value)
