"""Syntax to checked nodes: names resolved, types proved, limits kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sidra_metamodel.expressions import operators
from sidra_metamodel.expressions.calls import CALLS, NO_ELEMENTS, call_function
from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.functions import Functions
from sidra_metamodel.expressions.limits import MAX_MACRO_NESTING
from sidra_metamodel.expressions.members import member, narrow
from sidra_metamodel.expressions.nodes import At, Choice, Constant, Items, Logic, Negative, Node, Not, Variable
from sidra_metamodel.expressions.operators import suggest
from sidra_metamodel.expressions.paths import path_of
from sidra_metamodel.expressions.scope import CONTEXT, Schema, Scope
from sidra_metamodel.expressions.syntax import (
    Binary,
    Call,
    Conditional,
    Index,
    ListLiteral,
    Literal,
    Logical,
    Member,
    Name,
    Syntax,
    Unary,
)
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DURATION,
    INTEGER,
    JSON,
    MONEY,
    NULL,
    STRING,
    DecimalType,
    ListType,
    ManyType,
    RecordType,
    Type,
    is_number,
)
from sidra_metamodel.suggest import listed

_ORDER: Final = ("<", "<=", ">", ">=")
_ARITHMETIC: Final = ("+", "-", "*", "/", "%")

_TRUTH: Final = {**dict.fromkeys(("yes", "on"), "write `true`"), **dict.fromkeys(("no", "off"), "write `false`")}
"""What other languages, and older YAML, call the truth values."""


class Checker:
    """Turns the syntax of one expression into checked nodes."""

    def __init__(self, scope: Scope, schema: Schema, functions: Functions) -> None:
        self.schema = schema
        self.functions = functions
        self.scope = scope
        self._variables: dict[str, Variable] = {}
        self._nesting = 0
        self._count = 0
        self._this = "this"

    def check(self, node: Syntax) -> Node:
        """Give the checked node of a syntax node."""
        return _CHECKS[type(node)](self, node)

    def checked(self, node: Syntax, type_: Type, what: str) -> Node:
        """Give the checked node if it has the type (or is null); otherwise raises."""
        found = self.check(node)
        if found.type not in (type_, NULL):
            hint = "compare it: there is no truth of other values" if type_ == BOOLEAN else f"write what gives {type_}"
            raise ExpressionError(f"{what} must be {type_}, not {found.type}", node.offset, node.length, hint=hint)
        return found

    @contextmanager
    def bound(self, name: Syntax, source: Node) -> Iterator[Variable]:
        """Give a macro's variable, in scope while the context lasts."""
        if not isinstance(name, Name):
            hint = "as in tickets.exists(t, t.status == 'open')"
            raise ExpressionError("a macro's first argument names its variable", name.offset, name.length, hint=hint)
        if self._nesting == MAX_MACRO_NESTING:
            message = f"macros nest at most {MAX_MACRO_NESTING} deep"
            raise ExpressionError(
                message, name.offset, name.length, hint="move the inner one into a computed attribute"
            )
        variable = self.variable(source, name)
        outer = self._variables.get(name.name)
        self._variables[name.name] = variable
        self._nesting += 1
        yield variable
        self._nesting -= 1
        if outer is None:
            del self._variables[name.name]
        else:
            self._variables[name.name] = outer

    def variable(self, source: Node, place: Syntax) -> Variable:
        """Give a fresh variable for the elements of a list or of many records."""
        match source.type:
            case ManyType(entities=entities):
                type_: Type = RecordType(entities)
            case ListType(element=element):
                type_ = element
            case _:
                raise ExpressionError(f"{source.type} has no elements", source.offset, place.length, hint=NO_ELEMENTS)
        self._count += 1
        name = place.name if isinstance(place, Name) else "element"
        return Variable(type_, place.offset, f"{name}_{self._count}", "macro", path_of(source))

    @contextmanager
    def before(self, place: Syntax) -> Iterator[None]:
        """Let `this` mean the record as it was, while the context lasts."""
        if "old" not in self.scope.names:
            hint = "it is for transitions and triggers"
            raise ExpressionError("there is no `old` record here", place.offset, place.length, hint=hint)
        self._this = "old"
        yield
        self._this = "this"

    def this(self, place: Syntax) -> Variable:
        """Give the record that the site speaks of."""
        if self.scope.this is None:
            hint = f"there are {listed([*self.scope.names, *CONTEXT])}"
            raise ExpressionError("there is no `this` here", place.offset, place.length, hint=hint)
        if self._this == "old":
            return Variable(self.scope.names["old"], place.offset, "old", "site", "old")
        return Variable(RecordType((self.scope.this,)), place.offset, "this", "this", "this")

    def name(self, node: Name) -> Node:
        """Give what a bare name means: a variable, a name of the site, or a member of `this`."""
        name = node.name
        if name in self._variables:
            variable = self._variables[name]
            return Variable(variable.type, node.offset, variable.name, "macro", variable.path)
        if name == "this":
            return self.this(node)
        if name in self.scope.names:
            return Variable(self.scope.names[name], node.offset, name, "site", name)
        if name in CONTEXT:
            return Variable(CONTEXT[name], node.offset, name, "context", name)
        if self.scope.this is not None and self.schema.member(self.scope.this, name) is not None:
            return member(self.this(node), name, node, self.schema)
        hint = _TRUTH.get(name.lower()) or suggest(name, self._known()) or f"there are {listed(self._known())}"
        raise ExpressionError(f"no name `{name}` here", node.offset, node.length, hint=hint)

    def _known(self) -> list[str]:
        members = self.schema.members(self.scope.this) if self.scope.this is not None else ()
        return [*self._variables, *self.scope.names, *CONTEXT, "this", *members]

    def literal(self, node: Literal) -> Node:
        """Give the constant of a literal."""
        value = node.value
        if value is None:
            return Constant(NULL, node.offset, None)
        if isinstance(value, bool):
            return Constant(BOOLEAN, node.offset, value)
        if isinstance(value, str):
            return Constant(STRING, node.offset, value)
        if isinstance(value, int):
            return Constant(INTEGER, node.offset, value)
        exponent = value.as_tuple().exponent
        return Constant(DecimalType(-exponent if isinstance(exponent, int) else 0), node.offset, value)

    def items(self, node: ListLiteral) -> Node:
        """Give the node of a list written out."""
        nodes = tuple(self.check(item) for item in node.items)
        type_ = operators.common_type(nodes, node, self.schema)
        return Items(ListType(type_), node.offset, tuple(operators.widen(item, type_) for item in nodes))

    def member(self, node: Member) -> Node:
        """Give the node of `target.name`."""
        return member(self.check(node.target), node.name, node, self.schema)

    def index(self, node: Index) -> Node:
        """Give the node of `target[…]`: a narrowed record, or an element."""
        target = self.check(node.target)
        if isinstance(target.type, RecordType):
            return narrow(target, target.type.entities, node.index, self.schema)
        if isinstance(target.type, ListType):
            place = self.checked(node.index, INTEGER, "the place in a list")
            return At(target.type.element, node.offset, target, place)
        if target.type == JSON:
            return At(JSON, node.offset, target, self.check(node.index))
        raise ExpressionError(f"{target.type} has no elements", node.offset, node.length, hint=NO_ELEMENTS)

    def call(self, node: Call) -> Node:
        """Give the node of a macro's, a form's or a function's call."""
        return CALLS.get(node.name, call_function)(self, node)

    def unary(self, node: Unary) -> Node:
        """Give the node of `!` or of a sign."""
        if node.operator == "!":
            return Not(BOOLEAN, node.offset, self.checked(node.operand, BOOLEAN, "the operand of `!`"))
        operand = self.check(node.operand)
        if is_number(operand.type) or operand.type in (MONEY, DURATION):
            return Negative(operand.type, node.offset, operand)
        hint = "numbers, amounts and durations have one"
        raise ExpressionError(f"{operand.type} has no sign", node.offset, node.length, hint=hint)

    def logical(self, node: Logical) -> Node:
        """Give the node of a chain of `&&` or `||`."""
        what = f"an operand of `{node.operator}`"
        operands = tuple(self.checked(operand, BOOLEAN, what) for operand in node.operands)
        return Logic(BOOLEAN, node.offset, node.operator, operands)

    def binary(self, node: Binary) -> Node:
        """Give the node of a comparison, of `in` or of arithmetic."""
        left, right = self.check(node.left), self.check(node.right)
        if node.operator in _ORDER:
            return operators.order(node.operator, left, right, node)
        if node.operator in _ARITHMETIC:
            return operators.arithmetic(node.operator, left, right, node)
        if node.operator == "in":
            return operators.member_of(left, right, node, self.schema)
        return operators.equal(left, right, node, self.schema, is_negated=node.operator == "!=")

    def conditional(self, node: Conditional) -> Node:
        """Give the node of `condition ? then : otherwise`."""
        condition = self.checked(node.condition, BOOLEAN, "the condition")
        branches = (self.check(node.then), self.check(node.otherwise))
        type_ = operators.common_type(branches, node, self.schema)
        then, otherwise = (operators.widen(branch, type_) for branch in branches)
        return Choice(type_, node.offset, condition, then, otherwise)


# The table maps a class to the method that takes it, which one type of callable cannot say.
_CHECKS: Final[dict[type[Syntax], Callable[..., Node]]] = {
    Literal: Checker.literal,
    ListLiteral: Checker.items,
    Name: Checker.name,
    Member: Checker.member,
    Index: Checker.index,
    Call: Checker.call,
    Unary: Checker.unary,
    Logical: Checker.logical,
    Binary: Checker.binary,
    Conditional: Checker.conditional,
}
