"""What must hold of integrated matters (一件事): at least two members, which wait for members, never in a circle."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.catalogue.objects import INTEGRATED_MATTER
from app.catalogue.precedence import circle
from app.catalogue.versions import OPEN, ever
from app.errors import Fault, fault

FEWEST = 2
MEMBERS = "/content/members"


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    table = INTEGRATED_MATTER.table.c
    written = ever([table.code, table.members]).where(table.recorded_in == number, table.superseded_in == OPEN)
    for code, members in connection.execute(written.order_by(table.code, table.valid_from)):
        yield from member_faults(code, members or ())


def member_faults(code: object, members: Sequence[Mapping[str, Any]], pointer: str = MEMBERS) -> Iterator[Fault]:
    """What is wrong with the members of a matter, whatever items they are."""
    if len(members) < FEWEST:
        yield fault(
            f"一件事 {code} 只有 {len(members)} 个成员：至少要两个事项才能合成一件事。请补上成员事项。",
            f"Integrated matter {code} has {len(members)} members; it takes two at least.",
            pointer=pointer, value=str(len(members)), rule="too-few-members",
        )  # fmt: skip
    codes = {each["code"] for each in members}
    yield from _unknown(code, members, codes, pointer)
    waits = {each["code"]: [other for other in each.get("after") or () if other in codes] for each in members}
    if (found := circle(waits)) is not None:
        shown = " → ".join(found)
        yield fault(
            f"一件事 {code} 的成员互相等待，成了一圈：{shown}（前一个办完才能办后一个），谁也开始不了。"
            "请去掉其中一个前置成员。",
            f"Members of {code} wait for each other in a circle, each for the one before it: {shown}.",
            pointer=pointer, value=shown[:200], rule="circle-of-members",
        )  # fmt: skip


def _unknown(code: object, members: Sequence[Mapping[str, Any]], codes: set[str], pointer: str) -> Iterator[Fault]:
    for position, each in enumerate(members):
        for place, other in enumerate(each.get("after") or ()):
            if other not in codes:
                yield fault(
                    f"一件事 {code} 的成员 {each['code']} 要等 {other} 办完，而 {other} 不是成员。"
                    "前置成员要写成员事项的编码；请改编码，或把它加为成员。",
                    f"Member {each['code']} of {code} waits for {other}, which is no member.",
                    pointer=f"{pointer}/{position}/after/{place}", value=other, rule="unknown-member",
                )  # fmt: skip
