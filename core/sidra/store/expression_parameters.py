"""Values on their way into statements: literals, and the names that are bound once for each statement."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from sidra.store.expression_fragments import FALSE, NULL, TRUE, Amount, Sql, sql
from sidra_metamodel.expressions.limits import MONEY_SCALE
from sidra_metamodel.expressions.runtime import member
from sidra_metamodel.expressions.types import DATE, IDENTIFIER, MONEY, DecimalType, ListType, Type
from sidra_metamodel.values import Money

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_USER: Final = ("id", "login", "units", "roles", "locale")
_AFFILIATE: Final = ("name", "currency", "locale", "time_zone")


def microseconds(value: datetime | timedelta) -> int:
    """Give the stored form of a datetime (since 1970 in UTC) or of a duration."""
    return (value - EPOCH if isinstance(value, datetime) else value) // _MICROSECOND


def scaled(value: Decimal | int, scale: int) -> int:
    """Give the stored form of a decimal."""
    return int(Decimal(value).scaleb(scale))


def literal(value: object, type_: Type) -> Sql | Amount:
    """Give a literal of an expression as a parameter in its stored form."""
    if value is None:
        return Amount(NULL, NULL) if type_ == MONEY else NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, Money):
        return Amount(_integer(scaled(value.amount, MONEY_SCALE)), _text(value.currency))
    if type_ == IDENTIFIER:
        # The class UUID lets hexadecimal digits through and nothing else.
        plain = UUID(str(value)).hex
        return sql(f"X'{plain}'", postgresql=f"CAST('{plain}' AS UUID)")
    if isinstance(value, Decimal | int):
        return _integer(scaled(value, type_.scale if isinstance(type_, DecimalType) else 0))
    return _moment(value)


def _moment(value: object) -> Sql:
    if isinstance(value, datetime | timedelta):
        return _integer(microseconds(value))
    if isinstance(value, date):
        return dated(_text(value.isoformat()))
    return _text(value.isoformat("seconds") if isinstance(value, time) else str(value))


def _integer(value: int) -> Sql:
    return sa.literal(value, sa.BigInteger)


def _text(value: str) -> Sql:
    return sa.literal(value, sa.Text)


def dated(text: Sql) -> Sql:
    """Give a date that is bound as ISO text in the dialect's own type."""
    return sql("{0}", text, postgresql="CAST({0} AS DATE)")


def context(name: str, member_name: str | None, type_: Type) -> Sql:
    """Give the parameter of `now`, `today`, or a member of `user` or `affiliate`: `user_id`, `affiliate_currency`."""
    parameter = name if member_name is None else f"{name}_{member_name}"
    if isinstance(type_, ListType):
        return _listed(sa.bindparam(parameter, type_=sa.Text))
    if type_ == DATE:
        return dated(sa.bindparam(parameter, type_=sa.Text))
    if type_ == IDENTIFIER:
        return sql("{0}", sa.bindparam(parameter, type_=sa.types.NullType()), postgresql="CAST({0} AS UUID)")
    return sa.bindparam(parameter, type_=sa.BigInteger if name == "now" else sa.Text)


def _listed(parameter: Sql) -> Sql:
    """Give the elements of a list that is bound as one JSON text, so that the statement never changes."""
    typed = "(SELECT jsonb_array_elements_text(CAST({0} AS JSONB)))"
    return sql("(SELECT value FROM json_each({0}))", parameter, postgresql=typed)


def context_parameters(
    *,
    user: object = None,
    now: datetime | None = None,
    today: date | None = None,
    affiliate: object = None,
    dialect: str = "sqlite",
) -> Mapping[str, Any]:
    """Give the values of all parameters that a translated expression can name, in their stored form.

    `user` and `affiliate` are mappings or objects as in an Environment. A statement takes those that it names.
    """
    parameters: dict[str, Any] = {
        "now": None if now is None else microseconds(now),
        "today": None if today is None else today.isoformat(),
    }
    for name in _USER:
        value = member(user, name)
        is_list = name in ("units", "roles")
        parameters[f"user_{name}"] = orjson.dumps(list(value or ())).decode() if is_list else value
    if dialect == "sqlite" and parameters["user_id"] is not None:
        parameters["user_id"] = UUID(parameters["user_id"]).bytes
    parameters.update({f"affiliate_{name}": member(affiliate, name) for name in _AFFILIATE})
    return parameters
