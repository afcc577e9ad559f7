"""Guide completeness: how much of what the national exchange requires an item states, in all and by section."""

from collections.abc import Mapping, Sequence
from functools import cache

from app.catalogue.element import Element
from app.catalogue.elements import ELEMENTS, BasicInformation, CatalogueEntry, Extended

BY_SECTION: Mapping[str, str] = {
    "catalogue_completeness": CatalogueEntry.section,
    "basic_completeness": BasicInformation.section,
    "extended_completeness": Extended.section,
}


@cache
def required(section: str | None = None) -> Sequence[Element]:
    """The elements that up_task_general_basic and _extend demand, of one section or of all."""
    return tuple(e for e in ELEMENTS.values() if e.required and section in (None, e.section))


def is_stated(value: object) -> bool:
    """That there is none of something is stated too."""
    return value is not None


def completeness(content: Mapping[str, object], section: str | None = None) -> int:
    """Whole per cent, rounded down, so that 100 means that nothing is missing."""
    elements = required(section)
    return 100 * sum(is_stated(content.get(element.name)) for element in elements) // len(elements)
