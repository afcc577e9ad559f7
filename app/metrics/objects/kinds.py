"""What metrics of basis `objects` count: windows, departments, batches, integrated matters. Each is a list of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalogue.objects import DEPARTMENT, EDITION, INTEGRATED_MATTER, TRANSFER, WINDOW, ObjectType
from app.errors import Message

Asked = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Objects of a kind in force, as the list at `path` has them when it is asked for these.

    A `fact` picks the departments of which it is true; those of which it is null are unknown. A `list_kind` picks editions
    of lists of that kind.
    """

    called: Message
    kind: ObjectType
    path: str
    fact: str | None = None
    list_kind: str | None = None

    @property
    def asked(self) -> Asked:
        """The parameters that make the list these."""
        of_kind = (("list_kind", self.list_kind),) if self.list_kind else ()
        return ((self.fact, "true"),) if self.fact else of_kind

    @property
    def unknown(self) -> Asked | None:
        """The parameters that make the list those of which it isn't known; None where that is always known."""
        return ((self.fact, "null"),) if self.fact else None


COUNTED: Mapping[str, Counted] = {
    "windows": Counted(Message("办事窗口", "windows"), WINDOW, "/v1/windows"),
    "departments_in_hall": Counted(
        Message("进驻单位", "departments in the hall"), DEPARTMENT, "/v1/departments", fact="is_in_hall"
    ),
    "integrated_matters": Counted(Message("一件事", "integrated matters"), INTEGRATED_MATTER, "/v1/integrated-matters"),
    "transfers": Counted(Message("划转批次", "batches of transfers"), TRANSFER, "/v1/transfers"),
    "transferring_departments": Counted(
        Message("划出部门", "departments that handed over"), DEPARTMENT, "/v1/departments", fact="has_handed_over"
    ),
    "deficiency_editions": Counted(
        Message("容缺清单批次", "batches of deficiency lists"), EDITION, "/v1/editions", list_kind="deficiency"
    ),
}
