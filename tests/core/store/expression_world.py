"""A small world of records, the same in memory and in tables, over which Python and SQL must agree."""

import random
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import sqlalchemy as sa

from sidra.store import codecs
from sidra.store.database import Statement, Store
from sidra.store.expression_arithmetic import add_functions
from sidra.store.expression_parameters import EPOCH, microseconds, scaled
from sidra.store.expression_sql import Inverse, Link, Relation, Tables, ToOne
from sidra_metamodel.expressions import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    IDENTIFIER,
    INTEGER,
    JSON,
    MONEY,
    PERIOD,
    STRING,
    TIME,
    EnumType,
    ManyType,
    RecordType,
    Scope,
    Type,
)
from sidra_metamodel.expressions.types import DecimalType
from sidra_metamodel.values import Money, Period

Value: TypeAlias = Any
"""A value of a record: the world's types say which."""

SEGMENT = EnumType("segment", ("gold", "silver", "vip"))
STATUS = EnumType("status", ("open", "pending", "closed"))
TEXTS = (
    "gold",
    "go",
    "Gołąb",
    "Été",
    "été",
    "Œuvre de Łódź, ẞ",
    "A\u0301\u0671حمد ٣",
    "",
    " trim me ",
    "زبون",
    "go\U0010ffff",
    "'quoted' \\",
    "%_",
    "𝒳y",
    "Zed",
    "a",
)
CURRENCIES = ("XOF", "EGP")
DAYS = tuple(
    map(date.fromisoformat, ("2024-01-31", "2024-02-29", "2023-12-31", "2025-02-28", "1969-12-31", "2024-03-01"))
)
NOW = datetime(2026, 3, 20, 9, 30, 15, 250_000, tzinfo=UTC)
TODAY = date(2026, 3, 31)
DEVICES = tuple(str(UUID(int=value)) for value in (7, 8, 9))
USER = {"id": str(UUID(int=1)), "units": ["gold", "Zed", "é"], "roles": ["agent", "gold"], "locale": "pl"}
AFFILIATE = {"name": "pl", "currency": "EGP", "locale": "pl", "time_zone": "Europe/Warsaw"}

ENTITIES: dict[str, dict[str, Type]] = {
    "customer": {
        "id": IDENTIFIER,
        "name": STRING,
        "nick": STRING,
        "segment": SEGMENT,
        "age": INTEGER,
        "vip": BOOLEAN,
        "score": DECIMAL(2),
        "rate": DECIMAL(4),
        "balance": MONEY,
        "credit": MONEY,
        "born": DATE,
        "seen": DATETIME,
        "wait": DURATION,
        "opens": TIME,
        "valid": PERIOD,
        "data": JSON,
        "unit": STRING,
        "device": IDENTIFIER,
        "party": RecordType(("party",)),
        "manager": RecordType(("customer",)),
        "holder": RecordType(("individual", "ticket")),
        "owner": RecordType(("individual", "organization")),
        "tickets": ManyType(("ticket",)),
        "friends": ManyType(("customer",)),
    },
    "ticket": {
        "id": IDENTIFIER,
        "title": STRING,
        "status": STATUS,
        "cost": DECIMAL(2),
        "fee": MONEY,
        "effort": INTEGER,
        "urgent": BOOLEAN,
        "created_at": DATETIME,
        "due": DATE,
        "took": DURATION,
        "customer": RecordType(("customer",)),
        "notes": ManyType(("note",)),
    },
    "note": {"id": IDENTIFIER, "text": STRING, "stars": INTEGER, "ticket": RecordType(("ticket",))},
    "party": {"id": IDENTIFIER, "name": STRING, "customers": ManyType(("customer",))},
}
ENTITIES["individual"] = {**ENTITIES["party"], "birth_date": DATE}
ENTITIES["organization"] = {**ENTITIES["party"], "employees": INTEGER}
SUBTYPES = {"individual": "party", "organization": "party"}
RELATIONS: dict[tuple[str, str], Relation] = {
    ("customer", "party"): ToOne("party_id"),
    ("customer", "manager"): ToOne("manager_id"),
    ("customer", "holder"): ToOne("holder_id"),
    ("customer", "owner"): ToOne("owner_id"),
    ("customer", "tickets"): Inverse("customer_id"),
    ("ticket", "customer"): ToOne("customer_id"),
    ("ticket", "notes"): Inverse("ticket_id"),
    ("note", "ticket"): ToOne("ticket_id"),
    **{(entity, "customers"): Inverse("party_id") for entity in ("party", "individual", "organization")},
}


class WorldSchema:
    """The Schema of the world."""

    def member(self, entity: str, name: str) -> Type | None:
        return ENTITIES.get(entity, {}).get(name)

    def members(self, entity: str) -> Iterable[str]:
        return ENTITIES.get(entity, {})

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        return entity == ancestor or SUBTYPES.get(entity) == ancestor


