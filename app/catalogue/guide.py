"""What the guide of an item lacks, section by section."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.completeness import BY_SECTION, missing, required
from app.catalogue.element import Element
from app.catalogue.schemas import Dated


def guide(content: Mapping[str, object]) -> dict[str, object]:
    """How complete the guide is, in all and by section, as stored with the version, with the elements that are missing."""
    sections = [
        {
            "section": section,
            "field": field,
            **_numbers(content, field, section),
            "missing": _named(missing(content, section)),
        }
        for field, section in BY_SECTION.items()
    ]
    return {**_numbers(content, "completeness"), "sections": sections}


def _numbers(content: Mapping[str, object], field: str, section: str | None = None) -> dict[str, object]:
    demanded = len(required(section))
    stated = demanded - len(missing(content, section))
    return {"completeness": content[field], "required": demanded, "stated": stated}


def _named(elements: Sequence[Element]) -> list[dict[str, object]]:
    return [{"field": each.name, "label": each.label, "exchange": each.exchange} for each in elements]


# The models below only describe: answers are written to bytes.


class Missing(BaseModel):
    """A required element that is not stated."""

    field: Annotated[str, Field(description="要素的字段名，修改时用它")]
    label: Annotated[str, Field(description="要素名称")]
    exchange: Annotated[str | None, Field(description="国家交换库里的列名")]


class Completeness(BaseModel):
    """How much of what is required is stated."""

    completeness: Annotated[int, Field(description="完整度：已填占应填的百分之几，向下取整，100 即一项不缺")]
    required: Annotated[int, Field(description="应填的要素数")]
    stated: Annotated[int, Field(description="已填的要素数；填了“无”也是已填")]


class Section(Completeness):
    """One section of the guide."""

    section: Annotated[str, Field(description="部分的名称")]
    field: Annotated[str, Field(description="这一部分完整度的字段名，可用于过滤和排序")]
    missing: Annotated[list[Missing], Field(description="应填未填的要素")]


class GuideCompleteness(Dated, Completeness):
    """How complete the guide of an item is on a day, and what it lacks."""

    id: int
    code: Annotated[str, Field(description="事项现在的编码")]
    name: str
    version: Annotated[int, Field(description="说的是哪一版")]
    sections: Annotated[list[Section], Field(description="各部分，顺序同要素字典")]
    url: Annotated[str, Field(description="这一版事项")]
