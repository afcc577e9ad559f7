"""The groups of enterprises that a report tells apart: by size, industry, ownership and zone."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from app.catalogue.params import NOT_STATED
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Attribute
from app.demand.surveys.respondents import named_values
from app.demand.tabulation import questions
from app.errors import Message, refused

DIMENSIONS: Final[tuple[Attribute, ...]] = get_args(Attribute)
Key = tuple[str | None, ...]


def known_groups(name: Attribute, survey: Survey) -> Mapping[str, str]:
    """What a dimension can be, in order, with what it is called; more zones may have been named since."""
    return named_values(name, survey.design.zones)


def shown(by: Sequence[Attribute], key: Key, survey: Survey) -> dict[str, str | None]:
    """`{"size": "1", "size_label": "小微企业"}`; null where it isn't stated."""
    named: dict[str, str | None] = {}
    for name, code in zip(by, key, strict=True):
        named[name] = code
        named[f"{name}_label"] = questions.NOT_STATED if code is None else known_groups(name, survey).get(code, code)
    return named


def in_order(keys: Sequence[Key], by: Sequence[Attribute], survey: Survey) -> list[Key]:
    """As their codes are listed; what isn't listed after these, and what isn't stated last."""
    places = [{code: place for place, code in enumerate(known_groups(name, survey))} for name in by]

    def place(key: Key) -> list[tuple[int, str]]:
        return [(_rank(code, known), code or "") for code, known in zip(key, places, strict=True)]

    return sorted(keys, key=place)


def _rank(code: str | None, known: Mapping[str, int]) -> int:
    return len(known) + 1 if code is None else known.get(code, len(known))


def called(group: Mapping[str, Any]) -> str:
    """小微企业 · 制造业; of no group nothing."""
    return " · ".join(str(label) for name, label in group.items() if name.endswith("_label"))


def read_group(by: Sequence[Attribute], written: Sequence[str]) -> Key:
    """The group that an address names, one code for each dimension. Raises Malformed."""
    if len(by) != len(written):
        zh = f"by 给了 {len(by)} 个，group 给了 {len(written)} 个；要一一对应，没有填的组写 {NOT_STATED}。"
        en = f"{len(by)} times by, {len(written)} times group: they have to go together."
        raise refused("group", "、".join(written), "group-for-each", Message(zh, en))
    return tuple(_read(name, code) for name, code in zip(by, written, strict=True))


def _read(name: Attribute, code: str) -> str | None:
    if code == NOT_STATED:
        return None
    known = named_values(name, ())  # Zones differ from survey to survey.
    if known and code not in known:
        listed = "、".join(f"{each} {label}" for each, label in known.items())
        zh = f"{ATTRIBUTE_NAMES[name]}没有“{code[:40]}”这一组：{listed}；没有填的写 {NOT_STATED}。"
        raise refused("group", code, "unknown-group", Message(zh, f"There is no group {code[:40]!r} of {name}."))
    return code


def written(key: Key) -> list[str]:
    """A group as an address names it."""
    return [NOT_STATED if code is None else code for code in key]
