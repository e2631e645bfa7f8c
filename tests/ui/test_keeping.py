"""A piece that is kept is what its macro draws, with the token of the page that it stands in."""

from __future__ import annotations

import pytest
from jinja2 import Environment
from jinja2.environment import TemplateModule
from tests.ui.served import Site

from sidra_ui.keeping import TOKEN, Pieces
from sidra_ui.messages import Messages
from sidra_ui.rendering import create_environment, read_static
from sidra_ui.viewmodels.common import Action

SAVE = Action("Save & close", "/sn/save", method="post")


@pytest.fixture(scope="module")
def environment() -> Environment:
    return create_environment(read_static())


@pytest.fixture(scope="module")
def buttons(environment: Environment) -> TemplateModule:
    return environment.get_template("macros/buttons.html").make_module({"t": Messages("en")})


def test_a_kept_piece_has_the_token_of_each_page(buttons: TemplateModule) -> None:
    pieces, action = Pieces(), getattr(buttons, "action")  # noqa: B009 - a macro
    for token in ("one", "<two>", "one"):
        TOKEN.set(token)
        assert pieces.kept(action, SAVE) == action(SAVE)
    TOKEN.set("")


def test_a_kept_piece_is_drawn_anew_for_what_is_not_equal(buttons: TemplateModule) -> None:
    pieces, action = Pieces(), getattr(buttons, "action")  # noqa: B009 - a macro
    assert "Save &amp; close" in pieces.kept(action, SAVE)
    assert "Leave" in pieces.kept(action, Action("Leave", "/sn/"))
    assert "Save &amp; close" in pieces.kept(action, SAVE)


def test_pages_of_two_people_have_tokens_of_their_own(site: Site) -> None:
    tokens = []
    for login in ("agent", "lead", "agent"):
        page = site.browser(login).get("/sn/customer")
        found = {form["csrf_token"].value for form in page.forms.values() if "csrf_token" in form.fields}
        assert len(found) == 1
        tokens.append(found.pop())
    assert len(set(tokens)) == len(tokens)
