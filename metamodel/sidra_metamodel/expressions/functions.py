"""The registry of functions: typed overloads, what Python calls, and whether SQL has a form of it.

A plugin adds its own by value; a function without `sql` works everywhere but in filters and policies::

    functions = extend(STANDARD_FUNCTIONS, Function("birth_of", (Overload((STRING,), DATE),), birth_of))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from sidra_metamodel.expressions.types import IDENTIFIER, INTEGER, NULL, STRING, DecimalType, Type, is_text

SqlForm: TypeAlias = str | Callable[..., object]
"""The key of a form that the SQL back end ships, or a builder from column elements to a column element."""


@dataclass(frozen=True, slots=True)
class Overload:
    """The types of the arguments and of the result; `variadic` repeats the last parameter."""

    parameters: tuple[Type, ...]
    returns: Type
    variadic: bool = False

    def accepts(self, arguments: Sequence[Type]) -> bool:
        """Tell whether a call with arguments of these types means this overload."""
        if len(arguments) < len(self.parameters) or (len(arguments) > len(self.parameters) and not self.variadic):
            return False
        last = self.parameters[-1]
        parameters = self.parameters + (last,) * (len(arguments) - len(self.parameters))
        return all(accepts(parameter, argument) for parameter, argument in zip(parameters, arguments, strict=True))

    def __str__(self) -> str:
        """Give the parameters as a message shows them."""
        return ", ".join(map(str, self.parameters)) + (", …" if self.variadic else "")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions; a null argument gives null without a call of `python`.

    `python` receives values as records hold them and returns one of `returns`, or None. Both
    `similarity(a, b)` and `a.similarity(b)` call it.
    """

    name: str
    overloads: tuple[Overload, ...]
    python: Callable[..., object]
    sql: SqlForm | None = None
    doc: str = ""
    example: str = ""
    is_standard: bool = False

    def overload(self, arguments: Sequence[Type]) -> Overload | None:
        """Give the first overload that takes arguments of these types, or None."""
        return next((overload for overload in self.overloads if overload.accepts(arguments)), None)


Functions: TypeAlias = Mapping[str, Function]


def accepts(parameter: Type, argument: Type) -> bool:
    """Tell whether a value of type `argument` may stand where `parameter` is asked; integers widen to decimals."""
    if argument in (parameter, NULL):
        return True
    if isinstance(parameter, DecimalType):
        return argument == INTEGER or isinstance(argument, DecimalType)
    return parameter == STRING and (is_text(argument) or argument == IDENTIFIER)


def extend(functions: Functions, *more: Function) -> Functions:
    """Give a registry with more functions; raises ValueError when a name is taken."""
    registry = dict(functions)
    for function in more:
        if function.name in registry:
            raise ValueError(f"two functions are named `{function.name}`")
        registry[function.name] = function
    return MappingProxyType(registry)
