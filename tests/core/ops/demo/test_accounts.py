from __future__ import annotations

import pytest
from tests.core.ops.demo.conftest import MakeRuntime

from sidra.access.entrance import Entrance
from sidra.errors import Unauthenticated
from sidra.ops.demo.accounts import PASSWORD, ROLES, ensure_accounts


def test_there_is_an_account_for_each_role_and_it_is_made_once(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime("eg")
    made = list(ensure_accounts(runtime, ("cairo", "giza")))
    assert [account.role for account in made] == list(ROLES)
    assert list(ensure_accounts(runtime, ("cairo",))) == made
    accounts = Entrance.of("eg", runtime.store).accounts
    agent = accounts.find("agent")
    assert agent is not None
    assert (agent.roles, agent.units, agent.locale) == (frozenset({"agent"}), ("cairo", "giza"), "ar")
    lead = accounts.find("team_lead")
    assert lead is not None
    assert lead.units == ("greater_cairo", "delta", "upper_egypt")
    assert accounts.sign_in("agent", PASSWORD, address="127.0.0.1").id == agent.id
    with pytest.raises(Unauthenticated):
        accounts.sign_in("agent", "wrong", address="127.0.0.1")
