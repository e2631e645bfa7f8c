"""What some units may try out before the others, and how that ends."""

import pytest
from tests.core.releases.installed import CORE, Installed
from tests.core.releases.test_approving import LABEL, author, second, security, sn

from sidra.access.actor import OPERATOR, Actor
from sidra.errors import Forbidden, Invalid
from sidra.releases.canary import is_of_screens, is_seen_alone
from sidra.releases.errors import Refused
from sidra.releases.pins import read_pin
from sidra.releases.plan import Impact, Item, Migration, Plan, Revision

__all__ = ["author", "second", "security", "sn"]

SEEN = (
    ("screen", ("columns", "name")),
    ("translation", ("entity.person.label",)),
    ("menu", ()),
    ("entity", ("label", "fr")),
    ("entity", ("attributes", "title", "label", "fr")),
    ("entity", ("attributes", "name", "hidden")),
    ("entity", ("lifecycle", "transitions", "close", "tone")),
    ("enum", ("values", "gold", "icon")),
)
NOT_SEEN_ALONE = (
    ("entity", ()),
    ("entity", ("title",)),
    ("entity", ("attributes", "title")),
    ("entity", ("attributes", "label", "search")),
    ("entity", ("attributes", "help", "default", "value")),
    ("entity", ("relations", "group")),
    ("entity", ("lifecycle", "transitions", "icon", "when")),
    ("enum", ("values", "label")),
    ("enum", ("values", "gold", "hidden")),
    ("role", ("may", "person", "columns", "label")),
    ("rule", ("label",)),
    ("interface", ("label",)),
)


def change(kind: str, path: tuple[str, ...], cls: Impact = Impact.SAFE) -> Item:
    return Item(cls, kind, "person", path, "a", "b", "changed")


@pytest.mark.parametrize(("kind", "path"), SEEN)
def test_what_people_see_is_told_by_its_kind_and_place(kind: str, path: tuple[str, ...]) -> None:
    assert is_seen_alone(change(kind, path))
    assert not is_seen_alone(change(kind, path, Impact.WIDENED))


@pytest.mark.parametrize(("kind", "path"), NOT_SEEN_ALONE)
def test_a_member_that_is_called_as_a_word_of_screens_is_none(kind: str, path: tuple[str, ...]) -> None:
    assert not is_seen_alone(change(kind, path))


def test_what_the_database_would_follow_or_what_was_not_counted_is_tried_out_by_nobody() -> None:
    items = (change("entity", ("label",)),)
    plan = Plan("sn", Revision("a"), Revision("b"), items, is_counted=True)
    assert is_of_screens(plan)
    assert not is_of_screens(Plan("sn", Revision("a"), Revision("b"), items))
    step = Migration("expand", "a column")
    assert not is_of_screens(Plan("sn", Revision("a"), Revision("b"), items, (step,), is_counted=True))


def test_a_trial_ends_and_others_keep_what_they_had(sn: Installed, author: Actor, second: Actor) -> None:
    live = sn.releasing().releases.live()
    with pytest.raises(Refused, match="nobody tries anything out"):
        sn.releasing().end_trial(author, "no")
    sn.edit(*LABEL)
    proposal = sn.propose("A label", author)
    sn.releasing().approvals.approve(second, proposal.id, "configure")
    with pytest.raises(Refused, match="no unit `nowhere`") as refused:
        sn.releasing().apply(proposal.revision, author, "try", ("nowhere",))
    assert refused.value.hint == "there are: dakar, plateau"
    trial = sn.releasing().apply(proposal.revision, author, "try", ("plateau",))
    assert sn.releasing().apply(proposal.revision, author, "try", ("plateau",)) == trial
    with pytest.raises(Forbidden):
        sn.releasing().end_trial(sn.person("fatou", "agent"), "no")
    with pytest.raises(Invalid, match="say why"):
        sn.releasing().end_trial(author, "")
    done = sn.releasing().end_trial(author, "they cannot read it")
    assert live is not None
    assert (done.kind, done.revision, done.units, done.number) == ("trial_ended", live.revision, (), 3)
    assert sn.releasing().releases.trial() is None
    pin = read_pin(sn.settings.home, "sn")
    assert pin is not None
    assert (pin.live.revision, pin.trial, pin.units) == (live.revision, None, ())
    again = sn.releasing().apply(proposal.revision, OPERATOR, "for all, after all")
    assert (again.kind, again.revision) == ("apply", proposal.revision)


def test_an_attribute_that_is_called_title_is_tried_out_by_nobody(
    sn: Installed, author: Actor, second: Actor, security: Actor
) -> None:
    sn.edit(f"{CORE}/entities/person.yaml", "code: {type: string}", "code: {type: string}\n  title: {type: string}")
    proposal = sn.propose("A title", author)
    for gate in proposal.plan.gates:
        sn.releasing().approvals.approve(second if gate == "configure" else security, proposal.id, gate)
    with pytest.raises(Refused, match="nothing but screens"):
        sn.releasing().apply(proposal.revision, OPERATOR, "try", ("plateau",))
    assert len(sn.releasing().releases.all()) == 1
