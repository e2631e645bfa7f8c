from dataclasses import replace

import pytest
from tests.ui.served import Site

from sidra_ui.presenting.screens import Screens

MOBILE = "person.numbers.filter(n, n.kind_of == 'mobile').first().text"
ANY = "person.numbers.first().text"


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        (MOBILE, "text"),
        (f"coalesce({MOBILE}, {ANY})", "text"),
        (f"coalesce({MOBILE}, hush)", None),
        (f"coalesce({MOBILE}, 'none')", None),
        (f"concat({MOBILE}, '')", None),
    ],
)
def test_an_expression_that_gives_a_value_unchanged_is_shown_as_its_attribute(
    site: Site, text: str, attribute: str | None
) -> None:
    screens = Screens(site.runtime)
    header = screens.model.screens["customer_360"].header
    assert header is not None
    place = header.facts["phone"].value
    assert place is not None
    found = screens.attribute_of(replace(place, text=text))
    assert (found.name if found else None) == attribute
