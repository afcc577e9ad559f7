"""The enterprise that answered: its size, industry, ownership and zone, as codes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.catalogue.code_lists import codes_by_name, labels
from app.demand.surveys.industries import industries, read_industry
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import ATTRIBUTE_NAMES, CODED, Attribute
from app.files.cleaning import as_compared
from app.filters.properties import nearest, nearest_codes


@dataclass(frozen=True, slots=True)
class Respondent:
    """None is not stated."""

    size: str | None = None
    industry: str | None = None
    ownership: str | None = None
    zone: str | None = None


def named_values(name: Attribute, zones: Sequence[str]) -> Mapping[str, str]:
    """What enterprises are told apart by, in order, with what each value is called; industries by section."""
    if name == "zone":
        return {zone: zone for zone in zones}
    if name == "industry":
        return {each.code: each.name for each in industries().values() if each.is_section}
    return labels(CODED[name])


def read_respondent(stated: Mapping[str, str | None], zones: Sequence[str]) -> tuple[Respondent, list[Misfit]]:
    """What is stated of an enterprise, codes or what they are called; each misfit is at its name."""
    read = {name: read_attribute(name, stated.get(name), zones) for name in ATTRIBUTE_NAMES}
    right = {name: value for name, value in read.items() if not isinstance(value, Misfit)}
    return Respondent(**right), [each.below(name) for name, each in read.items() if isinstance(each, Misfit)]


def read_attribute(name: Attribute, written: str | None, zones: Sequence[str]) -> str | Misfit | None:
    """The code of what is written, None of nothing."""
    if written is None or not written.strip():
        return None
    if name == "industry":
        return read_industry(written)
    if name == "zone":
        return _zone(written, zones)
    return _coded(name, written)


def _coded(name: Attribute, written: str) -> str | Misfit:
    codes = labels(CODED[name])
    if found := codes_by_name(CODED[name]).get(as_compared(written)):
        return found
    near = next(iter(nearest_codes(written, codes)), None)
    listed = "、".join(f"{code} {label}" for code, label in codes.items())
    zh = f"{ATTRIBUTE_NAMES[name]}“{written[:60]}”不对，只能是：{listed}"
    return misfit("unknown-code", zh, f"{name} must be one of {', '.join(codes)}", written, near)


def _zone(written: str, zones: Sequence[str]) -> str | Misfit:
    named = {as_compared(each): each for each in zones}
    if found := named.get(as_compared(written)):
        return found
    near = next(iter(nearest(written, zones)), None)
    listed = "、".join(zones) if zones else "抽样设计里没有写片区，请先在调查的 design.zones 里写上"
    zh = f"没有片区“{written[:60]}”：{listed}"
    return misfit("unknown-zone", zh, f"There is no zone {written[:60]!r}.", written, near)
