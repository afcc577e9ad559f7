"""Elements computed from the others when a version is written."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial

from app.catalogue import completeness
from app.catalogue.codes import code_faults

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
    """Whether a material asks for whatever else there may be (其他材料), which 安阳市优化营商环境条例 art. 13 forbids."""
    materials = content.get("materials")
    if not isinstance(materials, list):
        return None
    return any(CATCH_ALL.search(str(material.get("name"))) for material in materials)


def has_statutory_basis(content: Mapping[str, object]) -> bool | None:
    """Whether any basis is more than a notice, an opinion and the like, which may set no licence (行政许可法 art. 17)."""
    bases = content.get("legal_basis")
    if not isinstance(bases, list) or not bases:
        return None
    return not all(NOTICE.search(str(basis.get("law_name"))) for basis in bases)


FILLERS = "相关|有关|相应|必要|需要|所需|需|应当|应|规定|要求|提交|提供|补充|申报|申请|业务|证明|佐证|支撑|辅助|的|等"
PAPERS = "材料|资料|文件|证明|证件|手续"
REMARK = r"(?:（[^（）]*）|\([^()]*\))?"  # A remark in brackets, or the number of a document.
CATCH_ALL = re.compile(rf"(?:其他|其它|认为)(?:{FILLERS})*(?:{PAPERS})等?{REMARK}[。；;\s]*$")
NOTICE = re.compile(rf"(?:通知|意见|公告|通告|函|批复|纪要|方案|指南)[》」”）)\s]*{REMARK}\s*$")
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
