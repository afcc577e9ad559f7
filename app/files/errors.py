"""Why a whole file or a whole mapping is refused; each says where, as far as it knows."""

from collections.abc import Sequence
from typing import ClassVar

from app.errors import Fault, Malformed, Message


class BadFile(Malformed):
    """A file nothing can be taken from; `faults` carry row, column, value and the `rule` of the class."""

    slug, title = "bad-file", Message("文件无法读取", "The file cannot be read")
    rule: ClassVar[str] = "bad-file"

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        detail = Message(zh, en)
        own = Fault(detail=detail, row=row, column=column, value=value, rule=self.rule)
        super().__init__(detail, faults=faults or (own,))


class EmptyFile(BadFile):
    rule = "empty-file"


class NotWhatItsNameSays(BadFile):
    rule = "not-what-its-name-says"


class UnsupportedFile(BadFile):
    rule = "unsupported-file"


class EncryptedFile(BadFile):
    rule = "encrypted-file"


class BrokenFile(BadFile):
    rule = "broken-file"


class BadEncoding(BadFile):
    rule = "bad-encoding"


class FileTooLarge(BadFile):
    rule = "file-too-large"


class TooManyRows(BadFile):
    rule = "too-many-rows"


class TooManyColumns(BadFile):
    rule = "too-many-columns"


class NoHeader(BadFile):
    rule = "no-header"


class TwoHeaders(NoHeader):
    rule = "two-headers"


class HiddenSheet(BadFile):
    rule = "hidden-sheet"


class MergedCells(BadFile):
    rule = "merged-cells"


class BadColumns(BadFile):
    """Columns that are unknown, or two for one element: one fault each."""

    rule = "bad-columns"
    title = Message("文件的列有问题", "The columns of the file are not right")


class BadMapping(BadFile):
    """A mapping that is not TOML, not of the known shape, or names elements that do not exist."""

    slug, title, rule = "bad-mapping", Message("映射文件有误", "The mapping is not right"), "bad-mapping"
