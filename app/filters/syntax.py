"""The parts a filter is made of, each knowing where it stands in the text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from lark import Token
from lark.ast_utils import AsList, Ast, WithMeta
from lark.tree import Meta

Mark = Token | None


@dataclass(frozen=True, slots=True)
class Node(Ast, WithMeta):
    meta: Meta

    def children(self) -> Iterator["Node"]:
        """The nodes below, in the order of the text."""
        for field in fields(self):
            part = getattr(self, field.name)
            yield from (each for each in (part if isinstance(part, list) else [part]) if isinstance(each, Node))


@dataclass(frozen=True, slots=True)
class Or(Node, AsList):
    conditions: list[Node]


@dataclass(frozen=True, slots=True)
class And(Node, AsList):
    conditions: list[Node]


@dataclass(frozen=True, slots=True)
class Not(Node):
    mark: Token
    condition: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    left: Node
    sign: Token
    right: Node


@dataclass(frozen=True, slots=True)
class Like(Node):
    value: Node
    negated: Mark
    pattern: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    negated: Mark
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Options(Node, AsList):
    nodes: list[Node]


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    negated: Mark
    options: Options


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    value: Node
    negated: Mark


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    left: Node
    sign: Token
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    mark: Token
    value: Node


@dataclass(frozen=True, slots=True)
class Arguments(Node, AsList):
    nodes: list[Node]


@dataclass(frozen=True, slots=True)
class Call(Node):
    name: Token
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Array(Node, AsList):
    nodes: list[Node]


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """A name, bare or in double quotes."""

    token: Token

    @property
    def quoted(self) -> bool:
        return self.token.type == "QUOTED"

    @property
    def name(self) -> str:
        return self.token[1:-1] if self.quoted else str(self.token)


@dataclass(frozen=True, slots=True)
class String(Node):
    token: Token

    @property
    def value(self) -> str:
        return self.token[1:-1].replace("''", "'")


@dataclass(frozen=True, slots=True)
class Number(Node):
    token: Token


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    token: Token

    @property
    def value(self) -> bool:
        return self.token.upper() == "TRUE"


@dataclass(frozen=True, slots=True)
class Null(Node):
    pass
