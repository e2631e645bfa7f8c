"""Another name hides no restriction that went, and is none that went."""

from collections.abc import Callable, Iterable
from pathlib import Path
from textwrap import dedent

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.granting.widening import widenings

FILES = {
    "baseline/letters.yaml": """
        interface: letters
        kind: channel
        medium: mail
        protocol: simulator
        quiet: nights
        consent: marketing
        outbound: {takes: {to: email, text: text}}
    """,
    "baseline/nights.yaml": 'calendar: nights\nweek: {mon: {from: "20:00", to: "08:00"}}\n',
    "affiliates/sn/layer.yaml": """
        layer: sn
        level: affiliate
        prefix: sn
        tiers: [core]
        units: {north: {kind: region}, dakar: {kind: shop, parent: north}, south: {kind: region}, thies: {kind: shop}}
    """,
}
Gained = Callable[..., set[tuple[str, str]]]


def changed(text: str, changes: Iterable[tuple[str, str]]) -> str:
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return text


@pytest.fixture
def gained(tmp_path: Path) -> Gained:
    """What is gained when files of some names hold other texts: pairs of what stands in the place of what."""

    def found(**changes: list[tuple[str, str]]) -> set[tuple[str, str]]:
        files = {path: changed(dedent(text), changes.get(Path(path).stem, ())) for path, text in FILES.items()}
        before, after = (load_files(tmp_path / name, one).draft for name, one in (("was", FILES), ("now", files)))
        return {(one.what, one.subject) for one in widenings(before, after)}

    return found


CALLED = ("interface: letters\n", "interface: post\n$was: letters\n")


def test_a_channel_of_another_name_that_lost_its_consent_or_its_quiet_hours_is_told(gained: Gained) -> None:
    assert gained(letters=[CALLED]) == set()
    assert gained(letters=[CALLED, ("consent: marketing\n", "")]) == {("consent", "marketing")}
    assert gained(letters=[CALLED, ("quiet: nights\n", "")]) == {("quiet", "nights")}


def test_quiet_hours_of_another_name_are_told_where_they_are_other_ones(gained: Gained) -> None:
    name = ("calendar: nights", "calendar: evenings\n$was: nights")
    quiet = ("quiet: nights", "quiet: evenings")
    assert gained(letters=[quiet], nights=[name]) == set()
    assert gained(letters=[quiet], nights=[name, ("20:00", "22:00")]) == {("quiet", "nights")}


def test_a_unit_of_another_name_that_has_more_below_it_is_told(gained: Gained) -> None:
    called = ("north: {kind: region}", "upper: {$was: north, kind: region}")
    below = ("parent: north", "parent: upper")
    assert gained(layer=[called, below]) == set()
    assert gained(layer=[called, below, ("thies: {kind: shop}", "thies: {kind: shop, parent: upper}")]) == {
        ("unit", "thies")
    }
    moved = ("dakar: {kind: shop, parent: north}", "harbour: {$was: dakar, kind: shop, parent: south}")
    assert gained(layer=[moved]) == {("unit", "harbour")}
