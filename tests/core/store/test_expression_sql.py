import sqlite3

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler
from tests.core.store.expression_world import (
    AFFILIATE,
    DIALECT,
    NOW,
    SCHEMA,
    SCOPE,
    TABLES,
    TODAY,
    USER,
    Builder,
    source,
)

from sidra.store.expression_fragments import Amount, Sql, sql
from sidra.store.expression_functions import successor
from sidra.store.expression_parameters import context_parameters
from sidra.store.expression_sql import Row, Untranslatable, to_sql, value_sql
from sidra_metamodel.expressions import (
    BOOLEAN,
    STANDARD_FUNCTIONS,
    STRING,
    Expression,
    Function,
    Overload,
    Scope,
    check,
    extend,
)

CUSTOMER = TABLES["customer"]
# SQLAlchemy's dialects have untyped constructors.
POSTGRESQL: sa.Dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]


def checked(text: str) -> Expression:
    return check(text, SCOPE, SCHEMA, STANDARD_FUNCTIONS)


def compiled(text: str, dialect: sa.Dialect = DIALECT, when_null: bool | None = False) -> SQLCompiler:
    condition = to_sql(checked(text), source(), when_null=when_null)
    statement = sa.select(CUSTOMER.c.id).where(condition).compile(dialect=dialect)
    assert isinstance(statement, SQLCompiler)
    return statement


def where(text: str, when_null: bool | None = False) -> str:
    """Give the condition as SQLite reads it."""
    return str(compiled(text, when_null=when_null)).split("WHERE ", 1)[1]


def where_postgresql(text: str) -> str:
    """Give the condition as PostgreSQL reads it."""
    return str(compiled(text, POSTGRESQL)).split("WHERE ", 1)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("segment == 'gold'", "(customer.segment = ?)"),
        ("!(segment == 'gold')", "(NOT (customer.segment IS NOT NULL AND customer.segment = ?))"),
        ("segment != 'gold'", "(customer.segment IS NOT ?)"),
        ("!(segment != 'gold')", "(NOT (customer.segment <> ?))"),
        ("nick == name", "(customer.nick IS customer.name)"),
        ("segment in ['gold']", "(customer.segment IN (?))"),
        ("!(segment in ['gold'])", "(NOT (customer.segment IS NOT NULL AND (customer.segment IN (?))))"),
        ("segment in ['gold', null]", "((customer.segment IN (?)) OR (customer.segment IS NULL))"),
        ("age in []", "FALSE"),
        ("vip", "(customer.vip = TRUE)"),
        ("!vip", "(NOT (customer.vip = TRUE))"),
        ("manager == null", "(customer.manager_id IS NULL)"),
        ("name == null && true || null", "(((customer.name IS NULL) AND TRUE) OR FALSE)"),
    ],
)
def test_equality_is_as_plain_as_its_place_allows(text: str, expected: str) -> None:
    assert where(text) == expected


def test_composite_operands_keep_their_brackets() -> None:
    assert where("(!vip) != (age < 1)", None) == "((NOT customer.vip) IS NOT (customer.age < ?))"
    assert "IS DISTINCT FROM" in where_postgresql("segment != 'gold'")
    assert "IS NOT DISTINCT FROM" in where_postgresql("nick == name")


def test_postgresql_orders_text_by_code_point() -> None:
    assert where_postgresql("name < 'x'") == '(customer.name COLLATE "C" < :param_1::VARCHAR)'


def test_a_to_one_test_is_an_exists_with_its_own_join() -> None:
    text = where("manager.manager.segment == 'gold'")
    assert text.startswith("EXISTS (SELECT 1 FROM customer AS customer_1, customer AS customer_2 WHERE")
    assert "(customer_1.id = customer.manager_id)" in text


def connection() -> sqlite3.Connection:
    database = Builder(1).build().save()
    for column in ("name", "segment", "seen", "vip"):
        database.execute(f"CREATE INDEX customer_{column} ON customer ({column})")
    database.execute("CREATE INDEX ticket_customer ON ticket (customer_id)")
    return database


def plan(text: str) -> str:
    """Give SQLite's plan of a list with that filter."""
    statement = compiled(text)
    parameters = {**statement.params, **context_parameters(user=USER, now=NOW, today=TODAY, affiliate=AFFILIATE)}
    positions = [parameters[name] for name in statement.positiontup or ()]
    rows = connection().execute(f"EXPLAIN QUERY PLAN {statement}", positions).fetchall()
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("segment == 'gold'", "customer_segment (segment=?)"),
        ("segment in ['gold', 'vip']", "customer_segment (segment=?)"),
        ("name.startsWith('go')", "customer_name (name>? AND name<?)"),
        ("seen < now - duration('48h')", "customer_seen (seen<?)"),
        ("vip", "customer_vip (vip=?)"),
        ("tickets.exists(t, t.effort > 3)", "ticket_customer (customer_id=?)"),
        ("tickets.size() > 3", "ticket_customer (customer_id=?)"),
        ("name in user.roles", "customer_name (name=?)"),
    ],
)
def test_an_index_answers(text: str, index: str) -> None:
    assert index in plan(text)


def test_the_statement_is_the_same_for_every_user() -> None:
    statement = compiled("unit in user.units && 'agent' in user.roles && id != user.id && seen < now && born < today")
    names = {"user_units", "user_roles", "user_id", "now", "today"}
    assert names < set(statement.params)
    assert "json_each" in str(statement)
    assert "jsonb_array_elements_text" in where_postgresql("unit in user.units")


def test_literals_are_parameters() -> None:
    statement = compiled("name == '\\'; DROP TABLE customer; --' && age > 41")
    assert "DROP" not in str(statement)
    assert 41 in statement.params.values()


