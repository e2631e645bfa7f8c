"""A small metamodel and its records, for tests of expressions."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

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
    STANDARD_FUNCTIONS,
    STRING,
    TIME,
    EnumType,
    Environment,
    Expression,
    ExpressionError,
    Functions,
    ManyType,
    RecordType,
    Scope,
    StructType,
    Type,
    check,
    compile_python,
)

Value: TypeAlias = Any
"""A value of a record: its entity says which."""

SEGMENT = EnumType("segment", ("gold", "silver", "bronze"))
ENTITIES: dict[str, dict[str, Type]] = {
    "customer": {
        "id": IDENTIFIER,
        "name": STRING,
        "segment": SEGMENT,
        "age": INTEGER,
        "vip": BOOLEAN,
        "score": DECIMAL(2),
        "balance": MONEY,
        "born": DATE,
        "seen": DATETIME,
        "wait": DURATION,
        "opens": TIME,
        "valid": PERIOD,
        "data": JSON,
        "unit": STRING,
        "party": RecordType(("party",)),
        "anything": RecordType(()),
        "manager": RecordType(("customer",)),
        "tickets": ManyType(("ticket",)),
    },
    "ticket": {
        "id": IDENTIFIER,
        "status": EnumType("status", ("open", "closed")),
        "cost": DECIMAL(2),
        "fee": MONEY,
        "effort": INTEGER,
        "took": DURATION,
        "created_at": DATETIME,
        "customer": RecordType(("customer",)),
        "notes": ManyType(("note",)),
    },
    "note": {"id": IDENTIFIER, "stars": INTEGER, "ticket": RecordType(("ticket",))},
    "party": {"id": IDENTIFIER, "name": STRING},
    "individual": {"id": IDENTIFIER, "name": STRING, "birth_date": DATE},
    "organization": {"id": IDENTIFIER, "name": STRING},
}
SUBTYPES = {"individual": "party", "organization": "party"}
SITE = {
    "old": RecordType(("customer",)),
    "value": STRING,
    "source": StructType("source row", (("age", STRING), ("city", STRING))),
}
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 20)


class Shop:
    """The Schema of the tests."""

    def member(self, entity: str, name: str) -> Type | None:
        return ENTITIES.get(entity, {}).get(name)

    def members(self, entity: str) -> Iterable[str]:
        return ENTITIES.get(entity, {})

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        return entity == ancestor or SUBTYPES.get(entity) == ancestor


def checked(text: str, expects: Type | None = None, functions: Functions = STANDARD_FUNCTIONS) -> Expression:
    """Give the checked expression over a customer, with the names of a transition, a type and a feed."""
    return check(text, Scope("customer", SITE), Shop(), functions, expects)


def refused(text: str, expects: Type | None = None) -> ExpressionError:
    """Give the error of a text that must not pass."""
    try:
        checked(text, expects)
    except ExpressionError as error:
        return error
    raise AssertionError(f"{text} passed")


def evaluated(
    text: str,
    record: dict[str, Value] | None = None,
    *,
    when_null: bool | None = None,
    functions: Functions = STANDARD_FUNCTIONS,
    **others: Value,
) -> Value:
    """Give the value of a text for a record; other names go into the environment."""
    environment = Environment(
        this=record or {},
        user={"id": "u", "units": ["1"], "roles": ["agent"], "locale": "fr"},
        now=NOW,
        today=TODAY,
        affiliate={"name": "sn", "currency": "XOF", "locale": "fr", "time_zone": "Africa/Dakar"},
        names=others,
    )
    return compile_python(checked(text, functions=functions), functions, when_null=when_null)(environment)


def ticket(number: int, **values: Value) -> dict[str, Value]:
    """Give a ticket whose id sorts by its number."""
    return {"id": f"00000000-0000-0000-0000-{number:012}", **values}


def decimal(text: str) -> Decimal:
    """Give the exact number of a text."""
    return Decimal(text)
