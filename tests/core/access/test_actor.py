import pytest

from sidra.access.actor import Actor, person_roles, system_actor


def test_the_program_acts_under_the_name_of_its_reason() -> None:
    actor = system_actor("feed subscriber_load", affiliate="pl")
    assert (actor.name, actor.is_system, actor.affiliate) == ("system:feed subscriber_load", True, "pl")


def test_the_program_does_not_act_without_a_reason() -> None:
    with pytest.raises(ValueError, match="states its reason"):
        system_actor(" ")


def test_a_person_is_never_the_program() -> None:
    assert not Actor("1", "Eve", person_roles(["system", "agent"])).is_system