SCHEMA = WorldSchema()
SCOPE = Scope("customer", {})


PLAIN = {
    STRING: codecs.TEXT,
    TIME: codecs.TEXT,
    DATE: codecs.DATE,
    JSON: codecs.JSON,
    BOOLEAN: codecs.BOOLEAN,
}


def _columns(entity: str, names: Iterable[str]) -> list[sa.Column[Any]]:
    columns: list[sa.Column[Any]] = []
    for name in names:
        match ENTITIES[entity][name]:
            case ManyType():
                continue
            case RecordType():
                columns.append(sa.Column(f"{name}_id", codecs.ID))
            case type_ if type_ == MONEY:
                columns += [sa.Column(f"{name}_amount", codecs.INTEGER), sa.Column(f"{name}_currency", codecs.TEXT)]
            case type_ if type_ == PERIOD:
                columns += [sa.Column(f"{name}_start", codecs.INTEGER), sa.Column(f"{name}_end", codecs.INTEGER)]
            case type_ if type_ == IDENTIFIER:
                columns.append(sa.Column(name, codecs.ID, primary_key=name == "id"))
            case type_ if type_ in PLAIN:
                columns.append(sa.Column(name, PLAIN[type_]))
            case type_:
                columns.append(sa.Column(name, codecs.TEXT if isinstance(type_, EnumType) else codecs.INTEGER))
    return columns


METADATA = sa.MetaData()
TABLES = {
    entity: sa.Table(entity, METADATA, *_columns(entity, ENTITIES[entity])) for entity in ("customer", "ticket", "note")
}
PARTY = sa.Table(
    "party",
    METADATA,
    sa.Column("kind", codecs.TEXT),
    *_columns("individual", ENTITIES["individual"]),
    *_columns("organization", ["employees"]),
)
FRIENDS = sa.Table("friends", METADATA, sa.Column("near_id", codecs.ID), sa.Column("far_id", codecs.ID))
TABLES |= dict.fromkeys(("party", "individual", "organization"), PARTY)


def source() -> Tables:
    """Give the world's tables with `this` in the customer table."""
    relations: dict[tuple[str, str], Relation] = {
        **RELATIONS,
        ("customer", "friends"): Link(FRIENDS, "near_id", "far_id"),
    }
    kinds = {"individual": ("individual",), "organization": ("organization",)}
    return Tables(TABLES["customer"], TABLES, relations, kinds)


@dataclass
class World:
    """Records by entity, linked in memory as the tables are."""

    records: dict[str, list[dict[str, Value]]] = field(default_factory=dict)

    def save(self) -> sqlite3.Connection:
        """Give an SQLite database that holds the records."""
        connection = sqlite3.connect(":memory:")
        add_functions(connection)
        for table in METADATA.sorted_tables:
            connection.execute(str(sa.schema.CreateTable(table).compile(dialect=DIALECT)))
        for entity, records in self.records.items():
            for record in records:
                row = stored(entity, record)
                marks = ", ".join(f":{name}" for name in row)
                name = TABLES[entity].name
                connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", row)
                for friend in record.get("friends", ()):
                    pair = (UUID(record["id"]).bytes, UUID(friend["id"]).bytes)
                    connection.execute("INSERT INTO friends VALUES (?, ?)", pair)
        return connection

    def save_in(self, store: Store) -> None:
        """Put the records into a store."""
        with store.writing() as connection:
            for table in METADATA.sorted_tables:
                connection.execute(str(sa.schema.CreateTable(table).compile(dialect=store.dialect)))
            for entity, records in self.records.items():
                for record in records:
                    row = stored(entity, record)
                    _insert(store, TABLES[entity], row).run(connection, row)
                    for friend in record.get("friends", ()):
                        pair = {"near_id": UUID(record["id"]).bytes, "far_id": UUID(friend["id"]).bytes}
                        _insert(store, FRIENDS, pair).run(connection, pair)


def _insert(store: Store, table: sa.Table, names: Iterable[str]) -> Statement:
    return store.compile(table.insert().values({name: sa.bindparam(name, required=False) for name in names}))


DIALECT = sa.create_engine("sqlite://").dialect


def stored(entity: str, record: dict[str, Value]) -> dict[str, Value]:
    """Give the row of a record, by the value conventions."""
    row: dict[str, Value] = {"kind": record["kind"]} if "kind" in record and entity in SUBTYPES else {}
    for name, type_ in ENTITIES[entity].items():
        value = record.get(name)
        match type_:
            case ManyType():
                continue
            case RecordType():
                row[f"{name}_id"] = value and UUID(value["id"]).bytes
            case _ if type_ == MONEY:
                row[f"{name}_amount"] = None if value is None else scaled(value.amount, 4)
                row[f"{name}_currency"] = None if value is None else value.currency
            case _ if type_ == PERIOD:
                row[f"{name}_start"], row[f"{name}_end"] = (
                    (None, None) if value is None else (_plain(value.start), _plain(value.end))
                )
            case _ if type_ == IDENTIFIER:
                row[name] = value and UUID(value).bytes
            case DecimalType(scale=scale):
                row[name] = None if value is None else scaled(value, scale)
            case _:
                row[name] = _plain(value)
    return row


