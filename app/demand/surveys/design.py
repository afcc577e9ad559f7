"""How a survey is designed: zones and strata with their planned sizes, and in which stratum an enterprise is. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from app.catalogue.code_lists import labels
from app.demand.surveys.industries import lies_in, read_industry
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import (
    ATTRIBUTE_NAMES,
    CODED,
    Attribute,
    Fault,
    Key,
    Line,
    checked,
    repeated,
    told,
)
from app.demand.surveys.respondents import Respondent
from app.files.cleaning import as_compared
from app.filters.properties import nearest
from app.patterns import LINES
from app.schema import Body

CONDITIONS: tuple[Attribute, ...] = ("size", "industry", "ownership", "zone")
Planned = Annotated[int, Field(ge=0, le=10_000_000)]


class Stratum(Body):
    """Enterprises that are sampled apart. A condition that is left empty is none; of several values any will do."""

    key: Annotated[Key, Field(description="层的名称", examples=["small-a"])]
    label: Annotated[Line, Field(description="层的说明", examples=["小微企业·经济技术开发区"])]
    planned: Annotated[Planned | None, Field(description="计划抽取的企业数")] = None
    size: list[str] = Field([], description="企业规模代码", max_length=20)
    industry: list[str] = Field([], description="行业：门类或大类", max_length=120)
    ownership: list[str] = Field([], description="企业性质代码", max_length=20)
    zone: list[str] = Field([], description="片区，须在 zones 里", max_length=100)

    def fits(self, respondent: Respondent) -> bool | None:
        """Whether an enterprise meets all conditions; None where it did not state what decides that."""
        met = [_meets(name, getattr(self, name), getattr(respondent, name)) for name in CONDITIONS]
        return False if False in met else None if None in met else True

    @model_validator(mode="after")
    def _demand_codes(self) -> Self:
        return checked(self, _of_codes)


class Design(Body):
    """The sample as it was planned."""

    method: Annotated[str | None, Field(description="抽样方法", max_length=4000, pattern=LINES)] = None
    zones: list[Line] = Field([], description="片区的名称", max_length=100)
    planned: Annotated[Planned | None, Field(description="计划的样本总数")] = None
    strata: list[Stratum] = Field([], description="各层", max_length=200)

    @property
    def by_key(self) -> Mapping[str, Stratum]:
        return {each.key: each for each in self.strata}

    @property
    def kept(self) -> dict[str, Any]:
        """As it is stored and answered: without what says nothing."""
        return self.model_dump(exclude_defaults=True)

    @model_validator(mode="after")
    def _demand_distinct(self) -> Self:
        return checked(self, _of_names, _of_zones)


class Placed(NamedTuple):
    """The stratum of an enterprise, None outside all; and what is wrong with it."""

    stratum: str | None = None
    misfit: Misfit | None = None


def place(design: Design, respondent: Respondent, named: str | None) -> Placed:
    """In the stratum that is named, unless its conditions are broken; else in the only one that is certainly met."""
    if named is not None:
        return _named(design, respondent, named)
    met = [each for each in design.strata if each.fits(respondent)]
    if len(met) < 2:
        return Placed(met[0].key if met else None)
    listed = "、".join(f"{each.key}（{each.label}）" for each in met)
    zh = f"同时在 {len(met)} 层里：{listed}。一家企业只在一层，请写明是哪一层（stratum），或修改各层的条件"
    keys = ", ".join(each.key for each in met)
    return Placed(None, misfit("two-strata", zh, f"in {len(met)} strata: {keys}. Name one", keys).below("stratum"))


def _named(design: Design, respondent: Respondent, named: str) -> Placed:
    stratum = design.by_key.get(named)
    if stratum is None:
        near = next(iter(nearest(named, design.by_key)), None)
        listed = "、".join(design.by_key) or "没有分层"
        zh = f"抽样设计里没有层 {named[:60]}。{f'是否为 {near}？' if near else f'各层：{listed}。'}"
        wrong = misfit("unknown-stratum", zh, f"There is no stratum {named[:60]!r}.", named, near)
        return Placed(None, wrong.below("stratum"))
    broken = [name for name in CONDITIONS if _meets(name, getattr(stratum, name), getattr(respondent, name)) is False]
    if not broken:
        return Placed(named)
    said = "、".join(f"{ATTRIBUTE_NAMES[name]}是 {getattr(respondent, name)}" for name in broken)
    wanted = "、".join(f"{ATTRIBUTE_NAMES[name]} {'、'.join(getattr(stratum, name))}" for name in broken)
    other = next((each for each in design.strata if each.fits(respondent)), None)
    hint = f"；它在 {other.key}（{other.label}）里" if other else ""
    zh = f"写着在 {named}（{stratum.label}）层，{said}，而这一层要求{wanted}{hint}"
    en = f"said to be in {named}, whose conditions it breaks"
    return Placed(None, misfit("breaks-stratum", zh, en, named, other.key if other else None).below("stratum"))


def _meets(name: Attribute, wanted: Sequence[str], stated: str | None) -> bool | None:
    if not wanted:
        return True
    if stated is None:
        return None
    return any(lies_in(stated, each) for each in wanted) if name == "industry" else stated in wanted


def _of_codes(stratum: Stratum) -> Iterator[Fault]:
    for name, code_list in CODED.items():
        codes = labels(code_list)
        for position, code in enumerate(getattr(stratum, name)):
            if code not in codes:
                listed = "、".join(f"{each} {label}" for each, label in codes.items())
                zh = f"“{code}”不是{ATTRIBUTE_NAMES[name]}的代码：{listed}"
                yield told((name, position), code, "unknown-code", zh, f"one of {', '.join(codes)}")
    for position, code in enumerate(stratum.industry):
        read = read_industry(code)
        if isinstance(read, Misfit):
            yield told(("industry", position), code, read.rule, *read.message)
        else:
            stratum.industry[position] = read


def _of_names(design: Design) -> Iterator[Fault]:
    for name in ("key", "label"):
        for position, _ in repeated(as_compared(getattr(each, name)) for each in design.strata):
            written = getattr(design.strata[position], name)
            zh = f"“{written}”已是另一层的"
            yield told(("strata", position, name), written, "repeated", zh, "another stratum has it")
    for position, _ in repeated(map(as_compared, design.zones)):
        zone = design.zones[position]
        yield told(("zones", position), zone, "repeated", f"片区“{zone}”写了两次", "named twice")


def _of_zones(design: Design) -> Iterator[Fault]:
    for number, stratum in enumerate(design.strata):
        for position, zone in enumerate(stratum.zone):
            if zone not in design.zones:
                listed = "、".join(design.zones) or "（空）"
                zh = f"片区“{zone}”不在 zones 里：{listed}"
                yield told(("strata", number, "zone", position), zone, "unknown-zone", zh, "not among the zones")
