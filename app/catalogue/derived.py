"""Elements computed from the others when a version is written."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from app.catalogue import completeness
from app.catalogue.codes import code_faults
from app.catalogue.wording import is_catch_all, is_notice

Derivation = Callable[[Mapping[str, object]], object]


def _length(field: str) -> Derivation:
    def count(content: Mapping[str, object]) -> int | None:
        entries = content.get(field)
        return len(entries) if isinstance(entries, Collection) else None

    return count


def deferrable_materials(content: Mapping[str, object]) -> int | None:
    """Materials that may be supplied later: necessity 3 (容缺后补)."""
    materials = content.get("materials")
    if not isinstance(materials, list):
        return None
    return sum(1 for material in materials if material.get("necessity") == "3")


def online_level(content: Mapping[str, object]) -> str | None:
    """IV has depth 5, 6 or 7; III has 4; II has 2 or 3; I only 1, 9 or none. Not stated stays not stated."""
    depths = content.get("online_depths")
    if not isinstance(depths, Collection):
        return None
    return next((level for level, codes in LEVELS if codes & set(depths)), "I")


def has_catch_all_material(content: Mapping[str, object]) -> bool | None:
    """Whether a material asks for whatever else there may be. Where materials are not stated, neither is this."""
    materials = content.get("materials")
    if not isinstance(materials, list):
        return None
    return any(is_catch_all(str(material.get("name"))) for material in materials)


def has_statutory_basis(content: Mapping[str, object]) -> bool | None:
    """Whether a basis is, by its name, more than a notice and the like. Null where none is named."""
    bases = content.get("legal_basis")
    if not isinstance(bases, list) or not bases:
        return None
    return not all(is_notice(str(basis.get("law_name"))) for basis in bases)


LEVELS = (("IV", {"5", "6", "7"}), ("III", {"4"}), ("II", {"2", "3"}))
DERIVATIONS: dict[str, Derivation] = {
    "online_level": online_level,
    "material_count": _length("materials"),
    "deferrable_material_count": deferrable_materials,
    "process_step_count": _length("process_steps"),
    "legal_basis_count": _length("legal_basis"),
    "fee_count": _length("fees"),
    "question_count": _length("questions"),
    "has_catch_all_material": has_catch_all_material,
    "has_statutory_basis": has_statutory_basis,
    "completeness": completeness.completeness,
    **{name: partial(completeness.completeness, section=of) for name, of in completeness.BY_SECTION.items()},
    "code_faults": code_faults,
}

# What each is computed from: a change of one of these answers for what is said of the derived element.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "online_level": ("online_depths",),
    **dict.fromkeys(("material_count", "deferrable_material_count", "has_catch_all_material"), ("materials",)),
    **dict.fromkeys(("legal_basis_count", "has_statutory_basis"), ("legal_basis",)),
    "process_step_count": ("process_steps",),
    "fee_count": ("fees",),
    "question_count": ("questions",),
    "code_faults": ("code", "department_code", "use_level", "catalog_code", "task_type"),
    **{
        name: tuple(element.name for element in completeness.required(section))
        for name, section in (("completeness", None), *completeness.BY_SECTION.items())
    },
}


def derived(content: Mapping[str, object]) -> dict[str, object]:
    """The derived elements of an item with this content."""
    return {name: derive(content) for name, derive in DERIVATIONS.items()}
