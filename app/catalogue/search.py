"""Finding items by words: an index of characters and bigrams names the candidates, the words themselves decide."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    column,
    delete,
    insert,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from app.catalogue.objects import DEPARTMENT, ITEM, ObjectType
from app.catalogue.reads import chunks
from app.catalogue.versions import Asked, ever, versions
from app.db import PlainText
from app.errors import Message, refused
from app.files.cleaning import INVISIBLE

LONGEST = 200
MOST_WORDS = 10
BY_DEPARTMENT = 1_000_000  # The place of a word that only the department's name has: after all others.

# One row for an item, with every gram that it ever had: it never has to be right about days or revisions, since what
# it finds is looked at again. FTS5 on SQLite, a tsvector on PostgreSQL (see migrations).
GRAMS = Text().with_variant(TSVECTOR(), "postgresql")
item_search = table("item_search", column("rowid", Integer()), column("grams", GRAMS))


def folded(text: str) -> str:
    """As words are compared: full width as half width, capitals as small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def search_text(kind: ObjectType, content: Mapping[str, object]) -> dict[str, object]:
    """What words are looked for in: of an item its name, aliases and main item, of a department its name."""
    if kind is ITEM:
        aliases = content.get("aliases")
        others = aliases if isinstance(aliases, Sequence) else ()
        texts = [content.get("name"), *others, content.get("main_item_name")]
        return {"search_text": "\n".join(folded(str(text)) for text in texts if text)}
    return {"search_text": folded(str(content.get("name")))} if kind is DEPARTMENT else {}


def read_words(q: str | None) -> tuple[str, ...]:
    """The words of `q`, each once. Raises Malformed where there is none, or far too many."""
    if q is None:
        return ()
    words = tuple(dict.fromkeys(folded(INVISIBLE.sub("", q)).split()))
    if not words:
        zh, en = (
            "参数 q 没有内容。请写要找的词，如 q=养老 备案；不找词就去掉 q。",
            "q is empty. Write words, or leave it out.",
        )
    elif len(q) > LONGEST or len(words) > MOST_WORDS:
        zh = f"参数 q 太长：最多 {LONGEST} 个字符、{MOST_WORDS} 个词（以空格分开）。"
        en = f"q is too long: at most {LONGEST} characters and {MOST_WORDS} words."
    else:
        return words
    raise refused("q", q, "words", Message(zh, en))


def grams_of(text: str) -> str:
    """The single characters and bigrams of a text, without blanks and ASCII punctuation, which no index keeps."""
    kept = _kept(text)
    return " ".join(sorted({*kept, *_bigrams(kept)}))


def grams_wanted(word: str) -> str:
    """The grams that every text with the word has; none where the word is nothing but punctuation."""
    kept = _kept(word)
    return " ".join(sorted(set(_bigrams(kept)) or set(kept)))


def _kept(text: str) -> str:
    return "".join(each for each in text if (each.isalnum() or not each.isascii()) and not each.isspace())


def _bigrams(text: str) -> Iterable[str]:
    return map("".join, pairwise(text))


class Place(FunctionElement[int]):
    """Where a text has a word, from 1; 0 where it has not."""

    type = Integer()
    inherit_cache = True


class HasGrams(FunctionElement[Any]):
    """Whether a row of the index has all grams of a list; without a type, or SQLite would be asked for `= 1`."""

    type = NullType()
    inherit_cache = True


@compiles(Place, "sqlite")
def _place_on_sqlite(element: Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(Place, "postgresql")
def _place_on_postgresql(element: Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


@compiles(HasGrams, "sqlite")
def _has_on_sqlite(element: HasGrams, compiler: SQLCompiler, **options: Any) -> str:
    return f"item_search MATCH {compiler.process(element.clauses, **options)}"


@compiles(HasGrams, "postgresql")
def _has_on_postgresql(element: HasGrams, compiler: SQLCompiler, **options: Any) -> str:
    return f"grams @@ CAST(replace({compiler.process(element.clauses, **options)}, ' ', ' & ') AS tsquery)"


def shape(words: Sequence[str]) -> tuple[str, ...]:
    """What a statement depends on: how many words there are, and for which of them the index knows anything."""
    return tuple("word" if grams_wanted(word) else "sign" for word in words)


def given(words: Sequence[str]) -> dict[str, str]:
    """The values that a statement over words runs with."""
    texts = {f"word_{place}": word for place, word in enumerate(words)}
    return texts | {f"grams_{place}": grams_wanted(word) for place, word in enumerate(words)}


def conditions(shapes: Sequence[str]) -> list[ColumnElement[bool]]:
    """An item has every word, each in one of its texts or in the name that its department has at the moment."""
    return [_has(place, indexed=each == "word") for place, each in enumerate(shapes)]


def _has(place: int, *, indexed: bool) -> ColumnElement[bool]:
    item, department = ITEM.table.c, DEPARTMENT.table.c
    called = versions(DEPARTMENT, Asked(latest=False), [department.code]).where(
        Place(department.search_text, word(place)) > 0
    )
    has = or_(Place(item.search_text, word(place)) > 0, item.department_code.in_(called))
    if not indexed:
        return has
    by_grams = select(item_search.c.rowid).where(HasGrams(bindparam(f"grams_{place}", type_=Text())))
    by_department = ever([item.id]).where(item.department_code.in_(called)).correlate(None)
    return and_(item.id.in_(union_all(by_grams, by_department)), has)


def word(place: int) -> ColumnElement[str]:
    return bindparam(f"word_{place}", type_=PlainText)


def rank(shapes: Sequence[str]) -> ColumnElement[int]:
    """The places of the words added up: a name that begins with the word comes first, then aliases, then main items."""
    places = [Place(ITEM.table.c.search_text, word(place)) for place in range(len(shapes))]
    found = [case((place > 0, place), else_=BY_DEPARTMENT) for place in places]
    return sum(found[1:], start=found[0])


def index_texts(connection: Connection, ids: Iterable[int]) -> None:
    """The index learns all that the items were ever called; to be told of items whose versions were written."""
    item = ITEM.table.c
    for numbers in chunks(ids):
        texts: dict[int, str] = dict.fromkeys(numbers, "")
        for number, text in connection.execute(
            ever([item.id, item.search_text]).where(item.id.in_(numbers)).distinct()
        ):
            texts[number] += f"\n{text}"
        connection.execute(delete(item_search).where(item_search.c.rowid.in_(numbers)))
        rows = [{"rowid": number, "grams": grams_of(text)} for number, text in texts.items()]
        connection.execute(insert(item_search), rows)


def forget_grams(connection: Connection) -> None:
    """SQLite's index keeps what was taken out of it until its parts are merged, which takes a second for 100,000 items."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO item_search (item_search) VALUES ('optimize')")
