"""Random expressions of a wanted type, as texts that a configurator could write."""

import random
from collections.abc import Callable

from tests.core.store.expression_world import DEVICES, ENTITIES, SEGMENT, SUBTYPES, TEXTS

from sidra_metamodel.expressions import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    IDENTIFIER,
    INTEGER,
    MONEY,
    STRING,
    TIME,
    EnumType,
    ManyType,
    RecordType,
    Type,
)
from sidra_metamodel.expressions.types import DecimalType

TYPES: tuple[Type, ...] = (
    INTEGER,
    DECIMAL(2),
    MONEY,
    STRING,
    SEGMENT,
    DATE,
    DATETIME,
    DURATION,
    TIME,
    IDENTIFIER,
    BOOLEAN,
)
SUMMED: tuple[Type, ...] = (INTEGER, DECIMAL(2), MONEY, DURATION)
EXTREMES: dict[Type, tuple[str, ...]] = {
    INTEGER: ("9223372036854775807", "-9223372036854775807", "4611686018427387904", "922337203685478", "3037000500"),
    MONEY: ("money(900000000000000, 'XOF')", "money(-922337203685477.5807, 'EGP')", "money(92233720368.5478, 'XOF')"),
    DURATION: ("duration('100000000d')", "duration('-100000000d')", "duration('2562047788h')"),
}
"""Values at the edge of 64 bits, at which sums, products and quotients leave them."""
Variables = dict[str, str]


