import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.api.telecom import telecom

from sidra.access.functions import FUNCTIONS
from sidra.access.grants import AccessProfile, EntityAccess, compile_access
from sidra.access.scopes import NarrowedProfile, check_scopes
from sidra.errors import Invalid
from sidra_metamodel.granting.shares import LEVELS

MODEL = telecom()
FULL = compile_access(MODEL, ["agent"])
ENTITIES = [name for name, entity in MODEL.entities.items() if not entity.abstract]
ACTIONS = sorted({action for name in ENTITIES for action in FULL.entity(name).actions})
OWNED = {"contact_medium": "party", "note": "trouble_ticket"}
WORDS = {"read": {"read"}, "write": set(ACTIONS) - {"read"}}


def narrowed(*scopes: str, roles: tuple[str, ...] = ("agent",)) -> NarrowedProfile:
    return NarrowedProfile(MODEL, frozenset(roles), frozenset(scopes))


def covered(scope: str, entity: str, action: str) -> bool:
    """What a scope is meant to let through, said once more and in another way than the code does."""
    name, _, word = scope.partition(":")
    meant = name in {"*", entity, *MODEL.ancestors(entity)}
    owner = OWNED.get(entity)
    if owner is not None and not meant:
        needed = "read" if action == "read" else "update"
        return any(covered(scope, one, needed) for one in MODEL.subtypes(owner))
    return meant and action in WORDS.get(word, {word})


SCOPES = [f"{name}:{word}" for name in ("*", "party", *ENTITIES) for word in ("read", "write", *ACTIONS[:5])]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_lets_through_what_it_names_and_nothing_else(scope: str) -> None:
    profile = narrowed(scope)
    for entity, action in itertools.product(ENTITIES, ACTIONS):
        expected = action in FULL.entity(entity).actions and covered(scope, entity, action)
        assert (action in profile.entity(entity).actions) == expected, (scope, entity, action)
        if not expected:
            assert profile.entity(entity).rows_for(action).is_closed
    assert profile.functions == frozenset()


def is_within(less: EntityAccess, more: EntityAccess) -> bool:
    levels = all(LEVELS.index(less.level(name)) <= LEVELS.index(more.level(name)) for name in more.columns)
    rows = all(less.rows_for(action) == more.rows_for(action) for action in less.actions)
    return levels and rows and less.actions <= more.actions and less.enterable <= more.enterable


@given(
    st.frozensets(st.sampled_from([*SCOPES, "search:use", "*:use", "role:agent", "role:reader", "role:outsider"])),
    st.sampled_from([("agent",), ("reader",), ("agent", "reader"), ("outsider",), ()]),
)
def test_no_set_of_scopes_gives_more_than_the_account_has(scopes: frozenset[str], roles: tuple[str, ...]) -> None:
    full: AccessProfile = compile_access(MODEL, roles)
    profile = narrowed(*scopes, roles=roles)
    assert profile.functions <= full.functions
    assert profile.roles <= full.roles
    assert all(is_within(profile.entity(name), full.entity(name)) for name in ENTITIES)


def test_no_scope_at_all_lets_nothing_through() -> None:
    assert all(not narrowed().entity(name).actions for name in ENTITIES)


def test_who_may_only_read_through_a_token_sees_no_value_as_one_to_change() -> None:
    access = narrowed("customer:read").entity("customer")
    assert access.level("name") == "read"
    assert access.enterable == frozenset()
    assert narrowed("customer:create").entity("customer").level("name") == "none"
    assert narrowed("customer:read", "customer:create").entity("customer").enterable


def test_a_role_narrows_alone_and_together_with_scopes() -> None:
    both = ("agent", "reader")
    assert narrowed("role:reader", roles=both).entity("customer").actions == frozenset({"read"})
    assert narrowed("role:reader", roles=("agent",)).entity("customer").actions == frozenset()
    assert narrowed("role:reader", "individual:read", roles=both).entity("customer").actions == frozenset()
    assert narrowed("role:agent").functions == FULL.functions


def test_a_function_is_named_by_itself() -> None:
    for name in FULL.functions:
        assert narrowed(f"{name}:use").functions == frozenset({name})
        assert not narrowed("*:read", "*:write").may_use(name)
    assert narrowed("*:use").functions == FULL.functions
    assert not narrowed("configure:use").may_use("configure")


@pytest.mark.parametrize(
    "scopes",
    [[], ["x"], ["customer"], ["customer:fly"], ["nothing:read"], ["role:nobody"], ["role:system"], ["fly:use"], [":"]],
)
def test_what_names_nothing_is_no_scope(scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        check_scopes(MODEL, scopes, FUNCTIONS)


def test_scopes_are_bounded() -> None:
    assert check_scopes(MODEL, ["customer:read", "individual:validate", "search:use"], FUNCTIONS)
    with pytest.raises(Invalid):
        check_scopes(MODEL, ["*:read"] * 51, FUNCTIONS)
