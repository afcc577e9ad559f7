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
    """The elements that up_task_general_basic and _extend demand of every item, of one section or of all three.

    What no item can be without (code, name, division, department) says nothing of a guide and is not counted. What is
    needed only in some case, as 收费依据 where there is a fee, is for the quality rules.
    """
    sections = BY_SECTION.values() if section is None else (section,)
    return tuple(element for element in ELEMENTS.values() if element.required and element.section in sections)


def missing(content: Mapping[str, object], section: str | None = None) -> Sequence[Element]:
    """The required elements that are not stated. That there is none of something is stated too; no text is blank."""
    return tuple(element for element in required(section) if content.get(element.name) is None)


def completeness(content: Mapping[str, object], section: str | None = None) -> int:
    """Whole per cent, rounded down, so that 100 means that nothing is missing."""
    demanded = len(required(section))
    return 100 * (demanded - len(missing(content, section))) // demanded