def quoted(text: str) -> str:
    """Give the literal of a text."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Generator:
    """Writes expressions; the seed of its random numbers makes them repeatable."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._names = 0

    def any(self) -> str:
        """Give an expression of any type, a boolean in three of four cases."""
        if self.random.random() < 0.75:
            return self.boolean(self.random.choice((2, 3, 4)), {})
        return self.of(self.random.choice(TYPES), 3, {})

    def _pick(self, *makers: Callable[[], str]) -> str:
        return self.random.choice(makers)()

    def of(self, type_: Type, depth: int, variables: Variables) -> str:
        """Give an expression of one type."""
        if type_ == BOOLEAN:
            return self.boolean(depth, variables)
        if depth <= 0 or self.random.random() < 0.3:
            return self._leaf(type_, variables)
        shared = (
            lambda: self._leaf(type_, variables),
            lambda: (
                f"({self.boolean(depth - 1, variables)} ? {self.of(type_, depth - 1, variables)} : "
                f"{self._pick(lambda: 'null', lambda: self.of(type_, depth - 1, variables))})"
            ),
            lambda: f"coalesce({self.of(type_, depth - 1, variables)}, {self._leaf(type_, variables)})",
            lambda: self._aggregate(type_, depth, variables),
        )
        special = self._operations(type_, depth - 1, variables)
        return self._pick(*shared, *special, *special)

    def _operations(self, type_: Type, depth: int, variables: Variables) -> list[Callable[[], str]]:
        def sub(wanted: Type) -> str:
            return self.of(wanted, depth, variables)

        number = self.random.choice((INTEGER, DECIMAL(2)))
        choose = self.random.choice
        match type_:
            case DecimalType():
                return [lambda: f"({sub(type_)} {choose('+-*/%')} {sub(number)})", lambda: f"-({sub(type_)})"]
            case _ if type_ == INTEGER:
                return [
                    lambda: f"({sub(INTEGER)} {choose('+-*/%')} {sub(INTEGER)})",
                    lambda: f"size({sub(STRING)})",
                    lambda: f"{self._call(sub(choose((DATE, DATETIME))))}.{choose(PARTS)}()",
                    lambda: f"{self._call(sub(choose((DATETIME, DURATION))))}.{choose(CLOCK)}()",
                    lambda: f"{self._many(depth, variables)[0]}.size()",
                ]
            case _ if type_ == MONEY:
                return [
                    lambda: f"({sub(MONEY)} {choose('+-')} {sub(MONEY)})",
                    lambda: f"({sub(MONEY)} {choose('*/')} {sub(number)})",
                    lambda: f"({sub(number)} * {sub(MONEY)})",
                ]
            case _ if type_ == STRING:
                return [
                    lambda: f"({sub(STRING)} + {sub(STRING)})",
                    lambda: f"concat({sub(STRING)}, {sub(SEGMENT)})",
                    lambda: f"{self._call(sub(STRING))}.{choose(('lowerAscii', 'upperAscii', 'folded', 'trim'))}()",
                    lambda: f"{self._call(self._leaf(MONEY, variables))}.currency",
                ]
            case _ if type_ == DATE:
                return [
                    lambda: f"add_days({sub(DATE)}, {choose((1, -1, 30, -400))})",
                    lambda: f"add_months({choose(('today', quoted_date('2024-01-31')))}, {choose((1, -1, 13, -25))})",
                ]
            case _ if type_ == DATETIME:
                return [
                    lambda: f"({sub(DATETIME)} {choose('+-')} {sub(DURATION)})",
                    lambda: f"add_days({sub(DATETIME)}, {choose((1, -31))})",
                    lambda: f"add_months(now, {choose((1, -1, 11, -1000))})",
                ]
            case _ if type_ == DURATION:
                moment = choose((DATE, DATETIME))
                return [
                    lambda: f"({sub(moment)} - {sub(moment)})",
                    lambda: f"({sub(DURATION)} {choose('+-')} {sub(DURATION)})",
                    lambda: f"({sub(DURATION)} / {sub(INTEGER)})",
                    lambda: f"(-{self._call(sub(DURATION))})",
                ]
            case _:
                return [lambda: self._leaf(type_, variables)]

    def _call(self, text: str) -> str:
        return f"({text})"

    def _leaf(self, type_: Type, variables: Variables) -> str:
        if self.random.random() < 0.3:
            return self._literal(type_)
        for _ in range(6):
            path, entity = self._record(variables)
            names = [name for name, found in ENTITIES[entity].items() if _is_like(found, type_)]
            if names:
                return f"{path}.{self.random.choice(names)}" if path else self.random.choice(names)
        return self._literal(type_)

    def _record(self, variables: Variables) -> tuple[str, str]:
        """Give a path to a record and its entity; the empty path is `this`."""
        path, entity = self.random.choice([("", "customer"), *variables.items(), *variables.items()])
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            relations = [
                (name, type_.entities) for name, type_ in ENTITIES[entity].items() if isinstance(type_, RecordType)
            ]
            if not relations:
                break
            name, entities = self.random.choice(relations)
            path = f"{path}.{name}" if path else name
            entity = entities[0]
            if len(entities) > 1:
                entity = self.random.choice(entities)
                path += f"[{entity}]"
        if entity == "party" and self.random.random() < 0.6:
            entity = self.random.choice(list(SUBTYPES))
            path += f"[{entity}]"
        if self.random.random() < 0.05:
            many, of = self._many(0, variables)
            return f"{many}.{self.random.choice(('first', 'last'))}()", of
        return path, entity

    def _literal(self, type_: Type) -> str:
        choose = self.random.choice
        if isinstance(type_, EnumType):
            return quoted(choose(type_.values))
        if isinstance(type_, DecimalType):
            if self.random.random() < 0.15:
                return choose(("922337203685477.5", "-922337203685477.58", "90000000000000000.25", "0.0001"))
            return choose(("0.5", "1.25", "-2.50", "100.0", "0.0", "3.3333"))
        if type_ in EXTREMES and self.random.random() < 0.15:
            return choose(EXTREMES[type_])
        literals: dict[Type, tuple[str, ...]] = {
            INTEGER: ("0", "1", "2", "-3", "18", "100", "7"),
            MONEY: ("money(1.5, 'XOF')", "money(2, 'EGP')", "money(-0.3333, 'XOF')", "money(0, 'EGP')"),
            STRING: (*map(quoted, TEXTS), "user.locale", "affiliate.name"),
            DATE: ("today", quoted_date("2024-02-29"), quoted_date("2023-12-31"), quoted_date("1969-12-31")),
            DATETIME: ("now", "timestamp('2024-02-29T23:59:59Z')", "timestamp('1969-12-31T23:00:00+01:00')"),
            DURATION: ("duration('48h')", "duration('-1h30min')", "duration('1ms')", "duration('400d')"),
            TIME: ("time('08:00')", "time('23:30')"),
            BOOLEAN: ("true", "false"),
            IDENTIFIER: (quoted(DEVICES[0]), quoted(DEVICES[1]), "user.id"),
        }
        return choose(literals[type_])

    def _fresh(self) -> str:
        self._names += 1
        return f"e{self._names}"

    def _many(self, depth: int, variables: Variables) -> tuple[str, str]:
        """Give many records and their entity."""
        while True:
            path, entity = self._record(variables) if self.random.random() < 0.9 else ("", "customer")
            names = [(name, type_) for name, type_ in ENTITIES[entity].items() if isinstance(type_, ManyType)]
            if names:
                break
        name, type_ = self.random.choice(names)
        text, entity = (f"{path}.{name}" if path else name), type_.entities[0]
        further = [
            (name, of.entities[0]) for name, of in ENTITIES[entity].items() if isinstance(of, ManyType | RecordType)
        ]
        further = [(name, of) for name, of in further if name not in ("holder", "owner")]
        if further and self.random.random() < 0.2:
            name, entity = self.random.choice(further)
            text += f".{name}"
        if depth >= 0 and len(variables) < 2 and self.random.random() < 0.4:
            variable = self._fresh()
            text += f".filter({variable}, {self.boolean(depth - 1, {**variables, variable: entity})})"
        return text, entity

    def _aggregate(self, type_: Type, depth: int, variables: Variables) -> str:
        if len(variables) >= 2:
            return self._leaf(type_, variables)
        many, entity = self._many(depth - 1, variables)
        names = [name for name, found in ENTITIES[entity].items() if _is_like(found, type_)]
        if not names or type_ in (IDENTIFIER, BOOLEAN):
            return self._leaf(type_, variables)
        kinds = ["min_of", "max_of"] + (["sum"] * 2 if type_ in SUMMED or isinstance(type_, DecimalType) else [])
        if type_ in (MONEY, DURATION) or isinstance(type_, DecimalType):
            kinds.append("avg")
        if self.random.random() < 0.3:
            variable = self._fresh()
            body = self.of(type_, depth - 1, {**variables, variable: entity})
            return f"{self.random.choice(kinds)}({many}.map({variable}, {body}))"
        return f"{self.random.choice(kinds)}({many}.{self.random.choice(names)})"

    def boolean(self, depth: int, variables: Variables) -> str:
        """Give a boolean expression."""
        if depth <= 0:
            return self._comparison(0, variables)

        def sub() -> str:
            return self.boolean(depth - 1, variables)

        connective = self.random.choice(("&&", "||"))
        return self._pick(
            lambda: self._comparison(depth - 1, variables),
            lambda: self._comparison(depth - 1, variables),
            lambda: self._membership(depth - 1, variables),
            lambda: self._text_test(depth - 1, variables),
            lambda: self._quantifier(depth, variables),
            lambda: self._quantifier(depth, variables),
            lambda: f"({sub()} {connective} {sub()})",
            lambda: f"({sub()} {connective} {sub()} {connective} {sub()})",
            lambda: f"!({sub()})",
            lambda: f"!({sub()})",
            lambda: f"({sub()} ? {sub()} : {self._pick(sub, lambda: 'null')})",
            lambda: f"({sub()} {self.random.choice(('==', '!='))} {sub()})",
            lambda: self._leaf(BOOLEAN, variables) if self.random.random() < 0.8 else "true",
            lambda: f"coalesce({sub()}, {sub()})",
            lambda: f"has({self._path(variables)})",
        )

    def _path(self, variables: Variables) -> str:
        path, entity = self._record(variables)
        names = [name for name in ENTITIES[entity] if name not in ("valid", "holder", "owner", "data")]
        name = self.random.choice(names)
        return f"{path}.{name}" if path else name

    def _comparison(self, depth: int, variables: Variables) -> str:
        type_ = self.random.choice([*TYPES[:-1], *TYPES[:-1], RecordType(())])
        if isinstance(type_, RecordType):
            return self._record_test(variables)
        left = self.of(type_, depth, variables)
        is_ordered = type_ != IDENTIFIER
        operator = self.random.choice(("==", "!=", "<", "<=", ">", ">=") if is_ordered else ("==", "!="))
        if self.random.random() < 0.1:
            return f"({left} {self.random.choice(('==', '!='))} null)"
        other: Type = type_
        if type_ == INTEGER or isinstance(type_, DecimalType):
            other = self.random.choice((INTEGER, DECIMAL(2)))
        elif isinstance(type_, EnumType) and not left.startswith("'"):
            return f"({left} {operator} {self._literal(type_)})"
        return f"({left} {operator} {self.of(other, depth, variables)})"

    def _record_test(self, variables: Variables) -> str:
        path, entity = self._record(variables)
        text, operator = path or "this", self.random.choice(("==", "!="))
        family = [path for path in ("manager", "this", "party.customers.first()", "null") if entity == "customer"]
        return f"({text} {operator} {self.random.choice(family or ['null'])})"

    def _membership(self, depth: int, variables: Variables) -> str:
        def listed(type_: Type) -> str:
            elements = [
                self._pick(
                    lambda: self._literal(type_), lambda: self._literal(type_), lambda: self.of(type_, depth, variables)
                )
                for _ in range(self.random.randrange(4))
            ]
            if self.random.random() < 0.2:
                elements.append("null")
            return f"[{', '.join(elements)}]"

        type_ = self.random.choice((INTEGER, DECIMAL(2), STRING, DATE, MONEY, DURATION))
        many, entity = self._many(depth, variables) if len(variables) < 2 else ("friends", "customer")
        record = "this" if entity == "customer" else "null"
        values = [name for name, found in ENTITIES[entity].items() if found == type_]
        mapped = (
            f"({self.of(type_, depth, variables)} in {many}.{self.random.choice(values)})"
            if values
            else f"({record} in {many})"
        )
        return self._pick(
            lambda: f"({self.of(type_, depth, variables)} in {listed(type_)})",
            lambda: (
                f"({self._leaf(SEGMENT, variables)} in ['gold', 'vip'])"
                if not variables
                else f"({self.of(type_, depth, variables)} in {listed(type_)})"
            ),
            lambda: f"({self.of(STRING, depth, variables)} in user.units)",
            lambda: f"({self.of(STRING, depth, variables)} in user.roles)",
            lambda: mapped,
            lambda: f"({record} in {many})",
        )

    def _text_test(self, depth: int, variables: Variables) -> str:
        function = self.random.choice(("startsWith", "endsWith", "contains"))
        part = self._pick(lambda: quoted(self.random.choice(TEXTS)), lambda: self.of(STRING, depth, variables))
        return f"({self.of(STRING, depth, variables)}).{function}({part})"

    def _quantifier(self, depth: int, variables: Variables) -> str:
        if len(variables) >= 2:
            return self._comparison(0, variables)
        many, entity = self._many(0, variables)
        variable = self._fresh()
        body = self.boolean(depth - 1, {**variables, variable: entity})
        return f"{many}.{self.random.choice(('exists', 'all', 'exists_one'))}({variable}, {body})"


PARTS = ("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear")
CLOCK = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")


def quoted_date(text: str) -> str:
    """Give the literal of a date."""
    return f"date('{text}')"


def _is_like(found: Type, wanted: Type) -> bool:
    if isinstance(wanted, DecimalType):
        return isinstance(found, DecimalType)
    return bool(found == wanted) or (wanted == STRING and isinstance(found, EnumType))
