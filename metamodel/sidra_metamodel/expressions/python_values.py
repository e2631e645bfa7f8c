"""Code of values: reading, macros, aggregates, comparison, arithmetic, calls."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from sidra_metamodel.expressions import arithmetic, runtime
from sidra_metamodel.expressions.functions import Functions
from sidra_metamodel.expressions.nodes import (
    Aggregate,
    Arithmetic,
    At,
    Choice,
    Coalesce,
    Constant,
    Edge,
    Equal,
    Filter,
    In,
    Invoke,
    Items,
    Logic,
    Many,
    Map,
    Narrow,
    Negative,
    Node,
    Not,
    Order,
    Quantifier,
    Read,
    Through,
    Variable,
    Widen,
)
from sidra_metamodel.expressions.nullness import is_never_null
from sidra_metamodel.expressions.scope import Schema
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DATETIME,
    DURATION,
    INTEGER,
    JSON,
    MONEY,
    NULL,
    PERIOD,
    DecimalType,
    ManyType,
    RecordType,
    StructType,
    scale_of,
)

Mode = bool | None
"""What a boolean that is null becomes; None keeps it."""

_QUANTIFIERS: Final = {"exists": runtime.exists, "all": runtime.every, "exists_one": runtime.exists_one}
_TIMED: Final = (DATETIME, DURATION)


class ValueWriter(ABC):
    """Writes code of values; they stand in a table under prefixed names, never in the source."""

    def __init__(self, schema: Schema, functions: Functions, *, is_lenient: bool) -> None:
        self._schema = schema
        self._functions = functions
        self._is_lenient = is_lenient
        self._table: dict[str, object] = {"__builtins__": {}}
        self._prelude: dict[str, str] = {}
        self._block: list[str] = []
        self._count = 0

    @abstractmethod
    def boolean(self, node: Node, mode: Mode) -> str:
        """Give code of a boolean in one of its three forms."""

    def value(self, node: Node) -> str:
        """Give code of the value, null as None."""
        if isinstance(node, Not | Logic | Order) or (isinstance(node, Choice) and node.type == BOOLEAN):
            return self.boolean(node, None)
        return _WRITERS[type(node)](self, node)

    def _side(self, node: Node) -> tuple[str, str]:
        """Give what to compute with, and the code that sets it if it can be null."""
        code = self.value(node)
        return (code, "") if is_never_null(node) else self._held(code)

    def _held(self, code: str) -> tuple[str, str]:
        """Give a fresh name and the code that keeps a value under it."""
        self._count += 1
        name = f"t_{self._count}"
        return name, f"({name} := {code})"

    def _constant(self, value: object) -> str:
        self._count += 1
        name = f"k_{self._count}"
        self._table[name] = value
        return name

    def _call(self, function: Callable[..., object]) -> str:
        name = f"x_{function.__name__}"
        self._table[name] = function
        return name

    def _budget(self) -> str:
        self._table["x_budget"] = runtime.Budget
        self._prelude["v_budget"] = "v_budget = x_budget()"
        return "v_budget"

    def constant(self, node: Constant) -> str:
        value = node.value
        return str(value) if value is None or isinstance(value, bool) else self._constant(value)

    def items(self, node: Items) -> str:
        return f"({''.join(self.value(item) + ', ' for item in node.items)})"

    def variable(self, node: Variable) -> str:
        name = f"v_{node.name}"
        match node.root:
            case "this" | "context":
                self._prelude[name] = f"{name} = env.{node.name}"
            case "site":
                self._prelude[name] = f"{name} = {self._item('env.names', node.name)}"
        return name

    def _item(self, code: str, name: str) -> str:
        return f"{self._call(runtime.fetch)}({code}, '{name}')" if self._is_lenient else f"{code}['{name}']"

    def read(self, node: Read | Many) -> str:
        target = node.target
        if isinstance(target.type, StructType) and isinstance(target, Variable) and target.root == "context":
            return f"{self._call(runtime.member)}({self.value(target)}, '{node.name}')"
        if target.type == JSON:
            return f"{self._call(runtime.inside)}({self.value(target)}, '{node.name}')"
        if is_never_null(target):
            return self._member(target, self.value(target), node.name)
        name, code = self._held(self.value(target))
        return f"(None if {code} is None else {self._member(target, name, node.name)})"

    def _member(self, target: Node, code: str, name: str) -> str:
        return f"{code}.{name}" if target.type in (MONEY, PERIOD) else self._item(code, name)

    def at(self, node: At) -> str:
        return f"{self._call(runtime.inside)}({self.value(node.target)}, {self.value(node.index)})"

    def narrow(self, node: Narrow) -> str:
        type_ = node.target.type
        otherwise = type_.entities[0] if isinstance(type_, RecordType) and len(type_.entities) == 1 else None
        return f"{self._constant(runtime.Kinds(self._schema, node.entity, otherwise))}({self.value(node.target)})"

    def through(self, node: Through) -> str:
        read = self._constant(_reader(node.name) if self._is_lenient else itemgetter(node.name))
        function = runtime.through_many if node.is_many else runtime.through
        return f"{self._call(function)}({self._budget()}, {self.value(node.source)}, {read})"

    def macro(self, node: Filter | Map | Quantifier) -> str:
        function: Callable[..., object] = runtime.each
        if isinstance(node, Filter):
            function = runtime.select
        elif isinstance(node, Quantifier):
            function = _QUANTIFIERS[node.name]
        source = self.value(node.source)
        return f"{self._call(function)}({self._budget()}, {source}, {self._body(node)})"

    def _body(self, node: Filter | Map | Quantifier) -> str:
        """Write the macro's body as a function of its variable before the current line, and give its name."""
        self._count += 1
        name = f"m_{self._count}"
        outer, self._block = self._block, []
        is_mapped = isinstance(node, Map) and node.body.type != BOOLEAN
        code = self.value(node.body) if is_mapped else self.boolean(node.body, None if isinstance(node, Map) else False)
        inner, self._block = self._block, outer
        self._block += [f"def {name}(v_{node.variable.name}):", *indented([*inner, f"return {code}"])]
        return name

    def aggregate(self, node: Aggregate) -> str:
        function, scale = _aggregate(node)
        places = f", {scale}" if scale is not None else ""
        return f"{self._call(function)}({self._budget()}, {self.value(node.source)}{places})"

    def edge(self, node: Edge) -> str:
        function = runtime.first if node.name == "first" else runtime.last
        return f"{self._call(function)}({self._budget()}, {self.value(node.source)})"

    def equal(self, node: Equal) -> str:
        left, right = node.left, node.right
        if NULL in (left.type, right.type):
            other = right if left.type == NULL else left
            return f"({self.value(other)} is{' not' if node.is_negated else ''} None)"
        if JSON in (left.type, right.type):
            code = f"{self._call(runtime.is_same_json)}({self.value(left)}, {self.value(right)})"
            return f"(not {code})" if node.is_negated else code
        return f"({self._identity(left)} {'!=' if node.is_negated else '=='} {self._identity(right)})"

    def _identity(self, node: Node) -> str:
        code = self.value(node)
        return f"{self._call(runtime.identity)}({code})" if isinstance(node.type, RecordType) else code

    def member_of(self, node: In) -> str:
        container = node.container
        if isinstance(container, Items) and all(isinstance(item, Constant) for item in container.items):
            values = frozenset(item.value for item in container.items if isinstance(item, Constant))
            return f"({self.value(node.item)} in {self._constant(values)})"
        if isinstance(container, Items):
            listed = "".join(self._identity(item) + ", " for item in container.items)
            return f"({self._identity(node.item)} in ({listed}))"
        code = self.value(container)
        if isinstance(container.type, ManyType) or isinstance(getattr(container.type, "element", None), RecordType):
            code = f"{self._call(runtime.each)}({self._budget()}, {code}, {self._call(runtime.identity)})"
        return f"({self._identity(node.item)} in ({code} or ()))"

    def arithmetic(self, node: Arithmetic) -> str:
        left, right = self.value(node.left), self.value(node.right)
        match node.type:
            case DecimalType(scale=scale):
                is_cut = node.operator == "*" and scale_of(node.left.type) + scale_of(node.right.type) > scale
                function = arithmetic.multiply_and_cut if is_cut else arithmetic.DECIMALS[node.operator]
                return f"{self._call(function)}({left}, {right}, {scale})"
            case type_ if type_ == INTEGER:
                table = arithmetic.INTEGERS
            case type_ if type_ == MONEY:
                table = arithmetic.MONEYS
            case type_ if node.operator == "+" and type_ not in _TIMED:
                return self._concat(node)
            case _:
                table = arithmetic.TIMES
        return f"{self._call(table[node.operator])}({left}, {right})"

    def _concat(self, node: Arithmetic) -> str:
        sides = [self._side(side) for side in (node.left, node.right)]
        unknown = " or ".join(f"{code} is None" for _, code in sides if code)
        joined = f"{sides[0][0]} + {sides[1][0]}"
        return f"(None if {unknown} else {joined})" if unknown else f"({joined})"

    def negative(self, node: Negative) -> str:
        function: Callable[..., object] = arithmetic.negate
        if node.type in (INTEGER, MONEY):
            function = arithmetic.negate_integer if node.type == INTEGER else arithmetic.negate_money
        return f"{self._call(function)}({self.value(node.operand)})"

    def choice(self, node: Choice) -> str:
        return self._choice(node, self.value)

    def _choice(self, node: Choice, branch: Callable[[Node], str]) -> str:
        condition = self.boolean(node.condition, False)
        return f"({branch(node.then)} if {condition} else {branch(node.otherwise)})"

    def coalesce(self, node: Coalesce) -> str:
        *others, last = node.operands
        code = self.value(last)
        for operand in reversed(others):
            name, held = self._held(self.value(operand))
            code = f"({name} if {held} is not None else {code})"
        return code

    def invoke(self, node: Invoke) -> str:
        function = self._functions.get(node.function.name, node.function)
        python = function.python if function.is_standard else runtime.guarded(function)
        sides = [self._side(argument) for argument in node.arguments]
        unknown = " or ".join(f"{code} is None" for _, code in sides if code)
        call = f"{self._constant(python)}({', '.join(name for name, _ in sides)})"
        return f"(None if {unknown} else {call})" if unknown else call

    def widen(self, node: Widen) -> str:
        return f"{self._call(arithmetic.widen)}({self.value(node.operand)}, {scale_of(node.type)})"


