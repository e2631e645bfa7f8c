"""Installations on the tests' PostgreSQL server: a small baseline, affiliates, and their places made for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from tests.servers import ADMIN, PASSWORD, PostgresqlServer

from sidra.affiliates.opening import login_url
from sidra.affiliates.places import ServerPlace, place_of
from sidra.affiliates.provisioning import provision
from sidra.configuration import read_configuration
from sidra.settings import Settings, load_settings

NUMBERS = count(1)
BASELINE = {
    "layer.yaml": "layer: meridian\nlevel: group\nlocales: [en]\ncurrency: EUR\n",
    "core/pack.yaml": "pack: core\ntier: core\n",
    "core/note.yaml": "entity: note\ntitle: text\nattributes:\n"
    "  text: {type: string, search: true, sort: true}\n  secret: {type: string}\n",
}


class Installation:
    """A folder of affiliates whose shared database is new on a server."""

    def __init__(self, folder: Path, server: PostgresqlServer) -> None:
        self.folder, self.server = folder, server
        self.name = f"shared_{folder.name[-8:].replace('-', '_').lower()}_{next(NUMBERS)}"
        self.made: set[ServerPlace] = set()
        for name, text in BASELINE.items():
            self.write(f"baseline/{name}", text)

    def write(self, path: str, text: str) -> None:
        """Write a file of the folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def add(self, affiliate: str, store: str) -> None:
        """Write the layer of an affiliate."""
        head = f"layer: {affiliate}\nlevel: affiliate\nprefix: {affiliate}\ntiers: [core]\nlocales: [fr]\n"
        self.write(f"affiliates/{affiliate}/layer.yaml", f"{head}store: {store}\n")

    def own_database(self, affiliate: str) -> str:
        """Return the address of a database that no other affiliate has."""
        return f"postgresql://127.0.0.1:{self.server.port}/{self.name}_{affiliate}"

    @property
    def settings(self) -> Settings:
        """Those of the folder."""
        shared = f"postgresql://{ADMIN}@127.0.0.1:{self.server.port}/{self.name}"
        return load_settings({"SIDRA_BASELINE": "baseline", "SIDRA_PLUGINS": "", "SIDRA_DATABASE": shared}, self.folder)

    def place(self, affiliate: str) -> ServerPlace:
        """Return where an affiliate's records are."""
        place = place_of(read_configuration(self.settings).layers, affiliate, self.settings)
        assert isinstance(place, ServerPlace)
        return place

    def provision(self, affiliate: str, *, user: str = "", renews_password: bool = False) -> list[str]:
        """Make the place of an affiliate; return what was made."""
        place = self.place(affiliate)
        self.made.add(place)
        return provision(place, self.settings, user=user, renews_password=renews_password)

    def login(self, affiliate: str) -> str:
        """Return what the role of an affiliate connects to."""
        return login_url(self.place(affiliate), self.settings)

    def remove(self) -> None:
        """Take away what was made."""
        for database in {place.address.database for place in self.made}:
            self.server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        for role in {place.role for place in self.made}:
            self.server.execute(f"DROP ROLE IF EXISTS {role}")


@contextmanager
def installation(folder: Path, server: PostgresqlServer) -> Iterator[Installation]:
    """Lend an installation, whose administrator's password is that of the server's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        made = Installation(folder, server)
        try:
            yield made
        finally:
            made.remove()
