"""Arithmetic on scaled integers in SQL: what 64 bits do not hold is null, and what they hold is exact.

SQLite goes on in floating point where a step overflows, though the result may fit: `rate * amount` is cut only after
the product. Each value is therefore written twice, as SQL computes it and by an exact function; that one runs only
where the first left the integers.
"""

import sqlite3
from typing import Final, NamedTuple

from sidra.store.expression_fragments import Fragment, Sql, sql
from sidra_metamodel.expressions.arithmetic import divide_integers, integer, modulo_integers
from sidra_metamodel.expressions.limits import MAX_INTEGER
from sidra_metamodel.expressions.standard import folded_letters

EXACT: Final = "sidra_exact"
FOLDING: Final = "sidra_folded"


# In PostgreSQL every step is computed as NUMERIC and becomes an integer again, or null. The step stands there once: in
# a CASE it would stand twice, and steps within steps thousands of times. `least` and `greatest` pass nulls over.
_OVER: Final = MAX_INTEGER + 1
_LIMITED: Final = (
    f"CAST(nullif(nullif(greatest(least({{0}}, {_OVER}::numeric), -{_OVER}::numeric), {_OVER}), -{_OVER}) AS BIGINT)"
)


class Scaled(NamedTuple):
    """A scaled integer, fast and exact."""

    fast: Sql
    exact: Sql


def same(value: Sql) -> Scaled:
    """Give a value that no step computes."""
    return Scaled(value, value)


def guarded(value: Scaled) -> Sql:
    """Give the result, null where 64 bits do not hold it."""
    sqlite = "(CASE typeof({0}) WHEN 'integer' THEN {0} WHEN 'real' THEN {1} END)"
    return sql(sqlite, *value, postgresql="{0}")


def whole(value: Sql) -> Sql:
    """Give a value that one step computes, null where 64 bits do not hold it."""
    return sql("(CASE WHEN typeof({0}) = 'integer' THEN {0} END)", value, postgresql=_LIMITED)


def rescaled(value: Sql, scale: int, wanted: int) -> Sql:
    """Give a scaled integer at another scale; going down cuts."""
    if scale == wanted:
        return value
    factor = 10 ** abs(wanted - scale)
    if wanted > scale:
        return sql(f"({{0}} * {factor})", value, postgresql=f"(CAST({{0}} AS NUMERIC) * {factor})")
    return sql(f"({{0}} / {factor})", value, postgresql=f"div({{0}}, {factor})")


def combined(operator: str, left: Scaled, right: Scaled, scales: tuple[int, int, int]) -> Scaled:
    """Give `left operator right`, at the third scale."""
    listed = ", ".join(map(str, scales))
    exact = sql(f"{EXACT}('{operator}', {{0}}, {{1}}, {listed})", left.exact, right.exact)
    return Scaled(_step(_fast(operator, (left.fast, right.fast), scales)), exact)


def negated(value: Scaled) -> Scaled:
    """Give the value with its sign changed."""
    negative = sql("(-{0})", value.fast, postgresql="(-CAST({0} AS NUMERIC))")
    return Scaled(_step(negative), sql(f"{EXACT}('-', 0, {{0}}, 0, 0, 0)", value.exact))


def _fast(operator: str, sides: tuple[Sql, Sql], scales: tuple[int, int, int]) -> Sql:
    left_scale, right_scale, scale = scales
    if operator == "*":
        product = sql("({0} * {1})", *sides, postgresql="(CAST({0} AS NUMERIC) * {1})")
        return rescaled(product, left_scale + right_scale, scale)
    if operator == "/":
        dividend = rescaled(sides[0], left_scale, scale + right_scale)
        quotient = "div(CAST({0} AS NUMERIC), nullif({1}, 0))"
        return sql("({0} / nullif({1}, 0))", dividend, sides[1], postgresql=quotient)
    left, right = rescaled(sides[0], left_scale, scale), rescaled(sides[1], right_scale, scale)
    if operator == "%":
        return sql("({0} % nullif({1}, 0))", left, right, postgresql="mod({0}, nullif({1}, 0))")
    return sql(f"({{0}} {operator} {{1}})", left, right, postgresql=f"(CAST({{0}} AS NUMERIC) {operator} {{1}})")


def _step(value: Sql) -> Sql:
    return sql("{0}", value, postgresql=_LIMITED)


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection what translated expressions call."""
    connection.create_function(EXACT, 6, exactly, deterministic=True)
    connection.create_function(FOLDING, 1, _folding, deterministic=True)


def _folding(text: str | None) -> str | None:
    return None if text is None else folded_letters(text)


def exactly(
    operator: str, left: int | None, right: int | None, left_scale: int, right_scale: int, scale: int
) -> int | None:
    """Give `left operator right` on scaled integers, at the third scale; null where 64 bits do not hold it."""
    if left is None or right is None:
        return None
    if operator == "*":
        return integer(_rescaled(left * right, left_scale + right_scale, scale))
    if operator == "/":
        return divide_integers(_rescaled(left, left_scale, scale + right_scale), right)
    left, right = _rescaled(left, left_scale, scale), _rescaled(right, right_scale, scale)
    if operator == "%":
        found = modulo_integers(left, right)
        return None if found is None else integer(found)
    return integer(left + right if operator == "+" else left - right)


def _rescaled(value: int, scale: int, wanted: int) -> int:
    factor = int(10 ** abs(wanted - scale))
    if wanted >= scale:
        return value * factor
    cut = abs(value) // factor
    return cut if value >= 0 else -cut


# Halves of 32 bits add up without leaving 64, where `sum` fails; put together, they leave the integers if the sum does.
_LOW: Final = 2**32 - 1
_CARRIED: Final = f"(sum(v0 >> 32) + (sum(v0 & {_LOW}) >> 32))"
_SUM: Final = f"({_CARRIED} * {_LOW + 1} + (sum(v0 & {_LOW}) & {_LOW}))"


def total() -> Sql:
    """Give the sum of `v0`, null of nothing."""
    return whole(sql(_SUM, postgresql="sum(v0)"))


def mean(places: int) -> Fragment:
    """Give the mean of `v0` with more decimal places, cut; null where 64 bits do not hold the sum with these places."""
    scaled = whole(sql(f"({_SUM} * {10**places})", postgresql=f"(sum(v0) * {10**places})"))
    return sql("({0} / count(v0))", scaled, postgresql="CAST(div({0}, nullif(count(v0), 0)) AS BIGINT)")