def indented(lines: list[str]) -> list[str]:
    """Give the lines one level deeper."""
    return [f" {line}" for line in lines]


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda record: runtime.fetch(record, name)


def _aggregate(node: Aggregate) -> tuple[Callable[..., object], int | None]:
    """Give the runtime's function for an aggregate, and the scale that it cuts to."""
    if node.name in ("size", "count"):
        return (runtime.size if node.name == "size" else runtime.count), None
    of_numbers, of_money, of_durations = _AGGREGATES[node.name]
    if node.type == MONEY:
        return of_money, None
    if node.type == DURATION:
        return of_durations, None
    if node.name == "sum" and node.type == INTEGER:
        return runtime.sum_integers, None
    return of_numbers, scale_of(node.type) if node.name in ("sum", "avg") else None


_AGGREGATES: Final[dict[str, tuple[Callable[..., object], Callable[..., object], Callable[..., object]]]] = {
    "sum": (runtime.sum_decimals, runtime.sum_money, runtime.sum_durations),
    "avg": (runtime.average_numbers, runtime.average_money, runtime.average_durations),
    "min_of": (runtime.least, runtime.least_money, runtime.least),
    "max_of": (runtime.greatest, runtime.greatest_money, runtime.greatest),
}
# The table maps a class to the method that takes it, which one type of callable cannot say.
_WRITERS: Final[dict[type[Node], Callable[..., str]]] = {
    Aggregate: ValueWriter.aggregate,
    Arithmetic: ValueWriter.arithmetic,
    At: ValueWriter.at,
    Choice: ValueWriter.choice,
    Coalesce: ValueWriter.coalesce,
    Constant: ValueWriter.constant,
    Edge: ValueWriter.edge,
    Equal: ValueWriter.equal,
    Filter: ValueWriter.macro,
    In: ValueWriter.member_of,
    Invoke: ValueWriter.invoke,
    Items: ValueWriter.items,
    Many: ValueWriter.read,
    Map: ValueWriter.macro,
    Narrow: ValueWriter.narrow,
    Negative: ValueWriter.negative,
    Quantifier: ValueWriter.macro,
    Read: ValueWriter.read,
    Through: ValueWriter.through,
    Variable: ValueWriter.variable,
    Widen: ValueWriter.widen,
}
