"""The three batches in which licences were handed over to the approval bureau, and who supervises them since."""

from collections.abc import Iterator
from datetime import date

from seed.demo import bodies
from seed.demo.matters import Matter, matters
from seed.demo.plan import Step, place, plan
from seed.demo.records import Entry
from seed.demo.standing import HANDED_OVER, code, in_charge
from seed.demo.tables import column, table

BOTH_OFFICES = "中共X区委办公室、X区人民政府办公室"


def entries() -> Iterator[Entry]:
    """Each batch from the day of the handing over, and as closed from the day on which everything had moved, if it has."""
    for row in table("transfers"):
        number, now = row["batch"], place(HANDED_OVER[row["batch"]])
        step = plan().steps[now]
        content = _batch(step, int(number)) | {
            "posts_moved": int(row["posts_moved"]),
            "entries": [_entry(matter, now) for matter in matters() if matter.basic.batch == number],
        }
        yield Entry("transfer", "create", f"X-transfer-{number}", content, step.effective_on)
        if row["closed_on"]:
            closed_on = date.fromisoformat(row["closed_on"])
            yield Entry("transfer", "amend", f"X-transfer-{number}", {"is_closed": True}, closed_on)


def _batch(step: Step, number: int) -> dict[str, object]:
    return {
        "name": step.title,
        "division_code": bodies.DIVISION,
        "department_code": bodies.departments()[bodies.BUREAU].code,
        "document_number": step.document_number,
        "batch": number,
        "issued_by": BOTH_OFFICES,
        "issued_on": step.published_on.isoformat(),
        "is_closed": False,
    }


def _entry(matter: Matter, now: int) -> dict[str, object]:
    """Under the code that the item had before; who gave it away goes on supervising it."""
    giver = in_charge(matter.basic, now)
    department = bodies.departments()[giver].code
    return {
        "code": code(matter, now - 1),
        "name": matter.name,
        "from_department_code": department,
        "supervising_department_code": department,
        "supervising_duties": column("supervision", "department", "duties")[giver],
    }
