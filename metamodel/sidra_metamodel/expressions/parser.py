"""Tokens to a syntax tree: precedence climbing, with bounds on nesting before Python's own stack meets them."""

from typing import Final

from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.lexer import END, LITERAL, NAME, Token, tokens
from sidra_metamodel.expressions.limits import MAX_DEPTH, MAX_LIST_ITEMS, MAX_NODES
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
    walk,
)

_OR, _AND, _RELATION, _SUM, _PRODUCT, _TIGHTEST = range(1, 7)
PRECEDENCE: Final = {
    "||": _OR,
    "&&": _AND,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), _RELATION),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "%"), _PRODUCT),
}
_INSTEAD: Final = {"and": "write `&&`", "or": "write `||`", "is": "write `==`", "not": "write `!` before it"}
"""Operators of other languages."""


_SPLIT: Final = "split it over computed attributes"


def parse(text: str) -> Syntax:
    """Give the syntax tree of a text; raises ExpressionError where it breaks the grammar or a bound."""
    tree = _Parser(text).parse()
    nodes = 0
    for node, depth in walk(tree):
        # A list of literals is one value however long: MAX_LIST_ITEMS bounds it.
        nodes += not isinstance(node, Literal)
        if depth > MAX_DEPTH:
            raise _too_deep(node)
        if nodes > MAX_NODES:
            raise ExpressionError(f"more than {MAX_NODES} operations", node.offset, node.length, hint=_SPLIT)
    return tree


def _too_deep(place: Syntax | Token) -> ExpressionError:
    message = f"nested more than {MAX_DEPTH} levels deep"
    return ExpressionError(message, place.offset, place.length, hint=_SPLIT)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0

    def parse(self) -> Syntax:
        if self._peek().kind == END:
            raise ExpressionError("empty", 0, max(len(self._text), 1), hint="write an expression, or delete the line")
        tree = self._conditional()
        if self._peek().kind != END:
            raise self._unexpected("an operator")
        return tree

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _expect(self, kind: str) -> Token:
        if self._peek().kind != kind:
            raise self._unexpected(f"`{kind}`" if kind != NAME else "a name")
        return self._next()

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._peek()
        if token.kind == END:
            return ExpressionError(f"it ends where {wanted} is expected", token.offset, 1, hint="complete it")
        found = self._text[token.offset : token.offset + token.length]
        if found == ">" and self._text[token.offset - 1 : token.offset] == "<":
            return ExpressionError("unexpected operator `<>`", token.offset - 1, 2, hint="write `!=`")
        hint = _INSTEAD.get(found.lower(), f"{wanted} is expected here")
        return ExpressionError(f"unexpected `{found[:40]}`", token.offset, token.length, hint=hint)

    def _span(self, first: Syntax | Token) -> tuple[int, int]:
        """Give offset and length from a first piece to the token last taken."""
        last = self._tokens[self._place - 1]
        return first.offset, last.offset + last.length - first.offset

    def _conditional(self) -> Syntax:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(self._peek())
        condition = self._binary(_OR)
        if self._peek().kind == "?":
            self._next()
            then = self._conditional()
            self._expect(":")
            otherwise = self._conditional()
            condition = Conditional(*self._span(condition), condition, then, otherwise)
        self._depth -= 1
        return condition

    def _binary(self, weakest: int) -> Syntax:
        left = self._unary()
        while (precedence := PRECEDENCE.get(self._peek().kind, 0)) >= weakest:
            operator = self._next().kind
            right = self._unary() if precedence == _PRODUCT else self._binary(precedence + 1)
            left = self._join(operator, precedence, left, right)
        return left

    def _join(self, operator: str, precedence: int, left: Syntax, right: Syntax) -> Syntax:
        offset, length = self._span(left)
        if precedence > _AND:
            return Binary(offset, length, operator, left, right)
        chain = left.operands if isinstance(left, Logical) and left.operator == operator else (left,)
        return Logical(offset, length, operator, (*chain, right))

    def _unary(self) -> Syntax:
        token = self._peek()
        if token.kind not in ("!", "-"):
            return self._postfix()
        self._next()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(token)
        operand = self._unary()
        self._depth -= 1
        offset, length = self._span(token)
        if token.kind == "-" and isinstance(operand, Literal) and _is_number(operand):
            return Literal(offset, length, -operand.value)  # type: ignore[operator]  # _is_number saw the value
        return Unary(offset, length, token.kind, operand)

    def _postfix(self) -> Syntax:
        node = self._primary()
        while True:
            kind = self._peek().kind
            if kind == ".":
                node = self._member(node)
            elif kind == "[":
                self._next()
                index = self._conditional()
                self._expect("]")
                node = Index(*self._span(node), node, index)
            else:
                return node

    def _member(self, target: Syntax) -> Syntax:
        self._next()
        token = self._expect(NAME)
        name = str(token.value)
        if self._peek().kind != "(":
            return Member(*self._span(target), target, name)
        arguments = self._arguments(")")
        return Call(*self._span(target), target, name, token.offset, arguments)

    def _primary(self) -> Syntax:
        token = self._peek()
        if token.kind == LITERAL:
            self._next()
            return Literal(token.offset, token.length, token.value)
        if token.kind == NAME:
            self._next()
            if self._peek().kind != "(":
                return Name(token.offset, token.length, str(token.value))
            arguments = self._arguments(")")
            return Call(*self._span(token), None, str(token.value), token.offset, arguments)
        if token.kind == "(":
            self._next()
            node = self._conditional()
            self._expect(")")
            return node
        if token.kind == "[":
            items = self._arguments("]")
            return ListLiteral(*self._span(token), items)
        raise self._unexpected("a value")

    def _arguments(self, closing: str) -> tuple[Syntax, ...]:
        opening = self._next()
        items: list[Syntax] = []
        while self._peek().kind != closing:
            if items:
                self._expect(",")
            items.append(self._conditional())
            if len(items) > MAX_LIST_ITEMS:
                message = f"more than {MAX_LIST_ITEMS} items"
                raise ExpressionError(
                    message, opening.offset, opening.length, hint="let a code list or records hold them"
                )
        self._next()
        return tuple(items)


def _is_number(literal: Literal) -> bool:
    return literal.value is not None and not isinstance(literal.value, bool | str)
