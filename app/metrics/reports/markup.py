"""HTML that is built of elements, so that every text is escaped where it is put in."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | int | float | None"


def element(name: str, *children: Child, **attributes: str | int | float | None) -> Markup:
    """`class_` is class; an attribute that is None is left out; `_` in a name is `-`."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> Markup:
    return Markup("".join(map(_written, children)))


def _written(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else escape(str(child))


def table(head: Iterable[str], rows: Iterable[Iterable[Child]]) -> Markup:
    """Numbers stand at the right."""
    titles = element("tr", *(element("th", each) for each in head))
    lines = [element("tr", *map(_cell, row)) for row in rows]
    return element("table", element("thead", titles), element("tbody", *lines))


def _cell(value: Child) -> Markup:
    return element("td", value, class_="number" if isinstance(value, int | float) else None)
