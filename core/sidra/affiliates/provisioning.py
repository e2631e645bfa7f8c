"""Making an affiliate's place in PostgreSQL: its role, its schema, and nothing of anybody else's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from sidra.affiliates.opening import login_url, passfile
from sidra.affiliates.passfile import keep_password, password_of
from sidra.affiliates.places import ServerPlace
from sidra.affiliates.roles import RoleRefused, check_login, connected, refused
from sidra.errors import SidraError
from sidra.settings import Settings

MAINTENANCE = "postgres"
"""The database of a server that new ones are made from."""
EXTENSION = "pg_trgm"
PASSWORD_BYTES = 24
LEAST = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"

Session = psycopg.Connection[tuple[object, ...]]


class NotAllowed(SidraError):
    """Whoever came may not make roles and schemas; `script` is what an administrator runs instead."""

    code = "R032"

    def __init__(self, reason: str, script: str) -> None:
        super().__init__(reason, hint="let an administrator of the database run what is printed below, then try again")
        self.script = script


@dataclass(frozen=True, slots=True)
class Step:
    """One statement, the database it runs in, and what it is for."""

    database: str
    statement: sql.Composed
    says: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a server has of a place."""

    has_database: bool
    has_role: bool
    mark: str
    """What the role says of itself; empty where it says nothing."""
    owner: str
    """Of the schema; empty where there is none."""
    schema_mark: str
    """What the schema says of itself; empty where it says nothing."""
    has_extension: bool


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who makes places: a user of the server, whose password libpq finds."""

    place: ServerPlace
    user: str

    @contextmanager
    def session(self, database: str) -> Iterator[Session]:
        """Lend a connection to one of the server's databases; raises StoreError where it cannot be reached."""
        with connected(self.place.address.of(database).url(self.user)) as session:
            yield session


def provision(place: ServerPlace, settings: Settings, *, user: str = "", renews_password: bool = False) -> list[str]:
    """Return what was made of an affiliate's place, nothing where all of it was there; it may be repeated at any time.

    `user` makes it: the default is that of the setting `database`, else the one that libpq takes. Raises StoreError
    where the server cannot be reached, RoleRefused for what is somebody else's, NotAllowed.
    """
    administrator = Administrator(place, user or _usual_user(settings))
    found = _found(administrator)
    _refuse_foreign(place, found)
    steps = [*_role_steps(administrator, settings, found, renews=renews_password)]
    steps += _place_steps(place, found)
    done = _run(administrator, steps)
    check_login(login_url(place, settings), place)
    return done


def script(steps: list[Step], administrator: Administrator) -> str:
    """Return the statements as psql takes them."""
    lines, database = [], ""
    with administrator.session(MAINTENANCE) as session:
        for step in steps:
            if step.database != database:
                database = step.database
                lines.append(f"\\connect {database}")
            lines.append(f"{step.statement.as_string(session)};")
    return "\n".join(lines)


def _usual_user(settings: Settings) -> str:
    return settings.database.user if settings.database is not None else ""


def _found(administrator: Administrator) -> Found:
    place = administrator.place
    with administrator.session(MAINTENANCE) as session:
        has_database = _one(session, "SELECT 1 FROM pg_database WHERE datname = %s", place.address.database)
        description = "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = %s"
        mark = _one(session, description, place.role)
    owner, schema_mark, has_extension = None, None, None
    if has_database:
        with administrator.session(place.address.database) as session:
            named = "SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = %s"
            owner = _one(session, named, place.schema)
            said = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
            schema_mark = _one(session, said, place.schema)
            has_extension = _one(session, "SELECT 1 FROM pg_extension WHERE extname = %s", EXTENSION)
    return Found(
        bool(has_database),
        mark is not None,
        str(mark or ""),
        str(owner or ""),
        str(schema_mark or ""),
        bool(has_extension),
    )


def _one(session: Session, query: str, value: str) -> object | None:
    row = session.execute(query.encode(), (value,)).fetchone()
    return None if row is None else row[0]


