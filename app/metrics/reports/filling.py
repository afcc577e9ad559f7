"""A ready-made report for a division, a day and some months: which figures it wants, and its sentences around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.catalogue.periods import Period, parse_period
from app.errors import AppError, Malformed, Message, fault
from app.metrics.definitions import not_computable
from app.metrics.recorded import Recorded
from app.metrics.reports.questions import Wanted, placed
from app.metrics.reports.schemas import StatedFigure, StatedTemplate
from app.metrics.reports.templates import Place, Sentence, Template, TemplateNotFound, get_template

POINTER = "/template"
OF_PLACE = ("name", "label", "metric", "part", "group")
EVERYWHERE, NO_PERIOD = "全目录", "（没有给月份）"
WITHOUT_PERIOD = "办件数说的是某些月份，这份报告没有给月份（period）。"


class IncompleteTemplate(Malformed):
    slug, title = "incomplete-template", Message("模板缺参数", "The template lacks a parameter")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ready-made report is made for; `within_name` is what the division is called on the day."""

    template: Template
    within: str | None
    within_name: str | None
    as_of: date
    period: Period | None

    @property
    def stated(self) -> dict[str, Any]:
        """As it is cited."""
        named = {"key": self.template.key, "name": self.template.name, "source": self.template.source}
        period = None if self.period is None else str(self.period)
        return {**named, "within": self.within, "as_of": str(self.as_of), "period": period}

    @property
    def words(self) -> dict[str, str]:
        """What the parameters are called in sentences."""
        day, period = self.as_of, self.period
        return {
            "within": self.within_name or EVERYWHERE,
            "as_of": f"{day.year} 年 {day.month} 月 {day.day} 日",
            "period": NO_PERIOD if period is None else _months(period),
        }

    def figure(self, place: Place) -> StatedFigure:
        asked = {"metric": place.metric, "group_by": list(place.group_by), "filter": place.filter}
        label = None if place.is_called_otherwise else place.label
        about = {"period": str(self.period)} if place.about == "period" else {"as_of": self.as_of}
        return StatedFigure.model_validate({**asked, "label": label, "within": self.within, **about})


def _months(period: Period) -> str:
    first, last = period.first, period.last
    if first == last:
        return f"{first.year} 年 {first.month} 月"
    if first.year == last.year:
        return f"{first.year} 年 {first.month}—{last.month} 月"
    return f"{first.year} 年 {first.month} 月至 {last.year} 年 {last.month} 月"


def asked_for(stated: StatedTemplate, today: date, names: Mapping[str, str]) -> Asked:
    """Raises TemplateNotFound as a fault of the body, IncompleteTemplate or InvalidPeriod. `names` are those of divisions."""
    try:
        template = get_template(stated.key)
        period = None if stated.period is None else parse_period(stated.period, today)
    except TemplateNotFound as error:
        raise Malformed(error.detail, faults=placed(error, POINTER).faults) from error
    except AppError as error:
        raise placed(error, POINTER) from error
    for name in template.needs:
        if getattr(stated, name) is None:
            raise _incomplete(template, name)
    return Asked(template, stated.within, names.get(stated.within or ""), stated.as_of or today, period)


def _incomplete(template: Template, name: str) -> IncompleteTemplate:
    zh, en = f"模板“{template.name}”要给 {name}。", f"The template {template.key} needs {name}."
    told = fault(zh, en, pointer=f"{POINTER}/{name}", rule="missing")
    return IncompleteTemplate(Message(zh, en), faults=[told])


@dataclass(slots=True)
class Filling:
    """The sections as they are cited; each place that has a figure says which, in the order of `wanted`."""

    asked: Asked
    recorded: Mapping[str, Recorded]
    revision: int
    wanted: list[Wanted] = field(default_factory=list)

    def sections(self) -> list[dict[str, Any]]:
        return [
            {"title": section.title, "sentences": list(map(self._sentence, section.sentences))}
            for section in self.asked.template.sections
        ]

    def _sentence(self, sentence: Sentence) -> dict[str, Any]:
        places = {place.name: f"{{{place.name}}}" for place in sentence.places}
        text = sentence.text.format_map({**self.asked.words, **places})
        return {"text": text, "places": list(self._places(sentence)), "absent": sentence.absent}

    def _places(self, sentence: Sentence) -> Iterator[dict[str, Any]]:
        for place in sentence.places:
            why = self._open(place)
            said = {name: getattr(place, name) for name in OF_PLACE}
            yield {**said, "figure": None if why else self._position(place), "why": why}

    def _position(self, place: Place) -> int:
        """Places that show groups of the same figure share it."""
        wanted = Wanted(self.asked.figure(place), POINTER)
        if place.group is None or wanted not in self.wanted:
            self.wanted.append(wanted)
        return self.wanted.index(wanted) + 1 if place.group else len(self.wanted)

    def _open(self, place: Place) -> str | None:
        """Why a place has no figure."""
        if place.metric in self.recorded:
            return WITHOUT_PERIOD if place.about == "period" and self.asked.period is None else None
        waits = not_computable().get(place.metric)
        if waits is not None:
            return f"{waits.reason}需要：{waits.waits_for}。"
        return f"按第 {self.revision} 版所知，指标 {place.metric} 还没有定义。"
