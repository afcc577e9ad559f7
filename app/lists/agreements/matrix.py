"""The matrix of agreements: items, partners and modes, pair by pair, and what the pairs come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from app.catalogue.code_lists import labels
from app.catalogue.moments import Moment
from app.catalogue.params import NOT_STATED
from app.db import Record
from app.lists.agreements import queries
from app.lists.agreements.rules import DEFINITION, SCOPE_LABELS
from app.lists.agreements.wanted import MATRIX, MODES, PATH, Wanted, demand_places, mode_label
from app.lists.named_items import item_out
from app.pages import link


def rows(
    connection: Connection, moment: Moment, wanted: Wanted, after: Sequence[object] = (), limit: int | None = None
) -> Sequence[Record]:
    """Raises Malformed where a division or the mode is wrong."""
    demand_places(connection, wanted)
    return queries.pairs_page(connection, moment, wanted.conditions(), after, limit)


def pair_out(row: Record, moment: Moment) -> dict[str, object]:
    item = item_out(row, moment) or {}
    return {
        **item,
        "partner_division_code": row.partner_division_code,
        "partner_name": row.partner_name,
        "scope": row.scope,
        "scope_label": SCOPE_LABELS[row.scope],
        "mode": row.mode,
        "mode_label": mode_label(row.mode),
        "agreement": row.agreement,
        "agreement_url": link(f"{PATH}/{row.agreement}", **moment.pinned),
    }


@dataclass(frozen=True, slots=True)
class Totals:
    """How many pairs there are, and what the answer says of all of them."""

    pairs: int
    shown: dict[str, object]


def totals(connection: Connection, moment: Moment, wanted: Wanted) -> Totals:
    """What the pairs come to, whole and by mode and scope; each number with the address of what it counts."""
    conditions = wanted.conditions()
    whole = queries.totals(connection, moment, conditions)
    of_any_mode, of_any_scope = (replace(wanted, **{name: None}).conditions() for name in ("mode", "scope"))
    by_mode = queries.totals_by(connection, moment, of_any_mode, queries.mode())
    by_scope = queries.totals_by(connection, moment, of_any_scope, queries.scope())
    modes = [*labels(MODES), *([None] if None in by_mode else [])]
    shown = {
        **whole._mapping,
        "definition": DEFINITION,
        "items_url": _items_url(wanted, moment),
        "agreements_url": None if wanted.mode or wanted.scope else _address(PATH, wanted, moment),
        "by_mode": _parts("mode", modes, by_mode, wanted, moment),
        "by_scope": _parts("scope", [*SCOPE_LABELS], by_scope, wanted, moment),
    }
    return Totals(whole.pairs, shown)


def _address(path: str, wanted: Wanted, moment: Moment, **narrower: object) -> str:
    return link(path, **(wanted.parameters | narrower), **moment.pinned)


def _items_url(wanted: Wanted, moment: Moment) -> str | None:
    """The items of the pairs; None where they are narrowed by mode or scope, which no filter over items can tell."""
    if wanted.mode or wanted.scope:
        return None
    partner = wanted.partner
    agreed = "agreement_partner_count > 0" if partner is None else f"A_CONTAINS(agreement_partners, ('{partner}'))"
    return link("/v1/items", filter=agreed, within=wanted.within, **moment.pinned)


def _parts(
    name: str, keys: Sequence[Any], found: Mapping[str | None, Record], wanted: Wanted, moment: Moment
) -> list[dict[str, object]]:
    """By each key, none left out, how many pairs and items; the address leads to the pairs.

    Each is counted whatever of its own kind was asked for, as its address does.
    """

    def part(key: Any) -> dict[str, object]:
        row, asked = found.get(key), NOT_STATED if key is None else key
        label = SCOPE_LABELS[key] if name == "scope" else mode_label(key)
        url = _address(MATRIX, wanted, moment, **{name: asked})
        counts = {"pairs": row.pairs if row else 0, "items": row.items if row else 0}
        return {name: key, "label": label or "未填", **counts, "url": url}

    return [part(key) for key in keys]
