"""What this process serves: for each affiliate its Runtime in force, its entrance and its API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from sidra.access.admission import Admission, Admissions
from sidra.access.entrance import Entrance
from sidra.affiliates.states import NEVER_RELEASED
from sidra.api.service import Api
from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, Severity

if TYPE_CHECKING:
    from sidra.affiliates.states import Trial
    from sidra.runtime import Runtime


class State(Protocol):
    """What the registry of affiliates tells of one of them."""

    @property
    def runtime(self) -> Runtime | None:
        """The last good one."""

    @property
    def trial(self) -> Trial | None:
        """What some units try out."""

    @property
    def diagnostics(self) -> Diagnostics | Sequence[Diagnostic]:
        """What the last load found."""


class Affiliates(Protocol):
    """What is asked of the registry of affiliates."""

    @property
    def names(self) -> Iterable[str]:
        """All affiliates of the settings."""

    def state(self, name: str) -> State | None:
        """What is known of one of them."""

    def overtaken(self, name: str, runtime: Runtime) -> bool:
        """Take what the files say now; return whether another Runtime is in force."""


class Site:
    """One affiliate as it is served; lives as long as the process, while Runtimes come and go."""

    def __init__(self, name: str, affiliates: Affiliates, admission: Admission) -> None:
        self.name, self.admission = name, admission
        self._affiliates = affiliates
        self._entrance: Entrance | None = None
        self._api: Api | None = None

    @property
    def runtime(self) -> Runtime | None:
        """The Runtime in force; None where the configuration never was without errors."""
        state = self._affiliates.state(self.name)
        return state.runtime if state else None

    @property
    def trial(self) -> Trial | None:
        """What the people of some units have before the others; None where nobody tries anything out."""
        state = self._affiliates.state(self.name)
        return state.trial if state else None

    def renew(self, runtime: Runtime) -> bool:
        """Take the configuration that the database has, which a Runtime has not; return whether another is in force."""
        return self._affiliates.overtaken(self.name, runtime)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the files, where the Runtime in force is not what they say."""
        state = self._affiliates.state(self.name)
        return tuple(state.diagnostics) if state else ()

    @property
    def has_errors(self) -> bool:
        """Whether the files say something that could not be put in force."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)

    @property
    def unreleased(self) -> Diagnostic | None:
        """What is told of an affiliate that is not served before something of it is released; None of others."""
        return next((found for found in self.diagnostics if found.code == NEVER_RELEASED), None)

    def entrance(self, runtime: Runtime) -> Entrance:
        """The accounts, sessions and tokens in the affiliate's store."""
        found = self._entrance
        if found is None or found.store is not runtime.store:
            found = self._entrance = Entrance.of(self.name, runtime.store, keys=runtime.keys, admission=self.admission)
        return found

    def api(self, runtime: Runtime) -> Api:
        """The API of a Runtime; compiled anew when another one is in force."""
        found = self._api
        if found is None or found.runtime is not runtime:
            found = self._api = Api(runtime)
        return found


class Sites:
    """The sites of all affiliates."""

    def __init__(self, affiliates: Affiliates, admissions: Admissions, *, has_loopback: bool = False) -> None:
        self._affiliates, self._admissions = affiliates, admissions
        self.has_loopback = has_loopback
        """Whether clients may have events sent to this machine."""
        self._sites: dict[str, Site] = {}

    def __iter__(self) -> Iterator[Site]:
        """Go through all sites, by name."""
        return (site for name in sorted(self._affiliates.names) if (site := self.get(name)) is not None)

    def get(self, name: str) -> Site | None:
        """The site of an affiliate; None where there is no such affiliate."""
        found = self._sites.get(name)
        if found is None and name in self._affiliates.names:
            found = self._sites.setdefault(name, Site(name, self._affiliates, self._admissions.of(name)))
        return found
