"""What keeps an item from being what the list says that it is: CQL2 and why, as the quality rules have it.

Drafting it all the same would only fail when the change set is submitted. That the rules ask the same is tested.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import Message
from app.lists.conformity.mending import Place


@dataclass(frozen=True, slots=True)
class Unfit:
    """A quality rule that the item would break, what else it asks of the item, and what a clerk has to do first."""

    rule: str
    filter: str
    why: Message


UNFIT: Mapping[Place, tuple[Unfit, ...]] = {
    ("deficiency", "listed"): (
        Unfit(
            "deficiency-of-immediate-case",
            "case_type = '1'",
            Message(
                "事项是即办件，即办件不能容缺受理；请先改办件类型，或修订清单。",
                "It is an immediate case, which tolerates no deficiencies: correct the kind of case, or amend the list.",
            ),
        ),
        Unfit(
            "deficiency-without-deferrable-material",
            "deferrable_material_count = 0",
            Message(
                "申请材料里没有一份是“容缺后补”；请先把能后补的材料标出来，或修订清单。",
                "None of its materials may be supplied later: mark those that may, or amend the list.",
            ),
        ),
        Unfit(
            "deficiency-without-main-material",
            "material_count > 0 AND deferrable_material_count >= material_count",
            Message(
                "申请材料全是“容缺后补”，没有主要材料；请先把受理时必须有的改为“必要”，或修订清单。",
                "All of its materials may be supplied later: mark those that must be there, or amend the list.",
            ),
        ),
        Unfit(
            "correction-limit-too-long",
            "correction_limit > promised_limit AND promised_limit_unit = '1'",
            Message(
                "容缺补正时限长于承诺办结时限；请先把补正时限改短，或修订清单。",
                "Its correction limit is longer than the promised one: shorten it, or amend the list.",
            ),
        ),
    )
}
