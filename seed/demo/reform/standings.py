"""Items as they stand on a day, for what names them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from seed.demo import bodies
from seed.demo.courses import courses
from seed.demo.lives import in_use, lives
from seed.demo.matters import Matter, matters
from seed.demo.plan import place_on
from seed.demo.standing import code, handled_by, in_charge, standing

BETWEEN = "；"


@dataclass(frozen=True, slots=True)
class Standing:
    """An item with the place in the order of publication that a day has reached."""

    matter: Matter
    now: int

    @property
    def code(self) -> str:
        return code(self.matter, self.now)

    @property
    def department(self) -> str:
        """The name of the department that handles it."""
        return bodies.names(self.now)[handled_by(self.matter, self.now)]

    @property
    def supervisor(self) -> str:
        """The name of the department whose business it is."""
        return bodies.names(self.now)[in_charge(self.matter.basic, self.now)]

    @property
    def content(self) -> dict[str, object]:
        return standing(self.matter, courses()[self.matter.key], self.now)


def on_day(day: date, wanted: Callable[[Matter], bool]) -> Iterator[Standing]:
    """The wanted items that are in use on a day."""
    now = place_on(day)
    for matter in matters():
        if wanted(matter) and in_use(lives()[matter.key], day):
            yield Standing(matter, now)


def named(name: str, day: date) -> Standing:
    """The one item of a name that is in use on a day."""
    (found,) = on_day(day, lambda matter: matter.name == name)
    return found
