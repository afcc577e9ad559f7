"""Confirming items as it goes over the wire."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from app.catalogue.schemas import EvidenceSeen
from app.changes.schemas import Line
from app.errors import Message
from app.patterns import LINE, LINES
from app.schema import Body, Day, said

MOST_EVIDENCE = 50
NO_ADDRESS = Message(
    "应是 http:// 或 https:// 开头、带域名的网址，中间没有空格",
    "must be an address with a host that begins with http:// or https://, without blanks",
)


NO_CREDENTIALS = Message(
    "网址里不能有用户名和密码：佐证是公开的，谁都看得到",
    "must not hold a user name or a password: everybody sees evidence",
)


def web_address(given: str) -> str:
    """Raises a fault for what no browser opens, and for what would give away a password."""
    try:
        parts = urlsplit(given)
    except ValueError:
        raise said("not-a-web-address", NO_ADDRESS) from None
    if "@" in parts.netloc:
        raise said("with-credentials", NO_CREDENTIALS)
    if parts.scheme in ("http", "https") and parts.hostname and not any(map(str.isspace, given)):
        return given
    raise said("not-a-web-address", NO_ADDRESS)


Note = Annotated[str, Field(description="备注，如怎样核实的", max_length=2000, pattern=LINES)]
WebAddress = Annotated[str, Field(max_length=2000, pattern=LINE), AfterValidator(web_address)]


class EvidenceGiven(Body):
    """Where one sees that an element of the item is so."""

    element: Annotated[Line, Field(description="哪个要素：字段名或名称，是否类或代码类", examples=["is_online"])]
    url: Annotated[WebAddress, Field(description="在哪个网址看到", examples=["https://zwfw.example.cn/apply/104001"])]
    checked_on: Annotated[Day | None, Field(description="哪天看的，默认今天")] = None
    checker: Annotated[Line | None, Field(description="谁看的，默认为调用人")] = None


class VerifyItem(Body):
    """One looked at the item and it is right."""

    note: Note | None = None
    evidence: list[EvidenceGiven] = Field([], description="佐证，每个要素最多一条", max_length=MOST_EVIDENCE)


class VerifyItems(Body):
    """One looked at a list of items and all of them are right."""

    expected: Annotated[int, Field(description="看到的清单里有多少个事项（total）；对不上就是 409", ge=1, le=2**31 - 1)]
    note: Note | None = None


class Verified(BaseModel):
    """An item that was confirmed just now. Nothing of its content changed, and no version was made."""

    code: str
    verified_on: str
    verified_by: str
    revision: Annotated[int, Field(description="核实占用的版次：以前各版不知道这次核实")]
    url: str
    verifications_url: str


class VerifiedItems(BaseModel):
    """Items that were confirmed together."""

    total: Annotated[int, Field(description="核实了多少个事项")]
    verified_on: str
    verified_by: str
    revision: Annotated[int, Field(description="核实占用的版次：以前各版不知道这次核实")]
    items_url: Annotated[str, Field(description="正好这些事项的地址：按核实以前那一版的条件")]


class EvidenceOut(EvidenceSeen):
    """Evidence of one element."""

    element: str
    label: Annotated[str, Field(description="要素的名称")]


class VerificationOut(BaseModel):
    """One confirmation of an item."""

    verified_on: str
    verified_at: str
    verified_by: str
    note: str | None
    revision: int
    evidence: list[EvidenceOut]


class VerificationPage(BaseModel):
    """The confirmations of an item, the newest first."""

    id: Annotated[int, Field(description="事项的内部编号")]
    items: list[VerificationOut]
    total: int
    next: str | None
