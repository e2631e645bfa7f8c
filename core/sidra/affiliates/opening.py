"""An affiliate's store, opened where its layer says, as the role that is its own."""

from __future__ import annotations

from pathlib import Path

from sidra.affiliates.passfile import password_of
from sidra.affiliates.places import FilePlace, ServerPlace, StorePlace
from sidra.settings import Settings
from sidra.store.database import Store

PASSFILE = "pgpass"


def open_store(place: StorePlace, settings: Settings) -> Store:
    """Return the store of a place; raises StoreError where it cannot be opened, RoleRefused for too powerful a role."""
    if isinstance(place, FilePlace):
        return Store.open(place.path, durability=settings.durability)
    from sidra.affiliates.roles import check_login  # noqa: PLC0415 - only who has PostgreSQL waits for its driver

    url = login_url(place, settings)
    check_login(url, place)
    return Store.open(url, durability=settings.durability)


def login_url(place: ServerPlace, settings: Settings) -> str:
    """Return what the affiliate's role connects to, with its password where the file of passwords has one."""
    # Given here, and not by `passfile=`: libpq would take PGPASSWORD first, which is an administrator's.
    return place.address.url(place.role, password_of(passfile(settings), place.address, place.role))


def passfile(settings: Settings) -> Path:
    """Return the file of the roles' passwords."""
    return settings.passfile or settings.home / PASSFILE
