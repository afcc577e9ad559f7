"""What a list says of an item by naming it, and how the item itself says so: declared once, for all that compares them.

The quality rules about lists say the same (`app/quality/rules.toml`); that they do is tested.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["listed", "unlisted"]
SIDES: Final[tuple[Side, ...]] = ("listed", "unlisted")


@dataclass(frozen=True, slots=True)
class Compared:
    """A kind of list: `is_so` and `is_not_so` are CQL2 over `element`, which decides what an item says.

    An item that doesn't state it is not so: the document says that it is. `unlisted_if` narrows whom the list is to name.
    """

    list_kind: str
    element: str
    is_so: str
    is_not_so: str
    unlisted_if: str | None = None

    @property
    def membership(self) -> str:
        """Whether any list of the kind names the item; null where the division has none in force."""
        return f"on_{self.list_kind}_list"

    @property
    def listed(self) -> str:
        """Items that such a list names, though they are not so."""
        return f"{self.membership} = true AND {self.is_not_so}"

    @property
    def unlisted(self) -> str:
        """Items that are so, though no such list names them."""
        whom = f"{self.unlisted_if} AND " if self.unlisted_if else ""
        return f"{whom}{self.is_so} AND {self.membership} = false"

    def of_list(self, code: str, division: str) -> Mapping[Side, str]:
        """The items of both sides, as one list is compared: those that it names, and those of its division."""
        return {
            "listed": f"A_CONTAINS(lists, ('{code}')) AND {self.is_not_so}",
            "unlisted": f"division_code = '{division}' AND {self.unlisted}",
        }


COMPARED: Mapping[str, Compared] = {
    each.list_kind: each
    for each in (
        Compared(
            "licensing", "task_type", "task_type = '01'", "(task_type <> '01' OR task_type IS NULL)", "status = '1'"
        ),
        Compared(
            "deficiency", "supports_deficiency_tolerance",
            "supports_deficiency_tolerance = true",
            "(supports_deficiency_tolerance = false OR supports_deficiency_tolerance IS NULL)",
        ),
        Compared(
            "cross_region", "cross_region_scope",
            "cross_region_scope IN ('1', '2', '3')",
            "(cross_region_scope NOT IN ('1', '2', '3') OR cross_region_scope IS NULL)",
        ),
        Compared(
            "one_visit", "onsite_visits", "onsite_visits <= 1", "(onsite_visits > 1 OR onsite_visits IS NULL)"
        ),
        Compared(
            "transfer", "is_transferred", "is_transferred = true", "(is_transferred = false OR is_transferred IS NULL)"
        ),
    )
}  # fmt: skip
