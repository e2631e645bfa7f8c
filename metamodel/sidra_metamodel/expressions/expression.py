"""The checked expression, and the check that makes it."""

from dataclasses import dataclass, field
from functools import cached_property

from sidra_metamodel.expressions import operators, paths
from sidra_metamodel.expressions.capability import Refusal, sql_refusal
from sidra_metamodel.expressions.checker import Checker
from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.functions import Functions, accepts
from sidra_metamodel.expressions.limits import MAX_RELATIONS
from sidra_metamodel.expressions.nodes import Node
from sidra_metamodel.expressions.parser import parse
from sidra_metamodel.expressions.scope import Schema, Scope
from sidra_metamodel.expressions.syntax import Syntax
from sidra_metamodel.expressions.types import BOOLEAN, EnumType, ManyType, RecordType, Type, is_text


@dataclass(frozen=True)
class Expression:
    """An expression whose names and types are proved; what both back ends compile."""

    text: str
    tree: Syntax
    """What was written."""
    root: Node = field(repr=False)
    """What it means."""
    schema: Schema = field(repr=False, compare=False)
    _refusal: Refusal | None = None

    @property
    def type(self) -> Type:
        """The type of the value."""
        return self.root.type

    @property
    def sql_refusal(self) -> str | None:
        """Why the expression has no SQL form, or None if it has one."""
        return self._refusal.reason if self._refusal else None

    @property
    def sql_refusal_offset(self) -> int | None:
        """The character of the text where the reason stands, or None."""
        return self._refusal.offset if self._refusal else None

    @cached_property
    def reads(self) -> frozenset[str]:
        """The dotted paths from `this` that the value depends on, as `customer.segment` and `tickets.status`."""
        return paths.reads(self.root)

    @cached_property
    def attributes(self) -> frozenset[tuple[str, str]]:
        """Each entity with the attribute or relation that is read of it, wherever the path begins."""
        return paths.attributes(self.root)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names beside `this` that the value depends on: `now`, `user`, `old`."""
        return paths.names(self.root)


def check(text: str, scope: Scope, schema: Schema, functions: Functions, expects: Type | None = None) -> Expression:
    """Give the checked expression of a text; raises ExpressionError where text, names, types or bounds are wrong.

    With `expects` the value has that type, or is null: a number widens to the scale of a decimal, a literal is
    checked against an enum.
    """
    tree = parse(text)
    root = Checker(scope, schema, functions).check(tree)
    if len(walked := paths.relations(root)) > MAX_RELATIONS:
        message = f"walks {len(walked)} relations, more than {MAX_RELATIONS}"
        raise ExpressionError(message, tree.offset, tree.length, hint="move a part into a computed attribute")
    if expects is not None:
        root = _expected(root, expects, tree, schema)
    return Expression(text, tree, root, schema, sql_refusal(root))


def _expected(root: Node, expects: Type, tree: Syntax, schema: Schema) -> Node:
    if isinstance(expects, EnumType) and is_text(root.type):
        operators.check_literals(root, expects)
        return root
    if accepts(expects, root.type) or _leads_to(root.type, expects, schema):
        return operators.widen(root, expects)
    hint = "compare it with something" if expects == BOOLEAN else f"write what gives {expects}"
    raise ExpressionError(f"gives {root.type}, where {expects} is expected", tree.offset, tree.length, hint=hint)


def _leads_to(given: Type, expects: Type, schema: Schema) -> bool:
    """Tell whether all records that the value can be are of the expected entities."""
    if isinstance(given, ManyType) or isinstance(expects, ManyType):
        return False
    if not isinstance(given, RecordType) or not isinstance(expects, RecordType):
        return False
    return not expects.entities or all(
        any(schema.is_subtype(one, two) for two in expects.entities) for one in given.entities or ("",)
    )
