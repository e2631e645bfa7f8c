"""`sidra store`: where the affiliates keep their records, and the making of places in PostgreSQL."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.opening import unknown_affiliate
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell
from sidra.errors import SidraError

if TYPE_CHECKING:
    from sidra.affiliates.places import StorePlace
    from sidra.settings import Settings
    from sidra.store.checking import Fault

COLUMNS = ("affiliate", "kind", "place", "role", "size", "state")
FAULT = ("code", "reason", "hint")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(store)


@click.group()
def store() -> None:
    """Where the affiliates keep their records."""


@store.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON: affiliate, kind, place, role, size in bytes, state.")
def list_(as_json: bool) -> None:
    """List the stores: affiliate, kind, place, role that logs in, size, and whether it can be reached."""
    from sidra.settings import installation

    with refusals():
        settings = installation(os.environ, Path.cwd())
        rows = [_row(name, place, settings, as_json=as_json) for name, place in known_places(settings).items()]
    print_rows(rows, COLUMNS, as_json=as_json)


@store.command()
@click.argument("affiliate")
@click.option(
    "--as", "user", default="", help="Who makes it in PostgreSQL; default: the user of the setting `database`."
)
@click.option("--new-password", is_flag=True, help="Give its role a new password, which ends the old one.")
def create(affiliate: str, user: str, new_password: bool) -> None:
    """Make the place that an affiliate's layer names: in PostgreSQL its role, its schema and the rights of both.

    What is there already is left as it is, so that it may be repeated at any time. Who may not make roles gets the
    statements that an administrator of the database runs instead.
    """
    from sidra.affiliates.provisioning import NotAllowed
    from sidra.settings import installation

    with refusals():
        settings = installation(os.environ, Path.cwd())
        known = known_places(settings)
        place = known.get(affiliate) or unknown_affiliate(affiliate, known)
        if isinstance(place, SidraError):
            raise place
        try:
            done = made(place, settings, user=user, renews_password=new_password)
        except NotAllowed as error:
            tell(error.script)
            raise
    for says in done or ["nothing was to do"]:
        tell(f"{affiliate}: {says}")


@store.command()
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON: code, reason and hint of what is wrong.")
def check(affiliate: str, as_json: bool) -> None:
    """Check that an affiliate's store holds together: its database, and the search against the records.

    Nothing is changed, and whoever is served is served meanwhile. Exit code 1 where something is wrong.
    """
    from sidra.store.checking import StoreDamaged

    with refusals():
        found = faults(affiliate)
        if as_json:
            print_rows([fault._asdict() for fault in found], FAULT, as_json=True)
            sys.exit(Exit.FOUND if found else Exit.DONE)
        for fault in found:
            tell(f"{affiliate}: {fault.code}: {fault.reason}; {fault.hint}")
        if found:
            raise StoreDamaged(f"the store of `{affiliate}` has {len(found)} faults", hint="mend them in their order")
        tell(f"{affiliate}: the store holds together. Of its audit, ask `sidra audit verify {affiliate}`")


def faults(affiliate: str) -> list[Fault]:
    """Return what is wrong with a store; records are looked at where their database holds together."""
    from sidra.affiliates.opening import open_store
    from sidra.cli.opening import open_runtime
    from sidra.records.checking import check_search
    from sidra.settings import installation
    from sidra.store.checking import look_through

    settings = installation(os.environ, Path.cwd())
    known = known_places(settings)
    place = known.get(affiliate) or unknown_affiliate(affiliate, known)
    if isinstance(place, SidraError):
        raise place
    opened = open_store(place, settings)
    try:
        found = look_through(opened)
    finally:
        opened.close()
    if found:
        return found
    runtime = open_runtime(affiliate)
    try:
        return check_search(runtime)
    finally:
        runtime.store.close()


def made(place: StorePlace, settings: Settings, *, user: str = "", renews_password: bool = False) -> list[str]:
    """Return what was made of a place; of a file nothing, since it is made when it is first opened."""
    from sidra.affiliates.places import FilePlace

    if isinstance(place, FilePlace):
        return []
    from sidra.affiliates.provisioning import provision

    return provision(place, settings, user=user, renews_password=renews_password)


def known_places(settings: Settings) -> dict[str, StorePlace | SidraError]:
    """Return the places of all affiliates by name, or what is wrong with them."""
    from sidra.affiliates.places import place_of
    from sidra.configuration import read_configuration

    layers = read_configuration(settings).layers
    found: dict[str, StorePlace | SidraError] = {}
    for name in layers.affiliates:
        try:
            found[name] = place_of(layers, name, settings)
        except SidraError as error:
            found[name] = error
    return found


def _row(affiliate: str, place: StorePlace | SidraError, settings: Settings, *, as_json: bool) -> dict[str, object]:
    if isinstance(place, SidraError):
        return {**dict.fromkeys(COLUMNS), "affiliate": affiliate, "state": f"{place.code}: {place.reason}"}
    from sidra.affiliates.places import FilePlace

    role = None if isinstance(place, FilePlace) else place.role
    size, state = reached(place, settings)
    shown = size if as_json or size is None else _readable(size)
    row = {"affiliate": affiliate, "kind": place.kind, "place": str(place), "role": role}
    return {**row, "size": shown, "state": state}


def reached(place: StorePlace, settings: Settings) -> tuple[int | None, str]:
    """Return how large a store is, where it can be reached, and in any case whether it can."""
    from sidra.affiliates.places import FilePlace

    if isinstance(place, FilePlace):
        return (place.path.stat().st_size, "reachable") if place.path.exists() else (None, "not made yet")
    from sidra.affiliates.opening import login_url
    from sidra.affiliates.roles import check_login, size_of

    try:
        url = login_url(place, settings)
        check_login(url, place)
        return size_of(url, place), "reachable"
    except SidraError as error:
        return None, f"{error.code}: {error.reason}"


def _readable(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