def _plain(value: Value) -> Value:
    if isinstance(value, datetime | timedelta):
        return microseconds(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


def restored(value: Value, type_: Type) -> Value:
    """Give the Python value of what SQL answered."""
    if value is None:
        return None
    match type_:
        case DecimalType(scale=scale):
            return Decimal(value).scaleb(-scale)
        case _ if type_ == DATETIME:
            return EPOCH + timedelta(microseconds=value)
        case _ if type_ == DURATION:
            return timedelta(microseconds=value)
        case _ if type_ == DATE:
            return date.fromisoformat(value)
        case _ if type_ == TIME:
            return time.fromisoformat(value)
        case _ if type_ == IDENTIFIER or isinstance(type_, RecordType):
            return str(UUID(bytes=value))
        case _:
            return bool(value) if type_ == BOOLEAN else value


class Builder:
    """Makes a world of random records, about a quarter of whose values are null."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._makers: dict[Type, Callable[[], Value]] = {
            STRING: lambda: self.random.choice(TEXTS),
            INTEGER: lambda: self.random.choice((0, 1, -1, 2, 5, 7, -7, 18, 100, 3_000_000, 2**63 - 1, -(2**62))),
            BOOLEAN: lambda: self.random.random() < 0.5,
            MONEY: lambda: Money(
                Decimal(self.random.choice((self.random.randrange(-30000, 90000),) * 5 + (9 * 10**18,))).scaleb(-4),
                self.random.choice(CURRENCIES),
            ),
            DATE: lambda: self.random.choice(DAYS),
            DATETIME: self._instant,
            DURATION: lambda: timedelta(
                microseconds=self.random.randrange(-(10**12), self.random.choice((10**12, 2**63)))
            ),
            TIME: lambda: time(self.random.randrange(24), self.random.choice((0, 30))),
            PERIOD: lambda: Period(self._instant(), self.random.choice((None, self._instant()))),
            JSON: lambda: {"city": "Dakar"},
            IDENTIFIER: lambda: self.random.choice(DEVICES),
        }

    def _instant(self) -> datetime:
        day = self.random.choice(DAYS)
        clock = timedelta(
            microseconds=self.random.choice((0, 1, 86_399_999_999, self.random.randrange(86_400_000_000)))
        )
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + clock

    def _value(self, type_: Type) -> Value:
        if isinstance(type_, EnumType):
            return self.random.choice(type_.values)
        if isinstance(type_, DecimalType):
            return Decimal(self.random.choice((0, 1, -1, 50, 100, 333, -250, 12345))).scaleb(-type_.scale)
        return self._makers[type_]()

    def _record(self, entity: str, number: int) -> dict[str, Value]:
        record: dict[str, Value] = {"kind": entity, "id": str(UUID(int=number * 7919 % 104729 + 1))}
        for name, type_ in ENTITIES[entity].items():
            if isinstance(type_, ManyType):
                record[name] = []
            elif name != "id":
                is_null = isinstance(type_, RecordType) or self.random.random() < 0.25
                record[name] = None if is_null else self._value(type_)
        return record

    def build(self) -> World:
        """Give the records, linked."""
        sizes = {"individual": 4, "organization": 3, "customer": 12, "ticket": 26, "note": 22}
        numbers = iter(range(1, 1000))
        made = {entity: [self._record(entity, next(numbers)) for _ in range(size)] for entity, size in sizes.items()}
        parties = made["individual"] + made["organization"]
        for customer in made["customer"]:
            self._join(customer, "party", parties, "customers")
            self._join(customer, "manager", made["customer"], None)
            self._join(customer, "owner", parties, None)
            self._join(customer, "holder", made["individual"] + made["ticket"], None)
            customer["friends"] = self.random.sample(made["customer"], self.random.randrange(4))
        for ticket in made["ticket"]:
            self._join(ticket, "customer", made["customer"], "tickets")
        for note in made["note"]:
            self._join(note, "ticket", made["ticket"], "notes")
        return World(made)

    def _join(self, record: dict[str, Value], name: str, others: list[dict[str, Value]], inverse: str | None) -> None:
        if self.random.random() < 0.25:
            return
        other = self.random.choice(others)
        record[name] = other
        if inverse is not None:
            other[inverse].append(record)
