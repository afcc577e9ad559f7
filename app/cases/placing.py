"""Which item each row is of: the one that has its code, or had it and has counts standing."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from app.cases import queries
from app.cases.comparing import Placed
from app.cases.reading import Reported, Sheet
from app.catalogue import reads
from app.catalogue.alike import Alike, alike, differs_in_case, mixed_case_codes
from app.catalogue.codes import is_local
from app.catalogue.moments import Moment
from app.catalogue.named import Codes
from app.catalogue.objects import ITEM
from app.db import Record
from app.errors import Message


def place(connection: Connection, sheet: Sheet, reported: Sequence[Reported], moment: Moment) -> Iterator[Placed]:
    """By the codes that are known now; a row of none of them by the codes that ever were, where it restates what stands."""
    codes = Codes.read(connection, {each.code for each in reported}, moment)
    unknown = []
    for said in reported:
        places = {each.place for each in codes.held.get(said.code, ())}
        if said.division is None and len(places) > 1:
            _tell_ambiguous(sheet, said, places)
        elif places and (item := codes.item(said.code, said.division or min(places), said.month.last_day)) is not None:
            yield Placed(item, said)
        else:
            unknown.append(said)
    if unknown:
        yield from _by_former_codes(connection, sheet, unknown, moment)


def _tell_ambiguous(sheet: Sheet, said: Reported, places: Collection[str]) -> None:
    zh = f"编码“{said.code}”在几个区划都有：{'、'.join(sorted(places))}。请加一列“行政区划代码”写明是哪个。"
    message = Message(zh, f"{said.code!r} is used in several divisions; add a column division_code.")
    sheet.tell(said.row, "code", said.code, "ambiguous-code", message)


def _by_former_codes(
    connection: Connection, sheet: Sheet, unknown: Sequence[Reported], moment: Moment
) -> Iterator[Placed]:
    """What was undone or corrected since: counts of it are restated by the code under which they were reported."""
    ever = reads.holders_ever(connection, ITEM, {each.code for each in unknown})
    nearly = _nearly(connection, {each.code for each in unknown} - ever.keys(), moment)
    former: list[Placed] = []
    for said in unknown:
        holders = ever.get(said.code, {})
        if said.division is None and len(holders) > 1:
            _tell_ambiguous(sheet, said, holders)
        elif not holders:
            _tell_unknown(sheet, said, nearly)
        elif (item := holders.get(reads.sharing(ITEM, said.code, said.division or min(holders)))) is not None:
            former.append(Placed(item, said))
        else:
            _tell_elsewhere(sheet, said)
    yield from _restating(connection, sheet, former, moment)


def _restating(connection: Connection, sheet: Sheet, former: Sequence[Placed], moment: Moment) -> Iterator[Placed]:
    items = {each.item for each in former}
    standing = queries.standing(connection, items, {each.said.month for each in former})
    spans = queries.spans(connection, items, moment)
    for each in former:
        if each.slot in standing:
            yield each
        else:
            _tell_former(sheet, each.said, spans.get(each.item, ()))


def _tell_former(sheet: Sheet, said: Reported, known: Sequence[Record]) -> None:
    """A code that is known no more, of which nothing was reported of the month and channel."""
    if known:
        present = known[-1].code
        zh = f"编码“{said.code}”已更正为“{present}”，{said.month} 的这个渠道也没有用它报过，没有可重报的。请改为“{present}”。"
        en = f"The code {said.code!r} was corrected to {present!r}, and no counts stand to restate. Write {present!r}."
    else:
        present = None
        zh = (
            f"编码“{said.code}”的事项已撤销，按现在所知从来没有过；{said.month} 的这个渠道也没有报过它的办件，没有可重报的。"
            "请核对编码（事项清单见 /v1/items）和月份。"
        )
        en = f"The item {said.code!r} was undone, and no counts of it stand to restate. Check the code and the month."
    sheet.tell(said.row, "code", said.code, "unknown-item", Message(zh, en), present)


def _tell_elsewhere(sheet: Sheet, said: Reported) -> None:
    zh = f"区划 {said.division} 没有编码为“{said.code}”的事项。"
    message = Message(zh, f"There is no item {said.code!r} in {said.division}.")
    sheet.tell(said.row, "code", said.code, "unknown-item", message)


def _nearly(connection: Connection, unknown: set[str], moment: Moment) -> Alike:
    return alike(connection, moment, unknown, mixed_case_codes(connection, moment)) if unknown else {}


def _tell_unknown(sheet: Sheet, said: Reported, nearly: Alike) -> None:
    held = nearly.get(said.code.casefold(), ())
    present = next((code for code, place in held if not is_local(code) or said.division in (None, place)), None)
    if present is None:
        sheet.tell(said.row, "code", said.code, "unknown-item", _no_item(said.code))
    else:
        message = differs_in_case(said.code, present)
        sheet.tell(said.row, "code", said.code, "code-differs-in-case", message, present)


def _no_item(code: str) -> Message:
    zh = f"没有编码为“{code}”的事项，从来没有过。请核对编码（事项清单见 /v1/items）；新事项要先发布再报办件。"
    return Message(zh, f"There is no item {code!r}, and never was.")
