"""The role of an affiliate in PostgreSQL: whether it gets in, and whether it may do no more than it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from sidra.affiliates.places import ServerPlace
from sidra.store.failures import StoreError

CONNECT_SECONDS = 5

LOGIN = """
SELECT current_schema() = %(schema)s,
       rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls,
       EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid),
       ARRAY(SELECT nspname::text FROM pg_namespace
             WHERE nspname NOT IN (%(schema)s, 'public', 'information_schema') AND nspname NOT LIKE 'pg\\_%%'
               AND has_schema_privilege(oid, 'USAGE') ORDER BY nspname),
       has_database_privilege(current_database(), 'CREATE'),
       has_schema_privilege('public', 'CREATE'),
       coalesce(obj_description(to_regnamespace(%(schema)s), 'pg_namespace'), '')
FROM pg_roles WHERE rolname = current_user
"""

SIZE = """
SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %s AND relkind IN ('r', 'm')
"""


class RoleRefused(StoreError):
    """A role or a schema is somebody else's, or may do more than its affiliate needs."""

    code = "R031"


@dataclass(frozen=True, slots=True)
class Login:
    """What a role sees of its database."""

    is_in_its_schema: bool
    is_powerful: bool
    is_member: bool
    other_schemas: tuple[str, ...]
    may_make_schemas: bool
    may_write_in_public: bool
    mark: str
    """What the schema says of itself."""


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Lend a connection that commits each statement; raises StoreError where there is none to be had."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)
    except psycopg.Error as error:
        raise refused(error) from error
    try:
        yield connection
    except psycopg.Error as error:
        raise refused(error) from error
    finally:
        connection.close()


def refused(error: psycopg.Error) -> StoreError:
    """Return what an operator is told of a server that refuses."""
    # What libpq tells of the connection, and after it what the server said; a password is in neither.
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    _, _, reason = said.rpartition("failed: ")
    return StoreError(f"PostgreSQL refuses: {reason.removeprefix('FATAL:').strip()}", hint=WAY_OUT)


WAY_OUT = "see that the server runs and lets this user in; `sidra store create AFFILIATE` makes what a layer names"


def check_login(url: str, place: ServerPlace) -> None:
    """Raise StoreError where a role does not get in, RoleRefused where it may do more than its own records need."""
    with connected(url) as connection:
        row = connection.execute(LOGIN, {"schema": place.schema}).fetchone()
    found = Login(*row) if row is not None else None  # type: ignore[arg-type]  # the columns are those of the class
    if found is not None and (excess := _excess(found, place)):
        hint = "take that from it: records of one affiliate are safe from another only behind a role without it"
        raise RoleRefused(f"the role `{place.role}` {excess}", hint=hint)
    if found is not None and found.mark not in {"", place.mark}:
        reason = f"the schema `{place.schema}` is not of `{place.affiliate}`; it says: {found.mark}"
        raise RoleRefused(reason, hint="name a schema or a database in the layer that no other affiliate ever had")
    if found is None or not found.is_in_its_schema or not found.mark:
        reason = f"the role `{place.role}` has no schema `{place.schema}` in `{place.address.database}`"
        raise StoreError(reason, hint="`sidra store create AFFILIATE` makes it")


def size_of(url: str, place: ServerPlace) -> int:
    """Return how many bytes a store takes on the disk; raises StoreError."""
    with connected(url) as connection:
        row = connection.execute(SIZE, (place.schema,)).fetchone()
    return int(str(row[0])) if row is not None else 0


def _excess(found: Login, place: ServerPlace) -> str:
    """Return what a role may do too much, as the end of a sentence; empty where there is nothing."""
    if found.is_powerful:
        return "is an administrator of the server, or may make databases or roles"
    if found.is_member:
        return "is a member of another role"
    if found.other_schemas:
        return f"may use the schema `{found.other_schemas[0]}`, which is not its own"
    if place.kind == "database":
        return ""
    if found.may_make_schemas:
        return "may make schemas in its database"
    return "may make tables in the schema `public`" if found.may_write_in_public else ""
