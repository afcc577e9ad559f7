"""Which agreements and pairs are asked for, how addresses say it, and what modes are called."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection

from app.catalogue.code_lists import codes_by_name, labels
from app.catalogue.divisions import below, demand_division
from app.catalogue.params import NOT_STATED
from app.errors import Message, refused
from app.lists.agreements import queries
from app.lists.agreements.rules import Scope

PATH, MATRIX, MODES = "/v1/agreements", "/v1/agreements/matrix", "cross_region_mode"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which agreements, and of the matrix which pairs."""

    within: str | None = None
    partner: str | None = None
    mode: str | None = None
    scope: Scope | None = None

    @property
    def parameters(self) -> dict[str, object]:
        """As addresses carry them."""
        return {"within": self.within, "partner": self.partner, "mode": self.mode, "scope": self.scope}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Raises Malformed for a mode that there isn't."""
        conditions = []
        if self.within is not None:
            conditions.append(below(queries.AGREED.division_code, self.within))
        if self.partner is not None:
            conditions.append(queries.AGREED.partner_division_code == self.partner)
        if self.mode is not None:
            code = read_mode(self.mode)
            conditions.append(queries.mode().is_(None) if code is None else queries.mode() == code)
        if self.scope is not None:
            conditions.append(queries.scope() == self.scope)
        return conditions


def demand_places(connection: Connection, wanted: Wanted) -> None:
    """Raises Malformed for a division that never was."""
    demand_division(connection, wanted.within)
    demand_division(connection, wanted.partner, "partner")


def read_mode(text: str) -> str | None:
    """The code of a mode, called by its code or its label; None for `null`, of which none is stated."""
    if text == NOT_STATED:
        return None
    code = codes_by_name(MODES).get(text.casefold())
    if code is None:
        listed = "、".join(f"{key}（{label}）" for key, label in labels(MODES).items())
        zh = f"没有通办形式“{text[:20]}”。可用：{listed}；没有填的写 null。"
        raise refused("mode", text, "unknown-code", Message(zh, f"There is no mode {text[:20]!r}."))
    return code


def mode_label(code: str | None) -> str | None:
    return None if code is None else labels(MODES).get(code, code)
