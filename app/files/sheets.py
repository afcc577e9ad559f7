"""A look at the XML of one sheet before it is loaded: how far it reaches, what is hidden, what the reader would lose."""

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from app.files.archives import each_element, unpack
from app.files.rows import BrokenCell, Percent

Lost: TypeAlias = dict[tuple[int, int], BrokenCell | Percent]
"""What the reader does not tell of cells, by row and column."""

REFERENCE = re.compile(rb'<c r="([A-Z]+)(\d+)"')
ROW = re.compile(rb'<row\b[^>]*? r="(\d+)"')
FORMULA = rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)"
FAILED = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*? t="e"[^>]*>(?:' + FORMULA + rb")?<v>([^<]*)</v>")
# A formula that gives empty text is marked t="str"; without the mark an empty value was never calculated.
NEVER_CALCULATED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]* t="str")[^>]*>(' + FORMULA + rb")(?:<v\s*/>|<v></v>|</c>)"
)
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[Ee][+-]?\d{1,3})?")
HIDDEN = re.compile(rb'<(row|col)\b([^>]*? hidden="(?:1|true)"[^>]*)>')
MOST_ROWS, MOST_COLUMNS = 2**20, 2**14
PLACE = re.compile(rb' (r|min|max)="(\d+)"')
LONGEST_CARRY = 8 << 20


class Extent(NamedTuple):
    """The last row and column (from 1) a sheet uses; both 0 when it is empty."""

    rows: int
    columns: int


class Hidden(NamedTuple):
    """Rows and columns (from 1) that are not seen, by a filter or by hand: they are read all the same."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


NOTHING_HIDDEN = Hidden()


class Look(NamedTuple):
    extent: Extent
    hidden: Hidden


class Survey(NamedTuple):
    extent: Extent
    hidden: Hidden
    lost: Lost
    is_plain: bool
    """False if cells are written in a way the quick look cannot count: then only `exact_look` is to be trusted."""


def survey(path: Path, part: zipfile.ZipInfo, percent: Collection[int] = ()) -> Survey:
    """The quick look: the extent is good to a factor of two, and counts cells that have only a format, too.

    `percent` are the styles that show numbers in per cent.
    """
    extent, hidden, lost, is_plain = Extent(0, 0), _Hidden(), Lost(), True
    in_percent = _in_percent(percent) if percent else None
    for piece in _pieces(unpack(path, part)):
        extent = Extent(max([extent.rows, *map(int, ROW.findall(piece))]), extent.columns)
        if outside(extent).search(piece):
            extent = _widened(extent, piece)
            is_plain = is_plain and not outside(extent).search(piece)
        is_plain = is_plain and b":c" not in piece
        lost |= _broken(piece)
        lost |= _percents(in_percent, piece) if in_percent else {}
        for element, attributes in HIDDEN.findall(piece) if b' hidden="' in piece else ():
            hidden.add(element.decode(), {name.decode(): int(number) for name, number in PLACE.findall(attributes)})
    return Survey(extent, hidden.found, lost, is_plain)


def exact_look(path: Path, part: zipfile.ZipInfo) -> Look:
    """The slow, sure look: reaches as far as cells with a value do."""
    counter = _Counter()
    each_element(path, part, counter.start)
    return Look(Extent(counter.rows, counter.columns), counter.hidden.found)


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


class _Hidden:
    """Gathers what is hidden; of columns a range is hidden at once, often up to the last there can be."""

    def __init__(self) -> None:
        self._rows, self._columns = set[int](), set[int]()

    def add(self, element: str, place: Mapping[str, int]) -> None:
        if element == "row" and 0 < place.get("r", 0) <= MOST_ROWS:
            self._rows.add(place["r"])
        elif element == "col":
            self._columns.update(range(place.get("min", 1), min(place.get("max", 1), MOST_COLUMNS) + 1))

    @property
    def found(self) -> Hidden:
        return Hidden(frozenset(self._rows), frozenset(self._columns))


class _Counter:
    """Follows rows and cells, whether or not they say where they are."""

    def __init__(self) -> None:
        self.rows = self.columns = self.row = self.column = 0
        self.hidden = _Hidden()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if name == "row":
            self.row, self.column = int(place) if place else self.row + 1, 0
        elif name == "c" and place:
            letters = place.rstrip("0123456789")
            self.row, self.column = int(place[len(letters) :]), column_number(letters.upper().encode())
        elif name == "c":
            self.column += 1
        elif name in ("v", "is"):
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if attributes.get("hidden") in ("1", "true"):
            ends = [end for end in ("min", "max") if end in attributes]
            self.hidden.add(name, {"r": self.row} | {end: int(attributes[end]) for end in ends})


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes cut in front of a cell, so that no cell is in two pieces."""
    carry = b""
    for chunk in chunks:
        carry += chunk
        cut = carry.rfind(b"<c ")
        if cut > 0 or len(carry) > LONGEST_CARRY:
            yield carry[:cut] if cut > 0 else carry
            carry = carry[cut:] if cut > 0 else b""
    yield carry


def _widened(extent: Extent, piece: bytes) -> Extent:
    places = set(REFERENCE.findall(piece))
    return Extent(
        max([extent.rows, *(int(row) for _, row in places)]),
        max([extent.columns, *(column_number(letters) for letters, _ in places)]),
    )


def outside(extent: Extent) -> re.Pattern[bytes]:
    """Finds a cell well beyond the extent, or one that does not begin with its place (A1), as Excel writes it."""
    column, row = _about(column_letters(extent.columns), "A-Z"), _about(str(extent.rows), "0-9")
    return re.compile(rf'<c(?! r="{column}{row}")(?![A-Za-z])'.encode())


def _about(text: str, digits: str) -> str:
    """A pattern for every number, or column, up to the highest that begins like `text`: up to 699 for 620.

    It is tried on every cell, and one branch is three times as fast as the exact bound.
    """
    return f"[{digits[0]}-{text[:1] or digits[0]}]?[{digits}]{{0,{max(len(text) - 1, 0)}}}"


def _broken(piece: bytes) -> Lost:
    found = Lost()
    if b' t="e"' in piece:
        found |= {_place(hit): BrokenCell(_text(hit[3])) for hit in FAILED.finditer(piece)}
    if b"<f" in piece:
        found |= {_place(hit): BrokenCell(_formula(hit[3])) for hit in NEVER_CALCULATED.finditer(piece)}
    return found


def _in_percent(styles: Collection[int]) -> re.Pattern[bytes]:
    """Finds a number in a cell of one of the styles; a cell that says no type, or n, holds a number."""
    named = "|".join(map(str, sorted(styles))).encode()
    cell = rb'<c r="([A-Z]+)(\d+)"(?=[^>]* s="(?:' + named + rb')")(?![^>]* t="[^n])[^>]*>'
    return re.compile(cell + rb"(?:" + FORMULA + rb")?<v>([^<]+)</v>")


def _percents(in_percent: re.Pattern[bytes], piece: bytes) -> Lost:
    return {_place(hit): Percent(hit[3]) for hit in in_percent.finditer(piece) if NUMBER.fullmatch(hit[3])}


def _place(hit: re.Match[bytes]) -> tuple[int, int]:
    return int(hit[2]), column_number(hit[1])


def _formula(element: bytes) -> str:
    return "=" + _text(re.sub(rb"<[^>]*>", b"", element))


def _text(escaped: bytes) -> str:
    text = escaped.decode("utf-8", "replace")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
