"""The ready-made reports: templates.toml, checked in full when it is first read."""

import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from app.errors import Message, NotFound, fault
from app.filters.properties import nearest
from app.metrics.definitions import by_key, metrics
from app.metrics.groups import grouping

Part = Literal["numerator"]
About = Literal["as_of", "period"]
PARAMETERS = ("within", "as_of", "period")


class TemplateNotFound(NotFound):
    slug, title = "report-template-not-found", Message("没有这个报告模板", "No such report template")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a sentence has a figure: of which metric, over which items, on the day or for the months that are asked for.

    It has a `part` of a share, or the number of one `group`, where what it tells may not be known of any item: a number of
    items with a filter can't tell that from none.
    """

    name: str
    metric: str
    label: str
    about: About = "as_of"
    group_by: tuple[str, ...] = ()
    filter: str | None = None
    part: Part | None = None
    group: str | None = None

    @property
    def is_called_otherwise(self) -> bool:
        """Whether its figure says more than the place does, and so bears the name of the metric."""
        return self.part is not None or self.group is not None


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence with its places as `{name}`. `absent` says why what it tells is not in this system."""

    text: str
    places: tuple[Place, ...] = ()
    absent: str | None = None

    @property
    def named(self) -> Iterator[str]:
        return (name for _, name, _, _ in string.Formatter().parse(self.text) if name)


@dataclass(frozen=True, kw_only=True)
class Section:
    """Sentences under a heading."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class Template:
    """A report that is made for a division, a day and some months. `needs` are the parameters that it can't do without."""

    key: str
    name: str
    about: str
    source: str
    needs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = field(default=())

    @property
    def sentences(self) -> Sequence[Sentence]:
        return [sentence for section in self.sections for sentence in section.sentences]

    @property
    def places(self) -> Sequence[Place]:
        return [place for sentence in self.sentences for place in sentence.places]


@cache
def templates() -> Mapping[str, Template]:
    """By key, in order. Raises ValueError, FilterError or UnknownGroup where one makes no sense."""
    document = tomllib.loads(files("app.metrics.reports").joinpath("templates.toml").read_text(encoding="utf-8"))
    found = by_key(_template(entry) for entry in document["template"])
    for template in found.values():
        check(template)
    return found


def get_template(key: str) -> Template:
    """Raises TemplateNotFound with the nearest key."""
    if key in templates():
        return templates()[key]
    names = {each.name: each.key for each in templates().values()} | {each: each for each in templates()}
    near = next((names[word] for word in nearest(key, names)), None)
    zh = f"没有名为“{key[:60]}”的报告模板。" + (f"是否为 {near}？" if near else "全部模板见 /v1/report-templates。")
    en = f"There is no report template {key[:60]!r}." + (f" Did you mean {near!r}?" if near else "")
    told = fault(zh, en, value=key[:60], suggestion=near, rule="unknown-template")
    raise TemplateNotFound(Message(zh, en), faults=[told])


def _template(entry: Mapping[str, Any]) -> Template:
    sections = tuple(_section(each) for each in entry["section"])
    said = {name: value for name, value in entry.items() if name not in ("section", "needs")}
    return Template(**said, needs=tuple(entry.get("needs", ())), sections=sections)


def _section(entry: Mapping[str, Any]) -> Section:
    return Section(title=entry["title"], sentences=tuple(_sentence(each) for each in entry["sentence"]))


def _sentence(entry: Mapping[str, Any]) -> Sentence:
    places = tuple(_place(name, said) for name, said in entry.get("places", {}).items())
    return Sentence(text=entry["text"], places=places, absent=entry.get("absent"))


def _place(name: str, entry: Mapping[str, Any]) -> Place:
    return Place(name=name, **{**entry, "group_by": tuple(entry.get("group_by", ()))})


def check(template: Template) -> None:
    """Every place stands in its sentence, every name of a sentence is a place or a parameter; filters and groups are right."""
    if not template.sections or not set(template.needs).issubset(PARAMETERS):
        raise ValueError(f"{template.key}: needs sections, and of parameters only {PARAMETERS}")
    for sentence in template.sentences:
        named, places = set(sentence.named), {place.name for place in sentence.places}
        if places - named or named - places - set(PARAMETERS):
            raise ValueError(f"{template.key}: “{sentence.text}” names {named}, its places are {places}")
        if bool(sentence.absent) == bool(places):
            raise ValueError(f"{template.key}: “{sentence.text}” needs places, or else why it has none")
    for place in template.places:
        if place.metric in metrics():
            _check_place(place)


def _check_place(place: Place) -> None:
    """Raises FilterError or UnknownGroup, ValueError where the metric takes no such time."""
    metric = metrics()[place.metric]
    if (metric.basis == "cases") != (place.about == "period"):
        raise ValueError(f"{place.name}: {place.metric} counts {metric.basis}, which is not about {place.about}")
    if place.part and (metric.kind != "share" or place.group_by):
        raise ValueError(f"{place.name}: only a share without groups has a part to be shown, {place.metric} has none")
    if place.group and (metric.kind != "count" or len(place.group_by) != 1):
        raise ValueError(f"{place.name}: only a count by one element has a group to be shown, {place.metric} has none")
    grouping(place.group_by, "cases" if place.about == "period" else "items")
    if place.filter is not None:
        metric.filters.condition(place.filter)
