"""What an integrated matter takes before and after its members are handled as one. Pure, and exact.

Rules: 国发〔2024〕3号 and docs/guide/lists.md. What one member or the matter doesn't state is unknown
of the whole, and never zero.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.catalogue.precedence import longest_path
from app.files.cleaning import as_compared

WORKING_DAYS, ON_THE_SPOT = "1", "4"
# The strictest first: necessary, not stated, may follow later, optional.
STRICTEST: Sequence[str | None] = ("1", None, "3", "2")

GONE = "当日不在目录里"


@dataclass(frozen=True, slots=True)
class Material:
    """One of a member's materials."""

    name: str
    necessity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What one member states on the day; None is not stated. One that isn't `there` states nothing."""

    code: str
    name: str | None = None
    after: Sequence[str] = ()
    there: bool = True
    steps: Sequence[str] | None = None
    materials: Sequence[Material] | None = None
    limit: int | None = None
    limit_unit: str | None = None
    visits: int | None = None

    @property
    def days(self) -> int | None:
        """The promised limit in working days; on the spot is none."""
        if self.limit_unit == ON_THE_SPOT:
            return 0
        return self.limit if self.limit_unit == WORKING_DAYS else None

    @property
    def why_no_days(self) -> str:
        if self.limit is None or self.limit_unit is None:
            return "没有填承诺办结时限或单位"
        return "承诺办结时限不是工作日，自然日不折算"


@dataclass(frozen=True, slots=True)
class Merged:
    """How the members are handled as one, as the matter itself states it; None is not stated, empty is none."""

    steps: Sequence[str] | None = None
    shared_materials: Sequence[str] | None = None
    one_acceptance: bool | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """A member because of which a figure is unknown, or the matter itself (None)."""

    member: Member | None
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How much it takes before and after: both None where `unknown` names members, `after` where it names the matter."""

    before: int | None
    after: int | None
    unknown: Sequence[Lack] = ()

    @property
    def reduction(self) -> Fraction | None:
        """1 − after ÷ before; of nothing there is none."""
        return (
            None
            if self.before is None or self.after is None or not self.before
            else 1 - Fraction(self.after, self.before)
        )


@dataclass(frozen=True, slots=True)
class NeededMaterial:
    """A material of the merged list: the strictest necessity, and which members need it."""

    name: str
    necessity: str | None
    needed_by: Sequence[str]


def merged_materials(members: Iterable[Member], merged: Merged) -> list[NeededMaterial]:
    """The union by name, in the order in which members ask for them, less what is obtained by sharing."""
    shared = {as_compared(each) for each in merged.shared_materials or ()}
    needed: dict[str, list[tuple[Member, Material]]] = {}
    for member in members:
        for material in member.materials or ():
            needed.setdefault(as_compared(material.name), []).append((member, material))
    return [_needed(askings) for name, askings in needed.items() if name not in shared]


def _needed(askings: Sequence[tuple[Member, Material]]) -> NeededMaterial:
    strictest = min((material.necessity for _, material in askings), key=_leniency)
    return NeededMaterial(askings[0][1].name, strictest, list(dict.fromkeys(member.code for member, _ in askings)))


def _leniency(necessity: str | None) -> int:
    return STRICTEST.index(necessity if necessity in STRICTEST else None)


def steps(members: Sequence[Member], merged: Merged) -> Taken:
    """After: each of the merged steps is gone through once, however many members have it."""
    taken = [as_compared(step) for member in members for step in member.steps or ()]
    saved = sum(max(taken.count(step) - 1, 0) for step in {as_compared(each) for each in merged.steps or ()})
    found = _taken(members, lambda member: member.steps, "没有填办理环节", len(taken), len(taken) - saved)
    return _stated(merged.steps, "一件事没有填合并环节", found)


def materials(members: Sequence[Member], merged: Merged) -> Taken:
    """Before: every copy that some member asks for. After: the merged list."""
    before = sum(len(member.materials or ()) for member in members)
    after = len(merged_materials(members, merged))
    found = _taken(members, lambda member: member.materials, "没有填申请材料", before, after)
    return _stated(merged.shared_materials, "一件事没有填共享材料", found)


def visits(members: Sequence[Member], merged: Merged) -> Taken:
    """After: where they are accepted in one place, as often as the member that takes most visits."""
    each = [member.visits or 0 for member in members]
    after = max(each, default=0) if merged.one_acceptance else sum(each)
    found = _taken(members, lambda member: member.visits, "没有填到办事现场次数", sum(each), after)
    return _stated(merged.one_acceptance, "一件事没有填是否一口受理", found)


def days(members: Sequence[Member], _: Merged) -> Taken:
    """Before: one after another. After: members wait only for those they name."""
    path = critical_path(members)
    lasts = {member.code: member.days or 0 for member in members}
    after = sum(lasts[code] for code in path or ())
    return _taken(members, lambda member: member.days, lambda member: member.why_no_days, sum(lasts.values()), after)


def critical_path(members: Sequence[Member]) -> list[str] | None:
    """The codes of the members that decide how long it takes, in order; None where that is unknown."""
    lasts = {member.code: member.days for member in members}
    known = {code: number for code, number in lasts.items() if number is not None}
    if len(known) < len(lasts) or not all(member.there for member in members):
        return None
    return longest_path({member.code: member.after for member in members}, known)


FIGURES: Mapping[str, Callable[[Sequence[Member], Merged], Taken]] = {
    "steps": steps,
    "materials": materials,
    "days": days,
    "visits": visits,
}


def _taken(
    members: Sequence[Member],
    stated: Callable[[Member], object],
    lacking: str | Callable[[Member], str],
    before: int,
    after: int,
) -> Taken:
    def reason(member: Member) -> str:
        if not member.there:
            return GONE
        return lacking if isinstance(lacking, str) else lacking(member)

    unknown = [Lack(member, reason(member)) for member in members if not member.there or stated(member) is None]
    return Taken(None, None, unknown) if unknown else Taken(before, after)


def _stated(said: object, lacking: str, found: Taken) -> Taken:
    """What it takes after is unknown where the matter doesn't state how its members are handled as one."""
    if said is not None:
        return found
    return replace(found, after=None, unknown=[*found.unknown, Lack(None, lacking)])
