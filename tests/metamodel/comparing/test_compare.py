from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.metamodel.configurations import LANGUAGE
from tests.metamodel.promoting.conftest import NINEA, REGIONAL, SHORTER, TODAY, in_three, layers_in

from sidra_metamodel.comparing.compare import compare
from sidra_metamodel.comparing.comparison import Comparison
from sidra_metamodel.comparing.converging import Likeness
from sidra_metamodel.comparing.leaves import leaves
from sidra_metamodel.comparing.overrides import counted
from sidra_metamodel.explaining.differences import HEADERS
from sidra_metamodel.promoting.proof import roots_of

REGISTRY = LANGUAGE.registry


@pytest.fixture
def compared(tmp_path: Path) -> Comparison:
    """Three affiliates with the same changes, and one without any."""
    return compare(layers_in(tmp_path, {**NINEA, **SHORTER}), REGISTRY, TODAY)


def test_an_overlay_that_says_nothing_reuses_all_of_the_baseline(compared: Comparison) -> None:
    empty = compared.affiliates["eg"]
    assert (empty.reuse.ratio, empty.reuse.weighted, empty.overrides) == (1.0, 1.0, ())


def test_reuse_is_the_share_of_effective_leaves_that_say_what_the_baseline_says(compared: Comparison) -> None:
    reuse = compared.affiliates["sn"].reuse
    equal = compared.affiliates["eg"].reuse.leaves
    # The length differs; the number brings five leaves, and the identity one, which is of level 1.
    assert (reuse.leaves, reuse.equal) == (equal + 6, equal - 1)
    assert reuse.ratio == (equal - 1) / (equal + 6)
    assert reuse.weighted == (equal - 1 + 6 * 0.5 + 0.75) / (equal + 6)


def test_leaves_are_those_of_all_documents_but_the_layers_own(tmp_path: Path) -> None:
    layers = layers_in(tmp_path, {**NINEA, **SHORTER})
    found = compare(layers, REGISTRY, TODAY)
    for name, one in found.affiliates.items():
        roots = roots_of(layers, name, REGISTRY)
        assert one.reuse.leaves == sum(len([*leaves(root)]) for (kind, _), root in roots.items() if kind not in HEADERS)


def test_the_whole_is_the_sum_of_its_affiliates_and_domains(compared: Comparison) -> None:
    assert compared.reuse.leaves == sum(one.reuse.leaves for one in compared.affiliates.values())
    assert set(compared.domains) == {domain for one in compared.affiliates.values() for domain in one.domains}


def test_overrides_are_counted_by_whatever_is_known_of_them(compared: Comparison) -> None:
    overrides = compared.affiliates["sn"].overrides
    assert counted(overrides, lambda one: one.category) == {"legal": 1, "": 2}
    assert counted(overrides, lambda one: one.layer) == {"affiliate:sn": 3}
    assert counted(overrides, lambda one: one.domain) == {"common": 3}
    assert {one.level for one in overrides} == {1, 2}


def test_the_order_of_affiliates_and_of_files_does_not_matter(tmp_path: Path) -> None:
    layers = layers_in(tmp_path, {**NINEA, **SHORTER, **REGIONAL})
    turned = replace(layers, folders=tuple(reversed(layers.folders)))
    one, other = compare(layers, REGISTRY, TODAY), compare(turned, REGISTRY, TODAY)
    assert one.affiliates == other.affiliates
    assert [each.address for each in one.candidates] == [each.address for each in other.candidates]


def test_a_change_that_three_make_is_proposed_with_its_likeness(compared: Comparison) -> None:
    found = {one.address: one for one in compared.candidates}
    same = found["entity.individual.attributes.given_name.max_length"]
    assert (same.affiliates, same.likeness, same.target, same.name) == (("ci", "ml", "sn"), Likeness.SAME, "core", "")
    field = found["entity.organization.attributes.x_*_ninea"]
    assert (field.likeness, field.name, field.needs) == (Likeness.LABELS, "ninea", ())
    assert found["entity.organization.identity"].needs == ("x_*_ninea",)


def test_two_are_too_few(tmp_path: Path) -> None:
    files = {path: text for path, text in SHORTER.items() if "/ml/" not in path}
    assert compare(layers_in(tmp_path, files), REGISTRY, TODAY).candidates == ()


def test_the_same_field_under_other_names_needs_a_name(tmp_path: Path) -> None:
    files = {path: text.replace("x_ml_ninea", "x_ml_nif") for path, text in NINEA.items()}
    found = {one.address: one for one in compare(layers_in(tmp_path, files), REGISTRY, TODAY).candidates}
    one = found["entity.organization.attributes.x_*_ninea"]
    assert (one.likeness, one.needs_name, one.affiliates) == (Likeness.NAMES, True, ("ci", "ml", "sn"))


def test_short_fields_of_other_names_are_not_taken_for_one(tmp_path: Path) -> None:
    names = iter(["colour", "size", "floor"])
    files = {
        path: text.replace("note", next(names))
        for path, text in in_three(
            "o.yaml", "entity: organization\nattributes: {x_NAME_note: {type: string}}\n"
        ).items()
    }
    assert compare(layers_in(tmp_path, files), REGISTRY, TODAY).candidates == ()


def test_what_one_region_has_in_common_is_proposed_for_the_region(tmp_path: Path) -> None:
    found = compare(layers_in(tmp_path, {**NINEA, **REGIONAL}), REGISTRY, TODAY)
    assert [(one.name, one.affiliates) for one in found.regions] == [("waf", ("ci", "ml", "sn")), (None, ("eg",))]
    assert {one.target for one in found.candidates} == {"waf"}
    assert next(one for one in found.candidates if one.name).name == "x_waf_ninea"


def test_what_should_have_ended_is_told_from_the_day_after(tmp_path: Path) -> None:
    text = (
        "entity: individual\n$why: x\n$category: debt\n$until: '2026-03-31'\n"
        "attributes: {family_name: {hidden: true}}\n"
    )
    layers = layers_in(tmp_path, {"affiliates/sn/i.yaml": text})
    assert not compare(layers, REGISTRY, date(2026, 3, 31)).expired
    assert [one.affiliate for one in compare(layers, REGISTRY, date(2026, 4, 1)).expired] == ["sn"]


def test_an_affiliate_with_a_file_that_cannot_be_read_is_marked(tmp_path: Path) -> None:
    found = compare(layers_in(tmp_path, {"affiliates/sn/broken.yaml": "entity: [\n"}), REGISTRY, TODAY)
    assert {name: one.is_whole for name, one in found.affiliates.items()} == {
        "ci": True,
        "eg": True,
        "ml": True,
        "sn": False,
    }


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["label: {fr: A}", "hidden: true", "max_length: 30"]), unique=True))
def test_each_override_more_takes_from_reuse_and_never_adds(tmp_path_factory: object, said: list[str]) -> None:
    folder = tmp_path_factory.mktemp("reuse")  # type: ignore[attr-defined]  # pytest's
    text = f"entity: individual\n$why: x\nattributes: {{given_name: {{{', '.join(said)}}}}}\n" if said else ""
    files = {"affiliates/sn/i.yaml": text} if said else {}
    one = compare(layers_in(folder, files), REGISTRY, TODAY).affiliates["sn"]
    assert len(one.overrides) == len(said)
    assert (one.reuse.ratio == 1.0) is (not said)
    assert one.reuse.ratio <= one.reuse.weighted <= 1.0
