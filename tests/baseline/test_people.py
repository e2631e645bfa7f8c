"""Who the people are whose data are handed out and erased follows from the entities: none may take their place."""

from __future__ import annotations

import pytest
from tests.affiliates.worlds import model_for

from sidra.privacy.links import Links


@pytest.mark.parametrize("affiliate", ["sn", "eg", "pl"])
def test_people_are_parties_in_every_affiliate(affiliate: str) -> None:
    assert Links(model_for(affiliate)).persons == {"party"}
