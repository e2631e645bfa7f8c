"""What several commands begin with: an affiliate, by its name, on its store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.errors import NotFound, NotServed, SidraError
from sidra_metamodel.suggest import did_you_mean

if TYPE_CHECKING:
    from sidra.access.entrance import Entrance
    from sidra.affiliates.registry import Affiliates
    from sidra.configuration import Configuration
    from sidra.runtime import Runtime
    from sidra_metamodel.diagnostics import Diagnostic
    from sidra_metamodel.model import Model


def open_runtime(affiliate: str) -> Runtime:
    """Return the Runtime of an affiliate; raises NotFound where there is none, NotServed where it cannot serve."""
    from sidra.affiliates.registry import Affiliates
    from sidra.settings import installation

    affiliates = Affiliates(installation(os.environ, Path.cwd()))
    _close_with_command(affiliates.close)
    runtime = affiliates.get(affiliate)
    if runtime is None:
        raise why_not_served(affiliates, affiliate)
    return runtime


def _close_with_command(close: Callable[[], None]) -> None:
    """Close what a command has opened when it ends, however that is."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(close)


@dataclass(frozen=True, slots=True)
class Gate:
    """Who gets in at an affiliate: its accounts and tokens, whether or not its configuration is good."""

    affiliate: str
    entrance: Entrance
    configuration: Configuration

    def check_roles(self, roles: Iterable[str]) -> None:
        """Raise NotFound for a role that the affiliate lacks, NotServed where its configuration is broken."""
        known = self._model().roles
        for role in roles:
            if role not in known:
                raise NotFound(f"no role `{role}` in `{self.affiliate}`", hint=f"there are: {', '.join(sorted(known))}")

    def check_units(self, units: Iterable[str]) -> None:
        """Raise NotFound for a unit that the affiliate lacks, where it declares any; NotServed where it is broken."""
        known = self._model().layer.units if units else {}
        for unit in units if known else ():
            if unit not in known:
                hint = did_you_mean(unit, known) or f"there are: {', '.join(sorted(known))}"
                raise NotFound(f"no unit `{unit}` in `{self.affiliate}`", hint=hint)

    def locale(self, wanted: str | None) -> str:
        """Return a language that somebody can have here: the affiliate's first one, or NotFound for none of them."""
        known = dict.fromkeys((*self._model().locales, "en"))
        if wanted not in {None, *known}:
            raise NotFound(f"no language `{wanted}` in `{self.affiliate}`", hint=f"there are: {', '.join(known)}")
        return wanted or next(iter(known))

    def _model(self) -> Model:
        loaded = self.configuration.load(self.affiliate)
        if loaded.model is None:
            raise _broken(self.affiliate, loaded.diagnostics)
        return loaded.model


def open_gate(affiliate: str) -> Gate:
    """Return who gets in at an affiliate; no table of its records is touched, and no other affiliate's store."""
    from sidra.access.admission import read_admissions
    from sidra.access.entrance import Entrance
    from sidra.access.tables import add_access_tables
    from sidra.affiliates.opening import open_store
    from sidra.affiliates.places import place_of
    from sidra.configuration import read_configuration
    from sidra.privacy.keys import KeyRing
    from sidra.settings import installation

    settings = installation(os.environ, Path.cwd())
    configuration = read_configuration(settings)
    if affiliate not in configuration.layers.affiliates:
        raise unknown_affiliate(affiliate, configuration.layers.affiliates)
    store = open_store(place_of(configuration.layers, affiliate, settings), settings)
    _close_with_command(store.close)
    add_access_tables(store)
    keys = KeyRing.open(settings.key_file).of(affiliate)
    admission = read_admissions(settings.sign_in).of(affiliate)
    return Gate(affiliate, Entrance.of(affiliate, store, keys=keys, admission=admission), configuration)


def not_served(affiliates: Affiliates, *, may_be_all: bool = False) -> list[SidraError]:
    """Return for each affiliate that is not served why; raises the first error where none is and one should be."""
    errors = [why_not_served(affiliates, name) for name in affiliates.names if affiliates.get(name) is None]
    if errors and len(errors) == len(affiliates.names) and not may_be_all:
        raise errors[0]
    return errors


def why_not_served(affiliates: Affiliates, affiliate: str) -> SidraError:
    """Return the error that says why an affiliate has no Runtime."""
    state = affiliates.state(affiliate)
    if state is None:
        return unknown_affiliate(affiliate, affiliates.names)
    return _broken(affiliate, state.diagnostics)


def unknown_affiliate(affiliate: str, known: Iterable[str]) -> SidraError:
    """Return the error for a name that no affiliate has."""
    names = list(known)
    near = did_you_mean(affiliate, names)
    hint = f"{near}  " if near else ""
    return NotFound(f"no affiliate `{affiliate}` is served", hint=f"{hint}there are: {', '.join(names) or 'none'}")


def _broken(affiliate: str, diagnostics: Iterable[Diagnostic]) -> SidraError:
    hint = f"run `sidra check {affiliate}`"
    found = next((found for found in diagnostics if found.severity == "error"), None)
    if found is None:
        return NotServed(f"`{affiliate}` is not served: its configuration was never good", hint=hint)
    return NotServed(f"`{affiliate}` is not served: {found.message}", code=found.code, hint=found.help or hint)
