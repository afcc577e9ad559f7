"""What a new edition takes over from the one before it: the reasons for what is not claimed."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from app.lists.editions import queries, service
from app.lists.editions.checking import Said, Target, items_of
from app.lists.editions.rules import Edition, Entry


def carried(connection: Connection, target: Target, known: Sequence[Edition], entries: Sequence[Said]) -> list[Said]:
    """The reasons of the last edition of a replaced list, but for what the new entries claim or the list above dropped."""
    before = [each for each in known if each.start < target.day]
    if target.kept.succession != "replaced" or not before:
        return []
    last = before[-1].nearest(target.day)
    reasons = (last.unclaimed or ()) if last.version_id is None else queries.unclaimed_of(connection, last.version_id)
    claimed = _basic_codes(connection, target, entries) if reasons else set()
    above = _codes_above(connection, target) if reasons else None
    return [
        {name: value for name, value in each.items() if value}
        for each in reasons
        if each["catalog_code"] not in claimed and (above is None or each["catalog_code"] in above)
    ]


def told_of_carried(reasons: Sequence[Said]) -> Iterator[str]:
    if reasons:
        yield f"沿用上一版的 {len(reasons)} 项未认领理由；不沿用的，写 unclaimed（没有的写 []）。"


def _basic_codes(connection: Connection, target: Target, entries: Sequence[Said]) -> set[str]:
    """As the entries say them, else as the items do."""
    items = items_of(connection, target, [each for each in entries if not each.get("catalog_code")])
    said = {code for each in entries if (code := each.get("catalog_code"))}
    return said | {row.catalog_code for row in items if row is not None and row.catalog_code}


def _codes_above(connection: Connection, target: Target) -> set[str] | None:
    """What the list above lists on the first day; None where there is none, or none of its editions is in force then."""
    if target.kept.upper_list_code is None:
        return None
    known = service.editions_of(connection, target.kept.upper_list_code, target.moment)
    rows = service.in_force(known, target.day)
    return _codes_of(connection, target, service.entries_of(connection, rows)) if rows else None


def _codes_of(connection: Connection, target: Target, entries: Sequence[Entry]) -> set[str]:
    lacking = {each.item_id for each in entries if each.item_id and not each.said.get("catalog_code")}
    items = queries.items(connection, lacking, target.moment)
    said = {code for each in entries if (code := each.said.get("catalog_code"))}
    return said | {row.catalog_code for row in items.values() if row.catalog_code}
