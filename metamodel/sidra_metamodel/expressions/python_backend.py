"""Checked nodes to one Python function: compiled once, called for each record.

A boolean has three forms. `FALSE` gives the value with null as false, `TRUE` with null as true, `KEEP` keeps null.
The first two need no Kleene tables: `&&` is `and`, and `!` swaps one for the other.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from sidra_metamodel.expressions import arithmetic
from sidra_metamodel.expressions.environment import Environment
from sidra_metamodel.expressions.expression import Expression
from sidra_metamodel.expressions.functions import Functions
from sidra_metamodel.expressions.nodes import Choice, Constant, Logic, Node, Not, Order
from sidra_metamodel.expressions.nullness import is_never_null
from sidra_metamodel.expressions.python_values import Mode, ValueWriter, indented
from sidra_metamodel.expressions.runtime import Value
from sidra_metamodel.expressions.scope import Schema
from sidra_metamodel.expressions.types import BOOLEAN, MONEY

Evaluate: TypeAlias = Callable[[Environment], Value]

FALSE: Final = False
TRUE: Final = True
KEEP: Final = None


def compile_python(expression: Expression, functions: Functions, *, when_null: Mode = False) -> Evaluate:
    """Give a function from an Environment to the value.

    `when_null` is what a boolean that is null becomes: False (filter, policy, visibility), True (validation), or None
    to keep it (computed attribute). Raises EvaluationError when called: too many elements, or a plugin's failure.
    """
    return _Compiler(expression.schema, functions, is_lenient=False).compile(expression.root, when_null)


class _Compiler(ValueWriter):
    """Writes the source of one function."""

    def compile(self, root: Node, mode: Mode) -> Evaluate:
        code = self.boolean(root, mode) if root.type == BOOLEAN else self.value(root)
        body = [*self._prelude.values(), *self._block, f"return {code}"]
        if not self._is_lenient:
            # A record in memory may lack what it was not given; reading it with care costs only those that do.
            self._table["x_missing"] = KeyError
            self._table["x_again"] = _lenient(root, mode, self._schema, self._functions)
            body = ["try:", *indented(body), "except x_missing:", " return x_again(env)"]
        source = "\n".join(["def evaluate(env):", *indented(body)])
        # The source holds names that the lexer let through, numbers of this class, and fixed words.
        exec(compile(source, "<expression>", "exec"), self._table)  # noqa: S102
        evaluate: Evaluate = self._table["evaluate"]  # type: ignore[assignment]  # what the source defines
        return evaluate

    def boolean(self, node: Node, mode: Mode) -> str:
        """Give code of a boolean in one of its three forms."""
        match node:
            case Not(operand=operand):
                return self._not(operand, mode)
            case Logic(operator=operator, operands=operands):
                return self._logic(operator, operands, mode)
            case Order():
                return self._order(node, mode)
            case Choice():
                return self._choice(node, lambda branch: self.boolean(branch, mode))
            case Constant(value=None):
                return str(mode)
        code = self.value(node)
        if mode is KEEP or is_never_null(node):
            return code
        return f"({code} is True)" if mode is FALSE else f"({code} is not False)"

    def _not(self, operand: Node, mode: Mode) -> str:
        if mode is not KEEP:
            return f"(not {self.boolean(operand, not mode)})"
        if is_never_null(operand):
            return f"(not {self.boolean(operand, FALSE)})"
        name, code = self._held(self.boolean(operand, KEEP))
        return f"(None if {code} is None else not {name})"

    def _logic(self, operator: str, operands: tuple[Node, ...], mode: Mode) -> str:
        word = "and" if operator == "&&" else "or"
        if mode is not KEEP or all(map(is_never_null, operands)):
            return f"({f' {word} '.join(self.boolean(operand, mode) for operand in operands)})"
        decides = str(operator == "||")
        held = [self._held(self.boolean(operand, KEEP)) for operand in operands]
        decided = " or ".join(f"{code} is {decides}" for _, code in held)
        unknown = " or ".join(f"{name} is None" for name, _ in held)
        return f"({decides} if {decided} else None if {unknown} else {operator == '&&'})"

    def _order(self, node: Order, mode: Mode) -> str:
        if node.left.type == MONEY:
            pair, code = self._held(
                f"{self._call(arithmetic.order_money)}({self.value(node.left)}, {self.value(node.right)})"
            )
            test, known = f"{pair}[0] {node.operator} {pair}[1]", [f"{code}[0]"]
        else:
            sides = [self._side(side) for side in (node.left, node.right)]
            test = f"{sides[0][0]} {node.operator} {sides[1][0]}"
            known = [code for _, code in sides if code]
        if not known:
            return f"({test})"
        if mode is FALSE:
            return f"({' and '.join(f'{code} is not None' for code in known)} and {test})"
        unknown = " or ".join(f"{code} is None" for code in known)
        return f"({unknown} or {test})" if mode is TRUE else f"(None if {unknown} else {test})"


def _lenient(root: Node, mode: Mode, schema: Schema, functions: Functions) -> Evaluate:
    """Give the same function for records that lack members, compiled when the first one comes."""
    compiled: list[Evaluate] = []

    def evaluate(env: Environment) -> Value:
        if not compiled:
            compiled.append(_Compiler(schema, functions, is_lenient=True).compile(root, mode))
        return compiled[0](env)

    return evaluate