def _refuse_foreign(place: ServerPlace, found: Found) -> None:
    """Refuse a role or a schema that is there and was not made for this affiliate."""
    if found.owner and found.owner != place.role:
        reason = f"the schema `{place.schema}` belongs to `{found.owner}`, not to `{place.role}`"
        raise RoleRefused(reason, hint="name another schema in the layer, or give that one to the role")
    if found.schema_mark not in {"", place.mark}:
        reason = f"the schema `{place.schema}` says that it is of another: {found.schema_mark}"
        raise RoleRefused(reason, hint="name another schema in the layer")
    if place.names_its_role and not found.has_role:
        hint = f"make it: CREATE ROLE {place.role} LOGIN; or leave its name out of the address, and Sidra makes one"
        raise RoleRefused(f"there is no role `{place.role}`, which the layer names", hint=hint)
    # A role that the layer names is the administrator's own affair.
    if found.has_role and not place.names_its_role and found.mark != place.mark:
        reason = f"there is a role `{place.role}` already, which was not made for `{place.affiliate}`"
        hint = f"name another schema; if it is the same one, COMMENT ON ROLE {place.role} IS '{place.mark}'"
        raise RoleRefused(reason, hint=hint)


def _place_steps(place: ServerPlace, found: Found) -> Iterator[Step]:
    name = sql.Identifier
    role, schema, database = name(place.role), name(place.schema), name(place.address.database)
    inside = place.address.database
    if not found.has_database:
        yield _step(MAINTENANCE, "made the database", "CREATE DATABASE {}", database)
    yield _step(MAINTENANCE, "", "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    yield _step(MAINTENANCE, "", "GRANT CONNECT ON DATABASE {} TO {}", database, role)
    yield _step(inside, "", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    if not found.has_extension:
        yield _step(inside, f"added {EXTENSION}", f"CREATE EXTENSION IF NOT EXISTS {EXTENSION} SCHEMA public")
    if not found.owner:
        # Only a member of a role gives it a schema; it is one for as long as that takes.
        yield _step(inside, "", "GRANT {} TO CURRENT_USER", role)
        # Together, since a schema without its mark would be taken for somebody else's.
        made = "CREATE SCHEMA {} AUTHORIZATION {}; COMMENT ON SCHEMA {} IS {}"
        yield _step(inside, "made the schema", made, schema, role, schema, sql.Literal(place.mark))
        yield _step(inside, "", "REVOKE {} FROM CURRENT_USER", role)
    elif not found.schema_mark:
        mark = sql.Literal(place.mark)
        yield _step(inside, "took the schema over", "COMMENT ON SCHEMA {} IS {}", schema, mark)
    path = "ALTER ROLE {} IN DATABASE {} SET search_path = {}, public"
    yield _step(inside, "", path, role, database, schema)


def _role_steps(administrator: Administrator, settings: Settings, found: Found, *, renews: bool) -> Iterator[Step]:
    place, file = administrator.place, passfile(settings)
    role, mark = sql.Identifier(place.role), sql.Literal(place.mark)
    if place.names_its_role or (found.has_role and not renews):
        return
    password = "" if renews else password_of(file, place.address, place.role)
    if not password:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        # Kept first: of a role that is made, the password would be known to nobody if this process ended in between.
        keep_password(file, place.address, place.role, password)
    verifier = sql.Literal(_verifier(administrator, password))
    if found.has_role:
        yield _step(MAINTENANCE, f"gave {place.role} a new password", "ALTER ROLE {} PASSWORD {}", role, verifier)
    else:
        # Together, since a role without its mark would be taken for somebody else's.
        made = f"CREATE ROLE {{}} LOGIN {LEAST} PASSWORD {{}}; COMMENT ON ROLE {{}} IS {{}}"
        yield _step(MAINTENANCE, f"made the role {place.role}", made, role, verifier, role, mark)


def _verifier(administrator: Administrator, password: str) -> str:
    """Return what the server keeps of a password, so that the password itself reaches none of its logs."""
    with administrator.session(MAINTENANCE) as session:
        made = session.pgconn.encrypt_password(
            password.encode(), administrator.place.role.encode(), algorithm=b"scram-sha-256"
        )
    return made.decode()


def _step(database: str, says: str, template: str, *parts: sql.Composable) -> Step:
    return Step(database, sql.SQL(template).format(*parts), says)


def _run(administrator: Administrator, steps: list[Step]) -> list[str]:
    """Run the steps, each by itself; whatever is done stays, and the next time begins after it."""
    with ExitStack() as open_ones:
        sessions: dict[str, Session] = {}
        for number, step in enumerate(steps):
            if step.database not in sessions:
                sessions[step.database] = open_ones.enter_context(administrator.session(step.database))
            try:
                sessions[step.database].execute(step.statement)
            except errors.InsufficientPrivilege as error:
                reason = f"`{sessions[step.database].info.user}` may not make the place of these records"
                raise NotAllowed(reason, script(steps[number:], administrator)) from error
            except psycopg.Error as error:
                raise refused(error) from error
    return [step.says for step in steps if step.says]