def test_context_parameters_have_their_stored_form() -> None:
    parameters = context_parameters(user=USER, now=NOW, today=TODAY, affiliate=AFFILIATE)
    assert parameters["user_id"] == bytes(15) + b"\x01"
    assert parameters["now"] == int(NOW.timestamp()) * 1_000_000 + NOW.microsecond
    assert parameters["today"] == "2026-03-31"
    assert parameters["user_roles"] == '["agent","gold"]'
    assert context_parameters(user=USER, dialect="postgresql")["user_id"] == USER["id"]
    assert context_parameters()["user_units"] == "[]"


def test_money_has_two_values() -> None:
    assert isinstance(value_sql(checked("balance + credit"), source()), Amount)
    assert isinstance(value_sql(checked("vip ? null : balance"), source()), Amount)


@pytest.mark.parametrize(
    "text",
    [
        "name.matches('a')",
        "similarity(name, 'a') > 0.5",
        "data.city == 'Dakar'",
        "user.roles[0] == 'a'",
        "user.roles.exists(r, r == 'a')",
        "holder.id == device && holder[ticket].effort == 1 && data.x == 1",
        "(vip ? manager : null).age == 1",
        "coalesce(manager, this).tickets.size() == 1",
        "(vip ? manager : null)[customer].age in [1] && name.matches('a')",
        "add_months(born, 1) < today",
        "id == name",
        "id in [name]",
        "data in [data]",
        "tickets.map(t, t.effort).exists(e, e == 1)",
        "size([1, 2]) == 2",
        "data == 'a'",
        "valid.start == null && user.roles.size() == 1",
        "id in user.roles",
        "owner.name == name",
        "owner.customers.size() == 1",
        "friends.owner.size() == 1",
        "friends.owner.name.size() == 1",
        "owner in friends.owner",
        "(vip ? party : null)[individual].birth_date == born",
        "vip ? valid.start == (vip ? valid : null).start : true",
    ],
)
def test_what_sql_cannot_say_is_refused_with_a_reason_and_a_place(text: str) -> None:
    expression = checked(text)
    assert expression.sql_refusal
    assert expression.sql_refusal_offset is not None
    with pytest.raises(Untranslatable, match=r"\w+"):
        to_sql(expression, source())


@pytest.mark.parametrize("text", ["tickets", "tickets.map(t, t.effort)", "[1]", "user.roles", "valid", "user"])
def test_a_value_that_is_no_column_is_refused(text: str) -> None:
    with pytest.raises(Untranslatable):
        value_sql(checked(text), source())


def test_a_condition_is_boolean() -> None:
    with pytest.raises(Untranslatable, match="integer"):
        to_sql(checked("age"), source())


def test_names_of_the_site_are_known_in_memory_only() -> None:
    scope = Scope("customer", {"value": STRING})
    expression = check("value == name", scope, SCHEMA, STANDARD_FUNCTIONS)
    assert expression.sql_refusal == "`value` is known in memory only"


def test_a_plugins_function_may_bring_its_sql() -> None:
    starts = Function(
        "is_vip_name",
        (Overload((STRING,), BOOLEAN),),
        lambda text: text.startswith("V"),
        sql=lambda text: sql("({0} >= 'V' AND {0} < 'W')", text),
    )
    functions = extend(STANDARD_FUNCTIONS, starts)
    expression = check("is_vip_name(name)", SCOPE, SCHEMA, functions)
    assert "customer.name >= 'V'" in str(to_sql(expression, source()).compile(dialect=DIALECT))


def test_a_plugins_sql_must_be_a_clause() -> None:
    wrong = Function("wrong", (Overload((STRING,), BOOLEAN),), bool, sql=lambda _text: "name = 1")
    expression = check("wrong(name)", SCOPE, SCHEMA, extend(STANDARD_FUNCTIONS, wrong))
    with pytest.raises(TypeError, match="no clause"):
        to_sql(expression, source())


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("go", "gp"), ("a\U0010ffff", "b"), ("\ud7ff", "\ue000"), ("\U0010ffff", None), ("", None)],
)
def test_the_successor_of_a_prefix_skips_surrogates(prefix: str, expected: str | None) -> None:
    assert successor(prefix) == expected


def test_two_conditions_stand_in_one_statement() -> None:
    role = to_sql(checked("tickets.exists(t, t.urgent)"), source())
    chosen = to_sql(checked("tickets.all(t, t.customer.age > 1)"), source())
    statement = sa.select(CUSTOMER.c.id).where(role, chosen).compile(dialect=DIALECT)
    assert isinstance(statement, SQLCompiler)
    positions = [statement.params[name] for name in statement.positiontup or ()]
    assert isinstance(Builder(1).build().save().execute(str(statement), positions).fetchall(), list)


def test_a_computed_column_keeps_its_brackets() -> None:
    class Computed:
        """The world's tables, whose customer has a computed age."""

        root = source().root
        alias = source().alias
        relation = source().relation

        def kind_condition(self, row: Row) -> Sql | None:
            return row.table.c["age"] > 0 if row.entity == "customer" else None

        def column(self, row: Row, name: str) -> Sql:
            return row.table.c["age"] + 1 if name == "age" else row.table.c[name]

    condition = to_sql(checked("age * 2 > 3 && manager.age == 1"), Computed())
    text = str(sa.select(CUSTOMER.c.id).where(condition).compile(dialect=DIALECT))
    assert "((customer.age + ?) * ?)" in text
    assert "((customer_1.age + ?) = ?)" in text
    assert "(customer_1.age > ?)" in text
