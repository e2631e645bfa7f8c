"""Each function of the vocabulary opens what it names to whom has it, and to nobody else; a new one needs its test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import cast

import pytest
from tests.affiliates.worlds import Browser, World, filled

from sidra.access.functions import FUNCTIONS
from sidra.access.reveal import reveal
from sidra.errors import Forbidden
from sidra.preferences.saved_views import EVERYBODY, SavedView
from sidra.privacy.requests import Requests
from sidra.records.exporting import Export
from sidra.records.query import Query
from sidra.records.record import Masked
from sidra.records.service import Records
from sidra.releases.approvals import Approvals
from sidra.releases.proposals import Proposal

ROLES = ("agent", "team_lead", "back_office", "configurator", "administrator")
Use = Callable[[World, Records, Browser], object]


def page(address: str, refused: int = 403) -> Use:
    """Opening a page of the affiliate."""

    def use(world: World, _: Records, browser: Browser) -> object:
        answer = browser.get(f"/{world.model.affiliate}{address}", expect_errors=True)
        if answer.status_code == refused:
            raise Forbidden(address)
        assert answer.status_code == 200, answer.status_code
        return answer

    return use


def suggests(world: World, _: Records, browser: Browser) -> object:
    """Being offered records while typing; commands are offered to everybody."""
    answer = browser.get(f"/{world.model.affiliate}/search/suggest?q=awa")
    if "suggestion-" not in answer.text:
        raise Forbidden("records while typing")
    return answer


def shares(_: World, records: Records, __: Browser) -> object:
    """Saving a view of a list for everybody."""
    view = SavedView("", "", "customer", EVERYBODY, "Mine", (("sort", "created_at"),))
    return records.runtime.transact(records.actor, lambda unit: records.runtime.saved_views.save(unit, view))


def of_records(do: Callable[[World, Records], object]) -> Use:
    """Asking the records."""
    return lambda world, records, _: do(world, records)


def reveals(world: World, records: Records) -> object:
    """Uncovering the first value that is masked; where there is none, the function is asked for all the same."""
    for record in records.list("individual", Query(limit=100)).records:
        name = next((name for name in record if isinstance(record[name], Masked)), "")
        if name:
            return reveal(records, "individual", record.id, name, "a test of functions")
    records.profile.demand("reveal")
    return world


def person(_: World, records: Records) -> Requests:
    """Asking what an erasure of a person would do."""
    found = Requests(records, "individual", records.list("individual", Query(limit=1)).records[0].id)
    assert found.preview().records["party"] == 1
    return found


def package_of_person(world: World, records: Records) -> object:
    """Giving out what is held about a person."""
    return person(world, records).package("a test of functions").zipped()


def approves(function: str) -> Use:
    """Speaking at the gate of a plan that somebody else proposed."""
    proposal = cast("Proposal", SimpleNamespace(author_id="", plan=SimpleNamespace(gates=(function,))))

    def use(world: World, records: Records, _: Browser) -> object:
        if not Approvals(world.runtime).may(records.actor, proposal, function):
            raise Forbidden(function)
        return proposal

    return use


PATHS: Mapping[str, tuple[Use, ...]] = MappingProxyType(
    {
        "administer": (page("/user-accounts"),),
        **{name: (approves(name),) for name in ("approve_access", "approve_api", "approve_data")},
        "audit": (page("/audit-log"),),
        "configure": (page("/configuration"),),
        "export": (of_records(lambda _, records: list(Export(records, "customer", Query()).lines())),),
        "console": (page("/party_interaction/console", refused=404),),
        "feeds": (page("/feeds"),),
        "privacy": (of_records(person), of_records(package_of_person)),
        "reports": (page("/dashboards/service_quality"),),
        "reveal": (of_records(reveals),),
        "search": (
            page("/search?q=awa"),
            suggests,
            of_records(lambda _, records: records.search("awa")),
            of_records(lambda _, records: records.search_each("awa")),
        ),
        "share_views": (shares,),
    }
)
"""What each function opens."""


def test_every_function_opens_something() -> None:
    assert {name for name, paths in PATHS.items() if paths} == set(FUNCTIONS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("functions")
    return filled("pl", folder)


@pytest.mark.parametrize("role", ROLES)
def test_a_function_opens_its_paths_to_whom_has_it_and_to_nobody_else(world: World, role: str) -> None:
    records, browser = world.records(role), world.browser(role)
    granted = world.model.roles[role].functions
    wrong = []
    for function, paths in PATHS.items():
        for number, use in enumerate(paths):
            try:
                use(world, records, browser)
                is_open = True
            except Forbidden:
                is_open = False
            if is_open != (function in granted):
                wrong.append((function, number, is_open))
    assert wrong == []


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_each_function_is_granted_to_some_role_and_kept_from_another(world: World, function: str) -> None:
    granted = [role for role in ROLES if function in world.model.roles[role].functions]
    assert 0 < len(granted) < len(ROLES)
