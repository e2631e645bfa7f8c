"""From an expression back to the conditions that people put together, where it is made of nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sidra.errors import BadQuery
from sidra.records.selections import Rule, Selection
from sidra_metamodel.expressions.syntax import Binary, Call, ListLiteral, Literal, Logical, Member, Name, Syntax, Unary

if TYPE_CHECKING:
    from sidra.records.selecting import Place, Selecting

_OPENERS: Final = {"contains": "contains", "startsWith": "begins"}
_ORDERS: Final = {"number": {">": "more", "<": "less"}, "time": {">": "after", "<": "before"}}


class NotPlain(Exception):
    """The expression says more than the conditions can."""


def selection_of(selecting: Selecting, tree: Syntax) -> Selection | None:
    """Return the conditions that mean the same as an expression; None where no conditions do."""
    try:
        return _Reading(selecting).selection(tree).plain()
    except (NotPlain, BadQuery):
        return None


class _Reading:
    def __init__(self, selecting: Selecting) -> None:
        self.selecting = selecting

    def selection(self, tree: Syntax) -> Selection:
        parts = self._parts(tree)
        if len(parts) == 1:
            return Selection(((parts[0] if isinstance(parts[0], Rule) else self.rule(parts[0]),),))
        is_any = isinstance(tree, Logical) and tree.operator == "||"
        return Selection(tuple(self._group(part) for part in parts), is_any)

    def _group(self, part: Syntax | Rule) -> tuple[Rule, ...]:
        if isinstance(part, Rule):
            return (part,)
        return tuple(one if isinstance(one, Rule) else self.rule(one) for one in self._parts(part))

    def _parts(self, node: Syntax) -> list[Syntax | Rule]:
        """Return the operands of a chain, in which the two ends of a range are one condition."""
        if not isinstance(node, Logical):
            return [node]
        parts: list[Syntax | Rule] = []
        for operand in node.operands:
            before = parts[-1] if parts else None
            found = self._range(before, operand) if node.operator == "&&" else None
            parts[-1 if found else len(parts) :] = [found or operand]
        return parts

    def rule(self, node: Syntax) -> Rule:
        match node:
            case Logical():
                parts = self._parts(node)
                if len(parts) != 1 or not isinstance(parts[0], Rule):
                    raise NotPlain
                return parts[0]
            case Unary(operator="!", operand=Binary(operator="in") as among):
                return self._among(among, "not")
            case Binary(operator="in"):
                return self._among(node, "is")
            case Binary(operator="==" | "!=", left=left, right=Literal(value=None)):
                place = self._place(_path(left))
                return Rule(place.path, "empty" if node.operator == "==" else "filled")
            case Binary(operator="==" | "!=", left=left, right=right):
                place = self._place(_path(left))
                return Rule(place.path, "is" if node.operator == "==" else "not", (self._value(right),))
            case Binary(operator=">" | "<" as sign, left=left, right=right):
                place = self._place(_path(left))
                kind = "time" if place.kind in {"date", "moment"} else "number"
                return Rule(place.path, _ORDERS[kind][sign], (self._value(right),))
            case Call(target=Call(target=Syntax() as target, name="folded"), name=name, arguments=(value,)):
                place = self._place(_path(target))
                return Rule(place.path, self._opener(name), (self._value(value),))
        raise NotPlain

    def _opener(self, name: str) -> str:
        if name not in _OPENERS:
            raise NotPlain
        return _OPENERS[name]

    def _among(self, node: Binary, op: str) -> Rule:
        if not isinstance(node.right, ListLiteral):
            raise NotPlain
        place = self._place(_path(node.left))
        return Rule(place.path, op, tuple(self._value(item) for item in node.right.items))

    def _range(self, one: object, two: Syntax) -> Rule | None:
        """Return `x >= a` and `x <= b` as one condition; None for anything else."""
        match one, two:
            case (
                Binary(operator=">=", left=left, right=low),
                Binary(operator="<=", left=again, right=high),
            ) if _path(left) == _path(again):
                place = self._place(_path(left))
                days = [*_days(low), *_days(high)]
                if not days:
                    return Rule(place.path, "between", (self._value(low), self._value(high)))
                return Rule(place.path, "last" if days[0] < 0 else "next", (str(abs(days[0])),))
        return None

    def _place(self, path: str) -> Place:
        for known in (path, path.removesuffix(".amount"), path.removesuffix(".id")):
            try:
                return self.selecting.place(known)
            except BadQuery:
                continue
        raise NotPlain

    def _value(self, node: Syntax) -> str:
        match node:
            case Call(target=Literal(value=str() as text), name="folded"):
                return text
            case Call(target=None, name="timestamp", arguments=(Literal(value=str() as text),)):
                zone = self.selecting.model.time_zone
                begins = datetime.datetime.fromisoformat(text).astimezone(zone)
                if begins.timetz().replace(tzinfo=None) != datetime.time():
                    raise NotPlain
                return begins.date().isoformat()
            case Call(target=None, name="date", arguments=(Literal(value=str() as text),)):
                return text
            case Unary(operator="-", operand=Literal(value=value)) if value is not None:
                return f"-{value}"
            case Literal(value=bool() as value):
                return "true" if value else "false"
            case Literal(value=value) if value is not None:
                return str(value)
        raise NotPlain


def _path(node: Syntax) -> str:
    match node:
        case Name(name=name):
            return name
        case Member(target=Name(name="this"), name=name):
            return name
        case Member(target=target, name=name):
            return f"{_path(target)}.{name}"
    raise NotPlain


def _days(node: Syntax) -> Iterator[int]:
    """The days that an end of a span lies from today; nothing where it is no moment of that sort, or today itself."""
    match node:
        case Call(target=None, name="add_days", arguments=(Name(name="today"), Literal(value=int() as days))):
            yield days
        case Call(
            target=None, name="add_days", arguments=(Name(name="today"), Unary(operand=Literal(value=int() as days)))
        ):
            yield -days
        case Binary(
            operator="+" | "-" as sign,
            left=Name(name="now"),
            right=Call(name="duration", arguments=(Literal(value=str() as text),)),
        ) if text.endswith("h") and text[:-1].isdigit() and int(text[:-1]) % 24 == 0:
            yield int(text[:-1]) // 24 * (-1 if sign == "-" else 1)
