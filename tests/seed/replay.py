"""A naive model of the catalogue: what every object is on each day on which anything may change, and nothing cleverer."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from app.catalogue.objects import OBJECT_TYPES
from seed.demo import ChangeSet, Entry, change_sets

REPORT_DAY = date(2024, 6, 30)
SURVEY_DAY = date(2020, 12, 8)
TODAY = date(2026, 11, 21)
ASKED = (date(2019, 6, 30), date(2019, 12, 31), SURVEY_DAY, date(2022, 12, 31), REPORT_DAY, TODAY)

Content = Mapping[str, object]
STATUS = {"suspend": "2", "resume": "1"}
OWN_KEY = {name: kind.key for name, kind in OBJECT_TYPES.items()}


class Model:
    """Objects by number, day by day over the days that matter; applies entries in order."""

    def __init__(self, days: Iterable[date]) -> None:
        self.days = sorted(days)
        self.objects: list[tuple[str, dict[date, Content]]] = []
        self.numbers: dict[tuple[str, str], list[int]] = {}

    def publish(self, change_set: ChangeSet) -> None:
        for entry in change_set.entries:
            self.apply(entry, entry.effective_on or change_set.effective_on)

    def apply(self, entry: Entry, start: date) -> None:
        days = [day for day in self.days if day >= start and (entry.until is None or day < entry.until)]
        if entry.kind == "create":
            self._create(entry, days)
            return
        life = self._find(entry, start)
        if entry.kind == "cancel":
            for day in days:
                life.pop(day, None)
            return
        new = {"status": STATUS[entry.kind]} if entry.kind in STATUS else entry.content
        self._amend(entry, life, start, days, new)

    def _create(self, entry: Entry, days: list[date]) -> None:
        status = {"status": "1"} if entry.object == "item" else {}
        content: Content = {**status, **entry.content, OWN_KEY[entry.object]: entry.code}
        assert not any(entry.code == held for held in self._held(entry, days[0])), f"{entry.code} is taken"
        self.objects.append((entry.object, dict.fromkeys(days, content)))
        self._note(entry, entry.code, len(self.objects) - 1)

    def _amend(self, entry: Entry, life: dict[date, Content], start: date, days: list[date], new: Content) -> None:
        old = life[start]
        patched: dict[int, Content] = {}
        for day in days:
            if day in life:
                before = life[day]
                kept = {name: value for name, value in new.items() if before.get(name) == old.get(name)}
                life[day] = patched.setdefault(id(before), {**before, **kept})
        number = next(n for n, (_, held) in enumerate(self.objects) if held is life)
        if OWN_KEY[entry.object] in new:
            self._note(entry, str(new[OWN_KEY[entry.object]]), number)

    def _find(self, entry: Entry, start: date) -> dict[date, Content]:
        for number in self.numbers.get((entry.object, entry.code), ()):
            life = self.objects[number][1]
            if start in life and life[start][OWN_KEY[entry.object]] == entry.code:
                return life
        raise AssertionError(f"{entry.kind} of {entry.object} {entry.code}: nothing has this code on {start}")

    def _held(self, entry: Entry, day: date) -> Iterator[object]:
        for number in self.numbers.get((entry.object, entry.code), ()):
            life = self.objects[number][1]
            if day in life:
                yield life[day][OWN_KEY[entry.object]]

    def _note(self, entry: Entry, code: str, number: int) -> None:
        self.numbers.setdefault((entry.object, code), []).append(number)

    def on(self, kind: str, day: date) -> list[Content]:
        """Nothing changes between the days that matter, so a day is like the last of them."""
        day = max(known for known in self.days if known <= day)
        return [life[day] for object_, life in self.objects if object_ == kind and day in life]


def days_that_matter(sets: Iterable[ChangeSet], asked: Iterable[date]) -> set[date]:
    entries = [(change_set, entry) for change_set in sets for entry in change_set.entries]
    starts = {entry.effective_on or change_set.effective_on for change_set, entry in entries}
    ends = {entry.until for _, entry in entries if entry.until}
    return starts | ends | set(asked)


def replay(known: date) -> Model:
    """The catalogue as everything published by the end of a day makes it."""
    model = Model(days_that_matter(change_sets(), ASKED))
    for change_set in change_sets():
        if change_set.published_on <= known:
            model.publish(change_set)
    return model


def in_use(model: Model, day: date) -> list[Content]:
    return [item for item in model.on("item", day) if item["status"] == "1"]


def current_code(model: Model, code: str, day: date) -> str:
    """The code on a day of the item that ever had this one."""
    (life,) = {id(model.objects[n][1]): model.objects[n][1] for n in model.numbers["item", code]}.values()
    return str(life[max(known for known in life if known <= day)]["code"])
